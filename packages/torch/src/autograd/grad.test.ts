import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { functional, grad, op, scope, stack, type Tensor, TorchError, tensor } from '@retort/torch';
import { assertClose, assertGradientsClose, loadReference } from '../../reference/load.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'autograd.safetensors');

/** Leaves with the reference's values. */
function leaves<Name extends string>(prefix: string, ...names: Name[]): Record<Name, Tensor> {
  const made = names.map((name) => {
    const leaf = reference(`${prefix}.${name}`).clone();
    leaf.requiresGrad = true;
    return [name, leaf];
  });
  return Object.fromEntries(made);
}

suite('gradients', () => {
  test('accumulate into the leaves until they are cleared', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    for (let i = 0; i < 2; i++) x.mul(x).sum().backward();
    assert.deepEqual(x.grad?.toList(), [4, 8]);
    x.grad = null;
    assert.equal(x.grad, null);
  });
  test('grad() leaves .grad alone and can be taken again', () => {
    const x = tensor([2], { requiresGrad: true });
    const [first] = grad([x.pow(3)], [x], { createGraph: true });
    assert.deepEqual(first?.toList(), [12]);
    const [second] = grad([first ?? x], [x]);
    assert.deepEqual(second?.toList(), [12]);
    assert.equal(x.grad, null);
  });
  test('an unused input is an error unless it is allowed', () => {
    const x = tensor([1], { requiresGrad: true });
    const y = tensor([1], { requiresGrad: true });
    assert.throws(() => grad([x.mul(2)], [y]), TorchError);
    assert.deepEqual(grad([x.mul(2)], [y], { allowUnused: true }), [null]);
  });
  test('what is no scalar needs a gradient; what has no graph has none', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    assert.throws(() => x.mul(2).backward(), /scalar/);
    x.mul(2).backward(tensor([1, 10]));
    assert.deepEqual(x.grad?.toList(), [2, 20]);
    assert.throws(() => tensor([1]).sum().backward(), /require grad/);
  });
  test('a graph is used once unless it is retained', () => {
    const x = tensor([3], { requiresGrad: true });
    const y = x.mul(x).sum();
    y.backward(undefined, { retainGraph: true });
    y.backward();
    assert.throws(() => y.backward(), /second time/);
  });
  test('integers cannot require gradients, gradients must fit', () => {
    assert.throws(() => tensor([1n], { requiresGrad: true }), TorchError);
    const x = tensor([1, 2], { requiresGrad: true });
    assert.throws(() => {
      x.grad = tensor([1]);
    }, /shape/);
  });
});

suite('gradients of gradients match PyTorch', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    test(`a gradient penalty through convolutions and batch norm, ${dtype}`, () =>
      scope(() => {
        const key = `penalty.${dtype}`;
        const tolerance = dtype === 'float64' ? 1e-10 : 1e-5;
        const close = (actual: Tensor | null | undefined, name: string) => {
          assert.ok(actual, name);
          assertClose(actual, reference(`${key}.${name}`), tolerance, name);
        };
        const { x, ...parameters } = leaves(key, 'x', 'w1', 'b1', 'gamma', 'beta', 'w2', 'w3');
        const { w1, b1, gamma, beta, w2, w3 } = parameters;
        const conv2d = op('aten::conv2d');
        let h = conv2d(x, w1, b1, [2, 1], [1, 1], [1, 1], 2);
        h = op('aten::batch_norm')(h, gamma, beta, null, null, true, 0.1, 1e-5, true);
        h = conv2d(h.silu(), w2, null, [1, 1], [0, 0], [2, 2]);
        const score = h.sigmoid().mean([2, 3]).matmul(w3.t());
        close(score, 'score');
        const [dx] = grad([score.sum()], [x], { createGraph: true });
        close(dx, 'dx');
        const norm = dx?.square().sum([1, 2, 3]).sqrt();
        const penalty = norm?.sub(1).square().mean();
        close(penalty, 'penalty');
        const gradients = grad([score.mean().add(penalty ?? 0)], Object.values(parameters));
        const names = Object.keys(parameters);
        assertGradientsClose(
          Object.fromEntries(names.map((name, i) => [name, gradients[i] ?? null])),
          Object.fromEntries(names.map((name) => [name, reference(`${key}.d${name}`)])),
          tolerance,
        );
      }));
  }
  test('Hessian-vector products of a network’s cross entropy', () =>
    scope(() => {
      const { x, w1, w2, v1, v2 } = leaves('hvp', 'x', 'w1', 'w2', 'v1', 'v2');
      const loss = functional.cross_entropy(x.matmul(w1).tanh().matmul(w2), tensor([0n, 2n, 1n, 1n, 0n]));
      const [g1, g2] = grad([loss], [w1, w2], { createGraph: true });
      assert.ok(g1 && g2);
      const [h1, h2] = grad([g1, g2], [w1, w2], { gradOutputs: [v1, v2] });
      assert.ok(h1 && h2);
      for (const [name, actual] of Object.entries({ loss, g1, g2, h1, h2 }))
        assertClose(actual, reference(`hvp.${name}`), 1e-10, name);
    }));
  test('four orders of one function', () =>
    scope(() => {
      const { x } = leaves('orders', 'x');
      const orders = [x.mul(x).sin().mul(x.exp())];
      for (let i = 0; i < 4; i++) {
        const [next] = grad([orders[i] ?? x], [x], { createGraph: true });
        if (next) orders.push(next);
      }
      assertClose(stack(orders), reference('orders.orders'), 1e-10, 'orders');
    }));
  test('gradients that hooks replace', () =>
    scope(() => {
      const { x } = leaves('hooks', 'x');
      const y = x.sin();
      x.registerHook((gradient) => gradient.clamp(-0.2, 0.2));
      y.registerHook((gradient) => gradient.mul(gradient));
      y.mul(x.detach()).sum().backward();
      assert.ok(x.grad);
      assertClose(x.grad, reference('hooks.dx'), 1e-10, 'dx');
    }));
});
