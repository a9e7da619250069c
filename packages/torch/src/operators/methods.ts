/**
 * The operators that are methods of a tensor.
 * Generated from the schemas of libtorch by generate.ts; not edited by hand. Arguments come in the order of the schema; a last object gives
 * them by name. `dim` may be negative, shapes broadcast, and errors are `TorchError`s, all as in PyTorch.
 */
import type { Device, Layout, MemoryFormat } from '../device.ts';
import type { Complex, Given, Scalar, Seeded as Generator } from '../dispatch/exchange.ts';
import { Handle } from '../dispatch/scope.ts';
import type { DType } from '../dtype.ts';
import { overloads } from './overloads.ts';

const calls = {
  abs: overloads('aten::abs', ''),
  abs_: overloads('aten::abs_', ''),
  absolute: overloads('aten::absolute', ''),
  absolute_: overloads('aten::absolute_', ''),
  acos: overloads('aten::acos', ''),
  acos_: overloads('aten::acos_', ''),
  acosh: overloads('aten::acosh', ''),
  acosh_: overloads('aten::acosh_', ''),
  adaptive_avg_pool1d: overloads('aten::adaptive_avg_pool1d', ''),
  adaptive_avg_pool2d: overloads('aten::adaptive_avg_pool2d', ''),
  adaptive_avg_pool3d: overloads('aten::adaptive_avg_pool3d', ''),
  adaptive_max_pool1d: overloads('aten::adaptive_max_pool1d', ''),
  adaptive_max_pool2d: overloads('aten::adaptive_max_pool2d', ''),
  adaptive_max_pool3d: overloads('aten::adaptive_max_pool3d', ''),
  add: overloads('aten::add', 'Scalar', 'Tensor'),
  add_: overloads('aten::add_', 'Scalar', 'Tensor'),
  addbmm: overloads('aten::addbmm', ''),
  addbmm_: overloads('aten::addbmm_', ''),
  addcdiv: overloads('aten::addcdiv', ''),
  addcdiv_: overloads('aten::addcdiv_', ''),
  addcmul: overloads('aten::addcmul', ''),
  addcmul_: overloads('aten::addcmul_', ''),
  addmm: overloads('aten::addmm', '', 'dtype'),
  addmm_: overloads('aten::addmm_', ''),
  addmv: overloads('aten::addmv', ''),
  addmv_: overloads('aten::addmv_', ''),
  addr: overloads('aten::addr', ''),
  addr_: overloads('aten::addr_', ''),
  adjoint: overloads('aten::adjoint', ''),
  all: overloads('aten::all', '', 'dims', 'dim'),
  allclose: overloads('aten::allclose', ''),
  alpha_dropout_: overloads('aten::alpha_dropout_', ''),
  amax: overloads('aten::amax', ''),
  amin: overloads('aten::amin', ''),
  aminmax: overloads('aten::aminmax', ''),
  angle: overloads('aten::angle', ''),
  any: overloads('aten::any', '', 'dims', 'dim'),
  arccos: overloads('aten::arccos', ''),
  arccos_: overloads('aten::arccos_', ''),
  arccosh: overloads('aten::arccosh', ''),
  arccosh_: overloads('aten::arccosh_', ''),
  arcsin: overloads('aten::arcsin', ''),
  arcsin_: overloads('aten::arcsin_', ''),
  arcsinh: overloads('aten::arcsinh', ''),
  arcsinh_: overloads('aten::arcsinh_', ''),
  arctan: overloads('aten::arctan', ''),
  arctan2: overloads('aten::arctan2', ''),
  arctan2_: overloads('aten::arctan2_', ''),
  arctan_: overloads('aten::arctan_', ''),
  arctanh: overloads('aten::arctanh', ''),
  arctanh_: overloads('aten::arctanh_', ''),
  argmax: overloads('aten::argmax', ''),
  argmin: overloads('aten::argmin', ''),
  argsort: overloads('aten::argsort', '', 'stable'),
  argwhere: overloads('aten::argwhere', ''),
  as_strided: overloads('aten::as_strided', ''),
  as_strided_: overloads('aten::as_strided_', ''),
  as_strided_scatter: overloads('aten::as_strided_scatter', ''),
  asin: overloads('aten::asin', ''),
  asin_: overloads('aten::asin_', ''),
  asinh: overloads('aten::asinh', ''),
  asinh_: overloads('aten::asinh_', ''),
  atan: overloads('aten::atan', ''),
  atan2: overloads('aten::atan2', ''),
  atan2_: overloads('aten::atan2_', ''),
  atan_: overloads('aten::atan_', ''),
  atanh: overloads('aten::atanh', ''),
  atanh_: overloads('aten::atanh_', ''),
  atleast_1d: overloads('aten::atleast_1d', ''),
  atleast_2d: overloads('aten::atleast_2d', ''),
  atleast_3d: overloads('aten::atleast_3d', ''),
  avg_pool1d: overloads('aten::avg_pool1d', ''),
  avg_pool2d: overloads('aten::avg_pool2d', ''),
  avg_pool3d: overloads('aten::avg_pool3d', ''),
  baddbmm: overloads('aten::baddbmm', '', 'dtype'),
  baddbmm_: overloads('aten::baddbmm_', ''),
  bernoulli: overloads('aten::bernoulli', '', 'Tensor', 'p'),
  bernoulli_: overloads('aten::bernoulli_', 'float', 'Tensor'),
  binary_cross_entropy: overloads('aten::binary_cross_entropy', ''),
  binary_cross_entropy_with_logits: overloads('aten::binary_cross_entropy_with_logits', ''),
  bincount: overloads('aten::bincount', ''),
  bitwise_and: overloads('aten::bitwise_and', 'Tensor', 'Scalar'),
  bitwise_and_: overloads('aten::bitwise_and_', 'Tensor', 'Scalar'),
  bitwise_left_shift: overloads('aten::bitwise_left_shift', 'Tensor', 'Tensor_Scalar'),
  bitwise_left_shift_: overloads('aten::bitwise_left_shift_', 'Tensor', 'Tensor_Scalar'),
  bitwise_not: overloads('aten::bitwise_not', ''),
  bitwise_not_: overloads('aten::bitwise_not_', ''),
  bitwise_or: overloads('aten::bitwise_or', 'Tensor', 'Scalar'),
  bitwise_or_: overloads('aten::bitwise_or_', 'Tensor', 'Scalar'),
  bitwise_right_shift: overloads('aten::bitwise_right_shift', 'Tensor', 'Tensor_Scalar'),
  bitwise_right_shift_: overloads('aten::bitwise_right_shift_', 'Tensor', 'Tensor_Scalar'),
  bitwise_xor: overloads('aten::bitwise_xor', 'Tensor', 'Scalar'),
  bitwise_xor_: overloads('aten::bitwise_xor_', 'Tensor', 'Scalar'),
  bmm: overloads('aten::bmm', '', 'dtype'),
  broadcast_to: overloads('aten::broadcast_to', ''),
  bucketize: overloads('aten::bucketize', 'Tensor'),
  cauchy: overloads('aten::cauchy', ''),
  cauchy_: overloads('aten::cauchy_', ''),
  ceil: overloads('aten::ceil', ''),
  ceil_: overloads('aten::ceil_', ''),
  celu: overloads('aten::celu', ''),
  celu_: overloads('aten::celu_', ''),
  chalf: overloads('aten::chalf', ''),
  channel_shuffle: overloads('aten::channel_shuffle', ''),
  cholesky_inverse: overloads('aten::cholesky_inverse', ''),
  cholesky_solve: overloads('aten::cholesky_solve', ''),
  chunk: overloads('aten::chunk', ''),
  clamp: overloads('aten::clamp', 'Tensor', ''),
  clamp_: overloads('aten::clamp_', 'Tensor', ''),
  clamp_max: overloads('aten::clamp_max', 'Tensor', ''),
  clamp_max_: overloads('aten::clamp_max_', 'Tensor', ''),
  clamp_min: overloads('aten::clamp_min', 'Tensor', ''),
  clamp_min_: overloads('aten::clamp_min_', 'Tensor', ''),
  clip: overloads('aten::clip', 'Tensor', ''),
  clip_: overloads('aten::clip_', 'Tensor', ''),
  clone: overloads('aten::clone', ''),
  col2im: overloads('aten::col2im', ''),
  combinations: overloads('aten::combinations', ''),
  conj: overloads('aten::conj', ''),
  conj_physical: overloads('aten::conj_physical', ''),
  conj_physical_: overloads('aten::conj_physical_', ''),
  constant_pad_nd: overloads('aten::constant_pad_nd', ''),
  contiguous: overloads('aten::contiguous', ''),
  conv_tbc: overloads('aten::conv_tbc', ''),
  copy: overloads('aten::copy', ''),
  copy_: overloads('aten::copy_', ''),
  copysign: overloads('aten::copysign', 'Tensor', 'Scalar'),
  copysign_: overloads('aten::copysign_', 'Tensor', 'Scalar'),
  corrcoef: overloads('aten::corrcoef', ''),
  cos: overloads('aten::cos', ''),
  cos_: overloads('aten::cos_', ''),
  cosh: overloads('aten::cosh', ''),
  cosh_: overloads('aten::cosh_', ''),
  count_nonzero: overloads('aten::count_nonzero', '', 'dim_IntList'),
  cov: overloads('aten::cov', ''),
  cross: overloads('aten::cross', ''),
  cross_entropy_loss: overloads('aten::cross_entropy_loss', ''),
  cummax: overloads('aten::cummax', ''),
  cummin: overloads('aten::cummin', ''),
  cumprod: overloads('aten::cumprod', ''),
  cumprod_: overloads('aten::cumprod_', ''),
  cumsum: overloads('aten::cumsum', ''),
  cumsum_: overloads('aten::cumsum_', ''),
  deg2rad: overloads('aten::deg2rad', ''),
  deg2rad_: overloads('aten::deg2rad_', ''),
  det: overloads('aten::det', ''),
  detach: overloads('aten::detach', ''),
  diag: overloads('aten::diag', ''),
  diag_embed: overloads('aten::diag_embed', ''),
  diagflat: overloads('aten::diagflat', ''),
  diagonal: overloads('aten::diagonal', ''),
  diagonal_scatter: overloads('aten::diagonal_scatter', ''),
  diff: overloads('aten::diff', ''),
  digamma: overloads('aten::digamma', ''),
  digamma_: overloads('aten::digamma_', ''),
  dist: overloads('aten::dist', ''),
  div: overloads('aten::div', 'Tensor', 'Scalar', 'Scalar_mode', 'Tensor_mode'),
  div_: overloads('aten::div_', 'Tensor', 'Scalar', 'Scalar_mode', 'Tensor_mode'),
  divide: overloads('aten::divide', 'Tensor', 'Scalar', 'Scalar_mode', 'Tensor_mode'),
  divide_: overloads('aten::divide_', 'Tensor', 'Scalar', 'Scalar_mode', 'Tensor_mode'),
  dot: overloads('aten::dot', ''),
  dropout_: overloads('aten::dropout_', ''),
  dsplit: overloads('aten::dsplit', 'array', 'int'),
  elu: overloads('aten::elu', ''),
  elu_: overloads('aten::elu_', ''),
  embedding_renorm: overloads('aten::embedding_renorm', ''),
  embedding_renorm_: overloads('aten::embedding_renorm_', ''),
  empty_like: overloads('aten::empty_like', ''),
  eq: overloads('aten::eq', 'Tensor', 'Scalar'),
  eq_: overloads('aten::eq_', 'Tensor', 'Scalar'),
  equal: overloads('aten::equal', ''),
  erf: overloads('aten::erf', ''),
  erf_: overloads('aten::erf_', ''),
  erfc: overloads('aten::erfc', ''),
  erfc_: overloads('aten::erfc_', ''),
  erfinv: overloads('aten::erfinv', ''),
  erfinv_: overloads('aten::erfinv_', ''),
  exp: overloads('aten::exp', ''),
  exp2: overloads('aten::exp2', ''),
  exp2_: overloads('aten::exp2_', ''),
  exp_: overloads('aten::exp_', ''),
  expand: overloads('aten::expand', ''),
  expand_as: overloads('aten::expand_as', ''),
  expm1: overloads('aten::expm1', ''),
  expm1_: overloads('aten::expm1_', ''),
  exponential: overloads('aten::exponential', ''),
  exponential_: overloads('aten::exponential_', ''),
  feature_alpha_dropout_: overloads('aten::feature_alpha_dropout_', ''),
  feature_dropout_: overloads('aten::feature_dropout_', ''),
  fill: overloads('aten::fill', 'Tensor', 'Scalar'),
  fill_: overloads('aten::fill_', 'Tensor', 'Scalar'),
  fill_diagonal_: overloads('aten::fill_diagonal_', ''),
  fix: overloads('aten::fix', ''),
  fix_: overloads('aten::fix_', ''),
  flatten: overloads('aten::flatten', 'using_ints'),
  flip: overloads('aten::flip', ''),
  fliplr: overloads('aten::fliplr', ''),
  flipud: overloads('aten::flipud', ''),
  float_power: overloads('aten::float_power', 'Tensor_Tensor', 'Tensor_Scalar'),
  float_power_: overloads('aten::float_power_', 'Tensor', 'Scalar'),
  floor: overloads('aten::floor', ''),
  floor_: overloads('aten::floor_', ''),
  floor_divide: overloads('aten::floor_divide', '', 'Scalar'),
  floor_divide_: overloads('aten::floor_divide_', 'Tensor', 'Scalar'),
  fmax: overloads('aten::fmax', ''),
  fmin: overloads('aten::fmin', ''),
  fmod: overloads('aten::fmod', 'Tensor', 'Scalar'),
  fmod_: overloads('aten::fmod_', 'Tensor', 'Scalar'),
  frac: overloads('aten::frac', ''),
  frac_: overloads('aten::frac_', ''),
  fractional_max_pool2d: overloads('aten::fractional_max_pool2d', ''),
  fractional_max_pool3d: overloads('aten::fractional_max_pool3d', ''),
  frexp: overloads('aten::frexp', 'Tensor'),
  frobenius_norm: overloads('aten::frobenius_norm', 'dim'),
  full_like: overloads('aten::full_like', ''),
  gather: overloads('aten::gather', ''),
  gcd: overloads('aten::gcd', ''),
  gcd_: overloads('aten::gcd_', ''),
  ge: overloads('aten::ge', 'Tensor', 'Scalar'),
  ge_: overloads('aten::ge_', 'Tensor', 'Scalar'),
  gelu: overloads('aten::gelu', ''),
  gelu_: overloads('aten::gelu_', ''),
  geometric: overloads('aten::geometric', ''),
  geometric_: overloads('aten::geometric_', ''),
  geqrf: overloads('aten::geqrf', ''),
  ger: overloads('aten::ger', ''),
  glu: overloads('aten::glu', ''),
  gradient: overloads('aten::gradient', 'scalarint', 'array', 'scalarrayint', 'tensorarrayint', 'scalararray', 'scalarrayarray', 'tensorarray'),
  greater: overloads('aten::greater', 'Tensor', 'Scalar'),
  greater_: overloads('aten::greater_', 'Tensor', 'Scalar'),
  greater_equal: overloads('aten::greater_equal', 'Tensor', 'Scalar'),
  greater_equal_: overloads('aten::greater_equal_', 'Tensor', 'Scalar'),
  gt: overloads('aten::gt', 'Tensor', 'Scalar'),
  gt_: overloads('aten::gt_', 'Tensor', 'Scalar'),
  hardshrink: overloads('aten::hardshrink', ''),
  hardsigmoid: overloads('aten::hardsigmoid', ''),
  hardsigmoid_: overloads('aten::hardsigmoid_', ''),
  hardswish: overloads('aten::hardswish', ''),
  hardswish_: overloads('aten::hardswish_', ''),
  hardtanh: overloads('aten::hardtanh', ''),
  hardtanh_: overloads('aten::hardtanh_', ''),
  heaviside: overloads('aten::heaviside', ''),
  heaviside_: overloads('aten::heaviside_', ''),
  hinge_embedding_loss: overloads('aten::hinge_embedding_loss', ''),
  histc: overloads('aten::histc', ''),
  histogram: overloads('aten::histogram', 'bin_ct', 'bins_tensor'),
  hsplit: overloads('aten::hsplit', 'array', 'int'),
  huber_loss: overloads('aten::huber_loss', ''),
  hypot: overloads('aten::hypot', ''),
  hypot_: overloads('aten::hypot_', ''),
  i0: overloads('aten::i0', ''),
  i0_: overloads('aten::i0_', ''),
  igamma: overloads('aten::igamma', ''),
  igamma_: overloads('aten::igamma_', ''),
  igammac: overloads('aten::igammac', ''),
  igammac_: overloads('aten::igammac_', ''),
  im2col: overloads('aten::im2col', ''),
  imag: overloads('aten::imag', ''),
  index: overloads('aten::index', 'Tensor'),
  index_add: overloads('aten::index_add', ''),
  index_add_: overloads('aten::index_add_', ''),
  index_copy: overloads('aten::index_copy', ''),
  index_copy_: overloads('aten::index_copy_', ''),
  index_fill: overloads('aten::index_fill', 'int_Scalar', 'int_Tensor'),
  index_fill_: overloads('aten::index_fill_', 'int_Scalar', 'int_Tensor'),
  index_put: overloads('aten::index_put', ''),
  index_put_: overloads('aten::index_put_', ''),
  index_reduce: overloads('aten::index_reduce', ''),
  index_reduce_: overloads('aten::index_reduce_', ''),
  index_select: overloads('aten::index_select', ''),
  inner: overloads('aten::inner', ''),
  inverse: overloads('aten::inverse', ''),
  is_complex: overloads('aten::is_complex', ''),
  is_conj: overloads('aten::is_conj', ''),
  is_floating_point: overloads('aten::is_floating_point', ''),
  is_inference: overloads('aten::is_inference', ''),
  is_neg: overloads('aten::is_neg', ''),
  is_nonzero: overloads('aten::is_nonzero', ''),
  is_same_size: overloads('aten::is_same_size', ''),
  is_set_to: overloads('aten::is_set_to', ''),
  is_signed: overloads('aten::is_signed', ''),
  isclose: overloads('aten::isclose', ''),
  isfinite: overloads('aten::isfinite', ''),
  isinf: overloads('aten::isinf', ''),
  isnan: overloads('aten::isnan', ''),
  isneginf: overloads('aten::isneginf', ''),
  isposinf: overloads('aten::isposinf', ''),
  isreal: overloads('aten::isreal', ''),
  istft: overloads('aten::istft', ''),
  kl_div: overloads('aten::kl_div', ''),
  kron: overloads('aten::kron', ''),
  kthvalue: overloads('aten::kthvalue', ''),
  l1_loss: overloads('aten::l1_loss', ''),
  lcm: overloads('aten::lcm', ''),
  lcm_: overloads('aten::lcm_', ''),
  ldexp: overloads('aten::ldexp', 'Tensor'),
  ldexp_: overloads('aten::ldexp_', ''),
  le: overloads('aten::le', 'Tensor', 'Scalar'),
  le_: overloads('aten::le_', 'Tensor', 'Scalar'),
  leaky_relu: overloads('aten::leaky_relu', ''),
  leaky_relu_: overloads('aten::leaky_relu_', ''),
  lerp: overloads('aten::lerp', 'Tensor', 'Scalar'),
  lerp_: overloads('aten::lerp_', 'Tensor', 'Scalar'),
  less: overloads('aten::less', 'Tensor', 'Scalar'),
  less_: overloads('aten::less_', 'Tensor', 'Scalar'),
  less_equal: overloads('aten::less_equal', 'Tensor', 'Scalar'),
  less_equal_: overloads('aten::less_equal_', 'Tensor', 'Scalar'),
  lgamma: overloads('aten::lgamma', ''),
  lgamma_: overloads('aten::lgamma_', ''),
  log: overloads('aten::log', ''),
  log10: overloads('aten::log10', ''),
  log10_: overloads('aten::log10_', ''),
  log1p: overloads('aten::log1p', ''),
  log1p_: overloads('aten::log1p_', ''),
  log2: overloads('aten::log2', ''),
  log2_: overloads('aten::log2_', ''),
  log_: overloads('aten::log_', ''),
  log_normal: overloads('aten::log_normal', ''),
  log_normal_: overloads('aten::log_normal_', ''),
  log_sigmoid: overloads('aten::log_sigmoid', ''),
  log_softmax: overloads('aten::log_softmax', 'int'),
  logaddexp: overloads('aten::logaddexp', ''),
  logaddexp2: overloads('aten::logaddexp2', ''),
  logcumsumexp: overloads('aten::logcumsumexp', ''),
  logdet: overloads('aten::logdet', ''),
  logical_and: overloads('aten::logical_and', ''),
  logical_and_: overloads('aten::logical_and_', ''),
  logical_not: overloads('aten::logical_not', ''),
  logical_not_: overloads('aten::logical_not_', ''),
  logical_or: overloads('aten::logical_or', ''),
  logical_or_: overloads('aten::logical_or_', ''),
  logical_xor: overloads('aten::logical_xor', ''),
  logical_xor_: overloads('aten::logical_xor_', ''),
  logit: overloads('aten::logit', ''),
  logit_: overloads('aten::logit_', ''),
  logsumexp: overloads('aten::logsumexp', ''),
  lt: overloads('aten::lt', 'Tensor', 'Scalar'),
  lt_: overloads('aten::lt_', 'Tensor', 'Scalar'),
  lu_solve: overloads('aten::lu_solve', ''),
  masked_fill: overloads('aten::masked_fill', 'Tensor', 'Scalar'),
  masked_fill_: overloads('aten::masked_fill_', 'Tensor', 'Scalar'),
  masked_scatter: overloads('aten::masked_scatter', ''),
  masked_scatter_: overloads('aten::masked_scatter_', ''),
  masked_select: overloads('aten::masked_select', ''),
  matmul: overloads('aten::matmul', ''),
  matrix_exp: overloads('aten::matrix_exp', ''),
  matrix_power: overloads('aten::matrix_power', ''),
  max: overloads('aten::max', '', 'other', 'dim'),
  max_pool1d: overloads('aten::max_pool1d', ''),
  max_pool1d_with_indices: overloads('aten::max_pool1d_with_indices', ''),
  max_pool2d: overloads('aten::max_pool2d', ''),
  max_pool2d_with_indices: overloads('aten::max_pool2d_with_indices', ''),
  max_pool3d: overloads('aten::max_pool3d', ''),
  max_pool3d_with_indices: overloads('aten::max_pool3d_with_indices', ''),
  max_unpool2d: overloads('aten::max_unpool2d', ''),
  max_unpool3d: overloads('aten::max_unpool3d', ''),
  maximum: overloads('aten::maximum', ''),
  mean: overloads('aten::mean', '', 'dim'),
  median: overloads('aten::median', '', 'dim'),
  min: overloads('aten::min', '', 'other', 'dim'),
  minimum: overloads('aten::minimum', ''),
  mish: overloads('aten::mish', ''),
  mish_: overloads('aten::mish_', ''),
  mm: overloads('aten::mm', '', 'dtype'),
  mode: overloads('aten::mode', ''),
  moveaxis: overloads('aten::moveaxis', 'int', 'intlist'),
  movedim: overloads('aten::movedim', 'int', 'intlist'),
  mse_loss: overloads('aten::mse_loss', ''),
  msort: overloads('aten::msort', ''),
  mul: overloads('aten::mul', 'Tensor', 'Scalar'),
  mul_: overloads('aten::mul_', 'Tensor', 'Scalar'),
  multi_margin_loss: overloads('aten::multi_margin_loss', ''),
  multilabel_margin_loss: overloads('aten::multilabel_margin_loss', ''),
  multinomial: overloads('aten::multinomial', ''),
  multiply: overloads('aten::multiply', 'Tensor', 'Scalar'),
  multiply_: overloads('aten::multiply_', 'Tensor', 'Scalar'),
  mv: overloads('aten::mv', ''),
  mvlgamma: overloads('aten::mvlgamma', ''),
  mvlgamma_: overloads('aten::mvlgamma_', ''),
  nan_to_num: overloads('aten::nan_to_num', ''),
  nan_to_num_: overloads('aten::nan_to_num_', ''),
  nanmean: overloads('aten::nanmean', ''),
  nanmedian: overloads('aten::nanmedian', '', 'dim'),
  nanquantile: overloads('aten::nanquantile', '', 'scalar'),
  nansum: overloads('aten::nansum', ''),
  narrow: overloads('aten::narrow', '', 'Tensor'),
  ne: overloads('aten::ne', 'Tensor', 'Scalar'),
  ne_: overloads('aten::ne_', 'Tensor', 'Scalar'),
  neg: overloads('aten::neg', ''),
  neg_: overloads('aten::neg_', ''),
  negative: overloads('aten::negative', ''),
  negative_: overloads('aten::negative_', ''),
  new_empty: overloads('aten::new_empty', ''),
  new_empty_strided: overloads('aten::new_empty_strided', ''),
  new_full: overloads('aten::new_full', ''),
  new_ones: overloads('aten::new_ones', ''),
  new_zeros: overloads('aten::new_zeros', ''),
  nextafter: overloads('aten::nextafter', ''),
  nextafter_: overloads('aten::nextafter_', ''),
  nll_loss: overloads('aten::nll_loss', ''),
  nll_loss2d: overloads('aten::nll_loss2d', ''),
  nll_loss_nd: overloads('aten::nll_loss_nd', ''),
  nonzero: overloads('aten::nonzero', ''),
  nonzero_static: overloads('aten::nonzero_static', ''),
  norm: overloads('aten::norm', 'Scalar', 'ScalarOpt_dtype', 'ScalarOpt_dim', 'ScalarOpt_dim_dtype'),
  normal_: overloads('aten::normal_', ''),
  not_equal: overloads('aten::not_equal', 'Tensor', 'Scalar'),
  not_equal_: overloads('aten::not_equal_', 'Tensor', 'Scalar'),
  nuclear_norm: overloads('aten::nuclear_norm', '', 'dim'),
  one_hot: overloads('aten::one_hot', ''),
  ones_like: overloads('aten::ones_like', ''),
  orgqr: overloads('aten::orgqr', ''),
  ormqr: overloads('aten::ormqr', ''),
  outer: overloads('aten::outer', ''),
  pad: overloads('aten::pad', ''),
  pdist: overloads('aten::pdist', ''),
  permute: overloads('aten::permute', ''),
  pinverse: overloads('aten::pinverse', ''),
  pixel_shuffle: overloads('aten::pixel_shuffle', ''),
  pixel_unshuffle: overloads('aten::pixel_unshuffle', ''),
  poisson: overloads('aten::poisson', ''),
  polygamma_: overloads('aten::polygamma_', ''),
  positive: overloads('aten::positive', ''),
  pow: overloads('aten::pow', 'Tensor_Tensor', 'Tensor_Scalar'),
  pow_: overloads('aten::pow_', 'Tensor', 'Scalar'),
  prelu: overloads('aten::prelu', ''),
  prod: overloads('aten::prod', '', 'dim_int'),
  put: overloads('aten::put', ''),
  put_: overloads('aten::put_', ''),
  quantile: overloads('aten::quantile', '', 'scalar'),
  rad2deg: overloads('aten::rad2deg', ''),
  rad2deg_: overloads('aten::rad2deg_', ''),
  rand_like: overloads('aten::rand_like', '', 'generator'),
  randint_like: overloads('aten::randint_like', '', 'Tensor', 'Tensor_generator', 'generator', 'low_dtype', 'low_generator_dtype'),
  randn_like: overloads('aten::randn_like', '', 'generator'),
  random: overloads('aten::random', '', 'to', 'from'),
  random_: overloads('aten::random_', '', 'to', 'from'),
  ravel: overloads('aten::ravel', ''),
  real: overloads('aten::real', ''),
  reciprocal: overloads('aten::reciprocal', ''),
  reciprocal_: overloads('aten::reciprocal_', ''),
  reflection_pad1d: overloads('aten::reflection_pad1d', ''),
  reflection_pad2d: overloads('aten::reflection_pad2d', ''),
  reflection_pad3d: overloads('aten::reflection_pad3d', ''),
  relu: overloads('aten::relu', ''),
  relu6: overloads('aten::relu6', ''),
  relu6_: overloads('aten::relu6_', ''),
  relu_: overloads('aten::relu_', ''),
  remainder: overloads('aten::remainder', 'Tensor', 'Scalar'),
  remainder_: overloads('aten::remainder_', 'Tensor', 'Scalar'),
  renorm: overloads('aten::renorm', ''),
  renorm_: overloads('aten::renorm_', ''),
  repeat: overloads('aten::repeat', ''),
  repeat_interleave: overloads('aten::repeat_interleave', 'self_Tensor', 'self_int'),
  replication_pad1d: overloads('aten::replication_pad1d', ''),
  replication_pad2d: overloads('aten::replication_pad2d', ''),
  replication_pad3d: overloads('aten::replication_pad3d', ''),
  reshape: overloads('aten::reshape', ''),
  reshape_as: overloads('aten::reshape_as', ''),
  resolve_conj: overloads('aten::resolve_conj', ''),
  resolve_neg: overloads('aten::resolve_neg', ''),
  roll: overloads('aten::roll', ''),
  rot90: overloads('aten::rot90', ''),
  round: overloads('aten::round', '', 'decimals'),
  round_: overloads('aten::round_', '', 'decimals'),
  rrelu: overloads('aten::rrelu', ''),
  rrelu_: overloads('aten::rrelu_', ''),
  rsqrt: overloads('aten::rsqrt', ''),
  rsqrt_: overloads('aten::rsqrt_', ''),
  rsub: overloads('aten::rsub', 'Scalar', 'Tensor'),
  scatter: overloads('aten::scatter', 'src', 'value', 'reduce', 'value_reduce'),
  scatter_: overloads('aten::scatter_', 'src', 'value', 'reduce', 'value_reduce'),
  scatter_add: overloads('aten::scatter_add', ''),
  scatter_add_: overloads('aten::scatter_add_', ''),
  scatter_reduce: overloads('aten::scatter_reduce', 'two'),
  scatter_reduce_: overloads('aten::scatter_reduce_', 'two'),
  select: overloads('aten::select', 'int'),
  select_scatter: overloads('aten::select_scatter', ''),
  selu: overloads('aten::selu', ''),
  selu_: overloads('aten::selu_', ''),
  sgn: overloads('aten::sgn', ''),
  sgn_: overloads('aten::sgn_', ''),
  sigmoid: overloads('aten::sigmoid', ''),
  sigmoid_: overloads('aten::sigmoid_', ''),
  sign: overloads('aten::sign', ''),
  sign_: overloads('aten::sign_', ''),
  signbit: overloads('aten::signbit', ''),
  silu: overloads('aten::silu', ''),
  silu_: overloads('aten::silu_', ''),
  sin: overloads('aten::sin', ''),
  sin_: overloads('aten::sin_', ''),
  sinc: overloads('aten::sinc', ''),
  sinc_: overloads('aten::sinc_', ''),
  sinh: overloads('aten::sinh', ''),
  sinh_: overloads('aten::sinh_', ''),
  slice: overloads('aten::slice', 'Tensor'),
  slice_scatter: overloads('aten::slice_scatter', ''),
  slogdet: overloads('aten::slogdet', ''),
  smooth_l1_loss: overloads('aten::smooth_l1_loss', ''),
  soft_margin_loss: overloads('aten::soft_margin_loss', ''),
  softmax: overloads('aten::softmax', 'int'),
  softplus: overloads('aten::softplus', ''),
  softshrink: overloads('aten::softshrink', ''),
  sort: overloads('aten::sort', '', 'stable'),
  split: overloads('aten::split', 'Tensor', 'sizes'),
  split_with_sizes: overloads('aten::split_with_sizes', ''),
  sqrt: overloads('aten::sqrt', ''),
  sqrt_: overloads('aten::sqrt_', ''),
  square: overloads('aten::square', ''),
  square_: overloads('aten::square_', ''),
  squeeze: overloads('aten::squeeze', '', 'dim', 'dims'),
  squeeze_: overloads('aten::squeeze_', '', 'dim', 'dims'),
  std: overloads('aten::std', '', 'correction', 'dim'),
  std_mean: overloads('aten::std_mean', '', 'correction', 'dim'),
  stft: overloads('aten::stft', '', 'center'),
  sub: overloads('aten::sub', 'Scalar', 'Tensor'),
  sub_: overloads('aten::sub_', 'Scalar', 'Tensor'),
  subtract: overloads('aten::subtract', 'Scalar', 'Tensor'),
  subtract_: overloads('aten::subtract_', 'Scalar', 'Tensor'),
  sum: overloads('aten::sum', '', 'dim_IntList'),
  sum_to_size: overloads('aten::sum_to_size', ''),
  svd: overloads('aten::svd', ''),
  swapaxes: overloads('aten::swapaxes', ''),
  swapaxes_: overloads('aten::swapaxes_', ''),
  swapdims: overloads('aten::swapdims', ''),
  swapdims_: overloads('aten::swapdims_', ''),
  t: overloads('aten::t', ''),
  t_: overloads('aten::t_', ''),
  take: overloads('aten::take', ''),
  take_along_dim: overloads('aten::take_along_dim', ''),
  tan: overloads('aten::tan', ''),
  tan_: overloads('aten::tan_', ''),
  tanh: overloads('aten::tanh', ''),
  tanh_: overloads('aten::tanh_', ''),
  tensor_split: overloads('aten::tensor_split', 'indices', 'sections', 'tensor_indices_or_sections'),
  tensordot: overloads('aten::tensordot', ''),
  threshold: overloads('aten::threshold', ''),
  threshold_: overloads('aten::threshold_', ''),
  tile: overloads('aten::tile', ''),
  topk: overloads('aten::topk', ''),
  trace: overloads('aten::trace', ''),
  transpose: overloads('aten::transpose', 'int'),
  transpose_: overloads('aten::transpose_', ''),
  triangular_solve: overloads('aten::triangular_solve', ''),
  tril: overloads('aten::tril', ''),
  tril_: overloads('aten::tril_', ''),
  triu: overloads('aten::triu', ''),
  triu_: overloads('aten::triu_', ''),
  true_divide: overloads('aten::true_divide', 'Tensor', 'Scalar'),
  true_divide_: overloads('aten::true_divide_', 'Tensor', 'Scalar'),
  trunc: overloads('aten::trunc', ''),
  trunc_: overloads('aten::trunc_', ''),
  type_as: overloads('aten::type_as', ''),
  unbind: overloads('aten::unbind', 'int'),
  unflatten: overloads('aten::unflatten', 'int'),
  unfold: overloads('aten::unfold', ''),
  uniform: overloads('aten::uniform', ''),
  uniform_: overloads('aten::uniform_', ''),
  unique_consecutive: overloads('aten::unique_consecutive', ''),
  unique_dim: overloads('aten::unique_dim', ''),
  unique_dim_consecutive: overloads('aten::unique_dim_consecutive', ''),
  unsqueeze: overloads('aten::unsqueeze', ''),
  unsqueeze_: overloads('aten::unsqueeze_', ''),
  upsample_bicubic2d: overloads('aten::upsample_bicubic2d', ''),
  upsample_bilinear2d: overloads('aten::upsample_bilinear2d', ''),
  upsample_linear1d: overloads('aten::upsample_linear1d', ''),
  upsample_nearest1d: overloads('aten::upsample_nearest1d', ''),
  upsample_nearest2d: overloads('aten::upsample_nearest2d', ''),
  upsample_nearest3d: overloads('aten::upsample_nearest3d', ''),
  upsample_trilinear3d: overloads('aten::upsample_trilinear3d', ''),
  var: overloads('aten::var', '', 'correction', 'dim'),
  var_mean: overloads('aten::var_mean', '', 'correction', 'dim'),
  vdot: overloads('aten::vdot', ''),
  view: overloads('aten::view', '', 'dtype'),
  view_as: overloads('aten::view_as', ''),
  view_as_complex: overloads('aten::view_as_complex', ''),
  view_as_real: overloads('aten::view_as_real', ''),
  vsplit: overloads('aten::vsplit', 'array', 'int'),
  xlogy: overloads('aten::xlogy', 'Tensor', 'Scalar_Other'),
  xlogy_: overloads('aten::xlogy_', 'Tensor', 'Scalar_Other'),
  zero: overloads('aten::zero', ''),
  zero_: overloads('aten::zero_', ''),
  zeros_like: overloads('aten::zeros_like', ''),
};

