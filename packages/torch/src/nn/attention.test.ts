import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  cat,
  type DType,
  Generator,
  nn,
  op,
  randn,
  scope,
  type Tensor,
  tensor,
  withGenerator,
  zeros,
} from '@retort/torch';
import { followLayer } from '../../reference/follow.ts';

interface Setting extends nn.MultiheadAttentionForward {
  layer?: nn.MultiheadAttentionOptions;
  keys?: (x: Tensor) => [key: Tensor, value: Tensor];
}

/** As in nn.py: queries are x, keys and values made from it; the output, and the weights where there are any, in one tensor. */
class Attention extends nn.Layer {
  readonly attention: nn.MultiheadAttention;
  readonly #setting: Omit<Setting, 'layer'>;

  constructor({ layer = {}, ...setting }: Setting, dtype: DType) {
    super();
    this.#setting = setting;
    this.attention = new nn.MultiheadAttention(6, 2, { ...layer, dtype });
  }

  forward(x: Tensor): Tensor {
    const { keys = (queries: Tensor) => [queries, queries], attnMask, ...options } = this.#setting;
    const [key, value] = keys(x);
    const mask = attnMask && attnMask.dtype !== 'bool' ? attnMask.to(x.dtype) : (attnMask ?? null);
    const [y, weights] = this.attention.forward(x, key, value, { ...options, attnMask: mask });
    return weights ? cat([y.flatten(), weights.flatten()]) : y;
  }
}

const [o, x] = [false, true];
const keyPaddingMask = tensor([
  [o, o, x, o],
  [o, x, x, o],
  [o, o, o, o],
]);
const looking = tensor([
  [o, x, o, o],
  [o, o, x, x],
  [x, o, o, o],
  [o, o, o, o],
]);
// Quarters, which float32 holds exactly whatever the processor.
const added = op('aten::linspace')(-2, 1.75, 16).reshape([4, 4]);

const settings: Record<string, Setting> = {
  attention: {},
  'attention.batch_first': { layer: { batchFirst: true } },
  'attention.unbatched': {},
  'attention.weights': { layer: { bias: false }, needWeights: true },
  'attention.weights_of_heads': { needWeights: true, averageAttnWeights: false, attnMask: added },
  'attention.padding': { keyPaddingMask },
  'attention.masks': { layer: { batchFirst: true }, keyPaddingMask, attnMask: looking },
  'attention.mask_of_heads': { attnMask: added.mul(0.5).expand([6, 4, 4]) },
  'attention.causal': { isCausal: true },
  'attention.causal_padding': {
    isCausal: true,
    keyPaddingMask: cat([keyPaddingMask.narrow(0, 2, 1), keyPaddingMask.narrow(0, 0, 2)]),
  },
  'attention.cross': { keys: (x) => [x.narrow(0, 0, 3).mul(2), x.narrow(0, 0, 3).add(1)] },
  'attention.sizes': {
    layer: { kdim: 5, vdim: 3 },
    keys: (x) => [x.narrow(0, 0, 2).narrow(2, 0, 5), x.narrow(0, 0, 2).narrow(2, 0, 3)],
  },
  'attention.dropout': { layer: { dropout: 0.4 }, attnMask: added },
  'attention.dropout_weights': { layer: { dropout: 0.4 }, needWeights: true },
};

suite('multi-head attention', () => {
  for (const [name, setting] of Object.entries(settings)) {
    const make = (dtype: DType) => new Attention(setting, dtype);
    test(`${name} starts from PyTorch’s state and follows it`, () => followLayer(name, make));
  }
  test('keys and values left out are the queries; weights are not returned unless asked for', () =>
    scope(() => {
      const attention = new nn.MultiheadAttention(4, 2, { batchFirst: true });
      const x = randn([2, 3, 4]);
      const [y, weights] = attention.forward(x);
      assert.equal(weights, null);
      assert.deepEqual(y.toList(), attention.forward(x, x, x)[0].toList());
    }));
  test('dropout draws from the generator of the step', () =>
    scope(() => {
      const attention = new nn.MultiheadAttention(4, 2, { dropout: 0.5 });
      const x = randn([5, 2, 4]);
      const once = (seed: number) =>
        withGenerator(new Generator(seed), () => attention.forward(x)[0].toFlatArray());
      assert.deepEqual(once(3), once(3));
      assert.notDeepEqual(once(3), once(4));
    }));
  test('what does not fit is refused in a sentence', () => {
    assert.throws(
      () => new nn.MultiheadAttention(6, 4),
      /embedDim \(6\) must be divisible by numHeads \(4\)/,
    );
    assert.throws(() => new nn.MultiheadAttention(6, 2, { dropout: 1.5 }), /from 0 to 1, got 1.5/);
    const attention = new nn.MultiheadAttention(6, 2);
    const x = zeros([4, 3, 6]);
    const shapes = /query \[L, N, 6\], a key \[S, N, 6\] and a value \[S, N, 6\], or all without N, got /;
    assert.throws(() => attention.forward(zeros([4, 3, 5])), shapes);
    for (const key of [zeros([4, 6]), zeros([4, 2, 6]), zeros([4, 3, 5])])
      assert.throws(() => attention.forward(x, key), shapes);
    assert.throws(() => attention.forward(x, x, zeros([3, 3, 6])), shapes);
    assert.throws(() => attention.forward(x, x, x, { attnMask: zeros([3, 3]) }), /\[4, 4\] or \[6, 4, 4\]/);
    assert.throws(() => attention.forward(x, x, x, { keyPaddingMask: zeros([4, 3]) }), /\[3, 4\]/);
  });
});
