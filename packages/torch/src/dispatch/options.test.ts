import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  arange,
  empty,
  empty_like,
  eye,
  full,
  functional,
  Generator,
  grad,
  nn,
  ones,
  ones_like,
  optim,
  rand,
  randint,
  randn,
  randperm,
  TorchError,
  tensor,
  unique,
  unique_consecutive,
  zeros,
  zeros_like,
} from '@retort/torch';

/** What stands in the place of options here: the compiler refuses what a test wants to say. */
type Unchecked = object;
const unknown: Unchecked = { nonsense: 1 };

const message = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    assert.ok(error instanceof TorchError, String(error));
    return error.message;
  }
  return assert.fail('nothing was refused');
};

/** How each layer that takes options is made with some. */
const layers: Record<string, (options: Unchecked) => unknown> = {
  AvgPool1d: (options) => new nn.AvgPool1d(2, options),
  AvgPool2d: (options) => new nn.AvgPool2d(2, options),
  BatchNorm1d: (options) => new nn.BatchNorm1d(2, options),
  BatchNorm2d: (options) => new nn.BatchNorm2d(2, options),
  Buffer: (options) => new nn.Buffer(ones([1]), options),
  Conv1d: (options) => new nn.Conv1d(1, 1, 1, options),
  Conv2d: (options) => new nn.Conv2d(1, 1, 1, options),
  ConvTranspose2d: (options) => new nn.ConvTranspose2d(1, 1, 1, options),
  DropPath: (options) => new nn.DropPath(0.5, options),
  ELU: (options) => new nn.ELU(1, options),
  Embedding: (options) => new nn.Embedding(2, 2, options),
  Fold: (options) => new nn.Fold(2, 1, options),
  FrozenBatchNorm2d: (options) => new nn.FrozenBatchNorm2d(2, options),
  GELU: (options) => new nn.GELU(options),
  GroupNorm: (options) => new nn.GroupNorm(1, 1, options),
  Hardsigmoid: (options) => new nn.Hardsigmoid(options),
  Hardswish: (options) => new nn.Hardswish(options),
  Hardtanh: (options) => new nn.Hardtanh(-1, 1, options),
  InstanceNorm1d: (options) => new nn.InstanceNorm1d(2, options),
  InstanceNorm2d: (options) => new nn.InstanceNorm2d(2, options),
  LayerNorm: (options) => new nn.LayerNorm(2, options),
  LeakyReLU: (options) => new nn.LeakyReLU(0.1, options),
  Linear: (options) => new nn.Linear(1, 1, options),
  MaxPool1d: (options) => new nn.MaxPool1d(2, options),
  MaxPool2d: (options) => new nn.MaxPool2d(2, options),
  Mish: (options) => new nn.Mish(options),
  MultiheadAttention: (options) => new nn.MultiheadAttention(4, 2, options),
  Parameter: (options) => new nn.Parameter(ones([1]), options),
  PReLU: (options) => new nn.PReLU(1, options),
  RMSNorm: (options) => new nn.RMSNorm(2, options),
  ReLU: (options) => new nn.ReLU(options),
  ReLU6: (options) => new nn.ReLU6(options),
  SELU: (options) => new nn.SELU(options),
  SiLU: (options) => new nn.SiLU(options),
  SyncBatchNorm: (options) => new nn.SyncBatchNorm(2, options),
  Unfold: (options) => new nn.Unfold(1, options),
  Upsample: (options) => new nn.Upsample({ scaleFactor: 2, ...options }),
};

const withoutOptions = [
  'ConstantPad2d',
  'Dropout2d',
  'GLU',
  'LogSoftmax',
  'PixelShuffle',
  'PixelUnshuffle',
  'ReflectionPad2d',
  'ReplicationPad2d',
  'Softplus',
  'ZeroPad2d',
  'parametersMadeIn',
  'AdaptiveAvgPool1d',
  'AdaptiveAvgPool2d',
  'AdaptiveMaxPool2d',
  'Dropout',
  'Flatten',
  'Identity',
  'Layer',
  'Module',
  'printed',
  'ModuleDict',
  'ModuleList',
  'Sequential',
  'Sigmoid',
  'Softmax',
  'Tanh',
  'Unflatten',
  'tap',
];

