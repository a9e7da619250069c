/**
 * What is made of the names in the pickle of a PyTorch file: tensors, their storages and dtypes, Python's plain containers, NumPy's values:
 * what torch.load(weights_only=True) takes, and NumPy's. Any other name makes a placeholder.
 */

import { TorchError } from '../dispatch/errors.ts';
import { carriers, type DType, isFloatingPoint } from '../dtype.ts';
import { op } from '../op.ts';
import { Tensor } from '../tensor.ts';
import { finished, numpyGlobals } from './numpy.ts';
import { type Budget, Dictionary, Global, type Unpickled, UnreadTensor } from './pickled.ts';
import { isCount, isCounts, Storage, StorageType, tensorCost } from './storages.ts';

const conj = op('aten::_conj');
const negView = op('aten::_neg_view');

/** Metadata says of a lazily conjugated or negated tensor that it is. */
function rebuild(args: Unpickled[], budget: Budget, dtype?: DType, metadata?: Unpickled): Tensor {
  const [storage, offset, shape, strides] = args;
  if (!(storage instanceof Storage) || !isCount(offset) || !isCounts(shape) || !isCounts(strides))
    throw new TorchError('a tensor in it is described wrongly');
  budget.spend(tensorCost);
  const tensor = storage.view(dtype, { offset, shape, strides });
  if (!(metadata instanceof Dictionary)) return tensor;
  const [conjugated, negated] = [metadata.get('conj') === true, metadata.get('neg') === true];
  const isComplex = tensor.dtype.startsWith('complex');
  if ((conjugated && !isComplex) || (negated && !isComplex && !isFloatingPoint(tensor.dtype)))
    throw new TorchError(`a tensor of ${tensor.dtype} in it is marked as conjugated or negated`);
  const upright = conjugated ? conj(tensor) : tensor;
  return negated ? negView(upright) : upright;
}

/** _rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype, metadata) of an untyped storage. */
function rebuildOfDtype(args: Unpickled[], budget: Budget): Tensor {
  const named = args[6];
  const dtype = dtypes.find((name) => name === named);
  if (!dtype) throw new TorchError('a tensor in it has no dtype');
  return rebuild(args, budget, dtype, args[7]);
}

/** _rebuild_parameter(data, requires_grad, hooks), with_state too; Parameter(data, requires_grad) */
function rebuildParameter([data]: Unpickled[]): Tensor | UnreadTensor {
  if (!(data instanceof Tensor || data instanceof UnreadTensor))
    throw new TorchError('a parameter in it is not a tensor');
  return data;
}

/** _rebuild_device_tensor_from_cpu_tensor(data, dtype, device, requires_grad), from_numpy too */
function rebuildOfDevice([data]: Unpickled[]): Tensor {
  const tensor = finished(data);
  if (!(tensor instanceof Tensor)) throw new TorchError('a tensor of a device in it is not a tensor');
  return tensor;
}

/** _rebuild_from_type_v2(rebuild, type, args, state): a tensor of a subclass, or with attributes; these are left. */
function rebuildFromType(args: Unpickled[], budget: Budget): Unpickled {
  const [rebuild, type, inner] = args;
  budget.spend(tensorCost);
  // Not by itself: its arguments could hold themselves.
  const isOther = rebuild instanceof Global && rebuild.call !== rebuildFromType;
  if (isOther && rebuild.call && Array.isArray(inner)) return rebuild.call(inner, budget);
  return new UnreadTensor(type instanceof Global ? type.name : 'torch.Tensor', 'subclass');
}

/** Something that makes tensors of a kind that is not read. */
const unread =
  (kind: UnreadTensor['kind']) =>
  (name: string): Global =>
    new Global(name, (args, budget) => {
      budget.spend(tensorCost);
      return new UnreadTensor(name, kind, args);
    });

