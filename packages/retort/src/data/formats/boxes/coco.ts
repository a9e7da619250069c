/** COCO (Lin et al. 2014, "Microsoft COCO: common objects in context"), and other data whose boxes stand in files of its form. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { quoted } from '../../../words/listed.ts';
import { DataError, type Splits } from '../../dataset.ts';
import type { Report } from '../download.ts';
import { checkedOptions } from '../options.ts';
import { readingBy, type Warn } from '../reading.ts';
import { type SplitName, splitOf } from '../splits.ts';
import { type Annotated, annotatedSplits, asReading, boxesOptions } from './annotated.ts';
import { type CocoFile, readCoco } from './coco-file.ts';
import { imageSizes } from './headers.ts';
import { RawBoxes } from './raw.ts';

const options = z.strictObject({
  ...boxesOptions,
  /** Files of annotations, from the folder, and the folders of their images, where they are not where COCO has them. */
  train: z.string().min(1).optional(),
  test: z.string().min(1).optional(),
  validation: z.string().min(1).optional(),
  images: z.union([z.string().min(1), z.record(z.string(), z.string().min(1))]).optional(),
  /** Whether ids of annotations that are 0 or twice stop the run, or all are counted from 1 as they come. */
  ids: z.enum(['refuse', 'renumber']).default('refuse'),
});

/** Of COCO. */
export type CocoOptions = z.input<typeof options>;

/** A file of annotations, and which split it is of. */
interface Place {
  readonly split: SplitName;
  readonly file: string;
}

const isFolder = (place: string): boolean =>
  fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;

const namesIn = (folder: string): readonly string[] =>
  isFolder(folder) ? fs.readdirSync(folder).sort() : [];

/** The split that a file of annotations is of, by its name or by that of its folder. */
function splitNamed(file: string): SplitName | null {
  const folder = path.basename(path.dirname(file));
  const own = /^valid$/i.test(folder) ? 'validation' : splitOf(folder);
  return splitOf(path.parse(file).name) ?? own;
}

/** What Label Studio calls its file, beside the folder `images`. */
const isOfLabelStudio = (name: string): boolean => /^result(_coco)?\.json$/.test(name);

/**
 * The files of annotations below a folder: COCO's own (`annotations/instances_*.json`), else all of `annotations`, else one within the folder of each split, as
 * Roboflow has them, else Label Studio's beside the images; none where there are none.
 */
export function cocoFilesIn(root: string): readonly string[] {
  const within = path.join(root, 'annotations');
  const all = namesIn(within).filter((name) => name.endsWith('.json'));
  const own = all.filter((name) => name.startsWith('instances_'));
  if (all.length > 0) return (own.length > 0 ? own : all).map((name) => path.join(within, name));
  const names = namesIn(root);
  const ofSplits = names.flatMap((folder) =>
    namesIn(path.join(root, folder))
      .filter((name) => /^_annotations\.coco\.json$/.test(name))
      .map((name) => path.join(root, folder, name)),
  );
  if (ofSplits.length > 0 || !isFolder(path.join(root, 'images'))) return ofSplits;
  return names.filter(isOfLabelStudio).map((name) => path.join(root, name));
}

function placesIn(root: string, given: z.output<typeof options>): readonly Place[] {
  const said = (['train', 'validation', 'test'] as const).flatMap((split): Place[] => {
    const file = given[split];
    return file === undefined ? [] : [{ split, file: path.resolve(root, file) }];
  });
  if (said.length > 0) return said;
  const files = cocoFilesIn(root);
  const found = files.flatMap((file): Place[] => {
    const split = splitNamed(file);
    return split === null ? [] : [{ split, file }];
  });
  if (found.length > 0) return found;
  const cure =
    'say which are which by the options train, test and validation, of which train alone has a share held out';
  throw new DataError(
    files.length > 0
      ? `${root}: no name of its files of annotations says which split it is of (${quoted(files.map((file) => path.relative(root, file)))}): ${cure}`
      : `${root} has no annotations of COCO's form (annotations/instances_train2017.json, annotations/instances_val2017.json): ${cure}`,
  );
}

