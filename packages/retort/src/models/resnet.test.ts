import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { optim, randn, scope } from '@retort/torch';
import { assertFollows, type Dtype, type Followed, follow } from '../../reference/follow.ts';
import { createModel } from './index.ts';

const follow20 = (dtype: Dtype, steps: number, momentum = 0.9): Followed =>
  follow({
    model: 'resnet20',
    size: 32,
    dtype,
    steps,
    optimizer: (parameters) => new optim.SGD(parameters, { lr: 0.05, momentum, weightDecay: 5e-4 }),
  });

suite('the CIFAR ResNets', () => {
  // Measured on the benchmark's own code, with 100 classes.
  const parameters: Record<string, number> = {
    resnet8: 83_892,
    resnet14: 181_108,
    resnet20: 278_324,
    resnet32: 472_756,
    resnet44: 667_188,
    resnet56: 861_620,
    resnet110: 1_736_564,
    resnet8x4: 1_233_540,
    resnet32x4: 7_433_860,
    'resnet8x0.5': 22_924,
  };
  test('are those of the benchmark, with its numbers of parameters', () => {
    const counts = Object.keys(parameters).map((name) => [
      name,
      createModel(name, { classes: 100 }).parameterCount(),
    ]);
    assert.deepEqual(Object.fromEntries(counts), parameters);
  });
  test('have the benchmark’s keys, in its order', () => {
    const keys = Object.keys(createModel('resnet8x4', { classes: 100 }).stateDict());
    assert.equal(keys.length, 62);
    const bn = (name: string) =>
      ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'].map((key) => `${name}.${key}`);
    assert.deepEqual(keys.slice(0, 6), ['conv1.weight', ...bn('bn1')]);
    assert.deepEqual(keys.slice(6, 24), [
      'layer1.0.conv1.weight',
      ...bn('layer1.0.bn1'),
      'layer1.0.conv2.weight',
      ...bn('layer1.0.bn2'),
      'layer1.0.downsample.0.weight',
      ...bn('layer1.0.downsample.1'),
    ]);
    assert.deepEqual(keys.slice(-2), ['fc.weight', 'fc.bias']);
  });
  test('take one channel and other sizes', () => {
    const model = createModel('resnet8', { classes: 10, channels: 1 });
    assert.deepEqual(
      scope(() => model.forward(randn([2, 1, 28, 28])).shape),
      [2, 10],
    );
  });
  test('an unknown name is answered with those that exist', () => {
    assert.throws(() => createModel('resnet21', { classes: 2 }), /resnet20/);
    assert.throws(() => createModel('toString', { classes: 2 }), RangeError);
  });
  test('resnet20 follows PyTorch for 20 steps in float64 as far as rounding lets it', () => {
    assertFollows(follow20('float64', 20), 'resnet20.float64');
  });
  test('resnet20 follows PyTorch for 5 steps in float32 as far as rounding lets it', () => {
    assertFollows(follow20('float32', 5), 'resnet20.float32');
  });
  test('a momentum of 0.8999 is seen at the third step', () => {
    const other = follow20('float64', 3, 0.8999);
    assert.throws(() => assertFollows(other, 'resnet20.float64'), /the loss of step 3 is/);
  });
});
