/** Pooling. */
import { type Tensor, tensor } from '@retort/torch';
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

/** How far the last windows reach beyond the padding, where sizes are rounded up (ceilMode). */
function beyond(call: Call, { kernel, strides, padding, dilations }: Window): number[] {
  // Images may be of any size then.
  if (!call.flag('ceilMode') && call.sizesOf('self').length === kernel.length + 2) return kernel.map(() => 0);
  const made = call.made.slice(2).map(Number);
  return spatial(call, kernel.length).map((size, i) => {
    const reach = (dilations[i] ?? 1) * ((kernel[i] ?? 1) - 1) + 1;
    const last = ((made[i] ?? 1) - 1) * (strides[i] ?? 1) + reach;
    return Math.max(last - size - 2 * (padding[i] ?? 0), 0);
  });
}

/** What lies beyond is padding too: `ceil_mode` is not the same in every runtime. */
function attributesOf(call: Call, window: Window, further: readonly number[]) {
  const { kernel, strides, padding } = window;
  const after = padding.map((size, i) => size + (further[i] ?? 0));
  if (after.some((size, i) => size >= (kernel[i] ?? 1)))
    call.refuse(
      'its windows reach further beyond the image than they are long: leave out ceilMode, or pad less',
    );
  return { kernel_shape: ints(kernel), strides: ints(strides), pads: ints([...padding, ...after]) };
}

const maxPool =
  (dimensions: number): Lowering =>
  (call) => {
    const window = windowOf(call, dimensions, true);
    return call.add('MaxPool', [call.input('self')], {
      ...attributesOf(call, window, beyond(call, window)),
      dilations: ints(window.dilations),
    });
  };

const averagePool =
  (dimensions: number): Lowering =>
  (call) => {
    const window = windowOf(call, dimensions, false);
    const further = beyond(call, window);
    const divisor = dimensions > 1 && call.has('divisorOverride') ? call.number('divisorOverride') : null;
    const isPadded = window.padding.some((size) => size > 0);
    // Padding of the module's own may count, what lies beyond it never does.
    if (divisor === null && isPadded && call.flag('countIncludePad') && further.some((size) => size > 0))
      call.refuse('it counts its padding and rounds its size up (ceilMode): leave out one of them');
    const counts = divisor !== null || (isPadded && call.flag('countIncludePad'));
    const pooled = call.add('AveragePool', [call.input('self')], {
      ...attributesOf(call, window, further),
      count_include_pad: int(counts ? 1 : 0),
    });
    if (divisor === null) return pooled;
    const area = window.kernel.reduce((all, size) => all * size, 1);
    return call.add('Mul', [pooled, call.scalar(area / divisor)]);
  };

/** [made, size]: which elements each window is the mean of. */
function windows(size: number, made: number): Tensor {
  const shares = Array.from({ length: made }, (_, i) => {
    const [start, end] = [Math.floor((i * size) / made), Math.ceil(((i + 1) * size) / made)];
    return Array.from({ length: size }, (_, at) => (at >= start && at < end ? 1 / (end - start) : 0));
  });
  return tensor(shares.flat(), { dtype: 'float32', shape: [made, size] });
}

/** Means of windows of several sizes, as products of matrices. */
function averaged(call: Call, sizes: readonly number[], made: readonly number[]): string {
  const matrix = (i: number, turned: boolean): string => {
    const shares = windows(sizes[i] ?? 1, made[i] ?? 1);
    return call.tensor(turned ? shares.t() : shares, `${call.path}/windows`);
  };
  const last = sizes.length - 1;
  const rows = call.add('MatMul', [call.input('self'), matrix(last, true)]);
  return last === 0 ? rows : call.add('MatMul', [matrix(0, false), rows]);
}

const adaptive =
  (dimensions: number, kind: 'Average' | 'Max'): Lowering =>
  (call) => {
    const sizes = spatial(call, dimensions);
    const made = call.made.slice(2).map(Number);
    const input = call.input('self');
    if (made.every((size) => size === 1)) return call.add(`Global${kind}Pool`, [input]);
    if (made.every((size, i) => size === sizes[i])) return input;
    const kernel = sizes.map((size, i) => size / (made[i] ?? 1));
    if (kernel.every(Number.isInteger))
      return call.add(`${kind}Pool`, [input], { kernel_shape: ints(kernel), strides: ints(kernel) });
    if (kind === 'Average' && dimensions < 3) return averaged(call, sizes, made);
    return call.refuse(
      `windows of several sizes make ${made.join('x')} of ${sizes.join('x')}: choose a size of which the one is a multiple of the other`,
    );
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
