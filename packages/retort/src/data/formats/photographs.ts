/** Photographs, wherever they are from, with boxes in them or not: what lies at a place says which format reads it. */
import fs from 'node:fs';
import path from 'node:path';
import { DataError, type Splits } from '../dataset.ts';
import type { CocoOptions } from './boxes/coco.ts';
import { boxesFormatOf } from './boxes/named.ts';
import type { VocOptions } from './boxes/voc.ts';
import type { Report } from './download.ts';
import { isFileOfImages, isTarName } from './file-names.ts';
import { ilsvrc, ilsvrcIn } from './ilsvrc.ts';
import { type ImageFolderOptions, imageFolder } from './image-folder/image-folder.ts';
import { layoutOf } from './image-folder/layout.ts';
import { entriesOf, isHidden, isImage } from './image-folder/listing.ts';
import { imageLists, type ListOptions } from './lists/lists.ts';
import { hasTables } from './split-tables.ts';
import { hasTars, type TarOptions, tars } from './tars/tars.ts';
import { isTinyImagenet, tinyImagenet } from './tiny-imagenet.ts';
import { isUnlabelled, type UnlabelledOptions, unlabelledImages } from './unlabelled.ts';

/** Of photographs: those of the format that is found. */
export type PhotographOptions = ImageFolderOptions &
  ListOptions &
  TarOptions &
  UnlabelledOptions &
  Omit<CocoOptions, 'test' | 'validation'> &
  Omit<VocOptions, 'train' | 'test' | 'validation'>;

type Read = (
  place: string,
  options: object,
  report: Report | undefined,
  warn: ((text: string) => void) | undefined,
) => Promise<Splits>;

/** Whether images lie in a folder itself, or in folders of it. */
async function hasImages(folder: string): Promise<boolean> {
  const { folders, files } = await entriesOf(folder);
  if (files.some(isImage)) return true;
  for (const name of folders)
    if (!isHidden(name) && (await entriesOf(path.join(folder, name))).files.some(isImage)) return true;
  return false;
}

/** What a folder is read by. */
async function readerOf(
  folder: string,
  { labels }: PhotographOptions,
  warn: (text: string) => void,
): Promise<Read> {
  const besides = (what: string): void =>
    warn(`${folder} is read as a folder of images, and has ${what} beside them: name these to read them`);
  // Says it where the folder cannot be read.
  await entriesOf(folder);
  if (isTinyImagenet(folder) && labels !== 'none') return tinyImagenet;
  if (ilsvrcIn(folder)) return ilsvrc;
  const boxes = boxesFormatOf(folder);
  if (boxes) return boxes;
  const [isOfTars, isOfTables] = [hasTars(folder), hasTables(folder)];
  if (isOfTars || isOfTables) {
    const { train, test } = await layoutOf(folder);
    const isOfClasses = train !== '' || test !== null;
    if (isOfTables && !isOfClasses) return imageLists;
    if (isOfTars && !isOfClasses && !(await hasImages(folder))) return tars;
    besides(isOfTables ? 'tables' : 'tars');
  }
  return labels === 'none' || (await isUnlabelled(folder)) ? unlabelledImages : imageFolder;
}

/**
 * Images by the place where they are: a folder of classes, of tables, of tars, of ILSVRC2012 or TinyImageNet as they come, or of images without labels; of COCO, VOC or YOLO, whose images have boxes; a table, YOLO's description of a folder, or tars.
 *
 * @param warn  told of what is not as it should be, and no error
 * @throws DataError as the format says it
 * @example const { train, test } = await photographs('photos');
 */
export async function photographs(
  place: string,
  options: PhotographOptions = {},
  report?: Report,
  warn: (text: string) => void = (text) => process.emitWarning(text),
): Promise<Splits> {
  const isFolder = fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder && !isFileOfImages(place))
    throw new DataError(
      `${path.resolve(place)} is no folder, no table of images, no tar and no .yaml as YOLO has it`,
    );
  const ofFile = () => boxesFormatOf(place) ?? (isTarName(place) ? tars : imageLists);
  const read = isFolder ? await readerOf(place, options, warn) : ofFile();
  return read(place, options, report, warn);
}
