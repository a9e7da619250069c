/** Images resized and rearranged, as layers. */
import { TorchError } from '../dispatch/errors.ts';
import { refuseUnknown } from '../dispatch/options.ts';
import {
  fold,
  type InterpolateOptions,
  interpolate,
  type Pair,
  pixel_shuffle,
  pixel_unshuffle,
  type UnfoldOptions,
  unfold,
} from '../functional/index.ts';
import { interpolateNames, unfoldNames } from '../functional/vision.ts';
import type { Tensor } from '../tensor.ts';
import { wholeNumbers } from './check.ts';
import { Layer } from './module.ts';

export type UpsampleOptions = Omit<InterpolateOptions, 'antialias'>;

const { antialias: _, ...upsampleNames } = interpolateNames;

/** x [N, C, L] or [N, C, H, W] resized to `size`, or by `scaleFactor`. @example new nn.Upsample({ scaleFactor: 2, mode: 'bilinear' }) */
export class Upsample extends Layer {
  readonly options: UpsampleOptions;

  /** @throws TorchError if size and scaleFactor are not exactly one */
  constructor(options: UpsampleOptions) {
    super();
    refuseUnknown('Upsample', options, upsampleNames);
    if ((options.size === undefined) === (options.scaleFactor === undefined))
      throw new TorchError('Upsample needs either size or scaleFactor');
    this.options = options;
  }

  /** @throws TorchError if x has another rank than the mode takes */
  forward(x: Tensor): Tensor {
    return interpolate(x, this.options);
  }
}

/** [N, C·r², H, W] → [N, C, H·r, W·r] (Shi et al. 2016). @example new nn.PixelShuffle(2) */
export class PixelShuffle extends Layer {
  readonly upscaleFactor: number;

  /** @throws TorchError if the factor is no whole number */
  constructor(upscaleFactor: number) {
    super();
    wholeNumbers('PixelShuffle', { upscaleFactor });
    this.upscaleFactor = upscaleFactor;
  }

  /** @throws TorchError if the channels are no multiple of the factor's square */
  forward(x: Tensor): Tensor {
    return pixel_shuffle(x, this.upscaleFactor);
  }
}

/** [N, C, H·r, W·r] → [N, C·r², H, W]: the way back of `PixelShuffle`. @example new nn.PixelUnshuffle(2) */
export class PixelUnshuffle extends Layer {
  readonly downscaleFactor: number;

  /** @throws TorchError if the factor is no whole number */
  constructor(downscaleFactor: number) {
    super();
    wholeNumbers('PixelUnshuffle', { downscaleFactor });
    this.downscaleFactor = downscaleFactor;
  }

  /** @throws TorchError if height or width is no multiple of the factor */
  forward(x: Tensor): Tensor {
    return pixel_unshuffle(x, this.downscaleFactor);
  }
}

const numbers = (size: Pair): readonly number[] => (typeof size === 'number' ? [size] : size);

abstract class Windows extends Layer {
  readonly kernelSize: Pair;
  readonly options: UnfoldOptions;

  /** @throws TorchError if a size is no whole number */
  constructor(kernelSize: Pair, options: UnfoldOptions = {}) {
    super();
    refuseUnknown(this.constructor.name, options, unfoldNames);
    const { dilation = 1, padding = 0, stride = 1 } = options;
    for (const [name, sizes] of Object.entries({ kernelSize, dilation, stride }))
      for (const size of numbers(sizes)) wholeNumbers(this.constructor.name, { [name]: size });
    for (const size of numbers(padding)) wholeNumbers(this.constructor.name, { padding: size }, 0);
    this.kernelSize = kernelSize;
    this.options = options;
  }
}

/** The windows of x [N, C, H, W] as columns → [N, C·kH·kW, windows]. @example new nn.Unfold(16, { stride: 16 }) */
export class Unfold extends Windows {
  /** @throws TorchError if the window is larger than the padded image */
  forward(x: Tensor): Tensor {
    return unfold(x, this.kernelSize, this.options);
  }
}

/** Columns [N, C·kH·kW, windows] summed into an image [N, C, …outputSize]. @example new nn.Fold([32, 32], 16, { stride: 16 }) */
export class Fold extends Windows {
  readonly outputSize: Pair;

  /** @throws TorchError if a size is no whole number */
  constructor(outputSize: Pair, kernelSize: Pair, options: UnfoldOptions = {}) {
    super(kernelSize, options);
    for (const size of numbers(outputSize)) wholeNumbers('Fold', { outputSize: size });
    this.outputSize = outputSize;
  }

  /** @throws TorchError if the columns are not those of such an image */
  forward(x: Tensor): Tensor {
    return fold(x, this.outputSize, this.kernelSize, this.options);
  }
}
