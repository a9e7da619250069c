import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stackedOf } from './stacked.ts';

test('terms are told by the epoch, and what is no number adds nothing', () => {
  const answer = {
    unit: 'step',
    epochEnds: [100, 150],
    series: [
      { name: 'train/ce', x: [100, 150], y: [1, 0.5], rows: 2 },
      { name: 'train/kd.kd', x: [100, 150], y: [2, null], rows: 2 },
    ],
  } as const;
  assert.deepEqual(stackedOf(answer), {
    terms: [
      {
        name: 'ce',
        points: [
          { x: 1, y: 1 },
          { x: 2, y: 0.5 },
        ],
      },
      { name: 'kd.kd', points: [{ x: 1, y: 2 }] },
    ],
    x: 'epoch',
  });
});

test('of many epochs the same few are left of each term, the first and the last among them', () => {
  const x = Array.from({ length: 1000 }, (_, i) => i + 1);
  const series = ['train/a', 'train/b'].map((name) => ({ name, x, y: x, rows: x.length }));
  const { terms } = stackedOf({ unit: 'epoch', epochEnds: x, series });
  const [one = [], other] = terms.map(({ points }) => points.map(({ x }) => x));
  assert.deepEqual([one.length, one[0], one.at(-1)], [200, 1, 1000]);
  assert.deepEqual(one, other);
});
