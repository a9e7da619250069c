import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { functional as F, type Tensor, TorchError, tensor, zeros } from '@retort/torch';
import { followFunction } from '../../reference/follow.ts';

type Call = (a: Tensor, b: Tensor, c: Tensor, d: Tensor) => Tensor;

const cases: Record<string, Call> = {
  'cross_entropy.vector': (z) => F.cross_entropy(z, tensor(2n)),
  'cross_entropy.map': (z, labels) => F.cross_entropy(z, labels),
  'cross_entropy.plain': (z, labels) => F.cross_entropy(z, labels),
  'cross_entropy.empty': (z, labels) => F.cross_entropy(z, labels, { reduction: 'sum' }),
  'nll_loss.map': (z, labels) => F.nll_loss(F.log_softmax(z, 1), labels),
  kl_div: (z, target) => F.kl_div(F.log_softmax(z, 1), target),
  'kl_div.log': (z, target) => F.kl_div(F.log_softmax(z, 1), F.log_softmax(target, 1), { logTarget: true }),
  'smooth_l1_loss.zero': (a, b) => F.smooth_l1_loss(a, b, { beta: 0 }),
  'cosine_embedding_loss.vector': (a, b) => F.cosine_embedding_loss(a, b, tensor(-1)),
  cosine_similarity: (a, b) => F.cosine_similarity(a, b),
  'cosine_similarity.last': (a, b) => F.cosine_similarity(a, b.t(), { dim: -1, eps: 1e-3 }),
  normalize: (x) => F.normalize(x),
  'normalize.one': (x) => F.normalize(x.t(), { p: 1, dim: 0 }),
  'normalize.large_eps': (x) => F.normalize(x, { dim: -1, eps: 2 }),
};

for (const reduction of ['none', 'mean', 'sum'] as const) {
  const ofReduction: Record<string, Call> = {
    cross_entropy: (z, labels, weight) =>
      F.cross_entropy(z, labels, { weight, ignoreIndex: 2, labelSmoothing: 0.2, reduction }),
    'cross_entropy.soft': (z, target, weight) =>
      F.cross_entropy(z, target, { weight, labelSmoothing: 0.1, reduction }),
    nll_loss: (z, labels, weight) => F.nll_loss(F.log_softmax(z, 1), labels, { weight, reduction }),
    mse_loss: (a, b) => F.mse_loss(a, b.t(), { reduction }),
    l1_loss: (a, b) => F.l1_loss(a, b, { reduction }),
    smooth_l1_loss: (a, b) => F.smooth_l1_loss(a, b, { reduction, beta: 0.5 }),
    huber_loss: (a, b) => F.huber_loss(a, b, { reduction, delta: 0.5 }),
    kl_div: (z, target) => F.kl_div(F.log_softmax(z, 1), target, { reduction }),
    binary_cross_entropy: (z, target, weight) =>
      F.binary_cross_entropy(z.sigmoid(), target, { weight, reduction }),
    binary_cross_entropy_with_logits: (z, target, weight) =>
      F.binary_cross_entropy_with_logits(z, target, { weight, posWeight: weight.mul(2), reduction }),
    cosine_embedding_loss: (a, b, target) =>
      F.cosine_embedding_loss(a, b, target, { margin: 0.1, reduction }),
  };
  for (const [name, call] of Object.entries(ofReduction)) cases[`${name}.${reduction}`] = call;
}

const ofNumbers = {
  mse_loss: F.mse_loss,
  l1_loss: F.l1_loss,
  smooth_l1_loss: F.smooth_l1_loss,
  huber_loss: F.huber_loss,
  binary_cross_entropy_with_logits: F.binary_cross_entropy_with_logits,
};
for (const [name, loss] of Object.entries(ofNumbers)) {
  cases[`${name}.scalar`] = (a, b) => loss(a, b);
  cases[`${name}.empty`] = (a, b) => loss(a, b, { reduction: 'sum' });
}

suite('losses', () => {
  for (const [name, call] of Object.entries(cases))
    test(`${name} and its gradients match PyTorch`, () => followFunction(name, call));

  test('a label that is no class is an error', () => {
    assert.throws(() => F.cross_entropy(zeros([1, 3]), tensor([3n])), TorchError);
    assert.throws(() => F.nll_loss(zeros([1, 3]), tensor([-1n])), TorchError);
  });
  test('shapes that would be broadcast are refused, naming both', () => {
    const losses = [...Object.values(ofNumbers), F.kl_div, F.binary_cross_entropy];
    for (const loss of losses)
      assert.throws(() => loss(zeros([4]), zeros([4, 1])), /input \[4\] and target \[4, 1\] .*expand/);
  });
  test('probabilities are checked', () => {
    assert.throws(() => F.binary_cross_entropy(tensor([1.5]), tensor([1])), TorchError);
    assert.throws(() => F.cross_entropy(zeros([1, 3]), tensor([1n]), { labelSmoothing: 2 }), TorchError);
  });
});
