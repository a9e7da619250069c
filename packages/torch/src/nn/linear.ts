import { empty } from '../create.ts';
import { linear } from '../functional.ts';
import type { Tensor, TensorOptions } from '../tensor.ts';
import { defaultWeightAndBias_ } from './init.ts';
import { Layer } from './module.ts';
import { Parameter } from './parameter.ts';

/** x [*, inFeatures] → [*, outFeatures]: x · weightᵀ + bias. @example new nn.Linear(64, 10) */
export class Linear extends Layer {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: TensorOptions & { bias?: boolean } = {}) {
    super();
    this.weight = new Parameter(empty([outFeatures, inFeatures], options));
    this.bias = options.bias === false ? null : new Parameter(empty([outFeatures], options));
    defaultWeightAndBias_(this.weight, this.bias);
  }

  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}
