/** The tensor: what it is, its values, its gradient. */
import { inspect } from 'node:util';
import { guardEngine } from './callbacks.ts';
import type { Device, MemoryFormat } from './device.ts';
import { plain, TorchError } from './dispatch/errors.ts';
import { type Complex, type Description, describe, type Scalar } from './dispatch/exchange.ts';
import { guard, native } from './dispatch/native.ts';
import { functionOf, wrapTensorsWith } from './dispatch/operator.ts';
import { type OptionNames, refuseUnknown } from './dispatch/options.ts';
import { recorder } from './dispatch/recording.ts';
import { scope } from './dispatch/scope.ts';
import { carriers, type DType, isDType, type TypedArray } from './dtype.ts';
import { format } from './format.ts';
import { type RemovableHandle, registerHook, registerPostAccumulateGradHook } from './hooks.ts';
import { get, type SingleIndex, set } from './indexing.ts';
import { Operators } from './operators/methods.ts';
import { type Nested, packed } from './values.ts';

const dtypes = native.dtypes();
const deviceTypes = native.deviceTypes();

/** What `to()` converts; what is left out stays as it is. */
export interface Conversion {
  dtype?: DType;
  device?: Device;
  memoryFormat?: MemoryFormat;
  /** A copy even where nothing changes. */
  copy?: boolean;
}

/** What the functions that make tensors take. */
export interface TensorOptions {
  /** float32 where nothing else is said. */
  dtype?: DType;
  /** `cpu` where it is left out. */
  device?: Device;
  /** Makes it a leaf that `backward()` gives a `grad`; for floating-point and complex dtypes. */
  requiresGrad?: boolean;
}

const conversionNames: OptionNames<Conversion> = {
  dtype: true,
  device: true,
  memoryFormat: true,
  copy: true,
};

/** @internal The names of `TensorOptions`. */
export const tensorOptionNames: OptionNames<TensorOptions> = {
  dtype: true,
  device: true,
  requiresGrad: true,
};

/**
 * What picks from one dimension: a number selects, a slice cuts, `'...'` stands for all dimensions that are not named, `null` inserts a
 * dimension of size 1, a tensor or array of whole numbers gathers, one of booleans masks (as many dimensions as it has).
 */
export type Index = SingleIndex<Tensor> | readonly number[] | readonly boolean[];

/**
 * A tensor of libtorch. Its operators are methods with PyTorch's names; functions such as `tensor()` and `zeros()` make one. Its memory is
 * freed by `scope()`, `using` or `dispose()`, and used after that it throws a TorchError.
 *
 * @example const y = tensor([[1, 2], [3, 4]]).matmul(eye(2)).sum({ dim: 1 }); y.toList() // [3, 7]
 */
