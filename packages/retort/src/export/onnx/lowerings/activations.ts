/** Activations: one node where ONNX has one, else in the form that onnxruntime fuses. */
import type { Call } from '../call.ts';
import { type Attributes, float, int } from '../graph.ts';
import { isFixed } from '../sizes.ts';
import type { Lowering, Lowerings } from './lowering.ts';

const x = (call: Call): string => call.operand('self');

const single =
  (operator: string, attributes: (call: Call) => Attributes = () => ({})): Lowering =>
  (call) =>
    call.add(operator, [x(call)], attributes(call));

const clipped = (call: Call, least: number | null, most: number | null): string =>
  call.add('Clip', [
    x(call),
    least === null ? '' : call.scalar(least),
    most === null ? '' : call.scalar(most),
  ]);

type Bound = 'min' | 'max';

/** A limit that is one number; null where it is several, or none. */
function limit(call: Call, name: Bound): number | null {
  const given = call.given(name);
  if (typeof given === 'number') return given;
  const constant = call.constantOf(name);
  return constant?.dim() === 0 ? Number(constant.item()) : null;
}

const clamp =
  (...names: readonly Bound[]): Lowering =>
  (call) => {
    const has = (name: Bound): boolean => names.includes(name) && call.has(name);
    const [least, most] = (['min', 'max'] as const).map((name) => (has(name) ? limit(call, name) : null));
    const several = names.filter((name) => has(name) && limit(call, name) === null);
    if (several.length === 0) return clipped(call, least ?? null, most ?? null);
    // PyTorch's order: where the limits cross, the upper one counts.
    const above = has('min') ? call.add('Max', [x(call), call.operand('min')]) : x(call);
    return has('max') ? call.add('Min', [above, call.operand('max')]) : above;
  };

/** x · Φ(x), by the error function or by tanh: both are fused by onnxruntime. */
const gelu: Lowering = (call) => {
  const input = x(call);
  if (call.text('approximate') === 'tanh') {
    const cube = call.add('Mul', [call.add('Mul', [input, input]), input]);
    const bent = call.add('Add', [input, call.add('Mul', [cube, call.scalar(0.044715)])]);
    const grown = call.add('Tanh', [call.add('Mul', [bent, call.scalar(Math.sqrt(2 / Math.PI))])]);
    const share = call.add('Add', [grown, call.scalar(1)]);
    return call.add('Mul', [call.add('Mul', [input, share]), call.scalar(0.5)]);
  }
  const erf = call.add('Erf', [call.add('Div', [input, call.scalar(Math.SQRT2)])]);
  const share = call.add('Add', [erf, call.scalar(1)]);
  return call.add('Mul', [call.add('Mul', [input, share]), call.scalar(0.5)]);
};

/** scale · (max(0, x) + min(0, alpha · (exp(inputScale · x) - 1))) */
const elu: Lowering = (call) => {
  const [scale, inputScale] = [call.number('scale'), call.number('inputScale')];
  if (inputScale !== 1) return call.refuse(`its 'inputScale' must be 1`);
  const made = call.add('Elu', [x(call)], { alpha: float(call.number('alpha')) });
  return scale === 1 ? made : call.add('Mul', [made, call.scalar(scale)]);
};

const softplus: Lowering = (call) => {
  const beta = call.number('beta');
  if (beta === 1) return call.add('Softplus', [x(call)]);
  const grown = call.add('Softplus', [call.add('Mul', [x(call), call.scalar(beta)])]);
  return call.add('Div', [grown, call.scalar(beta)]);
};

const prelu: Lowering = (call) => {
  // One slope for each channel, the second dimension.
  const spatial = call.sizesOf('self').slice(2);
  return call.add('PRelu', [x(call), call.inputAs('weight', [-1, ...spatial.map(() => 1)])]);
};

const glu: Lowering = (call) => {
  const sizes = call.sizesOf('self');
  const axis = call.dim('dim', sizes.length);
  const size = sizes[axis];
  if (!isFixed(size)) return call.refuse('it halves the batch');
  const [value = '', gate = ''] = call.addAll(
    'Split',
    [x(call), call.int64([size / 2, size / 2])],
    { axis: int(axis) },
    2,
  );
  return call.add('Mul', [value, call.add('Sigmoid', [gate])]);
};

const threshold: Lowering = (call) => {
  const above = call.add('Greater', [x(call), call.scalar(call.number('threshold'))]);
  return call.add('Where', [above, x(call), call.scalar(call.number('value'))]);
};

const alongAxis = (operator: string) =>
  single(operator, (call) => ({ axis: int(call.dim('dim', call.sizesOf('self').length)) }));

export const activations: Lowerings = {
  'aten::relu': single('Relu'),
  'aten::relu6': (call) => clipped(call, 0, 6),
  'aten::hardtanh': (call) => clipped(call, call.number('minVal'), call.number('maxVal')),
  'aten::clamp': clamp('min', 'max'),
  'aten::clamp_min': clamp('min'),
  'aten::clamp_max': clamp('max'),
  'aten::sigmoid': single('Sigmoid'),
  'aten::tanh': single('Tanh'),
  'aten::gelu': gelu,
  'aten::silu': (call) => call.add('Mul', [x(call), call.add('Sigmoid', [x(call)])]),
  'aten::mish': (call) => call.add('Mul', [x(call), call.add('Tanh', [call.add('Softplus', [x(call)])])]),
  'aten::hardswish': single('HardSwish'),
  'aten::hardsigmoid': single('HardSigmoid', () => ({ alpha: float(1 / 6), beta: float(0.5) })),
  'aten::leaky_relu': single('LeakyRelu', (call) => ({ alpha: float(call.number('negativeSlope')) })),
  'aten::elu': elu,
  'aten::celu': single('Celu', (call) => ({ alpha: float(call.number('alpha')) })),
  'aten::selu': single('Selu'),
  'aten::softplus': softplus,
  'aten::log_sigmoid': (call) => call.add('Neg', [call.add('Softplus', [call.add('Neg', [x(call)])])]),
  'aten::prelu': prelu,
  'aten::glu': glu,
  'aten::threshold': threshold,
  'aten::softmax': alongAxis('Softmax'),
  'aten::log_softmax': alongAxis('LogSoftmax'),
};
