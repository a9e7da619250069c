import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type DType, nn, type Tensor, TorchError, tensor, zeros } from '@retort/torch';
import { channelsLast, followLayer, narrowed, permuted } from '../../reference/follow.ts';

type Case = [make: (dtype: DType) => nn.Layer, awkward?: (x: Tensor) => Tensor];

const cases: Record<string, Case> = {
  linear: [(dtype) => new nn.Linear(5, 3, { dtype })],
  'linear.empty': [(dtype) => new nn.Linear(5, 3, { dtype })],
  'linear.no_bias': [(dtype) => new nn.Linear(5, 3, { bias: false, dtype }), permuted],
  'linear.vector': [(dtype) => new nn.Linear(5, 1, { dtype })],

  conv1d: [(dtype) => new nn.Conv1d(4, 6, 3, { stride: 2, padding: 2, dilation: 2, groups: 2, dtype })],
  'conv1d.same': [(dtype) => new nn.Conv1d(2, 3, 4, { padding: 'same', bias: false, dtype })],
  'conv1d.unbatched': [(dtype) => new nn.Conv1d(2, 3, 3, { dtype })],
  conv2d: [(dtype) => new nn.Conv2d(4, 6, [3, 2], { stride: [2, 1], padding: [1, 0], groups: 2, dtype })],
  'conv2d.dilated': [(dtype) => new nn.Conv2d(3, 2, 3, { padding: 2, dilation: 2, dtype }), channelsLast],
  'conv2d.depthwise': [
    (dtype) => new nn.Conv2d(4, 4, 3, { padding: 1, groups: 4, bias: false, dtype }),
    channelsLast,
  ],
  'conv2d.same': [(dtype) => new nn.Conv2d(2, 2, [4, 3], { padding: 'same', dtype })],
  'conv2d.valid': [(dtype) => new nn.Conv2d(2, 2, 3, { padding: 'valid', dtype })],
  'conv2d.pointwise': [(dtype) => new nn.Conv2d(3, 2, 1, { stride: 2, dtype })],
  'conv2d.empty': [(dtype) => new nn.Conv2d(3, 2, 3, { dtype })],
  'conv2d.unbatched': [(dtype) => new nn.Conv2d(3, 2, 3, { dtype })],
  conv_transpose2d: [
    (dtype) =>
      new nn.ConvTranspose2d(4, 6, [3, 2], {
        stride: [2, 3],
        padding: [1, 0],
        outputPadding: [1, 2],
        groups: 2,
        dtype,
      }),
  ],
  'conv_transpose2d.dilated': [
    (dtype) => new nn.ConvTranspose2d(3, 2, 3, { dilation: 2, bias: false, dtype }),
    channelsLast,
  ],

  batch_norm1d: [(dtype) => new nn.BatchNorm1d(4, { dtype })],
  'batch_norm1d.sequence': [(dtype) => new nn.BatchNorm1d(4, { momentum: 0.3, dtype })],
  batch_norm2d: [(dtype) => new nn.BatchNorm2d(4, { momentum: 0.3, eps: 1e-3, dtype })],
  'batch_norm2d.cumulative': [(dtype) => new nn.BatchNorm2d(3, { momentum: null, dtype }), channelsLast],
  'batch_norm2d.no_affine': [(dtype) => new nn.BatchNorm2d(3, { affine: false, dtype })],
  'batch_norm2d.untracked': [(dtype) => new nn.BatchNorm2d(3, { trackRunningStats: false, dtype })],
  'batch_norm2d.bare': [
    (dtype) => new nn.BatchNorm2d(3, { affine: false, trackRunningStats: false, dtype }),
    narrowed,
  ],
  layer_norm: [(dtype) => new nn.LayerNorm(6, { dtype })],
  'layer_norm.two': [(dtype) => new nn.LayerNorm([3, 4], { eps: 1e-3, dtype }), permuted],
  'layer_norm.one': [(dtype) => new nn.LayerNorm(1, { eps: 0.5, dtype })],
  'layer_norm.empty': [(dtype) => new nn.LayerNorm(4, { dtype })],
  'layer_norm.no_affine': [(dtype) => new nn.LayerNorm(4, { elementwiseAffine: false, dtype })],
  'layer_norm.no_bias': [(dtype) => new nn.LayerNorm(4, { bias: false, dtype })],
  group_norm: [(dtype) => new nn.GroupNorm(2, 4, { dtype }), channelsLast],
  'group_norm.no_affine': [(dtype) => new nn.GroupNorm(4, 4, { eps: 1e-3, affine: false, dtype })],
  rms_norm: [(dtype) => new nn.RMSNorm(6, { dtype })],
  'rms_norm.two': [(dtype) => new nn.RMSNorm([3, 4], { eps: 1e-3, dtype }), permuted],
  'rms_norm.one': [(dtype) => new nn.RMSNorm(1, { eps: 0.5, dtype })],
  'rms_norm.empty': [(dtype) => new nn.RMSNorm(4, { dtype })],
  'rms_norm.no_affine': [(dtype) => new nn.RMSNorm(4, { elementwiseAffine: false, dtype })],
  instance_norm1d: [(dtype) => new nn.InstanceNorm1d(4, { dtype })],
  'instance_norm1d.tracked': [
    (dtype) => new nn.InstanceNorm1d(2, { momentum: 0.3, trackRunningStats: true, dtype }),
  ],
  instance_norm2d: [(dtype) => new nn.InstanceNorm2d(3, { affine: true, eps: 1e-3, dtype }), channelsLast],
  'instance_norm2d.all': [
    (dtype) => new nn.InstanceNorm2d(2, { affine: true, trackRunningStats: true, dtype }),
  ],

  embedding: [(dtype) => new nn.Embedding(7, 4, { dtype })],
  'embedding.padding': [(dtype) => new nn.Embedding(7, 4, { paddingIdx: -1, dtype })],
  'embedding.empty': [(dtype) => new nn.Embedding(7, 4, { paddingIdx: 0, dtype })],

  dropout: [() => new nn.Dropout(0.3)],
  'dropout.permuted': [() => new nn.Dropout(), permuted],
  'dropout.all': [() => new nn.Dropout(1)],
  'dropout.empty': [() => new nn.Dropout(0.3)],
  dropout2d: [() => new nn.Dropout2d(0.4)],
  'dropout2d.strided': [() => new nn.Dropout2d(), channelsLast],
  'dropout2d.all': [() => new nn.Dropout2d(1)],
  'dropout2d.empty': [() => new nn.Dropout2d(0.3)],
  drop_path: [() => new nn.DropPath(0.4)],
  'drop_path.unscaled': [() => new nn.DropPath(0.4, { scaleByKeep: false }), permuted],
  'drop_path.all': [() => new nn.DropPath(1)],

  'gelu.tanh': [() => new nn.GELU({ approximate: 'tanh' }), permuted],
  leaky_relu: [() => new nn.LeakyReLU(0.2)],
  softmax: [() => new nn.Softmax(1)],
  log_softmax: [() => new nn.LogSoftmax(1)],
  'elu.alpha': [() => new nn.ELU(0.4), permuted],
  'hardtanh.limits': [() => new nn.Hardtanh(-0.3, 0.7)],
  'softplus.beta': [() => new nn.Softplus(3, 2), permuted],
  glu: [() => new nn.GLU(1), permuted],
  'glu.last': [() => new nn.GLU()],
  prelu: [(dtype) => new nn.PReLU(1, { dtype })],
  'prelu.channels': [(dtype) => new nn.PReLU(3, { init: 0.1, dtype }), channelsLast],
  'prelu.empty': [(dtype) => new nn.PReLU(2, { dtype })],
  flatten: [() => new nn.Flatten(), channelsLast],
  'flatten.some': [() => new nn.Flatten(0, 1)],
  unflatten: [() => new nn.Unflatten(1, [2, -1])],

  max_pool1d: [() => new nn.MaxPool1d(3, { stride: 2, padding: 1 })],
  max_pool2d: [() => new nn.MaxPool2d([3, 2]), channelsLast],
  'max_pool2d.all': [() => new nn.MaxPool2d(2, { stride: [2, 3], padding: 1, dilation: 2, ceilMode: true })],
  avg_pool1d: [() => new nn.AvgPool1d(3, { padding: 1, countIncludePad: false })],
  avg_pool2d: [() => new nn.AvgPool2d(2), channelsLast],
  'avg_pool2d.all': [
    () => new nn.AvgPool2d([3, 2], { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }),
  ],
  adaptive_avg_pool1d: [() => new nn.AdaptiveAvgPool1d(3)],
  adaptive_avg_pool2d: [() => new nn.AdaptiveAvgPool2d(1), channelsLast],
  'adaptive_avg_pool2d.keep': [() => new nn.AdaptiveAvgPool2d([null, 2])],
  adaptive_max_pool2d: [() => new nn.AdaptiveMaxPool2d([2, 3])],

  'upsample.size': [() => new nn.Upsample({ size: [3, 8] })],
  'upsample.factor': [() => new nn.Upsample({ scaleFactor: [1.7, 0.6], mode: 'bilinear' }), channelsLast],
  'upsample.corners': [() => new nn.Upsample({ size: 7, mode: 'bicubic', alignCorners: true })],
  'upsample.sequence': [() => new nn.Upsample({ scaleFactor: 2, mode: 'linear' })],
  pixel_shuffle: [() => new nn.PixelShuffle(2), channelsLast],
  pixel_unshuffle: [() => new nn.PixelUnshuffle(3)],
  zero_pad2d: [() => new nn.ZeroPad2d(2)],
  'zero_pad2d.cropped': [() => new nn.ZeroPad2d([-1, 1, 0, -2]), permuted],
  constant_pad2d: [() => new nn.ConstantPad2d([1, 0, 2, 3], 0.5), channelsLast],
  reflection_pad2d: [() => new nn.ReflectionPad2d([2, 1, 0, 3])],
  replication_pad2d: [() => new nn.ReplicationPad2d([3, 0, 1, 2]), channelsLast],
  unfold: [() => new nn.Unfold([2, 3], { dilation: [2, 1], padding: 1, stride: 2 }), channelsLast],
  'unfold.unbatched': [() => new nn.Unfold(2)],
  fold: [() => new nn.Fold([4, 5], 2, { stride: [2, 1] })],
  'fold.all': [() => new nn.Fold(4, [2, 3], { dilation: [2, 1], padding: 1, stride: 2 }), permuted],

  sequential: [
    (dtype) =>
      new nn.Sequential(
        new nn.Conv2d(2, 3, 3, { bias: false, dtype }),
        new nn.BatchNorm2d(3, { dtype }),
        new nn.ReLU({ inplace: true }),
        new nn.Sequential(new nn.Flatten(), new nn.Dropout(0.2), new nn.Linear(12, 2, { dtype })),
      ),
  ],
};

