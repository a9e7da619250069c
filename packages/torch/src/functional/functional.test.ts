import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  functional as F,
  Generator,
  ones,
  randn,
  scope,
  type Tensor,
  TorchError,
  tensor,
  withGenerator,
  zeros,
} from '@retort/torch';
import { channelsLast, followFunction } from '../../reference/follow.ts';

type Call = (a: Tensor, b: Tensor, c: Tensor, d: Tensor) => Tensor;

const [o, x] = [false, true];
const attnMask = tensor([
  [x, o, x],
  [x, x, o],
  [o, o, o],
  [x, x, x],
]);

const cases: Record<string, Call> = {
  softmax: (x) => F.softmax(x, -1),
  log_softmax: (x) => F.log_softmax(x.t(), 0),
  'softmax.dtype': (x) => F.softmax(x, -1, { dtype: 'float64' }),
  'log_softmax.dtype': (x) => F.log_softmax(x.t(), 0, { dtype: 'float64' }),
  'softmax.whole': (x) => F.softmax(x, 0, { dtype: 'float64' }),
  leaky_relu: (x) => F.leaky_relu(x),
  prelu: (x, weight) => F.prelu(x, weight),
  elu: (x) => F.elu(x, 1.5),
  selu: (x) => F.selu(x),
  mish: (x) => F.mish(x),
  softplus: (x) => F.softplus(x, 2, 1),
  hardtanh: (x) => F.hardtanh(x, 0, 0.5),
  glu: (x) => F.glu(x.t(), 0),
  one_hot: (labels) => F.one_hot(labels),
  embedding: (indices, weight) => F.embedding(indices, weight.t(), { paddingIdx: -2 }),
  layer_norm: (x, weight) => F.layer_norm(x, [4], { weight, eps: 0.1 }),
  group_norm: (x, bias) => F.group_norm(x, 2, { bias }),
  batch_norm: (x, mean) => F.batch_norm(x, { runningMean: mean, runningVar: mean.add(2) }),
  rms_norm: (x, weight) => F.rms_norm(x, [3, 2], { weight, eps: 0.1 }),
  'rms_norm.plain': (x) => F.rms_norm(x.t(), [3]),
  instance_norm: (x, weight, bias) => F.instance_norm(x, { weight, bias, eps: 1e-3 }),
  'instance_norm.running': (x, mean) =>
    F.instance_norm(x, { runningMean: mean, runningVar: mean.add(2), useInputStats: false }),
  dropout2d: (x) => F.dropout2d(x, 0.3),
  spatial_transformer: (x, theta) => F.grid_sample(x, F.affine_grid(theta, [2, 2, 3, 5])),
  conv1d: (x, weight) => F.conv1d(x, weight, null, { stride: 2, padding: 1 }),
  conv2d: (x, weight, bias) => F.conv2d(x, weight, bias, { padding: 'same', dilation: 2 }),
  conv_transpose2d: (x, weight) =>
    F.conv_transpose2d(x, weight, null, { stride: 2, outputPadding: 1, padding: 1 }),
  pad: (x) => F.pad(x, [2, -1, 0, 3], { value: 0.5 }),
  pixel_shuffle: (x) => F.pixel_shuffle(x, 2),
  pixel_unshuffle: (x) => F.pixel_unshuffle(x, 2),
  unfold: (x) => F.unfold(x, [2, 3], { dilation: [2, 1], padding: 1, stride: 2 }),
  fold: (x) => F.fold(x, [4, 5], 2, { stride: [2, 1] }),
  attention: (q, k, v) => F.scaled_dot_product_attention(q, k, v),
  'attention.masked': (q, k, v) => F.scaled_dot_product_attention(q, k, v, { attnMask, scale: 0.7 }),
  'attention.added': (q, k, v, mask) => F.scaled_dot_product_attention(q, k, v, { attnMask: mask }),
  'attention.causal': (q, k, v) => F.scaled_dot_product_attention(q, k, v, { isCausal: true }),
  'attention.grouped': (q, k, v) => F.scaled_dot_product_attention(q, k, v, { enableGqa: true }),
  'attention.dropout': (q, k, v) => F.scaled_dot_product_attention(q, k, v, { dropoutP: 0.3 }),
  'attention.dropout.masked': (q, k, v) =>
    F.scaled_dot_product_attention(q, k, v, { attnMask, dropoutP: 0.3 }),
  'attention.dropout.causal': (q, k, v) =>
    F.scaled_dot_product_attention(q, k, v, { dropoutP: 0.3, isCausal: true, scale: 0.2 }),
  'attention.dropout.grouped': (q, k, v) =>
    F.scaled_dot_product_attention(q, k, v, { dropoutP: 0.3, enableGqa: true }),
};

