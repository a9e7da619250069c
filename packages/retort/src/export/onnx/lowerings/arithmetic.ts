/** What is computed element by element. */
import type { Call } from '../call.ts';
import type { Lowering, Lowerings } from './lowering.ts';

const unary =
  (...operators: readonly string[]): Lowering =>
  (call) =>
    operators.reduce((value, operator) => call.add(operator, [value]), call.operand('self'));

/** Whole numbers are round. */
const rounded =
  (operator: string): Lowering =>
  (call) =>
    call.type.startsWith('float') ? call.add(operator, [call.operand('self')]) : call.operand('self');

/** The second operand, times the factor that some have. */
function scaled(call: Call, name: string): string {
  const alpha = call.number('alpha');
  const value = call.operand(name);
  return alpha === 1 ? value : call.add('Mul', [value, call.scalar(alpha)]);
}

const binary =
  (operator: string): Lowering =>
  (call) =>
    call.add(operator, [call.operand('self'), call.operand('other')]);

const divided: Lowering = (call) => {
  const quotient = call.add('Div', [call.operand('self'), call.operand('other')]);
  const rounding = call.operator.endsWith('_mode') ? call.given('roundingMode') : null;
  if (rounding === null) return quotient;
  if (!/^float/.test(call.type)) return call.refuse('whole numbers are divided with rounding');
  if (rounding === 'floor') return call.add('Floor', [quotient]);
  // Towards zero.
  const size = call.add('Floor', [call.add('Abs', [quotient])]);
  return call.add('Mul', [call.add('Sign', [quotient]), size]);
};

const power: Lowering = (call) => {
  const base = call.operand('self');
  const exponent = call.given('exponent');
  if (exponent === 2) return call.add('Mul', [base, base]);
  if (exponent === 0.5) return call.add('Sqrt', [base]);
  return call.add('Pow', [base, call.operand('exponent')]);
};

const compared =
  (operator: string, ...after: readonly string[]): Lowering =>
  (call) => {
    const promoted = call.promoted(['self', 'other']);
    // Of truths ONNX only knows which are equal.
    const type = promoted === 'bool' && operator !== 'Equal' ? 'int32' : promoted;
    const found = call.add(operator, [call.operand('self', type), call.operand('other', type)]);
    return after.reduce((value, each) => call.add(each, [value]), found);
  };

const logical =
  (operator: string): Lowering =>
  (call) =>
    call.add(operator, [call.operand('self', 'bool'), call.operand('other', 'bool')]);

/** self + value · tensor1 · tensor2, or · tensor1 / tensor2 */
const added =
  (operator: string): Lowering =>
  (call) => {
    const value = call.number('value');
    const product = call.add(operator, [call.operand('tensor1'), call.operand('tensor2')]);
    const sized = value === 1 ? product : call.add('Mul', [product, call.scalar(value)]);
    return call.add('Add', [call.operand('self'), sized]);
  };

const identity: Lowering = (call) => call.valueAs(call.value('self'), call.type);

const dropped: Lowering = (call) =>
  call.flag('train') ? call.refuse('it drops by chance: call eval() of the model') : call.input('input');

export const arithmetic: Lowerings = {
  'aten::add': (call) => call.add('Add', [call.operand('self'), scaled(call, 'other')]),
  'aten::sub': (call) => call.add('Sub', [call.operand('self'), scaled(call, 'other')]),
  'aten::rsub': (call) => call.add('Sub', [call.operand('other'), scaled(call, 'self')]),
  'aten::mul': binary('Mul'),
  'aten::div': divided,
  'aten::true_divide': binary('Div'),
  'aten::maximum': binary('Max'),
  'aten::minimum': binary('Min'),
  'aten::max.other': binary('Max'),
  'aten::min.other': binary('Min'),
  'aten::pow': power,
  'aten::addcmul': added('Mul'),
  'aten::addcdiv': added('Div'),
  'aten::neg': unary('Neg'),
  'aten::abs': unary('Abs'),
  'aten::sqrt': unary('Sqrt'),
  'aten::rsqrt': unary('Sqrt', 'Reciprocal'),
  'aten::reciprocal': unary('Reciprocal'),
  'aten::exp': unary('Exp'),
  'aten::log': unary('Log'),
  'aten::erf': unary('Erf'),
  'aten::sin': unary('Sin'),
  'aten::cos': unary('Cos'),
  'aten::floor': rounded('Floor'),
  'aten::ceil': rounded('Ceil'),
  'aten::round': rounded('Round'),
  'aten::sign': unary('Sign'),
  'aten::square': (call) => call.add('Mul', [call.operand('self'), call.operand('self')]),
  'aten::log1p': (call) => call.add('Log', [call.add('Add', [call.operand('self'), call.scalar(1)])]),
  'aten::expm1': (call) => call.add('Sub', [call.add('Exp', [call.operand('self')]), call.scalar(1)]),
  'aten::eq': compared('Equal'),
  'aten::ne': compared('Equal', 'Not'),
  'aten::gt': compared('Greater'),
  'aten::ge': compared('GreaterOrEqual'),
  'aten::lt': compared('Less'),
  'aten::le': compared('LessOrEqual'),
  'aten::logical_and': logical('And'),
  'aten::logical_or': logical('Or'),
  'aten::logical_not': (call) => call.add('Not', [call.operand('self', 'bool')]),
  'aten::where': (call) =>
    call.add('Where', [call.operand('condition', 'bool'), call.operand('self'), call.operand('other')]),
  'aten::masked_fill': (call) =>
    call.add('Where', [call.operand('mask', 'bool'), call.operand('value'), call.operand('self')]),
  'aten::to': identity,
  'aten::_to_copy': identity,
  'aten::type_as': identity,
  'aten::contiguous': identity,
  'aten::clone': identity,
  'aten::detach': identity,
  'aten::alias': identity,
  'aten::positive': identity,
  'aten::dropout': dropped,
  'aten::feature_dropout': dropped,
  'aten::alpha_dropout': dropped,
};
