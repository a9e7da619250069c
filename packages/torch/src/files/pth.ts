/** Files written by torch.save. */
import { TorchError } from '../errors.ts';
import { scope } from '../scope.ts';
import { readLegacyFormat } from './legacy-format.ts';
import { type OpenFile, withFile } from './open-file.ts';
import type { Unpickled } from './pickled.ts';
import { readZipFormat } from './zip-format.ts';

const text = (file: OpenFile, position: number, length: number): string =>
  file.size < position + length ? '' : file.bytes(position, length).toString('latin1');

function read(file: OpenFile): Unpickled {
  if (text(file, 0, 4) === 'PK\x03\x04') return readZipFormat(file);
  if (text(file, 257, 5) === 'ustar') {
    throw new TorchError(
      'it is a tar archive, which PyTorch wrote before 0.1.10: load it with PyTorch and save it again',
    );
  }
  if (text(file, 0, 6) === '\x93NUMPY')
    throw new TorchError('it is an array of NumPy, not a file of torch.save');
  return readLegacyFormat(file);
}

/**
 * Reads a file that `torch.save` wrote (`.pth`, `.pt`, `.th`; the zip archives of PyTorch 1.6 and later, and the legacy format before it):
 * what was saved, as plain objects, with tensors on the CPU that share storages and keep strides as they did. Parameters come as tensors.
 * Nothing in the file is run: a pickle that names anything but tensors and plain containers is refused with that name. Only storages that
 * the pickle refers to are read, and up to about 30,000 tensors.
 *
 * @throws TorchError that names the file and what is wrong with it
 * @example const { model } = await loadPth('resnet20.pth');
 */
export async function loadPth(file: string): Promise<Unpickled> {
  return withFile(file, 'cannot be read as a PyTorch file', (opened) => scope(() => read(opened)));
}