/** _codecs.encode(text, 'latin1'): how protocol 2 writes bytes. */
function encodeBytes([text, encoding]: Unpickled[], budget: Budget): Uint8Array {
  if (typeof text !== 'string' || encoding !== 'latin1')
    throw new TorchError('bytes in it are described wrongly');
  budget.spend(300 + text.length);
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** OrderedDict(), and OrderedDict([[key, value], …]) as Python 2 writes it. */
function makeOrderedDict([pairs = [], ...more]: Unpickled[], budget: Budget): Dictionary {
  const dictionary = new Dictionary();
  if (!Array.isArray(pairs) || more.length > 0)
    throw new TorchError('an OrderedDict in it is described wrongly');
  budget.spend(160 + 128 * pairs.length);
  for (const pair of pairs) {
    const [key, value] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    if ((typeof key !== 'string' && typeof key !== 'number') || value === undefined)
      throw new TorchError('an OrderedDict in it is described wrongly');
    dictionary.items.push(key, value);
  }
  return dictionary;
}

/** Counter(counts), defaultdict(factory, items): dictionaries. Python copies what it is given, so this one too. */
const dictionaryOf =
  (at: number) =>
  (args: Unpickled[], budget: Budget): Dictionary => {
    const given = args[at];
    const dictionary = new Dictionary();
    budget.spend(160);
    if (!(given instanceof Dictionary)) return dictionary;
    budget.spend(64 * given.items.length);
    for (const item of given.items) dictionary.items.push(item);
    return dictionary;
  };

/** bytearray(bytes), bytearray(text, encoding) as protocol 2 writes it. */
function makeBytes(args: Unpickled[], budget: Budget): Uint8Array {
  const [bytes] = args;
  if (args.length === 0) return new Uint8Array();
  if (!(bytes instanceof Uint8Array)) return encodeBytes(args, budget);
  budget.spend(300 + bytes.length);
  return new Uint8Array(bytes);
}

function makeComplex([re = 0, im = 0]: Unpickled[], budget: Budget): Unpickled {
  if (typeof re !== 'number' || typeof im !== 'number')
    throw new TorchError('a complex number in it is described wrongly');
  budget.spend(100);
  return { re, im };
}

function makeSet([items = []]: Unpickled[], budget: Budget): Set<Unpickled> {
  if (!Array.isArray(items)) throw new TorchError('a set in it is described wrongly');
  budget.spend(300 + 64 * items.length);
  return new Set(items);
}

/** torch.device('cuda', 1), as text. */
function makeDevice([type, index]: Unpickled[]): string {
  if (typeof type !== 'string' || !(index === undefined || isCount(index)))
    throw new TorchError('a device in it is described wrongly');
  return index === undefined ? type : `${type}:${index}`;
}

const storages: Record<string, DType> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  QInt8Storage: 'int8',
  QUInt8Storage: 'uint8',
  QInt32Storage: 'int32',
  QUInt4x2Storage: 'uint8',
  QUInt2x4Storage: 'uint8',
  ComplexFloatStorage: 'complex64',
  ComplexDoubleStorage: 'complex128',
};

const dtypes = Object.keys(carriers) as DType[];

const callables: Record<string, (args: Unpickled[], budget: Budget) => Unpickled> = {
  'torch._utils._rebuild_tensor': rebuild,
  'torch._utils._rebuild_tensor_v2': (args, budget) => rebuild(args, budget, undefined, args[6]),
  'torch._utils._rebuild_tensor_v3': rebuildOfDtype,
  'torch._utils._rebuild_parameter': rebuildParameter,
  'torch._utils._rebuild_parameter_with_state': rebuildParameter,
  'torch.nn.parameter.Parameter': rebuildParameter,
  'torch._utils._rebuild_device_tensor_from_cpu_tensor': rebuildOfDevice,
  'torch._utils._rebuild_device_tensor_from_numpy': rebuildOfDevice,
  'torch._tensor._rebuild_from_type_v2': rebuildFromType,
  'torch.Size': ([sizes]) => sizes ?? [],
  'torch.device': makeDevice,
  'collections.OrderedDict': makeOrderedDict,
  'collections.Counter': dictionaryOf(0),
  'collections.defaultdict': dictionaryOf(1),
  '_codecs.encode': encodeBytes,
  '__builtin__.set': makeSet,
  'builtins.set': makeSet,
  '__builtin__.bytearray': makeBytes,
  'builtins.bytearray': makeBytes,
  '__builtin__.complex': makeComplex,
  'builtins.complex': makeComplex,
};

const unreadTensors = {
  'torch._utils._rebuild_qtensor': unread('quantized'),
  'torch._utils._rebuild_sparse_tensor': unread('sparse'),
  'torch._utils._rebuild_sparse_csr_tensor': unread('sparse'),
  'torch._utils._rebuild_meta_tensor_no_storage': unread('meta'),
  'torch._utils._rebuild_wrapper_subclass': unread('subclass'),
  'torch._utils._rebuild_nested_tensor': unread('subclass'),
};

/** By `module.name`. Old files name the storages of a GPU's tensors. */
export const globals: ReadonlyMap<string, Unpickled> = new Map<string, Unpickled>([
  ...Object.entries(callables).map(([name, call]): [string, Unpickled] => [name, new Global(name, call)]),
  ...Object.entries(unreadTensors).map(([name, make]): [string, Unpickled] => [name, make(name)]),
  ...numpyGlobals,
  ...Object.entries(storages).flatMap(([name, dtype]): [string, Unpickled][] => [
    [`torch.${name}`, new StorageType(dtype)],
    [`torch.cuda.${name}`, new StorageType(dtype)],
  ]),
  ['torch.storage.UntypedStorage', new StorageType('untyped')],
  ...dtypes.map((dtype): [string, Unpickled] => [`torch.${dtype}`, dtype]),
]);
