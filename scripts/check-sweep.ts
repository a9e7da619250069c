/**
 * `npm run check -- sweep`: what `retort sweep` writes for clusters, by what runs it: a Ray cluster of one node on this machine, whose jobs are
 * stopped, sent again and refused; the JSON Schemas of Kubernetes; and the script for Slurm, whose element is stopped and begun again. The queue of
 * this machine and its runs are killed at random moments, and come to the same bits as without.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cacheFolder, findPython } from '@retort/torch/setup';

const { values: flags } = parseArgs({ options: { python: { type: 'string' } } });
const root = path.join(import.meta.dirname, '..');
const bin = path.join(root, 'packages/retort/bin/retort.js');
const folder = path.join(cacheFolder(), 'check-sweep');
const python = flags.python ?? path.join(folder, 'bin/python');

function run(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

if (!fs.existsSync(python)) {
  console.log(`Installing Ray and kubernetes-validate for Python into ${folder} (400 MB)`);
  run(findPython() ?? 'python3', '-m', 'venv', folder);
  run(python, '-m', 'pip', 'install', '--quiet', 'ray[default]==2.60.0', 'kubernetes-validate==1.37.0');
}

// Ray's sockets lie below it, whose paths are short.
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'sweep-'));
process.chdir(scratch);
fs.symlinkSync(path.join(root, 'node_modules'), 'node_modules');
fs.writeFileSync(
  'data.ts',
  `export { slowed as data } from ${JSON.stringify(path.join(root, 'packages/retort/reference/slowed.ts'))};
`,
);
fs.writeFileSync(
  'halves.yaml',
  `data: { name: './data.ts#data', train: [] }
student: resnet8
batchSize: 20
log: { everySteps: 1 }
stages: [{ methods: [cross-entropy], epochs: 10, optimizer: { name: sgd, lr: 0.01 }, schedule: constant }]
`,
);
fs.writeFileSync('table.yaml', "recipes: halves.yaml\noverrides: ['batchSize=20 # by ''hand''']\nseeds: 3\n");
const variables: NodeJS.ProcessEnv = { ...process.env, OMP_NUM_THREADS: '1' };

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const retort = (args: readonly string[], env = variables): Ended =>
  spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', env });

/** Waits for something, two minutes. */
async function until<Value>(what: string, look: () => Value | null | Promise<Value | null>): Promise<Value> {
  for (let i = 0; i < 600; i++) {
    const found = await look();
    if (found !== null) return found;
    await wait(200);
  }
  throw new Error(`${what}: it did not come in two minutes`);
}

const statusOf = (seed: number, out: string): string | null => {
  const file = `${out}/halves/seed-${seed}/run.json`;
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).status : null;
};

function kubernetes(): void {
  const { status, stdout, stderr } = retort([
    'sweep',
    'table.yaml',
    '--print',
    'k8s',
    '--image',
    'retort:1',
    '--volume',
    'work:/work',
  ]);
  assert.equal(status, 0, stderr);
  fs.writeFileSync('job.yaml', stdout);
  run(path.join(path.dirname(python), 'kubernetes-validate'), '--strict', 'job.yaml');
}

async function slurm(): Promise<void> {
  const out = 'runs/slurm';
  const { status, stdout, stderr } = retort(['sweep', 'table.yaml', '--out', out, '--print', 'slurm']);
  assert.equal(status, 0, stderr);
  fs.writeFileSync('sweep.sh', stdout);
  const element = (): ChildProcess =>
    spawn('bash', ['sweep.sh'], { stdio: 'ignore', env: { ...variables, SLURM_ARRAY_TASK_ID: '1' } });
  fs.writeFileSync('slow', '');
  const first = element();
  await until('the run of the array', () => (statusOf(1, out) === 'running' ? true : null));
  await wait(1000);
  first.kill('SIGTERM');
  const [code] = await once(first, 'exit');
  assert.deepEqual([code, statusOf(1, out)], [130, 'stopped']);
  fs.rmSync('slow');
  const [again] = await once(element(), 'exit');
  assert.deepEqual([again, statusOf(1, out)], [0, 'finished']);
  console.log('Slurm: the script is stopped with a checkpoint, and finishes begun again');
}

