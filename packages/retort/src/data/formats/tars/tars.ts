/** Images in tars, as WebDataset has them: indexed once, then read like files, at their bytes. */

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { quoted } from '../../../words/listed.ts';
import { DataError, type Splits } from '../../dataset.ts';
import { type FilePart, placeText } from '../../decode/place.ts';
import { classNamesSaid } from '../class-names.ts';
import { classed, type Labelled } from '../classed.ts';
import type { Report } from '../download.ts';
import { expanded, isTarName } from '../file-names.ts';
import { imagesOf, type Known } from '../images.ts';
import type { Labels } from '../labels.ts';
import { checkedOptions, common } from '../options.ts';
import { readingBy } from '../reading.ts';
import { assembled, type SplitName, splitOf } from '../splits.ts';
import { indexShard, type LabelsAt, type Shard } from './shard.ts';
import { shardOrder } from './shard-order.ts';

const options = z.strictObject({
  ...common,
  classes: z.string().min(1).optional(),
  labels: z.literal('none').optional(),
  label: z.string().min(1).optional(),
  test: z.string().min(1).optional(),
  validation: z.string().min(1).optional(),
  shuffleBuffer: z.number().int().min(1).default(2000),
});

/** Of images in tars. */
export type TarOptions = z.input<typeof options>;

/** The tars of a folder, or of its folders by the names of splits. */
function tarsIn(folder: string): string[] {
  const entries = fs.readdirSync(folder).sort();
  const own = entries.filter(isTarName).map((name) => path.join(folder, name));
  const isSplit = (name: string): boolean =>
    splitOf(name) !== null && fs.statSync(path.join(folder, name)).isDirectory();
  const below = entries.filter(isSplit).flatMap((name) =>
    fs
      .readdirSync(path.join(folder, name))
      .filter(isTarName)
      .sort()
      .map((tar) => path.join(folder, name, tar)),
  );
  return [...own, ...below];
}

/** Whether a folder has tars, in itself or in folders by the names of splits. */
export const hasTars = (folder: string): boolean => tarsIn(folder).length > 0;

/** The tars of a name by split. @throws DataError where only some are of one */
function partsOf(place: string): Map<SplitName, string[]> {
  const isFolder = fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const files = isFolder ? tarsIn(place) : expanded(place);
  const found = new Map<SplitName, string[]>();
  const others: string[] = [];
  for (const file of files) {
    const named = isFolder ? path.relative(place, file) : path.basename(file);
    const split = splitOf(named.replace(/\.tar$/i, ''));
    if (split === null) others.push(file);
    else found.set(split, [...(found.get(split) ?? []), file]);
  }
  if (found.size === 0) return new Map([['train', others]]);
  if (others.length === 0) return found;
  throw new DataError(
    `${place}: some tars are of a split by their names, and others are of none: ${quoted(others.map((file) => path.basename(file)))}`,
  );
}

/** Samples of tars that follow one another. */
class Shards {
  readonly shards: readonly Shard[];
  /** The number of the first sample of each. */
  readonly #starts: readonly number[];
  readonly size: number;

  constructor(shards: readonly Shard[]) {
    this.shards = shards;
    let size = 0;
    this.#starts = shards.map(({ names }) => {
      const start = size;
      size += names.length;
      return start;
    });
    this.size = size;
  }

  /** In which tar a sample lies. */
  shardOf(id: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= id) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  placeOf(id: number): FilePart {
    const shard = this.shardOf(id);
    const { file = '', names, offsets, sizes, sums } = this.shards[shard] ?? {};
    const i = id - (this.#starts[shard] ?? 0);
    return {
      file,
      name: names?.[i] ?? '',
      offset: offsets?.[i] ?? 0,
      size: sizes?.[i] ?? 0,
      crc: sums?.[i] ?? 0,
    };
  }
}

