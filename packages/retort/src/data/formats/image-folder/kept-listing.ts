/**
 * Listings of large folders, kept in the cache folder: a second start asks each folder for its times, and no file. What was added, taken away
 * or renamed changes its folder, and all is listed anew. A file that was written over does not: a few are asked for their sizes, and each is
 * held to its size when it is decoded.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fromBytes, loadSafetensors, saveSafetensors, scope, type Tensor, TorchError } from '@retort/torch';
import { cacheFolder } from '@retort/torch/setup';
import { z } from 'zod';
import { makeFolder } from '../../../runs/write/make-folder.ts';
import { systemCause } from '../../../system/system-errors.ts';
import { DataError } from '../../dataset.ts';
import { permutation } from '../../philox.ts';
import type { Report } from '../download.ts';
import { Files } from './files.ts';
import { type Listing, listClasses, lookedAt } from './listing.ts';

/** Grows when a listing comes to be made otherwise. */
const format = '1';

/** Listing fewer files takes no time. */
const worthKeeping = 10_000;

/** Files that are asked for their sizes. */
const asked = 256;

/** What is said beside the tensors. */
const said = z.object({
  format: z.literal(format),
  root: z.string(),
  within: z.string(),
  classes: z.array(z.string()),
  remark: z.string().nullable(),
  /** Places and stamps, by turns. */
  folders: z.array(z.tuple([z.string(), z.string()])),
});

/** A listing that may be kept in a file. */
export interface KeptListing extends Listing {
  /** Lets go of what is kept: something is not as it says. */
  forget(): void;
}

const placeOf = (root: string, within: string): string =>
  path.join(
    cacheFolder(),
    'listings',
    `${createHash('sha256')
      .update(JSON.stringify([root, within]))
      .digest('hex')
      .slice(0, 32)}.safetensors`,
  );

const bytesOf = (array: Uint8Array | Uint32Array | Int32Array | Float64Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

type Arrays = readonly (Uint8Array | Uint32Array | Int32Array | Float64Array)[];

/** Of all that a file holds. */
function sumOf(what: string, arrays: Arrays): string {
  const hash = createHash('sha256').update(what);
  for (const array of arrays) hash.update(bytesOf(array));
  return hash.digest('hex');
}

const ofBytes = (tensor: Tensor | undefined): Buffer => {
  const values = tensor?.toTypedArray();
  return values ? Buffer.from(values.buffer, values.byteOffset, values.byteLength) : Buffer.alloc(0);
};

/** The values of a column of four or eight bytes each. */
function numbersOf<Numbers>(
  bytes: Buffer,
  of: { new (buffer: ArrayBuffer): Numbers; readonly BYTES_PER_ELEMENT: number },
): Numbers {
  const copy = new ArrayBuffer(bytes.length - (bytes.length % of.BYTES_PER_ELEMENT));
  bytes.copy(new Uint8Array(copy));
  return new of(copy);
}

/** Whether folders and a few files are as they were. */
function isAsItWas(root: string, folders: readonly (readonly [string, string])[], files: Files): boolean {
  try {
    if (folders.some(([at, stamp]) => lookedAt(root, at).stamp !== stamp)) return false;
    const few = permutation(files.length, { seed: 0, epoch: 0, purpose: 'subset' }).subarray(0, asked);
    return few.every(
      (place) => fs.statSync(path.join(root, files.at(place) ?? '')).size === files.sizes[place],
    );
  } catch (error) {
    if (error instanceof DataError || systemCause(error)) return false;
    throw error;
  }
}

/** What is kept; null where there is nothing, or it is damaged, or the folder is another. */
function read(file: string, root: string, within: string): Listing | null {
  if (!fs.existsSync(file)) return null;
  try {
    return scope(() => {
      const { tensors, metadata } = loadSafetensors(file);
      const names = ofBytes(tensors.names);
      const ends = numbersOf(ofBytes(tensors.ends), Uint32Array);
      const sizes = numbersOf(ofBytes(tensors.sizes), Float64Array);
      const labels = numbersOf(ofBytes(tensors.labels), Int32Array);
      if (metadata.sha256 !== sumOf(metadata.listing ?? '', [names, ends, sizes, labels])) return null;
      const found = said.safeParse(JSON.parse(metadata.listing ?? ''));
      if (!found.success || found.data.root !== root || found.data.within !== within) return null;
      const { classes, remark, folders } = found.data;
      const files = new Files(names, ends, sizes);
      if (!isAsItWas(root, folders, files)) return null;
      const looks = folders.map(([at, stamp]) => ({ at, stamp, isSettled: true }));
      return { classes, remark, files, labels, folders: looks };
    });
  } catch (error) {
    if (error instanceof TorchError || error instanceof SyntaxError || systemCause(error)) return null;
    throw error;
  }
}

/** Keeps a listing. A disk that is full, or not ours to write to, is no error. */
function write(file: string, root: string, within: string, found: Listing): void {
  const { classes, remark, files, labels } = found;
  const folders = found.folders.map(({ at, stamp }) => [at, stamp]);
  const listing = JSON.stringify({ format, root, within, classes, remark, folders });
  const sha256 = sumOf(listing, [files.names, files.ends, files.sizes, labels]);
  const column = (array: Arrays[number]): Tensor => {
    const bytes = bytesOf(array);
    return fromBytes(bytes, 'uint8', [bytes.length]);
  };
  try {
    makeFolder(path.dirname(file));
    scope(() =>
      saveSafetensors(
        file,
        {
          names: column(files.names),
          ends: column(files.ends),
          sizes: column(files.sizes),
          labels: column(labels),
        },
        { listing, sha256 },
      ),
    );
  } catch (error) {
    if (!systemCause(error)) throw error;
  }
}

/**
 * The listing of a folder of classes, as `listClasses` has it: what is kept of a folder that has not changed, or made now, and kept where
 * it is large.
 *
 * @param from  so many files are worth keeping
 * @throws DataError as `listClasses` does
 */
export async function keptListing(
  root: string,
  within: string,
  report: Report,
  from = worthKeeping,
): Promise<KeptListing> {
  const real = realRoot(root);
  const file = placeOf(real, within);
  const forget = (): void => {
    try {
      fs.rmSync(file, { force: true });
    } catch (error) {
      if (!systemCause(error)) throw error;
    }
  };
  const kept = read(file, real, within);
  if (kept) return { ...kept, forget };
  const found = await listClasses(root, within, report);
  if (found.files.length >= from && found.folders.every(({ isSettled }) => isSettled))
    write(file, real, within, found);
  else forget();
  return { ...found, forget };
}

/** Through links; as it is named where it is not there, which listing it says. */
function realRoot(root: string): string {
  try {
    return fs.realpathSync(root);
  } catch {
    return root;
  }
}
