/** What torch.save writes since PyTorch 1.6: a zip archive of one pickle and the storages of its tensors. */
import { TorchError } from '../errors.ts';
import { globals } from './globals.ts';
import type { OpenFile } from './open-file.ts';
import { Budget, type Unpickled } from './pickled.ts';
import { quoted } from './quoted.ts';
import { Source } from './source.ts';
import { Storages } from './storages.ts';
import { unpickle } from './unpickle.ts';
import { Zip } from './zip.ts';

function prefixOf(zip: Zip): string {
  const pickles = zip.names().filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (!pickle)
    throw new TorchError(
      'it holds no data.pkl: it was not written by torch.save, or is a TorchScript archive',
    );
  if (pickles.length > 1) throw new TorchError(`it holds ${pickles.length} files of the name data.pkl`);
  return pickle.slice(0, -'data.pkl'.length);
}

export function readZipFormat(file: OpenFile): Unpickled {
  const zip = new Zip(file);
  const prefix = prefixOf(zip);
  if (zip.has(`${prefix}byteorder`)) {
    const { position, length } = zip.find(`${prefix}byteorder`);
    const order = file.bytes(position, Math.min(length, 16)).toString();
    if (order !== 'little') throw new TorchError(`its byte order is ${quoted(order)}, not little`);
  }
  const budget = new Budget();
  const storages = new Storages(file.size, budget, (key, storage) => {
    const { position, length } = zip.find(`${prefix}data/${key}`);
    if (length !== storage.byteLength) {
      throw new TorchError(
        `the storage ${quoted(key)} has ${length} bytes, ${storage.count} elements of ${storage.dtype} need ${storage.byteLength}`,
      );
    }
    storage.fill(file, position);
  });
  const { position, length } = zip.find(`${prefix}data.pkl`);
  const pickle = new Source(file, position, position + length);
  return unpickle(pickle, { globals, budget, persistentLoad: (id) => storages.resolve(id) });
}