suite('unknown options are refused', () => {
  test('by every layer; each of nn is here, or known to have none', () => {
    const classes = Object.entries(nn).flatMap(([name, value]) =>
      typeof value === 'function' ? [name] : [],
    );
    assert.deepEqual(classes.sort(), [...Object.keys(layers), ...withoutOptions].sort());
    for (const [name, make] of Object.entries(layers)) {
      make({});
      assert.match(
        message(() => make(unknown)),
        new RegExp(`^${name} has no option 'nonsense'`),
        name,
      );
    }
  });

  test('by every function of functional that takes options', () => {
    let count = 0;
    for (const [name, value] of Object.entries(functional)) {
      const [, list = ''] = /^function \w+\(([\s\S]*?)\)\s*\{/.exec(String(value)) ?? [];
      const place = list.split(',').findIndex((parameter) => /^\s*options\b/.test(parameter));
      if (place < 0) continue;
      const args = [...Array.from({ length: place }, () => undefined), unknown];
      assert.match(
        message(() => Reflect.apply(value, undefined, args)),
        new RegExp(`^${name} has no option 'nonsense'`),
        name,
      );
      count++;
    }
    assert.ok(count >= 41, `${count} functions`);
  });

  test('by what makes, converts and differentiates tensors', () => {
    const x = ones([2, 2], { requiresGrad: true });
    const made: Record<string, () => unknown> = {
      'arange()': () => arange(0, 1, 1, unknown),
      'backward()': () => x.sum().backward(undefined, unknown),
      clipGradNorm: () => optim.clipGradNorm(x, 1, unknown),
      'empty()': () => empty([1], unknown),
      'empty_like()': () => empty_like(x, unknown),
      'eye()': () => eye(1, unknown),
      'full()': () => full([1], 1, unknown),
      'grad()': () => grad([x.sum()], [x], unknown),
      Generator: () => new Generator(0, unknown),
      kaimingNormal_: () => nn.init.kaimingNormal_(x, unknown),
      kaimingUniform_: () => nn.init.kaimingUniform_(x, unknown),
      'loadStateDict()': () => new nn.Identity().loadStateDict({}, unknown),
      'Module.to()': () => new nn.Identity().to(unknown),
      'MultiheadAttention.forward()': () =>
        new nn.MultiheadAttention(2, 1).forward(ones([1, 2]), undefined, undefined, unknown),
      'ones()': () => ones([1], unknown),
      'ones_like()': () => ones_like(x, unknown),
      'rand()': () => rand([1], unknown),
      'randint()': () => randint(0, 2, [1], unknown),
      'randn()': () => randn([1], unknown),
      'randperm()': () => randperm(1, unknown),
      'tap()': () => nn.tap(new nn.Identity(), [], () => 1, unknown),
      'tensor()': () => tensor(1, unknown),
      'to()': () => x.to(unknown),
      unique: () => unique(x, unknown),
      unique_consecutive: () => unique_consecutive(x, unknown),
      truncNormal_: () => nn.init.truncNormal_(x, unknown),
      'zeros()': () => zeros([1], unknown),
      'zeros_like()': () => zeros_like(x, unknown),
    };
    for (const [name, make] of Object.entries(made))
      assert.ok(message(make).startsWith(`${name} has no option 'nonsense'; it has `), message(make));
  });

  test('in a sentence that names the nearest, and all', (t) => {
    const pading: Unchecked = { pading: 1 };
    const snakeCase: Unchecked = { weight_decay: 1 };
    const stride: unknown = 2;
    t.assert.snapshot([
      message(() => new nn.Conv2d(3, 16, 3, pading)),
      message(() => functional.conv2d(ones([1]), ones([1]), null, pading)),
      message(() => new optim.SGD([ones([1])], snakeCase)),
      message(() => new nn.ReLU(unknown)),
      message(() => Reflect.construct(nn.MaxPool2d, [3, stride])),
      message(() => Reflect.construct(nn.Linear, [3, 2, null])),
    ]);
  });
});
