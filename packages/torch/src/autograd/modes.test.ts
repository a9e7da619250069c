import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { autocast, enableGrad, isGradEnabled, noGrad, TorchError, tensor } from '@retort/torch';

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
