/** The tensors that a module owns. */
import { native } from '../native.ts';
import { keep } from '../scope.ts';
import { Tensor } from '../tensor.ts';

function leafOf(data: Tensor): number {
  using leaf = data.detach();
  return native.alias(leaf.handle);
}

/** A tensor that is trained: a leaf that requires gradients, shares the memory of `data` and outlives scopes. */
export class Parameter extends Tensor {
  constructor(data: Tensor, options: { requiresGrad?: boolean } = {}) {
    super(leafOf(data));
    this.requiresGrad = options.requiresGrad ?? true;
    keep(this);
  }
}

/** A tensor that belongs to a module's state but is not trained, as running statistics are. */
export class Buffer extends Tensor {
  constructor(data: Tensor) {
    super(leafOf(data));
    keep(this);
  }
}
