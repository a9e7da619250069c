/** What torch.save writes since PyTorch 1.6: a zip archive of one pickle and the storages of its tensors. */
import zlib from 'node:zlib';
import { TorchError } from '../dispatch/errors.ts';
import { listed } from '../dispatch/names.ts';
import { quoted } from '../dispatch/quoted.ts';
import { globals } from './globals.ts';
import type { OpenFile } from './open-file.ts';
import { Budget, type Unpickled } from './pickled.ts';
import { Source } from './source.ts';
import { Storages } from './storages.ts';
import { unpickle } from './unpickle.ts';
import { type Stored, Zip } from './zip.ts';

/** What a zip archive that torch.save did not write is, and what to do. */
function otherArchive(names: readonly string[]): string {
  const files = names.filter((name) => !name.endsWith('/'));
  if (files.length > 0 && files.every((name) => name.endsWith('.npy'))) {
    const arrays = listed(files.map((name) => name.slice(0, -'.npy'.length)));
    return `it is an archive of ${files.length} NumPy arrays (${arrays}): in Python, safetensors.numpy.save_file(dict(numpy.load(FILE)), 'weights.safetensors')`;
  }
  return `it is a zip archive of ${files.length} ${files.length === 1 ? 'file' : 'files'} (${listed(files)}), not one of torch.save: unpack it (\`unzip\`) and name the file of weights in it`;
}

function prefixOf(zip: Zip): string {
  const names = zip.names();
  const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (!pickle) throw new TorchError(otherArchive(names));
  if (pickles.length > 1) throw new TorchError(`it holds ${pickles.length} files of the name data.pkl`);
  const prefix = pickle.slice(0, -'data.pkl'.length);
  if (zip.has(`${prefix}constants.pkl`)) {
    throw new TorchError(
      "it is a TorchScript archive, as torch.jit.save writes, and what it says is code, which is not run: in Python, torch.save(torch.jit.load(FILE).state_dict(), 'weights.pth')",
    );
  }
  return prefix;
}

const chunk = 1 << 20;

function crcOf(file: OpenFile, { position, length }: Stored): number {
  let crc = 0;
  for (let at = 0; at < length; at += chunk)
    crc = zlib.crc32(file.bytes(position + at, Math.min(chunk, length - at)), crc);
  return crc;
}

/** @param warn told of checksums that do not hold */
export function readZipFormat(file: OpenFile, warn: (text: string) => void): Unpickled {
  const zip = new Zip(file);
  const prefix = prefixOf(zip);
  if (zip.has(`${prefix}byteorder`)) {
    const { position, length } = zip.find(`${prefix}byteorder`);
    const order = file.bytes(position, Math.min(length, 16)).toString();
    if (order !== 'little') throw new TorchError(`its byte order is ${quoted(order)}, not little`);
  }
  const budget = new Budget();
  const damaged: string[] = [];
  const check = (name: string, stored: Stored): void => {
    if (crcOf(file, stored) !== stored.crc) damaged.push(name);
  };
  const storages = new Storages(file.size, budget, (key, storage) => {
    const stored = zip.find(`${prefix}data/${key}`);
    const { position, length } = stored;
    if (length !== storage.byteLength) {
      throw new TorchError(
        `the storage ${quoted(key)} has ${length} bytes, ${storage.count} elements of ${storage.dtype} need ${storage.byteLength}`,
      );
    }
    storage.fill(file, position);
    check(`data/${key}`, stored);
  });
  const stored = zip.find(`${prefix}data.pkl`);
  check('data.pkl', stored);
  const pickle = new Source(file, stored.position, stored.position + stored.length);
  const content = unpickle(pickle, { globals, budget, persistentLoad: (id) => storages.resolve(id) });
  if (damaged.length) {
    const [which, holds] = damaged.length === 1 ? ['checksum', 'does'] : ['checksums', 'do'];
    warn(
      `the ${which} (CRC-32) of ${listed(damaged)} ${holds} not hold: it was damaged or changed after it was written, or written without any`,
    );
  }
  return content;
}
