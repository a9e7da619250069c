import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { Layer } from './module.ts';

const unflatten = op('aten::unflatten.int');

/** x [N, …] → [N, the rest in one dimension]; other dimensions on request. @example new nn.Flatten() */
export class Flatten extends Layer {
  readonly startDim: number;
  readonly endDim: number;

  constructor(startDim = 1, endDim = -1) {
    super();
    this.startDim = startDim;
    this.endDim = endDim;
  }

  forward(x: Tensor): Tensor {
    return x.flatten(this.startDim, this.endDim);
  }
}

/** One dimension of x in several, one of which may be -1. @example new nn.Unflatten(1, [8, 4, 4]) */
export class Unflatten extends Layer {
  readonly dim: number;
  readonly sizes: readonly number[];

  constructor(dim: number, sizes: readonly number[]) {
    super();
    this.dim = dim;
    this.sizes = sizes;
  }

  forward(x: Tensor): Tensor {
    return unflatten(x, this.dim, this.sizes);
  }
}
