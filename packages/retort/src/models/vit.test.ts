import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { optim, randn, scope } from '@retort/torch';
import { assertFollows, type Dtype, type Followed, follow } from '../../reference/follow.ts';
import { createModel } from './index.ts';

const name = 'vit_tiny_patch8_64';
const followTiny = (dtype: Dtype, steps: number): Followed =>
  follow({
    model: name,
    size: 64,
    dtype,
    steps,
    optimizer: (parameters) => new optim.AdamW(parameters, { lr: 1e-3, weightDecay: 0.05 }),
  });

suite('the vision transformers', () => {
  test('ViT-tiny follows PyTorch for 10 steps in float64 as far as rounding lets it', () => {
    assertFollows(followTiny('float64', 10), `${name}.float64`);
  });

  test('ViT-tiny follows PyTorch for 5 steps in float32 as far as rounding lets it', () => {
    assertFollows(followTiny('float32', 5), `${name}.float32`);
  });

  test('have the numbers of parameters of DeiT', () => {
    const count = (model: string): number => createModel(model, { classes: 1000 }).parameterCount();
    assert.equal(count('vit_tiny_patch16_224'), 5_717_416);
    assert.equal(count('vit_small_patch16_224'), 22_050_664);
  });

  test('images of another size are refused with both sizes', () => {
    const model = createModel('vit_tiny_patch4_32', { classes: 10 });
    scope(() => {
      assert.deepEqual(model.forward(randn([1, 3, 32, 32])).shape, [1, 10]);
      assert.throws(
        () => model.forward(randn([1, 3, 64, 64])),
        /takes images of 32x32 pixels, got \[1, 3, 64, 64\]: say `input: { size: 32 }` of it$/,
      );
    });
  });
});
