/** The tensors that a module owns. */

import type { Device } from '../device.ts';
import { native } from '../dispatch/native.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { keep } from '../dispatch/scope.ts';
import type { DType } from '../dtype.ts';
import { Tensor } from '../tensor.ts';

/** Of what dtype (float32 where it is left out) and on which device a layer makes its parameters and buffers. */
export interface Placement {
  dtype?: DType;
  device?: Device;
}

/** @internal The names of `Placement`, which every layer with parameters takes. */
export const placementNames: OptionNames<Placement> = { dtype: true, device: true };

function leafOf(data: Tensor): number {
  using leaf = data.detach();
  return native.alias(leaf.handle);
}

let made: Parameter[] | null = null;

/**
 * Runs `body`, and tells which parameters were made in it, those of layers included.
 *
 * @example const { result: layer, made } = nn.parametersMadeIn(() => new nn.Linear(4, 2)); // made: [4 x 2], [2]
 */
export function parametersMadeIn<Result>(body: () => Result): {
  readonly result: Result;
  readonly made: readonly Parameter[];
} {
  const [before, own]: [Parameter[] | null, Parameter[]] = [made, []];
  made = own;
  try {
    return { result: body(), made: own };
  } finally {
    made = before;
    made?.push(...own);
  }
}

/**
 * A tensor that is trained: a leaf that requires gradients, shares the memory of `data` and outlives scopes. One that two modules hold is
 * shared by them (tied): `parameters()` counts it once, the state dict has it under both keys.
 *
 * @example class Scale extends nn.Layer { gain = new nn.Parameter(ones([1])); … }
 */
export class Parameter extends Tensor {
  constructor(data: Tensor, options: { requiresGrad?: boolean } = {}) {
    refuseUnknown('Parameter', options, { requiresGrad: true });
    super(leafOf(data));
    this.requiresGrad = options.requiresGrad ?? true;
    keep(this);
    made?.push(this);
  }
}

/** A tensor that belongs to a module but is not trained, as running statistics are. @example new nn.Buffer(zeros([8])) */
export class Buffer extends Tensor {
  /** Whether it is in the state dict. */
  readonly persistent: boolean;

  constructor(data: Tensor, options: { persistent?: boolean } = {}) {
    refuseUnknown('Buffer', options, { persistent: true });
    super(leafOf(data));
    this.persistent = options.persistent ?? true;
    keep(this);
  }
}
