/**
 * `npm run bench:board`: how soon the board answers. Runs are made up: `--runs N` of 500 lines each, and one of `--rows N` lines (a million). Each case
 * is asked of a fresh process; the system has the files in memory, as after a training. `--pairs N` says how often, `--folder DIR` keeps what was made, `--json FILE` writes the numbers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { epochLine, makeRun, stepLine } from '../packages/board/reference/made-runs.ts';
import type { RunRow } from '../packages/board/src/api.ts';
import { linesOf } from '../packages/board/src/page/model/table.ts';
import { median } from './compare.ts';

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '1000000' },
    pairs: { type: 'string', default: '5' },
    folder: { type: 'string' },
    json: { type: 'string' },
  },
});

const folder = flags.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bench-board-'));
const bin = path.join(import.meta.dirname, '../packages/retort/bin/retort.js');

/** A run of so many lines, a thousand steps an epoch. */
function makeLong(name: string, rows: number): void {
  const place = path.join(folder, name);
  makeRun(place, { epochs: 0 });
  const log = fs.openSync(path.join(place, 'metrics.jsonl'), 'w');
  const epochs = Math.ceil(rows / 1001);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const steps = Array.from({ length: 1000 }, (_, at) => stepLine(epoch, at + 1, 1000, epochs));
    fs.writeSync(log, [...steps, epochLine(epoch, epochs, 1000)].join(''));
  }
  fs.closeSync(log);
}

function makeAll(): void {
  if (fs.existsSync(path.join(folder, 'long'))) return;
  for (let at = 0; at < Number(flags.runs); at++)
    makeRun(path.join(folder, `made-${at >> 2}/seed-${at & 3}`), {
      ...{ seed: at & 3, temperature: at >> 2, epochs: 20, steps: 2400, everySteps: 100 },
    });
  makeLong('long', Number(flags.rows));
}

interface Served {
  readonly url: string;
  readonly child: ChildProcess;
}

function serve(): Promise<Served> {
  const child = spawn(process.execPath, [bin, 'board', folder, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve({ url: JSON.parse(String(line)).url, child }));
    child.once('close', () => reject(new Error('the board ended')));
  });
}

async function end({ child }: Served): Promise<void> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  await closed;
}

interface Timed {
  readonly milliseconds: number;
  readonly text: string;
}

async function asked({ url }: Served, target: string): Promise<Timed> {
  const began = performance.now();
  const response = await fetch(new URL(target, url));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return { milliseconds: performance.now() - began, text };
}

const megabytesOf = ({ child }: Served): number => {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
};

const withoutIndex = (): void => fs.rmSync(path.join(folder, '.board'), { recursive: true, force: true });

const found = new Map<string, number[]>();
const note = (what: string, value: number): void => void found.set(what, [...(found.get(what) ?? []), value]);

const curve = '/api/runs/long/series?names=step/train/loss&points=1000';

async function once(): Promise<void> {
  withoutIndex();
  const fresh = await serve();
  const first = await asked(fresh, '/api/runs');
  note('all runs, without an index: first answer, ms', first.milliseconds);
  note('all runs, without an index: rows in it', JSON.parse(first.text).runs.length);
  const began = performance.now() - first.milliseconds;
  while (JSON.parse((await asked(fresh, '/api/runs')).text).isReading);
  note('all runs, without an index: all are read, ms', performance.now() - began);
  note('memory then, MiB', megabytesOf(fresh));
  await end(fresh);
  withoutIndex();
  const cold = await serve();
  note('a curve, without an index, ms', (await asked(cold, curve)).milliseconds);
  await end(cold);
  // What was not read of the others yet.
  const between = await serve();
  while (JSON.parse((await asked(between, '/api/runs')).text).isReading);
  await end(between);
  const indexed = await serve();
  const { milliseconds, text } = await asked(indexed, '/api/runs');
  const rows: RunRow[] = JSON.parse(text).runs;
  const shown = { text: 'kd', withHidden: false, bySeeds: true, opened: new Set<string>() };
  const start = performance.now();
  linesOf(rows, { ...shown, order: { column: 'score', isDown: true } });
  note('all runs, filtered, grouped and sorted in the page, ms', performance.now() - start);
  note('all runs, with the index: first answer, ms', milliseconds);
  note('all runs, with the index: rows in it', rows.length);
  note('all runs, with the index: again, ms', (await asked(indexed, '/api/runs')).milliseconds);
  note('a curve, with the index: first, ms', (await asked(indexed, curve)).milliseconds);
  note('a curve, with the index: again, ms', (await asked(indexed, curve)).milliseconds);
  note('one run, ms', (await asked(indexed, '/api/runs/long')).milliseconds);
  note(
    'two groups of four seeds compared, ms',
    (await asked(indexed, '/api/compare?ids=made-0/seed-0,made-1/seed-0')).milliseconds,
  );
  await end(indexed);
}

console.error(`making runs in ${folder}`);
makeAll();
const { size } = fs.statSync(path.join(folder, 'long/metrics.jsonl'));
console.log(
  `${os.cpus()[0]?.model}, Node ${process.version}: ${flags.runs} runs of 500 lines, and one of ${flags.rows} (${(size / 1e6).toFixed(0)} MB)`,
);
for (let pair = 0; pair < Number(flags.pairs); pair++) await once();
for (const [what, values] of found) console.log(`${what}: ${median(values).toFixed(0)}`);
if (flags.json) fs.writeFileSync(flags.json, JSON.stringify(Object.fromEntries(found), null, 2));
if (!flags.folder) fs.rmSync(folder, { recursive: true });
