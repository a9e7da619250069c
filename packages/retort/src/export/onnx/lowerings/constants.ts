/** Tensors of equal elements, or of those that follow one another, as large as the batch makes them; those of fixed sizes are constants already. */
import type { Call } from '../call.ts';
import type { Lowering, Lowerings } from './lowering.ts';

const filled =
  (value: (call: Call) => string): Lowering =>
  (call) =>
    call.add('Expand', [value(call), call.shape(call.made)]);

const zeros = filled((call) => call.scalar(0));
const ones = filled((call) => call.scalar(1));
const given = filled((call) => call.scalar(call.number('fillValue')));

/** So many from a number on, by a step. */
const arange: Lowering = (call) => {
  const count = call.add('Squeeze', [call.shape(call.made), call.int64([0])]);
  const places = call.add('Range', [call.scalar(0, 'int64'), count, call.scalar(1, 'int64')]);
  const step = call.operator.endsWith('_step') ? call.number('step') : 1;
  const start = call.operator === 'aten::arange' ? 0 : call.number('start');
  const stepped =
    step === 1
      ? call.cast(places, call.type)
      : call.add('Mul', [call.cast(places, call.type), call.scalar(step)]);
  return start === 0 ? stepped : call.add('Add', [stepped, call.scalar(start)]);
};

export const constants: Lowerings = {
  'aten::arange': arange,
  'aten::zeros': zeros,
  'aten::zeros_like': zeros,
  'aten::new_zeros': zeros,
  'aten::ones': ones,
  'aten::ones_like': ones,
  'aten::new_ones': ones,
  'aten::full': given,
  'aten::full_like': given,
  'aten::new_full': given,
};
