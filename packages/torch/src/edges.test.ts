import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  arange,
  aten,
  type DType,
  fromBytes,
  full,
  type Index,
  manualSeed,
  ones,
  op,
  type Scalar,
  scope,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from '@retort/torch';

type Outcome = readonly [dtype: DType, values: readonly string[]] | null;

/** See reference/edges.py. */
const reference: {
  values: [dtype: DType, value: string, Outcome][];
  scalars: [dtype: DType, operator: string, scalar: string, Outcome][];
  ranges: [args: string[], dtype: DType | null, Outcome][];
  assignments: [place: string, shape: number[], Outcome][];
} = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, '../reference/edges.json'), 'utf8'));

const words: Record<string, boolean> = { true: true, false: false };
const read = (text: string): Scalar =>
  words[text] ?? (text.endsWith('n') ? BigInt(text.slice(0, -1)) : Number(text));

/** Dtype and values, or null where the computation is refused; whole numbers with all their digits. */
function outcome(compute: () => Tensor): Outcome {
  return scope(() => {
    let result: Tensor;
    try {
      result = compute();
    } catch (error) {
      if (error instanceof TorchError) return null;
      throw error;
    }
    return [
      result.dtype,
      result.toFlatArray().map((value) => spell(Object.is(value, -0) ? '-0' : `${value}`)),
    ];
  });
}

/** `-0.0`, `1e+300` and `5n` as JavaScript prints the numbers. */
function spell(text: string): string {
  if (!/^-?\d+\.\d*|e/.test(text)) return text.replace('n', '');
  const value = Number(text);
  return Object.is(value, -0) ? '-0' : Number.isNaN(value) ? text : String(value);
}

const spelled = (expected: Outcome): Outcome => expected && [expected[0], expected[1].map(spell)];

suite('numbers at the edge of a dtype are as in PyTorch', () => {
  test(`${reference.values.length} values of tensor()`, () => {
    for (const [dtype, text, expected] of reference.values)
      assert.deepEqual(
        outcome(() => tensor([read(text)], { dtype })),
        spelled(expected),
        `${text} as ${dtype}`,
      );
  });

  const calls: Record<string, (x: Tensor, scalar: Scalar) => Tensor> = {
    add: (x, scalar) => x.add(scalar),
    mul: (x, scalar) => x.mul(scalar),
    fill_: (x, scalar) => x.fill_(scalar),
    add_: (x, scalar) => x.add_(scalar),
    masked_fill: (x, scalar) => x.masked_fill(tensor([true, false, true]), scalar),
    clamp_max: (x, scalar) => x.clamp_max(scalar),
    eq: (x, scalar) => x.eq(scalar),
    set_: (x, scalar) => x.set_([[1]], scalar),
  };
  test(`${reference.scalars.length} scalars of operators, those of whole numbers as numbers and as bigints`, () => {
    for (const [dtype, name, text, expected] of reference.scalars) {
      const scalar = read(text);
      const forms = [scalar];
      if (typeof scalar === 'bigint') forms.push(Number(scalar));
      if (scalar === 0 && dtype !== 'float32') forms.push(-0);
      for (const form of forms)
        assert.deepEqual(
          outcome(() => calls[name]?.(tensor([1n, 2n, 3n]).to(dtype), form) ?? zeros([])),
          spelled(expected),
          `${name} of ${dtype} and ${Object.is(form, -0) ? '-0' : form}, a ${typeof form}`,
        );
    }
  });

  test(`${reference.ranges.length} calls of arange()`, () => {
    for (const [texts, dtype, expected] of reference.ranges) {
      const [start = 0, end = 0, step = 1] = texts.map((text) => Number(read(text)));
      const what = `arange(${texts.join(', ')}) of ${dtype}`;
      const options = dtype ? { dtype } : {};
      assert.deepEqual(
        outcome(() => arange(start, end, step, options)),
        spelled(expected),
        what,
      );
      assert.deepEqual(
        outcome(() => aten.arange(start, end, step, options)),
        spelled(expected),
        what,
      );
    }
  });

  const places: Record<string, Index[]> = {
    '0': [0],
    '0,1': [0, 1],
    '[0,1]': [[0, 1]],
    mask: [[true, false]],
    ':,0': [':', 0],
    '...': ['...'],
  };
  test(`${reference.assignments.length} assignments to parts of a tensor`, () => {
    for (const [place, shape, expected] of reference.assignments) {
      const count = shape.reduce((product, size) => product * size, 1);
      const assigned = () =>
        zeros([2, 3]).set_(places[place] ?? [], arange(1, 1 + count, 1, { dtype: 'float32' }).reshape(shape));
      assert.deepEqual(outcome(assigned), spelled(expected), `x[${place}] = [${shape}]`);
    }
  });
});