for (const mode of ['reflect', 'replicate', 'circular'] as const)
  cases[`pad.${mode}`] = (x) => F.pad(x, [2, 1, 0, 3], { mode });
for (const mode of ['nearest', 'nearest-exact', 'linear', 'area'] as const)
  cases[`interpolate.${mode}.1d`] = (x) => F.interpolate(x, { size: 5, mode });
for (const mode of ['nearest', 'nearest-exact', 'bilinear', 'bicubic', 'area'] as const) {
  cases[`interpolate.${mode}.size`] = (x) => F.interpolate(x, { size: [3, 8], mode });
  cases[`interpolate.${mode}.factor`] = (x) =>
    F.interpolate(channelsLast(x), { scaleFactor: [1.7, 0.6], mode });
}
for (const mode of ['bilinear', 'bicubic'] as const) {
  cases[`interpolate.${mode}.corners`] = (x) => F.interpolate(x, { size: 7, mode, alignCorners: true });
  cases[`interpolate.${mode}.antialias`] = (x) => F.interpolate(x, { size: [3, 2], mode, antialias: true });
}

for (const alignCorners of [false, true]) {
  const kind = alignCorners ? 'corners' : 'edges';
  cases[`affine_grid.${kind}`] = (theta) => F.affine_grid(theta, [2, 5, 3, 4], { alignCorners });
  cases[`affine_grid.volume.${kind}`] = (theta) => F.affine_grid(theta, [1, 2, 2, 1, 3], { alignCorners });
  for (const mode of ['bilinear', 'nearest', 'bicubic'] as const)
    for (const paddingMode of ['zeros', 'border', 'reflection'] as const) {
      const options = { mode, paddingMode, alignCorners };
      const how = `${mode}.${paddingMode}.${kind}`;
      cases[`grid_sample.${how}`] = (x, grid) => F.grid_sample(channelsLast(x), grid, options);
      if (mode === 'bicubic') continue;
      cases[`grid_sample.volume.${how}`] = (x, grid) => F.grid_sample(x, grid, options);
    }
}

