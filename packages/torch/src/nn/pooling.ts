/** Pooling as layers: windows of an image or sequence to one value each. */

import { refuseUnknown } from '../dispatch/options.ts';
import {
  type AdaptiveSize,
  type AvgPoolOptions,
  adaptive_avg_pool1d,
  adaptive_avg_pool2d,
  adaptive_max_pool2d,
  avg_pool1d,
  avg_pool2d,
  type MaxPoolOptions,
  max_pool1d,
  max_pool2d,
  type Pair,
} from '../functional/index.ts';
import { avgPoolNames, maxPoolNames } from '../functional/pooling.ts';
import type { Tensor } from '../tensor.ts';
import { Layer } from './module.ts';

/** A window, which steps by its own size unless `stride` says otherwise. */
abstract class Windowed<Size, Options extends object> extends Layer {
  readonly kernelSize: Size;
  readonly options: Options;

  constructor(kernelSize: Size, options: Options, names: Readonly<Record<string, true>>) {
    super();
    refuseUnknown(this.constructor.name, options, names);
    this.kernelSize = kernelSize;
    this.options = options;
  }
}

abstract class Adaptive<Size> extends Layer {
  readonly outputSize: Size;

  constructor(outputSize: Size) {
    super();
    this.outputSize = outputSize;
  }
}

/** The largest of each window: x [N, C, L] → [N, C, L']. @example new nn.MaxPool1d(2) */
export class MaxPool1d extends Windowed<number, MaxPoolOptions<number>> {
  constructor(kernelSize: number, options: MaxPoolOptions<number> = {}) {
    super(kernelSize, options, maxPoolNames);
  }

  forward(x: Tensor): Tensor {
    return max_pool1d(x, this.kernelSize, this.options);
  }
}

/** The largest of each window: x [N, C, H, W] → [N, C, H', W']. @example new nn.MaxPool2d(3, { stride: 2, padding: 1 }) */
export class MaxPool2d extends Windowed<Pair, MaxPoolOptions> {
  constructor(kernelSize: Pair, options: MaxPoolOptions = {}) {
    super(kernelSize, options, maxPoolNames);
  }

  forward(x: Tensor): Tensor {
    return max_pool2d(x, this.kernelSize, this.options);
  }
}

/** The mean of each window: x [N, C, L] → [N, C, L']. @example new nn.AvgPool1d(2) */
export class AvgPool1d extends Windowed<number, AvgPoolOptions<number>> {
  constructor(kernelSize: number, options: AvgPoolOptions<number> = {}) {
    super(kernelSize, options, avgPoolNames);
  }

  forward(x: Tensor): Tensor {
    return avg_pool1d(x, this.kernelSize, this.options);
  }
}

/** The mean of each window: x [N, C, H, W] → [N, C, H', W']. @example new nn.AvgPool2d(2) */
export class AvgPool2d extends Windowed<Pair, AvgPoolOptions> {
  constructor(kernelSize: Pair, options: AvgPoolOptions = {}) {
    super(kernelSize, options, avgPoolNames);
  }

  forward(x: Tensor): Tensor {
    return avg_pool2d(x, this.kernelSize, this.options);
  }
}

/** x [N, C, L] averaged to [N, C, outputSize]. @example new nn.AdaptiveAvgPool1d(1) */
export class AdaptiveAvgPool1d extends Adaptive<number> {
  forward(x: Tensor): Tensor {
    return adaptive_avg_pool1d(x, this.outputSize);
  }
}

/** x [N, C, H, W] averaged to [N, C, …outputSize]. @example new nn.AdaptiveAvgPool2d(1) */
export class AdaptiveAvgPool2d extends Adaptive<AdaptiveSize> {
  forward(x: Tensor): Tensor {
    return adaptive_avg_pool2d(x, this.outputSize);
  }
}

/** The largest of each cell: x [N, C, H, W] → [N, C, …outputSize]. @example new nn.AdaptiveMaxPool2d([7, null]) */
export class AdaptiveMaxPool2d extends Adaptive<AdaptiveSize> {
  forward(x: Tensor): Tensor {
    return adaptive_max_pool2d(x, this.outputSize);
  }
}
