/** Images with boxes as Ultralytics' YOLO has them: a text file of numbers beside each image, and `data.yaml`, which names the classes. */
import fs from 'node:fs';
import path from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { systemCause } from '../../../system/system-errors.ts';
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

const options = z.strictObject(boxesOptions);

/** Of YOLO's folders. */
export type YoloOptions = z.input<typeof options>;

const places = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const schema = z.looseObject({
  path: z.string().min(1).optional(),
  train: places.nullish(),
  val: places.nullish(),
  test: places.nullish(),
  nc: z.number().int().min(1).optional(),
  names: z.union([z.array(z.string().min(1)).min(1), z.record(z.string().regex(/^\d+$/), z.string().min(1))]),
});

/** The file that describes a folder, `data.yaml`; null where there is none. */
export function yoloFileIn(root: string): string | null {
  const own = ['data.yaml', 'data.yml'].map((name) => path.join(root, name));
  return own.find((file) => fs.existsSync(file)) ?? null;
}

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new DataError(`${file} cannot be read: ${systemCause(error) ?? String(error)}`, { cause: error });
  }
}

function described(file: string): z.output<typeof schema> {
  let written: unknown;
  try {
    written = parse(textOf(file));
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new DataError(`${file}: this is no YAML: ${oneLine(error.message)}`, { cause: error });
  }
  const { success, data, error } = schema.safeParse(written);
  if (success) return data;
  const [issue] = error.issues;
  throw new DataError(
    `${file}: ${issue?.path.join('.') || 'all of it'}: ${issue?.message ?? ''}: it must say names, a list of the classes or one by number, and train and val, folders of images or lists of them`,
  );
}

/** The classes by number. @throws DataError where a number has no name, or there are others than it says */
function classesIn(file: string, { names, nc }: z.output<typeof schema>): readonly string[] {
  const classes = Array.isArray(names)
    ? names
    : Array.from({ length: Object.keys(names).length }, (_, number) => {
        const name = names[String(number)];
        if (name !== undefined) return name;
        throw new DataError(`${file}: names: there is none of the class ${number}, and they count from 0`);
      });
  if (nc !== undefined && nc !== classes.length)
    throw new DataError(`${file}: nc is ${nc}, and there are ${classes.length} names`);
  return classes;
}

/** Where a place of `data.yaml` is: from `path`, from the file, or, as exports have it that say `../train/images`, without its dots. */
function placeOf(file: string, within: string | undefined, written: string): string {
  const folder = path.dirname(file);
  const from = within === undefined ? [folder] : [path.resolve(folder, within), folder];
  const tries = [
    ...from.map((one) => path.resolve(one, written)),
    path.join(folder, written.replace(/^(\.\.\/)+/, '')),
  ];
  const found = tries.find((place) => fs.existsSync(place));
  if (found !== undefined) return found;
  throw new DataError(
    `${file}: there is no ${written}: it was looked for as ${[...new Set(tries)].join(', ')}`,
  );
}

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
    .map((line) => path.resolve(path.dirname(place), line));
}

/** The file of an image's boxes: in `labels` where its own folder is `images`, or beside it. @example labelsOf('/d/images/train/1.jpg') // '/d/labels/train/1.txt' */
function labelsOf(image: string): string {
  const text = image.replace(/\.[^.]+$/, '.txt');
  const parts = text.split(path.sep);
  const at = parts.lastIndexOf('images');
  return at < 0 ? text : parts.with(at, 'labels').join(path.sep);
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

/** What a file of boxes says; nothing where there is none. */
function linesIn(
  file: string,
  classes: readonly string[],
): { label: number; shares: Shares; line: number }[] {
  if (!fs.existsSync(file)) return [];
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

async function readSplit(
  file: string,
  split: SplitName,
  images: readonly string[],
  classes: readonly string[],
  { reading, report }: { reading: Pick<z.output<typeof options>, 'exif' | 'onCorrupt'>; report: Report },
): Promise<Annotated> {
  const root = path.dirname(file);
  const files = images.map((image) => path.relative(root, image));
  const from = `${file}, ${split === 'validation' ? 'val' : split}`;
  refuseMissing({ from, root, files });
  const sizes = await imageSizes(root, files, reading, report);
  const boxes = new RawBoxes();
  const places: { readonly file: string; readonly line: number }[] = [];
  for (const [place, image] of images.entries()) {
    if (place % 1000 === 0) report(`Reading boxes below ${root}`, place, images.length);
    const [high = 0, wide = 0] = sizes.subarray(2 * place, 2 * place + 2);
    const labels = labelsOf(image);
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
  return {
    ...{ split, from, root, files, sizes, classes, boxes },
    where: (box) => `${places[box]?.file}, line ${places[box]?.line}`,
  };
}

/**
 * Images with boxes, as YOLO's `data.yaml` describes them: fields `image` and `boxes`. A line of an image's text file is a box, its class with x and y of its centre, width and height in shares of the
 * image, or a polygon, around which the box is; an image without such a file has no boxes. Annotations are numbered as they come, from 1.
 *
 * @param place  the `data.yaml`, or its folder
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
  const file = /\.ya?ml$/i.test(whole) ? whole : yoloFileIn(whole);
  if (file === null)
    throw new DataError(`${whole} has no data.yaml, which says the classes and where images are`);
  const said = described(file);
  const classes = classesIn(file, said);
  const splits: Annotated[] = [];
  for (const [split, key] of [
    ['train', 'train'],
    ['validation', 'val'],
    ['test', 'test'],
  ] as const) {
    const written = said[key];
    if (!written) continue;
    const images: string[] = [];
    for (const one of [written].flat()) images.push(...(await imagesAt(placeOf(file, said.path, one), warn)));
    if (images.length === 0)
      throw new DataError(`${file}: ${key}: there are no images in ${[written].flat().join(', ')}`);
    splits.push(await readSplit(file, split, images, classes, { reading: checked, report }));
  }
  if (splits.length === 0) throw new DataError(`${file} names no images: it must say train and val`);
  return annotatedSplits(splits, {
    place: path.dirname(file),
    reading: readingBy(asReading(checked), report, warn),
    ...{ testShare, withoutBoxes, outside },
  });
}
