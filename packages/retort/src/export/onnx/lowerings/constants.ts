/** Tensors of equal elements, as large as the batch makes them; those of fixed sizes are constants already. */
import type { Call } from '../call.ts';
import type { Lowering, Lowerings } from './lowering.ts';

const filled =
  (value: (call: Call) => string): Lowering =>
  (call) =>
    call.add('Expand', [value(call), call.shape(call.made)]);

const zeros = filled((call) => call.scalar(0));
const ones = filled((call) => call.scalar(1));
const given = filled((call) => call.scalar(call.number('fillValue')));

export const constants: Lowerings = {
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
