import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  arange,
  type DType,
  type Index,
  memory,
  type Nested,
  scope,
  Tensor,
  TorchError,
  tensor,
} from '@retort/torch';

type Stored = number | string | boolean | null | number[] | Partial<Record<DType, Nested<number | boolean>>>;
interface Case {
  index: Stored[];
  shape: number[];
  read: unknown;
  filled: unknown;
  set: unknown;
}

const { cases }: { cases: Case[] } = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, '../reference/indexing.json'), 'utf8'),
);

function indexOf(stored: Stored): Index {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    // Strings of the reference are slices, which the types cannot know.
    if (Array.isArray(stored) && Array.isArray(stored[0])) return tensor(stored, { dtype: 'int64' });
    return stored as Index;
  }
  const [dtype, values] = Object.entries(stored)[0] ?? [];
  return tensor(values ?? [], { dtype: dtype as DType });
}

const grid = (): Tensor => arange(0, 24).reshape([2, 3, 4]);
const plain = (value: Tensor): unknown =>
  JSON.parse(JSON.stringify(value.toList(), (_, item) => (typeof item === 'bigint' ? Number(item) : item)));

suite('indexing', () => {
  for (const { index, shape, read, filled, set } of cases) {
    test(`${JSON.stringify(index)} reads and writes what PyTorch does`, () =>
      scope(() => {
        const x = grid();
        const indices = index.map(indexOf);
        const result = x.get(...indices);
        assert.deepEqual(result.shape, shape);
        if (result.numel()) assert.deepEqual(plain(result), read);
        assert.deepEqual(plain(grid().set_(indices, -1)), filled);
        assert.deepEqual(plain(grid().set_(indices, result.mul(10))), set);
      }));
  }

  test('what selects and slices is a view, what gathers a copy', () => {
    const x = grid();
    x.get(0, '1:', 2).fill_(-5);
    assert.equal(x.get(0, 2, 2).item(), -5);
    x.get([0]).fill_(7);
    assert.equal(x.get(0, 0, 0).item(), 0);
  });

  test('gradients flow through reading and writing', () => {
    const x = tensor([1, 2, 3, 4], { requiresGrad: true });
    x.get([0, 0, 3]).sum().backward();
    assert.deepEqual(x.grad?.toList(), [2, 0, 0, 1]);
    const y = tensor([1, 2], { requiresGrad: true });
    const z = tensor([0, 0, 0]).set_(['1:'], y);
    z.mul(tensor([1, 2, 3]))
      .sum()
      .backward();
    assert.deepEqual(y.grad?.toList(), [2, 3]);
  });

  test('it leaves nothing behind but its result', () => {
    const x = grid();
    const before = memory().handles;
    x.get(0, [1, 2], '::2').dispose();
    x.set_([0, x.gt(4).get(0)], 1);
    assert.equal(memory().handles - before, 2, 'the two masks of the line above');
  });

  test('impossible indices are refused in a sentence', () => {
    const x = grid();
    assert.throws(() => x.get(0, 0, 0, 0), /4 indices for a tensor of shape \[2, 3, 4\]/);
    assert.throws(() => x.get(2), TorchError);
    assert.throws(() => x.get('...', 0, '...'), /once/);
    assert.throws(() => x.get('::-1'), /positive/);
    assert.throws(() => x.get('1:2:3:4' as ':'), /is not a slice/);
    assert.throws(() => x.get('a' as ':'), /is not a slice/);
    assert.throws(
      () => x.get(tensor([true, false, true])),
      /a mask of shape \[3\] on dimensions of sizes \[2\]/,
    );
    assert.throws(() => x.get([5]), TorchError);
    assert.throws(() => x.get(0.5), TorchError);
    assert.throws(() => x.get({} as Tensor), /is not an index/);
    assert.throws(() => x.set_([0], tensor([1, 2, 3])), TorchError);
    assert.ok(x.get('...') instanceof Tensor);
  });
});
