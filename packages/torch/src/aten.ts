/**
 * The operators that are functions: those whose first argument is not the tensor they belong to.
 * Generated from the schemas of libtorch by generate.ts; not edited by hand. Arguments come in the order of the schema; a last object gives
 * them by name. `dim` may be negative, shapes broadcast, and errors are `TorchError`s, all as in PyTorch.
 */
import type { Device, Layout, MemoryFormat } from './device.ts';
import type { Complex, Given, Scalar } from './dispatch/exchange.ts';
import type { DType } from './dtype.ts';
import { overloads } from './operators/overloads.ts';
import type { Generator } from './random.ts';
import type { Tensor } from './tensor.ts';

const call_affine_grid_generator = overloads('aten::affine_grid_generator', '');
/**
 * `aten::affine_grid_generator(Tensor theta, SymInt[] size, bool align_corners) -> Tensor`
 * @example aten.affine_grid_generator(theta, size, alignCorners)
 */
export function affine_grid_generator(theta: Tensor, size: readonly number[], alignCorners: boolean): Tensor;
export function affine_grid_generator(theta: Tensor, options: { size: readonly number[]; alignCorners: boolean }): Tensor;
export function affine_grid_generator(...given: Given[]): unknown { return call_affine_grid_generator(given); }

const call_alpha_dropout = overloads('aten::alpha_dropout', '');
/**
 * `aten::alpha_dropout(Tensor input, float p, bool train) -> Tensor`
 * @example aten.alpha_dropout(input, p, train)
 */
export function alpha_dropout(input: Tensor, p: number, train: boolean): Tensor;
export function alpha_dropout(input: Tensor, options: { p: number; train: boolean }): Tensor;
export function alpha_dropout(...given: Given[]): unknown { return call_alpha_dropout(given); }

const call_arange = overloads('aten::arange', '', 'start', 'start_step');
/**
 * - `aten::arange(Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::arange.start(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.arange(start, end, { step: 1 })
 */
