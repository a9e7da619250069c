import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thinned } from './thinned.ts';

test('long lines keep their ends and peaks', () => {
  const points = Array.from({ length: 1000 }, (_, i) => ({
    x: i,
    mean: i === 500 ? 99 : i === 700 ? -99 : i % 7,
    deviation: 0,
  }));
  const { points: kept } = thinned({ name: 'a', points }, 100);
  assert.ok(kept.length <= 100 && kept.length > 50, String(kept.length));
  const means = new Map(kept.map(({ x, mean }) => [x, mean]));
  for (const x of [0, 500, 700, 999]) assert.ok(means.has(x), String(x));
  assert.deepEqual(
    kept,
    kept.toSorted((a, b) => a.x - b.x),
  );
  const short = { name: 'b', points: points.slice(0, 10) };
  assert.equal(thinned(short, 100), short);
});
