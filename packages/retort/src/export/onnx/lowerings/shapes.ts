/** Elements in other places: what they are is not changed. */
import type { Call } from '../call.ts';
import { int, text } from '../graph.ts';
import { isFixed, isSame, type Size } from '../sizes.ts';
import type { Lowering, Lowerings } from './lowering.ts';

const x = (call: Call): string => call.input('self');

/** To the sizes that it made. */
const reshape: Lowering = (call) => {
  if (call.value('self').form.dtype !== call.result.form.dtype)
    return call.refuse('it takes the bytes of a tensor as another dtype');
  return call.reshaped(x(call), call.sizesOf('self'), call.made);
};

const swapped = (rank: number, one: number, other: number): number[] =>
  Array.from({ length: rank }, (_, i) => (i === one ? other : i === other ? one : i));

const transpose: Lowering = (call) => {
  const rank = call.sizesOf('self').length;
  return call.transposed(x(call), swapped(rank, call.dim('dim0', rank), call.dim('dim1', rank)));
};

const permute: Lowering = (call) => {
  const dims = call.numbers('dims');
  return call.transposed(
    x(call),
    dims.map((dim) => (dim < 0 ? dim + dims.length : dim)),
  );
};

const reversed: Lowering = (call) => {
  const { length } = call.sizesOf('self');
  return call.transposed(
    x(call),
    Array.from({ length }, (_, i) => length - 1 - i),
  );
};

const expand: Lowering = (call) => {
  const { made } = call;
  const sizes = call.sizesOf('self');
  if (sizes.length === made.length && sizes.every((size, i) => isSame(size, made[i]))) return x(call);
  return call.add('Expand', [x(call), call.shape(made)]);
};

const repeat: Lowering = (call) => {
  const repeats = call.sizes('repeats');
  const sizes = call.sizesOf('self');
  const whole: Size[] = [...Array.from({ length: repeats.length - sizes.length }, () => 1), ...sizes];
  return call.add('Tile', [call.reshaped(x(call), sizes, whole), call.shape(repeats)]);
};

/** Elements of a dimension from one on to before another. */
function sliced(call: Call, value: string, axis: number, [start, end, step = 1]: readonly number[]): string {
  return call.add('Slice', [
    value,
    call.int64([start ?? 0]),
    call.int64([end ?? 0]),
    call.int64([axis]),
    ...(step === 1 ? [] : [call.int64([step])]),
  ]);
}

/** Beyond the end of every dimension. */
const toTheEnd = 2 ** 53;

const narrow: Lowering = (call) => {
  const sizes = call.sizesOf('self');
  const axis = call.dim('dim', sizes.length);
  if (isSame(call.made[axis], sizes[axis])) return x(call);
  const start = call.number('start');
  const [length = 0] = call.sizes('length');
  if (!isFixed(length)) return varyingPart(call, axis, start, length);
  // Up to the end of a dimension that begins before it.
  const end = start + length;
  return sliced(call, x(call), axis, [start, start < 0 && end >= 0 ? toTheEnd : end]);
};

/** From one on so many as another dimension has. */
function varyingPart(call: Call, axis: number, start: number, length: Size): string {
  if (start < 0) return call.refuse('it takes a part that varies from the end');
  const count = call.shape([length]);
  const end = start === 0 ? count : call.add('Add', [count, call.int64([start])]);
  return call.add('Slice', [x(call), call.int64([start]), end, call.int64([axis])]);
}

const slice: Lowering = (call) => {
  const sizes = call.sizesOf('self');
  const axis = call.dim('dim', sizes.length);
  const step = call.number('step');
  if (step === 1 && isSame(call.made[axis], sizes[axis])) return x(call);
  const [until = toTheEnd] = call.has('end') ? call.sizes('end') : [];
  const start = call.has('start') ? call.number('start') : 0;
  const [length = 0] = call.made.slice(axis);
  if (!isFixed(until) && step === 1) return varyingPart(call, axis, start, length);
  const end = Math.min(isFixed(until) ? until : call.number('end'), toTheEnd);
  return sliced(call, x(call), axis, [start, end, step]);
};

