/** Files written by torch.save: a zip archive of one pickle and the storages of its tensors. */
import fs from 'node:fs';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { type DType, itemSize } from '../dtype.ts';
import { TorchError } from '../errors.ts';
import { op } from '../operator.ts';
import { fromBytes, Tensor } from '../tensor.ts';
import { Global, orderedDict, type Unpickled, unpickle } from './unpickle.ts';

const storageTypes: Record<string, DType> = {
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

const asStrided = op('aten::as_strided');

/** Far more than the pickle of any model. */
const maxPickle = 256 << 20;

/** A storage: its dtype, and its elements as a one-dimensional tensor. */
class Storage {
  readonly elements: Tensor;
  constructor(elements: Tensor) {
    this.elements = elements;
  }
}

const isCount = (value: Unpickled | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const isCounts = (value: Unpickled | undefined): value is number[] =>
  Array.isArray(value) && value.every(isCount);

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks) */
function rebuildTensor(args: Unpickled[]): Tensor {
  const [storage, offset, size, stride] = args;
  if (
    !(storage instanceof Storage) ||
    !isCount(offset) ||
    !isCounts(size) ||
    !isCounts(stride) ||
    size.length !== stride.length
  ) {
    throw new TorchError('a tensor in it is described wrongly');
  }
  return asStrided(storage.elements, size, stride, offset);
}

/** torch._utils._rebuild_parameter(data, requires_grad, hooks) */
function rebuildParameter([data]: Unpickled[]): Tensor {
  if (!(data instanceof Tensor)) throw new TorchError('a parameter in it is no tensor');
  return data;
}

/** _codecs.encode(text, 'latin1'): how protocol 2 writes bytes. */
function encodeBytes([text, encoding]: Unpickled[]): Uint8Array {
  if (typeof text !== 'string' || encoding !== 'latin1')
    throw new TorchError('bytes in it are described wrongly');
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

const globals = new Map<string, Global>(
  [
    orderedDict,
    new Global('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new Global('torch._utils._rebuild_parameter', rebuildParameter),
    new Global('_codecs.encode', encodeBytes),
    new Global('torch.Size', ([sizes]) => sizes ?? []),
    ...Object.keys(storageTypes).map((name) => new Global(`torch.${name}`)),
  ].map((global) => [global.name, global]),
);

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  return entries;
}

async function readEntry(zip: ZipFile, entry: Entry, limit: number): Promise<Uint8Array> {
  // torch.save stores; what is compressed could be a bomb.
  if (entry.compressionMethod !== 0)
    throw new TorchError(`${entry.fileName} is compressed, which torch.save never does`);
  if (entry.uncompressedSize > limit)
    throw new TorchError(`${entry.fileName} has ${entry.uncompressedSize} bytes, too many`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readArchive(zip: ZipFile): Promise<Unpickled> {
  const entries = await entriesOf(zip);
  const pickleName = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  const pickleEntry = pickleName && entries.get(pickleName);
  if (!pickleEntry)
    throw new TorchError(
      'it holds no data.pkl: it was not written by torch.save, or is a TorchScript archive',
    );
  const prefix = pickleEntry.fileName.slice(0, -'data.pkl'.length);
  const order = entries.get(`${prefix}byteorder`);
  if (order && Buffer.from(await readEntry(zip, order, 16)).toString() !== 'little')
    throw new TorchError('it is big-endian');
  const pickle = await readEntry(zip, pickleEntry, maxPickle);

  // Storages are read before the pickle is run, because the pickle machine is synchronous; only those that it refers to are made.
  const bytes = new Map<string, Uint8Array>();
  for (const [name, entry] of entries) {
    if (name.startsWith(`${prefix}data/`))
      bytes.set(name.slice(`${prefix}data/`.length), await readEntry(zip, entry, Number.MAX_SAFE_INTEGER));
  }
  const storages = new Map<string, Storage>();
  const persistentLoad = (id: Unpickled): Storage => {
    const [kind, type, key, , count] = Array.isArray(id) ? id : [];
    if (kind !== 'storage' || !(type instanceof Global) || typeof key !== 'string' || !isCount(count)) {
      throw new TorchError('a storage in it is described wrongly');
    }
    const dtype = storageTypes[type.name.slice('torch.'.length)];
    const data = bytes.get(key);
    if (!dtype || !data) throw new TorchError(`the storage ${key} is missing or of an unknown type`);
    if (data.length !== count * itemSize(dtype)) {
      throw new TorchError(
        `the storage ${key} has ${data.length} bytes, ${count} elements of ${dtype} need ${count * itemSize(dtype)}`,
      );
    }
    const known = storages.get(key) ?? new Storage(fromBytes(data, dtype, [count]));
    if (known.elements.dtype !== dtype) throw new TorchError(`the storage ${key} has two dtypes`);
    storages.set(key, known);
    return known;
  };
  return unpickle(pickle, { globals, persistentLoad });
}

/**
 * Reads a file that `torch.save` wrote (since PyTorch 1.6): what was saved, with tensors, as plain objects. Nothing in it is run:
 * a pickle that names anything but tensors and plain containers is refused with that name.
 *
 * @throws TorchError that names the file and what is wrong with it
 * @example const { model } = await loadPth('resnet20.pth');
 */
export async function loadPth(file: string): Promise<Unpickled> {
  await fs.promises.access(file, fs.constants.R_OK);
  let zip: ZipFile | undefined;
  try {
    zip = await yauzl.openPromise(file, { autoClose: false });
    return await readArchive(zip);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TorchError(`${file} cannot be read as a PyTorch file: ${reason}`);
  } finally {
    zip?.close();
  }
}
