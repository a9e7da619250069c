import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partOf, weightOf } from './part.ts';

const partsOf = (size: number, count: number) =>
  Array.from({ length: count }, (_, rank) => partOf(size, { rank, count }));

test('ranks have each place of a batch once, about as many each, and with each place that at the same distance from the end', () => {
  for (const count of [1, 2, 3, 4, 7])
    for (let size = 2 * count; size < 70; size++) {
      const parts = partsOf(size, count);
      const places = parts.flatMap((part) => Array.from(part.places));
      assert.deepEqual(
        places.sort((a, b) => a - b),
        Array.from({ length: size }, (_, i) => i),
      );
      const sizes = parts.map((part) => part.places.length);
      assert.ok(Math.min(...sizes) >= 2 && Math.max(...sizes) - Math.min(...sizes) <= 3, `${sizes}`);
      for (const { places } of parts) {
        const mirrored = Array.from(places, (place) => size - 1 - place).reverse();
        assert.deepEqual(mirrored, Array.from(places));
      }
      const weights = parts.reduce((sum, part) => sum + weightOf(part, count), 0);
      assert.ok(Math.abs(weights - count) < 1e-12);
    }
});

test('a batch with fewer than two samples for each is computed by each', () => {
  for (const part of partsOf(3, 2))
    assert.deepEqual(part, { of: 3, places: Int32Array.of(0, 1, 2), isWhole: true });
  assert.deepEqual(
    partsOf(3, 2).map((part) => weightOf(part, 2)),
    [1, 1],
  );
});