const gathered = (call: Call, axis: number, index: number): string =>
  call.add('Gather', [x(call), call.scalar(index, 'int64')], { axis: int(axis) });

const select: Lowering = (call) =>
  gathered(call, call.dim('dim', call.sizesOf('self').length), call.number('index'));

const unbind: Lowering = (call) => {
  const axis = call.dim('dim', call.sizesOf('self').length);
  return call.results.map((_, i) => gathered(call, axis, i));
};

/** Into pieces of the sizes that were made. */
const split: Lowering = (call) => {
  const axis = call.dim('dim', call.sizesOf('self').length);
  const pieces = call.results.map((value) => {
    const size = value && call.sizesOf(value)[axis];
    return isFixed(size ?? undefined) ? Number(size) : call.refuse('it splits the batch');
  });
  if (pieces.length === 1) return x(call);
  return call.addAll('Split', [x(call), call.int64(pieces)], { axis: int(axis) }, pieces.length);
};

const concatenated = (call: Call, values: readonly string[], axis: number): string =>
  call.add('Concat', values, { axis: int(axis) });

const cat: Lowering = (call) => {
  const values = call.values('tensors').map((value) => call.valueAs(value, call.type));
  return concatenated(call, values, call.dim('dim', call.made.length));
};

const stack: Lowering = (call) => {
  const axis = call.dim('dim', call.made.length);
  const values = call.values('tensors').map((value) => {
    const sizes = call.sizesOf(value);
    return call.reshaped(call.valueAs(value, call.type), sizes, sizes.toSpliced(axis, 0, 1));
  });
  return concatenated(call, values, axis);
};

const modes: Readonly<Record<string, string>> = {
  constant: 'constant',
  reflect: 'reflect',
  replicate: 'edge',
};

/** Around each dimension what lies at its other end. */
function circular(call: Call, given: readonly number[], rank: number): string {
  const sizes = call.sizesOf('self');
  return Array.from({ length: given.length / 2 }, (_, i) => i).reduce((value, i) => {
    const axis = rank - 1 - i;
    const [before = 0, after = 0] = given.slice(2 * i, 2 * i + 2);
    const size = sizes[axis];
    if (!isFixed(size) || before < 0 || after < 0)
      return call.refuse('around the batch, or with less than nothing, it cannot be circular');
    const around = [
      ...(before > 0 ? [sliced(call, value, axis, [size - before, size])] : []),
      value,
      ...(after > 0 ? [sliced(call, value, axis, [0, after])] : []),
    ];
    return around.length === 1 ? value : concatenated(call, around, axis);
  }, x(call));
}

const pad: Lowering = (call) => {
  const given = call.numbers('pad');
  const rank = call.sizesOf('self').length;
  const called = call.operator === 'aten::constant_pad_nd' ? 'constant' : call.text('mode');
  if (called === 'circular') return circular(call, given, rank);
  const mode = modes[called];
  if (mode === undefined) return call.refuse(`its mode '${called}' has no operator in opset 17`);
  // Given for the last dimension first.
  const side = (i: number, after: number): number => given[2 * (rank - 1 - i) + after] ?? 0;
  const dims = Array.from({ length: rank }, (_, i) => i);
  const pads = call.int64([...dims.map((i) => side(i, 0)), ...dims.map((i) => side(i, 1))]);
  const value = mode === 'constant' && call.has('value') ? call.number('value') : 0;
  return call.add('Pad', [x(call), pads, value === 0 ? '' : call.scalar(value)], { mode: text(mode) });
};

const channelShuffle: Lowering = (call) => {
  const sizes = call.sizesOf('self');
  const [batch = 1, channels, ...rest] = sizes;
  const groups = call.number('groups');
  if (!isFixed(channels)) return call.refuse('its channels are not always as many');
  const apart = [batch, groups, channels / groups, ...rest];
  const order = swapped(apart.length, 1, 2);
  const shuffled = call.transposed(call.reshaped(x(call), sizes, apart), order);
  const turned = order.map((dim) => apart[dim] ?? 1);
  return call.reshaped(shuffled, turned, sizes);
};

