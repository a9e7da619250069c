/**
 * The operators of a tensor, by ATen's names. Each does what the method of the same name does in PyTorch; `dim` may be negative.
 */
import { op } from './operator.ts';
import { Handle } from './scope.ts';
import type { MemoryFormat, Tensor } from './tensor.ts';

export type Scalar = number | boolean | bigint;

/** An operator of two operands whose second may be a number. */
function binary(name: string): (self: Handle, other: Tensor | Scalar) => Tensor {
  const ofTensor = op(`aten::${name}.Tensor`);
  const ofScalar = op(`aten::${name}.Scalar`);
  return (self, other) => (typeof other === 'object' ? ofTensor(self, other) : ofScalar(self, other));
}

/** The same with a factor for the second operand. */
function scaled(name: string): (self: Handle, other: Tensor | Scalar, alpha?: number) => Tensor {
  const ofTensor = op(`aten::${name}.Tensor`);
  const ofScalar = op(`aten::${name}.Scalar`);
  return (self, other, alpha) =>
    typeof other === 'object' ? ofTensor(self, other, alpha) : ofScalar(self, other, alpha);
}

const ops = {
  abs: op('aten::abs'),
  acos: op('aten::acos'),
  ceil: op('aten::ceil'),
  cos: op('aten::cos'),
  erf: op('aten::erf'),
  exp: op('aten::exp'),
  floor: op('aten::floor'),
  isfinite: op('aten::isfinite'),
  isnan: op('aten::isnan'),
  log: op('aten::log'),
  log1p: op('aten::log1p'),
  logical_not: op('aten::logical_not'),
  neg: op('aten::neg'),
  reciprocal: op('aten::reciprocal'),
  relu: op('aten::relu'),
  relu_: op('aten::relu_'),
  round: op('aten::round'),
  rsqrt: op('aten::rsqrt'),
  sigmoid: op('aten::sigmoid'),
  sign: op('aten::sign'),
  silu: op('aten::silu'),
  sin: op('aten::sin'),
  sqrt: op('aten::sqrt'),
  square: op('aten::square'),
  tanh: op('aten::tanh'),
  add: scaled('add'),
  sub: scaled('sub'),
  add_: scaled('add_'),
  sub_: scaled('sub_'),
  mul: binary('mul'),
  div: binary('div'),
  mul_: binary('mul_'),
  div_: binary('div_'),
  eq: binary('eq'),
  ne: binary('ne'),
  lt: binary('lt'),
  le: binary('le'),
  gt: binary('gt'),
  ge: binary('ge'),
  maximum: op('aten::maximum'),
  minimum: op('aten::minimum'),
  logical_and: op('aten::logical_and'),
  logical_or: op('aten::logical_or'),
  matmul: op('aten::matmul'),
  mm: op('aten::mm'),
  bmm: op('aten::bmm'),
  clamp: op('aten::clamp'),
  clamp_: op('aten::clamp_'),
  zero_: op('aten::zero_'),
  fill_: op('aten::fill_.Scalar'),
  copy_: op('aten::copy_'),
  normal_: op('aten::normal_'),
  uniform_: op('aten::uniform_'),
  powTensor: op('aten::pow.Tensor_Tensor'),
  powScalar: op('aten::pow.Tensor_Scalar'),
  sum: op('aten::sum.dim_IntList'),
  mean: op('aten::mean.dim'),
  var: op('aten::var.correction'),
  amax: op('aten::amax'),
  amin: op('aten::amin'),
  argmax: op('aten::argmax'),
  argmin: op('aten::argmin'),
  logsumexp: op('aten::logsumexp'),
  cumsum: op('aten::cumsum'),
  all: op('aten::all'),
  any: op('aten::any'),
  topk: op<[values: Tensor, indices: Tensor]>('aten::topk'),
  sort: op<[values: Tensor, indices: Tensor]>('aten::sort'),
  argsort: op('aten::argsort'),
  softmax: op('aten::softmax.int'),
  log_softmax: op('aten::log_softmax.int'),
  reshape: op('aten::reshape'),
  view: op('aten::view'),
  flatten: op('aten::flatten.using_ints'),
  permute: op('aten::permute'),
  transpose: op('aten::transpose.int'),
  t: op('aten::t'),
  unsqueeze: op('aten::unsqueeze'),
  squeezeAll: op('aten::squeeze'),
  squeezeDim: op('aten::squeeze.dim'),
  expand: op('aten::expand'),
  narrow: op('aten::narrow'),
  select: op('aten::select.int'),
  index_select: op('aten::index_select'),
  gather: op('aten::gather'),
  index: op('aten::index.Tensor'),
  flip: op('aten::flip'),
  split: op<Tensor[]>('aten::split.Tensor'),
  unbind: op<Tensor[]>('aten::unbind.int'),
  masked_fill: op('aten::masked_fill.Scalar'),
  contiguous: op('aten::contiguous'),
  clone: op('aten::clone'),
  detach: op('aten::detach'),
};

