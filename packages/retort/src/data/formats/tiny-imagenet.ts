/** TinyImageNet as it comes (Le & Yang 2015): `train/WNID/images/*`, and images of `val` in one folder, whose classes a table beside it says; those of `test` have none. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { quoted } from '../../words/listed.ts';
import { DataError, type Splits } from '../dataset.ts';
import { amongSaid } from './class-names.ts';
import type { Report } from './download.ts';
import { keptListing } from './image-folder/kept-listing.ts';
import { entriesOf, isImage } from './image-folder/listing.ts';
import { filesKnown, imagesOf } from './images.ts';
import { checkedOptions } from './options.ts';
import { readingBy, readingOptions } from './reading.ts';
import { assembled } from './splits.ts';
import { tableText } from './table-text.ts';

const options = z.strictObject({ ...readingOptions, classes: z.string().min(1).optional() });

/** Of TinyImageNet. */
export type TinyImagenetOptions = z.input<typeof options>;

const table = path.join('val', 'val_annotations.txt');

/** Whether a folder is one of TinyImageNet as it comes. */
export const isTinyImagenet = (root: string): boolean =>
  fs.existsSync(path.join(root, table)) && fs.existsSync(path.join(root, 'train'));

/** The class of each image of `val`: `val_0.JPEG`, a wnid and a box, with tabs between them. @throws DataError for a line that is none */
function classesIn(file: string): ReadonlyMap<string, string> {
  const classes = new Map<string, string>();
  for (const [i, line] of tableText(file).split('\n').entries()) {
    if (line.trim() === '') continue;
    const [image = '', class_ = ''] = line.split('\t').map((part) => part.trim());
    if (image === '' || class_ === '')
      throw new DataError(
        `${file}, line ${i + 1}: must name an image and its class, with a tab between them`,
      );
    const before = classes.get(image);
    if (before !== undefined && before !== class_)
      throw new DataError(
        `${file}, line ${i + 1}: ${image} is of the class ${quoted([class_])} here and ${quoted([before])} before: leave one of the lines`,
      );
    classes.set(image, class_);
  }
  return classes;
}

/**
 * TinyImageNet in the layout of its archive. Classes are wnids, in their order, as torchvision has them of folders; the images of `test` have no labels, and are left out.
 *
 * @param given  `classes`: all of them where these are some, `wnids` or a file; `workers`, `exif`, `decode`, `onCorrupt` as of image folders
 * @throws DataError for an image of `val` whose class is not said, or is none of `train`'s
 * @example const { train, test } = await tinyImagenet('tiny-imagenet-200'); train.size // 100000
 */
export async function tinyImagenet(
  folder: string,
  given: TinyImagenetOptions = {},
  report: Report = () => {},
  warn: (text: string) => void = (text) => process.emitWarning(text),
): Promise<Splits> {
  const { classes: said, ...how } = checkedOptions(folder, options, given);
  const reading = readingBy(how, report, warn);
  const root = path.resolve(folder);
  const learned = await keptListing(root, 'train', report);
  const [val, known] = [path.join(root, 'val', 'images'), classesIn(path.join(root, table))];
  const files = (await entriesOf(val)).files.filter(isImage);
  const numbers = new Map(learned.classes.map((name, i) => [name, i]));
  const labels = files.map((file) => {
    const class_ = known.get(file);
    if (class_ === undefined)
      throw new DataError(`${path.join(val, file)}: ${path.join(root, table)} does not say its class`);
    const number = numbers.get(class_);
    if (number === undefined)
      throw new DataError(
        `${path.join(val, file)} is of the class ${quoted([class_])}, of which ${path.join(root, 'train')} has no folder`,
      );
    return number;
  });
  const { classes } = learned;
  const ofTrain = amongSaid(root, { classes, numbers: learned.labels }, said);
  const ofVal = amongSaid(root, { classes, numbers: Int32Array.from(labels) }, said);
  const name = path.basename(root);
  return assembled(
    [
      {
        ...{ split: 'train', size: learned.files.length, labels: ofTrain },
        dataset: (called, chosen) =>
          imagesOf(
            `${name} ${called}`,
            { ...filesKnown(root, learned.files, ofTrain, chosen), forget: () => learned.forget() },
            reading,
            true,
          ),
      },
      {
        ...{ split: 'validation', size: files.length, labels: ofVal },
        dataset: (called, chosen) =>
          imagesOf(`${name} ${called}`, filesKnown(val, files, ofVal, chosen), reading, false),
      },
    ],
    { place: root, testShare: 0, warn, exif: how.exif },
  );
}
