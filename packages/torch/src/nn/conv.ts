import { empty } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { convNames, convTransposeNames } from '../functional/conv.ts';
import {
  type Conv1dOptions,
  type ConvOptions,
  type ConvTransposeOptions,
  conv_transpose2d,
  conv1d,
  conv2d,
  type NamedPadding,
  type Pair,
  pad,
} from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { divisible, wholeNumbers } from './check.ts';
import { defaultWeightAndBias_ } from './init.ts';
import { Layer } from './module.ts';
import { Parameter, type Placement, placementNames } from './parameter.ts';

/** With what the padding is filled: zeros, the image mirrored, its edge, or its other end. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

interface WeightOptions extends Placement {
  bias?: boolean;
}

interface LayerOptions extends WeightOptions {
  paddingMode?: PaddingMode;
}

export type Conv1dLayerOptions = Conv1dOptions & LayerOptions;
export type Conv2dLayerOptions = ConvOptions & LayerOptions;
export type ConvTranspose2dLayerOptions = ConvTransposeOptions & WeightOptions;

const weightNames: OptionNames<WeightOptions> = { bias: true, ...placementNames };
const layerNames: OptionNames<LayerOptions> = { paddingMode: true, ...weightNames };
const names: Readonly<Record<'Conv1d' | 'Conv2d' | 'ConvTranspose2d', Readonly<Record<string, true>>>> = {
  Conv1d: { ...convNames, ...layerNames },
  Conv2d: { ...convNames, ...layerNames },
  ConvTranspose2d: { ...convTransposeNames, ...weightNames },
};

const pair = (size: Pair): readonly [number, number] => (typeof size === 'number' ? [size, size] : size);

interface Geometry {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

function check(layer: string, geometry: Geometry): void {
  const { inChannels, outChannels, groups } = geometry;
  wholeNumbers(layer, { inChannels, outChannels, groups });
  for (const name of ['kernelSize', 'stride', 'dilation'] as const)
    for (const size of geometry[name]) wholeNumbers(layer, { [name]: size });
  divisible(layer, 'inChannels', inChannels, 'groups', groups);
  divisible(layer, 'outChannels', outChannels, 'groups', groups);
}

/** The padding that a mode other than zeros makes before the convolution: [left, right, top, bottom], from the last dimension on. */
function paddingBefore(
  layer: string,
  padding: readonly number[] | NamedPadding,
  { kernelSize, stride, dilation }: Geometry,
): number[] {
  if (padding === 'same' && stride.some((step) => step !== 1))
    throw new TorchError(`${layer}: padding 'same' goes with a stride of 1, got [${stride.join(', ')}]`);
  return kernelSize
    .map((size, i) => {
      if (padding === 'valid') return [0, 0];
      if (padding !== 'same') return [padding[i] ?? 0, padding[i] ?? 0];
      const total = (dilation[i] ?? 1) * (size - 1);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    })
    .reverse()
    .flat();
}

/** x [N, inChannels, L] → [N, outChannels, L']; N may be missing. @example new nn.Conv1d(80, 256, 3, { padding: 'same' }) */
export class Conv1d extends Layer {
  /** [outChannels, inChannels / groups, kernelSize]. */
  readonly weight: Parameter;
  /** [outChannels]. */
  readonly bias: Parameter | null;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number | NamedPadding;
  readonly dilation: number;
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  readonly #before: readonly number[];

  /** @throws TorchError if a size is no whole number, the channels do not fall into the groups, or an option is unknown */
  constructor(inChannels: number, outChannels: number, kernelSize: number, options: Conv1dLayerOptions = {}) {
    super();
    refuseUnknown('Conv1d', options, names.Conv1d);
    const { stride = 1, padding = 0, dilation = 1, groups = 1, ...others } = options;
    const { bias = true, paddingMode = 'zeros', ...placement } = others;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.groups = groups;
    this.paddingMode = paddingMode;
    const sizes = { kernelSize: [kernelSize], stride: [stride], dilation: [dilation] };
    const geometry = { inChannels, outChannels, ...sizes, groups };
    check('Conv1d', geometry);
    this.#before = paddingBefore('Conv1d', typeof padding === 'number' ? [padding] : padding, geometry);
    this.weight = new Parameter(empty([outChannels, inChannels / groups, kernelSize], placement));
    this.bias = bias ? new Parameter(empty([outChannels], placement)) : null;
    defaultWeightAndBias_(this.weight, this.bias);
  }

