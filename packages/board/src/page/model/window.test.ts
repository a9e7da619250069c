import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsSeen, scrollTo } from './window.ts';

const place = { rows: 10_000, rowHeight: 40, top: 4000, height: 800 };

test('those in sight are there, and a few beside them', () => {
  assert.deepEqual(rowsSeen(place), { from: 92, to: 128 });
  assert.deepEqual(rowsSeen({ ...place, top: 0 }), { from: 0, to: 28 });
  assert.deepEqual(rowsSeen({ ...place, rows: 5, top: 0 }), { from: 0, to: 5 });
});

test('a table that became shorter than where one was shows its end', () => {
  assert.deepEqual(rowsSeen({ ...place, rows: 3 }), { from: 0, to: 3 });
  assert.deepEqual(rowsSeen({ ...place, rows: 0 }), { from: 0, to: 0 });
});

test('a row is scrolled to only if it is not whole in sight', () => {
  assert.equal(scrollTo(105, place), 4000);
  assert.equal(scrollTo(99, place), 3960);
  assert.equal(scrollTo(120, place), 4040);
});