export function arange(end: Scalar | Complex, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function arange(options: { end: Scalar | Complex; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function arange(start: Scalar | Complex, end: Scalar | Complex, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function arange(options: { start: Scalar | Complex; end: Scalar | Complex; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function arange(start: Scalar | Complex, end: Scalar | Complex, step?: Scalar | Complex, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function arange(start: Scalar | Complex, end: Scalar | Complex, options?: { step?: Scalar | Complex | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function arange(options: { start: Scalar | Complex; end: Scalar | Complex; step?: Scalar | Complex | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function arange(...given: Given[]): unknown { return call_arange(given); }

const call_atleast_1d = overloads('aten::atleast_1d', '', 'Sequence');
/**
 * - `aten::atleast_1d(Tensor self) -> Tensor`
 * - `aten::atleast_1d.Sequence(Tensor[] tensors) -> Tensor[]`
 * @example aten.atleast_1d(x)
 */
export function atleast_1d(self: Tensor): Tensor;
export function atleast_1d(tensors: readonly Tensor[]): Tensor[];
export function atleast_1d(...given: Given[]): unknown { return call_atleast_1d(given); }

const call_atleast_2d = overloads('aten::atleast_2d', '', 'Sequence');
/**
 * - `aten::atleast_2d(Tensor self) -> Tensor`
 * - `aten::atleast_2d.Sequence(Tensor[] tensors) -> Tensor[]`
 * @example aten.atleast_2d(x)
 */
export function atleast_2d(self: Tensor): Tensor;
export function atleast_2d(tensors: readonly Tensor[]): Tensor[];
export function atleast_2d(...given: Given[]): unknown { return call_atleast_2d(given); }

const call_atleast_3d = overloads('aten::atleast_3d', '', 'Sequence');
/**
 * - `aten::atleast_3d(Tensor self) -> Tensor`
 * - `aten::atleast_3d.Sequence(Tensor[] tensors) -> Tensor[]`
 * @example aten.atleast_3d(x)
 */
export function atleast_3d(self: Tensor): Tensor;
export function atleast_3d(tensors: readonly Tensor[]): Tensor[];
export function atleast_3d(...given: Given[]): unknown { return call_atleast_3d(given); }

const call_bartlett_window = overloads('aten::bartlett_window', '', 'periodic');
/**
 * - `aten::bartlett_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::bartlett_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.bartlett_window(windowLength, periodic)
 */
export function bartlett_window(windowLength: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function bartlett_window(options: { windowLength: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function bartlett_window(windowLength: number, periodic: boolean, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function bartlett_window(options: { windowLength: number; periodic: boolean; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function bartlett_window(...given: Given[]): unknown { return call_bartlett_window(given); }

const call_batch_norm = overloads('aten::batch_norm', '');
/**
 * `aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor`
 * @example aten.batch_norm(input, weight, bias, runningMean, runningVar, training, momentum, eps, cudnnEnabled)
 */
export function batch_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, training: boolean, momentum: number, eps: number, cudnnEnabled: boolean): Tensor;
export function batch_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, options: { training: boolean; momentum: number; eps: number; cudnnEnabled: boolean }): Tensor;
export function batch_norm(...given: Given[]): unknown { return call_batch_norm(given); }

const call_bilinear = overloads('aten::bilinear', '');
/**
 * `aten::bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor`
 * @example aten.bilinear(input1, input2, weight, { bias })
 */
export function bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias?: Tensor | null): Tensor;
export function bilinear(input1: Tensor, input2: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined }): Tensor;
export function bilinear(...given: Given[]): unknown { return call_bilinear(given); }

const call_binomial = overloads('aten::binomial', '');
/**
 * `aten::binomial(Tensor count, Tensor prob, Generator? generator=None) -> Tensor`
 * @example aten.binomial(count, prob)
 */
export function binomial(count: Tensor, prob: Tensor, generator?: Generator | null): Tensor;
export function binomial(count: Tensor, prob: Tensor, options?: { generator?: Generator | null | undefined }): Tensor;
export function binomial(...given: Given[]): unknown { return call_binomial(given); }

const call_bitwise_and = overloads('aten::bitwise_and', 'Tensor', 'Scalar', 'Scalar_Tensor');
/**
 * - `aten::bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `aten::bitwise_and.Scalar(Tensor self, Scalar other) -> Tensor`
 * - `aten::bitwise_and.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 * @example aten.bitwise_and(x, other)
 */
export function bitwise_and(self: Tensor, other: Tensor | Scalar | Complex): Tensor;
export function bitwise_and(self: Scalar | Complex, other: Tensor): Tensor;
export function bitwise_and(options: { self: Scalar | Complex; other: Tensor }): Tensor;
export function bitwise_and(...given: Given[]): unknown { return call_bitwise_and(given); }

const call_bitwise_left_shift = overloads('aten::bitwise_left_shift', 'Tensor', 'Scalar_Tensor', 'Tensor_Scalar');
/**
 * - `aten::bitwise_left_shift.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `aten::bitwise_left_shift.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 * - `aten::bitwise_left_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`
 * @example aten.bitwise_left_shift(x, other)
 */
export function bitwise_left_shift(self: Tensor | Scalar | Complex, other: Tensor): Tensor;
export function bitwise_left_shift(options: { self: Scalar | Complex; other: Tensor }): Tensor;
export function bitwise_left_shift(self: Tensor, other: Scalar | Complex): Tensor;
export function bitwise_left_shift(...given: Given[]): unknown { return call_bitwise_left_shift(given); }

const call_bitwise_or = overloads('aten::bitwise_or', 'Tensor', 'Scalar', 'Scalar_Tensor');
/**
 * - `aten::bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `aten::bitwise_or.Scalar(Tensor self, Scalar other) -> Tensor`
 * - `aten::bitwise_or.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 * @example aten.bitwise_or(x, other)
 */
export function bitwise_or(self: Tensor, other: Tensor | Scalar | Complex): Tensor;
export function bitwise_or(self: Scalar | Complex, other: Tensor): Tensor;
export function bitwise_or(options: { self: Scalar | Complex; other: Tensor }): Tensor;
export function bitwise_or(...given: Given[]): unknown { return call_bitwise_or(given); }

const call_bitwise_right_shift = overloads('aten::bitwise_right_shift', 'Tensor', 'Scalar_Tensor', 'Tensor_Scalar');
/**
 * - `aten::bitwise_right_shift.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `aten::bitwise_right_shift.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 * - `aten::bitwise_right_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`
 * @example aten.bitwise_right_shift(x, other)
 */
export function bitwise_right_shift(self: Tensor | Scalar | Complex, other: Tensor): Tensor;
export function bitwise_right_shift(options: { self: Scalar | Complex; other: Tensor }): Tensor;
export function bitwise_right_shift(self: Tensor, other: Scalar | Complex): Tensor;
export function bitwise_right_shift(...given: Given[]): unknown { return call_bitwise_right_shift(given); }

const call_bitwise_xor = overloads('aten::bitwise_xor', 'Tensor', 'Scalar', 'Scalar_Tensor');
/**
 * - `aten::bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `aten::bitwise_xor.Scalar(Tensor self, Scalar other) -> Tensor`
 * - `aten::bitwise_xor.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 * @example aten.bitwise_xor(x, other)
 */
export function bitwise_xor(self: Tensor, other: Tensor | Scalar | Complex): Tensor;
export function bitwise_xor(self: Scalar | Complex, other: Tensor): Tensor;
export function bitwise_xor(options: { self: Scalar | Complex; other: Tensor }): Tensor;
export function bitwise_xor(...given: Given[]): unknown { return call_bitwise_xor(given); }

const call_blackman_window = overloads('aten::blackman_window', '', 'periodic');
/**
 * - `aten::blackman_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::blackman_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.blackman_window(windowLength, periodic)
 */
export function blackman_window(windowLength: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function blackman_window(options: { windowLength: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function blackman_window(windowLength: number, periodic: boolean, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function blackman_window(options: { windowLength: number; periodic: boolean; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function blackman_window(...given: Given[]): unknown { return call_blackman_window(given); }

const call_block_diag = overloads('aten::block_diag', '');
/**
 * `aten::block_diag(Tensor[] tensors) -> Tensor`
 * @example aten.block_diag(tensors)
 */
export function block_diag(tensors: readonly Tensor[]): Tensor;
export function block_diag(...given: Given[]): unknown { return call_block_diag(given); }

const call_broadcast_tensors = overloads('aten::broadcast_tensors', '');
/**
 * `aten::broadcast_tensors(Tensor[] tensors) -> Tensor[]`
 * @example aten.broadcast_tensors(tensors)
 */
export function broadcast_tensors(tensors: readonly Tensor[]): Tensor[];
export function broadcast_tensors(...given: Given[]): unknown { return call_broadcast_tensors(given); }

const call_bucketize = overloads('aten::bucketize', 'Scalar', 'Tensor');
/**
 * - `aten::bucketize.Scalar(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor`
 * - `aten::bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor`
 * @example aten.bucketize(x, boundaries, { outInt32: false, right: false })
 */
export function bucketize(self: Scalar | Complex | Tensor, boundaries: Tensor, options?: { outInt32?: boolean | undefined; right?: boolean | undefined }): Tensor;
export function bucketize(options: { self: Scalar | Complex; boundaries: Tensor; outInt32?: boolean | undefined; right?: boolean | undefined }): Tensor;
export function bucketize(...given: Given[]): unknown { return call_bucketize(given); }

const call_can_cast = overloads('aten::can_cast', '');
/**
 * `aten::can_cast(ScalarType from_, ScalarType to) -> bool`
 * @example aten.can_cast(from_, to)
 */
export function can_cast(from_: DType, to: DType): boolean;
export function can_cast(options: { from_: DType; to: DType }): boolean;
export function can_cast(...given: Given[]): unknown { return call_can_cast(given); }

const call_cartesian_prod = overloads('aten::cartesian_prod', '');
/**
 * `aten::cartesian_prod(Tensor[] tensors) -> Tensor`
 * @example aten.cartesian_prod(tensors)
 */
export function cartesian_prod(tensors: readonly Tensor[]): Tensor;
export function cartesian_prod(...given: Given[]): unknown { return call_cartesian_prod(given); }

const call_cat = overloads('aten::cat', '');
/**
 * `aten::cat(Tensor[] tensors, int dim=0) -> Tensor`
 * @example aten.cat(tensors, { dim: 0 })
 */
export function cat(tensors: readonly Tensor[], dim?: number): Tensor;
export function cat(tensors: readonly Tensor[], options?: { dim?: number | undefined }): Tensor;
export function cat(...given: Given[]): unknown { return call_cat(given); }

const call_cdist = overloads('aten::cdist', '');
/**
 * `aten::cdist(Tensor x1, Tensor x2, float p=2., int? compute_mode=None) -> Tensor`
 * @example aten.cdist(x1, x2, { p: 2, computeMode })
 */
export function cdist(x1: Tensor, x2: Tensor, p?: number, computeMode?: number | null): Tensor;
export function cdist(x1: Tensor, x2: Tensor, options?: { p?: number | undefined; computeMode?: number | null | undefined }): Tensor;
export function cdist(x1: Tensor, x2: Tensor, p?: number, options?: { computeMode?: number | null | undefined }): Tensor;
export function cdist(...given: Given[]): unknown { return call_cdist(given); }

const call_chain_matmul = overloads('aten::chain_matmul', '');
/**
 * `aten::chain_matmul(Tensor[] matrices) -> Tensor`
 * @example aten.chain_matmul(matrices)
 */
export function chain_matmul(matrices: readonly Tensor[]): Tensor;
export function chain_matmul(...given: Given[]): unknown { return call_chain_matmul(given); }

const call_column_stack = overloads('aten::column_stack', '');
/**
 * `aten::column_stack(Tensor[] tensors) -> Tensor`
 * @example aten.column_stack(tensors)
 */
export function column_stack(tensors: readonly Tensor[]): Tensor;
export function column_stack(...given: Given[]): unknown { return call_column_stack(given); }

const call_complex = overloads('aten::complex', '');
/**
 * `aten::complex(Tensor real, Tensor imag) -> Tensor`
 * @example aten.complex(real, imag)
 */
export function complex(real: Tensor, imag: Tensor): Tensor;
export function complex(...given: Given[]): unknown { return call_complex(given); }

const call_concat = overloads('aten::concat', '');
/**
 * `aten::concat(Tensor[] tensors, int dim=0) -> Tensor`
 * @example aten.concat(tensors, { dim: 0 })
 */
export function concat(tensors: readonly Tensor[], dim?: number): Tensor;
export function concat(tensors: readonly Tensor[], options?: { dim?: number | undefined }): Tensor;
export function concat(...given: Given[]): unknown { return call_concat(given); }

const call_concatenate = overloads('aten::concatenate', '');
/**
 * `aten::concatenate(Tensor[] tensors, int dim=0) -> Tensor`
 * @example aten.concatenate(tensors, { dim: 0 })
 */
export function concatenate(tensors: readonly Tensor[], dim?: number): Tensor;
export function concatenate(tensors: readonly Tensor[], options?: { dim?: number | undefined }): Tensor;
export function concatenate(...given: Given[]): unknown { return call_concatenate(given); }

const call_conv1d = overloads('aten::conv1d', '', 'padding');
/**
 * - `aten::conv1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] dilation=[1], SymInt groups=1) -> Tensor`
 * - `aten::conv1d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], str padding="valid", SymInt[1] dilation=[1], SymInt groups=1) -> Tensor`
 * @example aten.conv1d(input, weight, { bias, stride: 1, padding: 0, dilation: 1, groups: 1 })
 */
export function conv1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[] | string, dilation?: number | readonly number[], groups?: number): Tensor;
export function conv1d(input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | string | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv1d(input: Tensor, weight: Tensor, bias?: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | string | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], options?: { padding?: number | readonly number[] | string | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[] | string, options?: { dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[] | string, dilation?: number | readonly number[], options?: { groups?: number | undefined }): Tensor;
export function conv1d(...given: Given[]): unknown { return call_conv1d(given); }

const call_conv2d = overloads('aten::conv2d', '', 'padding');
/**
 * - `aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1], SymInt groups=1) -> Tensor`
 * - `aten::conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], str padding="valid", SymInt[2] dilation=[1, 1], SymInt groups=1) -> Tensor`
 * @example aten.conv2d(input, weight, { bias, stride: 1, padding: 0, dilation: 1, groups: 1 })
 */
export function conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[] | string, dilation?: number | readonly number[], groups?: number): Tensor;
export function conv2d(input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | string | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | string | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], options?: { padding?: number | readonly number[] | string | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[] | string, options?: { dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[] | string, dilation?: number | readonly number[], options?: { groups?: number | undefined }): Tensor;
export function conv2d(...given: Given[]): unknown { return call_conv2d(given); }

const call_conv3d = overloads('aten::conv3d', '', 'padding');
/**
 * - `aten::conv3d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1], SymInt groups=1) -> Tensor`
 * - `aten::conv3d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], str padding="valid", SymInt[3] dilation=[1, 1, 1], SymInt groups=1) -> Tensor`
 * @example aten.conv3d(input, weight, { bias, stride: 1, padding: 0, dilation: 1, groups: 1 })
 */
export function conv3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[] | string, dilation?: number | readonly number[], groups?: number): Tensor;
export function conv3d(input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | string | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv3d(input: Tensor, weight: Tensor, bias?: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | string | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], options?: { padding?: number | readonly number[] | string | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[] | string, options?: { dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
export function conv3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[] | string, dilation?: number | readonly number[], options?: { groups?: number | undefined }): Tensor;
export function conv3d(...given: Given[]): unknown { return call_conv3d(given); }

const call_conv_transpose1d = overloads('aten::conv_transpose1d', '');
/**
 * `aten::conv_transpose1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] output_padding=[0], SymInt groups=1, SymInt[1] dilation=[1]) -> Tensor`
 * @example aten.conv_transpose1d(input, weight, { bias, stride: 1, padding: 0, outputPadding: 0, groups: 1, dilation: 1 })
 */
export function conv_transpose1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], outputPadding?: number | readonly number[], groups?: number, dilation?: number | readonly number[]): Tensor;
export function conv_transpose1d(input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose1d(input: Tensor, weight: Tensor, bias?: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], options?: { outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], outputPadding?: number | readonly number[], options?: { groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], outputPadding?: number | readonly number[], groups?: number, options?: { dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose1d(...given: Given[]): unknown { return call_conv_transpose1d(given); }

const call_conv_transpose2d = overloads('aten::conv_transpose2d', 'input');
/**
 * `aten::conv_transpose2d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt groups=1, SymInt[2] dilation=[1, 1]) -> Tensor`
 * @example aten.conv_transpose2d(input, weight, { bias, stride: 1, padding: 0, outputPadding: 0, groups: 1, dilation: 1 })
 */
export function conv_transpose2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], outputPadding?: number | readonly number[], groups?: number, dilation?: number | readonly number[]): Tensor;
export function conv_transpose2d(input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose2d(input: Tensor, weight: Tensor, bias?: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], options?: { outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], outputPadding?: number | readonly number[], options?: { groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], outputPadding?: number | readonly number[], groups?: number, options?: { dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose2d(...given: Given[]): unknown { return call_conv_transpose2d(given); }

const call_conv_transpose3d = overloads('aten::conv_transpose3d', 'input');
/**
 * `aten::conv_transpose3d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt groups=1, SymInt[3] dilation=[1, 1, 1]) -> Tensor`
 * @example aten.conv_transpose3d(input, weight, { bias, stride: 1, padding: 0, outputPadding: 0, groups: 1, dilation: 1 })
 */
export function conv_transpose3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], outputPadding?: number | readonly number[], groups?: number, dilation?: number | readonly number[]): Tensor;
export function conv_transpose3d(input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose3d(input: Tensor, weight: Tensor, bias?: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], options?: { outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], outputPadding?: number | readonly number[], options?: { groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], outputPadding?: number | readonly number[], groups?: number, options?: { dilation?: number | readonly number[] | undefined }): Tensor;
export function conv_transpose3d(...given: Given[]): unknown { return call_conv_transpose3d(given); }

const call_convolution = overloads('aten::convolution', '');
/**
 * `aten::convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor`
 * @example aten.convolution(input, weight, bias, stride, padding, dilation, transposed, outputPadding, groups)
 */
export function convolution(input: Tensor, weight: Tensor, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], transposed: boolean, outputPadding: readonly number[], groups: number): Tensor;
export function convolution(input: Tensor, weight: Tensor, bias: Tensor | null, options: { stride: readonly number[]; padding: readonly number[]; dilation: readonly number[]; transposed: boolean; outputPadding: readonly number[]; groups: number }): Tensor;
export function convolution(...given: Given[]): unknown { return call_convolution(given); }

const call_cosine_embedding_loss = overloads('aten::cosine_embedding_loss', '');
/**
 * `aten::cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor`
 * @example aten.cosine_embedding_loss(input1, input2, target, { margin: 0, reduction: 1 })
 */
export function cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, margin?: number, reduction?: number): Tensor;
export function cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, options?: { margin?: number | undefined; reduction?: number | undefined }): Tensor;
export function cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, margin?: number, options?: { reduction?: number | undefined }): Tensor;
export function cosine_embedding_loss(...given: Given[]): unknown { return call_cosine_embedding_loss(given); }

const call_cosine_similarity = overloads('aten::cosine_similarity', '');
/**
 * `aten::cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor`
 * @example aten.cosine_similarity(x1, x2, { dim: 1, eps: 1e-8 })
 */
export function cosine_similarity(x1: Tensor, x2: Tensor, dim?: number, eps?: number): Tensor;
export function cosine_similarity(x1: Tensor, x2: Tensor, options?: { dim?: number | undefined; eps?: number | undefined }): Tensor;
export function cosine_similarity(x1: Tensor, x2: Tensor, dim?: number, options?: { eps?: number | undefined }): Tensor;
export function cosine_similarity(...given: Given[]): unknown { return call_cosine_similarity(given); }

const call_ctc_loss = overloads('aten::ctc_loss', 'IntList', 'Tensor');
/**
 * - `aten::ctc_loss.IntList(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor`
 * - `aten::ctc_loss.Tensor(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor`
 * @example aten.ctc_loss(logProbs, targets, inputLengths, targetLengths, { blank: 0, reduction: 1, zeroInfinity: false })
 */
export function ctc_loss(logProbs: Tensor, targets: Tensor, inputLengths: readonly number[], targetLengths: readonly number[], blank?: number, reduction?: number, zeroInfinity?: boolean): Tensor;
export function ctc_loss(logProbs: Tensor, targets: Tensor, inputLengths: readonly number[], targetLengths: readonly number[], options?: { blank?: number | undefined; reduction?: number | undefined; zeroInfinity?: boolean | undefined }): Tensor;
export function ctc_loss(logProbs: Tensor, targets: Tensor, inputLengths: readonly number[], targetLengths: readonly number[], blank?: number, options?: { reduction?: number | undefined; zeroInfinity?: boolean | undefined }): Tensor;
export function ctc_loss(logProbs: Tensor, targets: Tensor, inputLengths: readonly number[], targetLengths: readonly number[], blank?: number, reduction?: number, options?: { zeroInfinity?: boolean | undefined }): Tensor;
export function ctc_loss(logProbs: Tensor, targets: Tensor, options: { inputLengths: readonly number[]; targetLengths: readonly number[]; blank?: number | undefined; reduction?: number | undefined; zeroInfinity?: boolean | undefined }): Tensor;
export function ctc_loss(logProbs: Tensor, targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, blank?: number, reduction?: number, zeroInfinity?: boolean): Tensor;
export function ctc_loss(logProbs: Tensor, targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, options?: { blank?: number | undefined; reduction?: number | undefined; zeroInfinity?: boolean | undefined }): Tensor;
export function ctc_loss(logProbs: Tensor, targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, blank?: number, options?: { reduction?: number | undefined; zeroInfinity?: boolean | undefined }): Tensor;
export function ctc_loss(logProbs: Tensor, targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, blank?: number, reduction?: number, options?: { zeroInfinity?: boolean | undefined }): Tensor;
export function ctc_loss(...given: Given[]): unknown { return call_ctc_loss(given); }

const call_cumulative_trapezoid = overloads('aten::cumulative_trapezoid', 'dx', 'x');
/**
 * - `aten::cumulative_trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor`
 * - `aten::cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`
 * @example aten.cumulative_trapezoid(y, x, { dim: -1 })
 */
export function cumulative_trapezoid(y: Tensor, options?: { dx?: Scalar | Complex | undefined; dim?: number | undefined }): Tensor;
export function cumulative_trapezoid(y: Tensor, x: Tensor, options?: { dim?: number | undefined }): Tensor;
export function cumulative_trapezoid(...given: Given[]): unknown { return call_cumulative_trapezoid(given); }

const call_dropout = overloads('aten::dropout', '');
/**
 * `aten::dropout(Tensor input, float p, bool train) -> Tensor`
 * @example aten.dropout(input, p, train)
 */
export function dropout(input: Tensor, p: number, train: boolean): Tensor;
export function dropout(input: Tensor, options: { p: number; train: boolean }): Tensor;
export function dropout(...given: Given[]): unknown { return call_dropout(given); }

const call_dstack = overloads('aten::dstack', '');
/**
 * `aten::dstack(Tensor[] tensors) -> Tensor`
 * @example aten.dstack(tensors)
 */
export function dstack(tensors: readonly Tensor[]): Tensor;
export function dstack(...given: Given[]): unknown { return call_dstack(given); }

const call_einsum = overloads('aten::einsum', '');
/**
 * `aten::einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor`
 * @example aten.einsum(equation, tensors, { path })
 */
export function einsum(equation: string, tensors: readonly Tensor[], options?: { path?: readonly number[] | null | undefined }): Tensor;
export function einsum(options: { equation: string; tensors: readonly Tensor[]; path?: readonly number[] | null | undefined }): Tensor;
export function einsum(...given: Given[]): unknown { return call_einsum(given); }

const call_embedding = overloads('aten::embedding', '');
/**
 * `aten::embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor`
 * @example aten.embedding(weight, indices, { paddingIdx: -1, scaleGradByFreq: false, sparse: false })
 */
export function embedding(weight: Tensor, indices: Tensor, paddingIdx?: number, scaleGradByFreq?: boolean, sparse?: boolean): Tensor;
export function embedding(weight: Tensor, indices: Tensor, options?: { paddingIdx?: number | undefined; scaleGradByFreq?: boolean | undefined; sparse?: boolean | undefined }): Tensor;
export function embedding(weight: Tensor, indices: Tensor, paddingIdx?: number, options?: { scaleGradByFreq?: boolean | undefined; sparse?: boolean | undefined }): Tensor;
export function embedding(weight: Tensor, indices: Tensor, paddingIdx?: number, scaleGradByFreq?: boolean, options?: { sparse?: boolean | undefined }): Tensor;
export function embedding(...given: Given[]): unknown { return call_embedding(given); }

const call_embedding_bag = overloads('aten::embedding_bag', '', 'padding_idx');
/**
 * - `aten::embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False) -> (Tensor, Tensor, Tensor, Tensor)`
 * - `aten::embedding_bag.padding_idx(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq, int mode, bool sparse, Tensor? per_sample_weights, bool include_last_offset, int? padding_idx) -> (Tensor, Tensor, Tensor, Tensor)`
 * @example aten.embedding_bag(weight, indices, offsets, scaleGradByFreq, mode, sparse, perSampleWeights, includeLastOffset, paddingIdx)
 */
export function embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq?: boolean, mode?: number, sparse?: boolean, perSampleWeights?: Tensor | null, includeLastOffset?: boolean): [Tensor, Tensor, Tensor, Tensor];
export function embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, options?: { scaleGradByFreq?: boolean | undefined; mode?: number | undefined; sparse?: boolean | undefined; perSampleWeights?: Tensor | null | undefined; includeLastOffset?: boolean | undefined }): [Tensor, Tensor, Tensor, Tensor];
export function embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq?: boolean, options?: { mode?: number | undefined; sparse?: boolean | undefined; perSampleWeights?: Tensor | null | undefined; includeLastOffset?: boolean | undefined }): [Tensor, Tensor, Tensor, Tensor];
export function embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq?: boolean, mode?: number, options?: { sparse?: boolean | undefined; perSampleWeights?: Tensor | null | undefined; includeLastOffset?: boolean | undefined }): [Tensor, Tensor, Tensor, Tensor];
export function embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq?: boolean, mode?: number, sparse?: boolean, options?: { perSampleWeights?: Tensor | null | undefined; includeLastOffset?: boolean | undefined }): [Tensor, Tensor, Tensor, Tensor];
export function embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq?: boolean, mode?: number, sparse?: boolean, perSampleWeights?: Tensor | null, options?: { includeLastOffset?: boolean | undefined }): [Tensor, Tensor, Tensor, Tensor];
export function embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq: boolean, mode: number, sparse: boolean, perSampleWeights: Tensor | null, includeLastOffset: boolean, paddingIdx: number | null): [Tensor, Tensor, Tensor, Tensor];
export function embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, options: { scaleGradByFreq: boolean; mode: number; sparse: boolean; perSampleWeights: Tensor | null; includeLastOffset: boolean; paddingIdx: number | null }): [Tensor, Tensor, Tensor, Tensor];
export function embedding_bag(...given: Given[]): unknown { return call_embedding_bag(given); }

const call_empty = overloads('aten::empty', 'memory_format');
/**
 * `aten::empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 * @example aten.empty(size)
 */
export function empty(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
export function empty(options: { size: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
export function empty(...given: Given[]): unknown { return call_empty(given); }

const call_empty_permuted = overloads('aten::empty_permuted', '');
/**
 * `aten::empty_permuted(SymInt[] size, int[] physical_layout, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.empty_permuted(size, physicalLayout)
 */
export function empty_permuted(size: readonly number[], physicalLayout: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function empty_permuted(options: { size: readonly number[]; physicalLayout: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function empty_permuted(...given: Given[]): unknown { return call_empty_permuted(given); }

const call_empty_strided = overloads('aten::empty_strided', '');
/**
 * `aten::empty_strided(SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.empty_strided(size, stride)
 */
export function empty_strided(size: readonly number[], stride: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function empty_strided(options: { size: readonly number[]; stride: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function empty_strided(...given: Given[]): unknown { return call_empty_strided(given); }

const call_eye = overloads('aten::eye', '', 'm');
/**
 * - `aten::eye(SymInt n, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::eye.m(SymInt n, SymInt m, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.eye(n, m)
 */
export function eye(n: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function eye(options: { n: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function eye(n: number, m: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function eye(options: { n: number; m: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function eye(...given: Given[]): unknown { return call_eye(given); }

const call_feature_alpha_dropout = overloads('aten::feature_alpha_dropout', '');
/**
 * `aten::feature_alpha_dropout(Tensor input, float p, bool train) -> Tensor`
 * @example aten.feature_alpha_dropout(input, p, train)
 */
export function feature_alpha_dropout(input: Tensor, p: number, train: boolean): Tensor;
export function feature_alpha_dropout(input: Tensor, options: { p: number; train: boolean }): Tensor;
export function feature_alpha_dropout(...given: Given[]): unknown { return call_feature_alpha_dropout(given); }

const call_feature_dropout = overloads('aten::feature_dropout', '');
/**
 * `aten::feature_dropout(Tensor input, float p, bool train) -> Tensor`
 * @example aten.feature_dropout(input, p, train)
 */
export function feature_dropout(input: Tensor, p: number, train: boolean): Tensor;
export function feature_dropout(input: Tensor, options: { p: number; train: boolean }): Tensor;
export function feature_dropout(...given: Given[]): unknown { return call_feature_dropout(given); }

const call_fft_fft = overloads('aten::fft_fft', '');
/**
 * `aten::fft_fft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
 * @example aten.fft_fft(x, { n, dim: -1, norm })
 */
export function fft_fft(self: Tensor, n?: number | null, dim?: number, norm?: string | null): Tensor;
export function fft_fft(self: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_fft(self: Tensor, n?: number | null, options?: { dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_fft(self: Tensor, n?: number | null, dim?: number, options?: { norm?: string | null | undefined }): Tensor;
export function fft_fft(...given: Given[]): unknown { return call_fft_fft(given); }

const call_fft_fft2 = overloads('aten::fft_fft2', '');
/**
 * `aten::fft_fft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`
 * @example aten.fft_fft2(x, { s, dim: [-2, -1], norm })
 */
export function fft_fft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null): Tensor;
export function fft_fft2(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_fft2(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_fft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], options?: { norm?: string | null | undefined }): Tensor;
export function fft_fft2(...given: Given[]): unknown { return call_fft_fft2(given); }

const call_fft_fftfreq = overloads('aten::fft_fftfreq', '');
/**
 * `aten::fft_fftfreq(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.fft_fftfreq(n, { d: 1 })
 */
export function fft_fftfreq(n: number, d?: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function fft_fftfreq(n: number, options?: { d?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function fft_fftfreq(options: { n: number; d?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function fft_fftfreq(...given: Given[]): unknown { return call_fft_fftfreq(given); }

const call_fft_fftn = overloads('aten::fft_fftn', '');
/**
 * `aten::fft_fftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
 * @example aten.fft_fftn(x, { s, dim, norm })
 */
export function fft_fftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null): Tensor;
export function fft_fftn(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_fftn(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_fftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, options?: { norm?: string | null | undefined }): Tensor;
export function fft_fftn(...given: Given[]): unknown { return call_fft_fftn(given); }

const call_fft_fftshift = overloads('aten::fft_fftshift', '');
/**
 * `aten::fft_fftshift(Tensor self, int[1]? dim=None) -> Tensor`
 * @example aten.fft_fftshift(x, { dim })
 */
export function fft_fftshift(self: Tensor, dim?: number | readonly number[] | null): Tensor;
export function fft_fftshift(self: Tensor, options?: { dim?: number | readonly number[] | null | undefined }): Tensor;
export function fft_fftshift(...given: Given[]): unknown { return call_fft_fftshift(given); }

const call_fft_hfft = overloads('aten::fft_hfft', '');
/**
 * `aten::fft_hfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
 * @example aten.fft_hfft(x, { n, dim: -1, norm })
 */
export function fft_hfft(self: Tensor, n?: number | null, dim?: number, norm?: string | null): Tensor;
export function fft_hfft(self: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_hfft(self: Tensor, n?: number | null, options?: { dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_hfft(self: Tensor, n?: number | null, dim?: number, options?: { norm?: string | null | undefined }): Tensor;
export function fft_hfft(...given: Given[]): unknown { return call_fft_hfft(given); }

const call_fft_hfft2 = overloads('aten::fft_hfft2', '');
/**
 * `aten::fft_hfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`
 * @example aten.fft_hfft2(x, { s, dim: [-2, -1], norm })
 */
export function fft_hfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null): Tensor;
export function fft_hfft2(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_hfft2(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_hfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], options?: { norm?: string | null | undefined }): Tensor;
export function fft_hfft2(...given: Given[]): unknown { return call_fft_hfft2(given); }

const call_fft_hfftn = overloads('aten::fft_hfftn', '');
/**
 * `aten::fft_hfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
 * @example aten.fft_hfftn(x, { s, dim, norm })
 */
export function fft_hfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null): Tensor;
export function fft_hfftn(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_hfftn(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_hfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, options?: { norm?: string | null | undefined }): Tensor;
export function fft_hfftn(...given: Given[]): unknown { return call_fft_hfftn(given); }

const call_fft_ifft = overloads('aten::fft_ifft', '');
/**
 * `aten::fft_ifft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
 * @example aten.fft_ifft(x, { n, dim: -1, norm })
 */
export function fft_ifft(self: Tensor, n?: number | null, dim?: number, norm?: string | null): Tensor;
export function fft_ifft(self: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ifft(self: Tensor, n?: number | null, options?: { dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ifft(self: Tensor, n?: number | null, dim?: number, options?: { norm?: string | null | undefined }): Tensor;
export function fft_ifft(...given: Given[]): unknown { return call_fft_ifft(given); }

const call_fft_ifft2 = overloads('aten::fft_ifft2', '');
/**
 * `aten::fft_ifft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`
 * @example aten.fft_ifft2(x, { s, dim: [-2, -1], norm })
 */
export function fft_ifft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null): Tensor;
export function fft_ifft2(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ifft2(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ifft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], options?: { norm?: string | null | undefined }): Tensor;
export function fft_ifft2(...given: Given[]): unknown { return call_fft_ifft2(given); }

const call_fft_ifftn = overloads('aten::fft_ifftn', '');
/**
 * `aten::fft_ifftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
 * @example aten.fft_ifftn(x, { s, dim, norm })
 */
export function fft_ifftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null): Tensor;
export function fft_ifftn(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ifftn(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ifftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, options?: { norm?: string | null | undefined }): Tensor;
export function fft_ifftn(...given: Given[]): unknown { return call_fft_ifftn(given); }

const call_fft_ifftshift = overloads('aten::fft_ifftshift', '');
/**
 * `aten::fft_ifftshift(Tensor self, int[1]? dim=None) -> Tensor`
 * @example aten.fft_ifftshift(x, { dim })
 */
export function fft_ifftshift(self: Tensor, dim?: number | readonly number[] | null): Tensor;
export function fft_ifftshift(self: Tensor, options?: { dim?: number | readonly number[] | null | undefined }): Tensor;
export function fft_ifftshift(...given: Given[]): unknown { return call_fft_ifftshift(given); }

const call_fft_ihfft = overloads('aten::fft_ihfft', '');
/**
 * `aten::fft_ihfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
 * @example aten.fft_ihfft(x, { n, dim: -1, norm })
 */
export function fft_ihfft(self: Tensor, n?: number | null, dim?: number, norm?: string | null): Tensor;
export function fft_ihfft(self: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ihfft(self: Tensor, n?: number | null, options?: { dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ihfft(self: Tensor, n?: number | null, dim?: number, options?: { norm?: string | null | undefined }): Tensor;
export function fft_ihfft(...given: Given[]): unknown { return call_fft_ihfft(given); }

const call_fft_ihfft2 = overloads('aten::fft_ihfft2', '');
/**
 * `aten::fft_ihfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`
 * @example aten.fft_ihfft2(x, { s, dim: [-2, -1], norm })
 */
export function fft_ihfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null): Tensor;
export function fft_ihfft2(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ihfft2(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ihfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], options?: { norm?: string | null | undefined }): Tensor;
export function fft_ihfft2(...given: Given[]): unknown { return call_fft_ihfft2(given); }

const call_fft_ihfftn = overloads('aten::fft_ihfftn', '');
/**
 * `aten::fft_ihfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
 * @example aten.fft_ihfftn(x, { s, dim, norm })
 */
export function fft_ihfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null): Tensor;
export function fft_ihfftn(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ihfftn(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_ihfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, options?: { norm?: string | null | undefined }): Tensor;
export function fft_ihfftn(...given: Given[]): unknown { return call_fft_ihfftn(given); }

const call_fft_irfft = overloads('aten::fft_irfft', '');
/**
 * `aten::fft_irfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
 * @example aten.fft_irfft(x, { n, dim: -1, norm })
 */
export function fft_irfft(self: Tensor, n?: number | null, dim?: number, norm?: string | null): Tensor;
export function fft_irfft(self: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_irfft(self: Tensor, n?: number | null, options?: { dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_irfft(self: Tensor, n?: number | null, dim?: number, options?: { norm?: string | null | undefined }): Tensor;
export function fft_irfft(...given: Given[]): unknown { return call_fft_irfft(given); }

const call_fft_irfft2 = overloads('aten::fft_irfft2', '');
/**
 * `aten::fft_irfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`
 * @example aten.fft_irfft2(x, { s, dim: [-2, -1], norm })
 */
export function fft_irfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null): Tensor;
export function fft_irfft2(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_irfft2(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_irfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], options?: { norm?: string | null | undefined }): Tensor;
export function fft_irfft2(...given: Given[]): unknown { return call_fft_irfft2(given); }

const call_fft_irfftn = overloads('aten::fft_irfftn', '');
/**
 * `aten::fft_irfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
 * @example aten.fft_irfftn(x, { s, dim, norm })
 */
export function fft_irfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null): Tensor;
export function fft_irfftn(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_irfftn(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_irfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, options?: { norm?: string | null | undefined }): Tensor;
export function fft_irfftn(...given: Given[]): unknown { return call_fft_irfftn(given); }

const call_fft_rfft = overloads('aten::fft_rfft', '');
/**
 * `aten::fft_rfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`
 * @example aten.fft_rfft(x, { n, dim: -1, norm })
 */
export function fft_rfft(self: Tensor, n?: number | null, dim?: number, norm?: string | null): Tensor;
export function fft_rfft(self: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_rfft(self: Tensor, n?: number | null, options?: { dim?: number | undefined; norm?: string | null | undefined }): Tensor;
export function fft_rfft(self: Tensor, n?: number | null, dim?: number, options?: { norm?: string | null | undefined }): Tensor;
export function fft_rfft(...given: Given[]): unknown { return call_fft_rfft(given); }

const call_fft_rfft2 = overloads('aten::fft_rfft2', '');
/**
 * `aten::fft_rfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`
 * @example aten.fft_rfft2(x, { s, dim: [-2, -1], norm })
 */
export function fft_rfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null): Tensor;
export function fft_rfft2(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_rfft2(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: string | null | undefined }): Tensor;
export function fft_rfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], options?: { norm?: string | null | undefined }): Tensor;
export function fft_rfft2(...given: Given[]): unknown { return call_fft_rfft2(given); }

const call_fft_rfftfreq = overloads('aten::fft_rfftfreq', '');
/**
 * `aten::fft_rfftfreq(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.fft_rfftfreq(n, { d: 1 })
 */
export function fft_rfftfreq(n: number, d?: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function fft_rfftfreq(n: number, options?: { d?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function fft_rfftfreq(options: { n: number; d?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function fft_rfftfreq(...given: Given[]): unknown { return call_fft_rfftfreq(given); }

const call_fft_rfftn = overloads('aten::fft_rfftn', '');
/**
 * `aten::fft_rfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`
 * @example aten.fft_rfftn(x, { s, dim, norm })
 */
export function fft_rfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null): Tensor;
export function fft_rfftn(self: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_rfftn(self: Tensor, s?: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: string | null | undefined }): Tensor;
export function fft_rfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, options?: { norm?: string | null | undefined }): Tensor;
export function fft_rfftn(...given: Given[]): unknown { return call_fft_rfftn(given); }

const call_flatten_dense_tensors = overloads('aten::flatten_dense_tensors', '');
/**
 * `aten::flatten_dense_tensors(Tensor[] tensors) -> Tensor`
 * @example aten.flatten_dense_tensors(tensors)
 */
export function flatten_dense_tensors(tensors: readonly Tensor[]): Tensor;
export function flatten_dense_tensors(...given: Given[]): unknown { return call_flatten_dense_tensors(given); }

const call_float_power = overloads('aten::float_power', 'Tensor_Tensor', 'Scalar', 'Tensor_Scalar');
/**
 * - `aten::float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`
 * - `aten::float_power.Scalar(Scalar self, Tensor exponent) -> Tensor`
 * - `aten::float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`
 * @example aten.float_power(x, exponent)
 */
export function float_power(self: Tensor | Scalar | Complex, exponent: Tensor): Tensor;
export function float_power(options: { self: Scalar | Complex; exponent: Tensor }): Tensor;
export function float_power(self: Tensor, exponent: Scalar | Complex): Tensor;
export function float_power(self: Tensor, options: { exponent: Scalar | Complex }): Tensor;
export function float_power(...given: Given[]): unknown { return call_float_power(given); }

const call_full = overloads('aten::full', '');
/**
 * `aten::full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.full(size, fillValue)
 */
export function full(size: readonly number[], fillValue: Scalar | Complex, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function full(options: { size: readonly number[]; fillValue: Scalar | Complex; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function full(...given: Given[]): unknown { return call_full(given); }

const call_grid_sampler = overloads('aten::grid_sampler', '');
/**
 * `aten::grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor`
 * @example aten.grid_sampler(input, grid, interpolationMode, paddingMode, alignCorners)
 */
export function grid_sampler(input: Tensor, grid: Tensor, interpolationMode: number, paddingMode: number, alignCorners: boolean): Tensor;
export function grid_sampler(input: Tensor, grid: Tensor, options: { interpolationMode: number; paddingMode: number; alignCorners: boolean }): Tensor;
export function grid_sampler(...given: Given[]): unknown { return call_grid_sampler(given); }

const call_grid_sampler_2d = overloads('aten::grid_sampler_2d', '');
/**
 * `aten::grid_sampler_2d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor`
 * @example aten.grid_sampler_2d(input, grid, interpolationMode, paddingMode, alignCorners)
 */
export function grid_sampler_2d(input: Tensor, grid: Tensor, interpolationMode: number, paddingMode: number, alignCorners: boolean): Tensor;
export function grid_sampler_2d(input: Tensor, grid: Tensor, options: { interpolationMode: number; paddingMode: number; alignCorners: boolean }): Tensor;
export function grid_sampler_2d(...given: Given[]): unknown { return call_grid_sampler_2d(given); }

const call_grid_sampler_3d = overloads('aten::grid_sampler_3d', '');
/**
 * `aten::grid_sampler_3d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor`
 * @example aten.grid_sampler_3d(input, grid, interpolationMode, paddingMode, alignCorners)
 */
export function grid_sampler_3d(input: Tensor, grid: Tensor, interpolationMode: number, paddingMode: number, alignCorners: boolean): Tensor;
export function grid_sampler_3d(input: Tensor, grid: Tensor, options: { interpolationMode: number; paddingMode: number; alignCorners: boolean }): Tensor;
export function grid_sampler_3d(...given: Given[]): unknown { return call_grid_sampler_3d(given); }

const call_group_norm = overloads('aten::group_norm', '');
/**
 * `aten::group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enabled=True) -> Tensor`
 * @example aten.group_norm(input, numGroups, { weight, bias, eps: 0.00001, cudnnEnabled: true })
 */
export function group_norm(input: Tensor, numGroups: number, weight?: Tensor | null, bias?: Tensor | null, eps?: number, cudnnEnabled?: boolean): Tensor;
export function group_norm(input: Tensor, numGroups: number, options?: { weight?: Tensor | null | undefined; bias?: Tensor | null | undefined; eps?: number | undefined; cudnnEnabled?: boolean | undefined }): Tensor;
export function group_norm(input: Tensor, numGroups: number, weight?: Tensor | null, options?: { bias?: Tensor | null | undefined; eps?: number | undefined; cudnnEnabled?: boolean | undefined }): Tensor;
export function group_norm(input: Tensor, numGroups: number, weight?: Tensor | null, bias?: Tensor | null, options?: { eps?: number | undefined; cudnnEnabled?: boolean | undefined }): Tensor;
export function group_norm(input: Tensor, numGroups: number, weight?: Tensor | null, bias?: Tensor | null, eps?: number, options?: { cudnnEnabled?: boolean | undefined }): Tensor;
export function group_norm(input: Tensor, options: { numGroups: number; weight?: Tensor | null | undefined; bias?: Tensor | null | undefined; eps?: number | undefined; cudnnEnabled?: boolean | undefined }): Tensor;
export function group_norm(...given: Given[]): unknown { return call_group_norm(given); }

const call_gru_cell = overloads('aten::gru_cell', '');
/**
 * `aten::gru_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor`
 * @example aten.gru_cell(input, hx, wIh, wHh, { bIh, bHh })
 */
export function gru_cell(input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh?: Tensor | null, bHh?: Tensor | null): Tensor;
export function gru_cell(input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, options?: { bIh?: Tensor | null | undefined; bHh?: Tensor | null | undefined }): Tensor;
export function gru_cell(input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh?: Tensor | null, options?: { bHh?: Tensor | null | undefined }): Tensor;
export function gru_cell(...given: Given[]): unknown { return call_gru_cell(given); }

const call_hamming_window = overloads('aten::hamming_window', '', 'periodic', 'periodic_alpha', 'periodic_alpha_beta');
/**
 * - `aten::hamming_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::hamming_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::hamming_window.periodic_alpha(int window_length, bool periodic, float alpha, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::hamming_window.periodic_alpha_beta(int window_length, bool periodic, float alpha, float beta, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.hamming_window(windowLength, periodic, alpha, beta)
 */
export function hamming_window(windowLength: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hamming_window(options: { windowLength: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hamming_window(windowLength: number, periodic: boolean, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hamming_window(options: { windowLength: number; periodic: boolean; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hamming_window(windowLength: number, periodic: boolean, alpha: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hamming_window(options: { windowLength: number; periodic: boolean; alpha: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hamming_window(windowLength: number, periodic: boolean, alpha: number, beta: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hamming_window(options: { windowLength: number; periodic: boolean; alpha: number; beta: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hamming_window(...given: Given[]): unknown { return call_hamming_window(given); }

const call_hann_window = overloads('aten::hann_window', '', 'periodic');
/**
 * - `aten::hann_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::hann_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.hann_window(windowLength, periodic)
 */
export function hann_window(windowLength: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hann_window(options: { windowLength: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hann_window(windowLength: number, periodic: boolean, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hann_window(options: { windowLength: number; periodic: boolean; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function hann_window(...given: Given[]): unknown { return call_hann_window(given); }

const call_hstack = overloads('aten::hstack', '');
/**
 * `aten::hstack(Tensor[] tensors) -> Tensor`
 * @example aten.hstack(tensors)
 */
export function hstack(tensors: readonly Tensor[]): Tensor;
export function hstack(...given: Given[]): unknown { return call_hstack(given); }

const call_instance_norm = overloads('aten::instance_norm', '');
/**
 * `aten::instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor`
 * @example aten.instance_norm(input, weight, bias, runningMean, runningVar, useInputStats, momentum, eps, cudnnEnabled)
 */
export function instance_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, useInputStats: boolean, momentum: number, eps: number, cudnnEnabled: boolean): Tensor;
export function instance_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, options: { useInputStats: boolean; momentum: number; eps: number; cudnnEnabled: boolean }): Tensor;
export function instance_norm(...given: Given[]): unknown { return call_instance_norm(given); }

const call_isin = overloads('aten::isin', 'Scalar_Tensor', 'Tensor_Scalar', 'Tensor_Tensor');
/**
 * - `aten::isin.Scalar_Tensor(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor`
 * - `aten::isin.Tensor_Scalar(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False) -> Tensor`
 * - `aten::isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor`
 * @example aten.isin(elements, testElements, { assumeUnique: false, invert: false })
 */
export function isin(element: Scalar | Complex, testElements: Tensor, options?: { assumeUnique?: boolean | undefined; invert?: boolean | undefined }): Tensor;
export function isin(options: { element: Scalar | Complex; testElements: Tensor; assumeUnique?: boolean | undefined; invert?: boolean | undefined }): Tensor;
export function isin(elements: Tensor, testElement: Scalar | Complex, options?: { assumeUnique?: boolean | undefined; invert?: boolean | undefined }): Tensor;
export function isin(elements: Tensor, options: { testElement: Scalar | Complex; assumeUnique?: boolean | undefined; invert?: boolean | undefined }): Tensor;
export function isin(elements: Tensor, testElements: Tensor, options?: { assumeUnique?: boolean | undefined; invert?: boolean | undefined }): Tensor;
export function isin(...given: Given[]): unknown { return call_isin(given); }

const call_kaiser_window = overloads('aten::kaiser_window', '', 'periodic', 'beta');
/**
 * - `aten::kaiser_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::kaiser_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::kaiser_window.beta(int window_length, bool periodic, float beta, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.kaiser_window(windowLength, periodic, beta)
 */
export function kaiser_window(windowLength: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function kaiser_window(options: { windowLength: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function kaiser_window(windowLength: number, periodic: boolean, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function kaiser_window(options: { windowLength: number; periodic: boolean; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function kaiser_window(windowLength: number, periodic: boolean, beta: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function kaiser_window(options: { windowLength: number; periodic: boolean; beta: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function kaiser_window(...given: Given[]): unknown { return call_kaiser_window(given); }

const call_layer_norm = overloads('aten::layer_norm', '');
/**
 * `aten::layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor`
 * @example aten.layer_norm(input, normalizedShape, { weight, bias, eps: 0.00001, cudnnEnable: true })
 */
export function layer_norm(input: Tensor, normalizedShape: readonly number[], weight?: Tensor | null, bias?: Tensor | null, eps?: number, cudnnEnable?: boolean): Tensor;
export function layer_norm(input: Tensor, normalizedShape: readonly number[], options?: { weight?: Tensor | null | undefined; bias?: Tensor | null | undefined; eps?: number | undefined; cudnnEnable?: boolean | undefined }): Tensor;
export function layer_norm(input: Tensor, normalizedShape: readonly number[], weight?: Tensor | null, options?: { bias?: Tensor | null | undefined; eps?: number | undefined; cudnnEnable?: boolean | undefined }): Tensor;
export function layer_norm(input: Tensor, normalizedShape: readonly number[], weight?: Tensor | null, bias?: Tensor | null, options?: { eps?: number | undefined; cudnnEnable?: boolean | undefined }): Tensor;
export function layer_norm(input: Tensor, normalizedShape: readonly number[], weight?: Tensor | null, bias?: Tensor | null, eps?: number, options?: { cudnnEnable?: boolean | undefined }): Tensor;
export function layer_norm(input: Tensor, options: { normalizedShape: readonly number[]; weight?: Tensor | null | undefined; bias?: Tensor | null | undefined; eps?: number | undefined; cudnnEnable?: boolean | undefined }): Tensor;
export function layer_norm(...given: Given[]): unknown { return call_layer_norm(given); }

const call_linalg_cholesky = overloads('aten::linalg_cholesky', '');
/**
 * `aten::linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor`
 * @example aten.linalg_cholesky(x, { upper: false })
 */
export function linalg_cholesky(self: Tensor, options?: { upper?: boolean | undefined }): Tensor;
export function linalg_cholesky(...given: Given[]): unknown { return call_linalg_cholesky(given); }

const call_linalg_cholesky_ex = overloads('aten::linalg_cholesky_ex', '');
/**
 * `aten::linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)`
 * @example aten.linalg_cholesky_ex(x, { upper: false, checkErrors: false })
 */
export function linalg_cholesky_ex(self: Tensor, options?: { upper?: boolean | undefined; checkErrors?: boolean | undefined }): [L: Tensor, info: Tensor];
export function linalg_cholesky_ex(...given: Given[]): unknown { return call_linalg_cholesky_ex(given); }

const call_linalg_cond = overloads('aten::linalg_cond', '', 'p_str');
/**
 * - `aten::linalg_cond(Tensor self, Scalar? p=None) -> Tensor`
 * - `aten::linalg_cond.p_str(Tensor self, str p) -> Tensor`
 * @example aten.linalg_cond(x, { p })
 */
export function linalg_cond(self: Tensor, p?: Scalar | Complex | null): Tensor;
export function linalg_cond(self: Tensor, options?: { p?: Scalar | Complex | null | undefined }): Tensor;
export function linalg_cond(self: Tensor, p: string): Tensor;
export function linalg_cond(self: Tensor, options: { p: string }): Tensor;
export function linalg_cond(...given: Given[]): unknown { return call_linalg_cond(given); }

const call_linalg_cross = overloads('aten::linalg_cross', '');
/**
 * `aten::linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor`
 * @example aten.linalg_cross(x, other, { dim: -1 })
 */
export function linalg_cross(self: Tensor, other: Tensor, options?: { dim?: number | undefined }): Tensor;
export function linalg_cross(...given: Given[]): unknown { return call_linalg_cross(given); }

const call_linalg_det = overloads('aten::linalg_det', '');
/**
 * `aten::linalg_det(Tensor A) -> Tensor`
 * @example aten.linalg_det(A)
 */
export function linalg_det(A: Tensor): Tensor;
export function linalg_det(...given: Given[]): unknown { return call_linalg_det(given); }

const call_linalg_diagonal = overloads('aten::linalg_diagonal', '');
/**
 * `aten::linalg_diagonal(Tensor(a) A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor(a)`
 * @example aten.linalg_diagonal(A, { offset: 0, dim1: -2, dim2: -1 })
 */
export function linalg_diagonal(A: Tensor, options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined }): Tensor;
export function linalg_diagonal(...given: Given[]): unknown { return call_linalg_diagonal(given); }

const call_linalg_eig = overloads('aten::linalg_eig', '');
/**
 * `aten::linalg_eig(Tensor self) -> (Tensor eigenvalues, Tensor eigenvectors)`
 * @example aten.linalg_eig(x)
 */
export function linalg_eig(self: Tensor): [eigenvalues: Tensor, eigenvectors: Tensor];
export function linalg_eig(...given: Given[]): unknown { return call_linalg_eig(given); }

const call_linalg_eigh = overloads('aten::linalg_eigh', '');
/**
 * `aten::linalg_eigh(Tensor self, str UPLO="L") -> (Tensor eigenvalues, Tensor eigenvectors)`
 * @example aten.linalg_eigh(x, { UPLO: 'L' })
 */
export function linalg_eigh(self: Tensor, UPLO?: string): [eigenvalues: Tensor, eigenvectors: Tensor];
export function linalg_eigh(self: Tensor, options?: { UPLO?: string | undefined }): [eigenvalues: Tensor, eigenvectors: Tensor];
export function linalg_eigh(...given: Given[]): unknown { return call_linalg_eigh(given); }

const call_linalg_eigvals = overloads('aten::linalg_eigvals', '');
/**
 * `aten::linalg_eigvals(Tensor self) -> Tensor`
 * @example aten.linalg_eigvals(x)
 */
export function linalg_eigvals(self: Tensor): Tensor;
export function linalg_eigvals(...given: Given[]): unknown { return call_linalg_eigvals(given); }

const call_linalg_eigvalsh = overloads('aten::linalg_eigvalsh', '');
/**
 * `aten::linalg_eigvalsh(Tensor self, str UPLO="L") -> Tensor`
 * @example aten.linalg_eigvalsh(x, { UPLO: 'L' })
 */
export function linalg_eigvalsh(self: Tensor, UPLO?: string): Tensor;
export function linalg_eigvalsh(self: Tensor, options?: { UPLO?: string | undefined }): Tensor;
export function linalg_eigvalsh(...given: Given[]): unknown { return call_linalg_eigvalsh(given); }

const call_linalg_householder_product = overloads('aten::linalg_householder_product', '');
/**
 * `aten::linalg_householder_product(Tensor input, Tensor tau) -> Tensor`
 * @example aten.linalg_householder_product(input, tau)
 */
export function linalg_householder_product(input: Tensor, tau: Tensor): Tensor;
export function linalg_householder_product(...given: Given[]): unknown { return call_linalg_householder_product(given); }

const call_linalg_inv = overloads('aten::linalg_inv', '');
/**
 * `aten::linalg_inv(Tensor A) -> Tensor`
 * @example aten.linalg_inv(A)
 */
export function linalg_inv(A: Tensor): Tensor;
export function linalg_inv(...given: Given[]): unknown { return call_linalg_inv(given); }

const call_linalg_inv_ex = overloads('aten::linalg_inv_ex', '');
/**
 * `aten::linalg_inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)`
 * @example aten.linalg_inv_ex(A, { checkErrors: false })
 */
export function linalg_inv_ex(A: Tensor, options?: { checkErrors?: boolean | undefined }): [inverse: Tensor, info: Tensor];
export function linalg_inv_ex(...given: Given[]): unknown { return call_linalg_inv_ex(given); }

const call_linalg_ldl_factor = overloads('aten::linalg_ldl_factor', '');
/**
 * `aten::linalg_ldl_factor(Tensor self, *, bool hermitian=False) -> (Tensor LD, Tensor pivots)`
 * @example aten.linalg_ldl_factor(x, { hermitian: false })
 */
export function linalg_ldl_factor(self: Tensor, options?: { hermitian?: boolean | undefined }): [LD: Tensor, pivots: Tensor];
export function linalg_ldl_factor(...given: Given[]): unknown { return call_linalg_ldl_factor(given); }

const call_linalg_ldl_factor_ex = overloads('aten::linalg_ldl_factor_ex', '');
/**
 * `aten::linalg_ldl_factor_ex(Tensor self, *, bool hermitian=False, bool check_errors=False) -> (Tensor LD, Tensor pivots, Tensor info)`
 * @example aten.linalg_ldl_factor_ex(x, { hermitian: false, checkErrors: false })
 */
export function linalg_ldl_factor_ex(self: Tensor, options?: { hermitian?: boolean | undefined; checkErrors?: boolean | undefined }): [LD: Tensor, pivots: Tensor, info: Tensor];
export function linalg_ldl_factor_ex(...given: Given[]): unknown { return call_linalg_ldl_factor_ex(given); }

const call_linalg_ldl_solve = overloads('aten::linalg_ldl_solve', '');
/**
 * `aten::linalg_ldl_solve(Tensor LD, Tensor pivots, Tensor B, *, bool hermitian=False) -> Tensor`
 * @example aten.linalg_ldl_solve(LD, pivots, B, { hermitian: false })
 */
export function linalg_ldl_solve(LD: Tensor, pivots: Tensor, B: Tensor, options?: { hermitian?: boolean | undefined }): Tensor;
export function linalg_ldl_solve(...given: Given[]): unknown { return call_linalg_ldl_solve(given); }

const call_linalg_lstsq = overloads('aten::linalg_lstsq', '');
/**
 * `aten::linalg_lstsq(Tensor self, Tensor b, float? rcond=None, *, str? driver=None) -> (Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)`
 * @example aten.linalg_lstsq(x, b, { rcond, driver })
 */
export function linalg_lstsq(self: Tensor, b: Tensor, rcond?: number | null, options?: { driver?: string | null | undefined }): [solution: Tensor, residuals: Tensor, rank: Tensor, singularValues: Tensor];
export function linalg_lstsq(self: Tensor, b: Tensor, options?: { rcond?: number | null | undefined; driver?: string | null | undefined }): [solution: Tensor, residuals: Tensor, rank: Tensor, singularValues: Tensor];
export function linalg_lstsq(...given: Given[]): unknown { return call_linalg_lstsq(given); }

const call_linalg_lu = overloads('aten::linalg_lu', '');
/**
 * `aten::linalg_lu(Tensor A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)`
 * @example aten.linalg_lu(A, { pivot: true })
 */
export function linalg_lu(A: Tensor, options?: { pivot?: boolean | undefined }): [P: Tensor, L: Tensor, U: Tensor];
export function linalg_lu(...given: Given[]): unknown { return call_linalg_lu(given); }

const call_linalg_lu_factor = overloads('aten::linalg_lu_factor', '');
/**
 * `aten::linalg_lu_factor(Tensor A, *, bool pivot=True) -> (Tensor LU, Tensor pivots)`
 * @example aten.linalg_lu_factor(A, { pivot: true })
 */
export function linalg_lu_factor(A: Tensor, options?: { pivot?: boolean | undefined }): [LU: Tensor, pivots: Tensor];
export function linalg_lu_factor(...given: Given[]): unknown { return call_linalg_lu_factor(given); }

const call_linalg_lu_factor_ex = overloads('aten::linalg_lu_factor_ex', '');
/**
 * `aten::linalg_lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False) -> (Tensor LU, Tensor pivots, Tensor info)`
 * @example aten.linalg_lu_factor_ex(A, { pivot: true, checkErrors: false })
 */
export function linalg_lu_factor_ex(A: Tensor, options?: { pivot?: boolean | undefined; checkErrors?: boolean | undefined }): [LU: Tensor, pivots: Tensor, info: Tensor];
export function linalg_lu_factor_ex(...given: Given[]): unknown { return call_linalg_lu_factor_ex(given); }

const call_linalg_lu_solve = overloads('aten::linalg_lu_solve', '');
/**
 * `aten::linalg_lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False) -> Tensor`
 * @example aten.linalg_lu_solve(LU, pivots, B, { left: true, adjoint: false })
 */
export function linalg_lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, options?: { left?: boolean | undefined; adjoint?: boolean | undefined }): Tensor;
export function linalg_lu_solve(...given: Given[]): unknown { return call_linalg_lu_solve(given); }

const call_linalg_matmul = overloads('aten::linalg_matmul', '');
/**
 * `aten::linalg_matmul(Tensor self, Tensor other) -> Tensor`
 * @example aten.linalg_matmul(x, other)
 */
export function linalg_matmul(self: Tensor, other: Tensor): Tensor;
export function linalg_matmul(...given: Given[]): unknown { return call_linalg_matmul(given); }

const call_linalg_matrix_exp = overloads('aten::linalg_matrix_exp', '');
/**
 * `aten::linalg_matrix_exp(Tensor self) -> Tensor`
 * @example aten.linalg_matrix_exp(x)
 */
export function linalg_matrix_exp(self: Tensor): Tensor;
export function linalg_matrix_exp(...given: Given[]): unknown { return call_linalg_matrix_exp(given); }

const call_linalg_matrix_norm = overloads('aten::linalg_matrix_norm', 'str_ord', '');
/**
 * - `aten::linalg_matrix_norm.str_ord(Tensor self, str ord="fro", int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 * - `aten::linalg_matrix_norm(Tensor self, Scalar ord, int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 * @example aten.linalg_matrix_norm(x, { ord: 'fro', dim: [-2, -1], keepdim: false })
 */
export function linalg_matrix_norm(self: Tensor, ord?: string, dim?: readonly number[], keepdim?: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
export function linalg_matrix_norm(self: Tensor, options?: { ord?: string | undefined; dim?: readonly number[] | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_matrix_norm(self: Tensor, ord?: string, options?: { dim?: readonly number[] | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_matrix_norm(self: Tensor, ord?: string, dim?: readonly number[], options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_matrix_norm(self: Tensor, ord: Scalar | Complex, dim?: readonly number[], keepdim?: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
export function linalg_matrix_norm(self: Tensor, ord: Scalar | Complex, options?: { dim?: readonly number[] | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_matrix_norm(self: Tensor, ord: Scalar | Complex, dim?: readonly number[], options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_matrix_norm(self: Tensor, options: { ord: Scalar | Complex; dim?: readonly number[] | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_matrix_norm(...given: Given[]): unknown { return call_linalg_matrix_norm(given); }

const call_linalg_matrix_power = overloads('aten::linalg_matrix_power', '');
/**
 * `aten::linalg_matrix_power(Tensor self, int n) -> Tensor`
 * @example aten.linalg_matrix_power(x, n)
 */
export function linalg_matrix_power(self: Tensor, n: number): Tensor;
export function linalg_matrix_power(self: Tensor, options: { n: number }): Tensor;
export function linalg_matrix_power(...given: Given[]): unknown { return call_linalg_matrix_power(given); }

const call_linalg_matrix_rank = overloads('aten::linalg_matrix_rank', 'atol_rtol_float', 'atol_rtol_tensor', '', 'tol_tensor');
/**
 * - `aten::linalg_matrix_rank.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor`
 * - `aten::linalg_matrix_rank.atol_rtol_tensor(Tensor input, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor`
 * - `aten::linalg_matrix_rank(Tensor self, float tol, bool hermitian=False) -> Tensor`
 * - `aten::linalg_matrix_rank.tol_tensor(Tensor input, Tensor tol, bool hermitian=False) -> Tensor`
 * @example aten.linalg_matrix_rank(x, { atol, rtol, hermitian: false })
 */
export function linalg_matrix_rank(self: Tensor, options?: { atol?: number | null | undefined; rtol?: number | null | undefined; hermitian?: boolean | undefined }): Tensor;
export function linalg_matrix_rank(input: Tensor, options?: { atol?: Tensor | null | undefined; rtol?: Tensor | null | undefined; hermitian?: boolean | undefined }): Tensor;
export function linalg_matrix_rank(self: Tensor, tol: number, hermitian?: boolean): Tensor;
export function linalg_matrix_rank(self: Tensor, tol: number, options?: { hermitian?: boolean | undefined }): Tensor;
export function linalg_matrix_rank(self: Tensor, options: { tol: number; hermitian?: boolean | undefined }): Tensor;
export function linalg_matrix_rank(input: Tensor, tol: Tensor, hermitian?: boolean): Tensor;
export function linalg_matrix_rank(input: Tensor, tol: Tensor, options?: { hermitian?: boolean | undefined }): Tensor;
export function linalg_matrix_rank(...given: Given[]): unknown { return call_linalg_matrix_rank(given); }

const call_linalg_matrix_sqrth = overloads('aten::linalg_matrix_sqrth', '');
/**
 * `aten::linalg_matrix_sqrth(Tensor self) -> Tensor`
 * @example aten.linalg_matrix_sqrth(x)
 */
export function linalg_matrix_sqrth(self: Tensor): Tensor;
export function linalg_matrix_sqrth(...given: Given[]): unknown { return call_linalg_matrix_sqrth(given); }

const call_linalg_multi_dot = overloads('aten::linalg_multi_dot', '');
/**
 * `aten::linalg_multi_dot(Tensor[] tensors) -> Tensor`
 * @example aten.linalg_multi_dot(tensors)
 */
export function linalg_multi_dot(tensors: readonly Tensor[]): Tensor;
export function linalg_multi_dot(...given: Given[]): unknown { return call_linalg_multi_dot(given); }

const call_linalg_norm = overloads('aten::linalg_norm', '', 'ord_str');
/**
 * - `aten::linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 * - `aten::linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 * @example aten.linalg_norm(x, { ord, dim, keepdim: false })
 */
export function linalg_norm(self: Tensor, ord?: Scalar | Complex | null, dim?: number | readonly number[] | null, keepdim?: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
export function linalg_norm(self: Tensor, options?: { ord?: Scalar | Complex | null | undefined; dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_norm(self: Tensor, ord?: Scalar | Complex | null, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_norm(self: Tensor, ord?: Scalar | Complex | null, dim?: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_norm(self: Tensor, ord: string, dim?: number | readonly number[] | null, keepdim?: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
export function linalg_norm(self: Tensor, ord: string, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_norm(self: Tensor, ord: string, dim?: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_norm(self: Tensor, options: { ord: string; dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_norm(...given: Given[]): unknown { return call_linalg_norm(given); }

const call_linalg_pinv = overloads('aten::linalg_pinv', 'atol_rtol_float', 'atol_rtol_tensor', '', 'rcond_tensor');
/**
 * - `aten::linalg_pinv.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor`
 * - `aten::linalg_pinv.atol_rtol_tensor(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor`
 * - `aten::linalg_pinv(Tensor self, float rcond, bool hermitian=False) -> Tensor`
 * - `aten::linalg_pinv.rcond_tensor(Tensor self, Tensor rcond, bool hermitian=False) -> Tensor`
 * @example aten.linalg_pinv(x, { atol, rtol, hermitian: false })
 */
export function linalg_pinv(self: Tensor, options?: { atol?: number | null | undefined; rtol?: number | null | undefined; hermitian?: boolean | undefined }): Tensor;
export function linalg_pinv(self: Tensor, options?: { atol?: Tensor | null | undefined; rtol?: Tensor | null | undefined; hermitian?: boolean | undefined }): Tensor;
export function linalg_pinv(self: Tensor, rcond: number | Tensor, hermitian?: boolean): Tensor;
export function linalg_pinv(self: Tensor, rcond: number | Tensor, options?: { hermitian?: boolean | undefined }): Tensor;
export function linalg_pinv(self: Tensor, options: { rcond: number; hermitian?: boolean | undefined }): Tensor;
export function linalg_pinv(...given: Given[]): unknown { return call_linalg_pinv(given); }

const call_linalg_polar = overloads('aten::linalg_polar', '');
/**
 * `aten::linalg_polar(Tensor A) -> (Tensor U, Tensor H)`
 * @example aten.linalg_polar(A)
 */
export function linalg_polar(A: Tensor): [U: Tensor, H: Tensor];
export function linalg_polar(...given: Given[]): unknown { return call_linalg_polar(given); }

const call_linalg_qr = overloads('aten::linalg_qr', '');
/**
 * `aten::linalg_qr(Tensor A, str mode="reduced") -> (Tensor Q, Tensor R)`
 * @example aten.linalg_qr(A, { mode: 'reduced' })
 */
export function linalg_qr(A: Tensor, mode?: string): [Q: Tensor, R: Tensor];
export function linalg_qr(A: Tensor, options?: { mode?: string | undefined }): [Q: Tensor, R: Tensor];
export function linalg_qr(...given: Given[]): unknown { return call_linalg_qr(given); }

const call_linalg_slogdet = overloads('aten::linalg_slogdet', '');
/**
 * `aten::linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)`
 * @example aten.linalg_slogdet(A)
 */
export function linalg_slogdet(A: Tensor): [sign: Tensor, logabsdet: Tensor];
export function linalg_slogdet(...given: Given[]): unknown { return call_linalg_slogdet(given); }

const call_linalg_solve = overloads('aten::linalg_solve', '');
/**
 * `aten::linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor`
 * @example aten.linalg_solve(A, B, { left: true })
 */
export function linalg_solve(A: Tensor, B: Tensor, options?: { left?: boolean | undefined }): Tensor;
export function linalg_solve(...given: Given[]): unknown { return call_linalg_solve(given); }

const call_linalg_solve_ex = overloads('aten::linalg_solve_ex', '');
/**
 * `aten::linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)`
 * @example aten.linalg_solve_ex(A, B, { left: true, checkErrors: false })
 */
export function linalg_solve_ex(A: Tensor, B: Tensor, options?: { left?: boolean | undefined; checkErrors?: boolean | undefined }): [result: Tensor, info: Tensor];
export function linalg_solve_ex(...given: Given[]): unknown { return call_linalg_solve_ex(given); }

const call_linalg_solve_triangular = overloads('aten::linalg_solve_triangular', '');
/**
 * `aten::linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor`
 * @example aten.linalg_solve_triangular(x, B, { upper, left: true, unitriangular: false })
 */
export function linalg_solve_triangular(self: Tensor, B: Tensor, options: { upper: boolean; left?: boolean | undefined; unitriangular?: boolean | undefined }): Tensor;
export function linalg_solve_triangular(...given: Given[]): unknown { return call_linalg_solve_triangular(given); }

const call_linalg_svd = overloads('aten::linalg_svd', '');
/**
 * `aten::linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)`
 * @example aten.linalg_svd(A, { fullMatrices: true, driver })
 */
export function linalg_svd(A: Tensor, fullMatrices?: boolean, options?: { driver?: string | null | undefined }): [U: Tensor, S: Tensor, Vh: Tensor];
export function linalg_svd(A: Tensor, options?: { fullMatrices?: boolean | undefined; driver?: string | null | undefined }): [U: Tensor, S: Tensor, Vh: Tensor];
export function linalg_svd(...given: Given[]): unknown { return call_linalg_svd(given); }

const call_linalg_svdvals = overloads('aten::linalg_svdvals', '');
/**
 * `aten::linalg_svdvals(Tensor A, *, str? driver=None) -> Tensor`
 * @example aten.linalg_svdvals(A, { driver })
 */
export function linalg_svdvals(A: Tensor, options?: { driver?: string | null | undefined }): Tensor;
export function linalg_svdvals(...given: Given[]): unknown { return call_linalg_svdvals(given); }

const call_linalg_tensorinv = overloads('aten::linalg_tensorinv', '');
/**
 * `aten::linalg_tensorinv(Tensor self, int ind=2) -> Tensor`
 * @example aten.linalg_tensorinv(x, { ind: 2 })
 */
export function linalg_tensorinv(self: Tensor, ind?: number): Tensor;
export function linalg_tensorinv(self: Tensor, options?: { ind?: number | undefined }): Tensor;
export function linalg_tensorinv(...given: Given[]): unknown { return call_linalg_tensorinv(given); }

const call_linalg_tensorsolve = overloads('aten::linalg_tensorsolve', '');
/**
 * `aten::linalg_tensorsolve(Tensor self, Tensor other, int[]? dims=None) -> Tensor`
 * @example aten.linalg_tensorsolve(x, other, { dims })
 */
export function linalg_tensorsolve(self: Tensor, other: Tensor, dims?: readonly number[] | null): Tensor;
export function linalg_tensorsolve(self: Tensor, other: Tensor, options?: { dims?: readonly number[] | null | undefined }): Tensor;
export function linalg_tensorsolve(...given: Given[]): unknown { return call_linalg_tensorsolve(given); }

const call_linalg_vander = overloads('aten::linalg_vander', '');
/**
 * `aten::linalg_vander(Tensor x, *, SymInt? N=None) -> Tensor`
 * @example aten.linalg_vander(x, { N })
 */
export function linalg_vander(x: Tensor, options?: { N?: number | null | undefined }): Tensor;
export function linalg_vander(...given: Given[]): unknown { return call_linalg_vander(given); }

const call_linalg_vecdot = overloads('aten::linalg_vecdot', '');
/**
 * `aten::linalg_vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor`
 * @example aten.linalg_vecdot(x, y, { dim: -1 })
 */
export function linalg_vecdot(x: Tensor, y: Tensor, options?: { dim?: number | undefined }): Tensor;
export function linalg_vecdot(...given: Given[]): unknown { return call_linalg_vecdot(given); }

const call_linalg_vector_norm = overloads('aten::linalg_vector_norm', '');
/**
 * `aten::linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 * @example aten.linalg_vector_norm(x, { ord: 2, dim, keepdim: false })
 */
export function linalg_vector_norm(self: Tensor, ord?: Scalar | Complex, dim?: number | readonly number[] | null, keepdim?: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
export function linalg_vector_norm(self: Tensor, options?: { ord?: Scalar | Complex | undefined; dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_vector_norm(self: Tensor, ord?: Scalar | Complex, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_vector_norm(self: Tensor, ord?: Scalar | Complex, dim?: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
export function linalg_vector_norm(...given: Given[]): unknown { return call_linalg_vector_norm(given); }

const call_linear = overloads('aten::linear', '');
/**
 * `aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor`
 * @example aten.linear(input, weight, { bias })
 */
export function linear(input: Tensor, weight: Tensor, bias?: Tensor | null): Tensor;
export function linear(input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined }): Tensor;
export function linear(...given: Given[]): unknown { return call_linear(given); }

const call_linspace = overloads('aten::linspace', '', 'Scalar_Tensor', 'Tensor_Scalar', 'Tensor_Tensor');
/**
 * - `aten::linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::linspace.Scalar_Tensor(Scalar start, Tensor end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::linspace.Tensor_Scalar(Tensor start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::linspace.Tensor_Tensor(Tensor start, Tensor end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.linspace(start, end, steps)
 */
export function linspace(start: Scalar | Complex, end: Scalar | Complex | Tensor, steps: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function linspace(options: { start: Scalar | Complex; end: Scalar | Complex | Tensor; steps: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function linspace(start: Tensor, end: Scalar | Complex | Tensor, steps: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function linspace(start: Tensor, options: { end: Scalar | Complex; steps: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function linspace(start: Tensor, end: Tensor, options: { steps: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function linspace(...given: Given[]): unknown { return call_linspace(given); }

const call_logspace = overloads('aten::logspace', '', 'Scalar_Tensor', 'Tensor_Scalar', 'Tensor_Tensor');
/**
 * - `aten::logspace(Scalar start, Scalar end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::logspace.Scalar_Tensor(Scalar start, Tensor end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::logspace.Tensor_Scalar(Tensor start, Scalar end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::logspace.Tensor_Tensor(Tensor start, Tensor end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.logspace(start, end, steps, { base: 10 })
 */
export function logspace(start: Scalar | Complex, end: Scalar | Complex | Tensor, steps: number, base?: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function logspace(start: Scalar | Complex, end: Scalar | Complex | Tensor, steps: number, options?: { base?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function logspace(options: { start: Scalar | Complex; end: Scalar | Complex | Tensor; steps: number; base?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function logspace(start: Tensor, end: Scalar | Complex | Tensor, steps: number, base?: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function logspace(start: Tensor, end: Scalar | Complex | Tensor, steps: number, options?: { base?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function logspace(start: Tensor, options: { end: Scalar | Complex; steps: number; base?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function logspace(start: Tensor, end: Tensor, options: { steps: number; base?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function logspace(...given: Given[]): unknown { return call_logspace(given); }

const call_lstm_cell = overloads('aten::lstm_cell', '');
/**
 * `aten::lstm_cell(Tensor input, Tensor[] hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> (Tensor, Tensor)`
 * @example aten.lstm_cell(input, hx, wIh, wHh, { bIh, bHh })
 */
export function lstm_cell(input: Tensor, hx: readonly Tensor[], wIh: Tensor, wHh: Tensor, bIh?: Tensor | null, bHh?: Tensor | null): [Tensor, Tensor];
export function lstm_cell(input: Tensor, hx: readonly Tensor[], wIh: Tensor, wHh: Tensor, options?: { bIh?: Tensor | null | undefined; bHh?: Tensor | null | undefined }): [Tensor, Tensor];
export function lstm_cell(input: Tensor, hx: readonly Tensor[], wIh: Tensor, wHh: Tensor, bIh?: Tensor | null, options?: { bHh?: Tensor | null | undefined }): [Tensor, Tensor];
export function lstm_cell(...given: Given[]): unknown { return call_lstm_cell(given); }

const call_lu_unpack = overloads('aten::lu_unpack', '');
/**
 * `aten::lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True) -> (Tensor P, Tensor L, Tensor U)`
 * @example aten.lu_unpack(LU_data, LU_pivots, { unpackData: true, unpackPivots: true })
 */
export function lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpackData?: boolean, unpackPivots?: boolean): [P: Tensor, L: Tensor, U: Tensor];
export function lu_unpack(LU_data: Tensor, LU_pivots: Tensor, options?: { unpackData?: boolean | undefined; unpackPivots?: boolean | undefined }): [P: Tensor, L: Tensor, U: Tensor];
export function lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpackData?: boolean, options?: { unpackPivots?: boolean | undefined }): [P: Tensor, L: Tensor, U: Tensor];
export function lu_unpack(...given: Given[]): unknown { return call_lu_unpack(given); }

const call_margin_ranking_loss = overloads('aten::margin_ranking_loss', '');
/**
 * `aten::margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor`
 * @example aten.margin_ranking_loss(input1, input2, target, { margin: 0, reduction: 1 })
 */
export function margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, margin?: number, reduction?: number): Tensor;
export function margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, options?: { margin?: number | undefined; reduction?: number | undefined }): Tensor;
export function margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, margin?: number, options?: { reduction?: number | undefined }): Tensor;
export function margin_ranking_loss(...given: Given[]): unknown { return call_margin_ranking_loss(given); }

const call_meshgrid = overloads('aten::meshgrid', '', 'indexing');
/**
 * - `aten::meshgrid(Tensor[] tensors) -> Tensor[]`
 * - `aten::meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]`
 * @example aten.meshgrid(tensors, { indexing })
 */
export function meshgrid(tensors: readonly Tensor[]): Tensor[];
export function meshgrid(tensors: readonly Tensor[], options: { indexing: string }): Tensor[];
export function meshgrid(...given: Given[]): unknown { return call_meshgrid(given); }

const call_norm_except_dim = overloads('aten::norm_except_dim', '');
/**
 * `aten::norm_except_dim(Tensor v, int pow=2, int dim=0) -> Tensor`
 * @example aten.norm_except_dim(v, { pow: 2, dim: 0 })
 */
export function norm_except_dim(v: Tensor, pow?: number, dim?: number): Tensor;
export function norm_except_dim(v: Tensor, options?: { pow?: number | undefined; dim?: number | undefined }): Tensor;
export function norm_except_dim(v: Tensor, pow?: number, options?: { dim?: number | undefined }): Tensor;
export function norm_except_dim(...given: Given[]): unknown { return call_norm_except_dim(given); }

const call_normal = overloads('aten::normal', 'Tensor_float', 'Tensor_Tensor', 'float_Tensor', 'float_float');
/**
 * - `aten::normal.Tensor_float(Tensor mean, float std=1., *, Generator? generator=None) -> Tensor`
 * - `aten::normal.Tensor_Tensor(Tensor mean, Tensor std, *, Generator? generator=None) -> Tensor`
 * - `aten::normal.float_Tensor(float mean, Tensor std, *, Generator? generator=None) -> Tensor`
 * - `aten::normal.float_float(float mean, float std, SymInt[] size, *, Generator? generator=None, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.normal(mean, std, size)
 */
export function normal(mean: Tensor, std?: number, options?: { generator?: Generator | null | undefined }): Tensor;
export function normal(mean: Tensor, options?: { std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
export function normal(mean: Tensor | number, std: Tensor, options?: { generator?: Generator | null | undefined }): Tensor;
export function normal(options: { mean: number; std: Tensor; generator?: Generator | null | undefined }): Tensor;
export function normal(mean: number, std: number, size: readonly number[], options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function normal(options: { mean: number; std: number; size: readonly number[]; generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function normal(...given: Given[]): unknown { return call_normal(given); }

const call_ones = overloads('aten::ones', '');
/**
 * `aten::ones(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.ones(size)
 */
export function ones(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function ones(options: { size: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function ones(...given: Given[]): unknown { return call_ones(given); }

const call_pad_sequence = overloads('aten::pad_sequence', '');
/**
 * `aten::pad_sequence(Tensor[] sequences, bool batch_first=False, float padding_value=0., str padding_side="right") -> Tensor`
 * @example aten.pad_sequence(sequences, { batchFirst: false, paddingValue: 0, paddingSide: 'right' })
 */
export function pad_sequence(sequences: readonly Tensor[], batchFirst?: boolean, paddingValue?: number, paddingSide?: string): Tensor;
export function pad_sequence(sequences: readonly Tensor[], options?: { batchFirst?: boolean | undefined; paddingValue?: number | undefined; paddingSide?: string | undefined }): Tensor;
export function pad_sequence(sequences: readonly Tensor[], batchFirst?: boolean, options?: { paddingValue?: number | undefined; paddingSide?: string | undefined }): Tensor;
export function pad_sequence(sequences: readonly Tensor[], batchFirst?: boolean, paddingValue?: number, options?: { paddingSide?: string | undefined }): Tensor;
export function pad_sequence(...given: Given[]): unknown { return call_pad_sequence(given); }

const call_pairwise_distance = overloads('aten::pairwise_distance', '');
/**
 * `aten::pairwise_distance(Tensor x1, Tensor x2, float p=2., float eps=9.9999999999999995e-07, bool keepdim=False) -> Tensor`
 * @example aten.pairwise_distance(x1, x2, { p: 2, eps: 0.000001, keepdim: false })
 */
export function pairwise_distance(x1: Tensor, x2: Tensor, p?: number, eps?: number, keepdim?: boolean): Tensor;
export function pairwise_distance(x1: Tensor, x2: Tensor, options?: { p?: number | undefined; eps?: number | undefined; keepdim?: boolean | undefined }): Tensor;
export function pairwise_distance(x1: Tensor, x2: Tensor, p?: number, options?: { eps?: number | undefined; keepdim?: boolean | undefined }): Tensor;
export function pairwise_distance(x1: Tensor, x2: Tensor, p?: number, eps?: number, options?: { keepdim?: boolean | undefined }): Tensor;
export function pairwise_distance(...given: Given[]): unknown { return call_pairwise_distance(given); }

const call_poisson_nll_loss = overloads('aten::poisson_nll_loss', '');
/**
 * `aten::poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, float eps, int reduction) -> Tensor`
 * @example aten.poisson_nll_loss(input, target, logInput, full, eps, reduction)
 */
export function poisson_nll_loss(input: Tensor, target: Tensor, logInput: boolean, full: boolean, eps: number, reduction: number): Tensor;
export function poisson_nll_loss(input: Tensor, target: Tensor, options: { logInput: boolean; full: boolean; eps: number; reduction: number }): Tensor;
export function poisson_nll_loss(...given: Given[]): unknown { return call_poisson_nll_loss(given); }

const call_polar = overloads('aten::polar', '');
/**
 * `aten::polar(Tensor abs, Tensor angle) -> Tensor`
 * @example aten.polar(abs, angle)
 */
export function polar(abs: Tensor, angle: Tensor): Tensor;
export function polar(...given: Given[]): unknown { return call_polar(given); }

const call_polygamma = overloads('aten::polygamma', '');
/**
 * `aten::polygamma(int n, Tensor self) -> Tensor`
 * @example aten.polygamma(n, x)
 */
export function polygamma(n: number, self: Tensor): Tensor;
export function polygamma(options: { n: number; self: Tensor }): Tensor;
export function polygamma(...given: Given[]): unknown { return call_polygamma(given); }

const call_pow = overloads('aten::pow', 'Tensor_Tensor', 'Scalar', 'Tensor_Scalar');
/**
 * - `aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`
 * - `aten::pow.Scalar(Scalar self, Tensor exponent) -> Tensor`
 * - `aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`
 * @example aten.pow(x, exponent)
 */
export function pow(self: Tensor | Scalar | Complex, exponent: Tensor): Tensor;
export function pow(options: { self: Scalar | Complex; exponent: Tensor }): Tensor;
export function pow(self: Tensor, exponent: Scalar | Complex): Tensor;
export function pow(self: Tensor, options: { exponent: Scalar | Complex }): Tensor;
export function pow(...given: Given[]): unknown { return call_pow(given); }

const call_promote_types = overloads('aten::promote_types', '');
/**
 * `aten::promote_types(ScalarType type1, ScalarType type2) -> ScalarType`
 * @example aten.promote_types(type1, type2)
 */
export function promote_types(type1: DType, type2: DType): DType;
export function promote_types(options: { type1: DType; type2: DType }): DType;
export function promote_types(...given: Given[]): unknown { return call_promote_types(given); }

const call_rand = overloads('aten::rand', '', 'generator');
/**
 * - `aten::rand(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::rand.generator(SymInt[] size, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.rand(size)
 */
export function rand(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function rand(options: { size: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function rand(size: readonly number[], options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function rand(options: { size: readonly number[]; generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function rand(...given: Given[]): unknown { return call_rand(given); }

const call_randint = overloads('aten::randint', '', 'generator', 'low', 'low_generator');
/**
 * - `aten::randint(SymInt high, SymInt[] size, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::randint.generator(SymInt high, SymInt[] size, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::randint.low(SymInt low, SymInt high, SymInt[] size, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::randint.low_generator(SymInt low, SymInt high, SymInt[] size, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.randint(low, high, size)
 */
export function randint(high: number, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randint(options: { high: number; size: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randint(high: number, size: readonly number[], options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randint(options: { high: number; size: readonly number[]; generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randint(low: number, high: number, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randint(options: { low: number; high: number; size: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randint(low: number, high: number, size: readonly number[], options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randint(options: { low: number; high: number; size: readonly number[]; generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randint(...given: Given[]): unknown { return call_randint(given); }

const call_randn = overloads('aten::randn', '', 'generator');
/**
 * - `aten::randn(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::randn.generator(SymInt[] size, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.randn(size)
 */
export function randn(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randn(options: { size: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randn(size: readonly number[], options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randn(options: { size: readonly number[]; generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randn(...given: Given[]): unknown { return call_randn(given); }

const call_randperm = overloads('aten::randperm', '', 'generator');
/**
 * - `aten::randperm(SymInt n, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::randperm.generator(SymInt n, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.randperm(n)
 */
export function randperm(n: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randperm(options: { n: number; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randperm(n: number, options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randperm(options: { n: number; generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function randperm(...given: Given[]): unknown { return call_randperm(given); }

const call_range = overloads('aten::range', '', 'step');
/**
 * - `aten::range(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `aten::range.step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.range(start, end, { step: 1 })
 */
export function range(start: Scalar | Complex, end: Scalar | Complex, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function range(options: { start: Scalar | Complex; end: Scalar | Complex; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function range(start: Scalar | Complex, end: Scalar | Complex, step?: Scalar | Complex, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function range(start: Scalar | Complex, end: Scalar | Complex, options?: { step?: Scalar | Complex | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function range(options: { start: Scalar | Complex; end: Scalar | Complex; step?: Scalar | Complex | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function range(...given: Given[]): unknown { return call_range(given); }

const call_remainder = overloads('aten::remainder', 'Tensor', 'Scalar', 'Scalar_Tensor');
/**
 * - `aten::remainder.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `aten::remainder.Scalar(Tensor self, Scalar other) -> Tensor`
 * - `aten::remainder.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 * @example aten.remainder(x, other)
 */
export function remainder(self: Tensor, other: Tensor | Scalar | Complex): Tensor;
export function remainder(self: Scalar | Complex, other: Tensor): Tensor;
export function remainder(options: { self: Scalar | Complex; other: Tensor }): Tensor;
export function remainder(...given: Given[]): unknown { return call_remainder(given); }

const call_repeat_interleave = overloads('aten::repeat_interleave', 'Tensor', 'self_Tensor', 'self_int');
/**
 * - `aten::repeat_interleave.Tensor(Tensor repeats, *, SymInt? output_size=None) -> Tensor`
 * - `aten::repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor`
 * - `aten::repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor`
 * @example aten.repeat_interleave(x, repeats, { dim, outputSize })
 */
export function repeat_interleave(repeats: Tensor, options?: { outputSize?: number | null | undefined }): Tensor;
export function repeat_interleave(self: Tensor, repeats: Tensor | number, dim?: number | null, options?: { outputSize?: number | null | undefined }): Tensor;
export function repeat_interleave(self: Tensor, repeats: Tensor | number, options?: { dim?: number | null | undefined; outputSize?: number | null | undefined }): Tensor;
export function repeat_interleave(self: Tensor, options: { repeats: number; dim?: number | null | undefined; outputSize?: number | null | undefined }): Tensor;
export function repeat_interleave(...given: Given[]): unknown { return call_repeat_interleave(given); }

const call_result_type = overloads('aten::result_type', 'Tensor', 'Scalar', 'Scalar_Scalar', 'Scalar_Tensor');
/**
 * - `aten::result_type.Tensor(Tensor tensor, Tensor other) -> ScalarType`
 * - `aten::result_type.Scalar(Tensor tensor, Scalar other) -> ScalarType`
 * - `aten::result_type.Scalar_Scalar(Scalar scalar1, Scalar scalar2) -> ScalarType`
 * - `aten::result_type.Scalar_Tensor(Scalar scalar, Tensor tensor) -> ScalarType`
 * @example aten.result_type(tensor, other)
 */
export function result_type(tensor: Tensor, other: Tensor | Scalar | Complex): DType;
export function result_type(scalar1: Scalar | Complex, scalar2: Scalar | Complex): DType;
export function result_type(options: { scalar1: Scalar | Complex; scalar2: Scalar | Complex }): DType;
export function result_type(scalar: Scalar | Complex, tensor: Tensor): DType;
export function result_type(options: { scalar: Scalar | Complex; tensor: Tensor }): DType;
export function result_type(...given: Given[]): unknown { return call_result_type(given); }

const call_rms_norm = overloads('aten::rms_norm', '');
/**
 * `aten::rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor`
 * @example aten.rms_norm(input, normalizedShape, { weight, eps })
 */
export function rms_norm(input: Tensor, normalizedShape: readonly number[], weight?: Tensor | null, eps?: number | null): Tensor;
export function rms_norm(input: Tensor, normalizedShape: readonly number[], options?: { weight?: Tensor | null | undefined; eps?: number | null | undefined }): Tensor;
export function rms_norm(input: Tensor, normalizedShape: readonly number[], weight?: Tensor | null, options?: { eps?: number | null | undefined }): Tensor;
export function rms_norm(input: Tensor, options: { normalizedShape: readonly number[]; weight?: Tensor | null | undefined; eps?: number | null | undefined }): Tensor;
export function rms_norm(...given: Given[]): unknown { return call_rms_norm(given); }

const call_rnn_relu_cell = overloads('aten::rnn_relu_cell', '');
/**
 * `aten::rnn_relu_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor`
 * @example aten.rnn_relu_cell(input, hx, wIh, wHh, { bIh, bHh })
 */
export function rnn_relu_cell(input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh?: Tensor | null, bHh?: Tensor | null): Tensor;
export function rnn_relu_cell(input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, options?: { bIh?: Tensor | null | undefined; bHh?: Tensor | null | undefined }): Tensor;
export function rnn_relu_cell(input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh?: Tensor | null, options?: { bHh?: Tensor | null | undefined }): Tensor;
export function rnn_relu_cell(...given: Given[]): unknown { return call_rnn_relu_cell(given); }

const call_rnn_tanh_cell = overloads('aten::rnn_tanh_cell', '');
/**
 * `aten::rnn_tanh_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor`
 * @example aten.rnn_tanh_cell(input, hx, wIh, wHh, { bIh, bHh })
 */
export function rnn_tanh_cell(input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh?: Tensor | null, bHh?: Tensor | null): Tensor;
export function rnn_tanh_cell(input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, options?: { bIh?: Tensor | null | undefined; bHh?: Tensor | null | undefined }): Tensor;
export function rnn_tanh_cell(input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh?: Tensor | null, options?: { bHh?: Tensor | null | undefined }): Tensor;
export function rnn_tanh_cell(...given: Given[]): unknown { return call_rnn_tanh_cell(given); }

const call_row_stack = overloads('aten::row_stack', '');
/**
 * `aten::row_stack(Tensor[] tensors) -> Tensor`
 * @example aten.row_stack(tensors)
 */
export function row_stack(tensors: readonly Tensor[]): Tensor;
export function row_stack(...given: Given[]): unknown { return call_row_stack(given); }

const call_scalar_tensor = overloads('aten::scalar_tensor', '');
/**
 * `aten::scalar_tensor(Scalar s, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.scalar_tensor(s)
 */
export function scalar_tensor(s: Scalar | Complex, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function scalar_tensor(options: { s: Scalar | Complex; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function scalar_tensor(...given: Given[]): unknown { return call_scalar_tensor(given); }

const call_scaled_dot_product_attention = overloads('aten::scaled_dot_product_attention', '');
/**
 * `aten::scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor`
 * @example aten.scaled_dot_product_attention(query, key, value, { attnMask, dropoutP: 0, isCausal: false, scale, enableGqa: false })
 */
export function scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, attnMask?: Tensor | null, dropoutP?: number, isCausal?: boolean, options?: { scale?: number | null | undefined; enableGqa?: boolean | undefined }): Tensor;
export function scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, options?: { attnMask?: Tensor | null | undefined; dropoutP?: number | undefined; isCausal?: boolean | undefined; scale?: number | null | undefined; enableGqa?: boolean | undefined }): Tensor;
export function scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, attnMask?: Tensor | null, options?: { dropoutP?: number | undefined; isCausal?: boolean | undefined; scale?: number | null | undefined; enableGqa?: boolean | undefined }): Tensor;
export function scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, attnMask?: Tensor | null, dropoutP?: number, options?: { isCausal?: boolean | undefined; scale?: number | null | undefined; enableGqa?: boolean | undefined }): Tensor;
export function scaled_dot_product_attention(...given: Given[]): unknown { return call_scaled_dot_product_attention(given); }

const call_searchsorted = overloads('aten::searchsorted', 'Scalar', 'Tensor');
/**
 * - `aten::searchsorted.Scalar(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor`
 * - `aten::searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor`
 * @example aten.searchsorted(sortedSequence, x, { outInt32: false, right: false, side, sorter })
 */
export function searchsorted(sortedSequence: Tensor, self: Scalar | Complex | Tensor, options?: { outInt32?: boolean | undefined; right?: boolean | undefined; side?: string | null | undefined; sorter?: Tensor | null | undefined }): Tensor;
export function searchsorted(sortedSequence: Tensor, options: { self: Scalar | Complex; outInt32?: boolean | undefined; right?: boolean | undefined; side?: string | null | undefined; sorter?: Tensor | null | undefined }): Tensor;
export function searchsorted(...given: Given[]): unknown { return call_searchsorted(given); }

const call_segment_reduce = overloads('aten::segment_reduce', '');
/**
 * `aten::segment_reduce(Tensor data, str reduce, *, Tensor? lengths=None, Tensor? indices=None, Tensor? offsets=None, int axis=0, bool unsafe=False, Scalar? initial=None) -> Tensor`
 * @example aten.segment_reduce(data, reduce, { lengths, indices, offsets, axis: 0, unsafe: false, initial })
 */
export function segment_reduce(data: Tensor, reduce: string, options?: { lengths?: Tensor | null | undefined; indices?: Tensor | null | undefined; offsets?: Tensor | null | undefined; axis?: number | undefined; unsafe?: boolean | undefined; initial?: Scalar | Complex | null | undefined }): Tensor;
export function segment_reduce(data: Tensor, options: { reduce: string; lengths?: Tensor | null | undefined; indices?: Tensor | null | undefined; offsets?: Tensor | null | undefined; axis?: number | undefined; unsafe?: boolean | undefined; initial?: Scalar | Complex | null | undefined }): Tensor;
export function segment_reduce(...given: Given[]): unknown { return call_segment_reduce(given); }

const call_special_airy_ai = overloads('aten::special_airy_ai', '');
/**
 * `aten::special_airy_ai(Tensor x) -> Tensor`
 * @example aten.special_airy_ai(x)
 */
export function special_airy_ai(x: Tensor): Tensor;
export function special_airy_ai(...given: Given[]): unknown { return call_special_airy_ai(given); }

const call_special_bessel_j0 = overloads('aten::special_bessel_j0', '');
/**
 * `aten::special_bessel_j0(Tensor self) -> Tensor`
 * @example aten.special_bessel_j0(x)
 */
export function special_bessel_j0(self: Tensor): Tensor;
export function special_bessel_j0(...given: Given[]): unknown { return call_special_bessel_j0(given); }

const call_special_bessel_j1 = overloads('aten::special_bessel_j1', '');
/**
 * `aten::special_bessel_j1(Tensor self) -> Tensor`
 * @example aten.special_bessel_j1(x)
 */
export function special_bessel_j1(self: Tensor): Tensor;
export function special_bessel_j1(...given: Given[]): unknown { return call_special_bessel_j1(given); }

const call_special_bessel_y0 = overloads('aten::special_bessel_y0', '');
/**
 * `aten::special_bessel_y0(Tensor self) -> Tensor`
 * @example aten.special_bessel_y0(x)
 */
export function special_bessel_y0(self: Tensor): Tensor;
export function special_bessel_y0(...given: Given[]): unknown { return call_special_bessel_y0(given); }

const call_special_bessel_y1 = overloads('aten::special_bessel_y1', '');
/**
 * `aten::special_bessel_y1(Tensor self) -> Tensor`
 * @example aten.special_bessel_y1(x)
 */
export function special_bessel_y1(self: Tensor): Tensor;
export function special_bessel_y1(...given: Given[]): unknown { return call_special_bessel_y1(given); }

const call_special_digamma = overloads('aten::special_digamma', '');
/**
 * `aten::special_digamma(Tensor self) -> Tensor`
 * @example aten.special_digamma(x)
 */
export function special_digamma(self: Tensor): Tensor;
export function special_digamma(...given: Given[]): unknown { return call_special_digamma(given); }

const call_special_entr = overloads('aten::special_entr', '');
/**
 * `aten::special_entr(Tensor self) -> Tensor`
 * @example aten.special_entr(x)
 */
export function special_entr(self: Tensor): Tensor;
export function special_entr(...given: Given[]): unknown { return call_special_entr(given); }

const call_special_erf = overloads('aten::special_erf', '');
/**
 * `aten::special_erf(Tensor self) -> Tensor`
 * @example aten.special_erf(x)
 */
export function special_erf(self: Tensor): Tensor;
export function special_erf(...given: Given[]): unknown { return call_special_erf(given); }

const call_special_erfc = overloads('aten::special_erfc', '');
/**
 * `aten::special_erfc(Tensor self) -> Tensor`
 * @example aten.special_erfc(x)
 */
export function special_erfc(self: Tensor): Tensor;
export function special_erfc(...given: Given[]): unknown { return call_special_erfc(given); }

const call_special_erfcx = overloads('aten::special_erfcx', '');
/**
 * `aten::special_erfcx(Tensor self) -> Tensor`
 * @example aten.special_erfcx(x)
 */
export function special_erfcx(self: Tensor): Tensor;
export function special_erfcx(...given: Given[]): unknown { return call_special_erfcx(given); }

const call_special_erfinv = overloads('aten::special_erfinv', '');
/**
 * `aten::special_erfinv(Tensor self) -> Tensor`
 * @example aten.special_erfinv(x)
 */
export function special_erfinv(self: Tensor): Tensor;
export function special_erfinv(...given: Given[]): unknown { return call_special_erfinv(given); }

const call_special_exp2 = overloads('aten::special_exp2', '');
/**
 * `aten::special_exp2(Tensor self) -> Tensor`
 * @example aten.special_exp2(x)
 */
export function special_exp2(self: Tensor): Tensor;
export function special_exp2(...given: Given[]): unknown { return call_special_exp2(given); }

const call_special_expit = overloads('aten::special_expit', '');
/**
 * `aten::special_expit(Tensor self) -> Tensor`
 * @example aten.special_expit(x)
 */
export function special_expit(self: Tensor): Tensor;
export function special_expit(...given: Given[]): unknown { return call_special_expit(given); }

const call_special_expm1 = overloads('aten::special_expm1', '');
/**
 * `aten::special_expm1(Tensor self) -> Tensor`
 * @example aten.special_expm1(x)
 */
export function special_expm1(self: Tensor): Tensor;
export function special_expm1(...given: Given[]): unknown { return call_special_expm1(given); }

const call_special_gammainc = overloads('aten::special_gammainc', '');
/**
 * `aten::special_gammainc(Tensor self, Tensor other) -> Tensor`
 * @example aten.special_gammainc(x, other)
 */
export function special_gammainc(self: Tensor, other: Tensor): Tensor;
export function special_gammainc(...given: Given[]): unknown { return call_special_gammainc(given); }

const call_special_gammaincc = overloads('aten::special_gammaincc', '');
/**
 * `aten::special_gammaincc(Tensor self, Tensor other) -> Tensor`
 * @example aten.special_gammaincc(x, other)
 */
export function special_gammaincc(self: Tensor, other: Tensor): Tensor;
export function special_gammaincc(...given: Given[]): unknown { return call_special_gammaincc(given); }

const call_special_gammaln = overloads('aten::special_gammaln', '');
/**
 * `aten::special_gammaln(Tensor self) -> Tensor`
 * @example aten.special_gammaln(x)
 */
export function special_gammaln(self: Tensor): Tensor;
export function special_gammaln(...given: Given[]): unknown { return call_special_gammaln(given); }

const call_special_i0 = overloads('aten::special_i0', '');
/**
 * `aten::special_i0(Tensor self) -> Tensor`
 * @example aten.special_i0(x)
 */
export function special_i0(self: Tensor): Tensor;
export function special_i0(...given: Given[]): unknown { return call_special_i0(given); }

const call_special_i0e = overloads('aten::special_i0e', '');
/**
 * `aten::special_i0e(Tensor self) -> Tensor`
 * @example aten.special_i0e(x)
 */
export function special_i0e(self: Tensor): Tensor;
export function special_i0e(...given: Given[]): unknown { return call_special_i0e(given); }

const call_special_i1 = overloads('aten::special_i1', '');
/**
 * `aten::special_i1(Tensor self) -> Tensor`
 * @example aten.special_i1(x)
 */
export function special_i1(self: Tensor): Tensor;
export function special_i1(...given: Given[]): unknown { return call_special_i1(given); }

const call_special_i1e = overloads('aten::special_i1e', '');
/**
 * `aten::special_i1e(Tensor self) -> Tensor`
 * @example aten.special_i1e(x)
 */
export function special_i1e(self: Tensor): Tensor;
export function special_i1e(...given: Given[]): unknown { return call_special_i1e(given); }

const call_special_log1p = overloads('aten::special_log1p', '');
/**
 * `aten::special_log1p(Tensor self) -> Tensor`
 * @example aten.special_log1p(x)
 */
export function special_log1p(self: Tensor): Tensor;
export function special_log1p(...given: Given[]): unknown { return call_special_log1p(given); }

const call_special_log_ndtr = overloads('aten::special_log_ndtr', '');
/**
 * `aten::special_log_ndtr(Tensor self) -> Tensor`
 * @example aten.special_log_ndtr(x)
 */
export function special_log_ndtr(self: Tensor): Tensor;
export function special_log_ndtr(...given: Given[]): unknown { return call_special_log_ndtr(given); }

const call_special_log_softmax = overloads('aten::special_log_softmax', '');
/**
 * `aten::special_log_softmax(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor`
 * @example aten.special_log_softmax(x, dim)
 */
export function special_log_softmax(self: Tensor, dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
export function special_log_softmax(self: Tensor, options: { dim: number; dtype?: DType | null | undefined }): Tensor;
export function special_log_softmax(...given: Given[]): unknown { return call_special_log_softmax(given); }

const call_special_logit = overloads('aten::special_logit', '');
/**
 * `aten::special_logit(Tensor self, float? eps=None) -> Tensor`
 * @example aten.special_logit(x, { eps })
 */
export function special_logit(self: Tensor, eps?: number | null): Tensor;
export function special_logit(self: Tensor, options?: { eps?: number | null | undefined }): Tensor;
export function special_logit(...given: Given[]): unknown { return call_special_logit(given); }

const call_special_logsumexp = overloads('aten::special_logsumexp', '');
/**
 * `aten::special_logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`
 * @example aten.special_logsumexp(x, dim, { keepdim: false })
 */
export function special_logsumexp(self: Tensor, dim: number | readonly number[], keepdim?: boolean): Tensor;
export function special_logsumexp(self: Tensor, dim: number | readonly number[], options?: { keepdim?: boolean | undefined }): Tensor;
export function special_logsumexp(self: Tensor, options: { dim: number | readonly number[]; keepdim?: boolean | undefined }): Tensor;
export function special_logsumexp(...given: Given[]): unknown { return call_special_logsumexp(given); }

const call_special_modified_bessel_i0 = overloads('aten::special_modified_bessel_i0', '');
/**
 * `aten::special_modified_bessel_i0(Tensor self) -> Tensor`
 * @example aten.special_modified_bessel_i0(x)
 */
export function special_modified_bessel_i0(self: Tensor): Tensor;
export function special_modified_bessel_i0(...given: Given[]): unknown { return call_special_modified_bessel_i0(given); }

const call_special_modified_bessel_i1 = overloads('aten::special_modified_bessel_i1', '');
/**
 * `aten::special_modified_bessel_i1(Tensor self) -> Tensor`
 * @example aten.special_modified_bessel_i1(x)
 */
export function special_modified_bessel_i1(self: Tensor): Tensor;
export function special_modified_bessel_i1(...given: Given[]): unknown { return call_special_modified_bessel_i1(given); }

const call_special_modified_bessel_k0 = overloads('aten::special_modified_bessel_k0', '');
/**
 * `aten::special_modified_bessel_k0(Tensor self) -> Tensor`
 * @example aten.special_modified_bessel_k0(x)
 */
export function special_modified_bessel_k0(self: Tensor): Tensor;
export function special_modified_bessel_k0(...given: Given[]): unknown { return call_special_modified_bessel_k0(given); }

const call_special_modified_bessel_k1 = overloads('aten::special_modified_bessel_k1', '');
/**
 * `aten::special_modified_bessel_k1(Tensor self) -> Tensor`
 * @example aten.special_modified_bessel_k1(x)
 */
export function special_modified_bessel_k1(self: Tensor): Tensor;
export function special_modified_bessel_k1(...given: Given[]): unknown { return call_special_modified_bessel_k1(given); }

const call_special_multigammaln = overloads('aten::special_multigammaln', '');
/**
 * `aten::special_multigammaln(Tensor self, int p) -> Tensor`
 * @example aten.special_multigammaln(x, p)
 */
export function special_multigammaln(self: Tensor, p: number): Tensor;
export function special_multigammaln(self: Tensor, options: { p: number }): Tensor;
export function special_multigammaln(...given: Given[]): unknown { return call_special_multigammaln(given); }

const call_special_ndtr = overloads('aten::special_ndtr', '');
/**
 * `aten::special_ndtr(Tensor self) -> Tensor`
 * @example aten.special_ndtr(x)
 */
export function special_ndtr(self: Tensor): Tensor;
export function special_ndtr(...given: Given[]): unknown { return call_special_ndtr(given); }

const call_special_ndtri = overloads('aten::special_ndtri', '');
/**
 * `aten::special_ndtri(Tensor self) -> Tensor`
 * @example aten.special_ndtri(x)
 */
export function special_ndtri(self: Tensor): Tensor;
export function special_ndtri(...given: Given[]): unknown { return call_special_ndtri(given); }

const call_special_polygamma = overloads('aten::special_polygamma', '');
/**
 * `aten::special_polygamma(int n, Tensor self) -> Tensor`
 * @example aten.special_polygamma(n, x)
 */
export function special_polygamma(n: number, self: Tensor): Tensor;
export function special_polygamma(options: { n: number; self: Tensor }): Tensor;
export function special_polygamma(...given: Given[]): unknown { return call_special_polygamma(given); }

const call_special_psi = overloads('aten::special_psi', '');
/**
 * `aten::special_psi(Tensor self) -> Tensor`
 * @example aten.special_psi(x)
 */
export function special_psi(self: Tensor): Tensor;
export function special_psi(...given: Given[]): unknown { return call_special_psi(given); }

const call_special_round = overloads('aten::special_round', '');
/**
 * `aten::special_round(Tensor self, *, int decimals=0) -> Tensor`
 * @example aten.special_round(x, { decimals: 0 })
 */
export function special_round(self: Tensor, options?: { decimals?: number | undefined }): Tensor;
export function special_round(...given: Given[]): unknown { return call_special_round(given); }

const call_special_scaled_modified_bessel_k0 = overloads('aten::special_scaled_modified_bessel_k0', '');
/**
 * `aten::special_scaled_modified_bessel_k0(Tensor x) -> Tensor`
 * @example aten.special_scaled_modified_bessel_k0(x)
 */
export function special_scaled_modified_bessel_k0(x: Tensor): Tensor;
export function special_scaled_modified_bessel_k0(...given: Given[]): unknown { return call_special_scaled_modified_bessel_k0(given); }

const call_special_scaled_modified_bessel_k1 = overloads('aten::special_scaled_modified_bessel_k1', '');
/**
 * `aten::special_scaled_modified_bessel_k1(Tensor x) -> Tensor`
 * @example aten.special_scaled_modified_bessel_k1(x)
 */
export function special_scaled_modified_bessel_k1(x: Tensor): Tensor;
export function special_scaled_modified_bessel_k1(...given: Given[]): unknown { return call_special_scaled_modified_bessel_k1(given); }

const call_special_sinc = overloads('aten::special_sinc', '');
/**
 * `aten::special_sinc(Tensor self) -> Tensor`
 * @example aten.special_sinc(x)
 */
export function special_sinc(self: Tensor): Tensor;
export function special_sinc(...given: Given[]): unknown { return call_special_sinc(given); }

const call_special_softmax = overloads('aten::special_softmax', '');
/**
 * `aten::special_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`
 * @example aten.special_softmax(x, dim)
 */
export function special_softmax(self: Tensor, dim: number, dtype?: DType | null): Tensor;
export function special_softmax(self: Tensor, dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
export function special_softmax(self: Tensor, options: { dim: number; dtype?: DType | null | undefined }): Tensor;
export function special_softmax(...given: Given[]): unknown { return call_special_softmax(given); }

const call_special_spherical_bessel_j0 = overloads('aten::special_spherical_bessel_j0', '');
/**
 * `aten::special_spherical_bessel_j0(Tensor x) -> Tensor`
 * @example aten.special_spherical_bessel_j0(x)
 */
export function special_spherical_bessel_j0(x: Tensor): Tensor;
export function special_spherical_bessel_j0(...given: Given[]): unknown { return call_special_spherical_bessel_j0(given); }

const call_special_xlog1py = overloads('aten::special_xlog1py', '', 'other_scalar', 'self_scalar');
/**
 * - `aten::special_xlog1py(Tensor self, Tensor other) -> Tensor`
 * - `aten::special_xlog1py.other_scalar(Tensor self, Scalar other) -> Tensor`
 * - `aten::special_xlog1py.self_scalar(Scalar self, Tensor other) -> Tensor`
 * @example aten.special_xlog1py(x, other)
 */
export function special_xlog1py(self: Tensor, other: Tensor | Scalar | Complex): Tensor;
export function special_xlog1py(self: Scalar | Complex, other: Tensor): Tensor;
export function special_xlog1py(options: { self: Scalar | Complex; other: Tensor }): Tensor;
export function special_xlog1py(...given: Given[]): unknown { return call_special_xlog1py(given); }

const call_special_xlogy = overloads('aten::special_xlogy', '', 'other_scalar', 'self_scalar');
/**
 * - `aten::special_xlogy(Tensor self, Tensor other) -> Tensor`
 * - `aten::special_xlogy.other_scalar(Tensor self, Scalar other) -> Tensor`
 * - `aten::special_xlogy.self_scalar(Scalar self, Tensor other) -> Tensor`
 * @example aten.special_xlogy(x, other)
 */
export function special_xlogy(self: Tensor, other: Tensor | Scalar | Complex): Tensor;
export function special_xlogy(self: Scalar | Complex, other: Tensor): Tensor;
export function special_xlogy(options: { self: Scalar | Complex; other: Tensor }): Tensor;
export function special_xlogy(...given: Given[]): unknown { return call_special_xlogy(given); }

const call_special_zeta = overloads('aten::special_zeta', '', 'other_scalar', 'self_scalar');
/**
 * - `aten::special_zeta(Tensor self, Tensor other) -> Tensor`
 * - `aten::special_zeta.other_scalar(Tensor self, Scalar other) -> Tensor`
 * - `aten::special_zeta.self_scalar(Scalar self, Tensor other) -> Tensor`
 * @example aten.special_zeta(x, other)
 */
export function special_zeta(self: Tensor, other: Tensor | Scalar | Complex): Tensor;
export function special_zeta(self: Scalar | Complex, other: Tensor): Tensor;
export function special_zeta(options: { self: Scalar | Complex; other: Tensor }): Tensor;
export function special_zeta(...given: Given[]): unknown { return call_special_zeta(given); }

const call_stack = overloads('aten::stack', '');
/**
 * `aten::stack(Tensor[] tensors, int dim=0) -> Tensor`
 * @example aten.stack(tensors, { dim: 0 })
 */
export function stack(tensors: readonly Tensor[], dim?: number): Tensor;
export function stack(tensors: readonly Tensor[], options?: { dim?: number | undefined }): Tensor;
export function stack(...given: Given[]): unknown { return call_stack(given); }

const call_trapezoid = overloads('aten::trapezoid', 'dx', 'x');
/**
 * - `aten::trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor`
 * - `aten::trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`
 * @example aten.trapezoid(y, x, { dim: -1 })
 */
export function trapezoid(y: Tensor, options?: { dx?: Scalar | Complex | undefined; dim?: number | undefined }): Tensor;
export function trapezoid(y: Tensor, x: Tensor, options?: { dim?: number | undefined }): Tensor;
export function trapezoid(...given: Given[]): unknown { return call_trapezoid(given); }

const call_trapz = overloads('aten::trapz', 'dx', 'x');
/**
 * - `aten::trapz.dx(Tensor y, *, float dx=1., int dim=-1) -> Tensor`
 * - `aten::trapz.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`
 * @example aten.trapz(y, x, { dim: -1 })
 */
export function trapz(y: Tensor, options?: { dx?: number | undefined; dim?: number | undefined }): Tensor;
export function trapz(y: Tensor, x: Tensor, options?: { dim?: number | undefined }): Tensor;
export function trapz(...given: Given[]): unknown { return call_trapz(given); }

const call_tril_indices = overloads('aten::tril_indices', '');
/**
 * `aten::tril_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.tril_indices(row, col, { offset: 0 })
 */
export function tril_indices(row: number, col: number, offset?: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function tril_indices(row: number, col: number, options?: { offset?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function tril_indices(options: { row: number; col: number; offset?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function tril_indices(...given: Given[]): unknown { return call_tril_indices(given); }

const call_triplet_margin_loss = overloads('aten::triplet_margin_loss', '');
/**
 * `aten::triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1., float p=2., float eps=9.9999999999999995e-07, bool swap=False, int reduction=1) -> Tensor`
 * @example aten.triplet_margin_loss(anchor, positive, negative, { margin: 1, p: 2, eps: 0.000001, swap: false, reduction: 1 })
 */
export function triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin?: number, p?: number, eps?: number, swap?: boolean, reduction?: number): Tensor;
export function triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, options?: { margin?: number | undefined; p?: number | undefined; eps?: number | undefined; swap?: boolean | undefined; reduction?: number | undefined }): Tensor;
export function triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin?: number, options?: { p?: number | undefined; eps?: number | undefined; swap?: boolean | undefined; reduction?: number | undefined }): Tensor;
export function triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin?: number, p?: number, options?: { eps?: number | undefined; swap?: boolean | undefined; reduction?: number | undefined }): Tensor;
export function triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin?: number, p?: number, eps?: number, options?: { swap?: boolean | undefined; reduction?: number | undefined }): Tensor;
export function triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin?: number, p?: number, eps?: number, swap?: boolean, options?: { reduction?: number | undefined }): Tensor;
export function triplet_margin_loss(...given: Given[]): unknown { return call_triplet_margin_loss(given); }

const call_triu_indices = overloads('aten::triu_indices', '');
/**
 * `aten::triu_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.triu_indices(row, col, { offset: 0 })
 */
export function triu_indices(row: number, col: number, offset?: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function triu_indices(row: number, col: number, options?: { offset?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function triu_indices(options: { row: number; col: number; offset?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function triu_indices(...given: Given[]): unknown { return call_triu_indices(given); }

const call_unflatten_dense_tensors = overloads('aten::unflatten_dense_tensors', '');
/**
 * `aten::unflatten_dense_tensors(Tensor flat, Tensor[] tensors) -> Tensor[]`
 * @example aten.unflatten_dense_tensors(flat, tensors)
 */
export function unflatten_dense_tensors(flat: Tensor, tensors: readonly Tensor[]): Tensor[];
export function unflatten_dense_tensors(...given: Given[]): unknown { return call_unflatten_dense_tensors(given); }

const call_upsample_bicubic2d = overloads('aten::upsample_bicubic2d', '', 'vec');
/**
 * - `aten::upsample_bicubic2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`
 * - `aten::upsample_bicubic2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor`
 * @example aten.upsample_bicubic2d(x, outputSize, alignCorners, { scalesH, scalesW })
 */
export function upsample_bicubic2d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesH?: number | null, scalesW?: number | null): Tensor;
export function upsample_bicubic2d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_bicubic2d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesH?: number | null, options?: { scalesW?: number | null | undefined }): Tensor;
export function upsample_bicubic2d(self: Tensor, options: { outputSize: number | readonly number[]; alignCorners: boolean; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_bicubic2d(input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null): Tensor;
export function upsample_bicubic2d(input: Tensor, options: { outputSize: readonly number[] | null; alignCorners: boolean; scaleFactors: readonly number[] | null }): Tensor;
export function upsample_bicubic2d(...given: Given[]): unknown { return call_upsample_bicubic2d(given); }

const call_upsample_bilinear2d = overloads('aten::upsample_bilinear2d', '', 'vec');
/**
 * - `aten::upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`
 * - `aten::upsample_bilinear2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor`
 * @example aten.upsample_bilinear2d(x, outputSize, alignCorners, { scalesH, scalesW })
 */
export function upsample_bilinear2d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesH?: number | null, scalesW?: number | null): Tensor;
export function upsample_bilinear2d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_bilinear2d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesH?: number | null, options?: { scalesW?: number | null | undefined }): Tensor;
export function upsample_bilinear2d(self: Tensor, options: { outputSize: number | readonly number[]; alignCorners: boolean; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_bilinear2d(input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null): Tensor;
export function upsample_bilinear2d(input: Tensor, options: { outputSize: readonly number[] | null; alignCorners: boolean; scaleFactors: readonly number[] | null }): Tensor;
export function upsample_bilinear2d(...given: Given[]): unknown { return call_upsample_bilinear2d(given); }

const call_upsample_linear1d = overloads('aten::upsample_linear1d', '', 'vec');
/**
 * - `aten::upsample_linear1d(Tensor self, SymInt[1] output_size, bool align_corners, float? scales=None) -> Tensor`
 * - `aten::upsample_linear1d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor`
 * @example aten.upsample_linear1d(x, outputSize, alignCorners, { scales })
 */
export function upsample_linear1d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scales?: number | null): Tensor;
export function upsample_linear1d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, options?: { scales?: number | null | undefined }): Tensor;
export function upsample_linear1d(self: Tensor, options: { outputSize: number | readonly number[]; alignCorners: boolean; scales?: number | null | undefined }): Tensor;
export function upsample_linear1d(input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null): Tensor;
export function upsample_linear1d(input: Tensor, options: { outputSize: readonly number[] | null; alignCorners: boolean; scaleFactors: readonly number[] | null }): Tensor;
export function upsample_linear1d(...given: Given[]): unknown { return call_upsample_linear1d(given); }

const call_upsample_nearest1d = overloads('aten::upsample_nearest1d', '', 'vec');
/**
 * - `aten::upsample_nearest1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor`
 * - `aten::upsample_nearest1d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor`
 * @example aten.upsample_nearest1d(x, outputSize, { scales })
 */
export function upsample_nearest1d(self: Tensor, outputSize: number | readonly number[], scales?: number | null): Tensor;
export function upsample_nearest1d(self: Tensor, outputSize: number | readonly number[], options?: { scales?: number | null | undefined }): Tensor;
export function upsample_nearest1d(self: Tensor, options: { outputSize: number | readonly number[]; scales?: number | null | undefined }): Tensor;
export function upsample_nearest1d(input: Tensor, outputSize: readonly number[] | null, scaleFactors: readonly number[] | null): Tensor;
export function upsample_nearest1d(input: Tensor, options: { outputSize: readonly number[] | null; scaleFactors: readonly number[] | null }): Tensor;
export function upsample_nearest1d(...given: Given[]): unknown { return call_upsample_nearest1d(given); }

const call_upsample_nearest2d = overloads('aten::upsample_nearest2d', '', 'vec');
/**
 * - `aten::upsample_nearest2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor`
 * - `aten::upsample_nearest2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor`
 * @example aten.upsample_nearest2d(x, outputSize, { scalesH, scalesW })
 */
export function upsample_nearest2d(self: Tensor, outputSize: number | readonly number[], scalesH?: number | null, scalesW?: number | null): Tensor;
export function upsample_nearest2d(self: Tensor, outputSize: number | readonly number[], options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_nearest2d(self: Tensor, outputSize: number | readonly number[], scalesH?: number | null, options?: { scalesW?: number | null | undefined }): Tensor;
export function upsample_nearest2d(self: Tensor, options: { outputSize: number | readonly number[]; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_nearest2d(input: Tensor, outputSize: readonly number[] | null, scaleFactors: readonly number[] | null): Tensor;
export function upsample_nearest2d(input: Tensor, options: { outputSize: readonly number[] | null; scaleFactors: readonly number[] | null }): Tensor;
export function upsample_nearest2d(...given: Given[]): unknown { return call_upsample_nearest2d(given); }

const call_upsample_nearest3d = overloads('aten::upsample_nearest3d', '', 'vec');
/**
 * - `aten::upsample_nearest3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor`
 * - `aten::upsample_nearest3d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor`
 * @example aten.upsample_nearest3d(x, outputSize, { scalesD, scalesH, scalesW })
 */
export function upsample_nearest3d(self: Tensor, outputSize: number | readonly number[], scalesD?: number | null, scalesH?: number | null, scalesW?: number | null): Tensor;
export function upsample_nearest3d(self: Tensor, outputSize: number | readonly number[], options?: { scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_nearest3d(self: Tensor, outputSize: number | readonly number[], scalesD?: number | null, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_nearest3d(self: Tensor, outputSize: number | readonly number[], scalesD?: number | null, scalesH?: number | null, options?: { scalesW?: number | null | undefined }): Tensor;
export function upsample_nearest3d(self: Tensor, options: { outputSize: number | readonly number[]; scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_nearest3d(input: Tensor, outputSize: readonly number[] | null, scaleFactors: readonly number[] | null): Tensor;
export function upsample_nearest3d(input: Tensor, options: { outputSize: readonly number[] | null; scaleFactors: readonly number[] | null }): Tensor;
export function upsample_nearest3d(...given: Given[]): unknown { return call_upsample_nearest3d(given); }

const call_upsample_trilinear3d = overloads('aten::upsample_trilinear3d', '', 'vec');
/**
 * - `aten::upsample_trilinear3d(Tensor self, SymInt[3] output_size, bool align_corners, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor`
 * - `aten::upsample_trilinear3d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor`
 * @example aten.upsample_trilinear3d(x, outputSize, alignCorners, { scalesD, scalesH, scalesW })
 */
export function upsample_trilinear3d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesD?: number | null, scalesH?: number | null, scalesW?: number | null): Tensor;
export function upsample_trilinear3d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_trilinear3d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesD?: number | null, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_trilinear3d(self: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesD?: number | null, scalesH?: number | null, options?: { scalesW?: number | null | undefined }): Tensor;
export function upsample_trilinear3d(self: Tensor, options: { outputSize: number | readonly number[]; alignCorners: boolean; scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined }): Tensor;
export function upsample_trilinear3d(input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null): Tensor;
export function upsample_trilinear3d(input: Tensor, options: { outputSize: readonly number[] | null; alignCorners: boolean; scaleFactors: readonly number[] | null }): Tensor;
export function upsample_trilinear3d(...given: Given[]): unknown { return call_upsample_trilinear3d(given); }

const call_vander = overloads('aten::vander', '');
/**
 * `aten::vander(Tensor x, int? N=None, bool increasing=False) -> Tensor`
 * @example aten.vander(x, { N, increasing: false })
 */
export function vander(x: Tensor, N?: number | null, increasing?: boolean): Tensor;
export function vander(x: Tensor, options?: { N?: number | null | undefined; increasing?: boolean | undefined }): Tensor;
export function vander(x: Tensor, N?: number | null, options?: { increasing?: boolean | undefined }): Tensor;
export function vander(...given: Given[]): unknown { return call_vander(given); }

const call_vstack = overloads('aten::vstack', '');
/**
 * `aten::vstack(Tensor[] tensors) -> Tensor`
 * @example aten.vstack(tensors)
 */
export function vstack(tensors: readonly Tensor[]): Tensor;
export function vstack(...given: Given[]): unknown { return call_vstack(given); }

const call_where = overloads('aten::where', '', 'self', 'Scalar', 'ScalarOther', 'ScalarSelf');
/**
 * - `aten::where(Tensor condition) -> Tensor[]`
 * - `aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor`
 * - `aten::where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor`
 * - `aten::where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor`
 * - `aten::where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor`
 * @example aten.where(condition, x, other)
 */
export function where(condition: Tensor): Tensor[];
export function where(condition: Tensor, self: Tensor, other: Tensor | Scalar | Complex): Tensor;
export function where(condition: Tensor, self: Scalar | Complex, other: Scalar | Complex | Tensor): Tensor;
export function where(condition: Tensor, options: { self: Scalar | Complex; other: Scalar | Complex | Tensor }): Tensor;
export function where(...given: Given[]): unknown { return call_where(given); }

const call_xlogy = overloads('aten::xlogy', 'Tensor', 'Scalar_Other', 'Scalar_Self');
/**
 * - `aten::xlogy.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `aten::xlogy.Scalar_Other(Tensor self, Scalar other) -> Tensor`
 * - `aten::xlogy.Scalar_Self(Scalar self, Tensor other) -> Tensor`
 * @example aten.xlogy(x, other)
 */
export function xlogy(self: Tensor, other: Tensor | Scalar | Complex): Tensor;
export function xlogy(self: Scalar | Complex, other: Tensor): Tensor;
export function xlogy(options: { self: Scalar | Complex; other: Tensor }): Tensor;
export function xlogy(...given: Given[]): unknown { return call_xlogy(given); }

const call_zeros = overloads('aten::zeros', '');
/**
 * `aten::zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * @example aten.zeros(size)
 */
export function zeros(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function zeros(options: { size: readonly number[]; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
export function zeros(...given: Given[]): unknown { return call_zeros(given); }
