/** safetensors: eight bytes of header length, a JSON header, the tensors' bytes (github.com/huggingface/safetensors). */
import fs from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { TorchError } from '../dispatch/errors.ts';
import { scope } from '../dispatch/scope.ts';
import { itemSize } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import { formatOf } from './formats.ts';
import { type OpenFile, withFile } from './open-file.ts';
import { define, dtypes, type Header, readHeader } from './safetensors-header.ts';
import { mappedTensor } from './view.ts';

/** The bound that the format puts on the header. */
const maxHeader = 100_000_000;

const codes = new Map(Array.from(dtypes, ([code, dtype]) => [dtype, code]));

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Record<string, string>;
}

const elsewhere = {
  zip: 'it is a zip archive, as torch.save writes: loadPth or loadWeights reads it',
  pickle: 'it is a pickle, as torch.save wrote before PyTorch 1.6: loadPth or loadWeights reads it',
  gzip: 'it is compressed with gzip: loadWeights reads it, or unpack it first',
} as const;

/** The header of an open file, and the position at which the tensors' bytes begin. */
function headerOf(file: OpenFile): Header & { data: number } {
  const format = formatOf(file);
  if (format !== 'safetensors') throw new TorchError(elsewhere[format]);
  if (file.size < 8) throw new TorchError('the file is shorter than a header');
  const length = Number(file.bytes(0, 8).readBigUInt64LE());
  if (length > maxHeader || 8 + length > file.size)
    throw new TorchError(`a header of ${length} bytes does not fit the file`);
  return { data: 8 + length, ...readHeader(file.bytes(8, length), file.size - 8 - length) };
}

const wrong = 'is not a sound safetensors file';

/**
 * Maps a safetensors file: its tensors share one private mapping of it, on the CPU. Their bytes are read as they are touched, and belong
 * to the system's cache of the file: neither `memory()` nor the memory limit counts them. Writing to a tensor changes the process's own
 * copy of a page, never the file. The mapping ends with the last tensor on it. Tensors whose bytes are not aligned to their elements, and
 * bool ones, are copied into ordinary memory instead.
 *
 * A file may be replaced while it is mapped (`saveSafetensors` writes aside and renames). One that is cut short in place kills the
 * process (SIGBUS) when the lost part is touched, in every language.
 *
 * @throws TorchError that names the file and what is wrong with it
 * @example const { tensors } = loadSafetensors('last.safetensors'); model.loadStateDict(tensors);
 */
export function loadSafetensors(file: string): Safetensors {
  return readSafetensors(file, file);
}

/** @internal The same of a file that messages name otherwise. */
export function readSafetensors(path: string, named: string): Safetensors {
  const read = (opened: OpenFile): Safetensors =>
    scope(() => {
      const { entries, metadata, data } = headerOf(opened);
      const mapping = opened.map();
      const tensors: Record<string, Tensor> = {};
      for (const { name, dtype, shape, begin } of entries)
        define(tensors, name, mappedTensor(opened, mapping, { dtype, shape, position: data + begin }));
      return { tensors, metadata };
    });
  return withFile(path, wrong, read, named);
}

/**
 * The metadata of a safetensors file, without reading its tensors.
 *
 * @throws TorchError that names the file and what is wrong with it
 * @example safetensorsMetadata('best.safetensors').model
 */
export function safetensorsMetadata(file: string): Record<string, string> {
  return withFile(file, wrong, (opened) => headerOf(opened).metadata);
}

/** Writes a file aside, flushes it and renames it into place, so that readers see the old one or the new one. */
function writeAtomically(file: string, write: (fd: number) => void): void {
  const aside = `${file}.${process.pid}-${threadId}.tmp`;
  try {
    const fd = fs.openSync(aside, 'w');
    try {
      write(fd);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(aside, file);
  } catch (error) {
    fs.rmSync(aside, { force: true });
    throw error;
  }
  const folder = fs.openSync(path.dirname(path.resolve(file)), 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}

/**
 * Writes tensors, row-major, with optional metadata of strings. The file is written aside, flushed and renamed, so readers see the old one
 * or the new one, and tensors that are mapped from the old one stay as they are.
 *
 * @throws TorchError if the format has no dtype for a tensor, or keeps its name for itself (`__metadata__`); the system's own error where
 * the file cannot be written
 * @example saveSafetensors('student.safetensors', student.stateDict(), { model: 'resnet8' });
 */
export function saveSafetensors(
  file: string,
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const items = Object.entries(tensors).map(([name, tensor]) => {
    const { dtype, shape } = tensor;
    const code = codes.get(dtype);
    if (name === '__metadata__') throw new TorchError("safetensors keeps the name '__metadata__' for itself");
    if (!code) throw new TorchError(`safetensors has no dtype for '${name}' (${dtype})`);
    return { name, tensor, code, shape, item: itemSize(dtype), bytes: tensor.numel() * itemSize(dtype) };
  });
  // Widest elements first, so that every tensor is aligned to its own.
  items.sort((a, b) => b.item - a.item || (a.name < b.name ? -1 : 1));
  const header: [string, unknown][] = Object.keys(metadata).length ? [['__metadata__', metadata]] : [];
  let at = 0;
  for (const { name, code, shape, bytes } of items) {
    header.push([name, { dtype: code, shape, data_offsets: [at, at + bytes] }]);
    at += bytes;
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  if (padded.length > maxHeader)
    throw new TorchError(`the names and shapes take ${padded.length} bytes, safetensors allows ${maxHeader}`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeAtomically(file, (fd) => {
    const writeFully = (bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done);
    };
    writeFully(length);
    writeFully(padded);
    for (const { tensor } of items) {
      const values = tensor.toTypedArray();
      writeFully(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  });
}
