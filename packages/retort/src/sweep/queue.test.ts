import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { recipeOf } from '../recipe/index.ts';
import { RunError } from '../runs/index.ts';
import { identify } from '../system/process.ts';
import type { PlannedRun } from './plan.ts';
import { type End, startRun } from './process.ts';
import { type QueueOptions, type QueueState, runQueue } from './queue.ts';
import { resultsOf } from './results.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-queue-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const { recipe } = recipeOf(
  {
    name: 'q',
    data: { name: 'fashion-mnist' },
    student: 'resnet8',
    stages: [{ methods: ['cross-entropy'], epochs: 4 }],
  },
  'here',
);

let made = 0;

/** A folder of its own for a queue. */
const newOut = (): string => path.join(scratch, `out${made++}`);

const planned = (out: string, cell: string, seed: number): PlannedRun => ({
  ...{ cell, seed, name: `${cell}/seed-${seed}`, folder: path.join(out, cell, `seed-${seed}`), recipe },
  args: ['--version'],
});

/** Runs of one cell. */
const plannedIn = (out: string, number: number): PlannedRun[] =>
  Array.from({ length: number }, (_, seed) => planned(out, 'a', seed));

/** What a run leaves that came to a score. */
function leave({ folder, seed }: PlannedRun, status: string, top1 = 0.5, more: object = {}): void {
  fs.mkdirSync(folder, { recursive: true });
  const headline = { metric: 'top1', better: 'higher' };
  const result = status === 'finished' ? { last: { top1 }, best: { top1 }, epochs: 4, headline } : {};
  const record = {
    settings: { ...recipe, seed },
    started: '2026-01-01',
    status,
    result,
    headline,
    machine: { threads: 1 },
    ...more,
  };
  fs.writeFileSync(path.join(folder, 'run.json'), JSON.stringify(record));
}

const well: End = { code: 0, signal: null, said: null };

interface Watched {
  /** How many were at work at once, at most. */
  most: number;
  readonly started: { name: string; threads: number }[];
}

/** Starts nothing: what a run does is `work`, and takes a moment. */
function working(
  work: (run: PlannedRun) => End = (run) => {
    leave(run, 'finished', 0.5 + 0.1 * run.seed);
    return well;
  },
) {
  const watched: Watched = { most: 0, started: [] };
  let now = 0;
  const start: NonNullable<QueueOptions['start']> = (run, threads) => {
    watched.started.push({ name: run.name, threads });
    watched.most = Math.max(watched.most, ++now);
    const ended = new Promise<End>((resolve) =>
      setTimeout(() => {
        now--;
        resolve(work(run));
      }, 5),
    );
    return { process: '', ended };
  };
  return { watched, start };
}

const never = new AbortController().signal;
const options = (out: string, more: Partial<QueueOptions> = {}): QueueOptions => ({
  ...{ out, threads: 2, threadsEach: 1, signal: never, atOnce: never, lookEvery: 20 },
  ...more,
});

const statesOf = (all: readonly { state: QueueState }[]): string => all.map(({ state }) => state).join(' ');

