/** Images with boxes as Ultralytics' YOLO has them: a text file of numbers beside each image, and a file that names the classes. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { listed } from '../../../words/listed.ts';
import { counted } from '../../../words/numbers.ts';
import { oneLine } from '../../../words/shown.ts';
import { ignoredAs } from '../../boxes.ts';
import { DataError, type Splits } from '../../dataset.ts';
import type { Report } from '../download.ts';
import { imagesBelow, Others } from '../image-folder/listing.ts';
import { checkedOptions } from '../options.ts';
import { readingBy, type Warn } from '../reading.ts';
import type { SplitName } from '../splits.ts';
import { type Annotated, annotatedSplits, asReading, boxesOptions, refuseMissing } from './annotated.ts';
import { imageSizes } from './headers.ts';
import { RawBoxes } from './raw.ts';
import { textOf } from './text-of.ts';
import { withSlashes, yoloDescribed, yoloFileIn } from './yolo-files.ts';

const options = z.strictObject(boxesOptions);

/** Of YOLO's folders. */
export type YoloOptions = z.input<typeof options>;

/** The images of a place: below a folder, or in a list, a line each. */
async function imagesAt(place: string, warn: Warn): Promise<string[]> {
  if (fs.statSync(place).isDirectory()) {
    const others = new Others();
    const found = (await imagesBelow(path.dirname(place), path.basename(place), [], others)).flatMap(
      ({ images }) => images,
    );
    if (others.count > 0)
      warn(
        `${place}: ${others.count.toLocaleString('en-US')} files are no images, and are left out: ${others.first.join(', ')}`,
      );
    return found.map((file) => path.join(path.dirname(place), file));
  }
  if (!/\.txt$/i.test(place))
    throw new DataError(`${place} is neither a folder of images nor a list of them (.txt)`);
  return textOf(place)
    .split(/\r?\n/)
    .flatMap((line) => line.trim() || [])
    .map((line) => {
      const image = path.resolve(path.dirname(place), line);
      return line.includes('\\') && !fs.existsSync(image)
        ? path.resolve(path.dirname(place), withSlashes(line))
        : image;
    });
}

/** The file of an image's boxes: in `labels` where its own folder is `images`, or beside it. @example labelsOf('/d/images/train/1.jpg') // '/d/labels/train/1.txt' */
function labelsOf(image: string): string {
  const text = image.replace(/\.[^.]+$/, '.txt');
  const parts = text.split(path.sep);
  const at = parts.lastIndexOf('images');
  return at < 0 ? text : parts.with(at, 'labels').join(path.sep);
}

/** The same where it is there, with an ending in capitals, too; null where there is none. */
function labelsThere(image: string): string | null {
  const file = labelsOf(image);
  return [file, file.replace(/\.txt$/, '.TXT')].find((one) => fs.existsSync(one)) ?? null;
}

/** By how much a share may be below 0 or above 1 by rounding: exports write 1.000001. */
const byRounding = 1e-3;

/** A box in shares of its image: left, top, width, height. */
type Shares = readonly [number, number, number, number];

/** By a line's numbers behind the class: a centre with width and height, or the corners of a polygon. */
function sharesOf(where: string, numbers: readonly number[]): Shares {
  const wrong = numbers.find((one) => !(one >= -byRounding && one <= 1 + byRounding));
  if (wrong !== undefined)
    throw new DataError(
      `${where}: ${wrong} is no share of the image, from 0 to 1: divide numbers of pixels by its width and height`,
    );
  const [x = 0, y = 0, width = 0, height = 0] = numbers;
  if (numbers.length === 4) return [x - width / 2, y - height / 2, width, height];
  if (numbers.length < 6 || numbers.length % 2 === 1)
    throw new DataError(
      `${where} has ${numbers.length + 1} numbers, and must have a class with x, y, width and height, or with the corners of a polygon`,
    );
  const [across, down] = [0, 1].map((odd) => numbers.filter((_, i) => i % 2 === odd)) as [number[], number[]];
  const [left, top] = [Math.min(...across), Math.min(...down)];
  return [left, top, Math.max(...across) - left, Math.max(...down) - top];
}

/** What a file of boxes says. */
function linesIn(
  file: string,
  classes: readonly string[],
): { label: number; shares: Shares; line: number }[] {
  return textOf(file)
    .split(/\r?\n/)
    .flatMap((text, i) => {
      if (text.trim() === '') return [];
      const where = `${file}, line ${i + 1}`;
      const [label = 0, ...numbers] = text.trim().split(/\s+/).map(Number);
      if ([label, ...numbers].some(Number.isNaN))
        throw new DataError(`${where}: these are no numbers: ${oneLine(text)}`);
      if (!Number.isInteger(label) || label < 0 || label >= classes.length)
        throw new DataError(`${where}: there is no class ${label}, but 0 to ${classes.length - 1}`);
      return [{ label, shares: sharesOf(where, numbers), line: i + 1 }];
    });
}

