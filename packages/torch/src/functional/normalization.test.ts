import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type DType,
  freeze,
  full,
  functional,
  manualSeed,
  nn,
  noGrad,
  ones,
  randn,
  scope,
  type Tensor,
  tensor,
  zeros,
} from '@retort/torch';
import { assertClose } from '../../reference/load.ts';

const shapes = { vectors: [13, 3], images: [7, 3, 5, 3], channels_last: [7, 3, 5, 3], sequences: [5, 3, 9] };

/** Random values but in channel 1, which is constant. */
function withConstant(kind: keyof typeof shapes, dtype: DType, constant: number): Tensor {
  manualSeed(5);
  const x = randn(shapes[kind], { dtype });
  x.select(1, 1).fill_(constant);
  const placed = kind === 'channels_last' ? x.contiguous({ memoryFormat: 'channels_last' }) : x;
  placed.requiresGrad = true;
  return placed;
}

const largest = (x: Tensor | null | undefined): number => x?.detach().abs().max().item() ?? Number.NaN;

suite('batch norm with an eps of 0', () => {
  // Most of them are not exact in binary, so that the mean of many is rounded.
  for (const constant of [2.5, 0.1, -1 / 3, 1234.567])
    for (const kind of Object.keys(shapes) as (keyof typeof shapes)[])
      for (const dtype of ['float32', 'float64', 'bfloat16'] as const)
        for (const training of [true, false])
          test(`gives 0 for ${kind} of ${constant} in ${dtype}, ${training ? 'training' : 'evaluation'}`, () =>
            scope(() => {
              const x = withConstant(kind, dtype, constant);
              const weight = full([3], 1.5, { dtype, requiresGrad: true });
              const bias = full([3], 0.25, { dtype, requiresGrad: true });
              const [runningMean, runningVar] = [
                full([3], constant, { dtype }),
                tensor([1, 0, 2], { dtype }),
              ];
              const y = functional.batch_norm(x, { weight, bias, runningMean, runningVar, training, eps: 0 });
              y.mul(randn(y.shape, { dtype })).sum().backward();
              assert.equal(largest(y.select(1, 1).sub(0.25)), 0);
              assert.equal(largest(x.grad?.select(1, 1)), 0);
              assert.equal(weight.grad?.get(1).item(), 0);
              assert.ok(Number.isFinite(largest(x.grad)) && largest(x.grad) > 0);
              assert.equal(runningVar.get(1).item(), 0);
              const moved = Math.abs(runningMean.get(1).item() - constant);
              // Two roundings of bfloat16 or better.
              assert.ok(moved <= 2 ** -6 * Math.abs(constant), `${runningMean.get(1).item()}`);
            }));

  test('leaves channels with variance as libtorch has them, to the bit, and the running statistics', () =>
    scope(() => {
      const x = withConstant('images', 'float32', 0.1);
      const [mean, variance] = [zeros([3]), ones([3])];
      const y = functional.batch_norm(x, { runningMean: mean, runningVar: variance, training: true, eps: 0 });
      const others = x.detach().index_select(1, tensor([0n, 2n]));
      const [ownMean, ownVariance] = [zeros([2]), ones([2])];
      const stats = { runningMean: ownMean, runningVar: ownVariance, training: true };
      const plain = functional.batch_norm(others, { ...stats, eps: 1e-30 });
      assert.deepEqual(y.index_select(1, tensor([0n, 2n])).toList(), plain.toList());
      assert.deepEqual(mean.index_select(0, tensor([0n, 2n])).toList(), ownMean.toList());
      assert.deepEqual(variance.index_select(0, tensor([0n, 2n])).toList(), ownVariance.toList());
      assert.ok(Math.abs(mean.get(1).item() - 0.01) < 1e-8);
    }));

  test('holds for layers, and for a network that is frozen with them folded', () =>
    scope(() => {
      const norm = new nn.BatchNorm2d(4, { eps: 0 });
      const model = new nn.Sequential(new nn.Conv2d(3, 4, 3, { padding: 1 }), norm, new nn.ReLU());
      noGrad(() => model.at(0).parameters()[0]?.select(0, 2).zero_());
      const x = randn([2, 3, 6, 6]);
      const y = model.forward(x);
      assert.equal(largest(y.select(1, 2)), 0);
      y.sum().backward();
      assert.equal(largest(model.at(0).parameters()[0]?.grad?.select(0, 2)), 0);
      noGrad(() => norm.running_var?.select(0, 2).zero_());
      model.eval();
      const plain = noGrad(() => model.forward(x));
      assert.equal(largest(plain.select(1, 2)), 0);
      const frozen = freeze(model);
      assertClose(frozen.forward(x), plain, 1e-5, 'frozen');
    }));
});

test('an eps that is negative or none is refused', () => {
  const x = ones([2, 2]);
  for (const eps of [-1e-5, Number.NaN]) {
    assert.throws(() => functional.batch_norm(x, { training: true, eps }), {
      message: `batch_norm: eps must not be negative, got ${eps}`,
    });
    assert.throws(() => functional.layer_norm(x, [2], { eps }), {
      message: `layer_norm: eps must not be negative, got ${eps}`,
    });
    assert.throws(() => functional.group_norm(x, 1, { eps }), {
      message: `group_norm: eps must not be negative, got ${eps}`,
    });
  }
});
