import assert from 'node:assert/strict';
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { deserialize, serialize } from 'node:v8';
import { readRecord, readRun, summaryOf } from 'retort/runs';
import { epochLine, makeRun, stepLine } from '../../../reference/made-runs.ts';
import { scratchFolder } from '../../../reference/served.ts';
import { remainingSeconds } from './remaining.ts';
import { RunLog } from './run-log.ts';
import { seriesNames, seriesOf } from './series.ts';
import { thin } from './thin.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

let files = 0;
const freshFile = (content = ''): string => {
  const file = path.join(scratch, `log-${files++}.jsonl`);
  fs.writeFileSync(file, content);
  return file;
};

async function update(log: RunLog, file: string): Promise<RunLog> {
  const handle = await open(file);
  try {
    await log.update(handle);
  } finally {
    await handle.close();
  }
  return log;
}

const read = (file: string): Promise<RunLog> => update(new RunLog(), file);

const curve = (log: RunLog, name: string, points = 1000) =>
  seriesOf(log, { names: [name], points }).series[0];

suite('a log', () => {
  test('says what runs/read says of the same run', async () => {
    const folder = path.join(scratch, 'same');
    makeRun(folder, { epochs: 5 });
    const log = await read(path.join(folder, 'metrics.jsonl'));
    const summary = summaryOf(folder, readRecord(folder), log.logged(path.join(folder, 'metrics.jsonl')));
    assert.deepEqual(summary, readRun(folder));
  });
  test('says so too with evaluations within epochs, damaged lines and one that is not whole', async () => {
    const folder = path.join(scratch, 'damaged');
    makeRun(folder, { epochs: 1, steps: 20, record: { status: 'stopped', result: undefined } });
    const evaluation =
      '{"kind":"evaluation","stage":0,"epoch":2,"epochs":3,"step":10,"steps":20,"test":{"top1":0.99}}\n';
    fs.appendFileSync(
      path.join(folder, 'metrics.jsonl'),
      `${stepLine(2, 10, 20, 3)}${evaluation}not JSON\n[1]\n\n${epochLine(2, 3, 20)}{"epoch":3,"los`,
    );
    const log = await read(path.join(folder, 'metrics.jsonl'));
    const file = path.join(folder, 'metrics.jsonl');
    const summary = summaryOf(folder, readRecord(folder), log.logged(file));
    const expected = readRun(folder);
    assert.deepEqual(new Set(summary.notes), new Set(expected.notes));
    assert.deepEqual({ ...summary, notes: [] }, { ...expected, notes: [] });
    assert.equal(summary.scores.top1?.best, 0.99);
    assert.deepEqual(curve(log, 'step/test/top1'), { name: 'step/test/top1', x: [30], y: [0.99], rows: 1 });
  });
  test('is read on from where it was, and a line that was half written is read when it is whole', async () => {
    const lines = Array.from({ length: 50 }, (_, at) => stepLine(1, at + 1, 100, 2));
    const file = freshFile(lines.join(''));
    const log = await read(file);
    const [begun, rest] = [stepLine(1, 51, 100, 2).slice(0, 30), stepLine(1, 51, 100, 2).slice(30)];
    fs.appendFileSync(file, begun);
    await update(log, file);
    assert.equal(log.rows, 50);
    assert.match(log.logged('f').notes.join(), /f: line 51 is not whole/);
    fs.appendFileSync(file, rest);
    await update(log, file);
    assert.equal(log.rows, 51);
    assert.deepEqual(log.logged('f').notes, []);
    assert.deepEqual(log.kept(), (await read(file)).kept());
  });
  test('is read anew where it was cut, changed or replaced, and then is as if it were read at once', async () => {
    const lines = Array.from({ length: 200 }, (_, at) => stepLine(1, at + 1, 500, 2));
    const others = lines.map((line) => line.replace('"gradientNorm":1', '"gradientNorm":7'));
    const changes: [string, (file: string) => void][] = [
      ['cut', (file) => fs.truncateSync(file, lines.slice(0, 20).join('').length)],
      [
        'cut and longer again, as a run that is resumed',
        (file) => fs.writeFileSync(file, [...lines.slice(0, 20), ...others].join('')),
      ],
      [
        'of the same length',
        (file) => fs.writeFileSync(file, [...others.slice(0, 9), ...lines.slice(9)].join('')),
      ],
      [
        'replaced by a file that begins alike',
        (file) => {
          fs.writeFileSync(`${file}.new`, [...lines, ...others].join(''));
          fs.renameSync(`${file}.new`, file);
        },
      ],
      ['empty', (file) => fs.truncateSync(file, 0)],
    ];
    for (const [what, change] of changes) {
      const file = freshFile(lines.join(''));
      fs.utimesSync(file, 1, 1);
      const log = await read(file);
      change(file);
      await update(log, file);
      assert.deepEqual(log.kept(), (await read(file)).kept(), what);
    }
  });
  test('is kept, and goes on from what was kept', async () => {
    const file = freshFile(stepLine(1, 1, 100, 2).repeat(30) + epochLine(1, 2, 100));
    const kept = deserialize(serialize((await read(file)).kept()));
    fs.appendFileSync(file, stepLine(2, 1, 100, 2));
    const log = await update(new RunLog(kept), file);
    assert.equal(log.rows, 32);
    assert.deepEqual(log.kept(), (await read(file)).kept());
  });
  test('with a line as long as none is, is read but for that line', async () => {
    const file = freshFile(stepLine(1, 1, 10, 1));
    fs.appendFileSync(file, `{"epoch":1,"losses":{"${'x'.repeat(17 << 20)}":1}}\n`);
    fs.appendFileSync(file, stepLine(1, 2, 10, 1) + epochLine(1, 1, 10));
    const log = await read(file);
    assert.equal(log.rows, 3);
    assert.deepEqual(log.logged('f').notes, ['f: line 2 is no JSON object and was passed over']);
  });
  test('of anything else is passed over', async () => {
    const hostile = [
      '{"kind":"step","epoch":-1,"step":1,"losses":{"a":1}}',
      '{"kind":"step","epoch":1e300,"step":1,"losses":{"a":1}}',
      '{"kind":"step","epoch":"1","step":1}',
      '{"kind":"of a later version","epoch":1,"step":1,"losses":{"a":1}}',
      '{"epoch":1,"losses":{"__proto__":1,"constructor":2},"test":null,"lr":"0.1"}',
      '{"__proto__":{"epoch":1}}',
      '123',
    ];
    const log = await read(freshFile(`${hostile.join('\n')}\n`));
    assert.equal(log.rows, 1);
    assert.ok(seriesNames(log).includes('train/constructor'));
    assert.equal(({} as Record<string, unknown>)['train/constructor'], undefined);
  });
});

