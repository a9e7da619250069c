/** Files written by torch.save. */
import { TorchError } from '../dispatch/errors.ts';
import { scope } from '../dispatch/scope.ts';
import { formatOf } from './formats.ts';
import { readLegacyFormat } from './legacy-format.ts';
import { type OpenFile, withFile } from './open-file.ts';
import type { Unpickled } from './pickled.ts';
import { readZipFormat } from './zip-format.ts';

/** Who is told of what is not as it should be, but read. */
export interface ReadOptions {
  /** Called with a sentence that names the file; by default Node prints it as a warning. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** @internal By default. */
export const emitWarning = (text: string): void => process.emitWarning(text, 'TorchWarning');

function read(file: OpenFile, warn: (text: string) => void): Unpickled {
  const format = formatOf(file);
  if (format === 'zip') return readZipFormat(file, warn);
  if (format === 'pickle') return readLegacyFormat(file);
  throw new TorchError(
    format === 'gzip'
      ? 'it is compressed with gzip: loadWeights reads it, or unpack it first'
      : 'it is a safetensors file: loadSafetensors or loadWeights reads it',
  );
}

/** @internal The same of a file that messages name otherwise. */
export function readPth(path: string, named: string, onWarning = emitWarning): Unpickled {
  const warn = (text: string): void => onWarning(`${named}: ${text}`);
  return withFile(
    path,
    'cannot be read as a PyTorch file',
    (opened) => scope(() => read(opened, warn)),
    named,
  );
}

/**
 * Reads a file that `torch.save` wrote (`.pth`, `.pt`, `.th`; the zip archives of PyTorch 1.6 and later, and the legacy format before it):
 * what was saved, as plain objects, with tensors on the CPU that share storages and keep strides as they did. Parameters come as tensors.
 * Nothing in the file is run: an object of a class that is not known here comes as a `Placeholder` with its name. Only storages that the
 * pickle refers to are read, and up to about 30,000 tensors; a checksum (CRC-32) of them that does not hold is a warning.
 *
 * @throws TorchError that names the file and what is wrong with it
 * @example const { model } = await loadPth('resnet20.pth');
 */
export async function loadPth(file: string, { onWarning }: ReadOptions = {}): Promise<Unpickled> {
  return readPth(file, file, onWarning);
}
