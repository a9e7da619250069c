/**
 * Listings of large folders, kept in the cache folder: a second start asks each folder for its times, and no file. What was added, taken away
 * or renamed changes its folder, and all is listed anew. A file that was written over does not: a few are asked for their sizes, and each is
 * held to its size when it is decoded.
 */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '@retort/torch/setup';
import { z } from 'zod';
import { RunError } from '../../../runs/read/errors.ts';
import { makeFolder } from '../../../runs/write/make-folder.ts';
import { notAFile } from '../../../system/regular-file.ts';
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

/** The line that a file begins with; then come sizes, ends and labels of the images, and their names. */
const said = z.object({
  format: z.literal(format),
  root: z.string(),
  within: z.string(),
  images: z.number(),
  classes: z.array(z.string()),
  remark: z.string().nullable(),
  /** Places and stamps. */
  folders: z.array(z.tuple([z.string(), z.string()])),
  /** Of all else. */
  sha256: z.string(),
});

type Said = Omit<z.output<typeof said>, 'sha256'>;

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
      .slice(0, 32)}.list`,
  );

const bytesOf = ({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function sumOf(
  { root, within, images, classes, remark, folders }: Said,
  parts: readonly Uint8Array[],
): string {
  const hash = createHash('sha256').update(JSON.stringify([root, within, images, classes, remark, folders]));
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
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
  if (notAFile(file) !== null) return null;
  try {
    const bytes = fs.readFileSync(file);
    const begin = bytes.indexOf('\n') + 1;
    const rest = bytes.subarray(begin);
    const found = said.safeParse(JSON.parse(bytes.toString('utf8', 0, begin)));
    if (!found.success || found.data.root !== root || found.data.within !== within) return null;
    const { images, classes, remark, folders, sha256 } = found.data;
    if (sumOf(found.data, [rest]) !== sha256) return null;
    const { buffer, byteOffset } = rest;
    const sizes = new Float64Array(buffer, byteOffset, images);
    const ends = new Uint32Array(buffer, byteOffset + 8 * images, images);
    const labels = new Int32Array(buffer, byteOffset + 12 * images, images);
    const files = new Files(rest.subarray(16 * images), ends, sizes);
    if (!isAsItWas(root, folders, files)) return null;
    const looks = folders.map(([at, stamp]) => ({ at, stamp, isSettled: true }));
    return { classes, remark, files, labels, folders: looks };
  } catch (error) {
    if (error instanceof SyntaxError || systemCause(error)) return null;
    throw error;
  }
}

/** Keeps a listing. A disk that is full, or not ours to write to, is no error. */
function write(file: string, root: string, within: string, found: Listing): void {
  const { classes, remark, files, labels } = found;
  const folders = found.folders.map(({ at, stamp }): [string, string] => [at, stamp]);
  const parts = [files.sizes, files.ends, labels, files.names].map(bytesOf);
  const line: Said = { format, root, within, images: files.length, classes: [...classes], remark, folders };
  const text = Buffer.from(JSON.stringify({ ...line, sha256: sumOf(line, parts) }));
  // Numbers of eight bytes begin at such a place.
  const padded = Buffer.concat([text, Buffer.alloc(7 - (text.length % 8), ' '), Buffer.from('\n')]);
  const aside = `${file}.${randomUUID()}.tmp`;
  try {
    makeFolder(path.dirname(file));
    try {
      for (const part of [padded, ...parts]) fs.appendFileSync(aside, part);
      fs.renameSync(aside, file);
    } finally {
      fs.rmSync(aside, { force: true });
    }
  } catch (error) {
    if (!(error instanceof RunError) && !systemCause(error)) throw error;
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