suite('a curve', () => {
  test('counts steps from the beginning, over stages of other lengths', async () => {
    const of = (stage: number, epoch: number, steps: number, every: number): string =>
      Array.from({ length: steps / every }, (_, at) =>
        JSON.stringify({
          kind: 'step',
          stage,
          epoch,
          epochs: 4,
          step: (at + 1) * every,
          steps,
          losses: { loss: epoch },
        }),
      ).join('\n');
    const end = (stage: number, epoch: number): string =>
      JSON.stringify({ stage, epoch, epochs: 4, losses: { loss: epoch } });
    const lines = [of(0, 1, 20, 10), end(0, 1), end(0, 2), of(1, 3, 50, 25), end(1, 3), of(1, 4, 50, 25)];
    const log = await read(freshFile(`${lines.join('\n')}\n`));
    assert.deepEqual(curve(log, 'step/train/loss')?.x, [10, 20, 65, 90, 115, 140]);
    assert.deepEqual(curve(log, 'train/loss')?.x, [20, 40, 90]);
    const { unit, epochEnds } = seriesOf(log, { names: [], points: 10 });
    assert.deepEqual([unit, epochEnds], ['step', [20, 40, 90]]);
  });
  test('counts epochs where no steps are logged', async () => {
    const log = await read(freshFile([1, 2, 3].map((epoch) => epochLine(epoch, 3, 10)).join('')));
    assert.deepEqual(curve(log, 'train/loss')?.x, [1, 2, 3]);
    assert.equal(seriesOf(log, { names: [], points: 10 }).unit, 'epoch');
  });
  test('has no number where there was none, and nothing where nothing was measured', async () => {
    const at = (step: number, loss: number | null, rest: object = {}): string =>
      `${JSON.stringify({ kind: 'step', stage: 0, epoch: 1, epochs: 1, step, steps: 4, losses: { loss }, samplesPerSecond: step === 1 ? null : 5, ...rest })}\n`;
    const log = await read(freshFile(at(1, 1) + at(2, null) + at(3, 2, { extra: 1 }) + at(4, 3)));
    assert.deepEqual(curve(log, 'step/train/loss'), {
      name: 'step/train/loss',
      rows: 4,
      x: [1, 2, 3, 4],
      y: [1, null, 2, 3],
    });
    assert.deepEqual(curve(log, 'step/train/samplesPerSecond')?.x, [2, 3, 4]);
    assert.deepEqual(curve(log, 'step/extra')?.x, [3]);
    assert.equal(curve(log, 'step/nothing'), undefined);
  });
  test('is of a part of the run, where one is asked for', async () => {
    const log = await read(
      freshFile(Array.from({ length: 100 }, (_, at) => stepLine(1, at + 1, 100, 1)).join('')),
    );
    const [found] = seriesOf(log, { names: ['step/lr'], points: 1000, from: 20, to: 22 }).series;
    assert.deepEqual([found?.x, found?.rows], [[20, 21, 22], 3]);
  });
  test('with fewer places keeps each peak, the first and the last', () => {
    const rows = 10_000;
    const x = Array.from({ length: rows }, (_, at) => at);
    const y = x.map((at) => Math.sin(at / 500));
    for (const [at, value] of [
      [1234, 9],
      [4321, -9],
      [7777, 5],
    ] as const)
      y[at] = value;
    for (const most of [2, 3, 4, 5, 10, 99, 1000]) {
      const thinned = thin(x, y, most);
      assert.equal(thinned.rows, rows);
      assert.ok(thinned.x.length <= most, `${most}: ${thinned.x.length}`);
      assert.deepEqual([thinned.x[0], thinned.x.at(-1)], [0, rows - 1]);
      assert.deepEqual(
        thinned.x,
        [...new Set(thinned.x)].sort((a, b) => a - b),
      );
      assert.deepEqual(
        thinned.y,
        thinned.x.map((at) => y[at]),
      );
      if (most >= 4)
        assert.deepEqual([Math.max(...thinned.y.map(Number)), Math.min(...thinned.y.map(Number))], [9, -9]);
    }
    assert.ok(thin(x, y, 99).x.includes(7777));
    // In each stretch, not only over all: no curve of 100 rows is without its own.
    const fine = thin(x, y, 2000);
    for (let from = 1; from < rows - 200; from += 100) {
      const [all, some] = [
        y.slice(from, from + 100),
        fine.y.filter((_, at) => (fine.x[at] ?? 0) >= from - 20 && (fine.x[at] ?? 0) < from + 120),
      ];
      assert.ok(
        Math.max(...some.map(Number)) >= Math.max(...all) &&
          Math.min(...some.map(Number)) <= Math.min(...all),
      );
    }
    y[5000] = Number.POSITIVE_INFINITY;
    y[5001] = Number.NaN;
    const withGap = thin(x, y, 1000);
    assert.equal(withGap.rows, rows - 1);
    assert.ok(
      withGap.x.length <= 1000 && withGap.y[withGap.x.indexOf(5000)] === null && !withGap.x.includes(5001),
    );
    assert.deepEqual(thin([1, 2], [3, 4], 2), { x: [1, 2], y: [3, 4], rows: 2 });
    assert.deepEqual(thin([], [], 2), { x: [], y: [], rows: 0 });
  });
});

test('the time that is left goes by the last epochs, or in the first by how long it has gone on', async () => {
  const half = await read(freshFile(stepLine(1, 50, 100, 4)));
  assert.equal(remainingSeconds(half, 4, 30), 3.5 * 60);
  assert.equal(remainingSeconds(half, 4, -30), null, 'a clock that was set back');
  const log = await read(freshFile(epochLine(1, 4, 100) + stepLine(2, 50, 100, 4)));
  assert.equal(remainingSeconds(log, 4, 1e6), 2.5 * 2);
  assert.equal(remainingSeconds(log, null, 1), null);
  assert.equal(remainingSeconds(new RunLog(), 4, 100), null);
  const done = await read(freshFile(epochLine(4, 4, 100)));
  assert.equal(remainingSeconds(done, 4, 1), 0);
});