for (const paddingMode of ['reflect', 'replicate', 'circular'] as const) {
  cases[`conv1d.${paddingMode}`] = [(dtype) => new nn.Conv1d(2, 3, 3, { padding: 2, paddingMode, dtype })];
  cases[`conv2d.${paddingMode}`] = [
    (dtype) => new nn.Conv2d(2, 3, [3, 2], { padding: [2, 1], paddingMode, dtype }),
  ];
  cases[`conv2d.${paddingMode}.same`] = [
    (dtype) => new nn.Conv2d(2, 2, [4, 3], { padding: 'same', dilation: [1, 2], paddingMode, dtype }),
  ];
}

const activations = {
  relu: nn.ReLU,
  relu6: nn.ReLU6,
  silu: nn.SiLU,
  hardswish: nn.Hardswish,
  hardsigmoid: nn.Hardsigmoid,
  sigmoid: nn.Sigmoid,
  tanh: nn.Tanh,
  gelu: nn.GELU,
  identity: nn.Identity,
  elu: nn.ELU,
  selu: nn.SELU,
  mish: nn.Mish,
  hardtanh: nn.Hardtanh,
  softplus: nn.Softplus,
};
for (const [name, Activation] of Object.entries(activations)) {
  cases[name] = [(dtype) => new nn.Sequential(new nn.Linear(3, 6, { dtype }), new Activation())];
  cases[`${name}.scalar`] = [() => new Activation()];
}

