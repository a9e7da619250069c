import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, suite, test } from 'node:test';
import type { RayJob } from './ray.ts';
import { ClusterError, RayCluster } from './ray-cluster.ts';

type Status = 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';

/** As Ray 2.60 answers, by its OpenAPI and as it was seen to. */
const cluster = {
  jobs: new Map<string, RayJob & { status: Status }>(),
  requests: [] as string[],
  token: '',
  /** What to answer to a POST instead. */
  instead: null as ((response: http.ServerResponse, job: RayJob) => void) | null,
};

const server = http.createServer(async (request, response) => {
  const { method = '', url = '', headers } = request;
  const answer = (status: number, body: object | string): void => {
    response.writeHead(status, {
      'Content-Type': typeof body === 'string' ? 'text/plain' : 'application/json',
    });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  cluster.requests.push(`${method} ${url}`);
  let text = '';
  for await (const part of request) text += part;
  if (cluster.token && headers.authorization !== `Bearer ${cluster.token}`)
    return answer(headers.authorization ? 403 : 401, 'Unauthorized: Missing authentication token');
  if (url === '/api/version') return answer(200, { version: '4', ray_version: '2.60.0', ray_commit: 'x' });
  if (method !== 'GET' && Object.keys(headers).some((name) => name.startsWith('sec-fetch-')))
    return answer(405, `'${method}' method not allowed for browser traffic.`);
  const [, id] = /^\/api\/jobs\/(.*)$/.exec(url) ?? [];
  if (id === undefined) return answer(404, '404: Not Found');
  if (method === 'POST' && id === '') {
    const job: RayJob = JSON.parse(text);
    if (cluster.instead) return cluster.instead(response, job);
    if (cluster.jobs.has(job.submission_id))
      return answer(
        500,
        `Traceback (most recent call last):\n  File "job_agent.py"\nValueError: Job with submission_id ${job.submission_id} already exists. Please use a different submission_id.\n`,
      );
    cluster.jobs.set(job.submission_id, { ...job, status: 'PENDING' });
    return answer(200, { job_id: job.submission_id, submission_id: job.submission_id });
  }
  const job = cluster.jobs.get(decodeURIComponent(id));
  if (!job) return answer(404, `Job ${id} does not exist`);
  if (method === 'DELETE') {
    if (job.status === 'PENDING' || job.status === 'RUNNING')
      return answer(500, 'RuntimeError: it is in a non-terminal state');
    cluster.jobs.delete(job.submission_id);
    return answer(200, { deleted: true });
  }
  return answer(200, { type: 'SUBMISSION', job_id: null, ...job, message: null });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const ray = new RayCluster(`${address}/`);

const job = (seed: number, more: Partial<RayJob> = {}): RayJob => ({
  submission_id: `kd-seed-${seed}`,
  entrypoint: `retort distill kd.yaml seed=${seed}`,
  entrypoint_num_cpus: 1,
  runtime_env: { env_vars: { OMP_NUM_THREADS: '1' } },
  metadata: {},
  ...more,
});

const stand = (seed: number, status: Status, more: Partial<RayJob> = {}): void => {
  cluster.jobs.set(`kd-seed-${seed}`, { ...job(seed, more), status });
};

const refused = (promise: Promise<unknown>, said: RegExp) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof ClusterError, String(error));
    assert.match(error.message, said);
    return true;
  });

suite('a Ray cluster', () => {
  beforeEach(() => {
    cluster.jobs.clear();
    cluster.requests.length = 0;
    cluster.token = '';
    cluster.instead = null;
  });

  test('takes a job, as it is written', async () => {
    assert.equal(await ray.version(), '2.60.0');
    assert.equal(await ray.send(job(0)), 'sent');
    assert.deepEqual(cluster.jobs.get('kd-seed-0'), { ...job(0), status: 'PENDING' });
    assert.equal((await ray.job('kd-seed-0'))?.status, 'PENDING');
    assert.equal(await ray.job('kd-seed-1'), null);
  });

  test('has a job once, however often it is sent; one that failed or was stopped is sent again', async () => {
    for (const status of ['PENDING', 'RUNNING', 'SUCCEEDED'] as const) {
      stand(0, status);
      assert.equal(await ray.send(job(0)), 'there');
      assert.equal(cluster.jobs.get('kd-seed-0')?.status, status);
    }
    for (const status of ['FAILED', 'STOPPED'] as const) {
      stand(0, status);
      assert.equal(await ray.send(job(0)), 'sent again');
      assert.equal(cluster.jobs.get('kd-seed-0')?.status, 'PENDING');
    }
  });

  test('is not given a job under the name of another command, or with other threads', async () => {
    stand(0, 'SUCCEEDED', { entrypoint: 'retort distill dkd.yaml' });
    stand(1, 'RUNNING', { runtime_env: { env_vars: { OMP_NUM_THREADS: '2' } } });
    stand(2, 'RUNNING', { runtime_env: { env_vars: { OMP_NUM_THREADS: '<redacted>' } } });
    await refused(
      ray.check([job(0), job(1), job(2), job(3)]),
      new RegExp(
        `^${address} has a job kd-seed-0 of another command \\(retort distill dkd\\.yaml\\): remove it there \\(ray job delete kd-seed-0\\), or choose another --out\\n.*kd-seed-1 of another command \\(OMP_NUM_THREADS=2\\).*$`,
      ),
    );
    assert.ok(cluster.requests.every((request) => request.startsWith('GET')));
    await refused(ray.send(job(0)), /of another command/);
    assert.equal(cluster.jobs.get('kd-seed-0')?.entrypoint, 'retort distill dkd.yaml');
  });

  test('may be told the same by somebody else at the same moment', async () => {
    cluster.instead = (response, { submission_id }) => {
      stand(0, 'RUNNING');
      response.writeHead(500).end(`ValueError: Job with submission_id ${submission_id} already exists.`);
    };
    assert.equal(await ray.send(job(0)), 'there');
  });

  test('says why it refuses a job', async () => {
    cluster.instead = (response) =>
      response.writeHead(400).end('Traceback:\n  line\nTypeError: entrypoint must be a string\n.');
    await refused(ray.send(job(0)), /\/api\/jobs\/ answered 400: TypeError: entrypoint must be a string$/);
    cluster.instead = (response) => response.end('<html>');
    await refused(ray.send(job(0)), /\/api\/jobs\/ answered 200, which is no answer of Ray$/);
  });

  test('wants a token where it has one', async () => {
    cluster.token = 'secret';
    await refused(ray.version(), /does not take requests without a token: set RAY_AUTH_TOKEN/);
    const wrong = new RayCluster(address, { headers: { Authorization: 'Bearer other' } });
    await refused(wrong.version(), /does not take requests with this token/);
    const right = new RayCluster(address, { headers: { Authorization: 'Bearer secret' } });
    assert.equal(await right.send(job(0)), 'sent');
  });

  test('is not something else, or nothing', async () => {
    await refused(
      new RayCluster(`${address}/other`).version(),
      /\/other\/api\/version answered 404: 404: Not Found$/,
    );
    const gone = http.createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await refused(
      new RayCluster(`http://127.0.0.1:${port}`).version(),
      /cannot be reached \(.*ECONNREFUSED.*\): name the address of Ray's dashboard/,
    );
  });
});
