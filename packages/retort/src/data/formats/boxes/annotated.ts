/** Images with boxes, as any of the formats found them, as data sets. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { DataError, type Dataset, type Splits } from '../../dataset.ts';
import type { BoxesKind } from '../../sample.ts';
import { filesKnown, imagesOf, type Known } from '../images.ts';
import type { Labels } from '../labels.ts';
import { common } from '../options.ts';
import type { Reading, Warn } from '../reading.ts';
import { assembled, type SplitName } from '../splits.ts';
import { type BoxTable, boxTable, type RawBoxes } from './raw.ts';

const { decode: _, pack: __, ...reading } = common;

/** Options of all formats of boxes. */
export const boxesOptions = {
  ...reading,
  /** What training does with images that have no box to learn; those that are judged are all kept. */
  withoutBoxes: z.enum(['leave-out', 'keep']).default('leave-out'),
  /** Whether a box that lies more than a pixel beyond its image stops the run, or is cut off at its edges. */
  outside: z.enum(['refuse', 'clip']).default('refuse'),
} as const;

const schema = z.object(boxesOptions);

/** Of these options what images are read by. */
export const asReading = (given: z.output<typeof schema>) => ({ ...given, decode: 'exact' as const });

/** Images of a split with boxes, before these are looked at. */
export interface Annotated {
  readonly split: SplitName;
  /** The file or folder that says them, for messages. */
  readonly from: string;
  /** Where all files lie. */
  readonly root: string;
  /** From there. */
  readonly files: readonly string[];
  /** int32 [N, 2], height and width of each. */
  readonly sizes: Int32Array;
  readonly classes: readonly string[];
  readonly categories?: readonly number[] | undefined;
  readonly boxes: RawBoxes;
  /** Names a box, for messages. */
  where(place: number): string;
}

/** @throws DataError for images that are not there, before any is read */
export function refuseMissing({ from, root, files }: Pick<Annotated, 'from' | 'root' | 'files'>): void {
  const folders = new Map<string, ReadonlySet<string>>();
  const namesIn = (folder: string): ReadonlySet<string> => {
    const known = folders.get(folder);
    if (known) return known;
    const isFolder = fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
    const names = new Set(isFolder ? fs.readdirSync(folder) : []);
    folders.set(folder, names);
    return names;
  };
  const missing = files.filter((file) => {
    const place = path.join(root, file);
    return !namesIn(path.dirname(place)).has(path.basename(place));
  });
  const [first] = missing;
  if (first !== undefined)
    throw new DataError(
      `${from}: ${missing.length === 1 ? 'an image is' : `${missing.length.toLocaleString('en-US')} of its ${files.length.toLocaleString('en-US')} images are`} not there: ${path.join(root, first)}${missing.length === 1 ? '' : ' is the first'}`,
    );
}

/** @throws DataError where two splits tell apart other classes */
export function refuseOtherClasses(splits: readonly Annotated[]): void {
  const [first, ...others] = splits;
  const text = ({ classes, categories }: Annotated): string => JSON.stringify([classes, categories]);
  for (const other of others) {
    if (!first || text(first) === text(other)) continue;
    const lacking = (has: Annotated, lacks: Annotated): string[] =>
      has.classes.filter((name) => !lacks.classes.includes(name));
    const [only, too] = [lacking(first, other), lacking(other, first)];
    const said = [
      ...(only.length > 0 ? [`the first alone has ${only.slice(0, 5).join(', ')}`] : []),
      ...(too.length > 0 ? [`the second alone has ${too.slice(0, 5).join(', ')}`] : []),
      ...(only.length + too.length === 0 ? ['they are numbered otherwise'] : []),
    ];
    throw new DataError(
      `${first.from} and ${other.from} must have the same classes by the same numbers: ${said.join(', and ')}`,
    );
  }
}