/** The base of `Tensor`, which it is told of: its operators, each one call into libtorch. */
export abstract class Operators<Tensor extends Handle> extends Handle {
  /**
   * `aten::abs(Tensor self) -> Tensor`
   * @example x.abs()
   */
  abs(): Tensor;
  abs(...given: Given[]): unknown { return calls.abs([this, ...given]); }

  /**
   * `aten::abs_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.abs_()
   */
  abs_(): this;
  abs_(...given: Given[]): unknown { return calls.abs_([this, ...given]); }

  /**
   * `aten::absolute(Tensor self) -> Tensor`
   * @example x.absolute()
   */
  absolute(): Tensor;
  absolute(...given: Given[]): unknown { return calls.absolute([this, ...given]); }

  /**
   * `aten::absolute_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.absolute_()
   */
  absolute_(): this;
  absolute_(...given: Given[]): unknown { return calls.absolute_([this, ...given]); }

  /**
   * `aten::acos(Tensor self) -> Tensor`
   * @example x.acos()
   */
  acos(): Tensor;
  acos(...given: Given[]): unknown { return calls.acos([this, ...given]); }

  /**
   * `aten::acos_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.acos_()
   */
  acos_(): this;
  acos_(...given: Given[]): unknown { return calls.acos_([this, ...given]); }

  /**
   * `aten::acosh(Tensor self) -> Tensor`
   * @example x.acosh()
   */
  acosh(): Tensor;
  acosh(...given: Given[]): unknown { return calls.acosh([this, ...given]); }

  /**
   * `aten::acosh_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.acosh_()
   */
  acosh_(): this;
  acosh_(...given: Given[]): unknown { return calls.acosh_([this, ...given]); }

  /**
   * `aten::adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor`
   * @example x.adaptive_avg_pool1d(outputSize)
   */
  adaptive_avg_pool1d(outputSize: number | readonly number[]): Tensor;
  adaptive_avg_pool1d(options: { outputSize: number | readonly number[] }): Tensor;
  adaptive_avg_pool1d(...given: Given[]): unknown { return calls.adaptive_avg_pool1d([this, ...given]); }

  /**
   * `aten::adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor`
   * @example x.adaptive_avg_pool2d(outputSize)
   */
  adaptive_avg_pool2d(outputSize: number | readonly number[]): Tensor;
  adaptive_avg_pool2d(options: { outputSize: number | readonly number[] }): Tensor;
  adaptive_avg_pool2d(...given: Given[]): unknown { return calls.adaptive_avg_pool2d([this, ...given]); }

  /**
   * `aten::adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor`
   * @example x.adaptive_avg_pool3d(outputSize)
   */
  adaptive_avg_pool3d(outputSize: number | readonly number[]): Tensor;
  adaptive_avg_pool3d(options: { outputSize: number | readonly number[] }): Tensor;
  adaptive_avg_pool3d(...given: Given[]): unknown { return calls.adaptive_avg_pool3d([this, ...given]); }

  /**
   * `aten::adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)`
   * @example x.adaptive_max_pool1d(outputSize)
   */
  adaptive_max_pool1d(outputSize: number | readonly number[]): [Tensor, Tensor];
  adaptive_max_pool1d(options: { outputSize: number | readonly number[] }): [Tensor, Tensor];
  adaptive_max_pool1d(...given: Given[]): unknown { return calls.adaptive_max_pool1d([this, ...given]); }

  /**
   * `aten::adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)`
   * @example x.adaptive_max_pool2d(outputSize)
   */
  adaptive_max_pool2d(outputSize: number | readonly number[]): [Tensor, Tensor];
  adaptive_max_pool2d(options: { outputSize: number | readonly number[] }): [Tensor, Tensor];
  adaptive_max_pool2d(...given: Given[]): unknown { return calls.adaptive_max_pool2d([this, ...given]); }

  /**
   * `aten::adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)`
   * @example x.adaptive_max_pool3d(outputSize)
   */
  adaptive_max_pool3d(outputSize: number | readonly number[]): [Tensor, Tensor];
  adaptive_max_pool3d(options: { outputSize: number | readonly number[] }): [Tensor, Tensor];
  adaptive_max_pool3d(...given: Given[]): unknown { return calls.adaptive_max_pool3d([this, ...given]); }

  /**
   * - `aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
   * - `aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
   * @example x.add(other, { alpha: 1 })
   */
  add(other: Scalar | Complex, alpha?: Scalar | Complex): Tensor;
  add(other: Scalar | Complex | Tensor, options?: { alpha?: Scalar | Complex | undefined }): Tensor;
  add(...given: Given[]): unknown { return calls.add([this, ...given]); }

  /**
   * - `aten::add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)`
   * - `aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)`
   * @example x.add_(other, { alpha: 1 })
   */
  add_(other: Scalar | Complex, alpha?: Scalar | Complex): this;
  add_(other: Scalar | Complex | Tensor, options?: { alpha?: Scalar | Complex | undefined }): this;
  add_(...given: Given[]): unknown { return calls.add_([this, ...given]); }

  /**
   * `aten::addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   * @example x.addbmm(batch1, batch2, { beta: 1, alpha: 1 })
   */
  addbmm(batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): Tensor;
  addbmm(...given: Given[]): unknown { return calls.addbmm([this, ...given]); }

  /**
   * `aten::addbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)`
   * @example x.addbmm_(batch1, batch2, { beta: 1, alpha: 1 })
   */
  addbmm_(batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): this;
  addbmm_(...given: Given[]): unknown { return calls.addbmm_([this, ...given]); }

