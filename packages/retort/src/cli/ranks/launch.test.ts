/** The launcher with ranks that are made up: small programs that end as the real ones may. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { placement } from '../../ranks/placement.ts';
import { identify } from '../../system/process.ts';
import type { Command } from './command.ts';
import { rankArguments } from './command.ts';
import { environments } from './environment.ts';
import { type LaunchOptions, launch, refuseRanks } from './launch.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-launch-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const here = (name: string): string => JSON.stringify(pathToFileURL(path.join(import.meta.dirname, name)));

/**
 * A rank. For each attempt and rank the plan says what it does: `exit CODE`, `kill` itself, `until CODE` leaves with this code when it is asked to,
 * `hang` answers nothing. It says on which port the ranks met.
 */
const rank = path.join(scratch, 'rank.mjs');
fs.writeFileSync(
  rank,
  `import fs from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { watchLauncher } from ${here('watch-launcher.ts')};
const [folder, plan] = process.argv.slice(2);
const { RANK, WORLD_SIZE, TORCHELASTIC_RESTART_COUNT, MASTER_PORT } = process.env;
const [what, code] = (JSON.parse(plan)[TORCHELASTIC_RESTART_COUNT]?.[RANK] ?? 'exit 0').split(' ');
const note = (text) => fs.appendFileSync(folder + '/notes', TORCHELASTIC_RESTART_COUNT + ' ' + RANK + ' ' + text + '\\n');
if (RANK === '0') console.log('attempt', TORCHELASTIC_RESTART_COUNT);
console.error('retort: rank ' + RANK + ': ' + what);
console.error('noise of ' + RANK);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
  note(signal);
  if (what === 'until') setTimeout(() => process.exit(Number(code)), 50);
});
watchLauncher(300);
note('pid ' + process.pid + ' port ' + MASTER_PORT);
// What one does may end the others, which must have begun by then.
const begun = () => fs.readFileSync(folder + '/notes', 'utf8').split('\\n').filter((line) => line.startsWith(TORCHELASTIC_RESTART_COUNT + ' ') && line.includes(' pid '));
while (begun().length < Number(WORLD_SIZE)) await wait(10);
if (what === 'exit') process.exitCode = Number(code);
if (what === 'kill') process.kill(process.pid, 'SIGKILL');
if (what === 'until') setInterval(() => {}, 1000);
if (what === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20_000);
`,
);

type Plan = readonly (readonly string[])[];

const quick = { leave: 100, kill: 700, hold: 400 };
let folders = 0;

function commandOf(plan: Plan): { command: Command; folder: string } {
  const folder = path.join(scratch, String(folders++));
  fs.mkdirSync(folder);
  return { command: [process.execPath, rank, folder, JSON.stringify(plan)], folder };
}

interface Note {
  readonly attempt: number;
  readonly rank: number;
  readonly text: string;
}

const notes = (folder: string): Note[] => {
  const file = path.join(folder, 'notes');
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
  return lines.map((line) => {
    const [attempt, of, ...text] = line.split(' ');
    return { attempt: Number(attempt), rank: Number(of), text: text.join(' ') };
  });
};

const pidsIn = (folder: string): number[] =>
  notes(folder)
    .flatMap(({ text }) => /^pid (\d+)/.exec(text)?.[1] ?? [])
    .map(Number);

/** The launcher in a process of its own, as it is on a command line. */
const launcher = path.join(scratch, 'launcher.mjs');
fs.writeFileSync(
  launcher,
  `import { launch } from ${here('launch.ts')};
const { command, options } = JSON.parse(process.argv[2]);
process.exitCode = await launch(command, options);
`,
);

interface Launched {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

function launched(plan: Plan, ranks: number, options: Partial<LaunchOptions> = {}): Launched {
  const { command, folder } = commandOf(plan);
  const given = { command, options: { ranks, maxRestarts: 1, patience: quick, ...options } };
  const child = spawn(process.execPath, [launcher, JSON.stringify(given)]);
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    printed.stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }));
  return { child, folder, ended };
}

/** Milliseconds that a busy machine may take for what an idle one does at once. */
const patience = 60_000;

/** When so many ranks have begun. */
async function begun(folder: string, count: number): Promise<number[]> {
  const start = performance.now();
  for (;;) {
    const pids = pidsIn(folder);
    if (pids.length >= count) return pids;
    assert.ok(performance.now() - start < patience, 'the ranks did not begin');
    await wait(25);
  }
}

