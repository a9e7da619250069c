/** Images [N, C, H, W], or without N, with more around them. */
import { TorchError } from '../dispatch/errors.ts';
import { pad } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { Layer } from './module.ts';

/** How much on each side, or on all; negative numbers crop. */
export type Padding2d = number | readonly [left: number, right: number, top: number, bottom: number];

abstract class Pad2d extends Layer {
  readonly padding: readonly number[];

  /** @throws TorchError unless `padding` is a whole number, or four */
  constructor(padding: Padding2d) {
    super();
    this.padding = typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
    if (this.padding.length !== 4 || !this.padding.every(Number.isInteger))
      throw new TorchError(
        `${this.constructor.name}: padding must be a whole number, or four: [left, right, top, bottom], got [${this.padding.join(', ')}]`,
      );
  }
}

/** Pads with zeros. @example new nn.ZeroPad2d([0, 1, 0, 1]) */
export class ZeroPad2d extends Pad2d {
  forward(x: Tensor): Tensor {
    return pad(x, this.padding);
  }
}

/** Pads with `value`. @example new nn.ConstantPad2d(2, 0.5) */
export class ConstantPad2d extends Pad2d {
  readonly value: number;

  /** @throws TorchError unless `padding` is a whole number, or four */
  constructor(padding: Padding2d, value: number) {
    super(padding);
    this.value = value;
  }

  forward(x: Tensor): Tensor {
    return pad(x, this.padding, { value: this.value });
  }
}

/** Pads with the image mirrored at its edge, which is not repeated. @example new nn.ReflectionPad2d(1) */
export class ReflectionPad2d extends Pad2d {
  /** @throws TorchError if the padding is not smaller than the image */
  forward(x: Tensor): Tensor {
    return pad(x, this.padding, { mode: 'reflect' });
  }
}

/** Pads with the pixels of the edge. @example new nn.ReplicationPad2d(1) */
export class ReplicationPad2d extends Pad2d {
  forward(x: Tensor): Tensor {
    return pad(x, this.padding, { mode: 'replicate' });
  }
}
