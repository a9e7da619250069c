/** Formats of images with boxes by their names, and which of them a folder is of. */
import fs from 'node:fs';
import path from 'node:path';
import { DataError, type Splits } from '../../dataset.ts';
import type { Report } from '../download.ts';
import { isDescription } from '../file-names.ts';
import { placeOfData, placesOf } from '../locate.ts';
import type { Warn } from '../reading.ts';
import { coco, cocoFilesIn } from './coco.ts';
import { voc } from './voc.ts';
import { isVocIn } from './voc-lists.ts';
import { yolo } from './yolo.ts';
import { isYoloIn } from './yolo-files.ts';

type Read = (place: string, options?: object, report?: Report, warn?: Warn) => Promise<Splits>;

/** What reads a format, and what its folder is called where nobody says it. */
interface Format {
  readonly read: Read;
  readonly folders: readonly string[];
  /** Whether a folder is of it. */
  isOf(folder: string): boolean;
}

/** A folder of annotations may be of anything: these are called as COCO's are, as CVAT's `instances_default.json`, or lie as others have them. */
const isCoco = (folder: string): boolean =>
  cocoFilesIn(folder).some(
    (file) =>
      path.basename(file).startsWith('instances_') || path.basename(path.dirname(file)) !== 'annotations',
  );

const formats: Readonly<Record<'coco' | 'voc' | 'yolo', Format>> = {
  coco: { read: coco, folders: ['coco', 'coco2017', 'COCO'], isOf: isCoco },
  voc: { read: voc, folders: ['VOCdevkit', 'voc', 'VOC'], isOf: isVocIn },
  yolo: { read: yolo, folders: ['yolo'], isOf: isYoloIn },
};

/** What reads a place of images with boxes, a folder or YOLO's description of one; null for other places. */
export function boxesFormatOf(place: string): Read | null {
  const isFolder = fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) return isDescription(place) ? yolo : null;
  return Object.values(formats).find(({ isOf }) => isOf(place))?.read ?? null;
}

/** Whether the images of a place have boxes. @example areBoxesAt('coco') // true */
export const areBoxesAt = (place: string): boolean => boxesFormatOf(place) !== null;

/** The place of a format: what its options say, or else a folder of its name. @throws DataError with where it was looked for */
function placeOf(name: string, { folders }: Format, said: unknown): string {
  if (said !== undefined && typeof said !== 'string')
    throw new DataError(`${name}: the option folder must be text, the place of the data`);
  if (said !== undefined) return fs.existsSync(said) ? said : placeOfData(said);
  const places = folders.flatMap((folder) => placesOf(folder, '.'));
  const found = places.find((place) => fs.statSync(place, { throwIfNoEntry: false })?.isDirectory());
  if (found !== undefined) return found;
  throw new DataError(
    `there is no folder of ${name}: it was looked for as ${places.join(', ')}; say where it is, as data: { name: ${name}, options: { folder: PLACE } }, or name the folder itself`,
  );
}

type Named = (report?: Report, options?: object, warn?: Warn) => Promise<Splits>;

/** Formats as data sets that a recipe names, each with the option `folder`. */
export const boxesFormats: Readonly<Record<string, Named>> = Object.fromEntries(
  Object.entries(formats).map(([name, format]): [string, Named] => [
    name,
    async (report, options = {}, warn) => {
      const { folder, ...given } = options as { readonly folder?: unknown };
      return format.read(placeOf(name, format, folder), given, report, warn);
    },
  ]),
);
