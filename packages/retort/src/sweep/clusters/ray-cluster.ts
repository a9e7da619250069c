/** A Ray cluster, asked by the REST interface of its Jobs (`/api/version`, `/api/jobs/`). */
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

/** A traceback's last line, which says what is wrong. */
const lastLine = (text: string): string => cut(oneLine(text.trim().split('\n').at(-1) ?? ''), 500);

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

  async #ask(path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.address}${path}`, {
        ...init,
        headers: { ...this.#headers, ...(init.body ? { 'Content-Type': 'application/json' } : {}) },
        signal: AbortSignal.timeout(patience),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new ClusterError(
        `${this.address} cannot be reached (${cause instanceof Error ? cause.message || cause.name : cause}): name the address of Ray's dashboard, e.g. --submit http://127.0.0.1:8265, which \`ray start --head\` prints`,
        { cause: error },
      );
    }
    if (response.status === 401 || response.status === 403)
      throw new ClusterError(
        `${this.address} does not take requests ${'Authorization' in this.#headers ? 'with this token' : 'without a token'}: set RAY_AUTH_TOKEN to that of the cluster, or RAY_JOB_HEADERS to what its proxy asks for`,
      );
    return response;
  }

  /** The form of an answer. @throws ClusterError for another, as of something else than Ray */
  async #read<Form>(response: Response, form: z.ZodType<Form>): Promise<Form> {
    const text = await response.text();
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    const parsed = form.safeParse(value);
    if (response.ok && parsed.success) return parsed.data;
    throw new ClusterError(
      `${response.url} answered ${response.status}${response.ok ? ', which is no answer of Ray' : `: ${lastLine(text)}`}`,
    );
  }

  /** Which version it is. @throws ClusterError where there is no Ray */
  async version(): Promise<string> {
    return (await this.#read(await this.#ask('/api/version'), version)).ray_version;
  }

  /** A job by its `submission_id`; null where there is none. */
  async job(id: string): Promise<KnownJob | null> {
    const response = await this.#ask(`/api/jobs/${encodeURIComponent(id)}`);
    return response.status === 404 ? null : await this.#read(response, known);
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

  async #post(job: RayJob): Promise<Response> {
    return this.#ask('/api/jobs/', { method: 'POST', body: JSON.stringify(job) });
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
      const response = await this.#post(job);
      // Somebody else may have sent it meanwhile.
      if (!response.ok && (await this.job(id))) return this.send(job);
      await this.#read(response, z.looseObject({ submission_id: z.literal(id) }));
      return 'sent';
    }
    const conflict = this.#conflict(job, there);
    if (conflict) throw new ClusterError(conflict);
    if (there.status !== 'FAILED' && there.status !== 'STOPPED') return 'there';
    const removed = await this.#ask(`/api/jobs/${encodeURIComponent(id)}`, { method: 'DELETE' });
    await this.#read(removed, z.looseObject({ deleted: z.literal(true) }));
    await this.#read(await this.#post(job), z.looseObject({ submission_id: z.literal(id) }));
    return 'sent again';
  }
}
