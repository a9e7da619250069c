/** What the pickle of a PyTorch file may name: tensors, their storages and dtypes, and Python's plain containers. */
import { carriers, type DType, isFloatingPoint } from '../dtype.ts';
import { TorchError } from '../errors.ts';
import { op } from '../operator.ts';
import { Tensor } from '../tensor.ts';
import { type Budget, Dictionary, Global, type Unpickled } from './pickled.ts';
import { isCount, Storage, StorageType, tensorCost } from './storages.ts';

const isCounts = (value: Unpickled | undefined): value is number[] =>
  Array.isArray(value) && value.every(isCount);

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

/** _rebuild_parameter(data, requires_grad, hooks), with_state too */
function rebuildParameter([data]: Unpickled[]): Tensor {
  if (!(data instanceof Tensor)) throw new TorchError('a parameter in it is no tensor');
  return data;
}

/** _codecs.encode(text, 'latin1'): how protocol 2 writes bytes. */
function encodeBytes([text, encoding]: Unpickled[], budget: Budget): Uint8Array {
  if (typeof text !== 'string' || encoding !== 'latin1')
    throw new TorchError('bytes in it are described wrongly');
  budget.spend(300 + text.length);
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function makeOrderedDict(args: Unpickled[], budget: Budget): Dictionary {
  if (args.length) throw new TorchError('the pickle makes an OrderedDict of arguments, which torch does not');
  budget.spend(160);
  return new Dictionary();
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
  'torch.Size': ([sizes]) => sizes ?? [],
  'torch.device': makeDevice,
  'collections.OrderedDict': makeOrderedDict,
  '_codecs.encode': encodeBytes,
  '__builtin__.set': makeSet,
  'builtins.set': makeSet,
};

/** By `module.name`. Old files name the storages of a GPU's tensors. */
export const globals: ReadonlyMap<string, Unpickled> = new Map<string, Unpickled>([
  ...Object.entries(callables).map(([name, call]): [string, Unpickled] => [name, new Global(name, call)]),
  ...Object.entries(storages).flatMap(([name, dtype]): [string, Unpickled][] => [
    [`torch.${name}`, new StorageType(dtype)],
    [`torch.cuda.${name}`, new StorageType(dtype)],
  ]),
  ['torch.storage.UntypedStorage', new StorageType('untyped')],
  ...dtypes.map((dtype): [string, Unpickled] => [`torch.${dtype}`, dtype]),
]);