/** That none of them is left, after a while. */
async function gone(pids: readonly number[]): Promise<void> {
  const start = performance.now();
  while (pids.some((pid) => identify(pid) !== null)) {
    assert.ok(performance.now() - start < patience, `of ${pids} some are left`);
    await wait(25);
  }
}

suite('ranks are started on one machine', { concurrency: 2 }, () => {
  test('with torchrun’s variables, and the cores divided among them', () => {
    const attempt = { ranks: 2, port: 4000, restarts: 1, maxRestarts: 3, runId: 'id' };
    const [first, second] = environments(attempt, { HOME: '/h', RANK: '7' }, 5);
    assert.deepEqual(first, {
      HOME: '/h',
      RANK: '0',
      LOCAL_RANK: '0',
      ROLE_RANK: '0',
      WORLD_SIZE: '2',
      LOCAL_WORLD_SIZE: '2',
      ROLE_WORLD_SIZE: '2',
      ROLE_NAME: 'default',
      GROUP_RANK: '0',
      GROUP_WORLD_SIZE: '1',
      MASTER_ADDR: '127.0.0.1',
      MASTER_PORT: '4000',
      TORCHELASTIC_RESTART_COUNT: '1',
      TORCHELASTIC_MAX_RESTARTS: '3',
      TORCHELASTIC_RUN_ID: 'id',
      TORCHELASTIC_USE_AGENT_STORE: 'False',
      OMP_NUM_THREADS: '2',
      GLOO_SOCKET_IFNAME: first?.GLOO_SOCKET_IFNAME,
      RETORT_LAUNCHER: String(process.pid),
    });
    assert.match(first?.GLOO_SOCKET_IFNAME ?? '', /^lo/);
    assert.deepEqual([second?.RANK, second?.LOCAL_RANK, second?.ROLE_RANK], ['1', '1', '1']);
    const [own] = environments(attempt, { OMP_NUM_THREADS: '3', GLOO_SOCKET_IFNAME: 'eth0' }, 5);
    assert.deepEqual([own?.OMP_NUM_THREADS, own?.GLOO_SOCKET_IFNAME], ['3', 'eth0']);
    assert.equal(environments({ ...attempt, ranks: 8 }, {}, 2)[7]?.OMP_NUM_THREADS, '1');
  });

  test('by the same command without what only the launcher is told', () => {
    assert.deepEqual(
      rankArguments(['distill', 'a.yaml', '--ranks', '2', 'seed=1', '--max-restarts=0', '--json'], 'runs/a'),
      ['distill', '--out', 'runs/a', 'a.yaml', 'seed=1', '--json'],
    );
    assert.deepEqual(rankArguments(['resume', '--ranks=4', 'runs/a', '--timeout', '60'], null), [
      'resume',
      'runs/a',
      '--timeout',
      '60',
    ]);
  });

  test('and not where a batch has fewer samples, nor by a process that is a rank itself', () => {
    assert.throws(() => refuseRanks(4, 7, null), {
      name: 'UsageError',
      message:
        '--ranks 4: a batch has 7 samples, and each rank needs two at least: start fewer, or set batchSize',
    });
    const env = { RANK: '1', WORLD_SIZE: '2', MASTER_ADDR: 'a', MASTER_PORT: '1' };
    assert.throws(() => refuseRanks(2, 64, placement(env)), {
      name: 'UsageError',
      message:
        '--ranks starts ranks on this machine, and this process is one itself (rank 1 of 2, as its environment says): leave --ranks out',
    });
  });

  test('of which rank 0 prints as if it were alone, and others say what went wrong', async () => {
    const { ended } = launched([['until 0', 'exit 0', 'exit 3']], 3);
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 3);
    assert.equal(stdout, 'attempt 0\n');
    const lines = stderr.trim().split('\n');
    assert.deepEqual(lines.filter((line) => !line.startsWith('--ranks 3:')).sort(), [
      'noise of 0',
      'rank 1: noise of 1',
      'rank 2: noise of 2',
      'retort: rank 0: until',
      'retort: rank 1: exit',
      'retort: rank 2 ended with exit code 3, which a restart would not mend: all ranks have ended',
      'retort: rank 2: exit',
    ]);
  });

  test('whose common fault is said once, by rank 0', async () => {
    const { ended } = launched([['exit 2', 'exit 2']], 2);
    const { code, stderr } = await ended;
    assert.equal(code, 2);
    assert.equal(stderr, 'retort: rank 0: exit\nnoise of 0\n');
  });

  test('of which one lost rank 0 by a fault that rank 0 has said', async () => {
    const { ended } = launched([['exit 1', 'exit 75']], 2);
    const { code, stderr } = await ended;
    assert.equal(code, 1);
    assert.equal(stderr, 'retort: rank 0: exit\nnoise of 0\n');
  });
});

