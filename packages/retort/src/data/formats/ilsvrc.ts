/** ILSVRC2012 as it comes: images of `val` in one folder, whose classes a table beside it says; `train` in folders of classes. */

import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { listed, quoted } from '../../words/listed.ts';
import { DataError, type Splits } from '../dataset.ts';
import { amongSaid } from './class-names.ts';
import type { Report } from './download.ts';
import { keptListing } from './image-folder/kept-listing.ts';
import { entriesOf } from './image-folder/listing.ts';
import { type FilesBelow, filesKnown, imagesOf } from './images.ts';
import type { Labels } from './labels.ts';
import { readRows } from './lists/records.ts';
import { checkedOptions } from './options.ts';
import { readingBy, readingOptions } from './reading.ts';
import { assembled, type Found } from './splits.ts';

const options = z.strictObject({
  ...readingOptions,
  classes: z.string().min(1).optional(),
  labels: z.literal('none').optional(),
});

/** Of ILSVRC2012 as it comes. */
export type IlsvrcOptions = z.input<typeof options>;

const image = /^ILSVRC2012_val_\d{8}\.jpe?g$/i;
const solution = 'LOC_val_solution.csv';
const truth = 'ILSVRC2012_validation_ground_truth.txt';

/** Where the splits lie below the folder of Kaggle's archive, or else in the folder itself. */
const layouts = [path.join('ILSVRC', 'Data', 'CLS-LOC'), path.join('Data', 'CLS-LOC'), '.'];

const isFolder = (place: string): boolean =>
  fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;

const hasImages = (folder: string): boolean =>
  isFolder(folder) && fs.readdirSync(folder).some((name) => image.test(name));

/** Where images of the validation split lie in one folder: that, and the one of `train`; null where there are none. */
export function ilsvrcIn(root: string): { val: string; train: string | null } | null {
  for (const layout of layouts) {
    const folder = path.join(root, layout);
    const train = path.join(folder, 'train');
    for (const val of [path.join(folder, 'val'), folder])
      if (hasImages(val)) return { val, train: isFolder(train) ? train : null };
  }
  return null;
}

/** A file beside the images, or in a folder above them. */
function beside(root: string, val: string, name: string): string | null {
  const above = Array.from({ length: 5 }, (_, up) => path.resolve(val, ...Array<string>(up).fill('..')));
  const places = [root, path.join(root, 'data'), path.join(root, 'ILSVRC2012_devkit_t12', 'data'), ...above];
  return places.map((place) => path.join(place, name)).find((file) => fs.existsSync(file)) ?? null;
}

/**
 * The class of each image, by the table of Kaggle's archive.
 *
 * @param warn  told of images that are missing
 * @throws DataError where there is none, for an image that it does not have, and for one of which it says two classes
 */
function classesOf(
  root: string,
  val: string,
  files: readonly string[],
  warn: (text: string) => void,
): readonly string[] {
  const table = beside(root, val, solution);
  if (table === null) {
    const numbers = beside(root, val, truth);
    throw new DataError(
      `${val} has images of ILSVRC2012's validation split and no folders of classes, and ${solution}, which says the class of each, is not beside it or above` +
        (numbers === null
          ? ''
          : ` (${numbers} says numbers in an order of the development kit's own, which only its meta.mat explains)`) +
        `: bring ${solution} there, or put the images into folders by their wnids, as torchvision does`,
    );
  }
  const rows = readRows(table, { image: 'ImageId', label: 'PredictionString' });
  // `n03995372 85 1 499 272`: a class and its boxes.
  const known = new Map<string, string>();
  for (const { image, label, line } of rows) {
    const [class_ = '', before = class_] = [label?.split(' ')[0], known.get(image)];
    if (before !== class_)
      throw new DataError(
        `${table}, line ${line}: ${image} is of the class ${quoted([class_])} here and ${quoted([before])} before: leave one of the lines`,
      );
    known.set(image, class_);
  }
  const classes = files.map((file) => {
    const { name } = path.parse(file);
    const found = known.get(name);
    if (found === undefined) throw new DataError(`${path.join(val, file)}: ${table} does not say its class`);
    known.delete(name);
    return found;
  });
  const missing = [...known.keys()];
  if (missing.length > 0)
    warn(
      `${val}: of the ${files.length + missing.length} images whose class ${table} says ${missing.length} are not there, and not judged: ${listed(missing)}`,
    );
  return classes;
}

/**
 * ILSVRC2012, in Kaggle's archive (`ILSVRC/Data/CLS-LOC`) or by its own names: `train` has folders of classes, the images of `val` lie in one folder, and `LOC_val_solution.csv` says their
 * classes. Those are in the order of their wnids, that of torchvision's, timm's and Hugging Face's logits.
 *
 * @param given  `classes`: all of them where there are only some, `wnids` or a file; `labels: none`: those of `train` are not looked at; `workers`
 * @throws DataError where the classes of `val` are not said, or are none of `train`'s
 * @example const { train, test } = await ilsvrc('imagenet-object-localization-challenge');
 */
export async function ilsvrc(
  folder: string,
  given: IlsvrcOptions = {},
  report: Report = () => {},
  warn: (text: string) => void = (text) => process.emitWarning(text),
): Promise<Splits> {
  const { classes: said, labels: wanted, exif, ...how } = checkedOptions(folder, options, given);
  const reading = readingBy({ exif, ...how }, report, warn);
  const root = path.resolve(folder);
  const found = ilsvrcIn(root);
  if (!found) throw new DataError(`${root} has no images of ILSVRC2012's validation split`);
  const { val, train } = found;
  const files = (await entriesOf(val)).files.filter((name) => image.test(name));
  const named = classesOf(root, val, files, warn);
  const split = (name: Found['split'], from: string, names: FilesBelow, own: Labels): Found => {
    const labels = wanted === 'none' && name === 'train' ? null : amongSaid(root, own, said);
    return {
      ...{ split: name, size: names.length, labels },
      dataset: (called, chosen) =>
        imagesOf(
          `${path.basename(root)} ${called}`,
          { ...filesKnown(from, names, labels, chosen), forget: () => learned?.forget() },
          reading,
          called === 'train',
        ),
    };
  };
  const learned = train === null ? null : await keptListing(path.dirname(train), 'train', report);
  if (learned && learned.remark !== null) warn(learned.remark);
  const classes = learned?.classes ?? [...new Set(named)].sort();
  const numbers = new Map(classes.map((name, i) => [name, i]));
  const others = [...new Set(named)].filter((name) => !numbers.has(name));
  if (others.length > 0)
    throw new DataError(
      `${val} has images of the classes ${quoted(others)}, of which ${train} has no folder`,
    );
  return assembled(
    [
      ...(learned && train
        ? [split('train', path.dirname(train), learned.files, { classes, numbers: learned.labels })]
        : []),
      split('validation', val, files, {
        classes,
        numbers: Int32Array.from(named, (name) => numbers.get(name) ?? 0),
      }),
    ],
    { place: root, testShare: 0, warn, exif },
  );
}
