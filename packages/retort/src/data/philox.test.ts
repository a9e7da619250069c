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
  test('place 0 and number 0 draw what earlier versions drew', () => {
    for (const [key, words] of [
      [
        { seed: 7, epoch: 3, sample: 17, view: 1, purpose: 'augmentation' },
        [3077838243, 830883265, 1007555689, 1998948614],
      ],
      [
        { seed: 2 ** 33 + 5, epoch: 0, sample: 0, purpose: 'order' },
        [3090725442, 3267883112, 1206300188, 1686457046],
      ],
      [
        { seed: 0, epoch: 240, sample: 49_999, purpose: 'hold-out' },
        [3652891431, 2549095814, 1535655195, 2801070045],
      ],
    ] as const) {
      assert.deepEqual(draw(key), words);
      assert.deepEqual(draw({ ...key, place: 0, number: 0 }), words);
    }
  });
  test('draws at other places, with other numbers and for other purposes are independent', () => {
    const key = { seed: 0, epoch: 0, sample: 0 };
    const places = [0, 1, 2, 15, 16, 255, 4095];
    const numbers = [0, 1, 2, 15, 16, 4096, 65_535];
    const purposes = ['order', 'augmentation', 'hold-out'] as const;
    const drawn = purposes.flatMap((purpose) =>
      places.flatMap((place) => numbers.map((number) => draw({ ...key, purpose, place, number }))),
    );
    assert.equal(new Set(drawn.flat()).size, 4 * drawn.length, 'no word comes twice');
    // Bits that two independent draws share are half of all, of 128000 within six standard deviations (179 each).
    const shared = (one: object, other: object): number => {
      let count = 0;
      for (let sample = 0; sample < 1000; sample++) {
        const of = (more: object) => draw({ ...key, purpose: 'augmentation', ...more, sample });
        const words = of(other);
        for (const [i, word] of of(one).entries())
          for (let differing = word ^ (words[i] ?? 0); differing; differing &= differing - 1) count++;
      }
      return 128_000 - count;
    };
    for (const [one, other] of [
      [{}, { place: 1 }],
      [{}, { number: 1 }],
      [{ place: 1 }, { number: 1 }],
      [{ place: 16 }, { purpose: 'subset' }],
    ] as const)
      assert.ok(Math.abs(shared(one, other) - 64_000) < 6 * 179, JSON.stringify([one, other]));
  });
  test('a place or number that would be another’s is refused', () => {
    const key = { seed: 0, epoch: 0, sample: 0, purpose: 'augmentation' } as const;
    assert.throws(() => draw({ ...key, place: 4096 }), {
      name: 'RangeError',
      message:
        'there are 4096 places to draw from and 65536 draws at each, counted from 0; this is draw 0 at place 4096',
    });
    assert.throws(() => draw({ ...key, number: 65_536 }), /this is draw 65536 at place 0/);
  });
});
