/** Which images each split of Pascal VOC has: those of lists in `ImageSets/Main`, or all of a folder that has annotations beside its images. */
import fs from 'node:fs';
import path from 'node:path';
import { quoted } from '../../../words/listed.ts';
import { DataError } from '../../dataset.ts';
import { byCodePoints, isImage } from '../image-folder/listing.ts';
import type { Warn } from '../reading.ts';
import { type SplitName, splitOfFolder } from '../splits.ts';
import { textOf } from './text-of.ts';

/** Images with annotations, by their names. */
export interface VocList {
  /** The file or folder that says them, for messages. */
  readonly from: string;
  /** The folders of both, from the root. */
  readonly annotations: string;
  readonly images: string;
  /** Names without endings, each once. @throws DataError where they cannot be read */
  names(): readonly string[];
}

/** Lists by the names that options say. */
export type SaidLists = {
  readonly [split in SplitName]?: string | readonly string[] | undefined;
};

type Split = { readonly split: SplitName; readonly lists: readonly VocList[] };

const isFolder = (place: string): boolean =>
  fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Whether a folder has annotations and images as VOC has them. */
const isVoc = (folder: string): boolean =>
  ['Annotations', 'JPEGImages'].every((name) => isFolder(path.join(folder, name)));

/** The folders of VOC below a place, from there: itself, or those of several years, also within `VOCdevkit`; none where there are none. */
function vocFoldersIn(root: string): readonly string[] {
  if (isVoc(root)) return ['.'];
  for (const within of ['.', 'VOCdevkit']) {
    const place = path.join(root, within);
    const found = isFolder(place)
      ? fs.readdirSync(place).filter((name) => isVoc(path.join(place, name)))
      : [];
    if (found.length > 0) return byCodePoints(found).map((name) => path.join(within, name));
  }
  return [];
}

