import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aligned, valueAt } from './aligned.ts';
import { bandOf } from './bands.ts';
import { curveOf, drawnOf, inEpochs, seriesFirst, seriesOffered } from './compared-series.ts';
import { flatten } from './flatten.ts';

test('curves of different places are put on those of all: none of its own is passed over, no number is a gap', () => {
  const found = aligned([
    { x: [1, 3], y: [5, null] },
    { x: [2], y: [7] },
  ]);
  assert.deepEqual(found, {
    x: [1, 2, 3],
    ys: [
      [5, undefined, null],
      [undefined, 7, undefined],
    ],
  });
});

test('between two places a value is on the line, outside there is none', () => {
  const curve = { x: [0, 10, 20], y: [0, 1, null] };
  assert.deepEqual(
    [-1, 0, 5, 10, 15, 20, 21].map((at) => valueAt(curve, at)),
    [null, 0, 0.5, 1, null, null, null],
  );
});

test('a band is the mean of the curves that reach there, a deviation of the sample to either side', () => {
  const band = bandOf([
    { x: [1, 2], y: [1, 2] },
    { x: [1, 2, 3], y: [3, 2, 9] },
  ]);
  assert.deepEqual(band.mean, [2, 2, 9]);
  assert.deepEqual(band.low, [2 - Math.SQRT2, 2, 9]);
});

test('curves are drawn of four hundred runs in all, and of one of each group at least', () => {
  assert.deepEqual(
    [1, 3, 1000].map((count) => drawnOf(Array.from({ length: count }, () => ({ ids: [] })))),
    [400, 133, 1],
  );
});

test('steps are told in epochs by where epochs end', () => {
  assert.deepEqual(inEpochs([50, 100, 150, 250], [100, 200]), [0.5, 1, 1.5, 2.5]);
  const answer = {
    unit: 'step',
    epochEnds: [10],
    series: [{ name: 'lr', x: [5, 10], y: [1, 2], rows: 2 }],
  } as const;
  assert.deepEqual(curveOf('lr', answer, true), { x: [0.5, 1], y: [1, 2] });
  assert.equal(curveOf('test/top1', answer, true), null);
});

test('what is one number a run is no curve', () => {
  const tags = ['test/top1 (best)', 'test/top1', 'teacher/top1', 'train/loss', 'epochs', 'seconds'];
  assert.deepEqual(seriesOffered(tags), ['test/top1', 'train/loss']);
  assert.deepEqual(seriesFirst(seriesOffered(tags), 'top1'), ['test/top1', 'train/loss']);
  assert.deepEqual(seriesFirst(['mine'], null), ['mine']);
});

test('settings are paths, with what is empty as it is', () => {
  assert.deepEqual(flatten({ a: { b: [1, 'x'], c: {} }, d: null }), [
    ['a.b.0', '1'],
    ['a.b.1', 'x'],
    ['a.c', '{}'],
    ['d', 'null'],
  ]);
});