/** Says of images that a split has more than once. */
function sayTwice(from: string, images: readonly string[], warn: Warn): void {
  const seen = new Set<string>();
  const again = images.filter((image) => seen.size === seen.add(image).size);
  if (again.length > 0)
    warn(
      `${from}: ${counted(again.length, 'image')} named before ${again.length === 1 ? 'is' : 'are'} named again, and ${again.length === 1 ? 'counts' : 'count'} as often: ${listed(again)}`,
    );
}

async function readSplit(
  file: string,
  split: SplitName,
  images: readonly string[],
  classes: readonly string[],
  {
    reading,
    report,
    warn,
  }: { reading: Pick<z.output<typeof options>, 'exif' | 'onCorrupt'>; report: Report; warn: Warn },
): Promise<Annotated> {
  const root = path.dirname(file);
  const files = images.map((image) => path.relative(root, image));
  const from = `${file}, ${split === 'validation' ? 'val' : split}`;
  refuseMissing({ from, root, files });
  const sizes = await imageSizes(root, files, reading, report);
  const boxes = new RawBoxes();
  const places: { readonly file: string; readonly line: number }[] = [];
  let found = 0;
  for (const [place, image] of images.entries()) {
    if (place % 1000 === 0) report(`Reading boxes below ${root}`, place, images.length);
    const [high = 0, wide = 0] = sizes.subarray(2 * place, 2 * place + 2);
    const labels = labelsThere(image);
    if (labels === null) continue;
    found++;
    // A damaged image that is left out says no size.
    for (const { label, shares, line } of high > 0 ? linesIn(labels, classes) : []) {
      const [x, y, width, height] = shares;
      places.push({ file: labels, line });
      boxes.add(place, {
        ...{ x: x * wide, y: y * high, width: width * wide, height: height * high },
        ...{ class: label, area: width * wide * height * high, ignored: ignoredAs.no, id: places.length },
      });
    }
  }
  const [first] = images;
  if (found === 0 && first !== undefined)
    warn(
      `${from}: not one of its images has a file of boxes, and so there is nothing to be found in any: that of ${first} was looked for as ${labelsOf(first)}`,
    );
  return {
    ...{ split, from, root, files, sizes, classes, boxes },
    where: (box) => `${places[box]?.file}, line ${places[box]?.line}`,
  };
}

/**
 * Images with boxes, as YOLO's `data.yaml` describes them, or as they lie beside a `classes.txt`: fields `image` and `boxes`. A line of an image's text file is a box, its class with x and y of its centre, width and height in shares of the
 * image, or a polygon, around which the box is; an image without such a file has no boxes. Annotations are numbered as they come, from 1.
 *
 * @param place  the `data.yaml`, of any name, or its folder; or one with `images`, `labels` and `classes.txt`, a class a line, as Label Studio exports them, or LabelImg, which writes that among the labels
 * @param given  as of `coco`: `withoutBoxes`, `outside`, `testShare`, `workers`, `exif`, `onCorrupt`
 * @throws DataError with file and line, for what is not of that form
 * @example const { train, test } = await yolo('coco128');
 */
export async function yolo(
  place: string,
  given: YoloOptions = {},
  report: Report = () => {},
  warn: Warn = (text) => process.emitWarning(text),
): Promise<Splits> {
  const checked = checkedOptions(place, options, given);
  const { testShare, withoutBoxes, outside } = checked;
  const whole = path.resolve(place);
  const isFolder = fs.statSync(whole, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const file = isFolder ? yoloFileIn(whole) : whole;
  if (file === null)
    throw new DataError(
      `${whole} has no data.yaml, which says the classes of YOLO's boxes and where their images are, and no classes.txt, a class a line, beside images and labels or in labels: write one of them, or name the .yaml that describes it as the data`,
    );
  const { classes, splits: described, beside, missing } = yoloDescribed(file);
  if (missing !== undefined)
    warn(
      `${file}: path: there is no ${missing}, and images were looked for from the file itself: leave it out`,
    );
  if (beside.length > 0)
    warn(
      `${file}: ${listed(beside)} ${beside.length === 1 ? 'lies' : 'lie'} beside the folders of splits, and ${beside.length === 1 ? 'is' : 'are'} left out: put images into one of these`,
    );
  const splits: Annotated[] = [];
  for (const { split, key, places } of described) {
    const images: string[] = [];
    for (const one of places) images.push(...(await imagesAt(one, warn)));
    if (images.length === 0)
      throw new DataError(`${file}: ${key}: there are no images in ${places.join(', ')}`);
    sayTwice(`${file}: ${key}`, images, warn);
    splits.push(await readSplit(file, split, images, classes, { reading: checked, report, warn }));
  }
  return annotatedSplits(splits, {
    // One beside folders of data is called as it is, and not as what these lie in.
    place: isFolder || path.parse(file).name === 'data' ? path.dirname(file) : file,
    reading: readingBy(asReading(checked), report, warn),
    ...{ testShare, withoutBoxes, outside },
  });
}
