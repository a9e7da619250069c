/** Which of libtorch's operators become methods of `Tensor` and functions of `aten`; `op()` reaches the others by name. */
import type { Parameter, Schema, SchemaType } from '../dispatch/schema.ts';

/** Parts of libtorch with types or devices that have no place here, and operators that are steps of others. */
const otherParts =
  /^(_|cudnn|miopen|mkldnn|mps|fbgemm|quantize|fake_quantize|fused_moving|choose_qparams|q_|sym_|sparse|special_.*_polynomial|nested|thnn|conv_depthwise3d|slow_conv|lift|linalg__|histogramdd$|hash_tensor$|is_vulkan|batch_norm_(elemt|gather|stats|update)|native_(batch|layer|group|norm|channel|dropout)|convolution_over|unsafe_|rrelu_with_noise|(lstm|gru|rnn_tanh|rnn_relu)$)/;

const otherNames = new Set(
  // Backward formulas and forms of others for functionalisation
  (
    'glu_jvp multilabel_margin_loss_forward nll_loss_forward nll_loss2d_forward log_sigmoid_forward slice_inverse normal_functional ' +
    'nonzero_numpy get_gradients ' +
    // Sparse, quantised and nested tensors
    'ccol_indices col_indices crow_indices row_indices indices values coalesce is_coalesced dense_dim copy_sparse_to_sparse ' +
    'copy_sparse_to_sparse_ resize_as_sparse resize_as_sparse_ hspmm smm sspaddmm to_dense to_sparse to_sparse_bsc to_sparse_bsr ' +
    'to_sparse_csc to_sparse_csr to_mkldnn to_padded_tensor int_repr qscheme dequantize empty_quantized ' +
    // What a tensor is, which tensor.ts says, and what would change it under a handle
    'data dim get_device is_contiguous is_distributed is_leaf is_pinned item numel numpy_T matrix_H mH mT output_nr record_stream ' +
    'requires_grad_ retain_grad retains_grad set_ set_data shallow_copy_data_ size storage_offset stride to alias detach_ ' +
    'resize resize_ resize_as resize_as_ set pin_memory from_file'
  ).split(' '),
);

const bases = new Set(
  'Tensor int float bool Scalar complex str Device ScalarType Layout MemoryFormat Generator'.split(' '),
);

const known = ({ base, list, optional }: SchemaType): boolean =>
  bases.has(base) && !(list && base === 'bool' && optional) && base !== 'complex';

/** `out` and its like: arguments that only receive the result. */
const receives = ({ keywordOnly, type }: Parameter): boolean => keywordOnly && type.written;

/** Whether a schema belongs to the typed surface. */
export function isPublic({ name, parameters, returns }: Schema): boolean {
  if (!name.startsWith('aten::')) return false;
  const short = name.slice('aten::'.length);
  return (
    !otherParts.test(short) &&
    !otherNames.has(short) &&
    !short.includes('backward') &&
    !(short.endsWith('_copy') && short !== 'index_copy') &&
    !parameters.some(receives) &&
    parameters.every(({ type }) => known(type)) &&
    returns.every(({ type }) => known(type))
  );
}

/** Operators of `torch.linalg`, `torch.fft` and `torch.special`: functions, though their first argument is called self. */
const functionsOfSelf = /^aten::(linalg|fft|special)_/;

/** Whether an overload is a method of its first argument. */
export function isMethod({ name, parameters: [first] }: Schema): boolean {
  return (
    first !== undefined &&
    first.name === 'self' &&
    first.type.base === 'Tensor' &&
    !first.type.list &&
    !first.type.optional &&
    !functionsOfSelf.test(name)
  );
}

/** The order in which overloads are tried: those that need least first. */
export function inOrder(schemas: readonly Schema[]): Schema[] {
  const required = ({ parameters }: Schema): number =>
    parameters.filter((parameter) => parameter.default === undefined).length;
  return schemas.toSorted(
    (a, b) =>
      required(a) - required(b) ||
      a.parameters.length - b.parameters.length ||
      Number(b.parameters.every(({ type }) => type.base === 'Tensor')) -
        Number(a.parameters.every(({ type }) => type.base === 'Tensor')) ||
      (a.overload < b.overload ? -1 : 1),
  );
}
