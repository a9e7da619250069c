/** Images sampled at places that are computed, as spatial transformers do (Jaderberg et al. 2015). */

import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { isFloatingPoint } from '../dtype.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const ops = { sample: op('aten::grid_sampler'), affine: op('aten::affine_grid_generator') };

/** libtorch's numbers for them. */
const modes = { bilinear: 0, nearest: 1, bicubic: 2 } as const;
const paddingModes = { zeros: 0, border: 1, reflection: 2 } as const;

export interface GridSampleOptions {
  /** How a value between pixels comes about; `bilinear` where it is left out. `bicubic` takes images only, no volumes. */
  mode?: keyof typeof modes;
  /** What lies outside of the image: 0, its edge, or the image mirrored; `zeros` where it is left out. */
  paddingMode?: keyof typeof paddingModes;
  /** Whether −1 and 1 are the centres of the corner pixels, or (where it is left out) their outer edges. */
  alignCorners?: boolean;
}

const gridSampleNames: OptionNames<GridSampleOptions> = {
  mode: true,
  paddingMode: true,
  alignCorners: true,
};

function numberOf(option: string, numbers: Readonly<Record<string, number>>, given: string): number {
  const number = Object.hasOwn(numbers, given) ? numbers[given] : undefined;
  if (number === undefined)
    throw new TorchError(
      `grid_sample: ${option} must be one of ${Object.keys(numbers).join(', ')}, got '${given}'`,
    );
  return number;
}

/**
 * The values of x [N, C, H, W] at the places of grid [N, H', W', 2] → [N, C, H', W']: a place is (x, y), from −1 at the left or top to 1
 * at the right or bottom. Volumes are x [N, C, D, H, W] with grid [N, D', H', W', 3].
 *
 * @throws TorchError if the shapes or dtypes do not fit, a mode is none, or bicubic is asked of volumes
 * @example functional.grid_sample(x, functional.affine_grid(theta, x.shape))
 */
export function grid_sample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  refuseUnknown('grid_sample', options, gridSampleNames);
  const { mode = 'bilinear', paddingMode = 'zeros', alignCorners = false } = options;
  const [how, outside] = [numberOf('mode', modes, mode), numberOf('paddingMode', paddingModes, paddingMode)];
  if (mode === 'bicubic' && x.dim() !== 4)
    throw new TorchError(`grid_sample: bicubic takes [N, C, H, W], got ${x.summary()}`);
  return ops.sample(x, grid, how, outside, alignCorners);
}

/**
 * The places, for `grid_sample`, that an affine map gives to the pixels of an image of `size` [N, C, H, W]: theta [N, 2, 3] takes the
 * (x, y, 1) of a pixel of the result to a place in the source → [N, H, W, 2]. Of volumes: size [N, C, D, H, W], theta [N, 3, 4] →
 * [N, D, H, W, 3].
 *
 * @param options.alignCorners  as `grid_sample` is told; false where it is left out
 * @throws TorchError if theta is not of floating point or does not fit the size, or a size is none
 * @example functional.affine_grid(theta, [8, 3, 32, 32])
 */
export function affine_grid(
  theta: Tensor,
  size: readonly number[],
  options: { alignCorners?: boolean } = {},
): Tensor {
  refuseUnknown('affine_grid', options, { alignCorners: true });
  const dims = size.length - 2;
  if ((dims !== 2 && dims !== 3) || !size.every((length) => Number.isInteger(length) && length > 0))
    throw new TorchError(
      `affine_grid: size must be [N, C, H, W] or [N, C, D, H, W] of whole numbers from 1, got [${size.join(', ')}]`,
    );
  const wanted = [size[0], dims, dims + 1];
  if (!isFloatingPoint(theta.dtype) || `${theta.shape}` !== `${wanted}`)
    throw new TorchError(
      `affine_grid: theta must be of floating point and [${wanted.join(', ')}] for the size [${size.join(', ')}], got ${theta.summary()}`,
    );
  return ops.affine(theta, size, options.alignCorners ?? false);
}