const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** A process that says so when it is ready, in a group of its own. */
async function begun(code: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', `${code}; console.log('ready')`, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

suite('the queue', () => {
  test('runs all, so many at once as there are threads for, and says what each cell came to', async () => {
    const out = newOut();
    const runs = [...plannedIn(out, 3), planned(out, 'b', 0)];
    const { watched, start } = working();
    const changes: string[] = [];
    const all = await runQueue(
      runs,
      options(out, { start, onChange: ({ run, state }) => changes.push(`${run.name} ${state}`) }),
    );
    assert.equal(statesOf(all), 'finished finished finished finished');
    assert.equal(watched.most, 2);
    assert.deepEqual(changes.slice(0, 2), ['a/seed-0 running', 'a/seed-1 running']);
    assert.equal(changes.length, 8);
    const [a, b] = resultsOf(all);
    assert.deepEqual([a?.cell, a?.runs, a?.finished, a?.metric, a?.isAlike], ['a', 3, 3, 'top1', true]);
    assert.ok(a?.best && Math.abs(a.best.mean - 0.6) < 1e-12 && Math.abs(a.best.deviation - 0.1) < 1e-12);
    assert.deepEqual(b?.last?.values, [0.5]);
  });

  test('skips what is finished, and resumes what was stopped with the threads that it had', async () => {
    const out = newOut();
    const runs = plannedIn(out, 3);
    const [done, stopped] = runs;
    assert.ok(done && stopped);
    leave(done, 'finished', 0.9);
    leave(stopped, 'stopped', 0, { machine: { threads: 4 } });
    const { watched, start } = working();
    const all = await runQueue(runs, options(out, { start }));
    assert.deepEqual(watched.started, [
      { name: 'a/seed-1', threads: 4 },
      { name: 'a/seed-2', threads: 1 },
    ]);
    // More threads than there are, so that it was alone.
    assert.equal(watched.most, 1);
    assert.equal(resultsOf(all)[0]?.best?.values[0], 0.9);
  });

  test('goes on past what fails, and says what it said, with the exit code', async () => {
    const out = newOut();
    const runs = plannedIn(out, 4);
    const { start } = working((run) => {
      if (run.seed === 0) return { code: 1, signal: null, said: 'the disk is full' };
      if (run.seed === 1) return { code: null, signal: 'SIGKILL', said: null };
      if (run.seed === 2) return { code: 0, signal: null, said: null };
      leave(run, 'finished');
      return well;
    });
    const all = await runQueue(runs, options(out, { start }));
    assert.equal(statesOf(all), 'failed failed failed finished');
    assert.deepEqual([all[0]?.code, all[0]?.why], [1, 'the disk is full (exit code 1)']);
    assert.match(
      all[1]?.why ?? '',
      /^its process was killed \(SIGKILL\), as the system does where memory runs out/,
    );
    assert.equal(all[2]?.why, '(exit code 0)');
    assert.equal(resultsOf(all)[0]?.finished, 1);
  });

  test('tells cells apart whose runs were begun with other contents', async () => {
    const out = newOut();
    const runs = plannedIn(out, 2);
    for (const run of runs)
      leave(run, 'finished', 0.5, { inputs: { data: { sha256: `${run.seed}`.repeat(64) } } });
    assert.equal(resultsOf(await runQueue(runs, options(out)))[0]?.isAlike, false);
  });

  test('waits for a run that a queue before it left at work, and resumes it where it ended without being finished', async () => {
    const out = newOut();
    const runs = plannedIn(out, 2);
    const left = await begun('setInterval(() => {}, 1000)');
    fs.mkdirSync(out);
    fs.writeFileSync(path.join(out, 'queue.json'), JSON.stringify({ 'a/seed-0': identify(left.pid ?? 0) }));
    const { watched, start } = working();
    const states: string[] = [];
    const queue = runQueue(
      runs,
      options(out, {
        start,
        onTick: (all) => {
          states.push(statesOf(all));
          if (states.length === 5) process.kill(-(left.pid ?? 0), 'SIGKILL');
        },
      }),
    );
    assert.equal(statesOf(await queue), 'finished finished');
    assert.equal(states[3], 'running finished');
    assert.deepEqual(
      watched.started.map(({ name }) => name),
      ['a/seed-1', 'a/seed-0'],
    );
  });

  test('waits for a run whose folder is locked, and does not start it a second time', async () => {
    const out = newOut();
    const runs = plannedIn(out, 1);
    const [run] = runs;
    assert.ok(run);
    fs.mkdirSync(run.folder, { recursive: true });
    const record = path.join(scratch, 'record.json');
    leave(run, 'finished', 0.7);
    fs.renameSync(path.join(run.folder, 'run.json'), record);
    const holder = await begun(
      `const { DatabaseSync } = require('node:sqlite');
      const held = new DatabaseSync(process.argv[1]);
      held.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
      setInterval(() => held, 1000)`,
      path.join(run.folder, 'lock'),
    );
    const { watched, start } = working();
    let ticks = 0;
    const all = await runQueue(
      runs,
      options(out, {
        start,
        onTick: (all) => {
          if (ticks++ > 0) return;
          assert.equal(statesOf(all), 'running');
          fs.renameSync(record, path.join(run.folder, 'run.json'));
          holder.kill('SIGKILL');
        },
      }),
    );
    assert.equal(statesOf(all), 'finished');
    assert.deepEqual(watched.started, []);
  });

  test('waits for a run that another process took while it began', async () => {
    const out = newOut();
    const runs = plannedIn(out, 1);
    const other = await begun('setInterval(() => {}, 1000)');
    const { watched, start } = working((run) => {
      leave(run, 'running', 0, { process: identify(other.pid ?? 0), host: os.hostname() });
      setTimeout(() => {
        leave(run, 'finished');
        other.kill('SIGKILL');
      }, 60);
      return { code: 1, signal: null, said: 'a/seed-0 is being trained by another process' };
    });
    assert.equal(statesOf(await runQueue(runs, options(out, { start }))), 'finished');
    assert.equal(watched.started.length, 1);
  });

  test('is one at a time in its folder', async () => {
    const out = newOut();
    fs.mkdirSync(out);
    const holder = await begun(
      `const { DatabaseSync } = require('node:sqlite');
      const held = new DatabaseSync(process.argv[1]);
      held.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
      setInterval(() => held, 1000)`,
      path.join(out, 'lock'),
    );
    await assert.rejects(
      runQueue(plannedIn(out, 1), options(out)),
      (error) => error instanceof RunError && /^another retort sweep has the folder/.test(error.message),
    );
    holder.kill('SIGKILL');
  });

  test('stops its runs, and does not begin others', async () => {
    const out = newOut();
    const controller = new AbortController();
    const runs = plannedIn(out, 3);
    const all = await runQueue(
      runs,
      options(out, {
        threads: 1,
        signal: controller.signal,
        onTick: () => controller.abort(),
        start: () => {
          const child = spawn(
            process.execPath,
            ['-e', 'process.on("SIGTERM", () => process.exit(130)); setInterval(() => {}, 1000)'],
            { detached: true, stdio: 'ignore' },
          );
          children.push(child);
          const ended = once(child, 'exit').then(([code, signal]): End => ({ code, signal, said: null }));
          return { process: identify(child.pid ?? 0) ?? '', ended };
        },
      }),
    );
    assert.equal(statesOf(all), 'stopped waiting waiting');
  });
});

suite('a run as a process', () => {
  test('says what it said last, and with which code it ended', async () => {
    const out = newOut();
    const run = { ...planned(out, 'a', 0), args: ['distill', 'no.yaml', '--seeds', '1', '--out', out] };
    const { ended, process: named } = startRun(run, 1);
    assert.match(named, /^\d+@\d+$/);
    const { code, signal, said } = await ended;
    assert.deepEqual([code, signal], [1, null]);
    assert.equal(said, 'no.yaml: there is no such file or folder');
    assert.match(fs.readFileSync(`${run.folder}.log`, 'utf8'), /there is no such file/);
  });

  test('is refused where nothing can be written beside its folder', () => {
    const out = newOut();
    fs.writeFileSync(out, 'a file');
    assert.throws(() => startRun(planned(out, 'a', 0), 1), RunError);
  });
});
