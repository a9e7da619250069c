/** Autograd makes tensors without memory of gradients that are zero (ZeroTensors): nobody here ever meets one. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { inspect } from 'node:util';
import {
  functional,
  grad,
  loadSafetensors,
  memory,
  nn,
  ones,
  op,
  optim,
  saveSafetensors,
  scope,
  setNumThreads,
  type Tensor,
  tensor,
} from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

setNumThreads(1);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-zeros-'));
after(() => fs.rmSync(folder, { recursive: true }));

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'edges.safetensors');
const norm = op('aten::linalg_vector_norm');

/** A parameter with a gradient of zeros: what the engine makes of it has no memory. */
function withZeroGradient(): nn.Parameter {
  const parameter = new nn.Parameter(tensor([1, -2, 3]));
  parameter.sgn().sum().backward();
  return parameter;
}

suite('second derivatives match PyTorch where they are zero', () => {
  const functions: Record<string, (x: Tensor, target: Tensor) => Tensor> = {
    abs: (x) => x.abs().sum(),
    sgn: (x) => x.sgn().mul(x).sum(),
    l1_loss: (x, target) => functional.l1_loss(x, target),
    smooth_l1_loss: (x, target) => functional.smooth_l1_loss(x, target, { beta: 0.5 }),
    norm1: (x, target) => norm(x.sub(target), 1),
    norm2: (x, target) => norm(x.sub(target), 2, [1]).sum(),
    norm_inf: (x) => norm(x, Number.POSITIVE_INFINITY),
    relu: (x, target) => x.sub(target).relu().sum(),
  };
  for (const [name, compute] of Object.entries(functions))
    test(name, () =>
      scope(() => {
        const x = reference('x').clone();
        x.requiresGrad = true;
        const [first] = grad([compute(x, reference('target'))], [x], { createGraph: true });
        assert.ok(first);
        assertClose(first, reference(`${name}.first`), 1e-12, 'first');
        const [second] = grad([first.mul(reference('v')).sum()], [x]);
        assert.ok(second);
        assertClose(second, reference(`${name}.second`), 1e-12, 'second');
      }),
    );
});

suite('a gradient of zeros', () => {
  test('is read, printed, saved, viewed and changed in place', () => {
    const p = withZeroGradient();
    const gradient = p.grad;
    assert.ok(gradient);
    assert.deepEqual(gradient.toList(), [0, 0, 0]);
    assert.deepEqual(gradient.toTypedArray(), new Float32Array(3));
    assert.equal(gradient.get(1).item(), 0);
    assert.equal(inspect(gradient), 'tensor([0, 0, 0], float32[3])');
    assert.deepEqual(gradient.stride(), [1]);
    const file = path.join(folder, 'gradient.safetensors');
    saveSafetensors(file, { gradient });
    assert.deepEqual(loadSafetensors(file).tensors.gradient?.toList(), [0, 0, 0]);
    gradient.add_(2);
    assert.deepEqual(p.grad?.toList(), [2, 2, 2], 'who changes it changes the gradient');
  });

  test('comes by grad(), hooks, custom operators and lists likewise', () =>
    scope(() => {
      const x = tensor([1, -2], { requiresGrad: true });
      const [zero] = grad([x.sgn().sum()], [x]);
      assert.deepEqual(zero?.toList(), [0, 0]);
      const seen: unknown[] = [];
      x.registerHook((gradient) => {
        seen.push(gradient.toList());
        return gradient;
      });
      x.registerPostAccumulateGradHook((leaf) => seen.push(leaf.grad?.toList()));
      x.sgn().sum().backward();
      assert.deepEqual(seen, [
        [0, 0],
        [0, 0],
      ]);
      const made = op('aten::_efficientzerotensor')([2]);
      assert.deepEqual(made.add_(1).toList(), [1, 1]);
      const cut = op<Tensor[]>('aten::split.Tensor')(op('aten::_efficientzerotensor')([4]), 2);
      assert.deepEqual(
        cut.map((part) => part.toList()),
        [
          [0, 0],
          [0, 0],
        ],
      );
    }));

  test('is added to by the next backward, unread as it is, where PyTorch fails', () => {
    const p = withZeroGradient();
    p.sgn().sum().backward();
    p.mul(tensor([1, 2, 3]))
      .sum()
      .backward();
    assert.deepEqual(p.grad?.toList(), [1, 2, 3]);
    const inputs = withZeroGradient();
    inputs
      .mul(2)
      .sum()
      .backward(undefined, { inputs: [inputs] });
    assert.deepEqual(inputs.grad?.toList(), [2, 2, 2]);
    const recorded = withZeroGradient();
    recorded.square().sum().backward(undefined, { createGraph: true });
    assert.deepEqual(recorded.grad?.toList(), [2, -4, 6]);
  });

  test('leaves no handles behind', () => {
    const held = memory().handles;
    scope(() => {
      using p = withZeroGradient();
      assert.equal(p.grad?.sum().item(), 0);
    });
    assert.equal(memory().handles, held);
  });

  const optimizers: Record<string, (p: nn.Parameter) => optim.Optimizer> = {
    SGD: (p) => new optim.SGD([p], { lr: 0.5, momentum: 0.9, weightDecay: 0.1 }),
    Nesterov: (p) => new optim.SGD([p], { lr: 0.5, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
    Adam: (p) => new optim.Adam([p], { lr: 0.5, amsgrad: true, weightDecay: 0.1 }),
    AdamW: (p) => new optim.AdamW([p], { lr: 0.5, weightDecay: 0.1 }),
    LAMB: (p) => new optim.LAMB([p], { lr: 0.5, weightDecay: 0.1 }),
  };
  for (const [name, make] of Object.entries(optimizers))
    test(`moves parameters by ${name} as zeros do, with and without a GradScaler and an EMA`, () => {
      const moved = (p: nn.Parameter) => {
        make(p).step();
        return p.toList();
      };
      const plain = new nn.Parameter(tensor([1, -2, 3]));
      plain.grad = tensor([0, 0, 0]);
      const expected = moved(plain);
      assert.deepEqual(moved(withZeroGradient()), expected);

      class Model extends nn.Module {
        readonly p = withZeroGradient();
        forward(): void {}
      }
      const model = new Model();
      const ema = new optim.EMA(model, { decay: 0.5 });
      ema.update();
      const scaler = new optim.GradScaler();
      const optimizer = make(model.p);
      scaler.unscale_(optimizer);
      assert.equal(scaler.step(optimizer), true);
      scaler.update();
      ema.update();
      assert.deepEqual(model.p.toList(), expected);
    });

  test('is clipped, and its norm is 0', () => {
    assert.equal(optim.clipGradNorm(withZeroGradient(), 1).item(), 0);
    assert.equal(optim.clipGradNorm([withZeroGradient()], 1, { normType: 1 }).item(), 0);
    const p = withZeroGradient();
    optim.clipGradValue(p, 1);
    assert.deepEqual(p.grad?.toList(), [0, 0, 0]);
    const gradients = [p.grad ?? ones([1]), tensor([3, 4])];
    assert.equal(optim.totalNorm(gradients).item(), 5);
  });

  test('moves with its module to another dtype', () => {
    const model = new nn.Linear(2, 1);
    model.weight.sgn().sum().backward();
    model.to({ dtype: 'float64' });
    assert.deepEqual([model.weight.grad?.dtype, model.weight.grad?.toList()], ['float64', [[0, 0]]]);
  });
});