export class Tensor extends Operators<Tensor> {
  #describe(): Description {
    try {
      return describe(this.handle);
    } catch (error) {
      throw new TorchError(error instanceof Error ? error.message : String(error));
    }
  }

  /** The size of each dimension, `[]` for a 0-d tensor. @example const [n, c] = logits.shape; */
  get shape(): number[] {
    return this.#describe().shape;
  }

  /** The type of the elements. @throws TorchError for a type that has no JavaScript form, as quantised ones */
  get dtype(): DType {
    const name = dtypes[this.#describe().dtype] ?? 'undefined';
    if (!isDType(name)) throw new TorchError(`the dtype ${name} has no JavaScript form`);
    return name;
  }

  /** Where the elements are: `cpu`, `cuda:0`. */
  get device(): Device {
    const { deviceType, deviceIndex } = this.#describe();
    const name = deviceTypes[deviceType] ?? 'unknown';
    return deviceIndex < 0 ? name : `${name}:${deviceIndex}`;
  }

  /**
   * Whether operators on it are recorded for `backward()`. Setting it throws a TorchError unless the tensor is a leaf, of a floating-point or
   * complex dtype.
   */
  get requiresGrad(): boolean {
    return this.#describe().requiresGrad;
  }

  set requiresGrad(value: boolean) {
    guard('requiresGrad', () => native.setRequiresGrad(this.handle, value));
  }

  /** Whether it was made, not computed from tensors that require gradients: only such tensors get a `grad`. */
  get isLeaf(): boolean {
    return this.#describe().isLeaf;
  }

  /**
   * The gradient that `backward()` accumulated, of the tensor's shape, or null; null clears it. Setting one of another shape, dtype or
   * device throws a TorchError.
   */
  get grad(): Tensor | null {
    const handle = guard('grad', () => native.getGrad(this.handle));
    return handle === null ? null : new Tensor(handle);
  }

  set grad(value: Tensor | null) {
    guard('grad', () => native.setGrad(this.handle, value === null ? null : value.handle));
  }

  /** The number of dimensions. @example zeros([2, 3]).dim() // 2 */
  dim(): number {
    return this.#describe().shape.length;
  }

  /** The size of a dimension, counted from the end where it is negative. @throws TorchError if there is no such dimension @example x.size(-1) */
  size(dim: number): number {
    const { shape } = this.#describe();
    const size = shape.at(dim);
    if (size === undefined)
      throw new TorchError(`a tensor of shape [${shape.join(', ')}] has no dimension ${dim}`);
    return size;
  }

  /** For each dimension how many elements lie between neighbours. @example zeros([2, 3]).stride() // [3, 1] */
  stride(): number[] {
    return this.#describe().strides;
  }

  /** The element of its memory at which it begins: other than 0 only for views. @example x.get('1:').storageOffset() */
  storageOffset(): number {
    return this.#describe().storageOffset;
  }

  /** The number of elements. @example zeros([2, 3]).numel() // 6 */
  numel(): number {
    return this.#describe().shape.reduce((product, size) => product * size, 1);
  }

  /** Whether the elements lie in memory in row-major order, without gaps. @example x.t().isContiguous() */
  isContiguous(): boolean {
    const { shape, strides } = this.#describe();
    let expected = 1;
    for (let i = shape.length - 1; i >= 0; i--) {
      const size = shape[i] ?? 0;
      if (size === 0) return true;
      if (size !== 1 && strides[i] !== expected) return false;
      expected *= size;
    }
    return true;
  }

  /** `Tensor float32[2, 3]`, for messages; never throws: a tensor that says no shape gives the reason. @example x.summary() */
  override summary(): string {
    try {
      const { dtype, shape, deviceType } = this.#describe();
      const where = deviceType === 0 ? '' : ` ${this.device}`;
      return `Tensor ${dtypes[dtype]}[${shape.join(', ')}]${where}`;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return `Tensor (${why.startsWith('the tensor has been freed') ? 'freed' : plain(why)})`;
    }
  }

  /**
   * The elements in row-major order, copied into the typed array that carries the dtype (see `carriers`): int64 into BigInt64Array,
   * bfloat16 as bits into Uint16Array, bool into Uint8Array, complex as pairs.
   *
   * @example const probabilities = logits.softmax(1).toTypedArray(); // Float32Array
   */
  toTypedArray(): TypedArray {
    const { array: ArrayType, perElement } = carriers[this.dtype];
    let values: TypedArray;
    try {
      values = new ArrayType(this.numel() * perElement);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new TorchError(`toTypedArray: no ${ArrayType.name} holds ${this.summary()}: ${why}`);
    }
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    guard('toTypedArray', () => native.read(this.handle, bytes));
    recorder?.read(this);
    return values;
  }

  /**
   * The elements as JavaScript values, in row-major order: numbers, booleans, bigints (int64, uint64) or complex numbers.
   *
   * @example tensor([[1, 2], [3, 4]]).toFlatArray() // [1, 2, 3, 4]
   */
  toFlatArray(): (Scalar | Complex)[] {
    const { dtype } = this;
    if (dtype.startsWith('complex')) {
      const parts = Array.from(this.toTypedArray(), Number);
      return Array.from({ length: parts.length / 2 }, (_, i) => ({
        re: parts[2 * i] ?? 0,
        im: parts[2 * i + 1] ?? 0,
      }));
    }
    if (dtype === 'bfloat16' || dtype.startsWith('float8')) {
      using wide = this.to('float32');
      return Array.from(wide.toTypedArray(), Number);
    }
    const values: (number | bigint)[] = Array.from<number | bigint>(this.toTypedArray().values());
    return dtype === 'bool' ? values.map((value) => value !== 0) : values;
  }

  /** The elements as nested arrays of its shape; a single value for a 0-d tensor. @example tensor([[1, 2]]).toList() // [[1, 2]] */
  toList(): Nested<Scalar | Complex> {
    const nest = (values: (Scalar | Complex)[], shape: number[]): Nested<Scalar | Complex> => {
      const [length, ...rest] = shape;
      if (length === undefined) return values[0] ?? 0;
      const step = rest.reduce((product, size) => product * size, 1);
      return Array.from({ length }, (_, i) => nest(values.slice(i * step, (i + 1) * step), rest));
    };
    return nest(this.toFlatArray(), this.shape);
  }

  /**
   * The value of a tensor with one element, as a number (booleans are 0 and 1; an int64 beyond 2^53 is rounded).
   *
   * @throws TorchError if it has more elements or none, or is complex
   * @example console.log(loss.item());
   */
  item(): number {
    const value = item(this);
    if (typeof value === 'object')
      throw new TorchError('item() gives a number, and the tensor is complex: use toList()');
    return Number(value);
  }

  /**
   * Accumulates the gradients of this tensor with respect to the leaves into their `grad`.
   *
   * @param gradient  the gradient of this tensor, of its shape; 1 for a scalar where it is left out
   * @param options.retainGraph  keeps the graph, so that it can be used again; as `createGraph` where it is left out
   * @param options.createGraph  records the gradients themselves, for gradients of higher order
   * @param options.inputs  the leaves that get a gradient; all where it is left out
   * @throws TorchError if it does not require gradients, or is no scalar and `gradient` is not given
   * @example loss.backward();
   */
  backward(
    gradient?: Tensor,
    options: { retainGraph?: boolean; createGraph?: boolean; inputs?: Tensor[] } = {},
  ): void {
    refuseUnknown('backward()', options, { retainGraph: true, createGraph: true, inputs: true });
    const { retainGraph, createGraph = false, inputs = [] } = options;
    guardEngine('backward', () =>
      native.backward(
        [this.handle],
        gradient ? [gradient.handle] : [],
        retainGraph,
        createGraph,
        inputs.map((input) => input.handle),
      ),
    );
  }

  /**
   * Calls `hook` with the gradient of this tensor whenever one is computed, on a leaf before it is accumulated; a tensor that the hook
   * returns goes on in its place. Everything the hook makes is freed when it ends, but for that tensor and what it passes to `keep()`.
   * Operators in it are recorded only where the gradient was asked for with `createGraph`.
   *
   * The hook is held until it is removed or the tensor's memory is freed. A hook that uses the tensor itself (or what was computed from
   * it) is a cycle that JavaScript cannot collect: end it by removing the hook, or make the tensor in a `scope()`, which frees it.
   *
   * @throws TorchError if the tensor does not require gradients; later from `backward()`, if the hook returns another shape or dtype
   * or a promise. What the hook throws comes out of `backward()` or `grad()` as it is.
   * @example using clipped = x.registerHook((gradient) => gradient.clamp(-1, 1));
   */
  registerHook(hook: (gradient: Tensor) => Tensor | undefined): RemovableHandle {
    return registerHook<Tensor>(this, hook, (handle) => new Tensor(handle));
  }

  /**
   * Calls `hook` with this leaf each time that `backward()` has accumulated into its `grad`: for an optimizer that steps at once, so that
   * not all gradients live together. It holds as long, and throws, as `registerHook()` does. `backward()` inside of it is refused.
   *
   * @throws TorchError if the tensor is no leaf or does not require gradients
   * @example weight.registerPostAccumulateGradHook((weight) => { update(weight, weight.grad); weight.grad = null; });
   */
  registerPostAccumulateGradHook(hook: (tensor: Tensor) => void): RemovableHandle {
    return registerPostAccumulateGradHook<Tensor>(this, hook, (handle) => new Tensor(handle));
  }

  /**
   * Converts dtype, device or memory format; itself, by another handle, where nothing changes. Gradients flow through it.
   *
   * @throws TorchError for a device that is not there
   * @example x.to('float64'); images.to({ memoryFormat: 'channels_last' });
   */
  to(target: DType | Device | Conversion): Tensor {
    const named = (name: string): Conversion => (isDType(name) ? { dtype: name } : { device: name });
    const options = typeof target === 'string' ? named(target) : target;
    refuseUnknown('to()', options, conversionNames);
    return convert(
      this,
      options.dtype,
      undefined,
      options.device,
      undefined,
      false,
      options.copy ?? false,
      options.memoryFormat,
    );
  }

  /**
   * Indexes as Python does: `x[1, ..., 2:5, None]` is `x.get(1, '...', '2:5', null)`. Numbers, slices and `null` give a view; tensors and
   * arrays, which gather or mask, a copy.
   *
   * @throws TorchError if there are more indices than dimensions, or one is out of range
   * @example logits.get(':', '0:10'); x.get(x.gt(0));
   */
  get(...indices: Index[]): Tensor {
    return scope(() => get(this, indices.map(asIndex)));
  }

  /**
   * Writes into what `get()` would read, in place: `x[:, 0] = 1` is `x.set_([':', 0], 1)`. The value broadcasts and takes the tensor's dtype.
   *
   * @throws TorchError if the value does not broadcast, or the tensor is a leaf that requires gradients
   * @example labels.set_([labels.lt(0)], 0);
   */
  set_(indices: readonly Index[], value: Tensor | Scalar): this {
    scope(() => set(this, indices.map(asIndex), value));
    return this;
  }

  /** The transpose of a matrix [n, m] → [m, n], a view. @example weight.T.shape */
  get T(): Tensor {
    if (this.dim() !== 2)
      throw new TorchError(`T takes a matrix, got a tensor of ${this.dim()} dimensions: use mT or permute()`);
    return this.t();
  }

  /** The last two dimensions exchanged, a view: [*, n, m] → [*, m, n]. @example scores.matmul(keys.mT) */
  get mT(): Tensor {
    return this.transpose(-2, -1);
  }

  /** The values nested, then dtype and shape: `tensor([1, 2], float32[2])`; large tensors show their edges. */
  override toString(): string {
    return format(this);
  }

  /** @internal What `console.log` shows. */
  [inspect.custom](): string {
    return format(this);
  }
}

const asIndex = (index: Index): SingleIndex<Tensor> => {
  if (!isArray(index)) return index;
  const dtype = index.some((item) => typeof item === 'boolean') ? 'bool' : 'int64';
  const { bytes, shape } = packed(index, dtype);
  return new Tensor(guard('an index', () => native.create(bytes, dtype, shape)));
};

/** `Array.isArray`, which knows no readonly arrays. */
const isArray = (index: Index): index is readonly number[] | readonly boolean[] => Array.isArray(index);

wrapTensorsWith((handle) => new Tensor(handle));

const item = functionOf<number | boolean | bigint | Complex>('aten::item');
const convert = functionOf<Tensor>('aten::to.dtype_layout');
