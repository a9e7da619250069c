import { full } from '../create.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { prelu } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { wholeNumbers } from './check.ts';
import { Layer } from './module.ts';
import { Parameter, type Placement, placementNames } from './parameter.ts';

export interface PReLUOptions extends Placement {
  /** What the weights start from; 0.25 where it is left out. */
  init?: number;
}

const names: OptionNames<PReLUOptions> = { init: true, ...placementNames };

/**
 * x where it is positive, else weight · x, with one trained weight, or one for each channel of x [N, numParameters, …] (He et al. 2015).
 * It wants no weight decay.
 *
 * @example new nn.PReLU(64)
 */
export class PReLU extends Layer {
  /** [numParameters]. */
  readonly weight: Parameter;
  readonly numParameters: number;

  /** @throws TorchError if the number of parameters is none, or an option unknown */
  constructor(numParameters = 1, options: PReLUOptions = {}) {
    super();
    refuseUnknown('PReLU', options, names);
    wholeNumbers('PReLU', { numParameters });
    const { init = 0.25, ...placement } = options;
    this.numParameters = numParameters;
    this.weight = new Parameter(full([numParameters], init, placement));
  }

  /** @throws TorchError if x has another number of channels */
  forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }
}
