/** What a recorded forward cannot repeat, told by the operator and its arguments. */
import type { Argument } from '../dispatch/exchange.ts';
import type { Callable } from '../dispatch/recording.ts';
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
export const tellsElements = ({ name }: Callable): boolean => !aboutForm.test(name);

/** Whether the shape of what it answers depends on elements. */
export function hasUnknownShape({ name }: Callable, args: readonly Argument[]): boolean {
  if (ofUnknownShape.test(name)) return true;
  // With it, so many numbers are answered as it says.
  if (name === 'retort::nms') return (args[4] ?? null) === null;
  return /^aten::_?index\.Tensor/.test(name) && Array.isArray(args[1]) && args[1].some(isMask);
}

/** What was given for a parameter of an operator. */
const given = ({ schema: { parameters } }: Callable, args: readonly Argument[], name: string): Argument =>
  args[parameters.findIndex((parameter) => parameter.name === name)];

/** Whether a call is one of a batch norm that moves its running statistics. */
export function movesStatistics(operator: Callable, args: readonly Argument[]): boolean {
  const trains = ['training', 'useInputStats'].some((name) => given(operator, args, name) === true);
  return trains && Boolean(given(operator, args, 'runningMean'));
}

/** Whether a call answers otherwise each time. */
export function isRandom(operator: Callable, args: readonly Argument[]): boolean {
  const dropped =
    Number(given(operator, args, 'dropoutP') ?? 0) > 0 || given(operator, args, 'train') === true;
  const draws = operator.schema.parameters.some(({ type }) => type.base === 'Generator');
  return (
    dropped || /^aten::rand/.test(operator.name) || (draws && given(operator, args, 'training') !== false)
  );
}
