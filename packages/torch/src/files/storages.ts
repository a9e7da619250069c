/** The storages of a PyTorch file: what its tensors lie in. */
import { empty } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { quoted } from '../dispatch/quoted.ts';
import { type DType, itemSize } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import type { OpenFile } from './open-file.ts';
import { type Budget, Global, Unfinished, type Unpickled } from './pickled.ts';
import { asBool, type Layout, over } from './view.ts';

/** What a tensor or a storage takes besides its elements, here and in libtorch. */
export const tensorCost = 900;

/** A storage class of PyTorch. An untyped one holds bytes, whose dtype each tensor states. */
export class StorageType {
  readonly dtype: DType | 'untyped';
  constructor(dtype: DType | 'untyped') {
    this.dtype = dtype;
  }
}

export const isCount = (value: Unpickled | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

export const isCounts = (value: Unpickled | undefined): value is number[] =>
  Array.isArray(value) && value.every(isCount);

/** Memory that tensors share. By itself it comes out as a tensor of its elements. */
export class Storage extends Unfinished {
  readonly dtype: DType | 'untyped';
  readonly count: number;
  readonly #bytes: Tensor;
  readonly #start: number;

  constructor(dtype: DType | 'untyped', count: number, bytes: Tensor, start = 0) {
    super();
    this.dtype = dtype;
    this.count = count;
    this.#bytes = bytes;
    this.#start = start;
  }

  get byteLength(): number {
    return this.#bytes.numel();
  }

  fill(file: OpenFile, position: number): void {
    file.fill(this.#bytes, position);
    if (this.dtype === 'bool') asBool(this.#bytes);
  }

  finish(): Tensor {
    const untyped = this.dtype === 'untyped' ? 'uint8' : undefined;
    return this.view(untyped, { offset: 0, shape: [this.count], strides: [1] });
  }

  /** Some of its elements, in the same memory. */
  part(start: number, count: number): Storage {
    if (start + count > this.count) throw new TorchError('a part of a storage reaches beyond it');
    return new Storage(this.dtype, count, this.#bytes, this.#start + start);
  }

  /** A tensor of its dtype, or of the stated one where it is untyped. */
  view(stated: DType | undefined, { offset, shape, strides }: Layout): Tensor {
    const dtype = this.dtype === 'untyped' ? stated : this.dtype;
    // Only what a BoolStorage holds was made 0 and 1.
    const sound = dtype !== undefined && (this.dtype === dtype || dtype !== 'bool');
    if (!sound || (stated ?? dtype) !== dtype)
      throw new TorchError(`a tensor of ${stated ?? 'no dtype'} lies in a storage of ${this.dtype}`);
    return over(this.#bytes, dtype, { offset: this.#start + offset, shape, strides });
  }
}

/** Those that a pickle refers to, by key. */
export class Storages {
  readonly byKey = new Map<string, Storage>();
  #left: number;
  readonly #budget: Budget;
  readonly #made: (key: string, storage: Storage) => void;

  /**
   * @param size bytes of the file: its storages have no more
   * @param made called with each storage when it is referred to for the first time
   */
  constructor(size: number, budget: Budget, made: (key: string, storage: Storage) => void) {
    this.#left = size;
    this.#budget = budget;
    this.#made = made;
  }

  /** The storage of a persistent id: ('storage', type, key, location, count) and, before PyTorch 0.4, (key, start, count) of a part. */
  resolve(id: Unpickled): Storage | Global {
    const [kind, type, key, , count, part] = Array.isArray(id) ? id : [];
    // ('module', class, file of its source, source): of an object that was saved whole, in the legacy format.
    if (kind === 'module' && type instanceof Global) return type;
    if (kind !== 'storage' || !(type instanceof StorageType) || typeof key !== 'string' || !isCount(count))
      throw new TorchError('a storage in it is described wrongly');
    const storage = this.byKey.get(key) ?? this.#make(key, type, count);
    if (storage.dtype !== type.dtype || storage.count !== count)
      throw new TorchError(`the storage ${quoted(key)} is described in two ways`);
    if (part === undefined || part === null) return storage;
    const [, start, length] = Array.isArray(part) ? part : [];
    if (!isCount(start) || !isCount(length)) throw new TorchError('a part of a storage is described wrongly');
    return storage.part(start, length);
  }

  #make(key: string, { dtype }: StorageType, count: number): Storage {
    const length = count * (dtype === 'untyped' ? 1 : itemSize(dtype));
    if (length > this.#left)
      throw new TorchError(`the storage ${quoted(key)} of ${length} bytes does not fit the file`);
    this.#left -= length;
    this.#budget.spend(tensorCost);
    const storage = new Storage(dtype, count, empty([length], { dtype: 'uint8' }));
    this.byKey.set(key, storage);
    this.#made(key, storage);
    return storage;
  }
}
