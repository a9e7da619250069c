/** What a recorded forward cannot repeat, told by the operator and its arguments. */
import type { Argument } from '../exchange.ts';
import type { Operator } from '../operator.ts';
import { Tensor } from '../tensor.ts';

/** What these answer depends on shapes and dtypes alone, never on elements. */
const aboutForm =
  /^aten::(_version|_dim[IV]|dim|size|stride|numel|sym_\w+|storage_offset|get_device|result_type|is_(?!nonzero)\w+|_?has_\w+|_is_\w+|_use_\w+|_fused_sdp_choice|_debug_has_internal_overlap|cudnn_is_acceptable|retains_grad|output_nr|_nnz|sparse_dim|dense_dim)(\.|$)/;

/** How large the results of these are depends on elements. */
const ofUnknownShape =
  /^aten::(nonzero|nonzero_numpy|argwhere|where|masked_select|_?unique\w*|bincount|repeat_interleave\.(Tensor|self_Tensor)|tensor_split\.tensor\w+|one_hot)$/;

const isMask = (index: Argument): boolean =>
  index instanceof Tensor && (index.dtype === 'bool' || index.dtype === 'uint8');

/** Whether numbers that an operator answers tell of elements. */
export const tellsElements = ({ name }: Operator): boolean => !aboutForm.test(name);

/** Whether the shape of what it answers depends on elements. */
export function hasUnknownShape({ name }: Operator, args: readonly Argument[]): boolean {
  if (ofUnknownShape.test(name)) return true;
  return /^aten::_?index\.Tensor/.test(name) && Array.isArray(args[1]) && args[1].some(isMask);
}

/** Why a call has no place in evaluation, or undefined. */
export function refusal(operator: Operator, args: readonly Argument[]): string | undefined {
  const { parameters } = operator.schema;
  const given = (name: string) => args[parameters.findIndex((parameter) => parameter.name === name)];
  const trains = given('training') === true || given('useInputStats') === true;
  if (trains && given('runningMean'))
    return 'this batch norm is in training and would move its running statistics';
  const dropped = Number(given('dropoutP') ?? 0) > 0 || given('train') === true;
  const draws =
    /^aten::rand/.test(operator.name) ||
    (parameters.some(({ type }) => type.base === 'Generator') && given('training') !== false);
  return dropped || draws ? 'this is random' : undefined;
}
