import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smoothed } from './smooth.ts';

const x = Array.from({ length: 50 }, (_, i) => i);

test('nothing is smoothed by 0, and gaps stay', () => {
  assert.deepEqual(smoothed([1, 2, 3], [4, null, 6], 0), [4, null, 6]);
  assert.equal(smoothed([1, 2, 3], [4, null, 6], 0.9)[1], null);
});

test('a level curve stays level from its first place on', () => {
  for (const value of smoothed(
    x,
    x.map(() => 3),
    0.9,
  ))
    assert.ok(Math.abs((value ?? 0) - 3) < 1e-12);
});

test('it is the corrected exponential average where places are even', () => {
  const y = x.map((at) => Math.sin(at) + at / 10);
  let [sum, weight] = [0, 0];
  const expected = y.map((value) => {
    sum = 0.8 * sum + 0.2 * value;
    weight = 0.8 * weight + 0.2;
    return sum / weight;
  });
  for (const [i, value] of smoothed(x, y, 0.8).entries())
    assert.ok(Math.abs((value ?? 0) - (expected[i] ?? 0)) < 1e-12);
});

test('a place after a gap counts for more than one at once', () => {
  const [, , near] = smoothed([0, 1, 2, 20], [0, 0, 1, 1], 0.9);
  const [, , far] = smoothed([0, 1, 19, 20], [0, 0, 1, 1], 0.9);
  assert.ok((far ?? 0) > (near ?? 0) + 0.2, `${far} ${near}`);
});
