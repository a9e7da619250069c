/** Limits on gradients, applied between `backward()` and `step()`. */
import { noGrad } from '../autograd/index.ts';
import { stack, zeros } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { scope } from '../dispatch/scope.ts';
import { op } from '../op.ts';
import { Tensor } from '../tensor.ts';
import { layoutOf } from './layout.ts';

const norms = op<Tensor[]>('aten::_foreach_norm.Scalar');
const vectorNorm = op('aten::linalg_vector_norm');
const scale = op<void>('aten::_foreach_mul_.Tensor');
const clampMin = op<void>('aten::_foreach_clamp_min_.Scalar');
const clampMax = op<void>('aten::_foreach_clamp_max_.Scalar');

export interface ClipNormOptions {
  /** The order p of the norm: 2 by default, `Infinity` for the largest absolute value. */
  normType?: number;
  /** An error, rather than gradients that are not finite either, where the norm is not finite. */
  errorIfNonfinite?: boolean;
}

const normNames: OptionNames<ClipNormOptions> = { normType: true, errorIfNonfinite: true };

function gradientsOf(what: string, parameters: Tensor | readonly Tensor[]): Tensor[] {
  const all = parameters instanceof Tensor ? [parameters] : parameters;
  return all.flatMap((parameter, i) => {
    const { grad } = parameter;
    if (!grad) return [];
    if (!layoutOf(grad).strided)
      throw new TorchError(`${what}: parameter ${i} has a sparse gradient, which cannot be clipped`);
    return [grad];
  });
}

/** The norm of all elements of all tensors together, 0-d, on the device of the first. @example optim.totalNorm(gradients).item() */
export function totalNorm(tensors: readonly Tensor[], normType = 2): Tensor {
  // Nothing of it counts where there are no elements, and the largest of none is an error.
  const filled = tensors.filter((item) => item.numel() > 0);
  const [first] = filled;
  if (!first) return zeros([]);
  const each = [...Map.groupBy(filled, (item) => item.device).values()].flatMap((alike) =>
    norms(alike, normType),
  );
  return vectorNorm(stack(each.map((norm) => norm.to(first.device))), normType);
}

/**
 * Scales all gradients by one factor, in place, so that their norm as one long vector is `maxNorm` at most:
 * g ← g · min(1, maxNorm / (norm + 1e-6)).
 *
 * @returns the norm before, 0-d
 * @throws TorchError for a negative maxNorm, a sparse gradient, and on demand a norm that is not finite
 * @example const norm = optim.clipGradNorm(model.parameters(), 1).item();
 */
export function clipGradNorm(
  parameters: Tensor | readonly Tensor[],
  maxNorm: number,
  options: ClipNormOptions = {},
): Tensor {
  refuseUnknown('clipGradNorm', options, normNames);
  const { normType = 2, errorIfNonfinite = false } = options;
  if (!(maxNorm >= 0)) throw new TorchError(`clipGradNorm: maxNorm must not be negative, got ${maxNorm}`);
  if (!(normType > 0)) throw new TorchError(`clipGradNorm: normType must be above 0, got ${normType}`);
  return scope(() =>
    noGrad(() => {
      const gradients = gradientsOf('clipGradNorm', parameters);
      const total = totalNorm(gradients, normType);
      if (errorIfNonfinite && !Number.isFinite(total.item()))
        throw new TorchError(
          `clipGradNorm: the norm of the gradients is ${total.item()}, nothing is clipped`,
        );
      const factor = total.add(1e-6).reciprocal().mul(maxNorm).clamp(null, 1);
      // Elsewhere what it is would have to be waited for.
      if (factor.device === 'cpu' && factor.item() === 1) return total;
      for (const [device, alike] of Map.groupBy(gradients, (gradient) => gradient.device))
        scale(alike, factor.to(device));
      return total;
    }),
  );
}

/**
 * Limits every element of the gradients to [−clipValue, clipValue], in place.
 *
 * @throws TorchError for a negative clipValue or a sparse gradient
 * @example optim.clipGradValue(model.parameters(), 0.5);
 */
export function clipGradValue(parameters: Tensor | readonly Tensor[], clipValue: number): void {
  if (!(clipValue >= 0))
    throw new TorchError(`clipGradValue: clipValue must not be negative, got ${clipValue}`);
  scope(() =>
    noGrad(() => {
      const gradients = gradientsOf('clipGradValue', parameters);
      if (gradients.length === 0) return;
      clampMin(gradients, -clipValue);
      clampMax(gradients, clipValue);
    }),
  );
}
