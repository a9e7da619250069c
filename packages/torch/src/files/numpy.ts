/** NumPy's scalars and arrays, as pickles describe them: results and tables beside the weights. */

import { TorchError } from '../dispatch/errors.ts';
import { type DType, itemSize } from '../dtype.ts';
import { fromBytes } from '../from-values.ts';
import { type Budget, Global, Placeholder, Unfinished, type Unpickled } from './pickled.ts';
import { isCounts, tensorCost } from './storages.ts';
import { numel } from './view.ts';

/** By NumPy's codes of kind and bytes. */
const dtypes: Readonly<Record<string, DType>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
  c8: 'complex64',
  c16: 'complex128',
};

/** Python 2 wrote bytes as it wrote text. */
const bytesOf = (value: Unpickled | undefined): Buffer | undefined =>
  value instanceof Uint8Array || typeof value === 'string' ? Buffer.from(value) : undefined;

const lengthOf = (value: Unpickled | undefined): number =>
  value instanceof Uint8Array || typeof value === 'string' ? value.length : 0;

/** numpy.dtype('f8', False, True), built with (version, byte order, …). */
class NumpyDType extends Unfinished {
  readonly code: string;
  #order = '|';

  constructor(code: string) {
    super();
    this.code = code;
  }

  override build(state: Unpickled): void {
    const order = Array.isArray(state) ? state[1] : undefined;
    if (typeof order === 'string') this.#order = order;
  }

  /** Undefined for texts, times, objects and records. */
  get dtype(): DType | undefined {
    return Object.hasOwn(dtypes, this.code) ? dtypes[this.code] : undefined;
  }

  /** Elements in the machine's byte order. */
  ordered(bytes: Buffer): Buffer {
    if (this.#order !== '>' || !this.dtype) return bytes;
    const number = itemSize(this.dtype) / (this.dtype.startsWith('complex') ? 2 : 1);
    if (number === 2) return bytes.swap16();
    if (number === 4) return bytes.swap32();
    return number === 8 ? bytes.swap64() : bytes;
  }

  finish(): Unpickled {
    return this.dtype ?? new Placeholder('numpy.dtype', [this.code]);
  }
}

/** numpy._core.multiarray._reconstruct(…), built with (version, shape, dtype, is Fortran's order, bytes). */
class NumpyArray extends Unfinished {
  #state: Unpickled[] = [];

  override build(state: Unpickled, budget: Budget): void {
    if (Array.isArray(state)) this.#state = state;
    // A text's bytes, and the tensor's.
    budget.spend(tensorCost + 4 * lengthOf(this.#state[4]));
  }

  /** A tensor; a placeholder where NumPy's dtype is none of libtorch's. */
  finish(): Unpickled {
    const [, shape, type, isFortran, data] = this.#state;
    const bytes = bytesOf(data);
    const dtype = type instanceof NumpyDType ? type.dtype : undefined;
    if (!(type instanceof NumpyDType) || !dtype || !bytes || !isCounts(shape))
      return new Placeholder('numpy.ndarray');
    if (shape.length > 64 || numel(shape) * itemSize(dtype) !== bytes.length)
      throw new TorchError('an array of NumPy in it is described wrongly');
    const ordered = type.ordered(bytes);
    if (isFortran !== true) return fromBytes(ordered, dtype, shape);
    const backwards = shape.map((_, i) => shape.length - 1 - i);
    return fromBytes(ordered, dtype, shape.toReversed()).permute(backwards);
  }
}

function makeDType([code]: Unpickled[], budget: Budget): Unpickled {
  budget.spend(300);
  return typeof code === 'string' ? new NumpyDType(code) : new Placeholder('numpy.dtype');
}

function makeArray(_: Unpickled[], budget: Budget): Unpickled {
  budget.spend(300);
  return new NumpyArray();
}

/** numpy._core.multiarray.scalar(dtype, bytes): as a number, a bigint beyond 2^53, a boolean. */
function makeScalar(args: Unpickled[], budget: Budget): Unpickled {
  budget.spend(300);
  const [type, data] = args;
  const bytes = bytesOf(data);
  const dtype = type instanceof NumpyDType ? type.dtype : undefined;
  if (!(type instanceof NumpyDType) || !dtype || bytes?.length !== itemSize(dtype))
    return new Placeholder('numpy.generic', args);
  budget.spend(tensorCost);
  using scalar = fromBytes(type.ordered(bytes), dtype, []);
  const value = scalar.item();
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** NumPy 2 moved `numpy.core` to `numpy._core`. */
export const numpyGlobals: readonly (readonly [string, Unpickled])[] = [
  ['numpy.dtype', new Global('numpy.dtype', makeDType)],
  ...['numpy.core.multiarray', 'numpy._core.multiarray'].flatMap((module) => [
    [`${module}._reconstruct`, new Global(`${module}._reconstruct`, makeArray)] as const,
    [`${module}.scalar`, new Global(`${module}.scalar`, makeScalar)] as const,
  ]),
];

/** @internal What an array that is not finished yet is. */
export const finished = (value: Unpickled | undefined): Unpickled =>
  value instanceof NumpyArray ? value.finish() : (value ?? null);
