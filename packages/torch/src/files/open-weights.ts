/** Opens files of weights by their content. */
import fs from 'node:fs';
import path from 'node:path';
import { TorchError } from '../dispatch/errors.ts';
import { listed } from '../dispatch/names.ts';
import { formatOf } from './formats.ts';
import { type Read, Weights } from './found-weights.ts';
import { unpacked } from './gzip.ts';
import { isBarePickle } from './legacy-format.ts';
import { withFile } from './open-file.ts';
import { emitWarning, type ReadOptions, readPth } from './pth.ts';
import { readSafetensors } from './safetensors.ts';

/**
 * `FILE#key` in its two parts. A `#` may belong to the name of the file or to the key: the longest name is taken under which there is a file.
 */
function splitKey(file: string): { readonly path: string; readonly key: string } {
  const last = file.lastIndexOf('#');
  for (let end = file.length; end > 0; end = file.lastIndexOf('#', end - 1)) {
    const path = file.slice(0, end);
    if (fs.existsSync(path)) return { path, key: file.slice(end + 1) };
  }
  return last < 1 ? { path: file, key: '' } : { path: file.slice(0, last), key: file.slice(last + 1) };
}

function refuseFolder(folder: string): void {
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const files = fs
    .readdirSync(folder)
    .filter((name) => /\.(?:safetensors|pth|pt|th|bin|ckpt|tar|gz)$/i.test(name))
    .sort();
  const inside = files.length ? `name a file in it: ${listed(files)}` : 'there is no file of weights in it';
  throw new TorchError(`${path.normalize(folder)} is a folder: ${inside}`);
}

/** @param named  how messages name the file */
async function read(file: string, named: string, onWarning: (text: string) => void): Promise<Read> {
  const format = withFile(file, 'cannot be read as weights', formatOf, named);
  if (format === 'gzip') {
    if (file !== named)
      throw new TorchError(`${named} cannot be read as weights: it is compressed with gzip twice`);
    const inside = await unpacked(file, (aside) => read(aside, named, onWarning));
    return { ...inside, format: `${inside.format}, in gzip` };
  }
  if (format === 'safetensors') {
    const { tensors, metadata } = readSafetensors(file, named);
    return { format, content: tensors, metadata };
  }
  const content = readPth(file, named, onWarning);
  const isBare = format === 'pickle' && withFile(file, 'cannot be read as weights', isBarePickle, named);
  const layout = format === 'zip' ? 'zip archive' : 'legacy format';
  return { format: isBare ? "pickle of NumPy's arrays" : `torch.save, ${layout}`, content, metadata: {} };
}

/**
 * Opens a file of weights, whatever its name: safetensors, a file of torch.save, or a pickle of NumPy's arrays as detectron2 writes it; any in gzip. `FILE#key` chooses a part of it, with
 * dots for depth (`checkpoint.pth#ema.module`), also within the names of a state dict (`both.pth#module.student`); with a last dot, keys are
 * taken as they are.
 *
 * @throws TorchError that names the file, and says what it is where it holds no weights (a page of HTML, a pointer of Git LFS, an archive)
 * @example const { format, stateDicts } = await openWeights('checkpoint.pth');
 */
export async function openWeights(
  file: string,
  { onWarning = emitWarning }: ReadOptions = {},
): Promise<Weights> {
  const { path: named, key } = splitKey(file);
  refuseFolder(named);
  return new Weights(named, key, await read(named, named, onWarning), onWarning);
}