/** The base of `Tensor`: its operators, each one call into libtorch. */
export abstract class Operators extends Handle {
  abs(): Tensor {
    return ops.abs(this);
  }

  acos(): Tensor {
    return ops.acos(this);
  }

  ceil(): Tensor {
    return ops.ceil(this);
  }

  cos(): Tensor {
    return ops.cos(this);
  }

  erf(): Tensor {
    return ops.erf(this);
  }

  exp(): Tensor {
    return ops.exp(this);
  }

  floor(): Tensor {
    return ops.floor(this);
  }

  isfinite(): Tensor {
    return ops.isfinite(this);
  }

  isnan(): Tensor {
    return ops.isnan(this);
  }

  log(): Tensor {
    return ops.log(this);
  }

  log1p(): Tensor {
    return ops.log1p(this);
  }

  logical_not(): Tensor {
    return ops.logical_not(this);
  }

  neg(): Tensor {
    return ops.neg(this);
  }

  reciprocal(): Tensor {
    return ops.reciprocal(this);
  }

  relu(): Tensor {
    return ops.relu(this);
  }

  relu_(): Tensor {
    return ops.relu_(this);
  }

  round(): Tensor {
    return ops.round(this);
  }

  rsqrt(): Tensor {
    return ops.rsqrt(this);
  }

  sigmoid(): Tensor {
    return ops.sigmoid(this);
  }

  sign(): Tensor {
    return ops.sign(this);
  }

  silu(): Tensor {
    return ops.silu(this);
  }

  sin(): Tensor {
    return ops.sin(this);
  }

  sqrt(): Tensor {
    return ops.sqrt(this);
  }

  square(): Tensor {
    return ops.square(this);
  }

  tanh(): Tensor {
    return ops.tanh(this);
  }

  add(other: Tensor | Scalar, options: { alpha?: number } = {}): Tensor {
    return ops.add(this, other, options.alpha);
  }

  sub(other: Tensor | Scalar, options: { alpha?: number } = {}): Tensor {
    return ops.sub(this, other, options.alpha);
  }

  add_(other: Tensor | Scalar, options: { alpha?: number } = {}): Tensor {
    return ops.add_(this, other, options.alpha);
  }

  sub_(other: Tensor | Scalar, options: { alpha?: number } = {}): Tensor {
    return ops.sub_(this, other, options.alpha);
  }

  mul(other: Tensor | Scalar): Tensor {
    return ops.mul(this, other);
  }

  div(other: Tensor | Scalar): Tensor {
    return ops.div(this, other);
  }

  mul_(other: Tensor | Scalar): Tensor {
    return ops.mul_(this, other);
  }

  div_(other: Tensor | Scalar): Tensor {
    return ops.div_(this, other);
  }

  eq(other: Tensor | Scalar): Tensor {
    return ops.eq(this, other);
  }

  ne(other: Tensor | Scalar): Tensor {
    return ops.ne(this, other);
  }

  lt(other: Tensor | Scalar): Tensor {
    return ops.lt(this, other);
  }

  le(other: Tensor | Scalar): Tensor {
    return ops.le(this, other);
  }

  gt(other: Tensor | Scalar): Tensor {
    return ops.gt(this, other);
  }

  ge(other: Tensor | Scalar): Tensor {
    return ops.ge(this, other);
  }

  maximum(other: Tensor): Tensor {
    return ops.maximum(this, other);
  }

  minimum(other: Tensor): Tensor {
    return ops.minimum(this, other);
  }

  logical_and(other: Tensor): Tensor {
    return ops.logical_and(this, other);
  }

  logical_or(other: Tensor): Tensor {
    return ops.logical_or(this, other);
  }

  matmul(other: Tensor): Tensor {
    return ops.matmul(this, other);
  }

  mm(other: Tensor): Tensor {
    return ops.mm(this, other);
  }

  bmm(other: Tensor): Tensor {
    return ops.bmm(this, other);
  }

  /** Values limited to [min, max]; null is no limit. */
  clamp(min: number | null, max: number | null = null): Tensor {
    return ops.clamp(this, min, max);
  }

  clamp_(min: number | null, max: number | null = null): Tensor {
    return ops.clamp_(this, min, max);
  }

  zero_(): Tensor {
    return ops.zero_(this);
  }

  fill_(value: Scalar): Tensor {
    return ops.fill_(this, value);
  }

  /** Takes over the values of `source`, broadcast and converted. */
  copy_(source: Tensor): Tensor {
    return ops.copy_(this, source);
  }

  /** Fills it from a normal distribution. */
  normal_(mean = 0, std = 1, options: { generator?: Handle } = {}): Tensor {
    return ops.normal_(this, mean, std, options.generator);
  }

  /** Fills it uniformly from [from, to). */
  uniform_(from = 0, to = 1, options: { generator?: Handle } = {}): Tensor {
    return ops.uniform_(this, from, to, options.generator);
  }