suite('where one dies', { concurrency: 2 }, () => {
  test('all begin again, with another port, until all are done', async () => {
    const { ended, folder } = launched(
      [
        ['until 75', 'kill'],
        ['exit 0', 'exit 0'],
      ],
      2,
    );
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'attempt 0\nattempt 1\n');
    assert.match(
      stderr,
      /^retort: rank 1 was killed \(SIGKILL, as the system does it where memory runs out\): all 2 ranks begin again where the last checkpoint was written \(restart 1 of 1\)$/m,
    );
    const ports = [0, 1].map(
      (attempt) =>
        new Set(
          notes(folder).flatMap(({ attempt: of, text }) =>
            of === attempt ? (/port (\d+)/.exec(text)?.[1] ?? []) : [],
          ),
        ),
    );
    assert.deepEqual(
      ports.map(({ size }) => size),
      [1, 1],
    );
    assert.notDeepEqual(ports[0], ports[1]);
  });

  test('it is only so often: then the command fails with 75', async () => {
    const plan = [1, 2, 3].map(() => ['until 75', 'exit 75']);
    const { ended, folder } = launched(plan, 2, { maxRestarts: 2 });
    const { code, stderr } = await ended;
    assert.equal(code, 75);
    assert.equal(pidsIn(folder).length, 6);
    assert.match(
      stderr,
      /^retort: rank 1 lost the others; this was after 2 restarts, and --max-restarts allows no more$/m,
    );
  });

  test('one that answers no signal is killed, and named', async () => {
    const { ended, folder } = launched([['exit 75', 'hang']], 2, { maxRestarts: 1 });
    const { code, stderr } = await ended;
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /^retort: rank 0 lost the others, and rank 1 did not leave and had to be ended: all 2 ranks begin again/m,
    );
    await gone(pidsIn(folder));
  });

  test('of a fault that stays, as wrong input, nothing begins again', async () => {
    const { ended, folder } = launched([['until 75', 'exit 1']], 2, { maxRestarts: 3 });
    const { code } = await ended;
    assert.equal(code, 1);
    assert.equal(pidsIn(folder).length, 2);
  });

  test('a program that is not there is an error, and leaves no process', async () => {
    await assert.rejects(
      launch([path.join(scratch, 'none')], { ranks: 2, maxRestarts: 3, tell: () => {} }),
      /ENOENT/,
    );
  });
});

suite('a signal', { concurrency: 2 }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    test(`${signal} is passed on once to each, and nothing begins again`, async () => {
      const { child, ended, folder } = launched([['until 130', 'until 130']], 2, { maxRestarts: 3 });
      await begun(folder, 2);
      child.kill(signal);
      const { code } = await ended;
      assert.equal(code, 130);
      assert.deepEqual(
        notes(folder)
          .filter(({ text }) => text.startsWith('SIG'))
          .map(({ rank: of, text }) => `${of} ${text}`)
          .sort(),
        [`0 ${signal}`, `1 ${signal}`],
      );
      assert.equal(pidsIn(folder).length, 2);
    });

  test('that comes again ends those that do not answer', async () => {
    const { child, ended, folder } = launched([['until 130', 'hang']], 2, { maxRestarts: 3 });
    const pids = await begun(folder, 2);
    child.kill('SIGINT');
    await wait(100);
    child.kill('SIGINT');
    const { code } = await ended;
    assert.equal(code, 130);
    await gone(pids);
  });
});

test('a launcher that is killed leaves nobody: who can stops first, and who hangs is killed', async () => {
  const { child, ended, folder } = launched([['until 130', 'hang']], 2);
  const pids = await begun(folder, 2);
  child.kill('SIGKILL');
  await gone(pids);
  assert.deepEqual(
    notes(folder).filter(({ text }) => text.startsWith('SIG')),
    [{ attempt: 0, rank: 0, text: 'SIGTERM' }],
  );
  await ended;
});
