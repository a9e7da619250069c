import { empty } from '../create.ts';
import { type ConvOptions, conv2d, type Pair } from '../functional.ts';
import type { Tensor, TensorOptions } from '../tensor.ts';
import { defaultWeightAndBias_ } from './init.ts';
import { Layer } from './module.ts';
import { Parameter } from './parameter.ts';

/** x [N, inChannels, H, W] → [N, outChannels, H', W']. @example new nn.Conv2d(3, 16, 3, { padding: 1, bias: false }) */
export class Conv2d extends Layer {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly #options: ConvOptions;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Pair,
    options: ConvOptions & TensorOptions & { bias?: boolean } = {},
  ) {
    super();
    const [height, width] = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
    const { groups = 1 } = options;
    this.#options = options;
    this.weight = new Parameter(empty([outChannels, inChannels / groups, height, width], options));
    this.bias = options.bias === false ? null : new Parameter(empty([outChannels], options));
    defaultWeightAndBias_(this.weight, this.bias);
  }

  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.bias, this.#options);
  }
}