  pow(exponent: Tensor | number): Tensor {
    return typeof exponent === 'object' ? ops.powTensor(this, exponent) : ops.powScalar(this, exponent);
  }

  /** Sum over the given dimensions, or over all. */
  sum(dim: number | readonly number[] | null = null, keepdim = false): Tensor {
    return ops.sum(this, dim, keepdim);
  }

  /** Mean over the given dimensions, or over all. */
  mean(dim: number | readonly number[] | null = null, keepdim = false): Tensor {
    return ops.mean(this, dim, keepdim);
  }

  /** Variance over the given dimensions, or over all; `correction` 1 by default (Bessel's). */
  var(
    dim: number | readonly number[] | null = null,
    options: { correction?: number; keepdim?: boolean } = {},
  ): Tensor {
    return ops.var(this, dim, options.correction, options.keepdim);
  }

  /** Over the given dimensions, or over all. */
  amax(dim: number | readonly number[] = [], keepdim = false): Tensor {
    return ops.amax(this, dim, keepdim);
  }

  /** Over the given dimensions, or over all. */
  amin(dim: number | readonly number[] = [], keepdim = false): Tensor {
    return ops.amin(this, dim, keepdim);
  }

  /** Index (int64) along a dimension, or into the flattened tensor. */
  argmax(dim: number | null = null, keepdim = false): Tensor {
    return ops.argmax(this, dim, keepdim);
  }

  /** Index (int64) along a dimension, or into the flattened tensor. */
  argmin(dim: number | null = null, keepdim = false): Tensor {
    return ops.argmin(this, dim, keepdim);
  }

  logsumexp(dim: number | readonly number[], keepdim = false): Tensor {
    return ops.logsumexp(this, dim, keepdim);
  }

  cumsum(dim: number): Tensor {
    return ops.cumsum(this, dim);
  }

  all(): Tensor {
    return ops.all(this);
  }

  any(): Tensor {
    return ops.any(this);
  }

  /** The k largest, sorted, with their indices. */
  topk(k: number, dim = -1): [values: Tensor, indices: Tensor] {
    return ops.topk(this, k, dim);
  }

  sort(dim = -1, descending = false): [values: Tensor, indices: Tensor] {
    return ops.sort(this, dim, descending);
  }

  argsort(dim = -1, descending = false): Tensor {
    return ops.argsort(this, dim, descending);
  }

  softmax(dim: number): Tensor {
    return ops.softmax(this, dim);
  }

  log_softmax(dim: number): Tensor {
    return ops.log_softmax(this, dim);
  }

  reshape(shape: readonly number[]): Tensor {
    return ops.reshape(this, shape);
  }

  view(shape: readonly number[]): Tensor {
    return ops.view(this, shape);
  }

  flatten(startDim = 0, endDim = -1): Tensor {
    return ops.flatten(this, startDim, endDim);
  }

  permute(dims: readonly number[]): Tensor {
    return ops.permute(this, dims);
  }

  transpose(dim0: number, dim1: number): Tensor {
    return ops.transpose(this, dim0, dim1);
  }

  t(): Tensor {
    return ops.t(this);
  }

  unsqueeze(dim: number): Tensor {
    return ops.unsqueeze(this, dim);
  }

  squeeze(dim?: number): Tensor {
    return dim === undefined ? ops.squeezeAll(this) : ops.squeezeDim(this, dim);
  }

  expand(shape: readonly number[]): Tensor {
    return ops.expand(this, shape);
  }

  narrow(dim: number, start: number, length: number): Tensor {
    return ops.narrow(this, dim, start, length);
  }

  select(dim: number, index: number): Tensor {
    return ops.select(this, dim, index);
  }

  index_select(dim: number, index: Tensor): Tensor {
    return ops.index_select(this, dim, index);
  }

  gather(dim: number, index: Tensor): Tensor {
    return ops.gather(this, dim, index);
  }

  /** Advanced indexing: a tensor of integers or booleans for each dimension, null for all of it. */
  index(indices: readonly (Tensor | null)[]): Tensor {
    return ops.index(this, indices);
  }

  flip(dims: readonly number[]): Tensor {
    return ops.flip(this, dims);
  }

  split(size: number, dim = 0): Tensor[] {
    return ops.split(this, size, dim);
  }

  unbind(dim = 0): Tensor[] {
    return ops.unbind(this, dim);
  }

  masked_fill(mask: Tensor, value: Scalar): Tensor {
    return ops.masked_fill(this, mask, value);
  }

  contiguous(memoryFormat?: MemoryFormat): Tensor {
    return ops.contiguous(this, memoryFormat);
  }

  clone(options: { memoryFormat?: MemoryFormat } = {}): Tensor {
    return ops.clone(this, options.memoryFormat);
  }

  /** The same values, cut off from the graph. */
  detach(): Tensor {
    return ops.detach(this);
  }
}
