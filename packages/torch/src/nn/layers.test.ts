import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { functional, manualSeed, nn, op, scope, type Tensor, TorchError, tensor, zeros } from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'named.safetensors');
const ramp = (y: Tensor): Tensor => op('aten::linspace')(-1, 1, y.numel()).reshape(y.shape);

function follows(name: string, layer: nn.Layer): void {
  scope(() => {
    for (const [key, value] of Object.entries(layer.stateDict())) {
      assertClose(value.detach(), reference(`${name}.state.${key}`), 0, `${name}: initial ${key}`);
    }
    const x = reference(`${name}.x`).clone();
    x.requiresGrad = true;
    for (let i = 0; i < 2; i++) {
      const y = layer.forward(x);
      layer.zeroGrad();
      x.grad = null;
      y.mul(ramp(y)).sum().backward();
      assertClose(y.detach(), reference(`${name}.y${i}`), 1e-5, `${name}: output ${i}`);
    }
    assertClose(x.grad ?? zeros([0]), reference(`${name}.dx`), 1e-5, `${name}: gradient of the input`);
    for (const [key, parameter] of layer.namedParameters()) {
      assertClose(
        parameter.grad ?? zeros([0]),
        reference(`${name}.grad.${key}`),
        1e-5,
        `${name}: gradient of ${key}`,
      );
    }
    for (const [key, buffer] of layer.namedBuffers()) {
      assertClose(buffer, reference(`${name}.after.${key}`), 1e-5, `${name}: ${key} afterwards`);
    }
    layer.eval();
    assertClose(layer.forward(x).detach(), reference(`${name}.eval`), 1e-5, `${name}: in evaluation`);
  });
}

suite('layers', () => {
  test('Linear starts from PyTorch’s weights and follows it', () => {
    manualSeed(11);
    follows('linear', new nn.Linear(5, 3));
  });
  test('Conv2d, strided, padded, grouped, starts from PyTorch’s weights and follows it', () => {
    manualSeed(12);
    follows('conv', new nn.Conv2d(4, 6, [3, 2], { stride: [2, 1], padding: [1, 0], groups: 2 }));
  });
  test('BatchNorm2d and its running statistics follow PyTorch', () => {
    follows('bn', new nn.BatchNorm2d(4, { momentum: 0.3, eps: 1e-3 }));
  });
  test('BatchNorm2d refuses what is no image', () => {
    assert.throws(() => new nn.BatchNorm2d(4).forward(zeros([3, 4])), /\[N, C, H, W\]/);
  });
});

suite('losses', () => {
  const labels = reference('loss.labels');
  const target = reference('loss.target');
  const losses: Record<string, (z: Tensor) => Tensor> = {
    ce: (z) => functional.cross_entropy(z, labels),
    ce_smooth: (z) => functional.cross_entropy(z, labels, { labelSmoothing: 0.1, reduction: 'sum' }),
    ce_soft: (z) => functional.cross_entropy(z, target),
    kl: (z) => functional.kl_div(z.log_softmax(1), target),
    kl_mean: (z) => functional.kl_div(z.log_softmax(1), target, { reduction: 'mean' }),
    mse: (z) => functional.mse_loss(z, target),
  };
  for (const [name, loss] of Object.entries(losses)) {
    test(`${name} and its gradient match PyTorch`, () => {
      const z = reference('loss.logits').clone();
      z.requiresGrad = true;
      const value = loss(z);
      value.backward();
      assertClose(value.detach(), reference(`loss.${name}`), 1e-5, name);
      assertClose(z.grad ?? zeros([0]), reference(`loss.${name}.grad`), 1e-5, `gradient of ${name}`);
    });
  }
  test('a label that is no class is an error', () => {
    assert.throws(() => functional.cross_entropy(zeros([1, 3]), tensor([3n])), TorchError);
  });
});

suite('modules', () => {
  class Net extends nn.Layer {
    stem = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.ReLU(), new nn.BatchNorm2d(2));
    fc = new nn.Linear(2, 3);
    forward(x: Tensor): Tensor {
      return this.fc.forward(functional.adaptive_avg_pool2d(this.stem.forward(x), 1).flatten(1));
    }
  }
  const keys = [
    ...['weight', 'bias'].map((key) => `stem.0.${key}`),
    ...['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'].map((key) => `stem.2.${key}`),
    ...['weight', 'bias'].map((key) => `fc.${key}`),
  ];

  test('the state dict has PyTorch’s names in PyTorch’s order', () =>
    assert.deepEqual(Object.keys(new Net().stateDict()), keys));
  test('a module made in a scope outlives it', () => {
    const net = scope(() => new Net());
    assert.deepEqual(net.forward(zeros([2, 1, 5, 5])).shape, [2, 3]);
    assert.equal(net.parameterCount(), 2 * 9 + 2 + 4 + 9);
  });
  test('loading copies values; a state that does not fit is refused whole', () => {
    const [from, to] = [new Net(), new Net()];
    const state = from.stateDict();
    to.loadStateDict(state);
    assert.deepEqual(to.fc.weight.toList(), from.fc.weight.toList());
    const before = to.fc.weight.toList();
    const { 'fc.bias': _, ...rest } = new Net().stateDict();
    const wrong = { ...rest, extra: zeros([1]), 'stem.0.weight': zeros([2]) };
    assert.throws(
      () => to.loadStateDict(wrong),
      (error) =>
        error instanceof TorchError &&
        [
          'missing: fc.bias',
          'unexpected: extra',
          "stem.0.weight (the model's [2, 1, 3, 3], given [2])",
        ].every((part) => error.message.includes(part)),
    );
    assert.deepEqual(to.fc.weight.toList(), before);
  });
  test('to() converts floating-point state in place, and memory format where it applies', () => {
    const net = new Net().to({ dtype: 'float64', memoryFormat: 'channels_last' });
    const { weight } = net.fc;
    assert.equal(weight.dtype, 'float64');
    assert.equal(net.stateDict()['stem.2.num_batches_tracked']?.dtype, 'int64');
    net
      .forward(zeros([2, 1, 5, 5], { dtype: 'float64' }))
      .sum()
      .backward();
    assert.equal(weight.grad?.dtype, 'float64');
  });
  test('train(), eval() and requiresGrad() reach every module', () => {
    const net = new Net().eval().requiresGrad(false);
    assert.ok(Array.from(net.namedModules()).every(([, module]) => !module.training));
    assert.equal(net.forward(zeros([1, 1, 5, 5])).requiresGrad, false);
  });
});