  /**
   * `aten::addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor`
   * @example x.addcdiv(tensor1, tensor2, { value: 1 })
   */
  addcdiv(tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | Complex | undefined }): Tensor;
  addcdiv(...given: Given[]): unknown { return calls.addcdiv([this, ...given]); }

  /**
   * `aten::addcdiv_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)`
   * @example x.addcdiv_(tensor1, tensor2, { value: 1 })
   */
  addcdiv_(tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | Complex | undefined }): this;
  addcdiv_(...given: Given[]): unknown { return calls.addcdiv_([this, ...given]); }

  /**
   * `aten::addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor`
   * @example x.addcmul(tensor1, tensor2, { value: 1 })
   */
  addcmul(tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | Complex | undefined }): Tensor;
  addcmul(...given: Given[]): unknown { return calls.addcmul([this, ...given]); }

  /**
   * `aten::addcmul_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)`
   * @example x.addcmul_(tensor1, tensor2, { value: 1 })
   */
  addcmul_(tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | Complex | undefined }): this;
  addcmul_(...given: Given[]): unknown { return calls.addcmul_([this, ...given]); }

  /**
   * - `aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   * - `aten::addmm.dtype(Tensor self, Tensor mat1, Tensor mat2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   * @example x.addmm(mat1, mat2, { beta: 1, alpha: 1 })
   */
  addmm(mat1: Tensor, mat2: Tensor, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): Tensor;
  addmm(mat1: Tensor, mat2: Tensor, outDtype: DType, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): Tensor;
  addmm(mat1: Tensor, mat2: Tensor, options: { outDtype: DType; beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): Tensor;
  addmm(...given: Given[]): unknown { return calls.addmm([this, ...given]); }

  /**
   * `aten::addmm_(Tensor(a!) self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)`
   * @example x.addmm_(mat1, mat2, { beta: 1, alpha: 1 })
   */
  addmm_(mat1: Tensor, mat2: Tensor, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): this;
  addmm_(...given: Given[]): unknown { return calls.addmm_([this, ...given]); }

  /**
   * `aten::addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   * @example x.addmv(mat, vec, { beta: 1, alpha: 1 })
   */
  addmv(mat: Tensor, vec: Tensor, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): Tensor;
  addmv(...given: Given[]): unknown { return calls.addmv([this, ...given]); }

  /**
   * `aten::addmv_(Tensor(a!) self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)`
   * @example x.addmv_(mat, vec, { beta: 1, alpha: 1 })
   */
  addmv_(mat: Tensor, vec: Tensor, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): this;
  addmv_(...given: Given[]): unknown { return calls.addmv_([this, ...given]); }

  /**
   * `aten::addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   * @example x.addr(vec1, vec2, { beta: 1, alpha: 1 })
   */
  addr(vec1: Tensor, vec2: Tensor, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): Tensor;
  addr(...given: Given[]): unknown { return calls.addr([this, ...given]); }

  /**
   * `aten::addr_(Tensor(a!) self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)`
   * @example x.addr_(vec1, vec2, { beta: 1, alpha: 1 })
   */
  addr_(vec1: Tensor, vec2: Tensor, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): this;
  addr_(...given: Given[]): unknown { return calls.addr_([this, ...given]); }

  /**
   * `aten::adjoint(Tensor(a) self) -> Tensor(a)`
   * @example x.adjoint()
   */
  adjoint(): Tensor;
  adjoint(...given: Given[]): unknown { return calls.adjoint([this, ...given]); }

  /**
   * - `aten::all(Tensor self) -> Tensor`
   * - `aten::all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`
   * - `aten::all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`
   * @example x.all({ dim, keepdim: false })
   */
  all(): Tensor;
  all(dim?: readonly number[] | null, keepdim?: boolean): Tensor;
  all(options?: { dim?: readonly number[] | null | undefined; keepdim?: boolean | undefined }): Tensor;
  all(dim?: readonly number[] | null, options?: { keepdim?: boolean | undefined }): Tensor;
  all(dim: number, keepdim?: boolean): Tensor;
  all(dim: number, options?: { keepdim?: boolean | undefined }): Tensor;
  all(options: { dim: number; keepdim?: boolean | undefined }): Tensor;
  all(...given: Given[]): unknown { return calls.all([this, ...given]); }

  /**
   * `aten::allclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> bool`
   * @example x.allclose(other, { rtol: 0.00001, atol: 1e-8, equalNan: false })
   */
  allclose(other: Tensor, rtol?: number, atol?: number, equalNan?: boolean): boolean;
  allclose(other: Tensor, options?: { rtol?: number | undefined; atol?: number | undefined; equalNan?: boolean | undefined }): boolean;
  allclose(other: Tensor, rtol?: number, options?: { atol?: number | undefined; equalNan?: boolean | undefined }): boolean;
  allclose(other: Tensor, rtol?: number, atol?: number, options?: { equalNan?: boolean | undefined }): boolean;
  allclose(...given: Given[]): unknown { return calls.allclose([this, ...given]); }

  /**
   * `aten::alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)`
   * @example x.alpha_dropout_(p, train)
   */
  alpha_dropout_(p: number, train: boolean): this;
  alpha_dropout_(options: { p: number; train: boolean }): this;
  alpha_dropout_(...given: Given[]): unknown { return calls.alpha_dropout_([this, ...given]); }

  /**
   * `aten::amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor`
   * @example x.amax({ dim: [], keepdim: false })
   */
  amax(dim?: number | readonly number[], keepdim?: boolean): Tensor;
  amax(options?: { dim?: number | readonly number[] | undefined; keepdim?: boolean | undefined }): Tensor;
  amax(dim?: number | readonly number[], options?: { keepdim?: boolean | undefined }): Tensor;
  amax(...given: Given[]): unknown { return calls.amax([this, ...given]); }

  /**
   * `aten::amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor`
   * @example x.amin({ dim: [], keepdim: false })
   */
  amin(dim?: number | readonly number[], keepdim?: boolean): Tensor;
  amin(options?: { dim?: number | readonly number[] | undefined; keepdim?: boolean | undefined }): Tensor;
  amin(dim?: number | readonly number[], options?: { keepdim?: boolean | undefined }): Tensor;
  amin(...given: Given[]): unknown { return calls.amin([this, ...given]); }

  /**
   * `aten::aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)`
   * @example x.aminmax({ dim, keepdim: false })
   */
  aminmax(options?: { dim?: number | null | undefined; keepdim?: boolean | undefined }): [min: Tensor, max: Tensor];
  aminmax(...given: Given[]): unknown { return calls.aminmax([this, ...given]); }

  /**
   * `aten::angle(Tensor self) -> Tensor`
   * @example x.angle()
   */
  angle(): Tensor;
  angle(...given: Given[]): unknown { return calls.angle([this, ...given]); }

  /**
   * - `aten::any(Tensor self) -> Tensor`
   * - `aten::any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`
   * - `aten::any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`
   * @example x.any({ dim, keepdim: false })
   */
  any(): Tensor;
  any(dim?: readonly number[] | null, keepdim?: boolean): Tensor;
  any(options?: { dim?: readonly number[] | null | undefined; keepdim?: boolean | undefined }): Tensor;
  any(dim?: readonly number[] | null, options?: { keepdim?: boolean | undefined }): Tensor;
  any(dim: number, keepdim?: boolean): Tensor;
  any(dim: number, options?: { keepdim?: boolean | undefined }): Tensor;
  any(options: { dim: number; keepdim?: boolean | undefined }): Tensor;
  any(...given: Given[]): unknown { return calls.any([this, ...given]); }

  /**
   * `aten::arccos(Tensor self) -> Tensor`
   * @example x.arccos()
   */
  arccos(): Tensor;
  arccos(...given: Given[]): unknown { return calls.arccos([this, ...given]); }

  /**
   * `aten::arccos_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.arccos_()
   */
  arccos_(): this;
  arccos_(...given: Given[]): unknown { return calls.arccos_([this, ...given]); }

  /**
   * `aten::arccosh(Tensor self) -> Tensor`
   * @example x.arccosh()
   */
  arccosh(): Tensor;
  arccosh(...given: Given[]): unknown { return calls.arccosh([this, ...given]); }

  /**
   * `aten::arccosh_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.arccosh_()
   */
  arccosh_(): this;
  arccosh_(...given: Given[]): unknown { return calls.arccosh_([this, ...given]); }

  /**
   * `aten::arcsin(Tensor self) -> Tensor`
   * @example x.arcsin()
   */
  arcsin(): Tensor;
  arcsin(...given: Given[]): unknown { return calls.arcsin([this, ...given]); }

  /**
   * `aten::arcsin_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.arcsin_()
   */
  arcsin_(): this;
  arcsin_(...given: Given[]): unknown { return calls.arcsin_([this, ...given]); }

  /**
   * `aten::arcsinh(Tensor self) -> Tensor`
   * @example x.arcsinh()
   */
  arcsinh(): Tensor;
  arcsinh(...given: Given[]): unknown { return calls.arcsinh([this, ...given]); }

  /**
   * `aten::arcsinh_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.arcsinh_()
   */
  arcsinh_(): this;
  arcsinh_(...given: Given[]): unknown { return calls.arcsinh_([this, ...given]); }

  /**
   * `aten::arctan(Tensor self) -> Tensor`
   * @example x.arctan()
   */
  arctan(): Tensor;
  arctan(...given: Given[]): unknown { return calls.arctan([this, ...given]); }

  /**
   * `aten::arctan2(Tensor self, Tensor other) -> Tensor`
   * @example x.arctan2(other)
   */
  arctan2(other: Tensor): Tensor;
  arctan2(...given: Given[]): unknown { return calls.arctan2([this, ...given]); }

  /**
   * `aten::arctan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.arctan2_(other)
   */
  arctan2_(other: Tensor): this;
  arctan2_(...given: Given[]): unknown { return calls.arctan2_([this, ...given]); }

  /**
   * `aten::arctan_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.arctan_()
   */
  arctan_(): this;
  arctan_(...given: Given[]): unknown { return calls.arctan_([this, ...given]); }

  /**
   * `aten::arctanh(Tensor self) -> Tensor`
   * @example x.arctanh()
   */
  arctanh(): Tensor;
  arctanh(...given: Given[]): unknown { return calls.arctanh([this, ...given]); }

  /**
   * `aten::arctanh_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.arctanh_()
   */
  arctanh_(): this;
  arctanh_(...given: Given[]): unknown { return calls.arctanh_([this, ...given]); }

  /**
   * `aten::argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor`
   * @example x.argmax({ dim, keepdim: false })
   */
  argmax(dim?: number | null, keepdim?: boolean): Tensor;
  argmax(options?: { dim?: number | null | undefined; keepdim?: boolean | undefined }): Tensor;
  argmax(dim?: number | null, options?: { keepdim?: boolean | undefined }): Tensor;
  argmax(...given: Given[]): unknown { return calls.argmax([this, ...given]); }

  /**
   * `aten::argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor`
   * @example x.argmin({ dim, keepdim: false })
   */
  argmin(dim?: number | null, keepdim?: boolean): Tensor;
  argmin(options?: { dim?: number | null | undefined; keepdim?: boolean | undefined }): Tensor;
  argmin(dim?: number | null, options?: { keepdim?: boolean | undefined }): Tensor;
  argmin(...given: Given[]): unknown { return calls.argmin([this, ...given]); }

  /**
   * - `aten::argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor`
   * - `aten::argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor`
   * @example x.argsort({ stable, dim: -1, descending: false })
   */
  argsort(dim?: number, descending?: boolean): Tensor;
  argsort(options?: { dim?: number | undefined; descending?: boolean | undefined }): Tensor;
  argsort(dim?: number, options?: { descending?: boolean | undefined }): Tensor;
  argsort(options: { stable: boolean; dim?: number | undefined; descending?: boolean | undefined }): Tensor;
  argsort(...given: Given[]): unknown { return calls.argsort([this, ...given]); }

  /**
   * `aten::argwhere(Tensor self) -> Tensor`
   * @example x.argwhere()
   */
  argwhere(): Tensor;
  argwhere(...given: Given[]): unknown { return calls.argwhere([this, ...given]); }

  /**
   * `aten::as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)`
   * @example x.as_strided(size, stride, { storageOffset })
   */
  as_strided(size: readonly number[], stride: readonly number[], storageOffset?: number | null): Tensor;
  as_strided(size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined }): Tensor;
  as_strided(options: { size: readonly number[]; stride: readonly number[]; storageOffset?: number | null | undefined }): Tensor;
  as_strided(...given: Given[]): unknown { return calls.as_strided([this, ...given]); }

  /**
   * `aten::as_strided_(Tensor(a!) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a!)`
   * @example x.as_strided_(size, stride, { storageOffset })
   */
  as_strided_(size: readonly number[], stride: readonly number[], storageOffset?: number | null): this;
  as_strided_(size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined }): this;
  as_strided_(options: { size: readonly number[]; stride: readonly number[]; storageOffset?: number | null | undefined }): this;
  as_strided_(...given: Given[]): unknown { return calls.as_strided_([this, ...given]); }

  /**
   * `aten::as_strided_scatter(Tensor self, Tensor src, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor`
   * @example x.as_strided_scatter(src, size, stride, { storageOffset })
   */
  as_strided_scatter(src: Tensor, size: readonly number[], stride: readonly number[], storageOffset?: number | null): Tensor;
  as_strided_scatter(src: Tensor, size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined }): Tensor;
  as_strided_scatter(src: Tensor, options: { size: readonly number[]; stride: readonly number[]; storageOffset?: number | null | undefined }): Tensor;
  as_strided_scatter(...given: Given[]): unknown { return calls.as_strided_scatter([this, ...given]); }

  /**
   * `aten::asin(Tensor self) -> Tensor`
   * @example x.asin()
   */
  asin(): Tensor;
  asin(...given: Given[]): unknown { return calls.asin([this, ...given]); }

  /**
   * `aten::asin_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.asin_()
   */
  asin_(): this;
  asin_(...given: Given[]): unknown { return calls.asin_([this, ...given]); }

  /**
   * `aten::asinh(Tensor self) -> Tensor`
   * @example x.asinh()
   */
  asinh(): Tensor;
  asinh(...given: Given[]): unknown { return calls.asinh([this, ...given]); }

  /**
   * `aten::asinh_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.asinh_()
   */
  asinh_(): this;
  asinh_(...given: Given[]): unknown { return calls.asinh_([this, ...given]); }

  /**
   * `aten::atan(Tensor self) -> Tensor`
   * @example x.atan()
   */
  atan(): Tensor;
  atan(...given: Given[]): unknown { return calls.atan([this, ...given]); }

  /**
   * `aten::atan2(Tensor self, Tensor other) -> Tensor`
   * @example x.atan2(other)
   */
  atan2(other: Tensor): Tensor;
  atan2(...given: Given[]): unknown { return calls.atan2([this, ...given]); }

  /**
   * `aten::atan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.atan2_(other)
   */
  atan2_(other: Tensor): this;
  atan2_(...given: Given[]): unknown { return calls.atan2_([this, ...given]); }

  /**
   * `aten::atan_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.atan_()
   */
  atan_(): this;
  atan_(...given: Given[]): unknown { return calls.atan_([this, ...given]); }

  /**
   * `aten::atanh(Tensor self) -> Tensor`
   * @example x.atanh()
   */
  atanh(): Tensor;
  atanh(...given: Given[]): unknown { return calls.atanh([this, ...given]); }

  /**
   * `aten::atanh_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.atanh_()
   */
  atanh_(): this;
  atanh_(...given: Given[]): unknown { return calls.atanh_([this, ...given]); }

  /**
   * `aten::atleast_1d(Tensor self) -> Tensor`
   * @example x.atleast_1d()
   */
  atleast_1d(): Tensor;
  atleast_1d(...given: Given[]): unknown { return calls.atleast_1d([this, ...given]); }

  /**
   * `aten::atleast_2d(Tensor self) -> Tensor`
   * @example x.atleast_2d()
   */
  atleast_2d(): Tensor;
  atleast_2d(...given: Given[]): unknown { return calls.atleast_2d([this, ...given]); }

  /**
   * `aten::atleast_3d(Tensor self) -> Tensor`
   * @example x.atleast_3d()
   */
  atleast_3d(): Tensor;
  atleast_3d(...given: Given[]): unknown { return calls.atleast_3d([this, ...given]); }

  /**
   * `aten::avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True) -> Tensor`
   * @example x.avg_pool1d(kernelSize, { stride: [], padding: 0, ceilMode: false, countIncludePad: true })
   */
  avg_pool1d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceilMode?: boolean, countIncludePad?: boolean): Tensor;
  avg_pool1d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined }): Tensor;
  avg_pool1d(kernelSize: number | readonly number[], stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined }): Tensor;
  avg_pool1d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], options?: { ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined }): Tensor;
  avg_pool1d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceilMode?: boolean, options?: { countIncludePad?: boolean | undefined }): Tensor;
  avg_pool1d(options: { kernelSize: number | readonly number[]; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined }): Tensor;
  avg_pool1d(...given: Given[]): unknown { return calls.avg_pool1d([this, ...given]); }

  /**
   * `aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor`
   * @example x.avg_pool2d(kernelSize, { stride: [], padding: 0, ceilMode: false, countIncludePad: true, divisorOverride })
   */
  avg_pool2d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceilMode?: boolean, countIncludePad?: boolean, divisorOverride?: number | null): Tensor;
  avg_pool2d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined }): Tensor;
  avg_pool2d(kernelSize: number | readonly number[], stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined }): Tensor;
  avg_pool2d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], options?: { ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined }): Tensor;
  avg_pool2d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceilMode?: boolean, options?: { countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined }): Tensor;
  avg_pool2d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceilMode?: boolean, countIncludePad?: boolean, options?: { divisorOverride?: number | null | undefined }): Tensor;
  avg_pool2d(options: { kernelSize: number | readonly number[]; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined }): Tensor;
  avg_pool2d(...given: Given[]): unknown { return calls.avg_pool2d([this, ...given]); }

  /**
   * `aten::avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor`
   * @example x.avg_pool3d(kernelSize, { stride: [], padding: 0, ceilMode: false, countIncludePad: true, divisorOverride })
   */
  avg_pool3d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceilMode?: boolean, countIncludePad?: boolean, divisorOverride?: number | null): Tensor;
  avg_pool3d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined }): Tensor;
  avg_pool3d(kernelSize: number | readonly number[], stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined }): Tensor;
  avg_pool3d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], options?: { ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined }): Tensor;
  avg_pool3d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceilMode?: boolean, options?: { countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined }): Tensor;
  avg_pool3d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceilMode?: boolean, countIncludePad?: boolean, options?: { divisorOverride?: number | null | undefined }): Tensor;
  avg_pool3d(options: { kernelSize: number | readonly number[]; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined }): Tensor;
  avg_pool3d(...given: Given[]): unknown { return calls.avg_pool3d([this, ...given]); }

  /**
   * - `aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   * - `aten::baddbmm.dtype(Tensor self, Tensor batch1, Tensor batch2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   * @example x.baddbmm(batch1, batch2, { beta: 1, alpha: 1 })
   */
  baddbmm(batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): Tensor;
  baddbmm(batch1: Tensor, batch2: Tensor, outDtype: DType, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): Tensor;
  baddbmm(batch1: Tensor, batch2: Tensor, options: { outDtype: DType; beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): Tensor;
  baddbmm(...given: Given[]): unknown { return calls.baddbmm([this, ...given]); }

  /**
   * `aten::baddbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)`
   * @example x.baddbmm_(batch1, batch2, { beta: 1, alpha: 1 })
   */
  baddbmm_(batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | Complex | undefined; alpha?: Scalar | Complex | undefined }): this;
  baddbmm_(...given: Given[]): unknown { return calls.baddbmm_([this, ...given]); }

  /**
   * - `aten::bernoulli(Tensor self, *, Generator? generator=None) -> Tensor`
   * - `aten::bernoulli.Tensor(Tensor self, Tensor p, *, Generator? generator=None) -> Tensor`
   * - `aten::bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor`
   * @example x.bernoulli(p)
   */
  bernoulli(options?: { generator?: Generator | null | undefined }): Tensor;
  bernoulli(p: Tensor | number, options?: { generator?: Generator | null | undefined }): Tensor;
  bernoulli(options: { p: number; generator?: Generator | null | undefined }): Tensor;
  bernoulli(...given: Given[]): unknown { return calls.bernoulli([this, ...given]); }

  /**
   * - `aten::bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!)`
   * - `aten::bernoulli_.Tensor(Tensor(a!) self, Tensor p, *, Generator? generator=None) -> Tensor(a!)`
   * @example x.bernoulli_(p)
   */
  bernoulli_(p?: number, options?: { generator?: Generator | null | undefined }): this;
  bernoulli_(options?: { p?: number | undefined; generator?: Generator | null | undefined }): this;
  bernoulli_(p: Tensor, options?: { generator?: Generator | null | undefined }): this;
  bernoulli_(...given: Given[]): unknown { return calls.bernoulli_([this, ...given]); }

  /**
   * `aten::binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, int reduction=1) -> Tensor`
   * @example x.binary_cross_entropy(target, { weight, reduction: 1 })
   */
  binary_cross_entropy(target: Tensor, weight?: Tensor | null, reduction?: number): Tensor;
  binary_cross_entropy(target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined }): Tensor;
  binary_cross_entropy(target: Tensor, weight?: Tensor | null, options?: { reduction?: number | undefined }): Tensor;
  binary_cross_entropy(...given: Given[]): unknown { return calls.binary_cross_entropy([this, ...given]); }

  /**
   * `aten::binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) -> Tensor`
   * @example x.binary_cross_entropy_with_logits(target, { weight, posWeight, reduction: 1 })
   */
  binary_cross_entropy_with_logits(target: Tensor, weight?: Tensor | null, posWeight?: Tensor | null, reduction?: number): Tensor;
  binary_cross_entropy_with_logits(target: Tensor, options?: { weight?: Tensor | null | undefined; posWeight?: Tensor | null | undefined; reduction?: number | undefined }): Tensor;
  binary_cross_entropy_with_logits(target: Tensor, weight?: Tensor | null, options?: { posWeight?: Tensor | null | undefined; reduction?: number | undefined }): Tensor;
  binary_cross_entropy_with_logits(target: Tensor, weight?: Tensor | null, posWeight?: Tensor | null, options?: { reduction?: number | undefined }): Tensor;
  binary_cross_entropy_with_logits(...given: Given[]): unknown { return calls.binary_cross_entropy_with_logits([this, ...given]); }

  /**
   * `aten::bincount(Tensor self, Tensor? weights=None, SymInt minlength=0) -> Tensor`
   * @example x.bincount({ weights, minlength: 0 })
   */
  bincount(weights?: Tensor | null, minlength?: number): Tensor;
  bincount(options?: { weights?: Tensor | null | undefined; minlength?: number | undefined }): Tensor;
  bincount(weights?: Tensor | null, options?: { minlength?: number | undefined }): Tensor;
  bincount(...given: Given[]): unknown { return calls.bincount([this, ...given]); }

  /**
   * - `aten::bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::bitwise_and.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.bitwise_and(other)
   */
  bitwise_and(other: Tensor | Scalar | Complex): Tensor;
  bitwise_and(...given: Given[]): unknown { return calls.bitwise_and([this, ...given]); }

  /**
   * - `aten::bitwise_and_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::bitwise_and_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.bitwise_and_(other)
   */
  bitwise_and_(other: Tensor | Scalar | Complex): this;
  bitwise_and_(...given: Given[]): unknown { return calls.bitwise_and_([this, ...given]); }

  /**
   * - `aten::bitwise_left_shift.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::bitwise_left_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.bitwise_left_shift(other)
   */
  bitwise_left_shift(other: Tensor | Scalar | Complex): Tensor;
  bitwise_left_shift(...given: Given[]): unknown { return calls.bitwise_left_shift([this, ...given]); }

  /**
   * - `aten::bitwise_left_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::bitwise_left_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.bitwise_left_shift_(other)
   */
  bitwise_left_shift_(other: Tensor | Scalar | Complex): this;
  bitwise_left_shift_(...given: Given[]): unknown { return calls.bitwise_left_shift_([this, ...given]); }

  /**
   * `aten::bitwise_not(Tensor self) -> Tensor`
   * @example x.bitwise_not()
   */
  bitwise_not(): Tensor;
  bitwise_not(...given: Given[]): unknown { return calls.bitwise_not([this, ...given]); }

  /**
   * `aten::bitwise_not_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.bitwise_not_()
   */
  bitwise_not_(): this;
  bitwise_not_(...given: Given[]): unknown { return calls.bitwise_not_([this, ...given]); }

  /**
   * - `aten::bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::bitwise_or.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.bitwise_or(other)
   */
  bitwise_or(other: Tensor | Scalar | Complex): Tensor;
  bitwise_or(...given: Given[]): unknown { return calls.bitwise_or([this, ...given]); }

  /**
   * - `aten::bitwise_or_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::bitwise_or_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.bitwise_or_(other)
   */
  bitwise_or_(other: Tensor | Scalar | Complex): this;
  bitwise_or_(...given: Given[]): unknown { return calls.bitwise_or_([this, ...given]); }

  /**
   * - `aten::bitwise_right_shift.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::bitwise_right_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.bitwise_right_shift(other)
   */
  bitwise_right_shift(other: Tensor | Scalar | Complex): Tensor;
  bitwise_right_shift(...given: Given[]): unknown { return calls.bitwise_right_shift([this, ...given]); }

  /**
   * - `aten::bitwise_right_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::bitwise_right_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.bitwise_right_shift_(other)
   */
  bitwise_right_shift_(other: Tensor | Scalar | Complex): this;
  bitwise_right_shift_(...given: Given[]): unknown { return calls.bitwise_right_shift_([this, ...given]); }

  /**
   * - `aten::bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::bitwise_xor.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.bitwise_xor(other)
   */
  bitwise_xor(other: Tensor | Scalar | Complex): Tensor;
  bitwise_xor(...given: Given[]): unknown { return calls.bitwise_xor([this, ...given]); }

  /**
   * - `aten::bitwise_xor_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::bitwise_xor_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.bitwise_xor_(other)
   */
  bitwise_xor_(other: Tensor | Scalar | Complex): this;
  bitwise_xor_(...given: Given[]): unknown { return calls.bitwise_xor_([this, ...given]); }

  /**
   * - `aten::bmm(Tensor self, Tensor mat2) -> Tensor`
   * - `aten::bmm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`
   * @example x.bmm(mat2)
   */
  bmm(mat2: Tensor): Tensor;
  bmm(mat2: Tensor, outDtype: DType): Tensor;
  bmm(mat2: Tensor, options: { outDtype: DType }): Tensor;
  bmm(...given: Given[]): unknown { return calls.bmm([this, ...given]); }

  /**
   * `aten::broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)`
   * @example x.broadcast_to(size)
   */
  broadcast_to(size: readonly number[]): Tensor;
  broadcast_to(options: { size: readonly number[] }): Tensor;
  broadcast_to(...given: Given[]): unknown { return calls.broadcast_to([this, ...given]); }

  /**
   * `aten::bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor`
   * @example x.bucketize(boundaries, { outInt32: false, right: false })
   */
  bucketize(boundaries: Tensor, options?: { outInt32?: boolean | undefined; right?: boolean | undefined }): Tensor;
  bucketize(...given: Given[]): unknown { return calls.bucketize([this, ...given]); }

  /**
   * `aten::cauchy(Tensor self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor`
   * @example x.cauchy({ median: 0, sigma: 1 })
   */
  cauchy(median?: number, sigma?: number, options?: { generator?: Generator | null | undefined }): Tensor;
  cauchy(options?: { median?: number | undefined; sigma?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  cauchy(median?: number, options?: { sigma?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  cauchy(...given: Given[]): unknown { return calls.cauchy([this, ...given]); }

  /**
   * `aten::cauchy_(Tensor(a!) self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor(a!)`
   * @example x.cauchy_({ median: 0, sigma: 1 })
   */
  cauchy_(median?: number, sigma?: number, options?: { generator?: Generator | null | undefined }): this;
  cauchy_(options?: { median?: number | undefined; sigma?: number | undefined; generator?: Generator | null | undefined }): this;
  cauchy_(median?: number, options?: { sigma?: number | undefined; generator?: Generator | null | undefined }): this;
  cauchy_(...given: Given[]): unknown { return calls.cauchy_([this, ...given]); }

  /**
   * `aten::ceil(Tensor self) -> Tensor`
   * @example x.ceil()
   */
  ceil(): Tensor;
  ceil(...given: Given[]): unknown { return calls.ceil([this, ...given]); }

  /**
   * `aten::ceil_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.ceil_()
   */
  ceil_(): this;
  ceil_(...given: Given[]): unknown { return calls.ceil_([this, ...given]); }

  /**
   * `aten::celu(Tensor self, Scalar alpha=1.) -> Tensor`
   * @example x.celu({ alpha: 1 })
   */
  celu(alpha?: Scalar | Complex): Tensor;
  celu(options?: { alpha?: Scalar | Complex | undefined }): Tensor;
  celu(...given: Given[]): unknown { return calls.celu([this, ...given]); }

  /**
   * `aten::celu_(Tensor(a!) self, Scalar alpha=1.) -> Tensor(a!)`
   * @example x.celu_({ alpha: 1 })
   */
  celu_(alpha?: Scalar | Complex): this;
  celu_(options?: { alpha?: Scalar | Complex | undefined }): this;
  celu_(...given: Given[]): unknown { return calls.celu_([this, ...given]); }

  /**
   * `aten::chalf(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor`
   * @example x.chalf()
   */
  chalf(options?: { memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  chalf(...given: Given[]): unknown { return calls.chalf([this, ...given]); }

  /**
   * `aten::channel_shuffle(Tensor self, SymInt groups) -> Tensor`
   * @example x.channel_shuffle(groups)
   */
  channel_shuffle(groups: number): Tensor;
  channel_shuffle(options: { groups: number }): Tensor;
  channel_shuffle(...given: Given[]): unknown { return calls.channel_shuffle([this, ...given]); }

  /**
   * `aten::cholesky_inverse(Tensor self, bool upper=False) -> Tensor`
   * @example x.cholesky_inverse({ upper: false })
   */
  cholesky_inverse(upper?: boolean): Tensor;
  cholesky_inverse(options?: { upper?: boolean | undefined }): Tensor;
  cholesky_inverse(...given: Given[]): unknown { return calls.cholesky_inverse([this, ...given]); }

  /**
   * `aten::cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor`
   * @example x.cholesky_solve(input2, { upper: false })
   */
  cholesky_solve(input2: Tensor, upper?: boolean): Tensor;
  cholesky_solve(input2: Tensor, options?: { upper?: boolean | undefined }): Tensor;
  cholesky_solve(...given: Given[]): unknown { return calls.cholesky_solve([this, ...given]); }

  /**
   * `aten::chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]`
   * @example x.chunk(chunks, { dim: 0 })
   */
  chunk(chunks: number, dim?: number): Tensor[];
  chunk(chunks: number, options?: { dim?: number | undefined }): Tensor[];
  chunk(options: { chunks: number; dim?: number | undefined }): Tensor[];
  chunk(...given: Given[]): unknown { return calls.chunk([this, ...given]); }

  /**
   * - `aten::clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor`
   * - `aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`
   * @example x.clamp({ min, max })
   */
  clamp(min?: Tensor | null, max?: Tensor | null): Tensor;
  clamp(options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined }): Tensor;
  clamp(min?: Tensor | null, options?: { max?: Tensor | null | undefined }): Tensor;
  clamp(min?: Scalar | Complex | null, max?: Scalar | Complex | null): Tensor;
  clamp(options?: { min?: Scalar | Complex | null | undefined; max?: Scalar | Complex | null | undefined }): Tensor;
  clamp(min?: Scalar | Complex | null, options?: { max?: Scalar | Complex | null | undefined }): Tensor;
  clamp(...given: Given[]): unknown { return calls.clamp([this, ...given]); }

  /**
   * - `aten::clamp_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)`
   * - `aten::clamp_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)`
   * @example x.clamp_({ min, max })
   */
  clamp_(min?: Tensor | null, max?: Tensor | null): this;
  clamp_(options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined }): this;
  clamp_(min?: Tensor | null, options?: { max?: Tensor | null | undefined }): this;
  clamp_(min?: Scalar | Complex | null, max?: Scalar | Complex | null): this;
  clamp_(options?: { min?: Scalar | Complex | null | undefined; max?: Scalar | Complex | null | undefined }): this;
  clamp_(min?: Scalar | Complex | null, options?: { max?: Scalar | Complex | null | undefined }): this;
  clamp_(...given: Given[]): unknown { return calls.clamp_([this, ...given]); }

  /**
   * - `aten::clamp_max.Tensor(Tensor self, Tensor max) -> Tensor`
   * - `aten::clamp_max(Tensor self, Scalar max) -> Tensor`
   * @example x.clamp_max(max)
   */
  clamp_max(max: Tensor | Scalar | Complex): Tensor;
  clamp_max(options: { max: Scalar | Complex }): Tensor;
  clamp_max(...given: Given[]): unknown { return calls.clamp_max([this, ...given]); }

  /**
   * - `aten::clamp_max_.Tensor(Tensor(a!) self, Tensor max) -> Tensor(a!)`
   * - `aten::clamp_max_(Tensor(a!) self, Scalar max) -> Tensor(a!)`
   * @example x.clamp_max_(max)
   */
  clamp_max_(max: Tensor | Scalar | Complex): this;
  clamp_max_(options: { max: Scalar | Complex }): this;
  clamp_max_(...given: Given[]): unknown { return calls.clamp_max_([this, ...given]); }

  /**
   * - `aten::clamp_min.Tensor(Tensor self, Tensor min) -> Tensor`
   * - `aten::clamp_min(Tensor self, Scalar min) -> Tensor`
   * @example x.clamp_min(min)
   */
  clamp_min(min: Tensor | Scalar | Complex): Tensor;
  clamp_min(options: { min: Scalar | Complex }): Tensor;
  clamp_min(...given: Given[]): unknown { return calls.clamp_min([this, ...given]); }

  /**
   * - `aten::clamp_min_.Tensor(Tensor(a!) self, Tensor min) -> Tensor(a!)`
   * - `aten::clamp_min_(Tensor(a!) self, Scalar min) -> Tensor(a!)`
   * @example x.clamp_min_(min)
   */
  clamp_min_(min: Tensor | Scalar | Complex): this;
  clamp_min_(options: { min: Scalar | Complex }): this;
  clamp_min_(...given: Given[]): unknown { return calls.clamp_min_([this, ...given]); }

  /**
   * - `aten::clip.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor`
   * - `aten::clip(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`
   * @example x.clip({ min, max })
   */
  clip(min?: Tensor | null, max?: Tensor | null): Tensor;
  clip(options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined }): Tensor;
  clip(min?: Tensor | null, options?: { max?: Tensor | null | undefined }): Tensor;
  clip(min?: Scalar | Complex | null, max?: Scalar | Complex | null): Tensor;
  clip(options?: { min?: Scalar | Complex | null | undefined; max?: Scalar | Complex | null | undefined }): Tensor;
  clip(min?: Scalar | Complex | null, options?: { max?: Scalar | Complex | null | undefined }): Tensor;
  clip(...given: Given[]): unknown { return calls.clip([this, ...given]); }

  /**
   * - `aten::clip_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)`
   * - `aten::clip_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)`
   * @example x.clip_({ min, max })
   */
  clip_(min?: Tensor | null, max?: Tensor | null): this;
  clip_(options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined }): this;
  clip_(min?: Tensor | null, options?: { max?: Tensor | null | undefined }): this;
  clip_(min?: Scalar | Complex | null, max?: Scalar | Complex | null): this;
  clip_(options?: { min?: Scalar | Complex | null | undefined; max?: Scalar | Complex | null | undefined }): this;
  clip_(min?: Scalar | Complex | null, options?: { max?: Scalar | Complex | null | undefined }): this;
  clip_(...given: Given[]): unknown { return calls.clip_([this, ...given]); }

  /**
   * `aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor`
   * @example x.clone()
   */
  clone(options?: { memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  clone(...given: Given[]): unknown { return calls.clone([this, ...given]); }

  /**
   * `aten::col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor`
   * @example x.col2im(outputSize, kernelSize, dilation, padding, stride)
   */
  col2im(outputSize: number | readonly number[], kernelSize: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[]): Tensor;
  col2im(options: { outputSize: number | readonly number[]; kernelSize: number | readonly number[]; dilation: number | readonly number[]; padding: number | readonly number[]; stride: number | readonly number[] }): Tensor;
  col2im(...given: Given[]): unknown { return calls.col2im([this, ...given]); }

  /**
   * `aten::combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor`
   * @example x.combinations({ r: 2, withReplacement: false })
   */
  combinations(r?: number, withReplacement?: boolean): Tensor;
  combinations(options?: { r?: number | undefined; withReplacement?: boolean | undefined }): Tensor;
  combinations(r?: number, options?: { withReplacement?: boolean | undefined }): Tensor;
  combinations(...given: Given[]): unknown { return calls.combinations([this, ...given]); }

  /**
   * `aten::conj(Tensor(a) self) -> Tensor(a)`
   * @example x.conj()
   */
  conj(): Tensor;
  conj(...given: Given[]): unknown { return calls.conj([this, ...given]); }

  /**
   * `aten::conj_physical(Tensor self) -> Tensor`
   * @example x.conj_physical()
   */
  conj_physical(): Tensor;
  conj_physical(...given: Given[]): unknown { return calls.conj_physical([this, ...given]); }

  /**
   * `aten::conj_physical_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.conj_physical_()
   */
  conj_physical_(): this;
  conj_physical_(...given: Given[]): unknown { return calls.conj_physical_([this, ...given]); }

  /**
   * `aten::constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor`
   * @example x.constant_pad_nd(pad, { value: 0 })
   */
  constant_pad_nd(pad: readonly number[], value?: Scalar | Complex): Tensor;
  constant_pad_nd(pad: readonly number[], options?: { value?: Scalar | Complex | undefined }): Tensor;
  constant_pad_nd(options: { pad: readonly number[]; value?: Scalar | Complex | undefined }): Tensor;
  constant_pad_nd(...given: Given[]): unknown { return calls.constant_pad_nd([this, ...given]); }

  /**
   * `aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=0) -> Tensor(a)`
   * @example x.contiguous()
   */
  contiguous(options?: { memoryFormat?: MemoryFormat | undefined }): Tensor;
  contiguous(...given: Given[]): unknown { return calls.contiguous([this, ...given]); }

  /**
   * `aten::conv_tbc(Tensor self, Tensor weight, Tensor bias, int pad=0) -> Tensor`
   * @example x.conv_tbc(weight, bias, { pad: 0 })
   */
  conv_tbc(weight: Tensor, bias: Tensor, pad?: number): Tensor;
  conv_tbc(weight: Tensor, bias: Tensor, options?: { pad?: number | undefined }): Tensor;
  conv_tbc(...given: Given[]): unknown { return calls.conv_tbc([this, ...given]); }

  /**
   * `aten::copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor`
   * @example x.copy(src, { nonBlocking: false })
   */
  copy(src: Tensor, nonBlocking?: boolean): Tensor;
  copy(src: Tensor, options?: { nonBlocking?: boolean | undefined }): Tensor;
  copy(...given: Given[]): unknown { return calls.copy([this, ...given]); }

  /**
   * `aten::copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)`
   * @example x.copy_(src, { nonBlocking: false })
   */
  copy_(src: Tensor, nonBlocking?: boolean): this;
  copy_(src: Tensor, options?: { nonBlocking?: boolean | undefined }): this;
  copy_(...given: Given[]): unknown { return calls.copy_([this, ...given]); }

  /**
   * - `aten::copysign.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::copysign.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.copysign(other)
   */
  copysign(other: Tensor | Scalar | Complex): Tensor;
  copysign(...given: Given[]): unknown { return calls.copysign([this, ...given]); }

  /**
   * - `aten::copysign_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::copysign_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.copysign_(other)
   */
  copysign_(other: Tensor | Scalar | Complex): this;
  copysign_(...given: Given[]): unknown { return calls.copysign_([this, ...given]); }

  /**
   * `aten::corrcoef(Tensor self) -> Tensor`
   * @example x.corrcoef()
   */
  corrcoef(): Tensor;
  corrcoef(...given: Given[]): unknown { return calls.corrcoef([this, ...given]); }

  /**
   * `aten::cos(Tensor self) -> Tensor`
   * @example x.cos()
   */
  cos(): Tensor;
  cos(...given: Given[]): unknown { return calls.cos([this, ...given]); }

  /**
   * `aten::cos_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.cos_()
   */
  cos_(): this;
  cos_(...given: Given[]): unknown { return calls.cos_([this, ...given]); }

  /**
   * `aten::cosh(Tensor self) -> Tensor`
   * @example x.cosh()
   */
  cosh(): Tensor;
  cosh(...given: Given[]): unknown { return calls.cosh([this, ...given]); }

  /**
   * `aten::cosh_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.cosh_()
   */
  cosh_(): this;
  cosh_(...given: Given[]): unknown { return calls.cosh_([this, ...given]); }

  /**
   * - `aten::count_nonzero(Tensor self, int? dim=None) -> Tensor`
   * - `aten::count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor`
   * @example x.count_nonzero({ dim })
   */
  count_nonzero(dim?: number | null): Tensor;
  count_nonzero(options?: { dim?: number | null | undefined }): Tensor;
  count_nonzero(dim: readonly number[]): Tensor;
  count_nonzero(options: { dim: readonly number[] }): Tensor;
  count_nonzero(...given: Given[]): unknown { return calls.count_nonzero([this, ...given]); }

  /**
   * `aten::cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor`
   * @example x.cov({ correction: 1, fweights, aweights })
   */
  cov(options?: { correction?: number | undefined; fweights?: Tensor | null | undefined; aweights?: Tensor | null | undefined }): Tensor;
  cov(...given: Given[]): unknown { return calls.cov([this, ...given]); }

  /**
   * `aten::cross(Tensor self, Tensor other, int? dim=None) -> Tensor`
   * @example x.cross(other, { dim })
   */
  cross(other: Tensor, dim?: number | null): Tensor;
  cross(other: Tensor, options?: { dim?: number | null | undefined }): Tensor;
  cross(...given: Given[]): unknown { return calls.cross([this, ...given]); }

  /**
   * `aten::cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100, float label_smoothing=0.) -> Tensor`
   * @example x.cross_entropy_loss(target, { weight, reduction: 1, ignoreIndex: -100, labelSmoothing: 0 })
   */
  cross_entropy_loss(target: Tensor, weight?: Tensor | null, reduction?: number, ignoreIndex?: number, labelSmoothing?: number): Tensor;
  cross_entropy_loss(target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined; labelSmoothing?: number | undefined }): Tensor;
  cross_entropy_loss(target: Tensor, weight?: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined; labelSmoothing?: number | undefined }): Tensor;
  cross_entropy_loss(target: Tensor, weight?: Tensor | null, reduction?: number, options?: { ignoreIndex?: number | undefined; labelSmoothing?: number | undefined }): Tensor;
  cross_entropy_loss(target: Tensor, weight?: Tensor | null, reduction?: number, ignoreIndex?: number, options?: { labelSmoothing?: number | undefined }): Tensor;
  cross_entropy_loss(...given: Given[]): unknown { return calls.cross_entropy_loss([this, ...given]); }

  /**
   * `aten::cummax(Tensor self, int dim) -> (Tensor values, Tensor indices)`
   * @example x.cummax(dim)
   */
  cummax(dim: number): [values: Tensor, indices: Tensor];
  cummax(options: { dim: number }): [values: Tensor, indices: Tensor];
  cummax(...given: Given[]): unknown { return calls.cummax([this, ...given]); }

  /**
   * `aten::cummin(Tensor self, int dim) -> (Tensor values, Tensor indices)`
   * @example x.cummin(dim)
   */
  cummin(dim: number): [values: Tensor, indices: Tensor];
  cummin(options: { dim: number }): [values: Tensor, indices: Tensor];
  cummin(...given: Given[]): unknown { return calls.cummin([this, ...given]); }

  /**
   * `aten::cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor`
   * @example x.cumprod(dim)
   */
  cumprod(dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
  cumprod(options: { dim: number; dtype?: DType | null | undefined }): Tensor;
  cumprod(...given: Given[]): unknown { return calls.cumprod([this, ...given]); }

  /**
   * `aten::cumprod_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)`
   * @example x.cumprod_(dim)
   */
  cumprod_(dim: number, options?: { dtype?: DType | null | undefined }): this;
  cumprod_(options: { dim: number; dtype?: DType | null | undefined }): this;
  cumprod_(...given: Given[]): unknown { return calls.cumprod_([this, ...given]); }

  /**
   * `aten::cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor`
   * @example x.cumsum(dim)
   */
  cumsum(dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
  cumsum(options: { dim: number; dtype?: DType | null | undefined }): Tensor;
  cumsum(...given: Given[]): unknown { return calls.cumsum([this, ...given]); }

  /**
   * `aten::cumsum_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)`
   * @example x.cumsum_(dim)
   */
  cumsum_(dim: number, options?: { dtype?: DType | null | undefined }): this;
  cumsum_(options: { dim: number; dtype?: DType | null | undefined }): this;
  cumsum_(...given: Given[]): unknown { return calls.cumsum_([this, ...given]); }

  /**
   * `aten::deg2rad(Tensor self) -> Tensor`
   * @example x.deg2rad()
   */
  deg2rad(): Tensor;
  deg2rad(...given: Given[]): unknown { return calls.deg2rad([this, ...given]); }

  /**
   * `aten::deg2rad_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.deg2rad_()
   */
  deg2rad_(): this;
  deg2rad_(...given: Given[]): unknown { return calls.deg2rad_([this, ...given]); }

  /**
   * `aten::det(Tensor self) -> Tensor`
   * @example x.det()
   */
  det(): Tensor;
  det(...given: Given[]): unknown { return calls.det([this, ...given]); }

  /**
   * `aten::detach(Tensor(a) self) -> Tensor(a)`
   * @example x.detach()
   */
  detach(): Tensor;
  detach(...given: Given[]): unknown { return calls.detach([this, ...given]); }

  /**
   * `aten::diag(Tensor self, int diagonal=0) -> Tensor`
   * @example x.diag({ diagonal: 0 })
   */
  diag(diagonal?: number): Tensor;
  diag(options?: { diagonal?: number | undefined }): Tensor;
  diag(...given: Given[]): unknown { return calls.diag([this, ...given]); }

  /**
   * `aten::diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor`
   * @example x.diag_embed({ offset: 0, dim1: -2, dim2: -1 })
   */
  diag_embed(offset?: number, dim1?: number, dim2?: number): Tensor;
  diag_embed(options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined }): Tensor;
  diag_embed(offset?: number, options?: { dim1?: number | undefined; dim2?: number | undefined }): Tensor;
  diag_embed(offset?: number, dim1?: number, options?: { dim2?: number | undefined }): Tensor;
  diag_embed(...given: Given[]): unknown { return calls.diag_embed([this, ...given]); }

  /**
   * `aten::diagflat(Tensor self, int offset=0) -> Tensor`
   * @example x.diagflat({ offset: 0 })
   */
  diagflat(offset?: number): Tensor;
  diagflat(options?: { offset?: number | undefined }): Tensor;
  diagflat(...given: Given[]): unknown { return calls.diagflat([this, ...given]); }

  /**
   * `aten::diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)`
   * @example x.diagonal({ offset: 0, dim1: 0, dim2: 1 })
   */
  diagonal(offset?: number, dim1?: number, dim2?: number): Tensor;
  diagonal(options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined }): Tensor;
  diagonal(offset?: number, options?: { dim1?: number | undefined; dim2?: number | undefined }): Tensor;
  diagonal(offset?: number, dim1?: number, options?: { dim2?: number | undefined }): Tensor;
  diagonal(...given: Given[]): unknown { return calls.diagonal([this, ...given]); }

  /**
   * `aten::diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor`
   * @example x.diagonal_scatter(src, { offset: 0, dim1: 0, dim2: 1 })
   */
  diagonal_scatter(src: Tensor, offset?: number, dim1?: number, dim2?: number): Tensor;
  diagonal_scatter(src: Tensor, options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined }): Tensor;
  diagonal_scatter(src: Tensor, offset?: number, options?: { dim1?: number | undefined; dim2?: number | undefined }): Tensor;
  diagonal_scatter(src: Tensor, offset?: number, dim1?: number, options?: { dim2?: number | undefined }): Tensor;
  diagonal_scatter(...given: Given[]): unknown { return calls.diagonal_scatter([this, ...given]); }

  /**
   * `aten::diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor`
   * @example x.diff({ n: 1, dim: -1, prepend, append })
   */
  diff(n?: number, dim?: number, prepend?: Tensor | null, append?: Tensor | null): Tensor;
  diff(options?: { n?: number | undefined; dim?: number | undefined; prepend?: Tensor | null | undefined; append?: Tensor | null | undefined }): Tensor;
  diff(n?: number, options?: { dim?: number | undefined; prepend?: Tensor | null | undefined; append?: Tensor | null | undefined }): Tensor;
  diff(n?: number, dim?: number, options?: { prepend?: Tensor | null | undefined; append?: Tensor | null | undefined }): Tensor;
  diff(n?: number, dim?: number, prepend?: Tensor | null, options?: { append?: Tensor | null | undefined }): Tensor;
  diff(...given: Given[]): unknown { return calls.diff([this, ...given]); }

  /**
   * `aten::digamma(Tensor self) -> Tensor`
   * @example x.digamma()
   */
  digamma(): Tensor;
  digamma(...given: Given[]): unknown { return calls.digamma([this, ...given]); }

  /**
   * `aten::digamma_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.digamma_()
   */
  digamma_(): this;
  digamma_(...given: Given[]): unknown { return calls.digamma_([this, ...given]); }

  /**
   * `aten::dist(Tensor self, Tensor other, Scalar p=2) -> Tensor`
   * @example x.dist(other, { p: 2 })
   */
  dist(other: Tensor, p?: Scalar | Complex): Tensor;
  dist(other: Tensor, options?: { p?: Scalar | Complex | undefined }): Tensor;
  dist(...given: Given[]): unknown { return calls.dist([this, ...given]); }

  /**
   * - `aten::div.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::div.Scalar(Tensor self, Scalar other) -> Tensor`
   * - `aten::div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor`
   * - `aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`
   * @example x.div(other, { roundingMode })
   */
  div(other: Tensor | Scalar | Complex): Tensor;
  div(other: Scalar | Complex | Tensor, options?: { roundingMode?: string | null | undefined }): Tensor;
  div(...given: Given[]): unknown { return calls.div([this, ...given]); }

  /**
   * - `aten::div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::div_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * - `aten::div_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)`
   * - `aten::div_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)`
   * @example x.div_(other, { roundingMode })
   */
  div_(other: Tensor | Scalar | Complex): this;
  div_(other: Scalar | Complex | Tensor, options?: { roundingMode?: string | null | undefined }): this;
  div_(...given: Given[]): unknown { return calls.div_([this, ...given]); }

  /**
   * - `aten::divide.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::divide.Scalar(Tensor self, Scalar other) -> Tensor`
   * - `aten::divide.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor`
   * - `aten::divide.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`
   * @example x.divide(other, { roundingMode })
   */
  divide(other: Tensor | Scalar | Complex): Tensor;
  divide(other: Scalar | Complex | Tensor, options?: { roundingMode?: string | null | undefined }): Tensor;
  divide(...given: Given[]): unknown { return calls.divide([this, ...given]); }

  /**
   * - `aten::divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * - `aten::divide_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)`
   * - `aten::divide_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)`
   * @example x.divide_(other, { roundingMode })
   */
  divide_(other: Tensor | Scalar | Complex): this;
  divide_(other: Scalar | Complex | Tensor, options?: { roundingMode?: string | null | undefined }): this;
  divide_(...given: Given[]): unknown { return calls.divide_([this, ...given]); }

  /**
   * `aten::dot(Tensor self, Tensor tensor) -> Tensor`
   * @example x.dot(tensor)
   */
  dot(tensor: Tensor): Tensor;
  dot(...given: Given[]): unknown { return calls.dot([this, ...given]); }

  /**
   * `aten::dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)`
   * @example x.dropout_(p, train)
   */
  dropout_(p: number, train: boolean): this;
  dropout_(options: { p: number; train: boolean }): this;
  dropout_(...given: Given[]): unknown { return calls.dropout_([this, ...given]); }

  /**
   * - `aten::dsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]`
   * - `aten::dsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]`
   * @example x.dsplit(indices)
   */
  dsplit(indices: readonly number[]): Tensor[];
  dsplit(options: { indices: readonly number[] }): Tensor[];
  dsplit(sections: number): Tensor[];
  dsplit(options: { sections: number }): Tensor[];
  dsplit(...given: Given[]): unknown { return calls.dsplit([this, ...given]); }

  /**
   * `aten::elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor`
   * @example x.elu({ alpha: 1, scale: 1, inputScale: 1 })
   */
  elu(alpha?: Scalar | Complex, scale?: Scalar | Complex, inputScale?: Scalar | Complex): Tensor;
  elu(options?: { alpha?: Scalar | Complex | undefined; scale?: Scalar | Complex | undefined; inputScale?: Scalar | Complex | undefined }): Tensor;
  elu(alpha?: Scalar | Complex, options?: { scale?: Scalar | Complex | undefined; inputScale?: Scalar | Complex | undefined }): Tensor;
  elu(alpha?: Scalar | Complex, scale?: Scalar | Complex, options?: { inputScale?: Scalar | Complex | undefined }): Tensor;
  elu(...given: Given[]): unknown { return calls.elu([this, ...given]); }

  /**
   * `aten::elu_(Tensor(a!) self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor(a!)`
   * @example x.elu_({ alpha: 1, scale: 1, inputScale: 1 })
   */
  elu_(alpha?: Scalar | Complex, scale?: Scalar | Complex, inputScale?: Scalar | Complex): this;
  elu_(options?: { alpha?: Scalar | Complex | undefined; scale?: Scalar | Complex | undefined; inputScale?: Scalar | Complex | undefined }): this;
  elu_(alpha?: Scalar | Complex, options?: { scale?: Scalar | Complex | undefined; inputScale?: Scalar | Complex | undefined }): this;
  elu_(alpha?: Scalar | Complex, scale?: Scalar | Complex, options?: { inputScale?: Scalar | Complex | undefined }): this;
  elu_(...given: Given[]): unknown { return calls.elu_([this, ...given]); }

  /**
   * `aten::embedding_renorm(Tensor self, Tensor indices, float max_norm, float norm_type) -> Tensor`
   * @example x.embedding_renorm(indices, maxNorm, normType)
   */
  embedding_renorm(indices: Tensor, maxNorm: number, normType: number): Tensor;
  embedding_renorm(indices: Tensor, options: { maxNorm: number; normType: number }): Tensor;
  embedding_renorm(...given: Given[]): unknown { return calls.embedding_renorm([this, ...given]); }

  /**
   * `aten::embedding_renorm_(Tensor(a!) self, Tensor indices, float max_norm, float norm_type) -> Tensor(a!)`
   * @example x.embedding_renorm_(indices, maxNorm, normType)
   */
  embedding_renorm_(indices: Tensor, maxNorm: number, normType: number): this;
  embedding_renorm_(indices: Tensor, options: { maxNorm: number; normType: number }): this;
  embedding_renorm_(...given: Given[]): unknown { return calls.embedding_renorm_([this, ...given]); }

  /**
   * `aten::empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * @example x.empty_like()
   */
  empty_like(options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  empty_like(...given: Given[]): unknown { return calls.empty_like([this, ...given]); }

  /**
   * - `aten::eq.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::eq.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.eq(other)
   */
  eq(other: Tensor | Scalar | Complex): Tensor;
  eq(...given: Given[]): unknown { return calls.eq([this, ...given]); }

  /**
   * - `aten::eq_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::eq_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.eq_(other)
   */
  eq_(other: Tensor | Scalar | Complex): this;
  eq_(...given: Given[]): unknown { return calls.eq_([this, ...given]); }

  /**
   * `aten::equal(Tensor self, Tensor other) -> bool`
   * @example x.equal(other)
   */
  equal(other: Tensor): boolean;
  equal(...given: Given[]): unknown { return calls.equal([this, ...given]); }

  /**
   * `aten::erf(Tensor self) -> Tensor`
   * @example x.erf()
   */
  erf(): Tensor;
  erf(...given: Given[]): unknown { return calls.erf([this, ...given]); }

  /**
   * `aten::erf_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.erf_()
   */
  erf_(): this;
  erf_(...given: Given[]): unknown { return calls.erf_([this, ...given]); }

  /**
   * `aten::erfc(Tensor self) -> Tensor`
   * @example x.erfc()
   */
  erfc(): Tensor;
  erfc(...given: Given[]): unknown { return calls.erfc([this, ...given]); }

  /**
   * `aten::erfc_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.erfc_()
   */
  erfc_(): this;
  erfc_(...given: Given[]): unknown { return calls.erfc_([this, ...given]); }

  /**
   * `aten::erfinv(Tensor self) -> Tensor`
   * @example x.erfinv()
   */
  erfinv(): Tensor;
  erfinv(...given: Given[]): unknown { return calls.erfinv([this, ...given]); }

  /**
   * `aten::erfinv_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.erfinv_()
   */
  erfinv_(): this;
  erfinv_(...given: Given[]): unknown { return calls.erfinv_([this, ...given]); }

  /**
   * `aten::exp(Tensor self) -> Tensor`
   * @example x.exp()
   */
  exp(): Tensor;
  exp(...given: Given[]): unknown { return calls.exp([this, ...given]); }

  /**
   * `aten::exp2(Tensor self) -> Tensor`
   * @example x.exp2()
   */
  exp2(): Tensor;
  exp2(...given: Given[]): unknown { return calls.exp2([this, ...given]); }

  /**
   * `aten::exp2_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.exp2_()
   */
  exp2_(): this;
  exp2_(...given: Given[]): unknown { return calls.exp2_([this, ...given]); }

  /**
   * `aten::exp_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.exp_()
   */
  exp_(): this;
  exp_(...given: Given[]): unknown { return calls.exp_([this, ...given]); }

  /**
   * `aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)`
   * @example x.expand(size, { implicit: false })
   */
  expand(size: readonly number[], options?: { implicit?: boolean | undefined }): Tensor;
  expand(options: { size: readonly number[]; implicit?: boolean | undefined }): Tensor;
  expand(...given: Given[]): unknown { return calls.expand([this, ...given]); }

  /**
   * `aten::expand_as(Tensor(a) self, Tensor other) -> Tensor(a)`
   * @example x.expand_as(other)
   */
  expand_as(other: Tensor): Tensor;
  expand_as(...given: Given[]): unknown { return calls.expand_as([this, ...given]); }

  /**
   * `aten::expm1(Tensor self) -> Tensor`
   * @example x.expm1()
   */
  expm1(): Tensor;
  expm1(...given: Given[]): unknown { return calls.expm1([this, ...given]); }

  /**
   * `aten::expm1_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.expm1_()
   */
  expm1_(): this;
  expm1_(...given: Given[]): unknown { return calls.expm1_([this, ...given]); }

  /**
   * `aten::exponential(Tensor self, float lambd=1., *, Generator? generator=None) -> Tensor`
   * @example x.exponential({ lambd: 1 })
   */
  exponential(lambd?: number, options?: { generator?: Generator | null | undefined }): Tensor;
  exponential(options?: { lambd?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  exponential(...given: Given[]): unknown { return calls.exponential([this, ...given]); }

  /**
   * `aten::exponential_(Tensor(a!) self, float lambd=1., *, Generator? generator=None) -> Tensor(a!)`
   * @example x.exponential_({ lambd: 1 })
   */
  exponential_(lambd?: number, options?: { generator?: Generator | null | undefined }): this;
  exponential_(options?: { lambd?: number | undefined; generator?: Generator | null | undefined }): this;
  exponential_(...given: Given[]): unknown { return calls.exponential_([this, ...given]); }

  /**
   * `aten::feature_alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)`
   * @example x.feature_alpha_dropout_(p, train)
   */
  feature_alpha_dropout_(p: number, train: boolean): this;
  feature_alpha_dropout_(options: { p: number; train: boolean }): this;
  feature_alpha_dropout_(...given: Given[]): unknown { return calls.feature_alpha_dropout_([this, ...given]); }

  /**
   * `aten::feature_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)`
   * @example x.feature_dropout_(p, train)
   */
  feature_dropout_(p: number, train: boolean): this;
  feature_dropout_(options: { p: number; train: boolean }): this;
  feature_dropout_(...given: Given[]): unknown { return calls.feature_dropout_([this, ...given]); }

  /**
   * - `aten::fill.Tensor(Tensor self, Tensor value) -> Tensor`
   * - `aten::fill.Scalar(Tensor self, Scalar value) -> Tensor`
   * @example x.fill(value)
   */
  fill(value: Tensor | Scalar | Complex): Tensor;
  fill(options: { value: Scalar | Complex }): Tensor;
  fill(...given: Given[]): unknown { return calls.fill([this, ...given]); }

  /**
   * - `aten::fill_.Tensor(Tensor(a!) self, Tensor value) -> Tensor(a!)`
   * - `aten::fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)`
   * @example x.fill_(value)
   */
  fill_(value: Tensor | Scalar | Complex): this;
  fill_(options: { value: Scalar | Complex }): this;
  fill_(...given: Given[]): unknown { return calls.fill_([this, ...given]); }

  /**
   * `aten::fill_diagonal_(Tensor(a!) self, Scalar fill_value, bool wrap=False) -> Tensor(a!)`
   * @example x.fill_diagonal_(fillValue, { wrap: false })
   */
  fill_diagonal_(fillValue: Scalar | Complex, wrap?: boolean): this;
  fill_diagonal_(fillValue: Scalar | Complex, options?: { wrap?: boolean | undefined }): this;
  fill_diagonal_(options: { fillValue: Scalar | Complex; wrap?: boolean | undefined }): this;
  fill_diagonal_(...given: Given[]): unknown { return calls.fill_diagonal_([this, ...given]); }

  /**
   * `aten::fix(Tensor self) -> Tensor`
   * @example x.fix()
   */
  fix(): Tensor;
  fix(...given: Given[]): unknown { return calls.fix([this, ...given]); }

  /**
   * `aten::fix_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.fix_()
   */
  fix_(): this;
  fix_(...given: Given[]): unknown { return calls.fix_([this, ...given]); }

  /**
   * `aten::flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)`
   * @example x.flatten({ startDim: 0, endDim: -1 })
   */
  flatten(startDim?: number, endDim?: number): Tensor;
  flatten(options?: { startDim?: number | undefined; endDim?: number | undefined }): Tensor;
  flatten(startDim?: number, options?: { endDim?: number | undefined }): Tensor;
  flatten(...given: Given[]): unknown { return calls.flatten([this, ...given]); }

  /**
   * `aten::flip(Tensor self, int[] dims) -> Tensor`
   * @example x.flip(dims)
   */
  flip(dims: readonly number[]): Tensor;
  flip(options: { dims: readonly number[] }): Tensor;
  flip(...given: Given[]): unknown { return calls.flip([this, ...given]); }

  /**
   * `aten::fliplr(Tensor self) -> Tensor`
   * @example x.fliplr()
   */
  fliplr(): Tensor;
  fliplr(...given: Given[]): unknown { return calls.fliplr([this, ...given]); }

  /**
   * `aten::flipud(Tensor self) -> Tensor`
   * @example x.flipud()
   */
  flipud(): Tensor;
  flipud(...given: Given[]): unknown { return calls.flipud([this, ...given]); }

  /**
   * - `aten::float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`
   * - `aten::float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`
   * @example x.float_power(exponent)
   */
  float_power(exponent: Tensor | Scalar | Complex): Tensor;
  float_power(options: { exponent: Scalar | Complex }): Tensor;
  float_power(...given: Given[]): unknown { return calls.float_power([this, ...given]); }

  /**
   * - `aten::float_power_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)`
   * - `aten::float_power_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)`
   * @example x.float_power_(exponent)
   */
  float_power_(exponent: Tensor | Scalar | Complex): this;
  float_power_(options: { exponent: Scalar | Complex }): this;
  float_power_(...given: Given[]): unknown { return calls.float_power_([this, ...given]); }

  /**
   * `aten::floor(Tensor self) -> Tensor`
   * @example x.floor()
   */
  floor(): Tensor;
  floor(...given: Given[]): unknown { return calls.floor([this, ...given]); }

  /**
   * `aten::floor_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.floor_()
   */
  floor_(): this;
  floor_(...given: Given[]): unknown { return calls.floor_([this, ...given]); }

  /**
   * - `aten::floor_divide(Tensor self, Tensor other) -> Tensor`
   * - `aten::floor_divide.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.floor_divide(other)
   */
  floor_divide(other: Tensor | Scalar | Complex): Tensor;
  floor_divide(...given: Given[]): unknown { return calls.floor_divide([this, ...given]); }

  /**
   * - `aten::floor_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::floor_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.floor_divide_(other)
   */
  floor_divide_(other: Tensor | Scalar | Complex): this;
  floor_divide_(...given: Given[]): unknown { return calls.floor_divide_([this, ...given]); }

  /**
   * `aten::fmax(Tensor self, Tensor other) -> Tensor`
   * @example x.fmax(other)
   */
  fmax(other: Tensor): Tensor;
  fmax(...given: Given[]): unknown { return calls.fmax([this, ...given]); }

  /**
   * `aten::fmin(Tensor self, Tensor other) -> Tensor`
   * @example x.fmin(other)
   */
  fmin(other: Tensor): Tensor;
  fmin(...given: Given[]): unknown { return calls.fmin([this, ...given]); }

  /**
   * - `aten::fmod.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::fmod.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.fmod(other)
   */
  fmod(other: Tensor | Scalar | Complex): Tensor;
  fmod(...given: Given[]): unknown { return calls.fmod([this, ...given]); }

  /**
   * - `aten::fmod_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::fmod_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.fmod_(other)
   */
  fmod_(other: Tensor | Scalar | Complex): this;
  fmod_(...given: Given[]): unknown { return calls.fmod_([this, ...given]); }

  /**
   * `aten::frac(Tensor self) -> Tensor`
   * @example x.frac()
   */
  frac(): Tensor;
  frac(...given: Given[]): unknown { return calls.frac([this, ...given]); }

  /**
   * `aten::frac_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.frac_()
   */
  frac_(): this;
  frac_(...given: Given[]): unknown { return calls.frac_([this, ...given]); }

  /**
   * `aten::fractional_max_pool2d(Tensor self, int[2] kernel_size, int[2] output_size, Tensor random_samples) -> (Tensor, Tensor)`
   * @example x.fractional_max_pool2d(kernelSize, outputSize, randomSamples)
   */
  fractional_max_pool2d(kernelSize: number | readonly number[], outputSize: number | readonly number[], randomSamples: Tensor): [Tensor, Tensor];
  fractional_max_pool2d(options: { kernelSize: number | readonly number[]; outputSize: number | readonly number[]; randomSamples: Tensor }): [Tensor, Tensor];
  fractional_max_pool2d(...given: Given[]): unknown { return calls.fractional_max_pool2d([this, ...given]); }

  /**
   * `aten::fractional_max_pool3d(Tensor self, int[3] kernel_size, int[3] output_size, Tensor random_samples) -> (Tensor, Tensor)`
   * @example x.fractional_max_pool3d(kernelSize, outputSize, randomSamples)
   */
  fractional_max_pool3d(kernelSize: number | readonly number[], outputSize: number | readonly number[], randomSamples: Tensor): [Tensor, Tensor];
  fractional_max_pool3d(options: { kernelSize: number | readonly number[]; outputSize: number | readonly number[]; randomSamples: Tensor }): [Tensor, Tensor];
  fractional_max_pool3d(...given: Given[]): unknown { return calls.fractional_max_pool3d([this, ...given]); }

  /**
   * `aten::frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)`
   * @example x.frexp()
   */
  frexp(): [mantissa: Tensor, exponent: Tensor];
  frexp(...given: Given[]): unknown { return calls.frexp([this, ...given]); }

  /**
   * `aten::frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`
   * @example x.frobenius_norm(dim, { keepdim: false })
   */
  frobenius_norm(dim: number | readonly number[], keepdim?: boolean): Tensor;
  frobenius_norm(dim: number | readonly number[], options?: { keepdim?: boolean | undefined }): Tensor;
  frobenius_norm(options: { dim: number | readonly number[]; keepdim?: boolean | undefined }): Tensor;
  frobenius_norm(...given: Given[]): unknown { return calls.frobenius_norm([this, ...given]); }

  /**
   * `aten::full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * @example x.full_like(fillValue)
   */
  full_like(fillValue: Scalar | Complex, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  full_like(options: { fillValue: Scalar | Complex; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  full_like(...given: Given[]): unknown { return calls.full_like([this, ...given]); }

  /**
   * `aten::gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor`
   * @example x.gather(dim, index, { sparseGrad: false })
   */
  gather(dim: number, index: Tensor, options?: { sparseGrad?: boolean | undefined }): Tensor;
  gather(options: { dim: number; index: Tensor; sparseGrad?: boolean | undefined }): Tensor;
  gather(...given: Given[]): unknown { return calls.gather([this, ...given]); }

  /**
   * `aten::gcd(Tensor self, Tensor other) -> Tensor`
   * @example x.gcd(other)
   */
  gcd(other: Tensor): Tensor;
  gcd(...given: Given[]): unknown { return calls.gcd([this, ...given]); }

  /**
   * `aten::gcd_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.gcd_(other)
   */
  gcd_(other: Tensor): this;
  gcd_(...given: Given[]): unknown { return calls.gcd_([this, ...given]); }

  /**
   * - `aten::ge.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::ge.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.ge(other)
   */
  ge(other: Tensor | Scalar | Complex): Tensor;
  ge(...given: Given[]): unknown { return calls.ge([this, ...given]); }

  /**
   * - `aten::ge_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::ge_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.ge_(other)
   */
  ge_(other: Tensor | Scalar | Complex): this;
  ge_(...given: Given[]): unknown { return calls.ge_([this, ...given]); }

  /**
   * `aten::gelu(Tensor self, *, str approximate="none") -> Tensor`
   * @example x.gelu({ approximate: 'none' })
   */
  gelu(options?: { approximate?: string | undefined }): Tensor;
  gelu(...given: Given[]): unknown { return calls.gelu([this, ...given]); }

  /**
   * `aten::gelu_(Tensor(a!) self, *, str approximate="none") -> Tensor(a!)`
   * @example x.gelu_({ approximate: 'none' })
   */
  gelu_(options?: { approximate?: string | undefined }): this;
  gelu_(...given: Given[]): unknown { return calls.gelu_([this, ...given]); }

  /**
   * `aten::geometric(Tensor self, float p, *, Generator? generator=None) -> Tensor`
   * @example x.geometric(p)
   */
  geometric(p: number, options?: { generator?: Generator | null | undefined }): Tensor;
  geometric(options: { p: number; generator?: Generator | null | undefined }): Tensor;
  geometric(...given: Given[]): unknown { return calls.geometric([this, ...given]); }

  /**
   * `aten::geometric_(Tensor(a!) self, float p, *, Generator? generator=None) -> Tensor(a!)`
   * @example x.geometric_(p)
   */
  geometric_(p: number, options?: { generator?: Generator | null | undefined }): this;
  geometric_(options: { p: number; generator?: Generator | null | undefined }): this;
  geometric_(...given: Given[]): unknown { return calls.geometric_([this, ...given]); }

  /**
   * `aten::geqrf(Tensor self) -> (Tensor a, Tensor tau)`
   * @example x.geqrf()
   */
  geqrf(): [a: Tensor, tau: Tensor];
  geqrf(...given: Given[]): unknown { return calls.geqrf([this, ...given]); }

  /**
   * `aten::ger(Tensor self, Tensor vec2) -> Tensor`
   * @example x.ger(vec2)
   */
  ger(vec2: Tensor): Tensor;
  ger(...given: Given[]): unknown { return calls.ger([this, ...given]); }

  /**
   * `aten::glu(Tensor self, int dim=-1) -> Tensor`
   * @example x.glu({ dim: -1 })
   */
  glu(dim?: number): Tensor;
  glu(options?: { dim?: number | undefined }): Tensor;
  glu(...given: Given[]): unknown { return calls.glu([this, ...given]); }

  /**
   * - `aten::gradient.scalarint(Tensor self, *, Scalar? spacing=None, int? dim=None, int edge_order=1) -> Tensor[]`
   * - `aten::gradient.array(Tensor self, *, int[] dim, int edge_order=1) -> Tensor[]`
   * - `aten::gradient.scalarrayint(Tensor self, *, Scalar[] spacing, int? dim=None, int edge_order=1) -> Tensor[]`
   * - `aten::gradient.tensorarrayint(Tensor self, *, Tensor[] spacing, int? dim=None, int edge_order=1) -> Tensor[]`
   * - `aten::gradient.scalararray(Tensor self, *, Scalar spacing, int[] dim, int edge_order=1) -> Tensor[]`
   * - `aten::gradient.scalarrayarray(Tensor self, *, Scalar[] spacing, int[] dim, int edge_order=1) -> Tensor[]`
   * - `aten::gradient.tensorarray(Tensor self, *, Tensor[] spacing, int[] dim, int edge_order=1) -> Tensor[]`
   * @example x.gradient({ spacing, dim, edgeOrder: 1 })
   */
  gradient(options?: { spacing?: Scalar | Complex | null | undefined; dim?: number | null | undefined; edgeOrder?: number | undefined }): Tensor[];
  gradient(options: { dim: readonly number[]; edgeOrder?: number | undefined }): Tensor[];
  gradient(options: { spacing: readonly (Scalar | Complex)[] | readonly Tensor[]; dim?: number | null | undefined; edgeOrder?: number | undefined }): Tensor[];
  gradient(options: { spacing: Scalar | Complex | readonly (Scalar | Complex)[] | readonly Tensor[]; dim: readonly number[]; edgeOrder?: number | undefined }): Tensor[];
  gradient(...given: Given[]): unknown { return calls.gradient([this, ...given]); }

  /**
   * - `aten::greater.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::greater.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.greater(other)
   */
  greater(other: Tensor | Scalar | Complex): Tensor;
  greater(...given: Given[]): unknown { return calls.greater([this, ...given]); }

  /**
   * - `aten::greater_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::greater_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.greater_(other)
   */
  greater_(other: Tensor | Scalar | Complex): this;
  greater_(...given: Given[]): unknown { return calls.greater_([this, ...given]); }

  /**
   * - `aten::greater_equal.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::greater_equal.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.greater_equal(other)
   */
  greater_equal(other: Tensor | Scalar | Complex): Tensor;
  greater_equal(...given: Given[]): unknown { return calls.greater_equal([this, ...given]); }

  /**
   * - `aten::greater_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::greater_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.greater_equal_(other)
   */
  greater_equal_(other: Tensor | Scalar | Complex): this;
  greater_equal_(...given: Given[]): unknown { return calls.greater_equal_([this, ...given]); }

  /**
   * - `aten::gt.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::gt.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.gt(other)
   */
  gt(other: Tensor | Scalar | Complex): Tensor;
  gt(...given: Given[]): unknown { return calls.gt([this, ...given]); }

  /**
   * - `aten::gt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::gt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.gt_(other)
   */
  gt_(other: Tensor | Scalar | Complex): this;
  gt_(...given: Given[]): unknown { return calls.gt_([this, ...given]); }

  /**
   * `aten::hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor`
   * @example x.hardshrink({ lambd: 0.5 })
   */
  hardshrink(lambd?: Scalar | Complex): Tensor;
  hardshrink(options?: { lambd?: Scalar | Complex | undefined }): Tensor;
  hardshrink(...given: Given[]): unknown { return calls.hardshrink([this, ...given]); }

  /**
   * `aten::hardsigmoid(Tensor self) -> Tensor`
   * @example x.hardsigmoid()
   */
  hardsigmoid(): Tensor;
  hardsigmoid(...given: Given[]): unknown { return calls.hardsigmoid([this, ...given]); }

  /**
   * `aten::hardsigmoid_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.hardsigmoid_()
   */
  hardsigmoid_(): this;
  hardsigmoid_(...given: Given[]): unknown { return calls.hardsigmoid_([this, ...given]); }

  /**
   * `aten::hardswish(Tensor self) -> Tensor`
   * @example x.hardswish()
   */
  hardswish(): Tensor;
  hardswish(...given: Given[]): unknown { return calls.hardswish([this, ...given]); }

  /**
   * `aten::hardswish_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.hardswish_()
   */
  hardswish_(): this;
  hardswish_(...given: Given[]): unknown { return calls.hardswish_([this, ...given]); }

  /**
   * `aten::hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor`
   * @example x.hardtanh({ minVal: -1, maxVal: 1 })
   */
  hardtanh(minVal?: Scalar | Complex, maxVal?: Scalar | Complex): Tensor;
  hardtanh(options?: { minVal?: Scalar | Complex | undefined; maxVal?: Scalar | Complex | undefined }): Tensor;
  hardtanh(minVal?: Scalar | Complex, options?: { maxVal?: Scalar | Complex | undefined }): Tensor;
  hardtanh(...given: Given[]): unknown { return calls.hardtanh([this, ...given]); }

  /**
   * `aten::hardtanh_(Tensor(a!) self, Scalar min_val=-1, Scalar max_val=1) -> Tensor(a!)`
   * @example x.hardtanh_({ minVal: -1, maxVal: 1 })
   */
  hardtanh_(minVal?: Scalar | Complex, maxVal?: Scalar | Complex): this;
  hardtanh_(options?: { minVal?: Scalar | Complex | undefined; maxVal?: Scalar | Complex | undefined }): this;
  hardtanh_(minVal?: Scalar | Complex, options?: { maxVal?: Scalar | Complex | undefined }): this;
  hardtanh_(...given: Given[]): unknown { return calls.hardtanh_([this, ...given]); }

  /**
   * `aten::heaviside(Tensor self, Tensor values) -> Tensor`
   * @example x.heaviside(values)
   */
  heaviside(values: Tensor): Tensor;
  heaviside(...given: Given[]): unknown { return calls.heaviside([this, ...given]); }

  /**
   * `aten::heaviside_(Tensor(a!) self, Tensor values) -> Tensor(a!)`
   * @example x.heaviside_(values)
   */
  heaviside_(values: Tensor): this;
  heaviside_(...given: Given[]): unknown { return calls.heaviside_([this, ...given]); }

  /**
   * `aten::hinge_embedding_loss(Tensor self, Tensor target, float margin=1., int reduction=1) -> Tensor`
   * @example x.hinge_embedding_loss(target, { margin: 1, reduction: 1 })
   */
  hinge_embedding_loss(target: Tensor, margin?: number, reduction?: number): Tensor;
  hinge_embedding_loss(target: Tensor, options?: { margin?: number | undefined; reduction?: number | undefined }): Tensor;
  hinge_embedding_loss(target: Tensor, margin?: number, options?: { reduction?: number | undefined }): Tensor;
  hinge_embedding_loss(...given: Given[]): unknown { return calls.hinge_embedding_loss([this, ...given]); }

  /**
   * `aten::histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor`
   * @example x.histc({ bins: 100, min: 0, max: 0 })
   */
  histc(bins?: number, min?: Scalar | Complex, max?: Scalar | Complex): Tensor;
  histc(options?: { bins?: number | undefined; min?: Scalar | Complex | undefined; max?: Scalar | Complex | undefined }): Tensor;
  histc(bins?: number, options?: { min?: Scalar | Complex | undefined; max?: Scalar | Complex | undefined }): Tensor;
  histc(bins?: number, min?: Scalar | Complex, options?: { max?: Scalar | Complex | undefined }): Tensor;
  histc(...given: Given[]): unknown { return calls.histc([this, ...given]); }

  /**
   * - `aten::histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)`
   * - `aten::histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)`
   * @example x.histogram({ bins: 100, range, weight, density: false })
   */
  histogram(bins?: number, options?: { range?: readonly number[] | null | undefined; weight?: Tensor | null | undefined; density?: boolean | undefined }): [hist: Tensor, binEdges: Tensor];
  histogram(options?: { bins?: number | undefined; range?: readonly number[] | null | undefined; weight?: Tensor | null | undefined; density?: boolean | undefined }): [hist: Tensor, binEdges: Tensor];
  histogram(bins: Tensor, options?: { weight?: Tensor | null | undefined; density?: boolean | undefined }): [hist: Tensor, binEdges: Tensor];
  histogram(...given: Given[]): unknown { return calls.histogram([this, ...given]); }

  /**
   * - `aten::hsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]`
   * - `aten::hsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]`
   * @example x.hsplit(indices)
   */
  hsplit(indices: readonly number[]): Tensor[];
  hsplit(options: { indices: readonly number[] }): Tensor[];
  hsplit(sections: number): Tensor[];
  hsplit(options: { sections: number }): Tensor[];
  hsplit(...given: Given[]): unknown { return calls.hsplit([this, ...given]); }

  /**
   * `aten::huber_loss(Tensor self, Tensor target, int reduction=1, float delta=1.) -> Tensor`
   * @example x.huber_loss(target, { reduction: 1, delta: 1 })
   */
  huber_loss(target: Tensor, reduction?: number, delta?: number): Tensor;
  huber_loss(target: Tensor, options?: { reduction?: number | undefined; delta?: number | undefined }): Tensor;
  huber_loss(target: Tensor, reduction?: number, options?: { delta?: number | undefined }): Tensor;
  huber_loss(...given: Given[]): unknown { return calls.huber_loss([this, ...given]); }

  /**
   * `aten::hypot(Tensor self, Tensor other) -> Tensor`
   * @example x.hypot(other)
   */
  hypot(other: Tensor): Tensor;
  hypot(...given: Given[]): unknown { return calls.hypot([this, ...given]); }

  /**
   * `aten::hypot_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.hypot_(other)
   */
  hypot_(other: Tensor): this;
  hypot_(...given: Given[]): unknown { return calls.hypot_([this, ...given]); }

  /**
   * `aten::i0(Tensor self) -> Tensor`
   * @example x.i0()
   */
  i0(): Tensor;
  i0(...given: Given[]): unknown { return calls.i0([this, ...given]); }

  /**
   * `aten::i0_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.i0_()
   */
  i0_(): this;
  i0_(...given: Given[]): unknown { return calls.i0_([this, ...given]); }

  /**
   * `aten::igamma(Tensor self, Tensor other) -> Tensor`
   * @example x.igamma(other)
   */
  igamma(other: Tensor): Tensor;
  igamma(...given: Given[]): unknown { return calls.igamma([this, ...given]); }

  /**
   * `aten::igamma_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.igamma_(other)
   */
  igamma_(other: Tensor): this;
  igamma_(...given: Given[]): unknown { return calls.igamma_([this, ...given]); }

  /**
   * `aten::igammac(Tensor self, Tensor other) -> Tensor`
   * @example x.igammac(other)
   */
  igammac(other: Tensor): Tensor;
  igammac(...given: Given[]): unknown { return calls.igammac([this, ...given]); }

  /**
   * `aten::igammac_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.igammac_(other)
   */
  igammac_(other: Tensor): this;
  igammac_(...given: Given[]): unknown { return calls.igammac_([this, ...given]); }

  /**
   * `aten::im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor`
   * @example x.im2col(kernelSize, dilation, padding, stride)
   */
  im2col(kernelSize: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[]): Tensor;
  im2col(options: { kernelSize: number | readonly number[]; dilation: number | readonly number[]; padding: number | readonly number[]; stride: number | readonly number[] }): Tensor;
  im2col(...given: Given[]): unknown { return calls.im2col([this, ...given]); }

  /**
   * `aten::imag(Tensor(a) self) -> Tensor(a)`
   * @example x.imag()
   */
  imag(): Tensor;
  imag(...given: Given[]): unknown { return calls.imag([this, ...given]); }

  /**
   * `aten::index.Tensor(Tensor self, Tensor?[] indices) -> Tensor`
   * @example x.index(indices)
   */
  index(indices: readonly (Tensor | null)[]): Tensor;
  index(...given: Given[]): unknown { return calls.index([this, ...given]); }

  /**
   * `aten::index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor`
   * @example x.index_add(dim, index, source, { alpha: 1 })
   */
  index_add(dim: number, index: Tensor, source: Tensor, options?: { alpha?: Scalar | Complex | undefined }): Tensor;
  index_add(options: { dim: number; index: Tensor; source: Tensor; alpha?: Scalar | Complex | undefined }): Tensor;
  index_add(...given: Given[]): unknown { return calls.index_add([this, ...given]); }

  /**
   * `aten::index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!)`
   * @example x.index_add_(dim, index, source, { alpha: 1 })
   */
  index_add_(dim: number, index: Tensor, source: Tensor, options?: { alpha?: Scalar | Complex | undefined }): this;
  index_add_(options: { dim: number; index: Tensor; source: Tensor; alpha?: Scalar | Complex | undefined }): this;
  index_add_(...given: Given[]): unknown { return calls.index_add_([this, ...given]); }

  /**
   * `aten::index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor`
   * @example x.index_copy(dim, index, source)
   */
  index_copy(dim: number, index: Tensor, source: Tensor): Tensor;
  index_copy(options: { dim: number; index: Tensor; source: Tensor }): Tensor;
  index_copy(...given: Given[]): unknown { return calls.index_copy([this, ...given]); }

  /**
   * `aten::index_copy_(Tensor(a!) self, int dim, Tensor index, Tensor source) -> Tensor(a!)`
   * @example x.index_copy_(dim, index, source)
   */
  index_copy_(dim: number, index: Tensor, source: Tensor): this;
  index_copy_(options: { dim: number; index: Tensor; source: Tensor }): this;
  index_copy_(...given: Given[]): unknown { return calls.index_copy_([this, ...given]); }

  /**
   * - `aten::index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`
   * - `aten::index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor`
   * @example x.index_fill(dim, index, value)
   */
  index_fill(dim: number, index: Tensor, value: Scalar | Complex | Tensor): Tensor;
  index_fill(options: { dim: number; index: Tensor; value: Scalar | Complex | Tensor }): Tensor;
  index_fill(...given: Given[]): unknown { return calls.index_fill([this, ...given]); }

  /**
   * - `aten::index_fill_.int_Scalar(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)`
   * - `aten::index_fill_.int_Tensor(Tensor(a!) self, int dim, Tensor index, Tensor value) -> Tensor(a!)`
   * @example x.index_fill_(dim, index, value)
   */
  index_fill_(dim: number, index: Tensor, value: Scalar | Complex | Tensor): this;
  index_fill_(options: { dim: number; index: Tensor; value: Scalar | Complex | Tensor }): this;
  index_fill_(...given: Given[]): unknown { return calls.index_fill_([this, ...given]); }

  /**
   * `aten::index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor`
   * @example x.index_put(indices, values, { accumulate: false })
   */
  index_put(indices: readonly (Tensor | null)[], values: Tensor, accumulate?: boolean): Tensor;
  index_put(indices: readonly (Tensor | null)[], values: Tensor, options?: { accumulate?: boolean | undefined }): Tensor;
  index_put(...given: Given[]): unknown { return calls.index_put([this, ...given]); }

  /**
   * `aten::index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)`
   * @example x.index_put_(indices, values, { accumulate: false })
   */
  index_put_(indices: readonly (Tensor | null)[], values: Tensor, accumulate?: boolean): this;
  index_put_(indices: readonly (Tensor | null)[], values: Tensor, options?: { accumulate?: boolean | undefined }): this;
  index_put_(...given: Given[]): unknown { return calls.index_put_([this, ...given]); }

  /**
   * `aten::index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor`
   * @example x.index_reduce(dim, index, source, reduce, { includeSelf: true })
   */
  index_reduce(dim: number, index: Tensor, source: Tensor, reduce: string, options?: { includeSelf?: boolean | undefined }): Tensor;
  index_reduce(options: { dim: number; index: Tensor; source: Tensor; reduce: string; includeSelf?: boolean | undefined }): Tensor;
  index_reduce(...given: Given[]): unknown { return calls.index_reduce([this, ...given]); }

  /**
   * `aten::index_reduce_(Tensor(a!) self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor(a!)`
   * @example x.index_reduce_(dim, index, source, reduce, { includeSelf: true })
   */
  index_reduce_(dim: number, index: Tensor, source: Tensor, reduce: string, options?: { includeSelf?: boolean | undefined }): this;
  index_reduce_(options: { dim: number; index: Tensor; source: Tensor; reduce: string; includeSelf?: boolean | undefined }): this;
  index_reduce_(...given: Given[]): unknown { return calls.index_reduce_([this, ...given]); }

  /**
   * `aten::index_select(Tensor self, int dim, Tensor index) -> Tensor`
   * @example x.index_select(dim, index)
   */
  index_select(dim: number, index: Tensor): Tensor;
  index_select(options: { dim: number; index: Tensor }): Tensor;
  index_select(...given: Given[]): unknown { return calls.index_select([this, ...given]); }

  /**
   * `aten::inner(Tensor self, Tensor other) -> Tensor`
   * @example x.inner(other)
   */
  inner(other: Tensor): Tensor;
  inner(...given: Given[]): unknown { return calls.inner([this, ...given]); }

  /**
   * `aten::inverse(Tensor self) -> Tensor`
   * @example x.inverse()
   */
  inverse(): Tensor;
  inverse(...given: Given[]): unknown { return calls.inverse([this, ...given]); }

  /**
   * `aten::is_complex(Tensor self) -> bool`
   * @example x.is_complex()
   */
  is_complex(): boolean;
  is_complex(...given: Given[]): unknown { return calls.is_complex([this, ...given]); }

  /**
   * `aten::is_conj(Tensor self) -> bool`
   * @example x.is_conj()
   */
  is_conj(): boolean;
  is_conj(...given: Given[]): unknown { return calls.is_conj([this, ...given]); }

  /**
   * `aten::is_floating_point(Tensor self) -> bool`
   * @example x.is_floating_point()
   */
  is_floating_point(): boolean;
  is_floating_point(...given: Given[]): unknown { return calls.is_floating_point([this, ...given]); }

  /**
   * `aten::is_inference(Tensor self) -> bool`
   * @example x.is_inference()
   */
  is_inference(): boolean;
  is_inference(...given: Given[]): unknown { return calls.is_inference([this, ...given]); }

  /**
   * `aten::is_neg(Tensor self) -> bool`
   * @example x.is_neg()
   */
  is_neg(): boolean;
  is_neg(...given: Given[]): unknown { return calls.is_neg([this, ...given]); }

  /**
   * `aten::is_nonzero(Tensor self) -> bool`
   * @example x.is_nonzero()
   */
  is_nonzero(): boolean;
  is_nonzero(...given: Given[]): unknown { return calls.is_nonzero([this, ...given]); }

  /**
   * `aten::is_same_size(Tensor self, Tensor other) -> bool`
   * @example x.is_same_size(other)
   */
  is_same_size(other: Tensor): boolean;
  is_same_size(...given: Given[]): unknown { return calls.is_same_size([this, ...given]); }

  /**
   * `aten::is_set_to(Tensor self, Tensor tensor) -> bool`
   * @example x.is_set_to(tensor)
   */
  is_set_to(tensor: Tensor): boolean;
  is_set_to(...given: Given[]): unknown { return calls.is_set_to([this, ...given]); }

  /**
   * `aten::is_signed(Tensor self) -> bool`
   * @example x.is_signed()
   */
  is_signed(): boolean;
  is_signed(...given: Given[]): unknown { return calls.is_signed([this, ...given]); }

  /**
   * `aten::isclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> Tensor`
   * @example x.isclose(other, { rtol: 0.00001, atol: 1e-8, equalNan: false })
   */
  isclose(other: Tensor, rtol?: number, atol?: number, equalNan?: boolean): Tensor;
  isclose(other: Tensor, options?: { rtol?: number | undefined; atol?: number | undefined; equalNan?: boolean | undefined }): Tensor;
  isclose(other: Tensor, rtol?: number, options?: { atol?: number | undefined; equalNan?: boolean | undefined }): Tensor;
  isclose(other: Tensor, rtol?: number, atol?: number, options?: { equalNan?: boolean | undefined }): Tensor;
  isclose(...given: Given[]): unknown { return calls.isclose([this, ...given]); }

  /**
   * `aten::isfinite(Tensor self) -> Tensor`
   * @example x.isfinite()
   */
  isfinite(): Tensor;
  isfinite(...given: Given[]): unknown { return calls.isfinite([this, ...given]); }

  /**
   * `aten::isinf(Tensor self) -> Tensor`
   * @example x.isinf()
   */
  isinf(): Tensor;
  isinf(...given: Given[]): unknown { return calls.isinf([this, ...given]); }

  /**
   * `aten::isnan(Tensor self) -> Tensor`
   * @example x.isnan()
   */
  isnan(): Tensor;
  isnan(...given: Given[]): unknown { return calls.isnan([this, ...given]); }

  /**
   * `aten::isneginf(Tensor self) -> Tensor`
   * @example x.isneginf()
   */
  isneginf(): Tensor;
  isneginf(...given: Given[]): unknown { return calls.isneginf([this, ...given]); }

  /**
   * `aten::isposinf(Tensor self) -> Tensor`
   * @example x.isposinf()
   */
  isposinf(): Tensor;
  isposinf(...given: Given[]): unknown { return calls.isposinf([this, ...given]); }

  /**
   * `aten::isreal(Tensor self) -> Tensor`
   * @example x.isreal()
   */
  isreal(): Tensor;
  isreal(...given: Given[]): unknown { return calls.isreal([this, ...given]); }

  /**
   * `aten::istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False) -> Tensor`
   * @example x.istft(nFft, { hopLength, winLength, window, center: true, normalized: false, onesided, length, returnComplex: false })
   */
  istft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, normalized?: boolean, onesided?: boolean | null, length?: number | null, returnComplex?: boolean): Tensor;
  istft(nFft: number, options?: { hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength?: number | null, options?: { winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength?: number | null, winLength?: number | null, options?: { window?: Tensor | null | undefined; center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, options?: { center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, options?: { normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, normalized?: boolean, options?: { onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, normalized?: boolean, onesided?: boolean | null, options?: { length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, normalized?: boolean, onesided?: boolean | null, length?: number | null, options?: { returnComplex?: boolean | undefined }): Tensor;
  istft(options: { nFft: number; hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(...given: Given[]): unknown { return calls.istft([this, ...given]); }

  /**
   * `aten::kl_div(Tensor self, Tensor target, int reduction=1, *, bool log_target=False) -> Tensor`
   * @example x.kl_div(target, { reduction: 1, logTarget: false })
   */
  kl_div(target: Tensor, reduction?: number, options?: { logTarget?: boolean | undefined }): Tensor;
  kl_div(target: Tensor, options?: { reduction?: number | undefined; logTarget?: boolean | undefined }): Tensor;
  kl_div(...given: Given[]): unknown { return calls.kl_div([this, ...given]); }

  /**
   * `aten::kron(Tensor self, Tensor other) -> Tensor`
   * @example x.kron(other)
   */
  kron(other: Tensor): Tensor;
  kron(...given: Given[]): unknown { return calls.kron([this, ...given]); }

  /**
   * `aten::kthvalue(Tensor self, SymInt k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)`
   * @example x.kthvalue(k, { dim: -1, keepdim: false })
   */
  kthvalue(k: number, dim?: number, keepdim?: boolean): [values: Tensor, indices: Tensor];
  kthvalue(k: number, options?: { dim?: number | undefined; keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  kthvalue(k: number, dim?: number, options?: { keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  kthvalue(options: { k: number; dim?: number | undefined; keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  kthvalue(...given: Given[]): unknown { return calls.kthvalue([this, ...given]); }

  /**
   * `aten::l1_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
   * @example x.l1_loss(target, { reduction: 1 })
   */
  l1_loss(target: Tensor, reduction?: number): Tensor;
  l1_loss(target: Tensor, options?: { reduction?: number | undefined }): Tensor;
  l1_loss(...given: Given[]): unknown { return calls.l1_loss([this, ...given]); }

  /**
   * `aten::lcm(Tensor self, Tensor other) -> Tensor`
   * @example x.lcm(other)
   */
  lcm(other: Tensor): Tensor;
  lcm(...given: Given[]): unknown { return calls.lcm([this, ...given]); }

  /**
   * `aten::lcm_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.lcm_(other)
   */
  lcm_(other: Tensor): this;
  lcm_(...given: Given[]): unknown { return calls.lcm_([this, ...given]); }

  /**
   * `aten::ldexp.Tensor(Tensor self, Tensor other) -> Tensor`
   * @example x.ldexp(other)
   */
  ldexp(other: Tensor): Tensor;
  ldexp(...given: Given[]): unknown { return calls.ldexp([this, ...given]); }

  /**
   * `aten::ldexp_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.ldexp_(other)
   */
  ldexp_(other: Tensor): this;
  ldexp_(...given: Given[]): unknown { return calls.ldexp_([this, ...given]); }

  /**
   * - `aten::le.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::le.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.le(other)
   */
  le(other: Tensor | Scalar | Complex): Tensor;
  le(...given: Given[]): unknown { return calls.le([this, ...given]); }

  /**
   * - `aten::le_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::le_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.le_(other)
   */
  le_(other: Tensor | Scalar | Complex): this;
  le_(...given: Given[]): unknown { return calls.le_([this, ...given]); }

  /**
   * `aten::leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor`
   * @example x.leaky_relu({ negativeSlope: 0.01 })
   */
  leaky_relu(negativeSlope?: Scalar | Complex): Tensor;
  leaky_relu(options?: { negativeSlope?: Scalar | Complex | undefined }): Tensor;
  leaky_relu(...given: Given[]): unknown { return calls.leaky_relu([this, ...given]); }

  /**
   * `aten::leaky_relu_(Tensor(a!) self, Scalar negative_slope=0.01) -> Tensor(a!)`
   * @example x.leaky_relu_({ negativeSlope: 0.01 })
   */
  leaky_relu_(negativeSlope?: Scalar | Complex): this;
  leaky_relu_(options?: { negativeSlope?: Scalar | Complex | undefined }): this;
  leaky_relu_(...given: Given[]): unknown { return calls.leaky_relu_([this, ...given]); }

  /**
   * - `aten::lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor`
   * - `aten::lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor`
   * @example x.lerp(end, weight)
   */
  lerp(end: Tensor, weight: Tensor | Scalar | Complex): Tensor;
  lerp(end: Tensor, options: { weight: Scalar | Complex }): Tensor;
  lerp(...given: Given[]): unknown { return calls.lerp([this, ...given]); }

  /**
   * - `aten::lerp_.Tensor(Tensor(a!) self, Tensor end, Tensor weight) -> Tensor(a!)`
   * - `aten::lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight) -> Tensor(a!)`
   * @example x.lerp_(end, weight)
   */
  lerp_(end: Tensor, weight: Tensor | Scalar | Complex): this;
  lerp_(end: Tensor, options: { weight: Scalar | Complex }): this;
  lerp_(...given: Given[]): unknown { return calls.lerp_([this, ...given]); }

  /**
   * - `aten::less.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::less.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.less(other)
   */
  less(other: Tensor | Scalar | Complex): Tensor;
  less(...given: Given[]): unknown { return calls.less([this, ...given]); }

  /**
   * - `aten::less_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::less_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.less_(other)
   */
  less_(other: Tensor | Scalar | Complex): this;
  less_(...given: Given[]): unknown { return calls.less_([this, ...given]); }

  /**
   * - `aten::less_equal.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::less_equal.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.less_equal(other)
   */
  less_equal(other: Tensor | Scalar | Complex): Tensor;
  less_equal(...given: Given[]): unknown { return calls.less_equal([this, ...given]); }

  /**
   * - `aten::less_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::less_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.less_equal_(other)
   */
  less_equal_(other: Tensor | Scalar | Complex): this;
  less_equal_(...given: Given[]): unknown { return calls.less_equal_([this, ...given]); }

  /**
   * `aten::lgamma(Tensor self) -> Tensor`
   * @example x.lgamma()
   */
  lgamma(): Tensor;
  lgamma(...given: Given[]): unknown { return calls.lgamma([this, ...given]); }

  /**
   * `aten::lgamma_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.lgamma_()
   */
  lgamma_(): this;
  lgamma_(...given: Given[]): unknown { return calls.lgamma_([this, ...given]); }

  /**
   * `aten::log(Tensor self) -> Tensor`
   * @example x.log()
   */
  log(): Tensor;
  log(...given: Given[]): unknown { return calls.log([this, ...given]); }

  /**
   * `aten::log10(Tensor self) -> Tensor`
   * @example x.log10()
   */
  log10(): Tensor;
  log10(...given: Given[]): unknown { return calls.log10([this, ...given]); }

  /**
   * `aten::log10_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.log10_()
   */
  log10_(): this;
  log10_(...given: Given[]): unknown { return calls.log10_([this, ...given]); }

  /**
   * `aten::log1p(Tensor self) -> Tensor`
   * @example x.log1p()
   */
  log1p(): Tensor;
  log1p(...given: Given[]): unknown { return calls.log1p([this, ...given]); }

  /**
   * `aten::log1p_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.log1p_()
   */
  log1p_(): this;
  log1p_(...given: Given[]): unknown { return calls.log1p_([this, ...given]); }

  /**
   * `aten::log2(Tensor self) -> Tensor`
   * @example x.log2()
   */
  log2(): Tensor;
  log2(...given: Given[]): unknown { return calls.log2([this, ...given]); }

  /**
   * `aten::log2_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.log2_()
   */
  log2_(): this;
  log2_(...given: Given[]): unknown { return calls.log2_([this, ...given]); }

  /**
   * `aten::log_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.log_()
   */
  log_(): this;
  log_(...given: Given[]): unknown { return calls.log_([this, ...given]); }

  /**
   * `aten::log_normal(Tensor self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor`
   * @example x.log_normal({ mean: 1, std: 2 })
   */
  log_normal(mean?: number, std?: number, options?: { generator?: Generator | null | undefined }): Tensor;
  log_normal(options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  log_normal(mean?: number, options?: { std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  log_normal(...given: Given[]): unknown { return calls.log_normal([this, ...given]); }

  /**
   * `aten::log_normal_(Tensor(a!) self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor(a!)`
   * @example x.log_normal_({ mean: 1, std: 2 })
   */
  log_normal_(mean?: number, std?: number, options?: { generator?: Generator | null | undefined }): this;
  log_normal_(options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined }): this;
  log_normal_(mean?: number, options?: { std?: number | undefined; generator?: Generator | null | undefined }): this;
  log_normal_(...given: Given[]): unknown { return calls.log_normal_([this, ...given]); }

  /**
   * `aten::log_sigmoid(Tensor self) -> Tensor`
   * @example x.log_sigmoid()
   */
  log_sigmoid(): Tensor;
  log_sigmoid(...given: Given[]): unknown { return calls.log_sigmoid([this, ...given]); }

  /**
   * `aten::log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`
   * @example x.log_softmax(dim)
   */
  log_softmax(dim: number, dtype?: DType | null): Tensor;
  log_softmax(dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
  log_softmax(options: { dim: number; dtype?: DType | null | undefined }): Tensor;
  log_softmax(...given: Given[]): unknown { return calls.log_softmax([this, ...given]); }

  /**
   * `aten::logaddexp(Tensor self, Tensor other) -> Tensor`
   * @example x.logaddexp(other)
   */
  logaddexp(other: Tensor): Tensor;
  logaddexp(...given: Given[]): unknown { return calls.logaddexp([this, ...given]); }

  /**
   * `aten::logaddexp2(Tensor self, Tensor other) -> Tensor`
   * @example x.logaddexp2(other)
   */
  logaddexp2(other: Tensor): Tensor;
  logaddexp2(...given: Given[]): unknown { return calls.logaddexp2([this, ...given]); }

  /**
   * `aten::logcumsumexp(Tensor self, int dim) -> Tensor`
   * @example x.logcumsumexp(dim)
   */
  logcumsumexp(dim: number): Tensor;
  logcumsumexp(options: { dim: number }): Tensor;
  logcumsumexp(...given: Given[]): unknown { return calls.logcumsumexp([this, ...given]); }

  /**
   * `aten::logdet(Tensor self) -> Tensor`
   * @example x.logdet()
   */
  logdet(): Tensor;
  logdet(...given: Given[]): unknown { return calls.logdet([this, ...given]); }

  /**
   * `aten::logical_and(Tensor self, Tensor other) -> Tensor`
   * @example x.logical_and(other)
   */
  logical_and(other: Tensor): Tensor;
  logical_and(...given: Given[]): unknown { return calls.logical_and([this, ...given]); }

  /**
   * `aten::logical_and_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.logical_and_(other)
   */
  logical_and_(other: Tensor): this;
  logical_and_(...given: Given[]): unknown { return calls.logical_and_([this, ...given]); }

  /**
   * `aten::logical_not(Tensor self) -> Tensor`
   * @example x.logical_not()
   */
  logical_not(): Tensor;
  logical_not(...given: Given[]): unknown { return calls.logical_not([this, ...given]); }

  /**
   * `aten::logical_not_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.logical_not_()
   */
  logical_not_(): this;
  logical_not_(...given: Given[]): unknown { return calls.logical_not_([this, ...given]); }

  /**
   * `aten::logical_or(Tensor self, Tensor other) -> Tensor`
   * @example x.logical_or(other)
   */
  logical_or(other: Tensor): Tensor;
  logical_or(...given: Given[]): unknown { return calls.logical_or([this, ...given]); }

  /**
   * `aten::logical_or_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.logical_or_(other)
   */
  logical_or_(other: Tensor): this;
  logical_or_(...given: Given[]): unknown { return calls.logical_or_([this, ...given]); }

  /**
   * `aten::logical_xor(Tensor self, Tensor other) -> Tensor`
   * @example x.logical_xor(other)
   */
  logical_xor(other: Tensor): Tensor;
  logical_xor(...given: Given[]): unknown { return calls.logical_xor([this, ...given]); }

  /**
   * `aten::logical_xor_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.logical_xor_(other)
   */
  logical_xor_(other: Tensor): this;
  logical_xor_(...given: Given[]): unknown { return calls.logical_xor_([this, ...given]); }

  /**
   * `aten::logit(Tensor self, float? eps=None) -> Tensor`
   * @example x.logit({ eps })
   */
  logit(eps?: number | null): Tensor;
  logit(options?: { eps?: number | null | undefined }): Tensor;
  logit(...given: Given[]): unknown { return calls.logit([this, ...given]); }

  /**
   * `aten::logit_(Tensor(a!) self, float? eps=None) -> Tensor(a!)`
   * @example x.logit_({ eps })
   */
  logit_(eps?: number | null): this;
  logit_(options?: { eps?: number | null | undefined }): this;
  logit_(...given: Given[]): unknown { return calls.logit_([this, ...given]); }

  /**
   * `aten::logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`
   * @example x.logsumexp(dim, { keepdim: false })
   */
  logsumexp(dim: number | readonly number[], keepdim?: boolean): Tensor;
  logsumexp(dim: number | readonly number[], options?: { keepdim?: boolean | undefined }): Tensor;
  logsumexp(options: { dim: number | readonly number[]; keepdim?: boolean | undefined }): Tensor;
  logsumexp(...given: Given[]): unknown { return calls.logsumexp([this, ...given]); }

  /**
   * - `aten::lt.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::lt.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.lt(other)
   */
  lt(other: Tensor | Scalar | Complex): Tensor;
  lt(...given: Given[]): unknown { return calls.lt([this, ...given]); }

  /**
   * - `aten::lt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::lt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.lt_(other)
   */
  lt_(other: Tensor | Scalar | Complex): this;
  lt_(...given: Given[]): unknown { return calls.lt_([this, ...given]); }

  /**
   * `aten::lu_solve(Tensor self, Tensor LU_data, Tensor LU_pivots) -> Tensor`
   * @example x.lu_solve(LU_data, LU_pivots)
   */
  lu_solve(LU_data: Tensor, LU_pivots: Tensor): Tensor;
  lu_solve(...given: Given[]): unknown { return calls.lu_solve([this, ...given]); }

  /**
   * - `aten::masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor`
   * - `aten::masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor`
   * @example x.masked_fill(mask, value)
   */
  masked_fill(mask: Tensor, value: Tensor | Scalar | Complex): Tensor;
  masked_fill(mask: Tensor, options: { value: Scalar | Complex }): Tensor;
  masked_fill(...given: Given[]): unknown { return calls.masked_fill([this, ...given]); }

  /**
   * - `aten::masked_fill_.Tensor(Tensor(a!) self, Tensor mask, Tensor value) -> Tensor(a!)`
   * - `aten::masked_fill_.Scalar(Tensor(a!) self, Tensor mask, Scalar value) -> Tensor(a!)`
   * @example x.masked_fill_(mask, value)
   */
  masked_fill_(mask: Tensor, value: Tensor | Scalar | Complex): this;
  masked_fill_(mask: Tensor, options: { value: Scalar | Complex }): this;
  masked_fill_(...given: Given[]): unknown { return calls.masked_fill_([this, ...given]); }

  /**
   * `aten::masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor`
   * @example x.masked_scatter(mask, source)
   */
  masked_scatter(mask: Tensor, source: Tensor): Tensor;
  masked_scatter(...given: Given[]): unknown { return calls.masked_scatter([this, ...given]); }

  /**
   * `aten::masked_scatter_(Tensor(a!) self, Tensor mask, Tensor source) -> Tensor(a!)`
   * @example x.masked_scatter_(mask, source)
   */
  masked_scatter_(mask: Tensor, source: Tensor): this;
  masked_scatter_(...given: Given[]): unknown { return calls.masked_scatter_([this, ...given]); }

  /**
   * `aten::masked_select(Tensor self, Tensor mask) -> Tensor`
   * @example x.masked_select(mask)
   */
  masked_select(mask: Tensor): Tensor;
  masked_select(...given: Given[]): unknown { return calls.masked_select([this, ...given]); }

  /**
   * `aten::matmul(Tensor self, Tensor other) -> Tensor`
   * @example x.matmul(other)
   */
  matmul(other: Tensor): Tensor;
  matmul(...given: Given[]): unknown { return calls.matmul([this, ...given]); }

  /**
   * `aten::matrix_exp(Tensor self) -> Tensor`
   * @example x.matrix_exp()
   */
  matrix_exp(): Tensor;
  matrix_exp(...given: Given[]): unknown { return calls.matrix_exp([this, ...given]); }

  /**
   * `aten::matrix_power(Tensor self, int n) -> Tensor`
   * @example x.matrix_power(n)
   */
  matrix_power(n: number): Tensor;
  matrix_power(options: { n: number }): Tensor;
  matrix_power(...given: Given[]): unknown { return calls.matrix_power([this, ...given]); }

  /**
   * - `aten::max(Tensor self) -> Tensor`
   * - `aten::max.other(Tensor self, Tensor other) -> Tensor`
   * - `aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
   * @example x.max(dim, { keepdim: false })
   */
  max(): Tensor;
  max(other: Tensor): Tensor;
  max(dim: number, keepdim?: boolean): [values: Tensor, indices: Tensor];
  max(dim: number, options?: { keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  max(options: { dim: number; keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  max(...given: Given[]): unknown { return calls.max([this, ...given]); }

  /**
   * `aten::max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor`
   * @example x.max_pool1d(kernelSize, { stride: [], padding: 0, dilation: 1, ceilMode: false })
   */
  max_pool1d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceilMode?: boolean): Tensor;
  max_pool1d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool1d(kernelSize: number | readonly number[], stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool1d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool1d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], options?: { ceilMode?: boolean | undefined }): Tensor;
  max_pool1d(options: { kernelSize: number | readonly number[]; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool1d(...given: Given[]): unknown { return calls.max_pool1d([this, ...given]); }

  /**
   * `aten::max_pool1d_with_indices(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> (Tensor, Tensor)`
   * @example x.max_pool1d_with_indices(kernelSize, { stride: [], padding: 0, dilation: 1, ceilMode: false })
   */
  max_pool1d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceilMode?: boolean): [Tensor, Tensor];
  max_pool1d_with_indices(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool1d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool1d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool1d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], options?: { ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool1d_with_indices(options: { kernelSize: number | readonly number[]; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool1d_with_indices(...given: Given[]): unknown { return calls.max_pool1d_with_indices([this, ...given]); }

  /**
   * `aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor`
   * @example x.max_pool2d(kernelSize, { stride: [], padding: 0, dilation: 1, ceilMode: false })
   */
  max_pool2d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceilMode?: boolean): Tensor;
  max_pool2d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool2d(kernelSize: number | readonly number[], stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool2d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool2d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], options?: { ceilMode?: boolean | undefined }): Tensor;
  max_pool2d(options: { kernelSize: number | readonly number[]; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool2d(...given: Given[]): unknown { return calls.max_pool2d([this, ...given]); }

  /**
   * `aten::max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)`
   * @example x.max_pool2d_with_indices(kernelSize, { stride: [], padding: 0, dilation: 1, ceilMode: false })
   */
  max_pool2d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceilMode?: boolean): [Tensor, Tensor];
  max_pool2d_with_indices(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool2d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool2d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool2d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], options?: { ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool2d_with_indices(options: { kernelSize: number | readonly number[]; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool2d_with_indices(...given: Given[]): unknown { return calls.max_pool2d_with_indices([this, ...given]); }

  /**
   * `aten::max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor`
   * @example x.max_pool3d(kernelSize, { stride: [], padding: 0, dilation: 1, ceilMode: false })
   */
  max_pool3d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceilMode?: boolean): Tensor;
  max_pool3d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool3d(kernelSize: number | readonly number[], stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool3d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool3d(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], options?: { ceilMode?: boolean | undefined }): Tensor;
  max_pool3d(options: { kernelSize: number | readonly number[]; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  max_pool3d(...given: Given[]): unknown { return calls.max_pool3d([this, ...given]); }

  /**
   * `aten::max_pool3d_with_indices(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)`
   * @example x.max_pool3d_with_indices(kernelSize, { stride: [], padding: 0, dilation: 1, ceilMode: false })
   */
  max_pool3d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceilMode?: boolean): [Tensor, Tensor];
  max_pool3d_with_indices(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool3d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool3d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool3d_with_indices(kernelSize: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], options?: { ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool3d_with_indices(options: { kernelSize: number | readonly number[]; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  max_pool3d_with_indices(...given: Given[]): unknown { return calls.max_pool3d_with_indices([this, ...given]); }

  /**
   * `aten::max_unpool2d(Tensor self, Tensor indices, SymInt[2] output_size) -> Tensor`
   * @example x.max_unpool2d(indices, outputSize)
   */
  max_unpool2d(indices: Tensor, outputSize: number | readonly number[]): Tensor;
  max_unpool2d(indices: Tensor, options: { outputSize: number | readonly number[] }): Tensor;
  max_unpool2d(...given: Given[]): unknown { return calls.max_unpool2d([this, ...given]); }

  /**
   * `aten::max_unpool3d(Tensor self, Tensor indices, SymInt[3] output_size, int[3] stride, int[3] padding) -> Tensor`
   * @example x.max_unpool3d(indices, outputSize, stride, padding)
   */
  max_unpool3d(indices: Tensor, outputSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[]): Tensor;
  max_unpool3d(indices: Tensor, options: { outputSize: number | readonly number[]; stride: number | readonly number[]; padding: number | readonly number[] }): Tensor;
  max_unpool3d(...given: Given[]): unknown { return calls.max_unpool3d([this, ...given]); }

  /**
   * `aten::maximum(Tensor self, Tensor other) -> Tensor`
   * @example x.maximum(other)
   */
  maximum(other: Tensor): Tensor;
  maximum(...given: Given[]): unknown { return calls.maximum([this, ...given]); }

  /**
   * - `aten::mean(Tensor self, *, ScalarType? dtype=None) -> Tensor`
   * - `aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   * @example x.mean(dim, { keepdim: false })
   */
  mean(options?: { dtype?: DType | null | undefined }): Tensor;
  mean(dim: number | readonly number[] | null, keepdim?: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
  mean(dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  mean(options: { dim: number | readonly number[] | null; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  mean(...given: Given[]): unknown { return calls.mean([this, ...given]); }

  /**
   * - `aten::median(Tensor self) -> Tensor`
   * - `aten::median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
   * @example x.median(dim, { keepdim: false })
   */
  median(): Tensor;
  median(dim: number, keepdim?: boolean): [values: Tensor, indices: Tensor];
  median(dim: number, options?: { keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  median(options: { dim: number; keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  median(...given: Given[]): unknown { return calls.median([this, ...given]); }

  /**
   * - `aten::min(Tensor self) -> Tensor`
   * - `aten::min.other(Tensor self, Tensor other) -> Tensor`
   * - `aten::min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
   * @example x.min(dim, { keepdim: false })
   */
  min(): Tensor;
  min(other: Tensor): Tensor;
  min(dim: number, keepdim?: boolean): [values: Tensor, indices: Tensor];
  min(dim: number, options?: { keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  min(options: { dim: number; keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  min(...given: Given[]): unknown { return calls.min([this, ...given]); }

  /**
   * `aten::minimum(Tensor self, Tensor other) -> Tensor`
   * @example x.minimum(other)
   */
  minimum(other: Tensor): Tensor;
  minimum(...given: Given[]): unknown { return calls.minimum([this, ...given]); }

  /**
   * `aten::mish(Tensor self) -> Tensor`
   * @example x.mish()
   */
  mish(): Tensor;
  mish(...given: Given[]): unknown { return calls.mish([this, ...given]); }

  /**
   * `aten::mish_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.mish_()
   */
  mish_(): this;
  mish_(...given: Given[]): unknown { return calls.mish_([this, ...given]); }

  /**
   * - `aten::mm(Tensor self, Tensor mat2) -> Tensor`
   * - `aten::mm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`
   * @example x.mm(mat2)
   */
  mm(mat2: Tensor): Tensor;
  mm(mat2: Tensor, outDtype: DType): Tensor;
  mm(mat2: Tensor, options: { outDtype: DType }): Tensor;
  mm(...given: Given[]): unknown { return calls.mm([this, ...given]); }

  /**
   * `aten::mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)`
   * @example x.mode({ dim: -1, keepdim: false })
   */
  mode(dim?: number, keepdim?: boolean): [values: Tensor, indices: Tensor];
  mode(options?: { dim?: number | undefined; keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  mode(dim?: number, options?: { keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  mode(...given: Given[]): unknown { return calls.mode([this, ...given]); }

  /**
   * - `aten::moveaxis.int(Tensor(a) self, int source, int destination) -> Tensor(a)`
   * - `aten::moveaxis.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)`
   * @example x.moveaxis(source, destination)
   */
  moveaxis(source: number, destination: number): Tensor;
  moveaxis(options: { source: number; destination: number }): Tensor;
  moveaxis(source: readonly number[], destination: readonly number[]): Tensor;
  moveaxis(options: { source: readonly number[]; destination: readonly number[] }): Tensor;
  moveaxis(...given: Given[]): unknown { return calls.moveaxis([this, ...given]); }

  /**
   * - `aten::movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)`
   * - `aten::movedim.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)`
   * @example x.movedim(source, destination)
   */
  movedim(source: number, destination: number): Tensor;
  movedim(options: { source: number; destination: number }): Tensor;
  movedim(source: readonly number[], destination: readonly number[]): Tensor;
  movedim(options: { source: readonly number[]; destination: readonly number[] }): Tensor;
  movedim(...given: Given[]): unknown { return calls.movedim([this, ...given]); }

  /**
   * `aten::mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
   * @example x.mse_loss(target, { reduction: 1 })
   */
  mse_loss(target: Tensor, reduction?: number): Tensor;
  mse_loss(target: Tensor, options?: { reduction?: number | undefined }): Tensor;
  mse_loss(...given: Given[]): unknown { return calls.mse_loss([this, ...given]); }

  /**
   * `aten::msort(Tensor self) -> Tensor`
   * @example x.msort()
   */
  msort(): Tensor;
  msort(...given: Given[]): unknown { return calls.msort([this, ...given]); }

  /**
   * - `aten::mul.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::mul.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.mul(other)
   */
  mul(other: Tensor | Scalar | Complex): Tensor;
  mul(...given: Given[]): unknown { return calls.mul([this, ...given]); }

  /**
   * - `aten::mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::mul_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.mul_(other)
   */
  mul_(other: Tensor | Scalar | Complex): this;
  mul_(...given: Given[]): unknown { return calls.mul_([this, ...given]); }

  /**
   * `aten::multi_margin_loss(Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int reduction=1) -> Tensor`
   * @example x.multi_margin_loss(target, { p: 1, margin: 1, weight, reduction: 1 })
   */
  multi_margin_loss(target: Tensor, p?: Scalar | Complex, margin?: Scalar | Complex, weight?: Tensor | null, reduction?: number): Tensor;
  multi_margin_loss(target: Tensor, options?: { p?: Scalar | Complex | undefined; margin?: Scalar | Complex | undefined; weight?: Tensor | null | undefined; reduction?: number | undefined }): Tensor;
  multi_margin_loss(target: Tensor, p?: Scalar | Complex, options?: { margin?: Scalar | Complex | undefined; weight?: Tensor | null | undefined; reduction?: number | undefined }): Tensor;
  multi_margin_loss(target: Tensor, p?: Scalar | Complex, margin?: Scalar | Complex, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined }): Tensor;
  multi_margin_loss(target: Tensor, p?: Scalar | Complex, margin?: Scalar | Complex, weight?: Tensor | null, options?: { reduction?: number | undefined }): Tensor;
  multi_margin_loss(...given: Given[]): unknown { return calls.multi_margin_loss([this, ...given]); }

  /**
   * `aten::multilabel_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
   * @example x.multilabel_margin_loss(target, { reduction: 1 })
   */
  multilabel_margin_loss(target: Tensor, reduction?: number): Tensor;
  multilabel_margin_loss(target: Tensor, options?: { reduction?: number | undefined }): Tensor;
  multilabel_margin_loss(...given: Given[]): unknown { return calls.multilabel_margin_loss([this, ...given]); }

  /**
   * `aten::multinomial(Tensor self, SymInt num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor`
   * @example x.multinomial(numSamples, { replacement: false })
   */
  multinomial(numSamples: number, replacement?: boolean, options?: { generator?: Generator | null | undefined }): Tensor;
  multinomial(numSamples: number, options?: { replacement?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  multinomial(options: { numSamples: number; replacement?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  multinomial(...given: Given[]): unknown { return calls.multinomial([this, ...given]); }

  /**
   * - `aten::multiply.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::multiply.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.multiply(other)
   */
  multiply(other: Tensor | Scalar | Complex): Tensor;
  multiply(...given: Given[]): unknown { return calls.multiply([this, ...given]); }

  /**
   * - `aten::multiply_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::multiply_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.multiply_(other)
   */
  multiply_(other: Tensor | Scalar | Complex): this;
  multiply_(...given: Given[]): unknown { return calls.multiply_([this, ...given]); }

  /**
   * `aten::mv(Tensor self, Tensor vec) -> Tensor`
   * @example x.mv(vec)
   */
  mv(vec: Tensor): Tensor;
  mv(...given: Given[]): unknown { return calls.mv([this, ...given]); }

  /**
   * `aten::mvlgamma(Tensor self, int p) -> Tensor`
   * @example x.mvlgamma(p)
   */
  mvlgamma(p: number): Tensor;
  mvlgamma(options: { p: number }): Tensor;
  mvlgamma(...given: Given[]): unknown { return calls.mvlgamma([this, ...given]); }

  /**
   * `aten::mvlgamma_(Tensor(a!) self, int p) -> Tensor(a!)`
   * @example x.mvlgamma_(p)
   */
  mvlgamma_(p: number): this;
  mvlgamma_(options: { p: number }): this;
  mvlgamma_(...given: Given[]): unknown { return calls.mvlgamma_([this, ...given]); }

  /**
   * `aten::nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor`
   * @example x.nan_to_num({ nan, posinf, neginf })
   */
  nan_to_num(nan?: number | null, posinf?: number | null, neginf?: number | null): Tensor;
  nan_to_num(options?: { nan?: number | null | undefined; posinf?: number | null | undefined; neginf?: number | null | undefined }): Tensor;
  nan_to_num(nan?: number | null, options?: { posinf?: number | null | undefined; neginf?: number | null | undefined }): Tensor;
  nan_to_num(nan?: number | null, posinf?: number | null, options?: { neginf?: number | null | undefined }): Tensor;
  nan_to_num(...given: Given[]): unknown { return calls.nan_to_num([this, ...given]); }

  /**
   * `aten::nan_to_num_(Tensor(a!) self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor(a!)`
   * @example x.nan_to_num_({ nan, posinf, neginf })
   */
  nan_to_num_(nan?: number | null, posinf?: number | null, neginf?: number | null): this;
  nan_to_num_(options?: { nan?: number | null | undefined; posinf?: number | null | undefined; neginf?: number | null | undefined }): this;
  nan_to_num_(nan?: number | null, options?: { posinf?: number | null | undefined; neginf?: number | null | undefined }): this;
  nan_to_num_(nan?: number | null, posinf?: number | null, options?: { neginf?: number | null | undefined }): this;
  nan_to_num_(...given: Given[]): unknown { return calls.nan_to_num_([this, ...given]); }

  /**
   * `aten::nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   * @example x.nanmean({ dim, keepdim: false })
   */
  nanmean(dim?: number | readonly number[] | null, keepdim?: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
  nanmean(options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  nanmean(dim?: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  nanmean(...given: Given[]): unknown { return calls.nanmean([this, ...given]); }

  /**
   * - `aten::nanmedian(Tensor self) -> Tensor`
   * - `aten::nanmedian.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
   * @example x.nanmedian(dim, { keepdim: false })
   */
  nanmedian(): Tensor;
  nanmedian(dim: number, keepdim?: boolean): [values: Tensor, indices: Tensor];
  nanmedian(dim: number, options?: { keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  nanmedian(options: { dim: number; keepdim?: boolean | undefined }): [values: Tensor, indices: Tensor];
  nanmedian(...given: Given[]): unknown { return calls.nanmedian([this, ...given]); }

  /**
   * - `aten::nanquantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
   * - `aten::nanquantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
   * @example x.nanquantile(q, { dim, keepdim: false, interpolation: 'linear' })
   */
  nanquantile(q: Tensor | number, dim?: number | null, keepdim?: boolean, options?: { interpolation?: string | undefined }): Tensor;
  nanquantile(q: Tensor | number, options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; interpolation?: string | undefined }): Tensor;
  nanquantile(q: Tensor | number, dim?: number | null, options?: { keepdim?: boolean | undefined; interpolation?: string | undefined }): Tensor;
  nanquantile(options: { q: number; dim?: number | null | undefined; keepdim?: boolean | undefined; interpolation?: string | undefined }): Tensor;
  nanquantile(...given: Given[]): unknown { return calls.nanquantile([this, ...given]); }

  /**
   * `aten::nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   * @example x.nansum({ dim, keepdim: false })
   */
  nansum(dim?: number | readonly number[] | null, keepdim?: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
  nansum(options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  nansum(dim?: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  nansum(...given: Given[]): unknown { return calls.nansum([this, ...given]); }

  /**
   * - `aten::narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)`
   * - `aten::narrow.Tensor(Tensor(a) self, int dim, Tensor start, SymInt length) -> Tensor(a)`
   * @example x.narrow(dim, start, length)
   */
  narrow(dim: number, start: number | Tensor, length: number): Tensor;
  narrow(options: { dim: number; start: number | Tensor; length: number }): Tensor;
  narrow(...given: Given[]): unknown { return calls.narrow([this, ...given]); }

  /**
   * - `aten::ne.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::ne.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.ne(other)
   */
  ne(other: Tensor | Scalar | Complex): Tensor;
  ne(...given: Given[]): unknown { return calls.ne([this, ...given]); }

  /**
   * - `aten::ne_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::ne_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.ne_(other)
   */
  ne_(other: Tensor | Scalar | Complex): this;
  ne_(...given: Given[]): unknown { return calls.ne_([this, ...given]); }

  /**
   * `aten::neg(Tensor self) -> Tensor`
   * @example x.neg()
   */
  neg(): Tensor;
  neg(...given: Given[]): unknown { return calls.neg([this, ...given]); }

  /**
   * `aten::neg_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.neg_()
   */
  neg_(): this;
  neg_(...given: Given[]): unknown { return calls.neg_([this, ...given]); }

  /**
   * `aten::negative(Tensor self) -> Tensor`
   * @example x.negative()
   */
  negative(): Tensor;
  negative(...given: Given[]): unknown { return calls.negative([this, ...given]); }

  /**
   * `aten::negative_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.negative_()
   */
  negative_(): this;
  negative_(...given: Given[]): unknown { return calls.negative_([this, ...given]); }

  /**
   * `aten::new_empty(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
   * @example x.new_empty(size)
   */
  new_empty(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  new_empty(options: { size: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  new_empty(...given: Given[]): unknown { return calls.new_empty([this, ...given]); }

  /**
   * `aten::new_empty_strided(Tensor self, SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
   * @example x.new_empty_strided(size, stride)
   */
  new_empty_strided(size: readonly number[], stride: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  new_empty_strided(options: { size: readonly number[]; stride: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  new_empty_strided(...given: Given[]): unknown { return calls.new_empty_strided([this, ...given]); }

  /**
   * `aten::new_full(Tensor self, SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
   * @example x.new_full(size, fillValue)
   */
  new_full(size: readonly number[], fillValue: Scalar | Complex, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  new_full(options: { size: readonly number[]; fillValue: Scalar | Complex; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  new_full(...given: Given[]): unknown { return calls.new_full([this, ...given]); }

  /**
   * `aten::new_ones(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
   * @example x.new_ones(size)
   */
  new_ones(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  new_ones(options: { size: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  new_ones(...given: Given[]): unknown { return calls.new_ones([this, ...given]); }

  /**
   * `aten::new_zeros(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
   * @example x.new_zeros(size)
   */
  new_zeros(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  new_zeros(options: { size: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  new_zeros(...given: Given[]): unknown { return calls.new_zeros([this, ...given]); }

  /**
   * `aten::nextafter(Tensor self, Tensor other) -> Tensor`
   * @example x.nextafter(other)
   */
  nextafter(other: Tensor): Tensor;
  nextafter(...given: Given[]): unknown { return calls.nextafter([this, ...given]); }

  /**
   * `aten::nextafter_(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * @example x.nextafter_(other)
   */
  nextafter_(other: Tensor): this;
  nextafter_(...given: Given[]): unknown { return calls.nextafter_([this, ...given]); }

  /**
   * `aten::nll_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor`
   * @example x.nll_loss(target, { weight, reduction: 1, ignoreIndex: -100 })
   */
  nll_loss(target: Tensor, weight?: Tensor | null, reduction?: number, ignoreIndex?: number): Tensor;
  nll_loss(target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined }): Tensor;
  nll_loss(target: Tensor, weight?: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined }): Tensor;
  nll_loss(target: Tensor, weight?: Tensor | null, reduction?: number, options?: { ignoreIndex?: number | undefined }): Tensor;
  nll_loss(...given: Given[]): unknown { return calls.nll_loss([this, ...given]); }

  /**
   * `aten::nll_loss2d(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor`
   * @example x.nll_loss2d(target, { weight, reduction: 1, ignoreIndex: -100 })
   */
  nll_loss2d(target: Tensor, weight?: Tensor | null, reduction?: number, ignoreIndex?: number): Tensor;
  nll_loss2d(target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined }): Tensor;
  nll_loss2d(target: Tensor, weight?: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined }): Tensor;
  nll_loss2d(target: Tensor, weight?: Tensor | null, reduction?: number, options?: { ignoreIndex?: number | undefined }): Tensor;
  nll_loss2d(...given: Given[]): unknown { return calls.nll_loss2d([this, ...given]); }

  /**
   * `aten::nll_loss_nd(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor`
   * @example x.nll_loss_nd(target, { weight, reduction: 1, ignoreIndex: -100 })
   */
  nll_loss_nd(target: Tensor, weight?: Tensor | null, reduction?: number, ignoreIndex?: number): Tensor;
  nll_loss_nd(target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined }): Tensor;
  nll_loss_nd(target: Tensor, weight?: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined }): Tensor;
  nll_loss_nd(target: Tensor, weight?: Tensor | null, reduction?: number, options?: { ignoreIndex?: number | undefined }): Tensor;
  nll_loss_nd(...given: Given[]): unknown { return calls.nll_loss_nd([this, ...given]); }

  /**
   * `aten::nonzero(Tensor self) -> Tensor`
   * @example x.nonzero()
   */
  nonzero(): Tensor;
  nonzero(...given: Given[]): unknown { return calls.nonzero([this, ...given]); }

  /**
   * `aten::nonzero_static(Tensor self, *, SymInt size, int fill_value=-1) -> Tensor`
   * @example x.nonzero_static({ size, fillValue: -1 })
   */
  nonzero_static(options: { size: number; fillValue?: number | undefined }): Tensor;
  nonzero_static(...given: Given[]): unknown { return calls.nonzero_static([this, ...given]); }

  /**
   * - `aten::norm.Scalar(Tensor self, Scalar p=2) -> Tensor`
   * - `aten::norm.ScalarOpt_dtype(Tensor self, Scalar? p, *, ScalarType dtype) -> Tensor`
   * - `aten::norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor`
   * - `aten::norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) -> Tensor`
   * @example x.norm(p, dim, keepdim)
   */
  norm(p?: Scalar | Complex): Tensor;
  norm(options?: { p?: Scalar | Complex | undefined }): Tensor;
  norm(p: Scalar | Complex | null, options: { dtype: DType }): Tensor;
  norm(options: { p: Scalar | Complex | null; dtype: DType }): Tensor;
  norm(p: Scalar | Complex | null, dim: number | readonly number[], keepdim?: boolean): Tensor;
  norm(p: Scalar | Complex | null, dim: number | readonly number[], options?: { keepdim?: boolean | undefined }): Tensor;
  norm(options: { p: Scalar | Complex | null; dim: number | readonly number[]; keepdim?: boolean | undefined }): Tensor;
  norm(p: Scalar | Complex | null, dim: number | readonly number[], keepdim: boolean, options: { dtype: DType }): Tensor;
  norm(options: { p: Scalar | Complex | null; dim: number | readonly number[]; keepdim: boolean; dtype: DType }): Tensor;
  norm(...given: Given[]): unknown { return calls.norm([this, ...given]); }

  /**
   * `aten::normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!)`
   * @example x.normal_({ mean: 0, std: 1 })
   */
  normal_(mean?: number, std?: number, options?: { generator?: Generator | null | undefined }): this;
  normal_(options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined }): this;
  normal_(mean?: number, options?: { std?: number | undefined; generator?: Generator | null | undefined }): this;
  normal_(...given: Given[]): unknown { return calls.normal_([this, ...given]); }

  /**
   * - `aten::not_equal.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::not_equal.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.not_equal(other)
   */
  not_equal(other: Tensor | Scalar | Complex): Tensor;
  not_equal(...given: Given[]): unknown { return calls.not_equal([this, ...given]); }

  /**
   * - `aten::not_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::not_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.not_equal_(other)
   */
  not_equal_(other: Tensor | Scalar | Complex): this;
  not_equal_(...given: Given[]): unknown { return calls.not_equal_([this, ...given]); }

  /**
   * - `aten::nuclear_norm(Tensor self, bool keepdim=False) -> Tensor`
   * - `aten::nuclear_norm.dim(Tensor self, int[2] dim, bool keepdim=False) -> Tensor`
   * @example x.nuclear_norm(dim, { keepdim: false })
   */
  nuclear_norm(keepdim?: boolean): Tensor;
  nuclear_norm(options?: { keepdim?: boolean | undefined }): Tensor;
  nuclear_norm(dim: number | readonly number[], keepdim?: boolean): Tensor;
  nuclear_norm(dim: number | readonly number[], options?: { keepdim?: boolean | undefined }): Tensor;
  nuclear_norm(options: { dim: number | readonly number[]; keepdim?: boolean | undefined }): Tensor;
  nuclear_norm(...given: Given[]): unknown { return calls.nuclear_norm([this, ...given]); }

  /**
   * `aten::one_hot(Tensor self, int num_classes=-1) -> Tensor`
   * @example x.one_hot({ numClasses: -1 })
   */
  one_hot(numClasses?: number): Tensor;
  one_hot(options?: { numClasses?: number | undefined }): Tensor;
  one_hot(...given: Given[]): unknown { return calls.one_hot([this, ...given]); }

  /**
   * `aten::ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * @example x.ones_like()
   */
  ones_like(options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  ones_like(...given: Given[]): unknown { return calls.ones_like([this, ...given]); }

  /**
   * `aten::orgqr(Tensor self, Tensor input2) -> Tensor`
   * @example x.orgqr(input2)
   */
  orgqr(input2: Tensor): Tensor;
  orgqr(...given: Given[]): unknown { return calls.orgqr([this, ...given]); }

  /**
   * `aten::ormqr(Tensor self, Tensor input2, Tensor input3, bool left=True, bool transpose=False) -> Tensor`
   * @example x.ormqr(input2, input3, { left: true, transpose: false })
   */
  ormqr(input2: Tensor, input3: Tensor, left?: boolean, transpose?: boolean): Tensor;
  ormqr(input2: Tensor, input3: Tensor, options?: { left?: boolean | undefined; transpose?: boolean | undefined }): Tensor;
  ormqr(input2: Tensor, input3: Tensor, left?: boolean, options?: { transpose?: boolean | undefined }): Tensor;
  ormqr(...given: Given[]): unknown { return calls.ormqr([this, ...given]); }

  /**
   * `aten::outer(Tensor self, Tensor vec2) -> Tensor`
   * @example x.outer(vec2)
   */
  outer(vec2: Tensor): Tensor;
  outer(...given: Given[]): unknown { return calls.outer([this, ...given]); }

  /**
   * `aten::pad(Tensor self, SymInt[] pad, str mode="constant", float? value=None) -> Tensor`
   * @example x.pad(pad, { mode: 'constant', value })
   */
  pad(pad: readonly number[], mode?: string, value?: number | null): Tensor;
  pad(pad: readonly number[], options?: { mode?: string | undefined; value?: number | null | undefined }): Tensor;
  pad(pad: readonly number[], mode?: string, options?: { value?: number | null | undefined }): Tensor;
  pad(options: { pad: readonly number[]; mode?: string | undefined; value?: number | null | undefined }): Tensor;
  pad(...given: Given[]): unknown { return calls.pad([this, ...given]); }

  /**
   * `aten::pdist(Tensor self, float p=2.) -> Tensor`
   * @example x.pdist({ p: 2 })
   */
  pdist(p?: number): Tensor;
  pdist(options?: { p?: number | undefined }): Tensor;
  pdist(...given: Given[]): unknown { return calls.pdist([this, ...given]); }

  /**
   * `aten::permute(Tensor(a) self, int[] dims) -> Tensor(a)`
   * @example x.permute(dims)
   */
  permute(dims: readonly number[]): Tensor;
  permute(options: { dims: readonly number[] }): Tensor;
  permute(...given: Given[]): unknown { return calls.permute([this, ...given]); }

  /**
   * `aten::pinverse(Tensor self, float rcond=1.0000000000000001e-15) -> Tensor`
   * @example x.pinverse({ rcond: 1e-15 })
   */
  pinverse(rcond?: number): Tensor;
  pinverse(options?: { rcond?: number | undefined }): Tensor;
  pinverse(...given: Given[]): unknown { return calls.pinverse([this, ...given]); }

  /**
   * `aten::pixel_shuffle(Tensor self, int upscale_factor) -> Tensor`
   * @example x.pixel_shuffle(upscaleFactor)
   */
  pixel_shuffle(upscaleFactor: number): Tensor;
  pixel_shuffle(options: { upscaleFactor: number }): Tensor;
  pixel_shuffle(...given: Given[]): unknown { return calls.pixel_shuffle([this, ...given]); }

  /**
   * `aten::pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor`
   * @example x.pixel_unshuffle(downscaleFactor)
   */
  pixel_unshuffle(downscaleFactor: number): Tensor;
  pixel_unshuffle(options: { downscaleFactor: number }): Tensor;
  pixel_unshuffle(...given: Given[]): unknown { return calls.pixel_unshuffle([this, ...given]); }

  /**
   * `aten::poisson(Tensor self, Generator? generator=None) -> Tensor`
   * @example x.poisson()
   */
  poisson(generator?: Generator | null): Tensor;
  poisson(options?: { generator?: Generator | null | undefined }): Tensor;
  poisson(...given: Given[]): unknown { return calls.poisson([this, ...given]); }

  /**
   * `aten::polygamma_(Tensor(a!) self, int n) -> Tensor(a!)`
   * @example x.polygamma_(n)
   */
  polygamma_(n: number): this;
  polygamma_(options: { n: number }): this;
  polygamma_(...given: Given[]): unknown { return calls.polygamma_([this, ...given]); }

  /**
   * `aten::positive(Tensor(a) self) -> Tensor(a)`
   * @example x.positive()
   */
  positive(): Tensor;
  positive(...given: Given[]): unknown { return calls.positive([this, ...given]); }

  /**
   * - `aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`
   * - `aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`
   * @example x.pow(exponent)
   */
  pow(exponent: Tensor | Scalar | Complex): Tensor;
  pow(options: { exponent: Scalar | Complex }): Tensor;
  pow(...given: Given[]): unknown { return calls.pow([this, ...given]); }

  /**
   * - `aten::pow_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)`
   * - `aten::pow_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)`
   * @example x.pow_(exponent)
   */
  pow_(exponent: Tensor | Scalar | Complex): this;
  pow_(options: { exponent: Scalar | Complex }): this;
  pow_(...given: Given[]): unknown { return calls.pow_([this, ...given]); }

  /**
   * `aten::prelu(Tensor self, Tensor weight) -> Tensor`
   * @example x.prelu(weight)
   */
  prelu(weight: Tensor): Tensor;
  prelu(...given: Given[]): unknown { return calls.prelu([this, ...given]); }

  /**
   * - `aten::prod(Tensor self, *, ScalarType? dtype=None) -> Tensor`
   * - `aten::prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   * @example x.prod(dim, { keepdim: false })
   */
  prod(options?: { dtype?: DType | null | undefined }): Tensor;
  prod(dim: number, keepdim?: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
  prod(dim: number, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  prod(options: { dim: number; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  prod(...given: Given[]): unknown { return calls.prod([this, ...given]); }

  /**
   * `aten::put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor`
   * @example x.put(index, source, { accumulate: false })
   */
  put(index: Tensor, source: Tensor, accumulate?: boolean): Tensor;
  put(index: Tensor, source: Tensor, options?: { accumulate?: boolean | undefined }): Tensor;
  put(...given: Given[]): unknown { return calls.put([this, ...given]); }

  /**
   * `aten::put_(Tensor(a!) self, Tensor index, Tensor source, bool accumulate=False) -> Tensor(a!)`
   * @example x.put_(index, source, { accumulate: false })
   */
  put_(index: Tensor, source: Tensor, accumulate?: boolean): this;
  put_(index: Tensor, source: Tensor, options?: { accumulate?: boolean | undefined }): this;
  put_(...given: Given[]): unknown { return calls.put_([this, ...given]); }

  /**
   * - `aten::quantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
   * - `aten::quantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
   * @example x.quantile(q, { dim, keepdim: false, interpolation: 'linear' })
   */
  quantile(q: Tensor | number, dim?: number | null, keepdim?: boolean, options?: { interpolation?: string | undefined }): Tensor;
  quantile(q: Tensor | number, options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; interpolation?: string | undefined }): Tensor;
  quantile(q: Tensor | number, dim?: number | null, options?: { keepdim?: boolean | undefined; interpolation?: string | undefined }): Tensor;
  quantile(options: { q: number; dim?: number | null | undefined; keepdim?: boolean | undefined; interpolation?: string | undefined }): Tensor;
  quantile(...given: Given[]): unknown { return calls.quantile([this, ...given]); }

  /**
   * `aten::rad2deg(Tensor self) -> Tensor`
   * @example x.rad2deg()
   */
  rad2deg(): Tensor;
  rad2deg(...given: Given[]): unknown { return calls.rad2deg([this, ...given]); }

  /**
   * `aten::rad2deg_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.rad2deg_()
   */
  rad2deg_(): this;
  rad2deg_(...given: Given[]): unknown { return calls.rad2deg_([this, ...given]); }

  /**
   * - `aten::rand_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `aten::rand_like.generator(Tensor self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * @example x.rand_like()
   */
  rand_like(options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  rand_like(options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  rand_like(...given: Given[]): unknown { return calls.rand_like([this, ...given]); }

  /**
   * - `aten::randint_like(Tensor self, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `aten::randint_like.Tensor(Tensor self, Tensor high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `aten::randint_like.Tensor_generator(Tensor self, Tensor high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `aten::randint_like.generator(Tensor self, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `aten::randint_like.low_dtype(Tensor self, SymInt low, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `aten::randint_like.low_generator_dtype(Tensor self, SymInt low, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * @example x.randint_like(low, high)
   */
  randint_like(high: number | Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randint_like(options: { high: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randint_like(high: Tensor | number, options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randint_like(options: { high: number; generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randint_like(low: number, high: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randint_like(options: { low: number; high: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randint_like(low: number, high: number, options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randint_like(options: { low: number; high: number; generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randint_like(...given: Given[]): unknown { return calls.randint_like([this, ...given]); }

  /**
   * - `aten::randn_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `aten::randn_like.generator(Tensor self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * @example x.randn_like()
   */
  randn_like(options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randn_like(options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randn_like(...given: Given[]): unknown { return calls.randn_like([this, ...given]); }

  /**
   * - `aten::random(Tensor self, *, Generator? generator=None) -> Tensor`
   * - `aten::random.to(Tensor self, int to, *, Generator? generator=None) -> Tensor`
   * - `aten::random.from(Tensor self, int from, int? to, *, Generator? generator=None) -> Tensor`
   * @example x.random(from, to)
   */
  random(options?: { generator?: Generator | null | undefined }): Tensor;
  random(to: number, options?: { generator?: Generator | null | undefined }): Tensor;
  random(options: { to: number; generator?: Generator | null | undefined }): Tensor;
  random(from: number, to: number | null, options?: { generator?: Generator | null | undefined }): Tensor;
  random(options: { from: number; to: number | null; generator?: Generator | null | undefined }): Tensor;
  random(...given: Given[]): unknown { return calls.random([this, ...given]); }

  /**
   * - `aten::random_(Tensor(a!) self, *, Generator? generator=None) -> Tensor(a!)`
   * - `aten::random_.to(Tensor(a!) self, int to, *, Generator? generator=None) -> Tensor(a!)`
   * - `aten::random_.from(Tensor(a!) self, int from, int? to, *, Generator? generator=None) -> Tensor(a!)`
   * @example x.random_(from, to)
   */
  random_(options?: { generator?: Generator | null | undefined }): this;
  random_(to: number, options?: { generator?: Generator | null | undefined }): this;
  random_(options: { to: number; generator?: Generator | null | undefined }): this;
  random_(from: number, to: number | null, options?: { generator?: Generator | null | undefined }): this;
  random_(options: { from: number; to: number | null; generator?: Generator | null | undefined }): this;
  random_(...given: Given[]): unknown { return calls.random_([this, ...given]); }

  /**
   * `aten::ravel(Tensor(a) self) -> Tensor(a)`
   * @example x.ravel()
   */
  ravel(): Tensor;
  ravel(...given: Given[]): unknown { return calls.ravel([this, ...given]); }

  /**
   * `aten::real(Tensor(a) self) -> Tensor(a)`
   * @example x.real()
   */
  real(): Tensor;
  real(...given: Given[]): unknown { return calls.real([this, ...given]); }

  /**
   * `aten::reciprocal(Tensor self) -> Tensor`
   * @example x.reciprocal()
   */
  reciprocal(): Tensor;
  reciprocal(...given: Given[]): unknown { return calls.reciprocal([this, ...given]); }

  /**
   * `aten::reciprocal_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.reciprocal_()
   */
  reciprocal_(): this;
  reciprocal_(...given: Given[]): unknown { return calls.reciprocal_([this, ...given]); }

  /**
   * `aten::reflection_pad1d(Tensor self, SymInt[2] padding) -> Tensor`
   * @example x.reflection_pad1d(padding)
   */
  reflection_pad1d(padding: number | readonly number[]): Tensor;
  reflection_pad1d(options: { padding: number | readonly number[] }): Tensor;
  reflection_pad1d(...given: Given[]): unknown { return calls.reflection_pad1d([this, ...given]); }

  /**
   * `aten::reflection_pad2d(Tensor self, SymInt[4] padding) -> Tensor`
   * @example x.reflection_pad2d(padding)
   */
  reflection_pad2d(padding: number | readonly number[]): Tensor;
  reflection_pad2d(options: { padding: number | readonly number[] }): Tensor;
  reflection_pad2d(...given: Given[]): unknown { return calls.reflection_pad2d([this, ...given]); }

  /**
   * `aten::reflection_pad3d(Tensor self, SymInt[6] padding) -> Tensor`
   * @example x.reflection_pad3d(padding)
   */
  reflection_pad3d(padding: number | readonly number[]): Tensor;
  reflection_pad3d(options: { padding: number | readonly number[] }): Tensor;
  reflection_pad3d(...given: Given[]): unknown { return calls.reflection_pad3d([this, ...given]); }

  /**
   * `aten::relu(Tensor self) -> Tensor`
   * @example x.relu()
   */
  relu(): Tensor;
  relu(...given: Given[]): unknown { return calls.relu([this, ...given]); }

  /**
   * `aten::relu6(Tensor self) -> Tensor`
   * @example x.relu6()
   */
  relu6(): Tensor;
  relu6(...given: Given[]): unknown { return calls.relu6([this, ...given]); }

  /**
   * `aten::relu6_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.relu6_()
   */
  relu6_(): this;
  relu6_(...given: Given[]): unknown { return calls.relu6_([this, ...given]); }

  /**
   * `aten::relu_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.relu_()
   */
  relu_(): this;
  relu_(...given: Given[]): unknown { return calls.relu_([this, ...given]); }

  /**
   * - `aten::remainder.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::remainder.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.remainder(other)
   */
  remainder(other: Tensor | Scalar | Complex): Tensor;
  remainder(...given: Given[]): unknown { return calls.remainder([this, ...given]); }

  /**
   * - `aten::remainder_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::remainder_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.remainder_(other)
   */
  remainder_(other: Tensor | Scalar | Complex): this;
  remainder_(...given: Given[]): unknown { return calls.remainder_([this, ...given]); }

  /**
   * `aten::renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor`
   * @example x.renorm(p, dim, maxnorm)
   */
  renorm(p: Scalar | Complex, dim: number, maxnorm: Scalar | Complex): Tensor;
  renorm(options: { p: Scalar | Complex; dim: number; maxnorm: Scalar | Complex }): Tensor;
  renorm(...given: Given[]): unknown { return calls.renorm([this, ...given]); }

  /**
   * `aten::renorm_(Tensor(a!) self, Scalar p, int dim, Scalar maxnorm) -> Tensor(a!)`
   * @example x.renorm_(p, dim, maxnorm)
   */
  renorm_(p: Scalar | Complex, dim: number, maxnorm: Scalar | Complex): this;
  renorm_(options: { p: Scalar | Complex; dim: number; maxnorm: Scalar | Complex }): this;
  renorm_(...given: Given[]): unknown { return calls.renorm_([this, ...given]); }

  /**
   * `aten::repeat(Tensor self, SymInt[] repeats) -> Tensor`
   * @example x.repeat(repeats)
   */
  repeat(repeats: readonly number[]): Tensor;
  repeat(options: { repeats: readonly number[] }): Tensor;
  repeat(...given: Given[]): unknown { return calls.repeat([this, ...given]); }

  /**
   * - `aten::repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor`
   * - `aten::repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor`
   * @example x.repeat_interleave(repeats, { dim, outputSize })
   */
  repeat_interleave(repeats: Tensor | number, dim?: number | null, options?: { outputSize?: number | null | undefined }): Tensor;
  repeat_interleave(repeats: Tensor | number, options?: { dim?: number | null | undefined; outputSize?: number | null | undefined }): Tensor;
  repeat_interleave(options: { repeats: number; dim?: number | null | undefined; outputSize?: number | null | undefined }): Tensor;
  repeat_interleave(...given: Given[]): unknown { return calls.repeat_interleave([this, ...given]); }

  /**
   * `aten::replication_pad1d(Tensor self, SymInt[2] padding) -> Tensor`
   * @example x.replication_pad1d(padding)
   */
  replication_pad1d(padding: number | readonly number[]): Tensor;
  replication_pad1d(options: { padding: number | readonly number[] }): Tensor;
  replication_pad1d(...given: Given[]): unknown { return calls.replication_pad1d([this, ...given]); }

  /**
   * `aten::replication_pad2d(Tensor self, SymInt[4] padding) -> Tensor`
   * @example x.replication_pad2d(padding)
   */
  replication_pad2d(padding: number | readonly number[]): Tensor;
  replication_pad2d(options: { padding: number | readonly number[] }): Tensor;
  replication_pad2d(...given: Given[]): unknown { return calls.replication_pad2d([this, ...given]); }

  /**
   * `aten::replication_pad3d(Tensor self, SymInt[6] padding) -> Tensor`
   * @example x.replication_pad3d(padding)
   */
  replication_pad3d(padding: number | readonly number[]): Tensor;
  replication_pad3d(options: { padding: number | readonly number[] }): Tensor;
  replication_pad3d(...given: Given[]): unknown { return calls.replication_pad3d([this, ...given]); }

  /**
   * `aten::reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)`
   * @example x.reshape(shape)
   */
  reshape(shape: readonly number[]): Tensor;
  reshape(options: { shape: readonly number[] }): Tensor;
  reshape(...given: Given[]): unknown { return calls.reshape([this, ...given]); }

  /**
   * `aten::reshape_as(Tensor(a) self, Tensor other) -> Tensor(a)`
   * @example x.reshape_as(other)
   */
  reshape_as(other: Tensor): Tensor;
  reshape_as(...given: Given[]): unknown { return calls.reshape_as([this, ...given]); }

  /**
   * `aten::resolve_conj(Tensor(a) self) -> Tensor(a)`
   * @example x.resolve_conj()
   */
  resolve_conj(): Tensor;
  resolve_conj(...given: Given[]): unknown { return calls.resolve_conj([this, ...given]); }

  /**
   * `aten::resolve_neg(Tensor(a) self) -> Tensor(a)`
   * @example x.resolve_neg()
   */
  resolve_neg(): Tensor;
  resolve_neg(...given: Given[]): unknown { return calls.resolve_neg([this, ...given]); }

  /**
   * `aten::roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor`
   * @example x.roll(shifts, { dims: [] })
   */
  roll(shifts: number | readonly number[], dims?: number | readonly number[]): Tensor;
  roll(shifts: number | readonly number[], options?: { dims?: number | readonly number[] | undefined }): Tensor;
  roll(options: { shifts: number | readonly number[]; dims?: number | readonly number[] | undefined }): Tensor;
  roll(...given: Given[]): unknown { return calls.roll([this, ...given]); }

  /**
   * `aten::rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor`
   * @example x.rot90({ k: 1, dims: [0, 1] })
   */
  rot90(k?: number, dims?: readonly number[]): Tensor;
  rot90(options?: { k?: number | undefined; dims?: readonly number[] | undefined }): Tensor;
  rot90(k?: number, options?: { dims?: readonly number[] | undefined }): Tensor;
  rot90(...given: Given[]): unknown { return calls.rot90([this, ...given]); }

  /**
   * - `aten::round(Tensor self) -> Tensor`
   * - `aten::round.decimals(Tensor self, *, int decimals) -> Tensor`
   * @example x.round({ decimals })
   */
  round(): Tensor;
  round(options: { decimals: number }): Tensor;
  round(...given: Given[]): unknown { return calls.round([this, ...given]); }

  /**
   * - `aten::round_(Tensor(a!) self) -> Tensor(a!)`
   * - `aten::round_.decimals(Tensor(a!) self, *, int decimals) -> Tensor(a!)`
   * @example x.round_({ decimals })
   */
  round_(): this;
  round_(options: { decimals: number }): this;
  round_(...given: Given[]): unknown { return calls.round_([this, ...given]); }

  /**
   * `aten::rrelu(Tensor self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor`
   * @example x.rrelu({ lower: 0.125, upper: 0.3333333333333333, training: false })
   */
  rrelu(lower?: Scalar | Complex, upper?: Scalar | Complex, training?: boolean, generator?: Generator | null): Tensor;
  rrelu(options?: { lower?: Scalar | Complex | undefined; upper?: Scalar | Complex | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  rrelu(lower?: Scalar | Complex, options?: { upper?: Scalar | Complex | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  rrelu(lower?: Scalar | Complex, upper?: Scalar | Complex, options?: { training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  rrelu(lower?: Scalar | Complex, upper?: Scalar | Complex, training?: boolean, options?: { generator?: Generator | null | undefined }): Tensor;
  rrelu(...given: Given[]): unknown { return calls.rrelu([this, ...given]); }

  /**
   * `aten::rrelu_(Tensor(a!) self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor(a!)`
   * @example x.rrelu_({ lower: 0.125, upper: 0.3333333333333333, training: false })
   */
  rrelu_(lower?: Scalar | Complex, upper?: Scalar | Complex, training?: boolean, generator?: Generator | null): this;
  rrelu_(options?: { lower?: Scalar | Complex | undefined; upper?: Scalar | Complex | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): this;
  rrelu_(lower?: Scalar | Complex, options?: { upper?: Scalar | Complex | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): this;
  rrelu_(lower?: Scalar | Complex, upper?: Scalar | Complex, options?: { training?: boolean | undefined; generator?: Generator | null | undefined }): this;
  rrelu_(lower?: Scalar | Complex, upper?: Scalar | Complex, training?: boolean, options?: { generator?: Generator | null | undefined }): this;
  rrelu_(...given: Given[]): unknown { return calls.rrelu_([this, ...given]); }

  /**
   * `aten::rsqrt(Tensor self) -> Tensor`
   * @example x.rsqrt()
   */
  rsqrt(): Tensor;
  rsqrt(...given: Given[]): unknown { return calls.rsqrt([this, ...given]); }

  /**
   * `aten::rsqrt_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.rsqrt_()
   */
  rsqrt_(): this;
  rsqrt_(...given: Given[]): unknown { return calls.rsqrt_([this, ...given]); }

  /**
   * - `aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
   * - `aten::rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
   * @example x.rsub(other, { alpha: 1 })
   */
  rsub(other: Scalar | Complex, alpha?: Scalar | Complex): Tensor;
  rsub(other: Scalar | Complex | Tensor, options?: { alpha?: Scalar | Complex | undefined }): Tensor;
  rsub(...given: Given[]): unknown { return calls.rsub([this, ...given]); }

  /**
   * - `aten::scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor`
   * - `aten::scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`
   * - `aten::scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor`
   * - `aten::scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor`
   * @example x.scatter(dim, index, src, { reduce })
   */
  scatter(dim: number, index: Tensor, src: Tensor): Tensor;
  scatter(options: { dim: number; index: Tensor; src: Tensor }): Tensor;
  scatter(dim: number, index: Tensor, value: Scalar | Complex): Tensor;
  scatter(options: { dim: number; index: Tensor; value: Scalar | Complex }): Tensor;
  scatter(dim: number, index: Tensor, src: Tensor, options: { reduce: string }): Tensor;
  scatter(options: { dim: number; index: Tensor; src: Tensor; reduce: string }): Tensor;
  scatter(dim: number, index: Tensor, value: Scalar | Complex, options: { reduce: string }): Tensor;
  scatter(options: { dim: number; index: Tensor; value: Scalar | Complex; reduce: string }): Tensor;
  scatter(...given: Given[]): unknown { return calls.scatter([this, ...given]); }

  /**
   * - `aten::scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)`
   * - `aten::scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)`
   * - `aten::scatter_.reduce(Tensor(a!) self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor(a!)`
   * - `aten::scatter_.value_reduce(Tensor(a!) self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor(a!)`
   * @example x.scatter_(dim, index, src, { reduce })
   */
  scatter_(dim: number, index: Tensor, src: Tensor): this;
  scatter_(options: { dim: number; index: Tensor; src: Tensor }): this;
  scatter_(dim: number, index: Tensor, value: Scalar | Complex): this;
  scatter_(options: { dim: number; index: Tensor; value: Scalar | Complex }): this;
  scatter_(dim: number, index: Tensor, src: Tensor, options: { reduce: string }): this;
  scatter_(options: { dim: number; index: Tensor; src: Tensor; reduce: string }): this;
  scatter_(dim: number, index: Tensor, value: Scalar | Complex, options: { reduce: string }): this;
  scatter_(options: { dim: number; index: Tensor; value: Scalar | Complex; reduce: string }): this;
  scatter_(...given: Given[]): unknown { return calls.scatter_([this, ...given]); }

  /**
   * `aten::scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor`
   * @example x.scatter_add(dim, index, src)
   */
  scatter_add(dim: number, index: Tensor, src: Tensor): Tensor;
  scatter_add(options: { dim: number; index: Tensor; src: Tensor }): Tensor;
  scatter_add(...given: Given[]): unknown { return calls.scatter_add([this, ...given]); }

  /**
   * `aten::scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)`
   * @example x.scatter_add_(dim, index, src)
   */
  scatter_add_(dim: number, index: Tensor, src: Tensor): this;
  scatter_add_(options: { dim: number; index: Tensor; src: Tensor }): this;
  scatter_add_(...given: Given[]): unknown { return calls.scatter_add_([this, ...given]); }

  /**
   * `aten::scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor`
   * @example x.scatter_reduce(dim, index, src, reduce, { includeSelf: true })
   */
  scatter_reduce(dim: number, index: Tensor, src: Tensor, reduce: string, options?: { includeSelf?: boolean | undefined }): Tensor;
  scatter_reduce(options: { dim: number; index: Tensor; src: Tensor; reduce: string; includeSelf?: boolean | undefined }): Tensor;
  scatter_reduce(...given: Given[]): unknown { return calls.scatter_reduce([this, ...given]); }

  /**
   * `aten::scatter_reduce_.two(Tensor(a!) self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor(a!)`
   * @example x.scatter_reduce_(dim, index, src, reduce, { includeSelf: true })
   */
  scatter_reduce_(dim: number, index: Tensor, src: Tensor, reduce: string, options?: { includeSelf?: boolean | undefined }): this;
  scatter_reduce_(options: { dim: number; index: Tensor; src: Tensor; reduce: string; includeSelf?: boolean | undefined }): this;
  scatter_reduce_(...given: Given[]): unknown { return calls.scatter_reduce_([this, ...given]); }

  /**
   * `aten::select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)`
   * @example x.select(dim, index)
   */
  select(dim: number, index: number): Tensor;
  select(options: { dim: number; index: number }): Tensor;
  select(...given: Given[]): unknown { return calls.select([this, ...given]); }

  /**
   * `aten::select_scatter(Tensor self, Tensor src, int dim, SymInt index) -> Tensor`
   * @example x.select_scatter(src, dim, index)
   */
  select_scatter(src: Tensor, dim: number, index: number): Tensor;
  select_scatter(src: Tensor, options: { dim: number; index: number }): Tensor;
  select_scatter(...given: Given[]): unknown { return calls.select_scatter([this, ...given]); }

  /**
   * `aten::selu(Tensor self) -> Tensor`
   * @example x.selu()
   */
  selu(): Tensor;
  selu(...given: Given[]): unknown { return calls.selu([this, ...given]); }

  /**
   * `aten::selu_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.selu_()
   */
  selu_(): this;
  selu_(...given: Given[]): unknown { return calls.selu_([this, ...given]); }

  /**
   * `aten::sgn(Tensor self) -> Tensor`
   * @example x.sgn()
   */
  sgn(): Tensor;
  sgn(...given: Given[]): unknown { return calls.sgn([this, ...given]); }

  /**
   * `aten::sgn_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.sgn_()
   */
  sgn_(): this;
  sgn_(...given: Given[]): unknown { return calls.sgn_([this, ...given]); }

  /**
   * `aten::sigmoid(Tensor self) -> Tensor`
   * @example x.sigmoid()
   */
  sigmoid(): Tensor;
  sigmoid(...given: Given[]): unknown { return calls.sigmoid([this, ...given]); }

  /**
   * `aten::sigmoid_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.sigmoid_()
   */
  sigmoid_(): this;
  sigmoid_(...given: Given[]): unknown { return calls.sigmoid_([this, ...given]); }

  /**
   * `aten::sign(Tensor self) -> Tensor`
   * @example x.sign()
   */
  sign(): Tensor;
  sign(...given: Given[]): unknown { return calls.sign([this, ...given]); }

  /**
   * `aten::sign_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.sign_()
   */
  sign_(): this;
  sign_(...given: Given[]): unknown { return calls.sign_([this, ...given]); }

  /**
   * `aten::signbit(Tensor self) -> Tensor`
   * @example x.signbit()
   */
  signbit(): Tensor;
  signbit(...given: Given[]): unknown { return calls.signbit([this, ...given]); }

  /**
   * `aten::silu(Tensor self) -> Tensor`
   * @example x.silu()
   */
  silu(): Tensor;
  silu(...given: Given[]): unknown { return calls.silu([this, ...given]); }

  /**
   * `aten::silu_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.silu_()
   */
  silu_(): this;
  silu_(...given: Given[]): unknown { return calls.silu_([this, ...given]); }

  /**
   * `aten::sin(Tensor self) -> Tensor`
   * @example x.sin()
   */
  sin(): Tensor;
  sin(...given: Given[]): unknown { return calls.sin([this, ...given]); }

  /**
   * `aten::sin_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.sin_()
   */
  sin_(): this;
  sin_(...given: Given[]): unknown { return calls.sin_([this, ...given]); }

  /**
   * `aten::sinc(Tensor self) -> Tensor`
   * @example x.sinc()
   */
  sinc(): Tensor;
  sinc(...given: Given[]): unknown { return calls.sinc([this, ...given]); }

  /**
   * `aten::sinc_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.sinc_()
   */
  sinc_(): this;
  sinc_(...given: Given[]): unknown { return calls.sinc_([this, ...given]); }

  /**
   * `aten::sinh(Tensor self) -> Tensor`
   * @example x.sinh()
   */
  sinh(): Tensor;
  sinh(...given: Given[]): unknown { return calls.sinh([this, ...given]); }

  /**
   * `aten::sinh_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.sinh_()
   */
  sinh_(): this;
  sinh_(...given: Given[]): unknown { return calls.sinh_([this, ...given]); }

  /**
   * `aten::slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)`
   * @example x.slice({ dim: 0, start, end, step: 1 })
   */
  slice(dim?: number, start?: number | null, end?: number | null, step?: number): Tensor;
  slice(options?: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  slice(dim?: number, options?: { start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  slice(dim?: number, start?: number | null, options?: { end?: number | null | undefined; step?: number | undefined }): Tensor;
  slice(dim?: number, start?: number | null, end?: number | null, options?: { step?: number | undefined }): Tensor;
  slice(...given: Given[]): unknown { return calls.slice([this, ...given]); }

  /**
   * `aten::slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor`
   * @example x.slice_scatter(src, { dim: 0, start, end, step: 1 })
   */
  slice_scatter(src: Tensor, dim?: number, start?: number | null, end?: number | null, step?: number): Tensor;
  slice_scatter(src: Tensor, options?: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  slice_scatter(src: Tensor, dim?: number, options?: { start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  slice_scatter(src: Tensor, dim?: number, start?: number | null, options?: { end?: number | null | undefined; step?: number | undefined }): Tensor;
  slice_scatter(src: Tensor, dim?: number, start?: number | null, end?: number | null, options?: { step?: number | undefined }): Tensor;
  slice_scatter(...given: Given[]): unknown { return calls.slice_scatter([this, ...given]); }

  /**
   * `aten::slogdet(Tensor self) -> (Tensor sign, Tensor logabsdet)`
   * @example x.slogdet()
   */
  slogdet(): [sign: Tensor, logabsdet: Tensor];
  slogdet(...given: Given[]): unknown { return calls.slogdet([this, ...given]); }

  /**
   * `aten::smooth_l1_loss(Tensor self, Tensor target, int reduction=1, float beta=1.) -> Tensor`
   * @example x.smooth_l1_loss(target, { reduction: 1, beta: 1 })
   */
  smooth_l1_loss(target: Tensor, reduction?: number, beta?: number): Tensor;
  smooth_l1_loss(target: Tensor, options?: { reduction?: number | undefined; beta?: number | undefined }): Tensor;
  smooth_l1_loss(target: Tensor, reduction?: number, options?: { beta?: number | undefined }): Tensor;
  smooth_l1_loss(...given: Given[]): unknown { return calls.smooth_l1_loss([this, ...given]); }

  /**
   * `aten::soft_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`
   * @example x.soft_margin_loss(target, { reduction: 1 })
   */
  soft_margin_loss(target: Tensor, reduction?: number): Tensor;
  soft_margin_loss(target: Tensor, options?: { reduction?: number | undefined }): Tensor;
  soft_margin_loss(...given: Given[]): unknown { return calls.soft_margin_loss([this, ...given]); }

  /**
   * `aten::softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`
   * @example x.softmax(dim)
   */
  softmax(dim: number, dtype?: DType | null): Tensor;
  softmax(dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
  softmax(options: { dim: number; dtype?: DType | null | undefined }): Tensor;
  softmax(...given: Given[]): unknown { return calls.softmax([this, ...given]); }

  /**
   * `aten::softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor`
   * @example x.softplus({ beta: 1, threshold: 20 })
   */
  softplus(beta?: Scalar | Complex, threshold?: Scalar | Complex): Tensor;
  softplus(options?: { beta?: Scalar | Complex | undefined; threshold?: Scalar | Complex | undefined }): Tensor;
  softplus(beta?: Scalar | Complex, options?: { threshold?: Scalar | Complex | undefined }): Tensor;
  softplus(...given: Given[]): unknown { return calls.softplus([this, ...given]); }

  /**
   * `aten::softshrink(Tensor self, Scalar lambd=0.5) -> Tensor`
   * @example x.softshrink({ lambd: 0.5 })
   */
  softshrink(lambd?: Scalar | Complex): Tensor;
  softshrink(options?: { lambd?: Scalar | Complex | undefined }): Tensor;
  softshrink(...given: Given[]): unknown { return calls.softshrink([this, ...given]); }

  /**
   * - `aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`
   * - `aten::sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`
   * @example x.sort({ stable, dim: -1, descending: false })
   */
  sort(dim?: number, descending?: boolean): [values: Tensor, indices: Tensor];
  sort(options?: { dim?: number | undefined; descending?: boolean | undefined }): [values: Tensor, indices: Tensor];
  sort(dim?: number, options?: { descending?: boolean | undefined }): [values: Tensor, indices: Tensor];
  sort(options?: { stable?: boolean | null | undefined; dim?: number | undefined; descending?: boolean | undefined }): [values: Tensor, indices: Tensor];
  sort(...given: Given[]): unknown { return calls.sort([this, ...given]); }

  /**
   * - `aten::split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]`
   * - `aten::split.sizes(Tensor(a -> *) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]`
   * @example x.split(splitSize, { dim: 0 })
   */
  split(splitSize: number | readonly number[], dim?: number): Tensor[];
  split(splitSize: number | readonly number[], options?: { dim?: number | undefined }): Tensor[];
  split(options: { splitSize: number | readonly number[]; dim?: number | undefined }): Tensor[];
  split(...given: Given[]): unknown { return calls.split([this, ...given]); }

  /**
   * `aten::split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]`
   * @example x.split_with_sizes(splitSizes, { dim: 0 })
   */
  split_with_sizes(splitSizes: readonly number[], dim?: number): Tensor[];
  split_with_sizes(splitSizes: readonly number[], options?: { dim?: number | undefined }): Tensor[];
  split_with_sizes(options: { splitSizes: readonly number[]; dim?: number | undefined }): Tensor[];
  split_with_sizes(...given: Given[]): unknown { return calls.split_with_sizes([this, ...given]); }

  /**
   * `aten::sqrt(Tensor self) -> Tensor`
   * @example x.sqrt()
   */
  sqrt(): Tensor;
  sqrt(...given: Given[]): unknown { return calls.sqrt([this, ...given]); }

  /**
   * `aten::sqrt_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.sqrt_()
   */
  sqrt_(): this;
  sqrt_(...given: Given[]): unknown { return calls.sqrt_([this, ...given]); }

  /**
   * `aten::square(Tensor self) -> Tensor`
   * @example x.square()
   */
  square(): Tensor;
  square(...given: Given[]): unknown { return calls.square([this, ...given]); }

  /**
   * `aten::square_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.square_()
   */
  square_(): this;
  square_(...given: Given[]): unknown { return calls.square_([this, ...given]); }

  /**
   * - `aten::squeeze(Tensor(a) self) -> Tensor(a)`
   * - `aten::squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)`
   * - `aten::squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)`
   * @example x.squeeze(dim)
   */
  squeeze(): Tensor;
  squeeze(dim: number | readonly number[]): Tensor;
  squeeze(options: { dim: number | readonly number[] }): Tensor;
  squeeze(...given: Given[]): unknown { return calls.squeeze([this, ...given]); }

  /**
   * - `aten::squeeze_(Tensor(a!) self) -> Tensor(a!)`
   * - `aten::squeeze_.dim(Tensor(a!) self, int dim) -> Tensor(a!)`
   * - `aten::squeeze_.dims(Tensor(a!) self, int[] dim) -> Tensor(a!)`
   * @example x.squeeze_(dim)
   */
  squeeze_(): this;
  squeeze_(dim: number | readonly number[]): this;
  squeeze_(options: { dim: number | readonly number[] }): this;
  squeeze_(...given: Given[]): unknown { return calls.squeeze_([this, ...given]); }

  /**
   * - `aten::std(Tensor self, bool unbiased=True) -> Tensor`
   * - `aten::std.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`
   * - `aten::std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`
   * @example x.std({ dim, correction, keepdim: false })
   */
  std(unbiased?: boolean): Tensor;
  std(options?: { unbiased?: boolean | undefined }): Tensor;
  std(dim?: number | readonly number[] | null, options?: { correction?: Scalar | Complex | null | undefined; keepdim?: boolean | undefined }): Tensor;
  std(options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | Complex | null | undefined; keepdim?: boolean | undefined }): Tensor;
  std(dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean): Tensor;
  std(dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined }): Tensor;
  std(dim: number | readonly number[] | null, unbiased?: boolean, options?: { keepdim?: boolean | undefined }): Tensor;
  std(options: { dim: number | readonly number[] | null; unbiased?: boolean | undefined; keepdim?: boolean | undefined }): Tensor;
  std(...given: Given[]): unknown { return calls.std([this, ...given]); }

  /**
   * - `aten::std_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)`
   * - `aten::std_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`
   * - `aten::std_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)`
   * @example x.std_mean({ dim, correction, keepdim: false })
   */
  std_mean(unbiased?: boolean): [Tensor, Tensor];
  std_mean(options?: { unbiased?: boolean | undefined }): [Tensor, Tensor];
  std_mean(dim?: number | readonly number[] | null, options?: { correction?: Scalar | Complex | null | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  std_mean(options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | Complex | null | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  std_mean(dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean): [Tensor, Tensor];
  std_mean(dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  std_mean(dim: number | readonly number[] | null, unbiased?: boolean, options?: { keepdim?: boolean | undefined }): [Tensor, Tensor];
  std_mean(options: { dim: number | readonly number[] | null; unbiased?: boolean | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  std_mean(...given: Given[]): unknown { return calls.std_mean([this, ...given]); }

  /**
   * - `aten::stft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor`
   * - `aten::stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode="reflect", bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor`
   * @example x.stft(nFft, { hopLength, winLength, window, center: true, padMode: 'reflect', normalized: false, onesided, returnComplex, alignToWindow })
   */
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, normalized?: boolean, onesided?: boolean | null, returnComplex?: boolean | null, alignToWindow?: boolean | null): Tensor;
  stft(nFft: number, options?: { hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, options?: { winLength?: number | null | undefined; window?: Tensor | null | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, options?: { window?: Tensor | null | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, options?: { normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, normalized?: boolean, options?: { onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, normalized?: boolean, onesided?: boolean | null, options?: { returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, normalized?: boolean, onesided?: boolean | null, returnComplex?: boolean | null, options?: { alignToWindow?: boolean | null | undefined }): Tensor;
  stft(options: { nFft: number; hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, padMode?: string, normalized?: boolean, onesided?: boolean | null, returnComplex?: boolean | null, alignToWindow?: boolean | null): Tensor;
  stft(nFft: number, options?: { hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, options?: { winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, options?: { window?: Tensor | null | undefined; center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, options?: { center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, options?: { padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, padMode?: string, options?: { normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, padMode?: string, normalized?: boolean, options?: { onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, padMode?: string, normalized?: boolean, onesided?: boolean | null, options?: { returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength?: number | null, winLength?: number | null, window?: Tensor | null, center?: boolean, padMode?: string, normalized?: boolean, onesided?: boolean | null, returnComplex?: boolean | null, options?: { alignToWindow?: boolean | null | undefined }): Tensor;
  stft(options: { nFft: number; hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(...given: Given[]): unknown { return calls.stft([this, ...given]); }

  /**
   * - `aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
   * - `aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
   * @example x.sub(other, { alpha: 1 })
   */
  sub(other: Scalar | Complex, alpha?: Scalar | Complex): Tensor;
  sub(other: Scalar | Complex | Tensor, options?: { alpha?: Scalar | Complex | undefined }): Tensor;
  sub(...given: Given[]): unknown { return calls.sub([this, ...given]); }

  /**
   * - `aten::sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)`
   * - `aten::sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)`
   * @example x.sub_(other, { alpha: 1 })
   */
  sub_(other: Scalar | Complex, alpha?: Scalar | Complex): this;
  sub_(other: Scalar | Complex | Tensor, options?: { alpha?: Scalar | Complex | undefined }): this;
  sub_(...given: Given[]): unknown { return calls.sub_([this, ...given]); }

  /**
   * - `aten::subtract.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
   * - `aten::subtract.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
   * @example x.subtract(other, { alpha: 1 })
   */
  subtract(other: Scalar | Complex, alpha?: Scalar | Complex): Tensor;
  subtract(other: Scalar | Complex | Tensor, options?: { alpha?: Scalar | Complex | undefined }): Tensor;
  subtract(...given: Given[]): unknown { return calls.subtract([this, ...given]); }

  /**
   * - `aten::subtract_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)`
   * - `aten::subtract_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)`
   * @example x.subtract_(other, { alpha: 1 })
   */
  subtract_(other: Scalar | Complex, alpha?: Scalar | Complex): this;
  subtract_(other: Scalar | Complex | Tensor, options?: { alpha?: Scalar | Complex | undefined }): this;
  subtract_(...given: Given[]): unknown { return calls.subtract_([this, ...given]); }

  /**
   * - `aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor`
   * - `aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   * @example x.sum(dim, { keepdim: false })
   */
  sum(options?: { dtype?: DType | null | undefined }): Tensor;
  sum(dim: number | readonly number[] | null, keepdim?: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
  sum(dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  sum(options: { dim: number | readonly number[] | null; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  sum(...given: Given[]): unknown { return calls.sum([this, ...given]); }

  /**
   * `aten::sum_to_size(Tensor self, SymInt[] size) -> Tensor`
   * @example x.sum_to_size(size)
   */
  sum_to_size(size: readonly number[]): Tensor;
  sum_to_size(options: { size: readonly number[] }): Tensor;
  sum_to_size(...given: Given[]): unknown { return calls.sum_to_size([this, ...given]); }

  /**
   * `aten::svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)`
   * @example x.svd({ some: true, computeUv: true })
   */
  svd(some?: boolean, computeUv?: boolean): [U: Tensor, S: Tensor, V: Tensor];
  svd(options?: { some?: boolean | undefined; computeUv?: boolean | undefined }): [U: Tensor, S: Tensor, V: Tensor];
  svd(some?: boolean, options?: { computeUv?: boolean | undefined }): [U: Tensor, S: Tensor, V: Tensor];
  svd(...given: Given[]): unknown { return calls.svd([this, ...given]); }

  /**
   * `aten::swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)`
   * @example x.swapaxes(axis0, axis1)
   */
  swapaxes(axis0: number, axis1: number): Tensor;
  swapaxes(options: { axis0: number; axis1: number }): Tensor;
  swapaxes(...given: Given[]): unknown { return calls.swapaxes([this, ...given]); }

  /**
   * `aten::swapaxes_(Tensor(a!) self, int axis0, int axis1) -> Tensor(a!)`
   * @example x.swapaxes_(axis0, axis1)
   */
  swapaxes_(axis0: number, axis1: number): this;
  swapaxes_(options: { axis0: number; axis1: number }): this;
  swapaxes_(...given: Given[]): unknown { return calls.swapaxes_([this, ...given]); }

  /**
   * `aten::swapdims(Tensor(a) self, int dim0, int dim1) -> Tensor(a)`
   * @example x.swapdims(dim0, dim1)
   */
  swapdims(dim0: number, dim1: number): Tensor;
  swapdims(options: { dim0: number; dim1: number }): Tensor;
  swapdims(...given: Given[]): unknown { return calls.swapdims([this, ...given]); }

  /**
   * `aten::swapdims_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)`
   * @example x.swapdims_(dim0, dim1)
   */
  swapdims_(dim0: number, dim1: number): this;
  swapdims_(options: { dim0: number; dim1: number }): this;
  swapdims_(...given: Given[]): unknown { return calls.swapdims_([this, ...given]); }

  /**
   * `aten::t(Tensor(a) self) -> Tensor(a)`
   * @example x.t()
   */
  t(): Tensor;
  t(...given: Given[]): unknown { return calls.t([this, ...given]); }

  /**
   * `aten::t_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.t_()
   */
  t_(): this;
  t_(...given: Given[]): unknown { return calls.t_([this, ...given]); }

  /**
   * `aten::take(Tensor self, Tensor index) -> Tensor`
   * @example x.take(index)
   */
  take(index: Tensor): Tensor;
  take(...given: Given[]): unknown { return calls.take([this, ...given]); }

  /**
   * `aten::take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor`
   * @example x.take_along_dim(indices, { dim })
   */
  take_along_dim(indices: Tensor, dim?: number | null): Tensor;
  take_along_dim(indices: Tensor, options?: { dim?: number | null | undefined }): Tensor;
  take_along_dim(...given: Given[]): unknown { return calls.take_along_dim([this, ...given]); }

  /**
   * `aten::tan(Tensor self) -> Tensor`
   * @example x.tan()
   */
  tan(): Tensor;
  tan(...given: Given[]): unknown { return calls.tan([this, ...given]); }

  /**
   * `aten::tan_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.tan_()
   */
  tan_(): this;
  tan_(...given: Given[]): unknown { return calls.tan_([this, ...given]); }

  /**
   * `aten::tanh(Tensor self) -> Tensor`
   * @example x.tanh()
   */
  tanh(): Tensor;
  tanh(...given: Given[]): unknown { return calls.tanh([this, ...given]); }

  /**
   * `aten::tanh_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.tanh_()
   */
  tanh_(): this;
  tanh_(...given: Given[]): unknown { return calls.tanh_([this, ...given]); }

  /**
   * - `aten::tensor_split.indices(Tensor(a -> *) self, SymInt[] indices, int dim=0) -> Tensor(a)[]`
   * - `aten::tensor_split.sections(Tensor(a -> *) self, SymInt sections, int dim=0) -> Tensor(a)[]`
   * - `aten::tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor(a)[]`
   * @example x.tensor_split(tensorIndicesOrSections, { dim: 0 })
   */
  tensor_split(indices: readonly number[], dim?: number): Tensor[];
  tensor_split(indices: readonly number[], options?: { dim?: number | undefined }): Tensor[];
  tensor_split(options: { indices: readonly number[]; dim?: number | undefined }): Tensor[];
  tensor_split(sections: number, dim?: number): Tensor[];
  tensor_split(sections: number, options?: { dim?: number | undefined }): Tensor[];
  tensor_split(options: { sections: number; dim?: number | undefined }): Tensor[];
  tensor_split(tensorIndicesOrSections: Tensor, dim?: number): Tensor[];
  tensor_split(tensorIndicesOrSections: Tensor, options?: { dim?: number | undefined }): Tensor[];
  tensor_split(...given: Given[]): unknown { return calls.tensor_split([this, ...given]); }

  /**
   * `aten::tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor`
   * @example x.tensordot(other, dimsSelf, dimsOther)
   */
  tensordot(other: Tensor, dimsSelf: readonly number[], dimsOther: readonly number[]): Tensor;
  tensordot(other: Tensor, options: { dimsSelf: readonly number[]; dimsOther: readonly number[] }): Tensor;
  tensordot(...given: Given[]): unknown { return calls.tensordot([this, ...given]); }

  /**
   * `aten::threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor`
   * @example x.threshold(threshold, value)
   */
  threshold(threshold: Scalar | Complex, value: Scalar | Complex): Tensor;
  threshold(options: { threshold: Scalar | Complex; value: Scalar | Complex }): Tensor;
  threshold(...given: Given[]): unknown { return calls.threshold([this, ...given]); }

  /**
   * `aten::threshold_(Tensor(a!) self, Scalar threshold, Scalar value) -> Tensor(a!)`
   * @example x.threshold_(threshold, value)
   */
  threshold_(threshold: Scalar | Complex, value: Scalar | Complex): this;
  threshold_(options: { threshold: Scalar | Complex; value: Scalar | Complex }): this;
  threshold_(...given: Given[]): unknown { return calls.threshold_([this, ...given]); }

  /**
   * `aten::tile(Tensor self, SymInt[] dims) -> Tensor`
   * @example x.tile(dims)
   */
  tile(dims: readonly number[]): Tensor;
  tile(options: { dims: readonly number[] }): Tensor;
  tile(...given: Given[]): unknown { return calls.tile([this, ...given]); }

  /**
   * `aten::topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)`
   * @example x.topk(k, { dim: -1, largest: true, sorted: true })
   */
  topk(k: number, dim?: number, largest?: boolean, sorted?: boolean): [values: Tensor, indices: Tensor];
  topk(k: number, options?: { dim?: number | undefined; largest?: boolean | undefined; sorted?: boolean | undefined }): [values: Tensor, indices: Tensor];
  topk(k: number, dim?: number, options?: { largest?: boolean | undefined; sorted?: boolean | undefined }): [values: Tensor, indices: Tensor];
  topk(k: number, dim?: number, largest?: boolean, options?: { sorted?: boolean | undefined }): [values: Tensor, indices: Tensor];
  topk(options: { k: number; dim?: number | undefined; largest?: boolean | undefined; sorted?: boolean | undefined }): [values: Tensor, indices: Tensor];
  topk(...given: Given[]): unknown { return calls.topk([this, ...given]); }

  /**
   * `aten::trace(Tensor self) -> Tensor`
   * @example x.trace()
   */
  trace(): Tensor;
  trace(...given: Given[]): unknown { return calls.trace([this, ...given]); }

  /**
   * `aten::transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)`
   * @example x.transpose(dim0, dim1)
   */
  transpose(dim0: number, dim1: number): Tensor;
  transpose(options: { dim0: number; dim1: number }): Tensor;
  transpose(...given: Given[]): unknown { return calls.transpose([this, ...given]); }

  /**
   * `aten::transpose_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)`
   * @example x.transpose_(dim0, dim1)
   */
  transpose_(dim0: number, dim1: number): this;
  transpose_(options: { dim0: number; dim1: number }): this;
  transpose_(...given: Given[]): unknown { return calls.transpose_([this, ...given]); }

  /**
   * `aten::triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)`
   * @example x.triangular_solve(A, { upper: true, transpose: false, unitriangular: false })
   */
  triangular_solve(A: Tensor, upper?: boolean, transpose?: boolean, unitriangular?: boolean): [solution: Tensor, clonedCoefficient: Tensor];
  triangular_solve(A: Tensor, options?: { upper?: boolean | undefined; transpose?: boolean | undefined; unitriangular?: boolean | undefined }): [solution: Tensor, clonedCoefficient: Tensor];
  triangular_solve(A: Tensor, upper?: boolean, options?: { transpose?: boolean | undefined; unitriangular?: boolean | undefined }): [solution: Tensor, clonedCoefficient: Tensor];
  triangular_solve(A: Tensor, upper?: boolean, transpose?: boolean, options?: { unitriangular?: boolean | undefined }): [solution: Tensor, clonedCoefficient: Tensor];
  triangular_solve(...given: Given[]): unknown { return calls.triangular_solve([this, ...given]); }

  /**
   * `aten::tril(Tensor self, SymInt diagonal=0) -> Tensor`
   * @example x.tril({ diagonal: 0 })
   */
  tril(diagonal?: number): Tensor;
  tril(options?: { diagonal?: number | undefined }): Tensor;
  tril(...given: Given[]): unknown { return calls.tril([this, ...given]); }

  /**
   * `aten::tril_(Tensor(a!) self, SymInt diagonal=0) -> Tensor(a!)`
   * @example x.tril_({ diagonal: 0 })
   */
  tril_(diagonal?: number): this;
  tril_(options?: { diagonal?: number | undefined }): this;
  tril_(...given: Given[]): unknown { return calls.tril_([this, ...given]); }

  /**
   * `aten::triu(Tensor self, SymInt diagonal=0) -> Tensor`
   * @example x.triu({ diagonal: 0 })
   */
  triu(diagonal?: number): Tensor;
  triu(options?: { diagonal?: number | undefined }): Tensor;
  triu(...given: Given[]): unknown { return calls.triu([this, ...given]); }

  /**
   * `aten::triu_(Tensor(a!) self, SymInt diagonal=0) -> Tensor(a!)`
   * @example x.triu_({ diagonal: 0 })
   */
  triu_(diagonal?: number): this;
  triu_(options?: { diagonal?: number | undefined }): this;
  triu_(...given: Given[]): unknown { return calls.triu_([this, ...given]); }

  /**
   * - `aten::true_divide.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::true_divide.Scalar(Tensor self, Scalar other) -> Tensor`
   * @example x.true_divide(other)
   */
  true_divide(other: Tensor | Scalar | Complex): Tensor;
  true_divide(...given: Given[]): unknown { return calls.true_divide([this, ...given]); }

  /**
   * - `aten::true_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::true_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.true_divide_(other)
   */
  true_divide_(other: Tensor | Scalar | Complex): this;
  true_divide_(...given: Given[]): unknown { return calls.true_divide_([this, ...given]); }

  /**
   * `aten::trunc(Tensor self) -> Tensor`
   * @example x.trunc()
   */
  trunc(): Tensor;
  trunc(...given: Given[]): unknown { return calls.trunc([this, ...given]); }

  /**
   * `aten::trunc_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.trunc_()
   */
  trunc_(): this;
  trunc_(...given: Given[]): unknown { return calls.trunc_([this, ...given]); }

  /**
   * `aten::type_as(Tensor self, Tensor other) -> Tensor`
   * @example x.type_as(other)
   */
  type_as(other: Tensor): Tensor;
  type_as(...given: Given[]): unknown { return calls.type_as([this, ...given]); }

  /**
   * `aten::unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]`
   * @example x.unbind({ dim: 0 })
   */
  unbind(dim?: number): Tensor[];
  unbind(options?: { dim?: number | undefined }): Tensor[];
  unbind(...given: Given[]): unknown { return calls.unbind([this, ...given]); }

  /**
   * `aten::unflatten.int(Tensor(a) self, int dim, SymInt[] sizes) -> Tensor(a)`
   * @example x.unflatten(dim, sizes)
   */
  unflatten(dim: number, sizes: readonly number[]): Tensor;
  unflatten(options: { dim: number; sizes: readonly number[] }): Tensor;
  unflatten(...given: Given[]): unknown { return calls.unflatten([this, ...given]); }

  /**
   * `aten::unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)`
   * @example x.unfold(dimension, size, step)
   */
  unfold(dimension: number, size: number, step: number): Tensor;
  unfold(options: { dimension: number; size: number; step: number }): Tensor;
  unfold(...given: Given[]): unknown { return calls.unfold([this, ...given]); }

  /**
   * `aten::uniform(Tensor self, float from=0., float to=1., *, Generator? generator=None) -> Tensor`
   * @example x.uniform({ from: 0, to: 1 })
   */
  uniform(from?: number, to?: number, options?: { generator?: Generator | null | undefined }): Tensor;
  uniform(options?: { from?: number | undefined; to?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  uniform(from?: number, options?: { to?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  uniform(...given: Given[]): unknown { return calls.uniform([this, ...given]); }

  /**
   * `aten::uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None) -> Tensor(a!)`
   * @example x.uniform_({ from: 0, to: 1 })
   */
  uniform_(from?: number, to?: number, options?: { generator?: Generator | null | undefined }): this;
  uniform_(options?: { from?: number | undefined; to?: number | undefined; generator?: Generator | null | undefined }): this;
  uniform_(from?: number, options?: { to?: number | undefined; generator?: Generator | null | undefined }): this;
  uniform_(...given: Given[]): unknown { return calls.uniform_([this, ...given]); }

  /**
   * `aten::unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)`
   * @example x.unique_consecutive({ returnInverse: false, returnCounts: false, dim })
   */
  unique_consecutive(returnInverse?: boolean, returnCounts?: boolean, dim?: number | null): [Tensor, Tensor, Tensor];
  unique_consecutive(options?: { returnInverse?: boolean | undefined; returnCounts?: boolean | undefined; dim?: number | null | undefined }): [Tensor, Tensor, Tensor];
  unique_consecutive(returnInverse?: boolean, options?: { returnCounts?: boolean | undefined; dim?: number | null | undefined }): [Tensor, Tensor, Tensor];
  unique_consecutive(returnInverse?: boolean, returnCounts?: boolean, options?: { dim?: number | null | undefined }): [Tensor, Tensor, Tensor];
  unique_consecutive(...given: Given[]): unknown { return calls.unique_consecutive([this, ...given]); }

  /**
   * `aten::unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)`
   * @example x.unique_dim(dim, { sorted: true, returnInverse: false, returnCounts: false })
   */
  unique_dim(dim: number, sorted?: boolean, returnInverse?: boolean, returnCounts?: boolean): [Tensor, Tensor, Tensor];
  unique_dim(dim: number, options?: { sorted?: boolean | undefined; returnInverse?: boolean | undefined; returnCounts?: boolean | undefined }): [Tensor, Tensor, Tensor];
  unique_dim(dim: number, sorted?: boolean, options?: { returnInverse?: boolean | undefined; returnCounts?: boolean | undefined }): [Tensor, Tensor, Tensor];
  unique_dim(dim: number, sorted?: boolean, returnInverse?: boolean, options?: { returnCounts?: boolean | undefined }): [Tensor, Tensor, Tensor];
  unique_dim(options: { dim: number; sorted?: boolean | undefined; returnInverse?: boolean | undefined; returnCounts?: boolean | undefined }): [Tensor, Tensor, Tensor];
  unique_dim(...given: Given[]): unknown { return calls.unique_dim([this, ...given]); }

  /**
   * `aten::unique_dim_consecutive(Tensor self, int dim, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)`
   * @example x.unique_dim_consecutive(dim, { returnInverse: false, returnCounts: false })
   */
  unique_dim_consecutive(dim: number, returnInverse?: boolean, returnCounts?: boolean): [Tensor, Tensor, Tensor];
  unique_dim_consecutive(dim: number, options?: { returnInverse?: boolean | undefined; returnCounts?: boolean | undefined }): [Tensor, Tensor, Tensor];
  unique_dim_consecutive(dim: number, returnInverse?: boolean, options?: { returnCounts?: boolean | undefined }): [Tensor, Tensor, Tensor];
  unique_dim_consecutive(options: { dim: number; returnInverse?: boolean | undefined; returnCounts?: boolean | undefined }): [Tensor, Tensor, Tensor];
  unique_dim_consecutive(...given: Given[]): unknown { return calls.unique_dim_consecutive([this, ...given]); }

  /**
   * `aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a)`
   * @example x.unsqueeze(dim)
   */
  unsqueeze(dim: number): Tensor;
  unsqueeze(options: { dim: number }): Tensor;
  unsqueeze(...given: Given[]): unknown { return calls.unsqueeze([this, ...given]); }

  /**
   * `aten::unsqueeze_(Tensor(a!) self, int dim) -> Tensor(a!)`
   * @example x.unsqueeze_(dim)
   */
  unsqueeze_(dim: number): this;
  unsqueeze_(options: { dim: number }): this;
  unsqueeze_(...given: Given[]): unknown { return calls.unsqueeze_([this, ...given]); }

  /**
   * `aten::upsample_bicubic2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`
   * @example x.upsample_bicubic2d(outputSize, alignCorners, { scalesH, scalesW })
   */
  upsample_bicubic2d(outputSize: number | readonly number[], alignCorners: boolean, scalesH?: number | null, scalesW?: number | null): Tensor;
  upsample_bicubic2d(outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_bicubic2d(outputSize: number | readonly number[], alignCorners: boolean, scalesH?: number | null, options?: { scalesW?: number | null | undefined }): Tensor;
  upsample_bicubic2d(options: { outputSize: number | readonly number[]; alignCorners: boolean; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_bicubic2d(...given: Given[]): unknown { return calls.upsample_bicubic2d([this, ...given]); }

  /**
   * `aten::upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`
   * @example x.upsample_bilinear2d(outputSize, alignCorners, { scalesH, scalesW })
   */
  upsample_bilinear2d(outputSize: number | readonly number[], alignCorners: boolean, scalesH?: number | null, scalesW?: number | null): Tensor;
  upsample_bilinear2d(outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_bilinear2d(outputSize: number | readonly number[], alignCorners: boolean, scalesH?: number | null, options?: { scalesW?: number | null | undefined }): Tensor;
  upsample_bilinear2d(options: { outputSize: number | readonly number[]; alignCorners: boolean; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_bilinear2d(...given: Given[]): unknown { return calls.upsample_bilinear2d([this, ...given]); }

  /**
   * `aten::upsample_linear1d(Tensor self, SymInt[1] output_size, bool align_corners, float? scales=None) -> Tensor`
   * @example x.upsample_linear1d(outputSize, alignCorners, { scales })
   */
  upsample_linear1d(outputSize: number | readonly number[], alignCorners: boolean, scales?: number | null): Tensor;
  upsample_linear1d(outputSize: number | readonly number[], alignCorners: boolean, options?: { scales?: number | null | undefined }): Tensor;
  upsample_linear1d(options: { outputSize: number | readonly number[]; alignCorners: boolean; scales?: number | null | undefined }): Tensor;
  upsample_linear1d(...given: Given[]): unknown { return calls.upsample_linear1d([this, ...given]); }

  /**
   * `aten::upsample_nearest1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor`
   * @example x.upsample_nearest1d(outputSize, { scales })
   */
  upsample_nearest1d(outputSize: number | readonly number[], scales?: number | null): Tensor;
  upsample_nearest1d(outputSize: number | readonly number[], options?: { scales?: number | null | undefined }): Tensor;
  upsample_nearest1d(options: { outputSize: number | readonly number[]; scales?: number | null | undefined }): Tensor;
  upsample_nearest1d(...given: Given[]): unknown { return calls.upsample_nearest1d([this, ...given]); }

  /**
   * `aten::upsample_nearest2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor`
   * @example x.upsample_nearest2d(outputSize, { scalesH, scalesW })
   */
  upsample_nearest2d(outputSize: number | readonly number[], scalesH?: number | null, scalesW?: number | null): Tensor;
  upsample_nearest2d(outputSize: number | readonly number[], options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_nearest2d(outputSize: number | readonly number[], scalesH?: number | null, options?: { scalesW?: number | null | undefined }): Tensor;
  upsample_nearest2d(options: { outputSize: number | readonly number[]; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_nearest2d(...given: Given[]): unknown { return calls.upsample_nearest2d([this, ...given]); }

  /**
   * `aten::upsample_nearest3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor`
   * @example x.upsample_nearest3d(outputSize, { scalesD, scalesH, scalesW })
   */
  upsample_nearest3d(outputSize: number | readonly number[], scalesD?: number | null, scalesH?: number | null, scalesW?: number | null): Tensor;
  upsample_nearest3d(outputSize: number | readonly number[], options?: { scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_nearest3d(outputSize: number | readonly number[], scalesD?: number | null, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_nearest3d(outputSize: number | readonly number[], scalesD?: number | null, scalesH?: number | null, options?: { scalesW?: number | null | undefined }): Tensor;
  upsample_nearest3d(options: { outputSize: number | readonly number[]; scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_nearest3d(...given: Given[]): unknown { return calls.upsample_nearest3d([this, ...given]); }

  /**
   * `aten::upsample_trilinear3d(Tensor self, SymInt[3] output_size, bool align_corners, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor`
   * @example x.upsample_trilinear3d(outputSize, alignCorners, { scalesD, scalesH, scalesW })
   */
  upsample_trilinear3d(outputSize: number | readonly number[], alignCorners: boolean, scalesD?: number | null, scalesH?: number | null, scalesW?: number | null): Tensor;
  upsample_trilinear3d(outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_trilinear3d(outputSize: number | readonly number[], alignCorners: boolean, scalesD?: number | null, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_trilinear3d(outputSize: number | readonly number[], alignCorners: boolean, scalesD?: number | null, scalesH?: number | null, options?: { scalesW?: number | null | undefined }): Tensor;
  upsample_trilinear3d(options: { outputSize: number | readonly number[]; alignCorners: boolean; scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
  upsample_trilinear3d(...given: Given[]): unknown { return calls.upsample_trilinear3d([this, ...given]); }

  /**
   * - `aten::var(Tensor self, bool unbiased=True) -> Tensor`
   * - `aten::var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`
   * - `aten::var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`
   * @example x.var({ dim, correction, keepdim: false })
   */
  var(unbiased?: boolean): Tensor;
  var(options?: { unbiased?: boolean | undefined }): Tensor;
  var(dim?: number | readonly number[] | null, options?: { correction?: Scalar | Complex | null | undefined; keepdim?: boolean | undefined }): Tensor;
  var(options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | Complex | null | undefined; keepdim?: boolean | undefined }): Tensor;
  var(dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean): Tensor;
  var(dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined }): Tensor;
  var(dim: number | readonly number[] | null, unbiased?: boolean, options?: { keepdim?: boolean | undefined }): Tensor;
  var(options: { dim: number | readonly number[] | null; unbiased?: boolean | undefined; keepdim?: boolean | undefined }): Tensor;
  var(...given: Given[]): unknown { return calls.var([this, ...given]); }

  /**
   * - `aten::var_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)`
   * - `aten::var_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`
   * - `aten::var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)`
   * @example x.var_mean({ dim, correction, keepdim: false })
   */
  var_mean(unbiased?: boolean): [Tensor, Tensor];
  var_mean(options?: { unbiased?: boolean | undefined }): [Tensor, Tensor];
  var_mean(dim?: number | readonly number[] | null, options?: { correction?: Scalar | Complex | null | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  var_mean(options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | Complex | null | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  var_mean(dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean): [Tensor, Tensor];
  var_mean(dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  var_mean(dim: number | readonly number[] | null, unbiased?: boolean, options?: { keepdim?: boolean | undefined }): [Tensor, Tensor];
  var_mean(options: { dim: number | readonly number[] | null; unbiased?: boolean | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  var_mean(...given: Given[]): unknown { return calls.var_mean([this, ...given]); }

  /**
   * `aten::vdot(Tensor self, Tensor other) -> Tensor`
   * @example x.vdot(other)
   */
  vdot(other: Tensor): Tensor;
  vdot(...given: Given[]): unknown { return calls.vdot([this, ...given]); }

  /**
   * - `aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a)`
   * - `aten::view.dtype(Tensor(a) self, ScalarType dtype) -> Tensor(a)`
   * @example x.view(size)
   */
  view(size: readonly number[]): Tensor;
  view(options: { size: readonly number[] }): Tensor;
  view(dtype: DType): Tensor;
  view(options: { dtype: DType }): Tensor;
  view(...given: Given[]): unknown { return calls.view([this, ...given]); }

  /**
   * `aten::view_as(Tensor(a) self, Tensor other) -> Tensor(a)`
   * @example x.view_as(other)
   */
  view_as(other: Tensor): Tensor;
  view_as(...given: Given[]): unknown { return calls.view_as([this, ...given]); }

  /**
   * `aten::view_as_complex(Tensor(a) self) -> Tensor(a)`
   * @example x.view_as_complex()
   */
  view_as_complex(): Tensor;
  view_as_complex(...given: Given[]): unknown { return calls.view_as_complex([this, ...given]); }

  /**
   * `aten::view_as_real(Tensor(a) self) -> Tensor(a)`
   * @example x.view_as_real()
   */
  view_as_real(): Tensor;
  view_as_real(...given: Given[]): unknown { return calls.view_as_real([this, ...given]); }

  /**
   * - `aten::vsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]`
   * - `aten::vsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]`
   * @example x.vsplit(indices)
   */
  vsplit(indices: readonly number[]): Tensor[];
  vsplit(options: { indices: readonly number[] }): Tensor[];
  vsplit(sections: number): Tensor[];
  vsplit(options: { sections: number }): Tensor[];
  vsplit(...given: Given[]): unknown { return calls.vsplit([this, ...given]); }

  /**
   * - `aten::xlogy.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `aten::xlogy.Scalar_Other(Tensor self, Scalar other) -> Tensor`
   * @example x.xlogy(other)
   */
  xlogy(other: Tensor | Scalar | Complex): Tensor;
  xlogy(...given: Given[]): unknown { return calls.xlogy([this, ...given]); }

  /**
   * - `aten::xlogy_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `aten::xlogy_.Scalar_Other(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * @example x.xlogy_(other)
   */
  xlogy_(other: Tensor | Scalar | Complex): this;
  xlogy_(...given: Given[]): unknown { return calls.xlogy_([this, ...given]); }

  /**
   * `aten::zero(Tensor self) -> Tensor`
   * @example x.zero()
   */
  zero(): Tensor;
  zero(...given: Given[]): unknown { return calls.zero([this, ...given]); }

  /**
   * `aten::zero_(Tensor(a!) self) -> Tensor(a!)`
   * @example x.zero_()
   */
  zero_(): this;
  zero_(...given: Given[]): unknown { return calls.zero_([this, ...given]); }

  /**
   * `aten::zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * @example x.zeros_like()
   */
  zeros_like(options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  zeros_like(...given: Given[]): unknown { return calls.zeros_like([this, ...given]); }

}