  /** @throws TorchError if x has other channels, or is smaller than the kernel */
  forward(x: Tensor): Tensor {
    const { stride, padding, dilation, groups } = this;
    if (this.paddingMode === 'zeros')
      return conv1d(x, this.weight, this.bias, { stride, padding, dilation, groups });
    using padded = pad(x, this.#before, { mode: this.paddingMode });
    return conv1d(padded, this.weight, this.bias, { stride, dilation, groups });
  }
}

/** x [N, inChannels, H, W] → [N, outChannels, H', W']; N may be missing. @example new nn.Conv2d(3, 16, 3, { padding: 1, bias: false }) */
export class Conv2d extends Layer {
  /** [outChannels, inChannels / groups, height, width]. */
  readonly weight: Parameter;
  /** [outChannels]. */
  readonly bias: Parameter | null;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly [height: number, width: number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number] | NamedPadding;
  readonly dilation: readonly [number, number];
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  readonly #before: readonly number[];

  /** @throws TorchError if a size is no whole number, the channels do not fall into the groups, or an option is unknown */
  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: Conv2dLayerOptions = {}) {
    super();
    refuseUnknown('Conv2d', options, names.Conv2d);
    const { stride = 1, padding = 0, dilation = 1, groups = 1, ...others } = options;
    const { bias = true, paddingMode = 'zeros', ...placement } = others;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = pair(kernelSize);
    this.stride = pair(stride);
    this.padding = typeof padding === 'string' ? padding : pair(padding);
    this.dilation = pair(dilation);
    this.groups = groups;
    this.paddingMode = paddingMode;
    check('Conv2d', this);
    this.#before = paddingBefore('Conv2d', this.padding, this);
    this.weight = new Parameter(empty([outChannels, inChannels / groups, ...this.kernelSize], placement));
    this.bias = bias ? new Parameter(empty([outChannels], placement)) : null;
    defaultWeightAndBias_(this.weight, this.bias);
  }

  /** @throws TorchError if x has other channels, or is smaller than the kernel */
  forward(x: Tensor): Tensor {
    const { stride, padding, dilation, groups } = this;
    if (this.paddingMode === 'zeros')
      return conv2d(x, this.weight, this.bias, { stride, padding, dilation, groups });
    using padded = pad(x, this.#before, { mode: this.paddingMode });
    return conv2d(padded, this.weight, this.bias, { stride, dilation, groups });
  }
}

/**
 * x [N, inChannels, H, W] → [N, outChannels, H', W'], H' = (H − 1)·stride − 2·padding + dilation·(kernelSize − 1) + outputPadding + 1:
 * the gradient of a convolution as a layer, to make images larger.
 *
 * @example new nn.ConvTranspose2d(64, 32, 4, { stride: 2, padding: 1 })
 */
export class ConvTranspose2d extends Layer {
  /** [inChannels, outChannels / groups, height, width]. */
  readonly weight: Parameter;
  /** [outChannels]. */
  readonly bias: Parameter | null;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly [height: number, width: number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly outputPadding: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;

  /** @throws TorchError if a size is no whole number, the channels do not fall into the groups, or an option is unknown */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Pair,
    options: ConvTranspose2dLayerOptions = {},
  ) {
    super();
    refuseUnknown('ConvTranspose2d', options, names.ConvTranspose2d);
    const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1, ...others } = options;
    const { bias = true, ...placement } = others;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = pair(kernelSize);
    this.stride = pair(stride);
    this.padding = pair(padding);
    this.outputPadding = pair(outputPadding);
    this.dilation = pair(dilation);
    this.groups = groups;
    check('ConvTranspose2d', this);
    this.weight = new Parameter(empty([inChannels, outChannels / groups, ...this.kernelSize], placement));
    this.bias = bias ? new Parameter(empty([outChannels], placement)) : null;
    defaultWeightAndBias_(this.weight, this.bias);
  }

  /** @throws TorchError if x has other channels, or outputPadding is not below stride or dilation */
  forward(x: Tensor): Tensor {
    const { stride, padding, outputPadding, groups, dilation } = this;
    return conv_transpose2d(x, this.weight, this.bias, { stride, padding, outputPadding, groups, dilation });
  }
}
