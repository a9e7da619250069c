/** Batch norm over the batches of all ranks, as if they were one. */
import { customFunction, type FunctionContext, isGradEnabled } from '../autograd/index.ts';
import { stack, zeros, zeros_like } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { blocking } from '../distributed/index.ts';
import type { DType } from '../dtype.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const ops = {
  batchNorm: op('aten::batch_norm'),
  statistics: op<[Tensor, Tensor]>('aten::batch_norm_update_stats'),
  backward: op<[Tensor, Tensor, Tensor]>('aten::native_batch_norm_backward'),
};

interface SyncBatchNormOptions {
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;
  readonly runningMean: Tensor | null;
  readonly runningVar: Tensor | null;
  readonly momentum: number;
  readonly eps: number;
}

/** What of all ranks' values [N, C, …] each channel is normalised by. */
interface Statistics {
  /** [C], float64 */
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** How many values a channel has. */
  readonly count: number;
}

/** In which dtype a batch is counted and normalised: halves lose too much. */
const wideOf = (x: Tensor): DType => (x.dtype === 'float64' ? 'float64' : 'float32');

const wide = (x: Tensor): Tensor => (x.dtype === wideOf(x) ? x : x.to(wideOf(x)));

/** Of each rank mean, variance and count, put together (Chan et al. 1979). */
function statisticsOf(x: Tensor): Statistics {
  const [, channels = 0] = x.shape;
  const [count, own] = [x.numel() / channels, zeros([2 * channels + 1], { dtype: 'float64' })];
  if (count > 0) {
    const [mean, variance] = ops.statistics(wide(x), null, null, 0);
    own.narrow(0, 0, channels).copy_(mean);
    own.narrow(0, channels, channels).copy_(variance);
  }
  own.narrow(0, 2 * channels, 1).fill_(count);
  const all = stack(blocking.allGather(own));
  const [means, variances, counts] = all.split_with_sizes([channels, channels, 1], 1) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const total = counts.sum();
  const mean = means.mul(counts).sum([0]).div(total);
  const variance = variances.add(means.sub(mean).square()).mul(counts).sum([0]).div(total);
  return { mean, variance, count: total.item() };
}

/** A tensor [C] as one that goes with each value of x [N, C, …]. */
const perChannel = (values: Tensor, x: Tensor): Tensor =>
  values.reshape(x.shape.map((_, i) => (i === 1 ? -1 : 1)));

interface Data {
  readonly eps: number;
  readonly count: number;
}

const normalise = customFunction({
  name: 'sync_batch_norm',
  forward(
    context: FunctionContext<[Tensor, Tensor | null, Tensor, Tensor], Data>,
    x: Tensor,
    weight: Tensor | null,
    bias: Tensor | null,
    mean: Tensor,
    variance: Tensor,
    data: Data,
  ): Tensor {
    context.data = data;
    const dtype = wideOf(x);
    const [scale, shift] = [weight?.to(dtype) ?? null, bias?.to(dtype) ?? null];
    const [m, v] = [mean.to(dtype), variance.to(dtype)];
    context.saveForBackward(x, scale, m, v);
    return ops.batchNorm(x, scale, shift, m, v, false, 0, data.eps, true);
  },
  backward(context, gradient: Tensor) {
    if (isGradEnabled())
      throw new TorchError(
        'SyncBatchNorm has no second derivative: use BatchNorm where createGraph is asked for',
      );
    const [x, scale, mean, variance] = context.savedTensors;
    const { eps, count } = context.data;
    const [needsX, needsWeight, needsBias] = context.needsInputGrad;
    const [, channels = 0] = x.shape;
    const nothing = (): Tensor => zeros([channels], { dtype: mean.dtype });
    // As if the statistics were constants: dx = dy w / σ, and of each channel Σ dy (x - μ) / σ and Σ dy.
    const [plain, ofScale, ofShift] =
      x.numel() > 0
        ? ops.backward(gradient, x, scale, mean, variance, null, null, false, eps, [true, true, true])
        : [zeros_like(x), nothing(), nothing()];
    let dx: Tensor | null = null;
    if (needsX) {
      const sums = stack([ofShift, ofScale]).to('float64');
      blocking.allReduce(sums);
      const inverse = variance.to('float64').add(eps).rsqrt();
      const factor = (scale ? inverse.mul(scale) : inverse).div(count);
      const [shiftSum, scaleSum] = sums.unbind() as [Tensor, Tensor];
      const constant = factor.mul(shiftSum).to(mean.dtype);
      const slope = factor.mul(inverse).mul(scaleSum).neg().to(mean.dtype);
      dx = wide(plain)
        .addcmul(wide(x).sub(perChannel(mean, x)), perChannel(slope, x))
        .sub_(perChannel(constant, x))
        .to(x.dtype);
    }
    return [dx, needsWeight ? ofScale : null, needsBias ? ofShift : null, null, null, null];
  },
});

/**
 * @internal x [N, C, …] normalised per channel by the mean and variance of all ranks' batches, of which each may have as many samples as it
 * likes, also none. The running statistics move as by one batch of all. All ranks must call it alike, in forward and in backward.
 *
 * @throws TorchError where a channel has a single value over all ranks, for an eps of 0, and in a backward with `createGraph`
 */
export function sync_batch_norm(x: Tensor, options: SyncBatchNormOptions): Tensor {
  const { weight, bias, runningMean, runningVar, momentum, eps } = options;
  if (eps === 0) throw new TorchError('SyncBatchNorm: over several ranks eps must be more than 0');
  const { mean, variance, count } = statisticsOf(x.detach());
  if (count <= 1)
    throw new TorchError(
      `SyncBatchNorm: training needs more than one value per channel over all ranks, which have ${count}; use a larger batch or eval()`,
    );
  runningMean?.lerp_(mean.to(runningMean.dtype), momentum);
  runningVar?.lerp_(variance.mul(count / (count - 1)).to(runningVar.dtype), momentum);
  return normalise(x, weight, bias, mean, variance, { eps, count });
}
