import { empty } from '../create.ts';
import { refuseUnknown } from '../dispatch/options.ts';
import { linear } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { wholeNumbers } from './check.ts';
import { defaultWeightAndBias_ } from './init.ts';
import { Layer } from './module.ts';
import { Parameter, type Placement, placementNames } from './parameter.ts';

/** x [*, inFeatures] → [*, outFeatures]: x · weightᵀ + bias. @example new nn.Linear(64, 10) */
export class Linear extends Layer {
  /** [outFeatures, inFeatures]. */
  readonly weight: Parameter;
  /** [outFeatures]. */
  readonly bias: Parameter | null;
  readonly inFeatures: number;
  readonly outFeatures: number;

  /** @throws TorchError if a size is no whole number, or an option unknown */
  constructor(inFeatures: number, outFeatures: number, options: Placement & { bias?: boolean } = {}) {
    super();
    refuseUnknown('Linear', options, { bias: true, ...placementNames });
    const { bias = true, ...placement } = options;
    wholeNumbers('Linear', { inFeatures, outFeatures }, 0);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(empty([outFeatures, inFeatures], placement));
    this.bias = bias ? new Parameter(empty([outFeatures], placement)) : null;
    defaultWeightAndBias_(this.weight, this.bias);
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}