/** The images of tars, or those of them that were chosen, in the order of the tars. */
function known(
  shards: Shards,
  labels: Labels | null,
  given: readonly number[] | null,
  buffer: number,
): Known {
  const chosen = given && Int32Array.from(given).sort();
  const idOf = (place: number): number => (chosen ? (chosen[place] ?? 0) : place);
  const size = chosen?.length ?? shards.size;
  const sizes = shards.shards.map(({ names }) => names.length);
  if (chosen) {
    sizes.fill(0);
    for (const id of chosen) {
      const shard = shards.shardOf(id);
      sizes[shard] = (sizes[shard] ?? 0) + 1;
    }
  }
  const numbers =
    labels && (chosen ? Int32Array.from(chosen, (id) => labels.numbers[id] ?? 0) : labels.numbers);
  return {
    size,
    root: path.dirname(shards.shards[0]?.file ?? '.'),
    labels: labels && numbers && { classes: labels.classes, numbers },
    placeOf: (place) => shards.placeOf(idOf(place)),
    fingerprint() {
      const hash = createHash('sha256');
      for (let place = 0; place < size; place++) {
        const { name, size: bytes, crc } = shards.placeOf(idOf(place));
        hash.update(JSON.stringify([name, bytes, crc, numbers?.[place] ?? null]));
      }
      return hash.digest('hex');
    },
    order: (seed, epoch) => shardOrder(sizes, buffer, { seed, epoch }),
  };
}

async function indexed(files: readonly string[], labels: LabelsAt, report: Report): Promise<Shards> {
  const shards: Shard[] = [];
  for (const [i, file] of files.entries()) {
    report('Indexing tars', i, files.length);
    shards.push(await indexShard(file, labels));
  }
  report('Indexing tars', files.length, files.length);
  return new Shards(shards);
}

/**
 * Images in tars, as WebDataset writes them, with fields `image` and `label`: a sample is the files that follow one another under one name up to its first
 * dot, an image and its label, `.cls`, `.json` (`label`, `class`, `cls` or `target` in it) or `.txt`. Each tar is read once, and where its samples lie is kept in the cache folder.
 * An epoch reads tars forward, in an order by chance, and shuffles what comes out.
 *
 * @param place  a folder of tars, whose names say splits (`train-00000.tar`, or `train/00000.tar`) or none; one tar; or several by a range in braces. Of one split
 * to learn from alone, a share of each class is held out
 * @param given  `test`, `validation`: tars of another place; `classes`: `wnids`, or a file with all classes; `label`: a key in `.json`; `labels: none`: they are not read;
 * `shuffleBuffer`: how many samples wait, of which any may be next, 2000; `testShare`, `workers`, `exif`, `onCorrupt`
 * @throws DataError with the tar and the byte, for what is no whole tar, a sample without an image or with two, without a label beside others that have one; and for classes
 * that differ between splits
 * @example const { train } = await tars('shards/imagenet-train-{000000..001281}.tar', { test: 'shards/imagenet-val-{000000..000049}.tar' });
 */
export async function tars(
  place: string,
  given: TarOptions = {},
  report: Report = () => {},
  warn: (text: string) => void = (text) => process.emitWarning(text),
): Promise<Splits> {
  const { testShare, classes, label, shuffleBuffer, ...said } = checkedOptions(place, options, given);
  const isFolder = fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folder = isFolder ? place : path.dirname(place);
  const parts = partsOf(place);
  const reading = readingBy(said, report, warn);
  for (const split of ['test', 'validation'] as const) {
    const named = said[split];
    if (named === undefined) continue;
    const other = path.resolve(folder, named);
    parts.set(
      split,
      fs.existsSync(other) && fs.statSync(other).isDirectory() ? tarsIn(other) : expanded(other),
    );
  }
  const found: (Labelled & { split: SplitName; shards: Shards })[] = [];
  for (const [split, files] of parts) {
    const none = said.labels === 'none' && split === 'train';
    const shards = await indexed(files, { none, key: label ?? null }, report);
    if (shards.size === 0) throw new DataError(`${place}: the tars of the ${split} split hold no samples`);
    found.push({
      split,
      shards,
      from: `the ${split} split of ${place}`,
      labels: shards.shards.flatMap((shard) => shard.labels),
      where: (image) => placeText(shards.placeOf(image)),
    });
  }
  const labels = classed(found, classes === undefined ? null : classNamesSaid(classes, folder), warn);
  const whose = path.basename(path.resolve(place)).replace(/\.tar$/i, '');
  return assembled(
    found.map(({ split, shards }, i): Parameters<typeof assembled>[0][number] => {
      const own = labels[i] ?? null;
      return {
        split,
        labels: own,
        size: shards.size,
        dataset: (name, chosen) =>
          imagesOf(`${whose} ${name}`, known(shards, own, chosen, shuffleBuffer), reading, name === 'train'),
      };
    }),
    { place: path.resolve(place), testShare, warn, exif: said.exif },
  );
}