suite('functions', () => {
  for (const [name, call] of Object.entries(cases))
    test(`${name} and its gradients match PyTorch`, () => followFunction(name, call));

  test('what is asked to do nothing gives the same tensor by a handle of its own', () => {
    const x = randn([2]);
    {
      using y = F.dropout(x, 0.5, { training: false });
      using z = F.drop_path(y, 0);
      assert.deepEqual(z.toList(), x.toList());
    }
    assert.equal(x.numel(), 2);
    x.dispose();
    assert.throws(() => F.drop_path(x, 0), TorchError);
  });
  test('dropout, of channels too, and drop path draw from the generator of the step', () =>
    scope(() => {
      const x = ones([64, 2]);
      const channels = ones([8, 8, 2, 2]);
      for (const call of [() => F.dropout(x), () => F.dropout2d(channels), () => F.drop_path(x, 0.5)]) {
        const once = (seed: number) => withGenerator(new Generator(seed), call).toFlatArray();
        assert.deepEqual(once(3), once(3));
        assert.notDeepEqual(once(3), once(4));
      }
    }));
  test('what does not fit is refused in a sentence', () => {
    for (const p of [-0.1, 1.1, Number.NaN]) {
      assert.throws(() => F.dropout(zeros([1]), p), new RegExp(`dropout: .* from 0 to 1, got ${p}`));
      assert.throws(() => F.drop_path(zeros([1]), p), /drop_path: .* from 0 to 1/);
    }
    assert.throws(() => F.drop_path(zeros([]), 0.5), /a batch/);
    assert.throws(() => F.embedding(tensor([0n, 3n]), zeros([3, 2])), /index 3 .* 3 rows, 0 to 2/);
    assert.throws(() => F.embedding(tensor([-1n]), zeros([3, 2])), /index -1 is out of range/);
    assert.throws(() => F.embedding(zeros([1]), zeros([3, 2])), /Long, Int/);
    assert.throws(() => F.embedding(tensor([0n]), zeros([3, 2]), { paddingIdx: 3 }), /paddingIdx 3/);
    assert.throws(() => F.batch_norm(zeros([1, 4, 1, 1]), { training: true }), /more than one value/);
    assert.throws(() => F.layer_norm(zeros([2, 3]), [4]), /normalized_shape=\[4\]/);
    const q = zeros([1, 2, 2]);
    const both = { attnMask: zeros([2, 2]), isCausal: true, dropoutP: 0.5 };
    assert.throws(() => F.scaled_dot_product_attention(q, q, q, both), /isCausal/);
    assert.throws(() => F.scaled_dot_product_attention(q, q, q, { dropoutP: 2 }), /from 0 to 1, got 2/);
    const [threeHeads, twoHeads] = [zeros([3, 2, 2]), zeros([2, 2, 2])];
    assert.throws(
      () =>
        F.scaled_dot_product_attention(threeHeads, twoHeads, twoHeads, { enableGqa: true, dropoutP: 0.5 }),
      /heads of query .*\[3, 2, 2\] must be a multiple/,
    );
    const image = zeros([1, 1, 4, 4]);
    const says = (call: () => unknown, message: string) => assert.throws(call, { message });
    says(() => F.softplus(image, 0), 'softplus: beta must not be 0: the result is divided by it');
    says(() => F.hardtanh(image, 1, -1), 'hardtanh: minVal (1) must not be above maxVal (-1)');
    says(() => F.dropout2d(image, 2), 'dropout2d: p is a probability from 0 to 1, got 2');
    says(() => F.instance_norm(zeros([2, 3])), 'instance_norm takes [N, C, …], got Tensor float32[2, 3]');
    says(
      () => F.instance_norm(zeros([2, 3, 4]), { bias: zeros([2]) }),
      'instance_norm: bias must be [3] for Tensor float32[2, 3, 4], got [2]',
    );
    assert.throws(() => F.instance_norm(zeros([2, 3, 4]), { useInputStats: false }), /running_mean/);
    assert.throws(() => F.rms_norm(zeros([2, 3]), [4]), /normalized_shape=\[4\]/);
    const [grid, volume] = [zeros([1, 2, 2, 2]), zeros([1, 1, 2, 2, 2])];
    const wrong = (option: string) => Object.fromEntries([[option, 'constructor']]);
    says(
      () => F.grid_sample(image, grid, wrong('mode')),
      "grid_sample: mode must be one of bilinear, nearest, bicubic, got 'constructor'",
    );
    says(
      () => F.grid_sample(image, grid, wrong('paddingMode')),
      "grid_sample: paddingMode must be one of zeros, border, reflection, got 'constructor'",
    );
    says(
      () => F.grid_sample(volume, zeros([1, 1, 1, 1, 3]), { mode: 'bicubic' }),
      'grid_sample: bicubic takes [N, C, H, W], got Tensor float32[1, 1, 2, 2, 2]',
    );
    assert.throws(() => F.grid_sample(image, zeros([1, 2, 2, 3])), /size 2 in last dimension/);
    says(
      () => F.affine_grid(zeros([1, 2, 3]), [1, 1, 0, 4]),
      'affine_grid: size must be [N, C, H, W] or [N, C, D, H, W] of whole numbers from 1, got [1, 1, 0, 4]',
    );
    says(
      () => F.affine_grid(zeros([1, 3, 2]), [1, 1, 4, 4]),
      'affine_grid: theta must be of floating point and [1, 2, 3] for the size [1, 1, 4, 4], got Tensor float32[1, 3, 2]',
    );
    says(
      () => F.interpolate(image, { size: 2, ...wrong('mode') }),
      "interpolate: there is no mode 'constructor'; there are nearest, nearest-exact, linear, bilinear, bicubic, area",
    );
    assert.throws(() => F.interpolate(zeros([4, 4]), { size: 2 }), /\[N, C, L\] or \[N, C, H, W\]/);
    assert.throws(() => F.interpolate(image, {}), /either size or scaleFactor/);
    assert.throws(() => F.interpolate(image, { size: 2, scaleFactor: 2 }), /either size or scaleFactor/);
    assert.throws(() => F.interpolate(image, { size: [2] }), /size needs 2 numbers/);
    assert.throws(() => F.interpolate(image, { size: 2, mode: 'linear' }), /linear takes \[N, C, L\]/);
    assert.throws(() => F.interpolate(image, { size: 2, alignCorners: true }), /alignCorners goes with/);
    assert.throws(() => F.interpolate(image, { size: 2, antialias: true }), /antialias goes with/);
  });
});
