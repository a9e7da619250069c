import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  autocast,
  clearAutocastCache,
  enableGrad,
  isGradEnabled,
  memory,
  noGrad,
  op,
  scope,
  TorchError,
  tensor,
  zeros,
} from '@retort/torch';

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
    assert.throws(() => enableGrad(async () => 1), TorchError);
    assert.equal(isGradEnabled(), true);
    assert.throws(() => autocast('bfloat16', async () => 1), TorchError);
    assert.equal(tensor([[1]]).matmul(tensor([[1]])).dtype, 'float32');
  });
  test('what noGrad computes can be saved for backward, as a teacher’s outputs are; inference mode’s could not', () => {
    const student = tensor([[1, 2, 3]], { requiresGrad: true });
    const teacher = noGrad(() => tensor([[3, 2, 1]], { requiresGrad: true }).mul(2));
    assert.equal(op<boolean>('aten::is_inference')(teacher), false);
    const divergence = op('aten::kl_div')(student.log_softmax(1), teacher.softmax(1), 2);
    divergence.add(op('aten::mse_loss')(student, teacher)).backward();
    assert.equal(student.grad?.isfinite().all().item(), 1);
    assert.equal(teacher.requiresGrad, false);
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
  test('inside of autocast a weight is converted once, until the cache is cleared; nested regions share it', () => {
    const w = tensor([[1]], { requiresGrad: true });
    const x = tensor([[3]]);
    const product = () => x.matmul(w).toList();
    autocast('bfloat16', () => {
      assert.deepEqual(product(), [[3]]);
      noGrad(() => w.fill_(2));
      assert.deepEqual(product(), [[3]], 'the copy serves on');
      assert.deepEqual(autocast('bfloat16', product), [[3]]);
      assert.deepEqual(product(), [[3]], 'the end of an inner region clears nothing');
      clearAutocastCache();
      assert.deepEqual(product(), [[6]]);
      noGrad(() => w.fill_(5));
      assert.deepEqual(autocast(null, product), [[15]], 'nothing is converted, so nothing is stale');
      clearAutocastCache();
      assert.deepEqual(autocast('bfloat16', product), [[15]]);
    });
    assert.throws(
      () =>
        autocast('bfloat16', () => {
          product();
          throw new Error('mine');
        }),
      /mine/,
    );
    noGrad(() => w.fill_(7));
    assert.deepEqual(autocast('bfloat16', product), [[21]], 'an exception ends a region too');
  });
  test('the copies that autocast keeps are freed with the region', () => {
    const w = zeros([64, 64], { requiresGrad: true });
    const before = memory().bytes;
    scope(() => autocast('bfloat16', () => zeros([1, 64]).matmul(w)).dispose());
    assert.equal(memory().bytes, before);
  });
});
