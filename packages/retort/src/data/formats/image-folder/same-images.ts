/**
 * Images that are in two splits, or in two classes of one: by the bytes of their files. Only files of equal sizes are looked into, at first at
 * their ends, where pictures of one camera differ too, and whole where these are equal. Of a million photographs most are of the size of
 * another, and then a part of the sizes is looked at, drawn by a fixed seed.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, readKept, writeKept } from '@retort/torch/setup';
import { z } from 'zod';
import { systemCause } from '../../../system/system-errors.ts';
import { listed } from '../../../words/listed.ts';
import { DataError } from '../../dataset.ts';
import { permutation } from '../../philox.ts';
import type { Report } from '../download.ts';
import type { Files } from './files.ts';

/** Images of a split. */
export interface SplitFiles {
  /** As a sentence calls it, e.g. `val/`. */
  readonly called: string;
  readonly files: Files;
  readonly labels: Int32Array;
}

/** What is looked into at most. */
export interface Bounds {
  readonly files: number;
  /** Of files that are read whole. */
  readonly bytes: number;
}

const usual: Bounds = { files: 100_000, bytes: 4 * 2 ** 30 };

/** Of so many files it is kept in the cache folder what was found. */
const worthKeeping = 10_000;

/** Bytes of a file's end. */
const endBytes = 4096;

/** A split, and the place of an image in it. */
type Image = readonly [split: number, place: number];

/** Sets of images that are the same, and how many were looked into of those that are of the size of another. */
interface Found {
  readonly same: readonly Image[][];
  readonly looked: number;
  readonly candidates: number;
}

/** What is said of images that are the same. */
export interface SameImages {
  /** For each two splits that have some in common, and each split that has some in several classes: in short, and with examples. */
  readonly found: readonly { readonly short: string; readonly sentence: string }[];
  /** Where not all could be looked into, how many were; null where all were. */
  readonly bounded: string | null;
}

const schema = z.object({
  found: z.array(z.object({ short: z.string(), sentence: z.string() })),
  bounded: z.string().nullable(),
});

/** Whether some are in two splits, or in two classes. */
function isOfInterest(splits: readonly SplitFiles[], images: readonly Image[]): boolean {
  const places = images.map(([split, place]) => `${split} ${splits[split]?.labels[place]}`);
  return new Set(places).size > 1;
}

/** Images by size, in numbers: millions of objects would take more memory than the names do. */
class BySize {
  readonly #splits: readonly SplitFiles[];
  readonly #total: number;
  /** Of each split, the number of its first image. */
  readonly #begins: number[] = [];
  /** Size and number of each image in one, so that they are sorted without a function. */
  readonly #keys: Float64Array;

  constructor(splits: readonly SplitFiles[]) {
    this.#splits = splits;
    this.#total = splits.reduce((sum, { files }) => sum + files.length, 0);
    this.#keys = new Float64Array(this.#total);
    let at = 0;
    for (const { files } of splits) {
      this.#begins.push(at);
      for (const size of files.sizes) this.#keys[at] = size * this.#total + at++;
    }
    this.#keys.sort();
  }

