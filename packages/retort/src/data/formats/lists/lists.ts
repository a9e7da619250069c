/** Images that tables name: a path and a label a line. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { notAFile } from '../../../system/regular-file.ts';
import { DataError, type Splits } from '../../dataset.ts';
import { classNamesSaid } from '../class-names.ts';
import { classed, interned, type Labelled } from '../classed.ts';
import type { Report } from '../download.ts';
import { filesKnown, imagesOf, type Known } from '../images.ts';
import type { Labels } from '../labels.ts';
import { checkedOptions, common } from '../options.ts';
import { readingBy } from '../reading.ts';
import { splitTables } from '../split-tables.ts';
import { assembled, type SplitName, splitOf } from '../splits.ts';
import { type Row, readRows } from './records.ts';

const options = z.strictObject({
  ...common,
  root: z.string().min(1).optional(),
  columns: z
    .strictObject({ image: z.string().min(1).optional(), label: z.string().min(1).optional() })
    .default({}),
  classes: z.string().min(1).optional(),
  labels: z.literal('none').optional(),
  test: z.string().min(1).optional(),
  validation: z.string().min(1).optional(),
});

/** Of images that tables name. */
export type ListOptions = z.input<typeof options>;

/** Images of a table, found. */
interface Listed extends Labelled {
  readonly split: SplitName;
  /** From one folder for all splits. */
  readonly files: readonly string[];
}

/** The files of a table, seen from `base`. @throws DataError for one that is not there, and one that two lines name */
function filesOf(
  file: string,
  rows: readonly Row[],
  { root, base, report }: { root: string; base: string; report: Report },
): string[] {
  const lines = new Map<string, Row>();
  return rows.map((row, i) => {
    const { image, label, line } = row;
    if (i % 10_000 === 0) report(`Looking for the images of ${file}`, i, rows.length);
    const place = path.resolve(root, image);
    const wrong = notAFile(place);
    if (wrong !== null)
      throw new DataError(
        `${file}, line ${line}: ${place} is no image: ${wrong}${line === 1 ? "; if this line is a header, call its columns 'path' and 'label', or say which are, where it is a table of texts, by its options: { columns: { text: NAME, label: NAME } } (--data-options, or data.options in a recipe)" : ''}`,
      );
    const before = lines.get(place);
    if (before)
      throw new DataError(
        before.label === label
          ? `${file}, line ${line}: ${image} stands in line ${before.line} already`
          : `${file}, line ${line}: ${image} is '${label}' here and '${before.label}' in line ${before.line}`,
      );
    lines.set(place, row);
    return path.relative(base, place);
  });
}

/** @throws DataError for an image that two splits have */
function compareFiles(splits: readonly Listed[]): void {
  const seen = new Map<string, string>();
  for (const { files, where } of splits)
    for (const [i, file] of files.entries()) {
      const before = seen.get(file);
      if (before !== undefined)
        throw new DataError(`${where(i)}: the same image is in another split: ${before}`);
      seen.set(file, where(i));
    }
}

/** Images that a table names, whose labels are not in their paths and so belong to what they are. */
function listedKnown(
  base: string,
  { files }: Listed,
  labels: Labels | null,
  chosen: readonly number[] | null,
): Known {
  const known = filesKnown(base, files, labels, chosen);
  return {
    ...known,
    fingerprint() {
      const hash = createHash('sha256').update(known.fingerprint());
      for (let i = 0; i < known.size; i++)
        hash.update(JSON.stringify([files[chosen ? (chosen[i] ?? 0) : i], known.labels?.numbers[i] ?? null]));
      return hash.digest('hex');
    },
  };
}

/**
 * Images that tables name, a line each, with fields `image` and `label`: `.csv` or `.tsv`, with the columns `path` (or `file`, `image`, …) and `label`
 * (or `class`), or these two without a header, or `.jsonl` with an object a line. Paths are seen from the table, or from `root`. Labels are names,
 * sorted as torchvision's `ImageFolder` sorts them, or numbers from 0.
 *
 * @param place  a folder with `train`, `val` (or `validation`) and `test`, each `.csv`, `.tsv` or `.jsonl`; or one of them, beside which `test` and `validation` may be
 * named in `given`. Of one without a split to be judged on, a share of each class is held out
 * @param given  `columns`: what they are called; `root`; `classes`: `wnids`, or a file with all classes; `labels: none`: they are not read; `test`, `validation`; `testShare`, `workers`, `exif`, `onCorrupt`
 * @param warn  told of classes without images
 * @throws DataError with file and line, for what is no table, a file that is not there, an image that is named twice, and classes that differ between splits
 * @example const { train, test } = await imageLists('photos/train.tsv', { test: 'photos/val.tsv' });
 */
export async function imageLists(
  place: string,
  given: ListOptions = {},
  report: Report = () => {},
  warn: (text: string) => void = (text) => process.emitWarning(text),
): Promise<Splits> {
  const { testShare, columns, classes, ...said } = checkedOptions(place, options, given);
  const reading = readingBy(said, report, warn);
  const isFolder = fs.statSync(place).isDirectory();
  const folder = isFolder ? place : path.dirname(place);
  const parts = isFolder
    ? splitTables(place)
    : [{ split: splitOf(path.parse(place).name) ?? 'train', place } as const];
  for (const split of ['test', 'validation'] as const) {
    const file = said[split];
    if (file !== undefined) parts.push({ split, place: path.resolve(folder, file) });
  }
  const root = said.root === undefined ? null : path.resolve(folder, said.root);
  const base = root ?? folder;
  const listed = parts.map(({ split, place: file }): Listed => {
    const rows = readRows(file, columns);
    const lines = Int32Array.from(rows, ({ line }) => line);
    return {
      split,
      files: filesOf(file, rows, { root: root ?? path.dirname(file), base, report }),
      from: file,
      labels: interned(rows.map(({ label }) => (said.labels === 'none' && split === 'train' ? null : label))),
      where: (image) => `${file}, line ${lines[image]}`,
    };
  });
  compareFiles(listed);
  const labels = classed(listed, classes === undefined ? null : classNamesSaid(classes, folder), warn);
  const whose = path.basename(path.resolve(place));
  return assembled(
    listed.map((found, i) => ({
      split: found.split,
      labels: labels[i] ?? null,
      size: found.files.length,
      dataset: (name, chosen) =>
        imagesOf(
          `${whose} ${name}`,
          listedKnown(base, found, labels[i] ?? null, chosen),
          reading,
          name === 'train',
        ),
    })),
    { place: path.resolve(place), testShare, warn, exif: said.exif },
  );
}
