import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { memory, nn, ones, optim, scope, TorchError, tensor, zeros } from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'optim.safetensors');
const names = ['kernel', 'matrix', 'scalar', 'one', 'empty', 'gaps'];
const orders = { two: 2, one: 1, three: 3, inf: Number.POSITIVE_INFINITY };

suite('clipping', () => {
  for (const [dtype, suffix, tolerance] of [
    ['float32', 'f32', 1e-5],
    ['float64', 'f64', 1e-10],
  ] as const) {
    const parameters = () =>
      names.map((name) => {
        const gradient = reference(`clip.${name}`).to(dtype);
        const parameter = new nn.Parameter(zeros(gradient.shape, { dtype }));
        parameter.grad =
          name === 'kernel' ? gradient.contiguous({ memoryFormat: 'channels_last' }) : gradient.clone();
        return parameter;
      });
    const matches = (all: nn.Parameter[], prefix: string) => {
      for (const [i, p] of all.entries()) {
        if (!p.grad || (prefix.includes('.inf.') && p.numel() === 0)) continue;
        assertClose(p.grad, reference(`${prefix}.${names[i]}`), tolerance, `${names[i]}`);
      }
    };
    for (const [name, normType] of Object.entries(orders)) {
      test(`by the ${name}-norm matches PyTorch, ${dtype}`, () => {
        const all = parameters();
        const norm = optim.clipGradNorm([...all, new nn.Parameter(ones([2]))], 1.5, { normType });
        assertClose(norm, reference(`clip.${name}.${suffix}.norm`), tolerance, 'norm');
        matches(all, `clip.${name}.${suffix}`);
      });
    }
    test(`by value matches PyTorch, ${dtype}`, () => {
      const all = parameters();
      optim.clipGradValue(all, 0.4);
      matches(all, `clip.value.${suffix}`);
    });
  }

  test('gradients within the limit stay as they are, and one parameter needs no list', () => {
    const p = new nn.Parameter(ones([2]));
    p.grad = tensor([3, 4]);
    assert.equal(optim.clipGradNorm(p, Number.POSITIVE_INFINITY).item(), 5);
    optim.clipGradNorm(p, 6);
    optim.clipGradValue(p, 4);
    assert.deepEqual(p.grad?.toList(), [3, 4]);
  });
  test('the norm of no gradients is 0', () => {
    assert.equal(optim.clipGradNorm([new nn.Parameter(ones([2]))], 1).item(), 0);
    optim.clipGradValue([new nn.Parameter(ones([2]))], 1);
  });
  test('dtypes may differ', () => {
    const [a, b] = [new nn.Parameter(ones([1])), new nn.Parameter(ones([1], { dtype: 'float64' }))];
    a.grad = tensor([3]);
    b.grad = tensor([4], { dtype: 'float64' });
    assert.equal(optim.clipGradNorm([a, b], 1).item(), 5);
    assert.ok(Math.abs((b.grad?.item() ?? 0) - 0.8) < 1e-6);
  });
  test('a norm that is not finite is an error where that is asked for, and clips nothing', () => {
    const p = new nn.Parameter(ones([2]));
    p.grad = tensor([1, Number.POSITIVE_INFINITY]);
    assert.throws(
      () => optim.clipGradNorm(p, 1, { errorIfNonfinite: true }),
      /the norm of the gradients is Infinity/,
    );
    assert.deepEqual(p.grad?.toList(), [1, Number.POSITIVE_INFINITY]);
    assert.equal(optim.clipGradNorm(p, 1).item(), Number.POSITIVE_INFINITY);
  });
  test('impossible limits are refused', () => {
    const p = new nn.Parameter(ones([2]));
    assert.throws(() => optim.clipGradNorm(p, -1), TorchError);
    assert.throws(() => optim.clipGradNorm(p, Number.NaN), TorchError);
    assert.throws(() => optim.clipGradNorm(p, 1, { normType: 0 }), TorchError);
    assert.throws(() => optim.clipGradValue(p, -1), TorchError);
  });
  test('only the norm is left behind', () => {
    const p = new nn.Parameter(ones([2]));
    p.grad = ones([2]);
    const held = memory().handles;
    scope(() => optim.clipGradNorm(p, 1).item());
    optim.clipGradValue(p, 1);
    assert.equal(memory().handles, held);
    optim.clipGradNorm(p, 1).dispose();
    assert.equal(memory().handles, held);
  });
});