suite('a JavaScript number as a scalar', () => {
  test('is a whole number if 64 bits hold it, else a double', () => {
    const n = tensor([1n]);
    for (const whole of [-0, 2 ** 53, -(2 ** 53), 2 ** 62, -(2 ** 63)])
      assert.equal(n.mul(whole).dtype, 'int64');
    for (const real of [0.5, 2 ** 63, 1e300, Number.NaN]) assert.equal(n.mul(real).dtype, 'float32');
    assert.equal(aten.full([1], 2 ** 53).dtype, 'int64');
    assert.equal(aten.full([1], -0).dtype, 'int64');
  });
  test('keeps the sign of -0 where a tensor or dtype among the arguments has one', () => {
    const isNegativeZero = (x: Tensor) => Object.is(x.toFlatArray()[0], -0);
    assert.ok(isNegativeZero(tensor([1]).mul(-0)));
    assert.ok(isNegativeZero(tensor([2], { dtype: 'bfloat16' }).fill_(-0)));
    assert.ok(isNegativeZero(full([1], -0)));
    assert.ok(isNegativeZero(aten.full([1], -0, { dtype: 'float64' })));
    assert.ok(isNegativeZero(aten.where(tensor([true]), -0, tensor([1]))));
    const [scaled] = op<Tensor[]>('aten::_foreach_mul.Scalar')([tensor([1])], -0);
    assert.ok(scaled && isNegativeZero(scaled));
    const [list] = op<Tensor[]>('aten::_foreach_mul.ScalarList')([tensor([1n])], [-0]);
    assert.equal(list?.dtype, 'int64');
  });
});

suite('tensors of values', () => {
  test('of several kinds are of the widest: numbers, bigints, booleans', () => {
    const mixed: [Scalar[], DType][] = [
      [[true, 2], 'float32'],
      [[1n, 0.5], 'float32'],
      [[true, 2n], 'int64'],
      [[true, false], 'bool'],
      [[], 'float32'],
    ];
    for (const [values, dtype] of mixed) assert.equal(tensor(values).dtype, dtype);
    for (const [value, dtype] of [
      [3, 'float32'],
      [3n, 'int64'],
      [true, 'bool'],
    ] as const)
      assert.equal(full([1], value).dtype, dtype);
  });

  test('of bool are of the bytes 0 and 1 only, whatever they are made of', () => {
    const bytes = new Uint8Array([2, 0, 255]);
    const made = [
      tensor(bytes, { dtype: 'bool' }),
      tensor(new Uint8ClampedArray(bytes), { dtype: 'bool' }),
      tensor(new Int8Array(bytes), { dtype: 'bool' }),
      tensor(new Float32Array([0.5, 0, Number.NaN]), { dtype: 'bool' }),
      tensor(new BigInt64Array([2n, 0n, -1n]), { dtype: 'bool' }),
      fromBytes(bytes, 'bool', [3]),
      tensor([2, 0, -1], { dtype: 'bool' }),
    ];
    for (const x of made) {
      assert.deepEqual(x.toTypedArray(), new Uint8Array([1, 0, 1]));
      assert.deepEqual(x.toList(), [true, false, true]);
      assert.equal(x.sum().item(), 2);
    }
  });

  test('a typed array is converted by value, but for dtypes that it carries as bits', () => {
    assert.deepEqual(tensor(new Int8Array([1, -2]), { dtype: 'float8_e4m3fn' }).toList(), [1, -2]);
    assert.deepEqual(tensor(new Uint8Array([0x38]), { dtype: 'float8_e4m3fn' }).toList(), [1]);
    assert.deepEqual(tensor(new Int32Array([300, -1]), { dtype: 'uint8' }).toList(), [44, 255]);
  });

  test('that do not fit say the value, its place and the range', (t) => {
    const odd: unknown[] = ['a', null, undefined, {}, Number.NaN];
    const refused: (() => unknown)[] = [
      () =>
        tensor(
          [
            [0, 1],
            [300, 2],
          ],
          { dtype: 'uint8' },
        ),
      () => tensor([1, Number.NaN], { dtype: 'int64' }),
      () => tensor(Number.POSITIVE_INFINITY, { dtype: 'int32' }),
      () => tensor([2n ** 63n]),
      () => tensor([[[-1n]]], { dtype: 'uint64' }),
      () => tensor([1, 2, -129], { dtype: 'int8', shape: [3, 1] }),
      ...odd.map((value) => () => Reflect.apply(tensor, undefined, [[[1], [value]], { dtype: 'int8' }])),
      () => manualSeed(0.5),
      () =>
        zeros([1])
          .expand([2 ** 52])
          .toTypedArray(),
      () => tensor([1], { dtype: 'uint8' }).set_([0], 300),
    ];
    t.assert.snapshot(
      refused.map((make) => {
        try {
          return String(make());
        } catch (error) {
          assert.ok(error instanceof TorchError, String(error));
          return error.message;
        }
      }),
    );
  });
});

suite('tensors of more than 64 dimensions', () => {
  for (const dims of [65, 700]) {
    test(`${dims} of them are described`, () => {
      const x = ones([1]).reshape(Array.from({ length: dims }, () => 1));
      assert.equal(x.dim(), dims);
      assert.equal(x.stride().length, dims);
      assert.equal(x.summary(), `Tensor float32[${x.shape.join(', ')}]`);
      assert.deepEqual(x.toFlatArray(), [1]);
      x.dispose();
      assert.equal(x.summary(), 'Tensor (freed)');
    });
  }
});
