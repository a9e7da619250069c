/** Linear layers and products of matrices. */
import { float, int, text } from '../graph.ts';
import type { Lowering, Lowerings } from './lowering.ts';

const linear: Lowering = (call) => {
  const bias = call.has('bias') ? call.input('bias') : '';
  if (call.sizesOf('input').length === 2)
    return call.add('Gemm', [call.input('input'), call.input('weight'), bias], { transB: int(1) });
  const weight = call.value('weight');
  const constant = call.constantOf('weight');
  const turned = constant
    ? call.derived(weight, 'transposed', () => constant.t())
    : call.transposed(call.named(weight), [1, 0]);
  const product = call.add('MatMul', [call.input('input'), turned]);
  return bias === '' ? product : call.add('Add', [product, bias]);
};

const product: (names: readonly [string, string]) => Lowering =
  ([one, other]) =>
  (call) =>
    call.add('MatMul', [call.operand(one), call.operand(other)]);

export const linears: Lowerings = {
  'aten::linear': linear,
  'aten::matmul': product(['self', 'other']),
  'aten::mm': product(['self', 'mat2']),
  'aten::bmm': product(['self', 'mat2']),
  'aten::mv': product(['self', 'vec']),
  'aten::dot': product(['self', 'tensor']),
  'aten::addmm': (call) =>
    call.add('Gemm', [call.input('mat1'), call.input('mat2'), call.input('self')], {
      alpha: float(call.number('alpha')),
      beta: float(call.number('beta')),
    }),
  'aten::einsum': (call) =>
    call.add(
      'Einsum',
      call.values('tensors').map((value) => call.named(value)),
      { equation: text(call.text('equation')) },
    ),
};
