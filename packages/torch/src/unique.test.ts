import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  memory,
  scope,
  type Tensor,
  TorchError,
  tensor,
  unique,
  unique_consecutive,
  zeros,
} from '@retort/torch';
import { reference } from '../reference/follow.ts';
import { assertClose } from '../reference/load.ts';

const all = { returnInverse: true, returnCounts: true } as const;
const dims = {
  elements: null,
  strided: null,
  rows: 0,
  columns: -1,
  bool: null,
  floats: null,
  scalar: null,
  none: null,
  no_rows: 0,
};

suite('unique', () => {
  for (const [name, dim] of Object.entries(dims)) {
    test(`of ${name} finds what PyTorch does`, () =>
      scope(() => {
        const stored = reference(`unique.${name}.x`);
        const x = name === 'strided' ? stored.t().contiguous().t() : stored;
        for (const [kind, found] of [
          ['unique', unique(x, { ...all, dim })],
          ['consecutive', unique_consecutive(x, { ...all, dim })],
        ] as const)
          for (const [i, part] of ['values', 'inverse', 'counts'].entries())
            assertClose(
              found[i] ?? zeros([]),
              reference(`unique.${name}.${kind}.${part}`),
              0,
              `${kind} ${part}`,
            );
      }));
  }

  test('gives what is asked for, and holds nothing else', () => {
    const x = tensor([3n, 1n, 3n, 3n]);
    const values: Tensor = unique(x);
    const [, inverse] = unique(x, { returnInverse: true });
    const [runs, lengths] = unique_consecutive(x, { returnCounts: true });
    assert.deepEqual(
      [values, inverse, runs, lengths].map((found) => found.toList()),
      [
        [1n, 3n],
        [1n, 0n, 1n, 1n],
        [3n, 1n, 3n],
        [1n, 1n, 2n],
      ],
    );
    assert.equal(unique(x, { sorted: false }).numel(), 2);
    assert.equal(unique_consecutive(x).numel(), 3);
    assert.deepEqual(unique(x, { returnCounts: true })[1].toList(), [1n, 3n]);
    assert.equal(unique_consecutive(x, { returnInverse: true })[1].numel(), 4);
    const handlesOf = (find: () => unknown): number => {
      const held = memory().handles;
      find();
      return memory().handles - held;
    };
    assert.equal(
      handlesOf(() => unique(x)),
      1,
    );
    assert.equal(
      handlesOf(() => unique(x, { returnInverse: true, dim: 0 })),
      2,
    );
    assert.equal(
      handlesOf(() => unique_consecutive(x, { returnCounts: true })),
      2,
    );
    assert.equal(
      handlesOf(() => unique_consecutive(x, all)),
      3,
    );
  });

  test('has no derivative, and says so', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    for (const [found, name] of [
      [unique(x), '_unique2'],
      [unique(x, { dim: 0 }), 'unique_dim'],
      [unique_consecutive(x), 'unique_consecutive'],
    ] as const)
      assert.throws(() => found.sum().backward(), {
        message: `backward: the derivative for '${name}' is not implemented.`,
      });
  });

  test('says which dimension is none', () => {
    for (const find of [unique, unique_consecutive]) {
      assert.throws(
        () => find(zeros([2, 2]), { dim: 5 }),
        (error) => error instanceof TorchError && /range of \[-2, 1\], but got 5/.test(error.message),
      );
      assert.throws(() => find(zeros([2, 0]), { dim: 0 }), /0 sized dimensions/);
    }
  });
});
