import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { draw, permutation, philox4x32, type Words } from './philox.ts';

suite('the counter-based generator', () => {
  test('gives Random123’s known answers for Philox4x32-10', () => {
    const hex = (words: readonly number[]) =>
      words.map((word) => word.toString(16).padStart(8, '0')).join(' ');
    const ones = 0xffffffff;
    const counter: Words = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
    assert.equal(hex(philox4x32([0, 0, 0, 0], [0, 0])), '6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    assert.equal(
      hex(philox4x32([ones, ones, ones, ones], [ones, ones])),
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    );
    assert.equal(hex(philox4x32(counter, [0xa4093822, 0x299f31d0])), 'd16cfe09 94fdcceb 5001e420 24126ea1');
  });
  test('a permutation has every sample once and depends on seed, epoch and purpose', () => {
    const key = { seed: 1, epoch: 2, purpose: 'order' } as const;
    const order = permutation(1000, key);
    assert.deepEqual(
      Array.from(order).sort((a, b) => a - b),
      Array.from({ length: 1000 }, (_, i) => i),
    );
    assert.deepEqual(permutation(1000, key), order);
    for (const other of [{ seed: 2 }, { epoch: 3 }, { purpose: 'subset' } as const, { seed: 1 + 2 ** 32 }]) {
      assert.notDeepEqual(permutation(1000, { ...key, ...other }), order);
    }
  });
  test('a permutation has every sample once where 53 bits do not hold word and sample', () => {
    for (const size of [2 ** 21 + 1, 2 ** 24]) {
      const seen = new Uint8Array(size);
      for (const sample of permutation(size, { seed: 7, epoch: 3, purpose: 'order' })) seen[sample] = 1;
      assert.equal(seen.indexOf(0), -1, `of ${size}`);
    }
  });
  test('a permutation is the one that runs of earlier versions had', () => {
    const found = [60_000, 2 ** 21].map((size) =>
      createHash('sha256')
        .update(permutation(size, { seed: 7, epoch: 3, purpose: 'order' }))
        .digest('hex')
        .slice(0, 16),
    );
    assert.deepEqual(found, ['10585123e134291a', 'cd57dac12057cac6']);
  });
});
