/**
 * What torch.save wrote before PyTorch 1.6, and writes with `_use_new_zipfile_serialization=False`: five pickles (a magic number, the
 * version, the machine, the object, the keys of its storages), then of each storage the number of elements (int64) and the elements.
 */
import { TorchError } from '../dispatch/errors.ts';
import { quoted } from '../dispatch/quoted.ts';
import { globals } from './globals.ts';
import type { OpenFile } from './open-file.ts';
import { Budget, type Unpickled } from './pickled.ts';
import { Source } from './source.ts';
import { stateDictsIn } from './state-dicts.ts';
import { Storages } from './storages.ts';
import { unpickle } from './unpickle.ts';

const magic = 0x1950a86a20f9469cfc6cn;
const version = 1001;

/** A pickle of plain values. */
function readPlain(source: Source, budget: Budget): Unpickled {
  const persistentLoad = (): never => {
    throw new TorchError('the pickle has a persistent id where plain values should be');
  };
  return unpickle(source, { globals: new Map(), budget, persistentLoad });
}

/** Whether the file begins as torch.save begins it; a pickle that begins otherwise is not read on. */
function hasMagic(source: Source, budget: Budget): boolean {
  try {
    return readPlain(source, budget) === magic;
  } catch (error) {
    if (error instanceof TorchError) return false;
    throw error;
  }
}

/** Whether a pickle is none of torch.save. */
export const isBarePickle = (file: OpenFile): boolean =>
  !hasMagic(new Source(file, 0, file.size), new Budget());

export function readLegacyFormat(file: OpenFile): Unpickled {
  const source = new Source(file, 0, file.size);
  const budget = new Budget();
  if (!hasMagic(source, budget)) return readBare(file);
  const found = readPlain(source, budget);
  if (found !== version) {
    const shown = typeof found === 'number' ? found : `a ${typeof found}`;
    throw new TorchError(`its format has the version ${shown}, not ${version}`);
  }
  const machine = readPlain(source, budget);
  if (typeof machine !== 'object' || machine === null || !('little_endian' in machine))
    throw new TorchError('it does not say of what byte order it is');
  if (machine.little_endian !== true) throw new TorchError('it is big-endian');

  const storages = new Storages(file.size, budget, () => {});
  const content = unpickle(source, { globals, budget, persistentLoad: (id) => storages.resolve(id) });
  const keys = readPlain(source, budget);
  if (!Array.isArray(keys)) throw new TorchError('it has no list of storages');
  fillStorages(file, source.position, keys, storages);
  return content;
}

/** Weights as NumPy's arrays, as detectron2 pickles them (`.pkl`): what a bare pickle is read for. */
function readBare(file: OpenFile): Unpickled {
  const bare =
    'it is a bare pickle, as pickle.dump and numpy write, not a file of torch.save; nothing of it was run';
  const persistentLoad = (): never => {
    throw new TorchError(bare);
  };
  const source = new Source(file, 0, file.size);
  const content = unpickle(source, { globals, budget: new Budget(file.size), persistentLoad });
  if (stateDictsIn(content).length === 0) throw new TorchError(bare);
  return content;
}

function fillStorages(file: OpenFile, begin: number, keys: readonly Unpickled[], storages: Storages): void {
  const missing = new Map(storages.byKey);
  let position = begin;
  for (const key of keys) {
    const storage = typeof key === 'string' ? missing.get(key) : undefined;
    if (typeof key !== 'string' || !storage)
      throw new TorchError('its list of storages names one twice, or one that no tensor uses');
    const count = Number(file.bytes(position, 8).readBigInt64LE());
    if (count !== storage.count)
      throw new TorchError(`the storage ${quoted(key)} has ${count} elements, not ${storage.count}`);
    storage.fill(file, position + 8);
    position += 8 + storage.byteLength;
    missing.delete(key);
  }
  for (const key of missing.keys()) throw new TorchError(`the storage ${quoted(key)} is missing`);
}
