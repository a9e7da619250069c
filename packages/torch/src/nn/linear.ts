import { empty } from '../create.ts';
import { linear } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { wholeNumbers } from './check.ts';
import { defaultWeightAndBias_ } from './init.ts';
import { Layer } from './module.ts';
import { Parameter, type Placement } from './parameter.ts';

/** x [*, inFeatures] → [*, outFeatures]: x · weightᵀ + bias. @example new nn.Linear(64, 10) */
export class Linear extends Layer {
  /** [outFeatures, inFeatures]. */
  readonly weight: Parameter;
  /** [outFeatures]. */
  readonly bias: Parameter | null;
  readonly inFeatures: number;
  readonly outFeatures: number;

  /** @throws TorchError if a size is no whole number */
  constructor(inFeatures: number, outFeatures: number, options: Placement & { bias?: boolean } = {}) {
    super();
    wholeNumbers('Linear', { inFeatures, outFeatures }, 0);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(empty([outFeatures, inFeatures], options));
    this.bias = options.bias === false ? null : new Parameter(empty([outFeatures], options));
    defaultWeightAndBias_(this.weight, this.bias);
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}