const pixelShuffle: Lowering = (call) =>
  call.add('DepthToSpace', [x(call)], { blocksize: int(call.number('upscaleFactor')), mode: text('CRD') });

/** The end of each dimension comes before its beginning. */
const roll: Lowering = (call) => {
  const shifts = call.numbers('shifts');
  const dims = call.numbers('dims');
  const sizes = call.sizesOf('self');
  if (dims.length !== shifts.length) return call.refuse("it needs a 'dims' for each of its 'shifts'");
  return dims.reduce((value, dim, i) => {
    const axis = dim < 0 ? dim + sizes.length : dim;
    const size = sizes[axis];
    if (!isFixed(size)) return call.refuse('it rolls the batch');
    const start = ((-(shifts[i] ?? 0) % size) + size) % size;
    if (start === 0) return value;
    return concatenated(
      call,
      [sliced(call, value, axis, [start, size]), sliced(call, value, axis, [0, start])],
      axis,
    );
  }, x(call));
};

const flip: Lowering = (call) => {
  const rank = call.sizesOf('self').length;
  return call
    .numbers('dims')
    .reduce((value, dim) => sliced(call, value, dim < 0 ? dim + rank : dim, [-1, -toTheEnd, -1]), x(call));
};

const indexSelect: Lowering = (call) =>
  call.add('Gather', [x(call), call.input('index')], {
    axis: int(call.dim('dim', call.sizesOf('self').length)),
  });

/** By one list of numbers, in one dimension. */
const index: Lowering = (call) => {
  const given = call.given('indices');
  const axes = Array.isArray(given)
    ? given.flatMap((item, i) => (item === null || item === undefined ? [] : [i]))
    : [];
  const [axis = 0] = axes;
  if (axes.length !== 1)
    return call.refuse('it indexes several dimensions at once: index one after the other');
  const value = Array.isArray(given) ? call.asValue(given[axis]) : null;
  if (!value || value.form.dtype === 'bool') return call.refuse('it indexes by a mask');
  return call.add('Gather', [x(call), call.named(value)], { axis: int(axis) });
};

export const shapes: Lowerings = {
  'aten::reshape': reshape,
  'aten::view': reshape,
  'aten::view_as': reshape,
  'aten::reshape_as': reshape,
  'aten::_unsafe_view': reshape,
  'aten::flatten': reshape,
  'aten::unflatten': reshape,
  'aten::squeeze': reshape,
  'aten::unsqueeze': reshape,
  'aten::transpose': transpose,
  'aten::swapaxes': (call) => {
    const rank = call.sizesOf('self').length;
    return call.transposed(x(call), swapped(rank, call.dim('axis0', rank), call.dim('axis1', rank)));
  },
  'aten::permute': permute,
  'aten::t': reversed,
  'aten::numpy_T': reversed,
  'aten::mT': (call) => {
    const { length } = call.sizesOf('self');
    return call.transposed(x(call), swapped(length, length - 2, length - 1));
  },
  'aten::expand': expand,
  'aten::expand_as': expand,
  'aten::repeat': repeat,
  'aten::narrow': narrow,
  'aten::slice': slice,
  'aten::select': select,
  'aten::unbind': unbind,
  'aten::split': split,
  'aten::split_with_sizes': split,
  'aten::chunk': split,
  'aten::cat': cat,
  'aten::concat': cat,
  'aten::stack': stack,
  'aten::pad': pad,
  'aten::constant_pad_nd': pad,
  'aten::channel_shuffle': channelShuffle,
  'aten::pixel_shuffle': pixelShuffle,
  'aten::roll': roll,
  'aten::flip': flip,
  'aten::index_select': indexSelect,
  'aten::index.Tensor': index,
  'aten::gather': (call) =>
    call.add('GatherElements', [x(call), call.input('index')], {
      axis: int(call.dim('dim', call.sizesOf('self').length)),
    }),
  'aten::embedding': (call) =>
    call.add('Gather', [call.input('weight'), call.input('indices')], { axis: int(0) }),
};