/** Says which images of a split that is judged are learned from, too. */
function sayShared(splits: readonly Annotated[], warn: Warn): void {
  // A folder may be a link to another split's.
  const folders = new Map<string, string>();
  const placeOf = (file: string): string => {
    const folder = path.dirname(file);
    const real = folders.get(folder) ?? fs.realpathSync(folder);
    folders.set(folder, real);
    return path.join(real, path.basename(file));
  };
  const placesOf = ({ root, files }: Annotated): string[] =>
    files.map((file) => placeOf(path.join(root, file)));
  const learned = new Set(splits.filter(({ split }) => split === 'train').flatMap(placesOf));
  for (const split of splits) {
    if (split.split === 'train') continue;
    const [first, ...more] = placesOf(split).filter((file) => learned.has(file));
    if (first === undefined) continue;
    warn(
      `${split.from}: ${(more.length + 1).toLocaleString('en-US')} of its ${split.files.length.toLocaleString('en-US')} images are learned from, too, the first being ${first}: scores of them do not say how good a student is on others`,
    );
  }
}

/** Images and boxes of some places of a split. */
function knownOf(found: Annotated, table: BoxTable, chosen: readonly number[] | null): Known {
  const { root, files, sizes, classes, categories, from } = found;
  const places = chosen ?? files.map((_, place) => place);
  const known = filesKnown(root, files, null, chosen);
  const most = places.reduce((most, place) => Math.max(most, table.count(place)), 1);
  const kind: BoxesKind = { kind: 'boxes', classes, ...(categories && { categories }), most };
  return {
    ...known,
    boxes: {
      kind,
      of: (id) => table.of(places[id] ?? -1),
      sizeOf(id) {
        const place = places[id] ?? 0;
        return { height: sizes[2 * place] ?? 0, width: sizes[2 * place + 1] ?? 0, by: from };
      },
    },
    fingerprint() {
      const hash = createHash('sha256').update(known.fingerprint());
      hash.update(JSON.stringify([classes, categories]));
      for (const place of places) {
        const { rows } = table.of(place);
        hash.update(JSON.stringify([files[place], rows.length]));
        hash.update(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
      }
      return hash.digest('hex');
    },
  };
}

/** How images with boxes become data sets. */
export interface AnnotatedOptions {
  readonly place: string;
  readonly reading: Reading;
  readonly testShare: number;
  readonly withoutBoxes: 'leave-out' | 'keep';
  readonly outside: 'refuse' | 'clip';
}

/**
 * The splits of images with boxes, of which those without any are left out of what is learned from, unless they are to be kept.
 *
 * @throws DataError for images that are not there, boxes that lie beyond theirs, splits of other classes, and where there is nothing to learn from
 */
export function annotatedSplits(splits: readonly Annotated[], options: AnnotatedOptions): Splits {
  const { place, reading, testShare, withoutBoxes, outside } = options;
  const { warn, exif } = reading;
  refuseOtherClasses(splits);
  for (const found of splits) refuseMissing(found);
  sayShared(splits, warn);
  const found = splits.map((split) => {
    const all = split.files.map((_, image) => image);
    // All are parted as one class.
    const labels: Labels = { classes: ['image'], numbers: new Int32Array(all.length) };
    const dataset = (name: string, chosen: readonly number[] | null): Dataset => {
      const isLearned = name === 'train';
      const asked = chosen ?? all;
      const { sizes, where } = split;
      const around = { sizes, where, outside, warn, asked: new Set(asked) };
      const table = boxTable(split.boxes, around, isLearned);
      const kept =
        isLearned && withoutBoxes === 'leave-out' ? asked.filter((image) => table.teaches(image)) : asked;
      if (isLearned && asked.length > 0 && kept.length === 0)
        throw new DataError(`${split.from}: not one of its images has a box to learn`);
      if (kept.length < asked.length)
        warn(
          `${split.from}: images without a box to learn are left out of training, ${(asked.length - kept.length).toLocaleString('en-US')} of ${asked.length.toLocaleString('en-US')}; the option withoutBoxes: keep shows them`,
        );
      const whose = path.basename(path.resolve(place));
      return imagesOf(
        `${whose} ${name}`,
        knownOf(split, table, kept.length === split.files.length ? null : kept),
        reading,
        isLearned,
      );
    };
    return { split: split.split, size: all.length, labels, dataset };
  });
  return assembled(found, { place: path.resolve(place), testShare, warn, exif });
}
