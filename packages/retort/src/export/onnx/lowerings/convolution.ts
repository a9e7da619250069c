/** Convolutions: ONNX's Conv and ConvTranspose, whose layouts are PyTorch's. */
import type { Call } from '../call.ts';
import { int, ints } from '../graph.ts';
import type { Lowering, Lowerings } from './lowering.ts';

/** Zeros before each spatial dimension, then after each. */
function padsOf(call: Call, kernel: readonly number[], dilation: readonly number[]): number[] {
  const given = call.given('padding');
  if (given === 'valid') return kernel.flatMap(() => [0, 0]);
  if (given === 'same') {
    const all = kernel.map((size, i) => (dilation[i] ?? 1) * (size - 1));
    // An odd one stands after.
    return [...all.map((size) => Math.floor(size / 2)), ...all.map((size) => Math.ceil(size / 2))];
  }
  const padding = spread(call.numbers('padding'), kernel.length);
  return [...padding, ...padding];
}

/** One number for all dimensions, or one for each. */
const spread = (given: readonly number[], dimensions: number): readonly number[] =>
  given.length === 1 ? Array.from({ length: dimensions }, () => given[0] ?? 0) : given;

function common(call: Call) {
  const sizes = call.sizesOf('weight');
  const kernel = sizes
    .slice(2)
    .map((size) =>
      typeof size === 'number' ? size : call.refuse('its weight depends on the number of images'),
    );
  if (call.sizesOf('input').length !== sizes.length)
    call.refuse('its input must have the batch as its first dimension');
  const dilation = spread(call.numbers('dilation'), kernel.length);
  return {
    kernel,
    dilation,
    inputs: [call.input('input'), call.input('weight'), call.has('bias') ? call.input('bias') : ''],
    attributes: {
      kernel_shape: ints(kernel),
      strides: ints(spread(call.numbers('stride'), kernel.length)),
      dilations: ints(dilation),
      group: int(call.number('groups')),
    },
  };
}

const convolution: Lowering = (call) => {
  const { kernel, dilation, inputs, attributes } = common(call);
  return call.add('Conv', inputs, { ...attributes, pads: ints(padsOf(call, kernel, dilation)) });
};

const transposed: Lowering = (call) => {
  const { kernel, dilation, inputs, attributes } = common(call);
  return call.add('ConvTranspose', inputs, {
    ...attributes,
    pads: ints(padsOf(call, kernel, dilation)),
    output_padding: ints(spread(call.numbers('outputPadding'), kernel.length)),
  });
};

export const convolutions: Lowerings = {
  'aten::conv1d': convolution,
  'aten::conv2d': convolution,
  'aten::conv3d': convolution,
  'aten::convolution': (call) => (call.flag('transposed') ? transposed(call) : convolution(call)),
  'aten::conv_transpose1d': transposed,
  'aten::conv_transpose2d': transposed,
  'aten::conv_transpose3d': transposed,
};
