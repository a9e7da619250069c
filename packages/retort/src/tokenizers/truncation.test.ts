import assert from 'node:assert/strict';
import { test } from 'node:test';
import { truncated } from './truncation.ts';

test('the longer text is cut, and where both are long each keeps half', () => {
  const cases: [first: number, second: number, room: number, left: [number, number]][] = [
    [3, 4, 7, [3, 4]],
    [10, 3, 8, [5, 3]],
    [3, 10, 8, [3, 5]],
    [10, 10, 8, [4, 4]],
    [10, 10, 9, [4, 5]],
    [11, 10, 9, [5, 4]],
    [10, 11, 9, [4, 5]],
    [10, 4, 9, [5, 4]],
    [10, 0, 9, [9, 0]],
  ];
  for (const [first, second, room, left] of cases)
    assert.deepEqual(truncated(first, second, room), left, `${first}, ${second}, ${room}`);
});