/** Names of files in a folder, which a folder that cannot be read has none of: it is told of by what reads images. */
function filesIn(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

const stemOf = (name: string): string => path.parse(name).name;

/** Names of annotations in a folder, without `.xml`, in order. */
const annotationsIn = (files: readonly string[]): readonly string[] =>
  byCodePoints([
    ...new Set(files.filter((name) => /\.xml$/i.test(name) && !name.startsWith('.')).map(stemOf)),
  ]);

/** The file of a name's annotation, whose ending is `.XML` in some folders. */
export function annotationFile(folder: string, name: string): string {
  const [usual = '', other = ''] = ['xml', 'XML'].map((ending) => path.join(folder, `${name}.${ending}`));
  return !fs.existsSync(usual) && fs.existsSync(other) ? other : usual;
}

/** Whether a folder has annotations of VOC beside its images. */
function isFlat(folder: string): boolean {
  const files = filesIn(folder);
  const annotations = annotationsIn(files);
  // Folders may have a million images.
  if (annotations.length === 0) return false;
  const images = new Set(files.filter(isImage).map(stemOf));
  const both = annotations.find((name) => images.has(name));
  if (both === undefined) return false;
  // In whatever it is written: what it says otherwise is read later.
  const text = fs.readFileSync(annotationFile(folder, both), 'latin1').replaceAll('\0', '');
  return /<annotation[\s>]/.test(text);
}

/** Folders with annotations beside their images, from the root: those of splits, or the root itself. */
function flatFoldersIn(root: string): readonly string[] {
  const ofSplits = filesIn(root).filter(
    (name) => splitOfFolder(name) !== null && isFlat(path.join(root, name)),
  );
  return ofSplits.length === 0 && isFlat(root) ? ['.'] : byCodePoints(ofSplits);
}

/** Whether a folder is of Pascal VOC, or has images with its annotations beside them. */
export const isVocIn = (root: string): boolean =>
  vocFoldersIn(root).length > 0 || flatFoldersIn(root).length > 0;

/** All of a folder with annotations beside its images. @param warn  told of images without one */
const flatList = (root: string, folder: string, warn: Warn): VocList => ({
  ...{ from: path.join(root, folder), annotations: folder, images: folder },
  names() {
    const files = filesIn(path.join(root, folder));
    const annotations = annotationsIn(files);
    const known = new Set(annotations);
    const others = files.filter((name) => isImage(name) && !known.has(stemOf(name)));
    if (others.length > 0)
      warn(
        `${path.join(root, folder)}: images without an annotation beside them (.xml) are left out: ${quoted(byCodePoints(others))}`,
      );
    return annotations;
  },
});

const listFile = (root: string, folder: string, name: string): string =>
  path.join(root, folder, 'ImageSets', 'Main', `${name}.txt`);

/** A list in a folder of VOC; names stand once in it, and a class's own has a number behind each, of which -1 says that the class is not there. */
const listIn = (root: string, folder: string, name: string): VocList => {
  const file = listFile(root, folder, name);
  const [annotations, images] = [path.join(folder, 'Annotations'), path.join(folder, 'JPEGImages')];
  return {
    ...{ from: file, annotations, images },
    names() {
      const texts = textOf(file)
        .split(/\r?\n/)
        .flatMap((line) => line.trim() || []);
      // A name may have spaces, and a number at its end.
      const known = texts.some((text) => /\s/.test(text))
        ? new Set([annotations, images].flatMap((one) => filesIn(path.join(root, one)).map(stemOf)))
        : null;
      return [
        ...new Set(texts.map((text) => (!known || known.has(text) ? text : text.replace(/\s+-?\d+$/, '')))),
      ];
    },
  };
};

/** A list by its name, as `trainval` or `VOC2007/trainval`. @throws DataError where there is none */
function listNamed(root: string, folders: readonly string[], written: string): VocList {
  const [name = '', year] = written
    .replace(/\.txt$/, '')
    .split('/')
    .reverse();
  const of = folders.filter((folder) => year === undefined || path.basename(folder) === year);
  const found = of.filter((folder) => fs.existsSync(listFile(root, folder, name)));
  const [first] = found;
  if (found.length === 1 && first !== undefined) return listIn(root, first, name);
  throw new DataError(
    found.length === 0
      ? `${root}: there is no list ${written}: it was looked for as ${folders.map((folder) => listFile(root, folder, name)).join(', ')}`
      : `${root}: the list ${written} is in ${quoted(found)}: say which, as ${path.basename(first ?? '')}/${name}`,
  );
}

/** A folder by its name. @throws DataError where it has no annotations beside its images */
function flatNamed(root: string, folder: string, warn: Warn): VocList {
  if (isFlat(path.join(root, folder))) return flatList(root, path.normalize(folder), warn);
  throw new DataError(
    `${path.join(root, folder)} is no folder of images with annotations of Pascal VOC beside them (1.jpg, 1.xml)`,
  );
}

/** Every `trainval` is learned from, or `train` where that leaves something to be judged on, which is `test` or `val`. */
function listsFound(root: string, folders: readonly string[]): readonly Split[] {
  const all = (name: string, within = folders): VocList[] =>
    within
      .filter((folder) => fs.existsSync(listFile(root, folder, name)))
      .map((folder) => listIn(root, folder, name));
  const [test, val] = [all('test'), all('val')];
  const isTested = test.length > 0;
  const judged = isTested ? test : val;
  const learned = isTested
    ? folders.flatMap((folder) => {
        const own = all('trainval', [folder]);
        return own.length > 0 ? own : [...all('train', [folder]), ...all('val', [folder])];
      })
    : all('train').length > 0
      ? all('train')
      : all('trainval');
  if (learned.length + judged.length === 0)
    throw new DataError(
      `${root}: there are no lists of images (ImageSets/Main/train.txt, val.txt, trainval.txt or test.txt): say others by the options train, test and validation, as { train: default }`,
    );
  return [
    ...(learned.length > 0 ? [{ split: 'train' as const, lists: learned }] : []),
    ...(judged.length > 0
      ? [{ split: isTested ? ('test' as const) : ('validation' as const), lists: judged }]
      : []),
  ];
}

/** Folders by the splits that they are called after; one that has no such name is learned from. */
function flatFound(root: string, folders: readonly string[], warn: Warn): readonly Split[] {
  const of = (folder: string): SplitName => (folder === '.' ? null : splitOfFolder(folder)) ?? 'train';
  return (['train', 'validation', 'test'] as const).flatMap((split) => {
    const lists = folders
      .filter((folder) => of(folder) === split)
      .map((folder) => flatList(root, folder, warn));
    return lists.length === 0 ? [] : [{ split, lists }];
  });
}

/**
 * Lists of each split: those said, else those that are found.
 *
 * @throws DataError where there is neither a folder of VOC nor one with annotations beside its images, or no list of a name
 */
export function vocLists(root: string, given: SaidLists, warn: Warn): readonly Split[] {
  const folders = vocFoldersIn(root);
  const isListed = folders.length > 0;
  const said = (['train', 'validation', 'test'] as const).flatMap((split) => {
    const names = given[split];
    if (names === undefined) return [];
    const lists = [names]
      .flat()
      .map((name) => (isListed ? listNamed(root, folders, name) : flatNamed(root, name, warn)));
    return [{ split, lists }];
  });
  if (said.length > 0) return said;
  if (isListed) return listsFound(root, folders);
  const flat = flatFoldersIn(root);
  if (flat.length > 0) return flatFound(root, flat, warn);
  throw new DataError(
    `${root} has no folders of Pascal VOC: Annotations, JPEGImages and ImageSets/Main, or VOC2007 and VOC2012 with these, or train, valid and test with annotations beside their images (1.jpg, 1.xml)`,
  );
}
