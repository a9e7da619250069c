import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { autocast, enableGrad, grad, isGradEnabled, noGrad, TorchError, tensor } from '@retort/torch';

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

suite('modes', () => {
  test('noGrad records nothing and is left by exceptions too', () => {
    const x = tensor([1], { requiresGrad: true });
    assert.equal(
      noGrad(() => x.mul(2).requiresGrad),
      false,
    );
    assert.equal(
      noGrad(() => enableGrad(() => x.mul(2).requiresGrad)),
      true,
    );
    assert.throws(() =>
      noGrad(() =>
        x.matmul(
          tensor([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
    );
    assert.equal(isGradEnabled(), true);
  });
  test('a promise is refused, since modes do not follow code across await', () => {
    assert.throws(() => noGrad(async () => 1), TorchError);
    assert.equal(isGradEnabled(), true);
  });
  test('autocast multiplies in bfloat16 and sees weights that changed between regions', () => {
    const w = tensor([[1]], { requiresGrad: true });
    const x = tensor([[3]]);
    const forward = () => autocast('bfloat16', () => x.matmul(w));
    assert.equal(forward().dtype, 'bfloat16');
    noGrad(() => w.fill_(2));
    assert.deepEqual(forward().toList(), [[6]]);
    assert.equal(x.matmul(w).dtype, 'float32');
    assert.equal(
      autocast('bfloat16', () => autocast(null, () => x.matmul(w).dtype)),
      'float32',
    );
  });
});
