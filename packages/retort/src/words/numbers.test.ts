import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration } from './numbers.ts';

test('a duration has one format, from a part of a millisecond to hours', () => {
  const shown: [seconds: number, text: string][] = [
    [0, '0 s'],
    [0.000125, '0.125 ms'],
    [0.00288, '2.88 ms'],
    [0.9996, '1.0 s'],
    [7.31, '7.3 s'],
    [9.96, '10 s'],
    [59.6, '1 min 0 s'],
    [73.2, '1 min 13 s'],
    [3599.7, '1 h 0 min'],
    [7530, '2 h 5 min'],
    [Number.POSITIVE_INFINITY, '-'],
  ];
  for (const [seconds, text] of shown) assert.equal(duration(seconds), text);
});