  #sizeAt(place: number): number {
    return Math.floor((this.#keys[place] ?? -1) / this.#total);
  }

  /** The images at some places. */
  images({ from, to }: Group): Image[] {
    return Array.from(this.#keys.subarray(from, to), (key): Image => {
      const number = key % this.#total;
      const split = this.#begins.findLastIndex((begin) => begin <= number);
      return [split, number - (this.#begins[split] ?? 0)];
    });
  }

  /** Where images of one size are, of which some are of interest to one another. */
  groups(): Group[] {
    const groups: Group[] = [];
    for (let from = 0, to = 0; from < this.#total; from = to) {
      const size = this.#sizeAt(from);
      while (to < this.#total && this.#sizeAt(to) === size) to++;
      const group = { from, to };
      if (to - from > 1 && size > 0 && isOfInterest(this.#splits, this.images(group))) groups.push(group);
    }
    return groups;
  }
}

/** Places of images of one size, the last left out. */
interface Group {
  readonly from: number;
  readonly to: number;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

/** Looks into files. */
class Looker {
  readonly #root: string;
  readonly #splits: readonly SplitFiles[];
  /** Bytes of files that were read whole. */
  bytes = 0;

  constructor(root: string, splits: readonly SplitFiles[]) {
    this.#root = root;
    this.#splits = splits;
  }

  sizeOf([split, place]: Image): number {
    return this.#splits[split]?.files.sizes[place] ?? 0;
  }

  /** @throws DataError */
  async #read(image: Image, read: (file: fs.FileHandle) => Promise<string>): Promise<string> {
    const file = path.join(this.#root, this.#splits[image[0]]?.files.at(image[1]) ?? '');
    try {
      await using handle = await fs.open(file);
      return await read(handle);
    } catch (error) {
      throw new DataError(`${file} cannot be read: ${systemCause(error) ?? String(error)}`, { cause: error });
    }
  }

  #end(image: Image): Promise<string> {
    const position = Math.max(0, this.sizeOf(image) - endBytes);
    return this.#read(image, async (handle) => {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(endBytes), position });
      return hashOf(buffer.subarray(0, bytesRead));
    });
  }

  #whole(image: Image): Promise<string> {
    this.bytes += this.sizeOf(image);
    return this.#read(image, async (handle) => hashOf(await handle.readFile()));
  }

  async #parted(images: readonly Image[], hash: (image: Image) => Promise<string>): Promise<Image[][]> {
    const hashes = await Promise.all(images.map(hash));
    const groups = Map.groupBy(images.entries(), ([i]) => hashes[i]);
    return [...groups.values()]
      .map((group) => group.map(([, image]) => image))
      .filter((group) => group.length > 1 && isOfInterest(this.#splits, group));
  }

  /** Of images of one size, those that are the same, in sets. */
  async same(images: readonly Image[]): Promise<Image[][]> {
    const ending = await this.#parted(images, (image) => this.#end(image));
    if (images.every((image) => this.sizeOf(image) <= endBytes)) return ending;
    const sets: Image[][] = [];
    for (const group of ending) sets.push(...(await this.#parted(group, (image) => this.#whole(image))));
    return sets;
  }
}

/** Images that are looked into at one time, more or less. */
const atOnce = 64;

async function look(
  root: string,
  splits: readonly SplitFiles[],
  bounds: Bounds,
  report: Report,
): Promise<Found> {
  const bySize = new BySize(splits);
  const groups = bySize.groups();
  const candidates = groups.reduce((sum, { from, to }) => sum + to - from, 0);
  const order = permutation(groups.length, { seed: 0, epoch: 0, purpose: 'subset' });
  const most = Math.min(candidates, bounds.files);
  const looker = new Looker(root, splits);
  const same: Image[][] = [];
  let looked = 0;
  for (let next = 0; next < order.length && looked < bounds.files && looker.bytes < bounds.bytes; ) {
    const together: Image[][] = [];
    for (let count = 0; count < atOnce && next < order.length && looked + count < bounds.files; next++) {
      const { from, to } = groups[order[next] ?? 0] ?? { from: 0, to: 0 };
      // Those of one size that are very many are looked at in part.
      together.push(bySize.images({ from, to: Math.min(to, from + bounds.files) }));
      count += together.at(-1)?.length ?? 0;
    }
    for (const sets of await Promise.all(together.map((group) => looker.same(group)))) same.push(...sets);
    looked += together.reduce((sum, group) => sum + group.length, 0);
    report('Comparing images of equal sizes', Math.min(looked, most), most);
  }
  const first = ([image]: Image[]): number => (image ? image[0] * 2 ** 32 + image[1] : 0);
  return { same: same.sort((one, other) => first(one) - first(other)), looked, candidates };
}

const shown = (count: number): string => count.toLocaleString('en-US');

function sentencesOn(splits: readonly SplitFiles[], { same, looked, candidates }: Found): SameImages {
  const nameOf = ([split, place]: Image): string => splits[split]?.files.at(place) ?? '';
  const bounded =
    looked < candidates
      ? `${shown(looked)} of the ${shown(candidates)} images that are of the size of another were compared`
      : null;
  const more = bounded === null ? '' : ` (${bounded})`;
  const found: { short: string; sentence: string }[] = [];
  for (const [number, { called, files, labels }] of splits.entries()) {
    for (const [before, other] of splits.slice(0, number).entries()) {
      const pairs = same.flatMap((set) => {
        const there = set.find(([split]) => split === before);
        return there ? set.filter(([split]) => split === number).map((here) => [here, there] as const) : [];
      });
      if (pairs.length === 0) continue;
      const examples = pairs.map(([here, there]) => `${nameOf(here)} is ${nameOf(there)}`);
      const short = `of the ${shown(files.length)} images of ${called} ${shown(pairs.length)} ${pairs.length === 1 ? 'is' : 'are'} in ${other.called} too`;
      found.push({
        short,
        sentence: `${short}, byte for byte, and ${called} judges too well: ${listed(examples)}${more}`,
      });
    }
    const sets = same
      .map((set) => set.filter(([split]) => split === number))
      .filter((set) => new Set(set.map(([, place]) => labels[place])).size > 1);
    if (sets.length === 0) continue;
    const examples = sets.map(([first, ...others]) => {
      const other = others.find(([, place]) => first && labels[place] !== labels[first[1]]);
      return [first, other].flatMap((image) => (image ? [nameOf(image)] : [])).join(' is ');
    });
    const short = `${shown(sets.length)} ${sets.length === 1 ? 'image lies' : 'images lie'} in several classes of ${called}`;
    found.push({ short, sentence: `${short}, byte for byte: ${listed(examples)}${more}` });
  }
  return { found, bounded };
}

/** Where it is kept what is said, by all that it depends on but the bytes of files. */
function placeOf(root: string, splits: readonly SplitFiles[], bounds: Bounds): string {
  const hash = createHash('sha256').update(JSON.stringify([root, bounds]));
  for (const { called, files, labels } of splits) {
    hash.update(called).update(files.names);
    for (const { buffer, byteOffset, byteLength } of [files.ends, files.sizes, labels])
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return path.join(cacheFolder(), 'same-images', `${hash.digest('hex').slice(0, 32)}.json`);
}

/**
 * Looks for images that are in two splits, or in two classes of one; of many it is kept in the cache folder what was found.
 *
 * @param root  of all files
 * @param splits  the first is what is learned from
 * @throws DataError for a file that cannot be read
 */
export async function sameImages(
  root: string,
  splits: readonly SplitFiles[],
  report: Report,
  bounds: Bounds = usual,
): Promise<SameImages> {
  const isMany = splits.reduce((sum, { files }) => sum + files.length, 0) >= worthKeeping;
  const file = isMany ? placeOf(root, splits, bounds) : null;
  const kept = file === null ? null : schema.safeParse(Object.fromEntries(readKept(file) ?? []));
  if (kept?.success) return kept.data;
  const found = sentencesOn(splits, await look(root, splits, bounds, report));
  if (file !== null) writeKept(file, { ...found });
  return found;
}
