/** Sums, means and the like. */
import type { Call } from '../call.ts';
import { int, ints } from '../graph.ts';
import { isFixed } from '../sizes.ts';
import type { Lowering, Lowerings } from './lowering.ts';

interface Along {
  readonly axes: readonly number[];
  readonly keeps: boolean;
}

/** The dimensions that go: all, where none is named. */
function along(call: Call, named: boolean): Along {
  const all = call.sizesOf('self').map((_, i) => i);
  if (!named) return { axes: all, keeps: false };
  const dims = call.has('dim') ? call.numbers('dim') : [];
  const axes = dims.map((dim) => (dim < 0 ? dim + all.length : dim)).sort((a, b) => a - b);
  return { axes: axes.length === 0 ? all : axes, keeps: call.flag('keepdim') };
}

const reduced = (call: Call, operator: string, value: string, { axes, keeps }: Along): string =>
  // Of opset 17 this one alone takes them as an input.
  operator === 'ReduceSum'
    ? call.add(operator, [value, call.int64(axes)], { keepdims: int(keeps ? 1 : 0) })
    : call.add(operator, [value], { axes: ints(axes), keepdims: int(keeps ? 1 : 0) });

const reduce =
  (operator: string, named = true): Lowering =>
  (call) =>
    reduced(call, operator, call.operand('self'), along(call, named));

/** Of images it is pooling, which runtimes compute faster and quantise. */
const mean: Lowering = (call) => {
  const found = along(call, true);
  const sizes = call.sizesOf('self');
  if (sizes.length !== 4 || `${found.axes}` !== '2,3')
    return reduced(call, 'ReduceMean', call.operand('self'), found);
  const pooled = call.add('GlobalAveragePool', [call.operand('self')]);
  return call.reshaped(pooled, [...sizes.slice(0, 2), 1, 1], call.made);
};

/** How many elements are taken together. */
const countOf = (call: Call, { axes }: Along): number =>
  axes.reduce((all, axis) => {
    const size = call.sizesOf('self')[axis];
    return isFixed(size) ? all * size : call.refuse('it is taken over the batch');
  }, 1);

function variance(call: Call): string {
  const named = call.operator.includes('.');
  const found = along(call, named);
  const correction = /\.correction$/.test(call.operator)
    ? call.has('correction')
      ? call.number('correction')
      : 1
    : Number(call.flag('unbiased'));
  const value = call.operand('self');
  const centred = call.add('Sub', [value, reduced(call, 'ReduceMean', value, { ...found, keeps: true })]);
  const mean = reduced(call, 'ReduceMean', call.add('Pow', [centred, call.scalar(2)]), found);
  const count = countOf(call, found);
  return correction === 0 ? mean : call.add('Mul', [mean, call.scalar(count / (count - correction))]);
}

/** The p-norm, of those that ONNX has. */
const norm =
  (power: string): Lowering =>
  (call) => {
    const p = call.has(power) ? call.number(power) : 2;
    if (p !== 1 && p !== 2) return call.refuse(`its '${power}' is ${p}, and 1 or 2 can be exported`);
    return reduced(call, p === 1 ? 'ReduceL1' : 'ReduceL2', call.operand('self'), along(call, true));
  };

/** The extreme values along a dimension, and where they are. */
const extremes =
  (operator: string, places: string): Lowering =>
  (call) => {
    const found = along(call, true);
    const [axis = 0] = found.axes;
    const where = call.add(places, [call.operand('self')], {
      axis: int(axis),
      keepdims: int(found.keeps ? 1 : 0),
    });
    return [reduced(call, operator, call.operand('self'), found), where];
  };

const place =
  (operator: string): Lowering =>
  (call) => {
    if (!call.has('dim')) return call.refuse("it needs a 'dim'");
    const { axes, keeps } = along(call, true);
    return call.add(operator, [call.input('self')], {
      axis: int(axes[0] ?? 0),
      keepdims: int(keeps ? 1 : 0),
    });
  };

/** The largest or smallest along a dimension, and where they are. */
const topk: Lowering = (call) =>
  call.addAll(
    'TopK',
    [call.input('self'), call.int64([call.number('k')])],
    {
      axis: int(call.dim('dim', call.sizesOf('self').length)),
      largest: int(call.flag('largest') ? 1 : 0),
      sorted: int(call.flag('sorted') ? 1 : 0),
    },
    2,
  );

export const reductions: Lowerings = {
  'aten::mean': reduce('ReduceMean', false),
  'aten::mean.dim': mean,
  'aten::sum': reduce('ReduceSum', false),
  'aten::sum.dim_IntList': reduce('ReduceSum'),
  'aten::prod.dim_int': reduce('ReduceProd'),
  'aten::amax': reduce('ReduceMax'),
  'aten::amin': reduce('ReduceMin'),
  'aten::max': reduce('ReduceMax', false),
  'aten::min': reduce('ReduceMin', false),
  'aten::max.dim': extremes('ReduceMax', 'ArgMax'),
  'aten::min.dim': extremes('ReduceMin', 'ArgMin'),
  'aten::topk': topk,
  'aten::argmax': place('ArgMax'),
  'aten::argmin': place('ArgMin'),
  'aten::logsumexp': reduce('ReduceLogSumExp'),
  'aten::linalg_vector_norm': norm('ord'),
  'aten::norm.ScalarOpt_dim': norm('p'),
  'aten::var': variance,
  'aten::std': (call) => call.add('Sqrt', [variance(call)]),
  'aten::cumsum': (call) =>
    call.add('CumSum', [
      call.operand('self'),
      call.scalar(call.dim('dim', call.sizesOf('self').length), 'int64'),
    ]),
};
