/** A Ray cluster, asked by the REST interface of its Jobs (`/api/version`, `/api/jobs/`). */
import http from 'node:http';
import https from 'node:https';
import { z } from 'zod';
import { cut, oneLine } from '../../words/shown.ts';
import type { RayJob } from './ray.ts';

/** A cluster that does not take jobs: the message says which, why, and what to do. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
}

const known = z.looseObject({
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  entrypoint: z.string(),
  message: z.string().nullish(),
  runtime_env: z.looseObject({ env_vars: z.record(z.string(), z.string()).optional() }).nullish(),
});

/** A job as the cluster has it. */
export type KnownJob = z.output<typeof known>;

const version = z.looseObject({ ray_version: z.string() });

/** What came of a job that was to be sent: sent now, sent again after one that came to nothing, or there already. */
export type Sending = 'sent' | 'sent again' | 'there';

/** Milliseconds for an answer. */
const patience = 30_000;

/** A traceback's last line in words, which says what is wrong. */
const lastLine = (text: string): string =>
  cut(oneLine(text.split('\n').findLast((line) => /\w/.test(line)) ?? ''), 500);

/** What was answered. */
interface Answer {
  readonly url: string;
  readonly status: number;
  readonly isOk: boolean;
  readonly text: string;
}

/** More is no answer of Ray. */
const mostBytes = 16 << 20;

/** Not by `fetch`, which says of itself what browsers do: Ray refuses to be told anything by these. */
function ask(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const own =
    sent === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(sent) };
  const client = url.startsWith('https:') ? https : http;
  const request = client.request(url, {
    method,
    headers: { ...headers, ...own },
    signal: AbortSignal.timeout(patience),
  });
  request.on('error', reject);
  request.on('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('error', reject);
    response.on('data', (part: string) => {
      text += part;
      if (text.length > mostBytes) request.destroy(new Error('its answer does not end'));
    });
    response.on('end', () => {
      const { statusCode: status = 0 } = response;
      resolve({ url, status, isOk: status >= 200 && status < 300, text });
    });
  });
  request.end(sent);
  return promise;
}

export interface ClusterOptions {
  /** Of every request, e.g. for whom it is. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** @example const cluster = new RayCluster('http://127.0.0.1:8265'); await cluster.check(jobs); */
export class RayCluster {
  readonly address: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(address: string, { headers = {} }: ClusterOptions = {}) {
    this.address = address.replace(/\/+$/, '');
    this.#headers = headers;
  }

  async #ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await ask(`${this.address}${path}`, method, this.#headers, body);
    } catch (error) {
      throw new ClusterError(
        `${this.address} cannot be reached (${error instanceof Error ? error.message || error.name : error}): name the address of Ray's dashboard, e.g. --submit http://127.0.0.1:8265, which \`ray start --head\` prints`,
        { cause: error },
      );
    }
    if (answer.status === 401 || answer.status === 403)
      throw new ClusterError(
        `${this.address} does not take requests ${'Authorization' in this.#headers ? 'with this token' : 'without a token'}: set RAY_AUTH_TOKEN to that of the cluster, or RAY_JOB_HEADERS to what its proxy asks for`,
      );
    return answer;
  }

  /** The form of an answer. @throws ClusterError for another, as of something else than Ray */
  #read<Form>({ url, status, isOk, text }: Answer, form: z.ZodType<Form>): Form {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    const parsed = form.safeParse(value);
    if (isOk && parsed.success) return parsed.data;
    throw new ClusterError(
      `${url} answered ${status}${isOk ? ', which is no answer of Ray' : `: ${lastLine(text)}`}`,
    );
  }

  /** Which version it is. @throws ClusterError where there is no Ray */
  async version(): Promise<string> {
    return this.#read(await this.#ask('GET', '/api/version'), version).ray_version;
  }

  /** A job by its `submission_id`; null where there is none. */
  async job(id: string): Promise<KnownJob | null> {
    const answer = await this.#ask('GET', `/api/jobs/${encodeURIComponent(id)}`);
    return answer.status === 404 ? null : this.#read(answer, known);
  }

  /** What keeps a job from being sent: another command under its name. */
  #conflict(job: RayJob, there: KnownJob): string | null {
    const variables = there.runtime_env?.env_vars ?? {};
    // A browser's proxy may be shown none of the values.
    const differs = Object.entries(job.runtime_env.env_vars).filter(
      ([name, value]) =>
        variables[name] !== undefined && variables[name] !== '<redacted>' && variables[name] !== value,
    );
    if (there.entrypoint === job.entrypoint && differs.length === 0) return null;
    const other =
      there.entrypoint === job.entrypoint
        ? differs.map(([name]) => `${name}=${variables[name]}`).join(' ')
        : there.entrypoint;
    return `${this.address} has a job ${job.submission_id} of another command (${cut(oneLine(other), 300)}): remove it there (ray job delete ${job.submission_id}), or choose another --out`;
  }

  /** Looks at all jobs before the first is sent. @throws ClusterError for names that jobs of other commands have */
  async check(jobs: readonly RayJob[]): Promise<void> {
    const conflicts: string[] = [];
    for (const job of jobs) {
      const there = await this.job(job.submission_id);
      const conflict = there && this.#conflict(job, there);
      if (conflict) conflicts.push(conflict);
    }
    if (conflicts.length) throw new ClusterError(conflicts.join('\n'));
  }

  /**
   * Sends a job, unless it is there: then one that failed or was stopped is taken away, and sent again.
   *
   * @throws ClusterError where the cluster refuses it, or has a job of another command by its name
   */
  async send(job: RayJob): Promise<Sending> {
    const id = job.submission_id;
    const there = await this.job(id);
    if (!there) {
      const answer = await this.#ask('POST', '/api/jobs/', job);
      // Somebody else may have sent it meanwhile.
      if (!answer.isOk && (await this.job(id))) return this.send(job);
      this.#read(answer, z.looseObject({ submission_id: z.literal(id) }));
      return 'sent';
    }
    const conflict = this.#conflict(job, there);
    if (conflict) throw new ClusterError(conflict);
    if (there.status !== 'FAILED' && there.status !== 'STOPPED') return 'there';
    const removed = await this.#ask('DELETE', `/api/jobs/${encodeURIComponent(id)}`);
    this.#read(removed, z.looseObject({ deleted: z.literal(true) }));
    const answer = await this.#ask('POST', '/api/jobs/', job);
    this.#read(answer, z.looseObject({ submission_id: z.literal(id) }));
    return 'sent again';
  }
}
