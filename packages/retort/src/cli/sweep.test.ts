import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Ended, retort } from '../../reference/command.ts';
import { isAlive } from '../system/process.ts';

const bin = path.join(import.meta.dirname, '../../bin/retort.js');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-sweep-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

fs.writeFileSync(
  'data.ts',
  `export { slowed as data } from ${JSON.stringify(path.join(import.meta.dirname, '../../reference/slowed.ts'))};
`,
);
fs.writeFileSync(
  'halves.yaml',
  `data: { name: './data.ts#data', train: [] }
student: resnet8
batchSize: 20
precision: fp32
log: { everySteps: 1 }
stages: [{ methods: [cross-entropy], epochs: 1, optimizer: { name: sgd, lr: 0.01 }, schedule: constant }]
`,
);
fs.writeFileSync(
  'some.yaml',
  `recipes: halves.yaml
cells:
  - { name: low }
  - { name: far, overrides: ['stages.0.optimizer.lr=1e30'], seeds: [5] }
seeds: 2
`,
);
fs.writeFileSync('long.yaml', 'recipes: halves.yaml\noverrides: [stages.0.epochs=10]\n');

const recordOf = (folder: string) => JSON.parse(fs.readFileSync(path.join(folder, 'run.json'), 'utf8'));

suite('retort sweep', () => {
  test('runs what a table says, goes on past what fails, and finds the rest finished when it is asked again', async () => {
    const { code, stdout, stderr } = await retort('sweep', 'some.yaml', '--jobs', '2', '--threads', '1');
    assert.equal(code, 1, stderr);
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^cell +runs +last top-1 % +best top-1 %$/);
    assert.match(lines[2] ?? '', /^halves-low +2\/2 +\d+\.\d\d ± \d+\.\d\d +\d+\.\d\d ± \d+\.\d\d$/);
    assert.match(lines[3] ?? '', /^halves-far +0\/1$/);
    assert.match(
      lines[4] ?? '',
      /^halves-far\/seed-5 failed: .*not finite.*exit code 1.*; runs\/some\/halves-far\/seed-5\.log has all that it said$/s,
    );
    assert.equal(lines.at(-1), '3 runs: 1 failed, 2 finished in runs/some; the same command resumes them');
    assert.match(stderr, /^3 runs in runs\/some, 2 at once with 1 thread each; /);
    assert.match(stderr, /^halves-low\/seed-1: finished, top-1 \d+\.\d\d at best$/m);
    assert.deepEqual(
      ['low/seed-0', 'low/seed-1']
        .map((name) => recordOf(`runs/some/halves-${name}`))
        .map(({ settings, machine }) => [settings.seed, machine.threads]),
      [
        [0, 1],
        [1, 1],
      ],
    );

    const before = fs.readFileSync('runs/some/halves-low/seed-1/run.json', 'utf8');
    const again = await retort('sweep', 'some.yaml', '--json');
    assert.equal(again.code, 1, again.stderr);
    const { name, out, runs, cells } = JSON.parse(again.stdout);
    assert.deepEqual([name, out], ['some', 'runs/some']);
    assert.deepEqual(
      runs.map(({ state }: { state: string }) => state),
      ['finished', 'finished', 'failed'],
    );
    assert.deepEqual([runs[2].code, runs[2].cell, runs[2].seed], [1, 'halves-far', 5]);
    assert.deepEqual(
      [cells[0].cell, cells[0].finished, cells[0].metric, cells[0].isAlike],
      ['halves-low', 2, 'top1', true],
    );
    assert.equal(cells[0].best.values[1], runs[1].best);
    assert.equal(fs.readFileSync('runs/some/halves-low/seed-1/run.json', 'utf8'), before);

    const { OMP_NUM_THREADS: own } = process.env;
    process.env.OMP_NUM_THREADS = '3';
    const threaded = await retort('sweep', 'some.yaml', '--json');
    if (own === undefined) delete process.env.OMP_NUM_THREADS;
    else process.env.OMP_NUM_THREADS = own;
    assert.match(threaded.stderr, /^3 runs in runs\/some, \d+ at once with 3 threads each; /);

    fs.writeFileSync('a-file', '');
    const unmakeable = await retort('sweep', 'some.yaml', '--out', 'a-file/inside');
    assert.equal(unmakeable.code, 1);
    assert.match(unmakeable.stderr, /^retort: .*a-file/);
    assert.doesNotMatch(unmakeable.stderr, /at once with/);

    const other = await retort('sweep', 'some.yaml', '--print', 'slurm');
    assert.equal(other.code, 0);
    fs.writeFileSync(
      'other.yaml',
      fs
        .readFileSync('some.yaml', 'utf8')
        .replace('{ name: low }', '{ name: low, overrides: [batchSize=10] }'),
    );
    const refused = await retort('sweep', 'other.yaml', '--out', 'runs/some');
    assert.deepEqual(
      [refused.code, refused.stderr.split('\n')[0]],
      [
        2,
        'retort: runs/some/halves-low/seed-0 holds a run of other settings: batchSize is 20 instead of 10. Choose another --out, or remove it',
      ],
    );
  });

  test('survives that it is killed, stops what it finds at work with a checkpoint, and finishes it', async () => {
    const run = 'runs/long/halves/seed-0';
    fs.writeFileSync('slow', '');
    const begun = async () => {
      const child = spawn(process.execPath, [bin, 'sweep', 'long.yaml', '--threads', '1'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        stderr += text;
      });
      const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal, stderr }));
      while (
        !(
          fs.existsSync(`${run}/metrics.jsonl`) &&
          fs.statSync(`${run}/metrics.jsonl`).size > 0 &&
          stderr.includes('1 run in')
        )
      ) {
        assert.equal(child.exitCode, null, stderr);
        await wait(20);
      }
      return { child, ended };
    };
    const killed = await begun();
    const named: string = JSON.parse(fs.readFileSync('runs/long/queue.json', 'utf8'))['halves/seed-0'];
    killed.child.kill('SIGKILL');
    assert.equal((await killed.ended).signal, 'SIGKILL');
    assert.ok(isAlive(named), 'the run is at work without it');

    const stopped = await begun();
    stopped.child.kill('SIGTERM');
    const { code, stderr } = await stopped.ended;
    assert.equal(code, 130, stderr);
    assert.match(
      stderr,
      /^stopping all runs, each after its step, with a checkpoint \(once more to end them at once\)\nhalves\/seed-0: stopped$/m,
    );
    assert.ok(!isAlive(named));
    const { status, process: worker } = recordOf(run);
    assert.deepEqual([status, worker], ['stopped', named], 'it was not started a second time');
    assert.ok(fs.readdirSync(`${run}/checkpoints`).length > 0);

    fs.rmSync('slow');
    const finished = await retort('sweep', 'long.yaml', '--threads', '1');
    assert.equal(finished.code, 0, finished.stderr);
    assert.match(finished.stdout, /^1 run: 1 finished in runs\/long$/m);
    const log = fs
      .readFileSync(`${run}/metrics.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      log.filter(({ kind }) => kind === undefined).map(({ epoch }) => epoch),
      Array.from({ length: 10 }, (_, i) => i + 1),
    );
  });
});

suite('retort sweep for elsewhere', () => {
  test('prints runs with their commands, and runs nothing', async () => {
    const { code, stdout } = await retort('sweep', 'some.yaml', '--out', 'nowhere', '--print', 'runs');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^halves-far\/seed-5 +npx retort train halves\.yaml stages\.0\.optimizer\.lr=1e30 seed=5 --seeds 1 --out nowhere\/halves-far$/m,
    );
    const { runs } = JSON.parse(
      (await retort('sweep', 'some.yaml', '--out', 'nowhere', '--print', 'runs', '--json')).stdout,
    );
    assert.deepEqual(
      runs.map(({ name }: { name: string }) => name),
      ['halves-low/seed-0', 'halves-low/seed-1', 'halves-far/seed-5'],
    );
    assert.ok(!fs.existsSync('nowhere'));
  });

  test('prints jobs of Ray, a line each, a script for Slurm, and a Job for Kubernetes', async () => {
    const jobs = (await retort('sweep', 'some.yaml', '--print', 'ray', '--workdir', '/far away')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(jobs.length, 3);
    assert.match(jobs[0].entrypoint, /^cd '\/far away' && /);
    assert.match(
      (await retort('sweep', 'some.yaml', '--print', 'slurm', '--threads', '2')).stdout,
      /^#!\/bin\/bash\n[\s\S]*\n#SBATCH --cpus-per-task=2\n/,
    );
    const job = await retort(
      'sweep',
      path.resolve('some.yaml'),
      '--print',
      'k8s',
      '--image',
      'i:1',
      '--volume',
      'work:/work',
    );
    assert.match(job.stdout, /^kind: Job$[\s\S]*cd \/work \|\| exit 1$/m);
  });

  test('says which weights are not here, where they may be there', async () => {
    fs.writeFileSync(
      'taught.yaml',
      `${fs.readFileSync('halves.yaml', 'utf8').replace('cross-entropy', 'kd')}teacher: resnet14:t.pth\n`,
    );
    fs.writeFileSync('taught-table.yaml', 'recipes: taught.yaml\n');
    const printed = await retort('sweep', 'taught-table.yaml', '--print', 'runs');
    assert.equal(printed.code, 0);
    assert.match(
      printed.stderr,
      /^taught-table\.yaml:1: recipes: taught\.yaml:\d: teacher: there is no file t\.pth/m,
    );
    const run = await retort('sweep', 'taught-table.yaml');
    assert.equal(run.code, 1);
    assert.match(
      run.stderr,
      /^retort: taught-table\.yaml:1: recipes: taught\.yaml:\d: teacher: there is no file t\.pth/,
    );
  });

  test('sends them to the Ray of its variables, and says how they stand', async () => {
    const known = new Map<string, { entrypoint: string; status: string }>();
    const server = http.createServer(async (request, response) => {
      const { method, url = '' } = request;
      let text = '';
      for await (const part of request) text += part;
      const id = url.replace('/api/jobs/', '');
      if (method === 'POST')
        known.set(JSON.parse(text).submission_id, { ...JSON.parse(text), status: 'RUNNING' });
      if (url === '/api/version') response.end('{ "ray_version": "2.60.0" }');
      else if (method === 'POST')
        response.end(JSON.stringify({ submission_id: JSON.parse(text).submission_id }));
      else if (known.has(id)) response.end(JSON.stringify(known.get(id)));
      else response.writeHead(404).end();
      if (request.headers.authorization !== 'Bearer t' || request.headers.whose !== 'mine') known.clear();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const withVariables = async (variables: Readonly<Record<string, string>>): Promise<Ended> => {
      Object.assign(process.env, variables);
      try {
        return await retort('sweep', 'some.yaml', '--json', '--submit');
      } finally {
        for (const name of Object.keys(variables)) delete process.env[name];
      }
    };
    const headers = { RAY_AUTH_TOKEN: 't', RAY_JOB_HEADERS: '{"whose": "mine"}' };
    const sent = await withVariables({ ...headers, RAY_ADDRESS: address });
    assert.equal(sent.code, 0, sent.stderr);
    type Said = { jobs: { sending: string; status: string }[] };
    const saidOf = ({ stdout }: Ended) =>
      (JSON.parse(stdout) as Said).jobs.map(({ sending, status }) => `${sending} ${status}`);
    assert.deepEqual(saidOf(sent), Array(3).fill('sent RUNNING'));
    const again = await withVariables({ ...headers, RAY_ADDRESS: 'auto', RAY_API_SERVER_ADDRESS: address });
    assert.deepEqual(saidOf(again), Array(3).fill('there RUNNING'));
    server.close();
    const wrong = await withVariables({ RAY_ADDRESS: 'ray://head:10001' });
    assert.deepEqual(
      [wrong.code, wrong.stderr],
      [
        2,
        "retort: RAY_ADDRESS is 'ray://head:10001': jobs are sent to Ray's dashboard, e.g. --submit http://127.0.0.1:8265, behind the name of the table\n",
      ],
    );
    assert.match(
      (await withVariables({ RAY_JOB_HEADERS: 'a=b', RAY_ADDRESS: address })).stderr,
      /^retort: RAY_JOB_HEADERS is not JSON/,
    );
  });

  const asked: readonly [args: readonly string[], said: RegExp][] = [
    [['--print', 'k8s'], /^retort: --print k8s needs --image, .* and --volume CLAIM:PATH/],
    [['--print', 'k8s', '--image', 'i', '--volume', 'work'], /; --volume is 'work'$/m],
    [['--print', 'slurm', '--image', 'i'], /^retort: --image is of --print k8s$/m],
    [['--print', 'slurm', '--json'], /^retort: --json is of runs: --print slurm has a form of its own$/m],
    [
      ['--print', 'slurm', '--submit'],
      /^retort: --submit sends jobs to Ray, and --print slurm writes others/,
    ],
    [['--workdir', '/x'], /^retort: --workdir is where a cluster runs jobs/],
    [['--out', ''], /^retort: --out is empty/],
    [['--print', 'ways'], /Allowed choices are runs, ray, slurm, k8s/],
    [['--jobs', '0'], /it must be a whole number from 1/],
  ];
  for (const [args, said] of asked)
    test(`refuses ${args.join(' ') || 'nothing'}`, async () => {
      const { code, stderr } = await retort('sweep', 'some.yaml', ...args);
      assert.equal(code, 2);
      assert.match(stderr, said);
    });
});
