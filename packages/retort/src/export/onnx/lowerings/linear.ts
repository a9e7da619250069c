/** Linear layers and products of matrices. */
import { float, int, text } from '../graph.ts';
import { product } from '../sizes.ts';
import type { Lowering, Lowerings } from './lowering.ts';

/** As one product with its bias: onnxruntime adds one for tokens in another pass, which makes a vision transformer slower by a twentieth. */
const linear: Lowering = (call) => {
  const sizes = call.sizesOf('input');
  const weight = call.value('weight');
  const rows = product(sizes.slice(0, -1));
  const [out = 1, width = 1] = weight.form.shape;
  if (sizes.length === 2 || (sizes.length > 2 && call.has('bias') && rows !== null && rows !== 0)) {
    const flat = [rows ?? 1, width];
    const input = sizes.length === 2 ? call.input('input') : call.reshaped(call.input('input'), sizes, flat);
    const bias = call.has('bias') ? call.input('bias') : '';
    const made = call.add('Gemm', [input, call.input('weight'), bias], { transB: int(1) });
    return sizes.length === 2 ? made : call.reshaped(made, [rows ?? 1, out], call.made);
  }
  const constant = call.constantOf('weight');
  const turned = constant
    ? call.derived(weight, 'transposed', () => constant.t())
    : call.transposed(call.named(weight), [1, 0]);
  const made = call.add('MatMul', [call.input('input'), turned]);
  return call.has('bias') ? call.add('Add', [made, call.input('bias')]) : made;
};

const multiplied: (names: readonly [string, string]) => Lowering =
  ([one, other]) =>
  (call) =>
    call.add('MatMul', [call.operand(one), call.operand(other)]);

export const linears: Lowerings = {
  'aten::linear': linear,
  'aten::matmul': multiplied(['self', 'other']),
  'aten::mm': multiplied(['self', 'mat2']),
  'aten::bmm': multiplied(['self', 'mat2']),
  'aten::mv': multiplied(['self', 'vec']),
  'aten::dot': multiplied(['self', 'tensor']),
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
