/** Images resized and rearranged. */

import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { adaptive_avg_pool1d, adaptive_avg_pool2d } from './pooling.ts';
import type { Pair } from './size.ts';

const ops = {
  pixelShuffle: op('aten::pixel_shuffle'),
  pixelUnshuffle: op('aten::pixel_unshuffle'),
  im2col: op('aten::im2col'),
  col2im: op('aten::col2im'),
};

/** Those that take the nearest value; `nearest-exact` samples at pixel centres, as Pillow does. */
const nearest = {
  nearest: [op('aten::upsample_nearest1d.vec'), op('aten::upsample_nearest2d.vec')],
  'nearest-exact': [op('aten::_upsample_nearest_exact1d.vec'), op('aten::_upsample_nearest_exact2d.vec')],
} as const;

const smooth = {
  linear: { dims: 1, plain: op('aten::upsample_linear1d.vec'), antialias: null },
  bilinear: {
    dims: 2,
    plain: op('aten::upsample_bilinear2d.vec'),
    antialias: op('aten::_upsample_bilinear2d_aa.vec'),
  },
  bicubic: {
    dims: 2,
    plain: op('aten::upsample_bicubic2d.vec'),
    antialias: op('aten::_upsample_bicubic2d_aa.vec'),
  },
} as const;

export type InterpolationMode = keyof typeof nearest | keyof typeof smooth | 'area';

export interface InterpolateOptions {
  /** The size to reach; this or `scaleFactor`. */
  size?: number | readonly number[];
  scaleFactor?: number | readonly number[];
  /** `nearest` where it is left out. `linear` takes [N, C, L]; `bilinear` and `bicubic` take [N, C, H, W]; the others both. */
  mode?: InterpolationMode;
  /** Whether the corner pixels' centres stay where they are; only of linear, bilinear, bicubic. */
  alignCorners?: boolean;
  /** Smooths when it makes smaller, as Pillow does; only of bilinear and bicubic. */
  antialias?: boolean;
}

/** @internal The names of `InterpolateOptions`. */
export const interpolateNames: OptionNames<InterpolateOptions> = {
  size: true,
  scaleFactor: true,
  mode: true,
  alignCorners: true,
  antialias: true,
};

function perDimension(
  name: string,
  value: number | readonly number[] | undefined,
  dims: number,
): number[] | null {
  if (value === undefined) return null;
  const values = typeof value === 'number' ? Array.from({ length: dims }, () => value) : [...value];
  if (values.length !== dims) {
    throw new TorchError(`interpolate: ${name} needs ${dims} numbers, got [${values.join(', ')}]`);
  }
  return values;
}

/**
 * Resizes x [N, C, L] or [N, C, H, W] to `size`, or by `scaleFactor`.
 *
 * @throws TorchError if x has another rank than the mode takes, or size and scaleFactor are not exactly one
 * @example functional.interpolate(x, { size: [224, 224], mode: 'bicubic', antialias: true })
 */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  refuseUnknown('interpolate', options, interpolateNames);
  const { mode = 'nearest', alignCorners, antialias = false } = options;
  const { shape } = x;
  const dims = shape.length - 2;
  if (dims !== 1 && dims !== 2)
    throw new TorchError(`interpolate takes [N, C, L] or [N, C, H, W], got ${x.summary()}`);
  if ((options.size === undefined) === (options.scaleFactor === undefined))
    throw new TorchError('interpolate needs either size or scaleFactor');
  const size = perDimension('size', options.size, dims);
  const scales = perDimension('scaleFactor', options.scaleFactor, dims);

  if (mode === 'linear' || mode === 'bilinear' || mode === 'bicubic') {
    const kernel = smooth[mode];
    if (kernel.dims !== dims)
      throw new TorchError(
        `interpolate: ${mode} takes ${kernel.dims === 1 ? '[N, C, L]' : '[N, C, H, W]'}, got ${x.summary()}`,
      );
    if (antialias && !kernel.antialias)
      throw new TorchError('interpolate: antialias goes with bilinear and bicubic only');
    const resize = antialias && kernel.antialias ? kernel.antialias : kernel.plain;
    return resize(x, size, alignCorners ?? false, scales);
  }
  if (antialias) throw new TorchError('interpolate: antialias goes with bilinear and bicubic only');
  if (alignCorners !== undefined)
    throw new TorchError('interpolate: alignCorners goes with linear, bilinear and bicubic only');
  if (mode === 'area') {
    const [first = 1, second = 1] =
      size ?? shape.slice(2).map((length, i) => Math.floor(length * (scales?.[i] ?? 1)));
    return dims === 1 ? adaptive_avg_pool1d(x, first) : adaptive_avg_pool2d(x, [first, second]);
  }
  if (!Object.hasOwn(nearest, mode))
    throw new TorchError(
      `interpolate: there is no mode '${mode}'; there are ${[...Object.keys(nearest), ...Object.keys(smooth), 'area'].join(', ')}`,
    );
  return nearest[mode][dims === 1 ? 0 : 1](x, size, scales);
}

/** [N, C·r², H, W] → [N, C, H·r, W·r] (Shi et al. 2016). @example functional.pixel_shuffle(x, 2) */
export function pixel_shuffle(x: Tensor, upscaleFactor: number): Tensor {
  return ops.pixelShuffle(x, upscaleFactor);
}

/** [N, C, H·r, W·r] → [N, C·r², H, W]: the way back of `pixel_shuffle`. @example functional.pixel_unshuffle(x, 2) */
export function pixel_unshuffle(x: Tensor, downscaleFactor: number): Tensor {
  return ops.pixelUnshuffle(x, downscaleFactor);
}

export interface UnfoldOptions {
  dilation?: Pair;
  padding?: Pair;
  stride?: Pair;
}

/** @internal The names of `UnfoldOptions`. */
export const unfoldNames: OptionNames<UnfoldOptions> = { dilation: true, padding: true, stride: true };

/**
 * The windows of x [N, C, H, W] as columns → [N, C·kH·kW, windows].
 *
 * @throws TorchError if the window is larger than the padded image
 * @example functional.unfold(images, 16, { stride: 16 }) // patches
 */
export function unfold(x: Tensor, kernelSize: Pair, options: UnfoldOptions = {}): Tensor {
  refuseUnknown('unfold', options, unfoldNames);
  const { dilation = 1, padding = 0, stride = 1 } = options;
  return ops.im2col(x, kernelSize, dilation, padding, stride);
}

/**
 * Columns [N, C·kH·kW, windows] summed into an image [N, C, …outputSize]: where windows overlap, `fold(unfold(x))` counts twice.
 *
 * @throws TorchError if the columns are not those of such an image
 * @example functional.fold(columns, [32, 32], 16, { stride: 16 })
 */
export function fold(x: Tensor, outputSize: Pair, kernelSize: Pair, options: UnfoldOptions = {}): Tensor {
  refuseUnknown('fold', options, unfoldNames);
  const { dilation = 1, padding = 0, stride = 1 } = options;
  return ops.col2im(x, outputSize, kernelSize, dilation, padding, stride);
}
