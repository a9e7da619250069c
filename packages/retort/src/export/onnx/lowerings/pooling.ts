/** Pooling. */
import type { Call } from '../call.ts';
import { int, ints } from '../graph.ts';
import { isFixed } from '../sizes.ts';
import type { Lowering, Lowerings } from './lowering.ts';

/** The spatial sizes of images. */
function spatial(call: Call, dimensions: number): number[] {
  const sizes = call.sizesOf('self');
  if (sizes.length !== dimensions + 2) call.refuse('its input must have the batch as its first dimension');
  return sizes
    .slice(2)
    .map((size) => (isFixed(size) ? size : call.refuse('only its first dimension may be the batch')));
}

interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly number[];
  readonly dilations: readonly number[];
}

const each = (given: readonly number[], dimensions: number): readonly number[] =>
  given.length === dimensions ? given : Array.from({ length: dimensions }, () => given[0] ?? 1);

function windowOf(call: Call, dimensions: number, dilated: boolean): Window {
  const kernel = each(call.numbers('kernelSize'), dimensions);
  const strides = call.numbers('stride');
  return {
    kernel,
    strides: strides.length === 0 ? kernel : each(strides, dimensions),
    padding: each(call.numbers('padding'), dimensions),
    dilations: dilated ? each(call.numbers('dilation'), dimensions) : kernel.map(() => 1),
  };
}

/**
 * Whether sizes are rounded up. Rounding up means other things here and there where a window begins in the padding: that is refused.
 */
function roundsUp(call: Call, { kernel, strides, padding, dilations }: Window): boolean {
  const sizes = spatial(call, kernel.length);
  const made = call.made.slice(2);
  const exact = sizes.map((size, i) => {
    const reach = (dilations[i] ?? 1) * ((kernel[i] ?? 1) - 1) + 1;
    return (size + 2 * (padding[i] ?? 0) - reach) / (strides[i] ?? 1) + 1;
  });
  if (exact.every((size, i) => Math.floor(size) === made[i])) return false;
  if (exact.every((size, i) => Math.ceil(size) === made[i])) return true;
  return call.refuse('its last windows lie in the padding alone (ceilMode): leave out ceilMode, or pad less');
}

const attributesOf = ({ kernel, strides, padding }: Window) => ({
  kernel_shape: ints(kernel),
  strides: ints(strides),
  pads: ints([...padding, ...padding]),
});

const maxPool =
  (dimensions: number): Lowering =>
  (call) => {
    const window = windowOf(call, dimensions, true);
    return call.add('MaxPool', [call.input('self')], {
      ...attributesOf(window),
      dilations: ints(window.dilations),
      ceil_mode: int(roundsUp(call, window) ? 1 : 0),
    });
  };

const averagePool =
  (dimensions: number): Lowering =>
  (call) => {
    const window = windowOf(call, dimensions, false);
    if (roundsUp(call, window))
      call.refuse('it rounds its size up (ceilMode), which runtimes do differently');
    const divisor = dimensions > 1 && call.has('divisorOverride') ? call.number('divisorOverride') : null;
    const counts = divisor !== null || call.flag('countIncludePad');
    const pooled = call.add('AveragePool', [call.input('self')], {
      ...attributesOf(window),
      count_include_pad: int(counts ? 1 : 0),
    });
    if (divisor === null) return pooled;
    const area = window.kernel.reduce((all, size) => all * size, 1);
    return call.add('Mul', [pooled, call.scalar(area / divisor)]);
  };

const adaptive =
  (dimensions: number, kind: 'Average' | 'Max'): Lowering =>
  (call) => {
    const sizes = spatial(call, dimensions);
    const made = call.made.slice(2).map(Number);
    const input = call.input('self');
    if (made.every((size) => size === 1)) return call.add(`Global${kind}Pool`, [input]);
    if (made.every((size, i) => size === sizes[i])) return input;
    const kernel = sizes.map((size, i) => size / (made[i] ?? 1));
    if (!kernel.every(Number.isInteger))
      return call.refuse(
        `windows of several sizes make ${made.join('x')} of ${sizes.join('x')}: choose a size of which the one is a multiple of the other`,
      );
    return call.add(`${kind}Pool`, [input], { kernel_shape: ints(kernel), strides: ints(kernel) });
  };

/** Where the largest are is not known afterwards. */
const values =
  (lowering: Lowering): Lowering =>
  (call) =>
    [lowering(call)].flat();

export const pooling: Lowerings = {
  'aten::max_pool1d': maxPool(1),
  'aten::max_pool2d': maxPool(2),
  'aten::max_pool3d': maxPool(3),
  'aten::avg_pool1d': averagePool(1),
  'aten::avg_pool2d': averagePool(2),
  'aten::avg_pool3d': averagePool(3),
  'aten::adaptive_avg_pool1d': adaptive(1, 'Average'),
  'aten::adaptive_avg_pool2d': adaptive(2, 'Average'),
  'aten::adaptive_avg_pool3d': adaptive(3, 'Average'),
  'aten::adaptive_max_pool1d': values(adaptive(1, 'Max')),
  'aten::adaptive_max_pool2d': values(adaptive(2, 'Max')),
  'aten::adaptive_max_pool3d': values(adaptive(3, 'Max')),
};
