import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { aten, ones, op, randn, scope, type Tensor, TorchError, tensor } from '@retort/torch';

const x = tensor([
  [3, 1, 2],
  [6, 5, 4],
]);
const image = randn([2, 4, 5, 5]);
const weight = randn([6, 2, 3, 3]);
const bias = randn([6]);

/** Each list has one call in every split of arguments in order and by name: that they compile is half of the test. */
const splits: Record<string, (() => Tensor)[]> = {
  argmax: [
    () => x.argmax(1, true),
    () => x.argmax(1, { keepdim: true }),
    () => x.argmax({ dim: 1, keepdim: true }),
  ],
  topk: [
    () => x.topk(2, 1, false, true)[0],
    () => x.topk(2, 1, false, { sorted: true })[0],
    () => x.topk(2, 1, { largest: false, sorted: true })[0],
    () => x.topk(2, { dim: 1, largest: false, sorted: true })[0],
    () => x.topk({ k: 2, dim: 1, largest: false, sorted: true })[0],
    () => x.topk(2, undefined, { largest: false })[0],
  ],
  sum: [
    () => x.sum(1, true, { dtype: 'float64' }),
    () => x.sum(1, { keepdim: true, dtype: 'float64' }),
    () => x.sum({ dim: 1, keepdim: true, dtype: 'float64' }),
  ],
  conv2d: [
    () => aten.conv2d(image, weight, bias, 2, 1, 1, 2),
    () => aten.conv2d(image, weight, bias, 2, 1, 1, { groups: 2 }),
    () => aten.conv2d(image, weight, bias, 2, 1, { dilation: 1, groups: 2 }),
    () => aten.conv2d(image, weight, bias, 2, { padding: 1, groups: 2 }),
    () => aten.conv2d(image, weight, bias, { stride: 2, padding: 1, groups: 2 }),
    () => aten.conv2d(image, weight, { bias, stride: 2, padding: [1, 1], groups: 2 }),
  ],
  'conv2d with a named padding': [
    () => aten.conv2d(image, weight, bias, 1, 'same', 1, 2),
    () => aten.conv2d(image, weight, bias, 1, 'same', { groups: 2 }),
    () => aten.conv2d(image, weight, bias, 1, { padding: 'same', groups: 2 }),
    () => aten.conv2d(image, weight, bias, { padding: 'same', groups: 2 }),
    () => aten.conv2d(image, weight, { bias, padding: 'same', groups: 2 }),
  ],
  'op() of conv2d': [
    () => op('aten::conv2d')(image, weight, bias, 2, 1, 1, 2),
    () => op('aten::conv2d')(image, weight, bias, { stride: 2, padding: 1, groups: 2 }),
    () => op('aten::conv2d')({ groups: 2, input: image, weight, bias, padding: 1, stride: 2 }),
    () => op('aten::conv2d')(image, weight, bias, 2, 1, 1, 2, {}),
  ],
  'op() of topk': [
    () => op<[Tensor, Tensor]>('aten::topk')(x, 2, 1, false)[0],
    () => op<[Tensor, Tensor]>('aten::topk')(x, 2, { largest: false })[0],
    () => op<[Tensor, Tensor]>('aten::topk')(x, 2, undefined, { largest: false, dim: 1 })[0],
  ],
};

/** Never called: the compiler refuses each of them. */
export const wrong = (): unknown[] => [
  // @ts-expect-error an unknown name
  x.argmax(1, { keepdims: true }),
  // @ts-expect-error an argument given in order and by name
  x.topk(5, 1, { dim: 1 }),
  // @ts-expect-error a value of another type
  x.topk(5, 1, { largest: 'no' }),
  // @ts-expect-error a name in snake_case
  x.div(2, { rounding_mode: 'floor' }),
  // @ts-expect-error names come last
  x.topk(5, { largest: false }, 1),
  // @ts-expect-error what is needed is missing
  x.topk({ largest: false }),
  // @ts-expect-error a padding that is none
  aten.conv2d(image, weight, bias, { padding: true }),
  // @ts-expect-error more than there are
  x.argmax(1, true, true),
  // @ts-expect-error no argument of any operator
  op('aten::relu')(Symbol.iterator),
];

suite('arguments in order and by name', () => {
  for (const [name, calls] of Object.entries(splits))
    test(`${name} in ${calls.length} splits`, () =>
      scope(() => {
        const [first, ...others] = calls.map((call) => call());
        assert.ok(first);
        for (const other of others) {
          assert.equal(other.dtype, first.dtype);
          assert.deepEqual(other.toList(), first.toList());
        }
      }));

  test('that no overload has are named, with what was meant', () => {
    const square = ones([2, 2]);
    const loose = (call: string, ...args: object[]): unknown =>
      (square as unknown as Record<string, (...args: unknown[]) => unknown>)[call]?.apply(square, args);
    assert.throws(
      () => loose('topk', { k: 1, larges: false }),
      /\nthere is no argument 'larges': did you mean 'largest'\?$/,
    );
    assert.throws(() => loose('sum', { dims: 1 }), /\nthere is no argument 'dims': did you mean 'dim'\?$/);
    assert.throws(() => loose('sum', { nonsense: 1 }), /\nthere is no argument 'nonsense'$/);
    // Known names with other values are what the schemas say.
    assert.throws(() => loose('sum', { dim: 'x' }), /no overload takes these arguments:(?!.*there is no)/s);
  });

  test('that op() cannot place are refused', (t) => {
    const topk = op('aten::topk');
    const said = [
      () => topk(x, 2, { larges: false }),
      () => topk(x, 2, { k: 2 }),
      () => topk(x, { dim: 1 }),
      () => topk(x, { dim: 1 }, 2),
      () => topk(x, 2, 1, true, true, true, { k: 1 }),
      () => op('aten::relu')(x, { nonsense: 1 }),
    ].map((call) => {
      try {
        return String(call());
      } catch (error) {
        assert.ok(error instanceof TorchError);
        return error.message;
      }
    });
    t.assert.snapshot(said);
  });
});