/** The folder of a file's images: where its first one is. @throws DataError with where it was looked for */
function folderOf(
  root: string,
  { file, split }: Place,
  first: string,
  images: z.output<typeof options>['images'],
): string {
  const said = typeof images === 'string' ? images : images?.[split];
  if (said !== undefined) return path.resolve(root, said);
  const own = path.parse(file).name.replace(/^instances_/, '');
  const folders = [own, split, split === 'validation' ? 'val' : split, 'images', '.'];
  const places = [
    ...folders.flatMap((folder) => [path.join(root, folder), path.join(root, 'images', folder)]),
    path.dirname(file),
  ];
  const found = places.find((place) => fs.existsSync(path.join(place, first)));
  if (found !== undefined) return found;
  const unique = [...new Set(places)].map((place) => path.relative(root, place) || '.');
  throw new DataError(
    `${file}: its image ${first} is not in the folder ${root}: it was looked for in ${unique.join(', ')}; say where they are by the option images, as { train: FOLDER, test: FOLDER }`,
  );
}

/** What a file of annotations says, with its images found. */
async function annotated(
  root: string,
  place: Place,
  found: CocoFile,
  { images, exif, onCorrupt }: z.output<typeof options>,
  report: Report,
): Promise<Annotated> {
  const { file, split } = place;
  const [first] = found.files;
  if (first === undefined) throw new DataError(`${file} names no images`);
  const folder = folderOf(root, place, first, images);
  const sizes = found.sizes ?? (await imageSizes(folder, found.files, { exif, onCorrupt }, report));
  const boxes = new RawBoxes();
  const ids: number[] = [];
  for (const { image, box, id } of found.boxes()) {
    boxes.add(image, box);
    ids.push(id);
  }
  return {
    split,
    from: file,
    root: folder,
    files: found.files,
    sizes,
    classes: found.classes,
    categories: found.categories,
    boxes,
    where: (box) => `${file}: annotation ${ids[box]} of ${found.files[boxes.imageOf(box)]}`,
  };
}

/**
 * Images with boxes, of COCO's folders: fields `image` and `boxes`, whose classes are the categories in the order of their ids. Crowds stay, ignored as 1: they are not learned, and no
 * mistake where they are found.
 *
 * @param folder  with `annotations/instances_train2017.json`, `annotations/instances_val2017.json`, `train2017/` and `val2017/`, or other such files and folders of images
 * @param given  `train`, `test`, `validation`: files of annotations; `images`: the folder of images, or one for each of these; `withoutBoxes`: `leave-out`, the default, leaves images without boxes
 * out of training, `keep` shows them; `outside`: `clip` cuts boxes off at the edges of their images that lie more than a pixel beyond (`refuse`); `ids`: `renumber` counts annotations anew, as where the first is 0; `testShare`, `workers`, `exif`, `onCorrupt`
 * @param warn  told of boxes and images that are left out, and of areas that are missing
 * @throws DataError with file and annotation, for what is not of that form
 * @example const { train, test } = await coco('coco');
 */
export async function coco(
  folder: string,
  given: CocoOptions = {},
  report: Report = () => {},
  warn: Warn = (text) => process.emitWarning(text),
): Promise<Splits> {
  const checked = checkedOptions(folder, options, given);
  const { testShare, withoutBoxes, outside } = checked;
  const root = path.resolve(folder);
  const reading = readingBy(asReading(checked), report, warn);
  const splits: Annotated[] = [];
  for (const place of placesIn(root, checked))
    splits.push(await annotated(root, place, readCoco(place.file, report, checked.ids), checked, report));
  return annotatedSplits(splits, { place: root, reading, testShare, withoutBoxes, outside });
}
