/** Images of no class, anywhere below a folder: for methods that learn from a teacher alone. */
import path from 'node:path';
import { z } from 'zod';
import { quoted } from '../../words/listed.ts';
import { DataError, type Splits } from '../dataset.ts';
import { amongSaid } from './class-names.ts';
import type { Report } from './download.ts';
import {
  byCodePoints,
  entriesOf,
  imagesBelow,
  isHidden,
  isImage,
  type Listing,
  listClasses,
  Others,
  remarkOn,
} from './image-folder/listing.ts';
import { filesKnown, imagesOf } from './images.ts';
import { checkedOptions } from './options.ts';
import { type Reading, readingBy, readingOptions } from './reading.ts';
import { assembled, type Found, splitOf } from './splits.ts';

const options = z.strictObject({
  ...readingOptions,
  labels: z.literal('none').optional(),
  classes: z.string().min(1).optional(),
});

/** Of images without labels. */
export type UnlabelledOptions = z.input<typeof options>;

const judging = ['val', 'validation', 'test'];

/** A split with folders of classes. */
function judgedSplit(
  root: string,
  split: string,
  { classes: names, files, labels: numbers }: Listing,
  { classes, reading }: { readonly classes: string | undefined; readonly reading: Reading },
): Found {
  const labels = amongSaid(root, { classes: names, numbers }, classes);
  return {
    split: splitOf(split) ?? 'test',
    ...{ size: files.length, labels },
    dataset: (name, chosen) =>
      imagesOf(`${path.basename(root)} ${name}`, filesKnown(root, files, labels, chosen), reading, false),
  };
}

/** Folders that are not hidden, and whether there are images beside them. */
async function looked(folder: string): Promise<{ folders: readonly string[]; images: boolean }> {
  const { folders, files } = await entriesOf(folder);
  return { folders: folders.filter((name) => !isHidden(name)), images: files.some(isImage) };
}

/**
 * Whether the layout of a folder alone says that its images to learn from are of no class: images and no folders; or `train` like that, with
 * nothing but splits beside it.
 */
export async function isUnlabelled(root: string): Promise<boolean> {
  const { folders, images } = await looked(root);
  if (folders.length === 0) return images;
  if (!folders.includes('train') || !folders.every((name) => name === 'train' || judging.includes(name)))
    return false;
  const train = await looked(path.join(root, 'train'));
  return train.images && train.folders.length === 0;
}

/**
 * Images without labels, with the field `image` alone, and where there is one a split to be judged on: all that lies below `train`, beside `val`, `validation` or
 * `test` with folders of classes, or below the folder itself, where there is nothing to be judged on.
 *
 * @param given  `labels: none`, which says that folders are no classes; `workers`, `exif`, `onCorrupt`
 * @param warn  told of files that are left out
 * @throws DataError where there are no images
 * @example const { train } = await unlabelledImages('photos', { labels: 'none' });
 */
export async function unlabelledImages(
  folder: string,
  given: UnlabelledOptions = {},
  report: Report = () => {},
  warn: (text: string) => void = (text) => process.emitWarning(text),
): Promise<Splits> {
  const { classes, exif, ...said } = checkedOptions(folder, options, given);
  const reading = readingBy({ exif, ...said }, report, warn);
  const root = path.resolve(folder);
  const { folders } = await looked(root);
  const within = folders.includes('train') ? 'train' : '';
  const others = new Others();
  const found = await imagesBelow(path.join(root, within), '.', [], others);
  const files = byCodePoints(found.flatMap(({ images }) => images.map((name) => name.slice(2))));
  const remark = remarkOn(path.join(root, within), others);
  if (remark !== null) warn(remark);
  if (files.length === 0)
    throw new DataError(
      `${path.join(root, within)} has no images: none of its files is a JPEG, PNG, WebP or GIF by name`,
    );
  const below = path.join(root, within);
  const name = path.basename(root);
  const dataset: Found['dataset'] = (called, chosen) =>
    imagesOf(`${name} ${called}`, filesKnown(below, files, null, chosen), reading, called === 'train');
  const splits: Found[] = [{ split: 'train', size: files.length, labels: null, dataset }];
  let first: Listing | null = null;
  for (const split of within === '' ? [] : judging.filter((one) => folders.includes(one))) {
    if ((await looked(path.join(root, split))).folders.length === 0) {
      warn(`${path.join(root, split)} is left out: its images are of no class to be judged by`);
      continue;
    }
    const listed = await listClasses(root, split, report);
    if (listed.remark !== null) warn(listed.remark);
    first ??= listed;
    const differing = listed.classes.filter((one) => !first?.classes.includes(one));
    if (differing.length > 0 || listed.classes.length !== first.classes.length)
      throw new DataError(
        `${root}: ${split}/ has other classes than the split before it: ${quoted(differing)}`,
      );
    splits.push(judgedSplit(root, split, listed, { classes, reading }));
  }
  return assembled(splits, { place: splits.length > 1 ? root : below, testShare: 0, warn, exif });
}