const inplace = { inplace: true };
const inPlace = {
  elu: () => new nn.ELU(1, inplace),
  selu: () => new nn.SELU(inplace),
  mish: () => new nn.Mish(inplace),
  hardtanh: () => new nn.Hardtanh(-1, 1, inplace),
};
for (const [name, make] of Object.entries(inPlace))
  cases[`${name}.inplace`] = [(dtype) => new nn.Sequential(new nn.Linear(3, 6, { dtype }), make())];

suite('layers', () => {
  for (const [name, [make, awkward]] of Object.entries(cases))
    test(`${name} starts from PyTorch’s state and follows it`, () => followLayer(name, make, awkward));
});

suite('what a layer cannot be or take is said in a sentence', () => {
  const refusals: [() => unknown, RegExp][] = [
    [() => new nn.Linear(1.5, 2), /Linear: inFeatures must be a whole number from 0, got 1.5/],
    [() => new nn.Linear(3, 2).forward(zeros([4, 2])), /4x2 and 3x2/],
    [
      () => new nn.Conv2d(3, 4, 3, { groups: 2 }),
      /Conv2d: inChannels \(3\) must be divisible by groups \(2\)/,
    ],
    [() => new nn.Conv1d(4, 3, 3, { groups: 2 }), /Conv1d: outChannels \(3\) must be divisible/],
    [() => new nn.ConvTranspose2d(4, 3, 3, { groups: 4 }), /ConvTranspose2d: outChannels \(3\)/],
    [() => new nn.Conv2d(1, 1, [3, 0]), /kernelSize must be a whole number from 1, got 0/],
    [() => new nn.Conv2d(1, 1, 3, { stride: [1, 0] }), /stride must be a whole number from 1, got 0/],
    [
      () => new nn.Conv2d(1, 1, 3, { padding: 'same', stride: 2 }),
      /'same' goes with a stride of 1, got \[2, 2\]/,
    ],
    [() => new nn.Conv2d(3, 1, 3).forward(zeros([1, 2, 5, 5])), /to have 3 channels, but got 2 channels/],
    [() => new nn.Conv2d(1, 1, 3).forward(zeros([1, 1, 2, 5])), /Kernel size can't be greater/],
    [
      () => new nn.Conv2d(1, 1, 3, { padding: 3, paddingMode: 'reflect' }).forward(zeros([1, 1, 3, 3])),
      /less than the corresponding input dimension/,
    ],
    [() => new nn.BatchNorm2d(0), /BatchNorm2d: numFeatures must be a whole number from 1, got 0/],
    [
      () => new nn.BatchNorm2d(4).forward(zeros([3, 4])),
      /BatchNorm2d takes \[N, C, H, W\] with C = 4, got .*\[3, 4\]/,
    ],
    [() => new nn.BatchNorm2d(4).forward(zeros([1, 3, 2, 2])), /with C = 4, got .*\[1, 3, 2, 2\]/],
    [() => new nn.BatchNorm1d(4).forward(zeros([1, 4])), /more than one value per channel, got .*\[1, 4\]/],
    [() => new nn.LayerNorm([3, 4]).forward(zeros([2, 4])), /expected input with shape \[\*, 3, 4\]/],
    [() => new nn.GroupNorm(3, 4), /GroupNorm: numChannels \(4\) must be divisible by numGroups \(3\)/],
    [() => new nn.GroupNorm(2, 4).forward(zeros([2, 6, 3])), /number of channels/],
    [() => new nn.BatchNorm2d(4, { eps: -1e-5 }), /^BatchNorm2d: eps must not be negative, got -0.00001$/],
    [() => new nn.BatchNorm1d(4, { eps: Number.NaN }), /^BatchNorm1d: eps must not be negative, got NaN$/],
    [() => new nn.LayerNorm(4, { eps: -1 }), /^LayerNorm: eps must not be negative, got -1$/],
    [() => new nn.GroupNorm(2, 4, { eps: -1 }), /^GroupNorm: eps must not be negative, got -1$/],
    [
      () => new nn.Embedding(3, 2, { paddingIdx: -4 }),
      /Embedding: paddingIdx -4 is out of range: there are 3 rows/,
    ],
    [() => new nn.Embedding(3, 2).forward(tensor([7n])), /index 7 is out of range: .* 3 rows/],
    [() => new nn.Dropout(1.5), /Dropout: p is a probability from 0 to 1, got 1.5/],
    [() => new nn.DropPath(-1), /DropPath: p is a probability from 0 to 1, got -1/],
    [() => new nn.Dropout2d(2), /^Dropout2d: p is a probability from 0 to 1, got 2$/],
    [
      () => new nn.Dropout2d().forward(zeros([2, 3, 4])),
      /^dropout2d takes \[N, C, H, W\], got Tensor float32\[2, 3, 4\]$/,
    ],
    [() => new nn.Softplus(0), /^Softplus: beta must not be 0: the result is divided by it$/],
    [() => new nn.Hardtanh(1, 0), /^Hardtanh: minVal \(1\) must not be above maxVal \(0\)$/],
    [() => new nn.GLU(1).forward(zeros([2, 3])), /Halving dimension must be even, but dimension 1 is size 3/],
    [() => new nn.PReLU(0), /^PReLU: numParameters must be a whole number from 1, got 0$/],
    [() => new nn.PReLU(3).forward(zeros([2, 4])), /parameter numbers = 3 and channel size = 4/],
    [() => new nn.RMSNorm(1.5), /^RMSNorm: normalizedShape must be a whole number from 0, got 1.5$/],
    [() => new nn.RMSNorm([3, 4]).forward(zeros([2, 4])), /normalized_shape=\[3, 4\]/],
    [() => new nn.InstanceNorm2d(0), /^InstanceNorm2d: numFeatures must be a whole number from 1, got 0$/],
    [
      () => new nn.InstanceNorm2d(4).forward(zeros([2, 3, 2, 2])),
      /^InstanceNorm2d takes \[N, C, H, W\] with C = 4, got Tensor float32\[2, 3, 2, 2\]$/,
    ],
    [
      () => new nn.InstanceNorm1d(4).forward(zeros([2, 4, 1])),
      /^instance_norm needs more than one value per sample and channel, got Tensor float32\[2, 4, 1\]; use larger images$/,
    ],
    [() => new nn.Upsample({}), /^Upsample needs either size or scaleFactor$/],
    [() => new nn.Upsample({ size: 2, scaleFactor: 2 }), /^Upsample needs either size or scaleFactor$/],
    [() => new nn.PixelShuffle(0), /^PixelShuffle: upscaleFactor must be a whole number from 1, got 0$/],
    [() => new nn.PixelShuffle(2).forward(zeros([1, 3, 2, 2])), /size\(-3\)=3 is not divisible by 4/],
    [
      () => new nn.PixelUnshuffle(1.5),
      /^PixelUnshuffle: downscaleFactor must be a whole number from 1, got 1.5$/,
    ],
    [
      () => new nn.ZeroPad2d(0.5),
      /^ZeroPad2d: padding must be a whole number, or four: \[left, right, top, bottom\], got \[0.5, 0.5, 0.5, 0.5\]$/,
    ],
    [
      () => new nn.ReflectionPad2d(3).forward(zeros([1, 1, 3, 3])),
      /less than the corresponding input dimension/,
    ],
    [() => new nn.Unfold([2, 0]), /^Unfold: kernelSize must be a whole number from 1, got 0$/],
    [() => new nn.Unfold(2, { padding: -1 }), /^Unfold: padding must be a whole number from 0, got -1$/],
    [() => new nn.Unfold(4).forward(zeros([1, 1, 3, 3])), /calculated shape of the array of sliding blocks/],
    [() => new nn.Fold([4, 0], 2), /^Fold: outputSize must be a whole number from 1, got 0$/],
    [() => new nn.Fold(4, 2).forward(zeros([1, 4, 8])), /number of sliding blocks 3 \* 3 = 9/],
    [() => new nn.MaxPool2d(2, { padding: 2 }).forward(zeros([1, 1, 4, 4])), /half of/],
  ];
  for (const [refused, message] of refusals)
    test(String(message), () =>
      assert.throws(refused, (error) => error instanceof TorchError && message.test(error.message)),
    );
  test('a batch that batch norm refuses is not counted', () => {
    const norm = new nn.BatchNorm1d(2);
    assert.throws(() => norm.forward(zeros([1, 2])));
    assert.equal(norm.num_batches_tracked?.item(), 0);
  });
});

test('layers are made on the device and of the dtype asked for', () => {
  const placement = { dtype: 'float64', device: 'cpu' } as const;
  const layers = [
    new nn.Linear(2, 2, placement),
    new nn.Conv1d(2, 2, 1, placement),
    new nn.Conv2d(2, 2, 1, placement),
    new nn.ConvTranspose2d(2, 2, 1, placement),
    new nn.BatchNorm1d(2, placement),
    new nn.LayerNorm(2, placement),
    new nn.GroupNorm(1, 2, placement),
    new nn.RMSNorm(2, placement),
    new nn.InstanceNorm1d(2, { affine: true, ...placement }),
    new nn.PReLU(2, placement),
    new nn.Embedding(2, 2, placement),
    new nn.MultiheadAttention(2, 1, placement),
  ];
  for (const layer of layers)
    for (const parameter of layer.parameters()) assert.equal(parameter.dtype, 'float64');
});

test('they print with their settings', () => {
  const printed = [
    [new nn.ELU(0.5), 'ELU(inplace: false, alpha: 0.5)'],
    [new nn.Hardtanh(0, 6), 'Hardtanh(inplace: false, minVal: 0, maxVal: 6)'],
    [new nn.Softplus(), 'Softplus(beta: 1, threshold: 20)'],
    [new nn.PReLU(4), 'PReLU(numParameters: 4)'],
    [new nn.RMSNorm(8, { eps: 1e-6 }), 'RMSNorm(normalizedShape: [8], eps: 0.000001)'],
    [new nn.InstanceNorm2d(4), 'InstanceNorm2d(numFeatures: 4, eps: 0.00001, momentum: 0.1)'],
    [new nn.Upsample({ scaleFactor: 2, mode: 'area' }), 'Upsample(options: { scaleFactor: 2, mode: area })'],
    [new nn.ConstantPad2d([1, 2, 3, 4], 0.5), 'ConstantPad2d(padding: [1, 2, 3, 4], value: 0.5)'],
    [new nn.Unfold(3, { stride: 2 }), 'Unfold(kernelSize: 3, options: { stride: 2 })'],
    [new nn.Fold([4, 5], 2), 'Fold(kernelSize: 2, outputSize: [4, 5])'],
  ] as const;
  for (const [layer, text] of printed) assert.equal(String(layer), text);
});
