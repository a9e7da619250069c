import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sliceOf, weightOf } from './slice.ts';

const partsOf = (size: number, count: number) =>
  Array.from({ length: count }, (_, rank) => sliceOf(size, { rank, count }));

test('ranks have each place of a batch once, about as many each, and with each place that at the same distance from the end', () => {
  for (const count of [1, 2, 3, 4, 7])
    for (let size = 2 * count; size < 70; size++) {
      const slices = partsOf(size, count);
      const places = slices.flatMap((slice) => Array.from(slice.places));
      assert.deepEqual(
        places.sort((a, b) => a - b),
        Array.from({ length: size }, (_, i) => i),
      );
      const sizes = slices.map((slice) => slice.places.length);
      assert.ok(Math.min(...sizes) >= 2 && Math.max(...sizes) - Math.min(...sizes) <= 3, `${sizes}`);
      for (const { places } of slices) {
        const mirrored = Array.from(places, (place) => size - 1 - place).reverse();
        assert.deepEqual(mirrored, Array.from(places));
      }
      const weights = slices.reduce((sum, slice) => sum + weightOf(slice, count), 0);
      assert.ok(Math.abs(weights - count) < 1e-12);
    }
});

test('a batch with fewer than two samples for each is computed by each', () => {
  for (const slice of partsOf(3, 2))
    assert.deepEqual(slice, { of: 3, places: Int32Array.of(0, 1, 2), isWhole: true });
  assert.deepEqual(
    partsOf(3, 2).map((slice) => weightOf(slice, 2)),
    [1, 1],
  );
});