/** Ends what a process started, with it. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

/** What Ray answers. */
async function asked(
  address: string,
  token: string,
  method: string,
  place: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const request = http.request(`${address}${place}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
  });
  request.end(body && JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const part of response) text += part;
  return { status: response.statusCode ?? 0, text };
}

async function ray(): Promise<void> {
  const token = 'a'.repeat(64);
  const [port, dashboard] = [16_379, 18_265];
  const env: NodeJS.ProcessEnv = {
    ...variables,
    RAY_AUTH_MODE: 'token',
    RAY_AUTH_TOKEN: token,
    RAY_USAGE_STATS_ENABLED: '0',
  };
  const head = spawn(
    path.join(path.dirname(python), 'ray'),
    [
      'start',
      '--head',
      '--block',
      `--port=${port}`,
      `--dashboard-port=${dashboard}`,
      '--min-worker-port=0',
      '--max-worker-port=0',
      '--num-cpus=2',
      '--object-store-memory=100000000',
      `--temp-dir=${scratch}/ray`,
    ],
    { stdio: ['ignore', fs.openSync('ray.log', 'w'), fs.openSync('ray.log', 'a')], env, detached: true },
  );
  try {
    const address = `http://127.0.0.1:${dashboard}`;
    await until('Ray', () =>
      asked(address, token, 'GET', '/api/version').then(
        ({ status }) => (status === 200 ? true : null),
        () => null,
      ),
    );
    const submit = (more: readonly string[] = [], withEnv = env): Ended =>
      retort(['sweep', 'table.yaml', '--out', 'runs/ray', '--submit', address, '--json', ...more], withEnv);
    type Job = { submissionId: string; sending: string; status: string; run: string };
    const jobs = ({ status, stdout, stderr }: Ended): Job[] => {
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout).jobs;
    };
    const { RAY_AUTH_TOKEN: _, ...without } = env;
    const unknown = submit([], without);
    assert.match(unknown.stderr, /does not take requests without a token: set RAY_AUTH_TOKEN/);
    fs.writeFileSync('slow', '');
    const sent = jobs(submit());
    assert.deepEqual(
      sent.map(({ sending }) => sending),
      ['sent', 'sent', 'sent'],
    );
    const running = await until('a run on Ray', () => {
      const seed = [0, 1, 2].find((seed) => statusOf(seed, 'runs/ray') === 'running');
      return seed === undefined ? null : (sent[seed] ?? null);
    });
    assert.ok(jobs(submit()).every(({ sending }) => sending === 'there'));
    await asked(address, token, 'POST', `/api/jobs/${running.submissionId}/stop`);
    await until('a stopped job', async () => {
      const { text } = await asked(address, token, 'GET', `/api/jobs/${running.submissionId}`);
      return JSON.parse(text).status === 'STOPPED' ? true : null;
    });
    const conflict = submit(['--threads', '2']);
    assert.deepEqual(
      [conflict.status, /of another command \(OMP_NUM_THREADS=1\)/.test(conflict.stderr)],
      [1, true],
      conflict.stderr,
    );
    const double = await asked(address, token, 'POST', '/api/jobs/', {
      entrypoint: 'true',
      submission_id: running.submissionId,
    });
    console.log(
      `Ray answers ${double.status} to a name that is taken: ${double.text.match(/^\w*Error: .*$/gm)?.at(-1)}`,
    );
    assert.ok(double.status >= 400);
    fs.rmSync('slow');
    const again = jobs(submit());
    assert.equal(again.find(({ run }) => run === running.run)?.sending, 'sent again');
    await until('all runs on Ray', () =>
      jobs(submit()).every(({ status }) => status === 'SUCCEEDED') ? true : null,
    );
    const here = retort(['sweep', 'table.yaml', '--out', 'runs/ray', '--json']);
    assert.equal(here.status, 0, here.stderr);
    const { cells } = JSON.parse(here.stdout);
    assert.deepEqual([cells[0].finished, cells[0].isAlike], [3, true]);
    console.log(
      'Ray: jobs are sent once, refused under the name of others, and finish after they were stopped and sent again',
    );
  } catch (error) {
    console.log(fs.readFileSync('ray.log', 'utf8').slice(-3000));
    throw error;
  } finally {
    head.kill('SIGTERM');
    await Promise.race([once(head, 'exit'), wait(20_000)]);
    killGroup(head.pid ?? 0);
  }
}

/** A queue of which it and a run are killed, so many times. */
async function chaos(rounds: number): Promise<void> {
  const args = (out: string) => ['sweep', 'table.yaml', '--out', out, '--jobs', '2', '--threads', '1'];
  const whole = retort(args('runs/whole'));
  assert.equal(whole.status, 0, whole.stderr);
  fs.writeFileSync('slow', '');
  for (let round = 0; round < rounds; round++) {
    const queue = spawn(process.execPath, [bin, ...args('runs/killed')], { stdio: 'ignore', env: variables });
    const ended = once(queue, 'exit');
    await wait(1000 + Math.random() * 5000);
    const notes = 'runs/killed/queue.json';
    const [one] = fs.existsSync(notes) ? Object.values(JSON.parse(fs.readFileSync(notes, 'utf8'))) : [];
    const victims = round % 3 === 0 ? ['queue'] : round % 3 === 1 ? ['run', 'queue'] : ['run'];
    for (const victim of victims) {
      if (victim === 'queue') queue.kill('SIGKILL');
      else if (typeof one === 'string') killGroup(Number.parseInt(one, 10));
      await wait(Math.random() * 500);
    }
    queue.kill('SIGKILL');
    await ended;
  }
  fs.rmSync('slow');
  const after = retort(args('runs/killed'));
  assert.equal(after.status, 0, after.stderr);
  for (const seed of [0, 1, 2]) {
    const [left, right] = ['killed', 'whole'].map((out) => `runs/${out}/halves/seed-${seed}`);
    for (const name of ['last', 'best'])
      assert.ok(
        fs
          .readFileSync(`${left}/${name}.safetensors`)
          .equals(fs.readFileSync(`${right}/${name}.safetensors`)),
        `${left}/${name}`,
      );
    const epochs = fs
      .readFileSync(`${left}/metrics.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === undefined);
    assert.deepEqual(
      epochs.map(({ epoch }) => epoch),
      Array.from({ length: 10 }, (_, i) => i + 1),
    );
  }
  console.log(`The queue and its runs were killed in ${rounds} rounds, and came to the same bits as without`);
}

try {
  kubernetes();
  await chaos(9);
  await slurm();
  await ray();
} finally {
  process.chdir(root);
  fs.rmSync(scratch, { recursive: true, force: true });
}
