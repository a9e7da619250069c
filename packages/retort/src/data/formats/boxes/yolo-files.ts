/** What says which classes a folder of YOLO has, and where its images are: Ultralytics' `data.yaml`, whatever it is called, or Label Studio's `classes.txt`. */
import fs from 'node:fs';
import path from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { quoted } from '../../../words/listed.ts';
import { oneLine } from '../../../words/shown.ts';
import { DataError } from '../../dataset.ts';
import { isDescription } from '../file-names.ts';
import { byCodePoints, isHidden } from '../image-folder/listing.ts';
import { placesOf } from '../locate.ts';
import { type SplitName, splitOfFolder } from '../splits.ts';
import { textOf } from './text-of.ts';

/** What a folder of YOLO is said to be. */
export interface YoloDescribed {
  readonly classes: readonly string[];
  /** Where the images of each split are: folders, or lists of them. `key` is what the split is called there. */
  readonly splits: readonly {
    readonly split: SplitName;
    readonly key: string;
    readonly places: readonly string[];
  }[];
  /** What lies beside folders of splits, and is of none; empty where a file says what is of which. */
  readonly beside: readonly string[];
  /** `path` as it says it, where there is no such folder and images were found from the file itself. */
  readonly missing?: string | undefined;
}

const places = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const schema = z.looseObject({
  path: z.string().min(1).optional(),
  train: places.nullish(),
  val: places.nullish(),
  test: places.nullish(),
  nc: z.number().int().min(1).optional(),
  names: z
    .union([z.array(z.string().min(1)).min(1), z.record(z.string().regex(/^\d+$/), z.string().min(1))])
    .nullish(),
});

const keys = [
  ['train', 'train'],
  ['validation', 'val'],
  ['test', 'test'],
] as const;

const isFolder = (place: string): boolean =>
  fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Whether a file describes a folder, by what it says. One that is damaged may be anything. */
function describes(file: string): boolean {
  try {
    const said: unknown = parse(textOf(file));
    return (
      typeof said === 'object' &&
      said !== null &&
      ['names', 'nc'].some((key) => key in said) &&
      keys.some(([, key]) => key in said)
    );
  } catch {
    return false;
  }
}

/** Whether images and files of boxes have folders of their own. */
const hasBoth = (root: string): boolean =>
  ['images', 'labels'].every((name) => isFolder(path.join(root, name)));

const classLists = (root: string): readonly string[] =>
  ['classes.txt', path.join('labels', 'classes.txt')].map((name) => path.join(root, name));

/** A list of classes beside images and their boxes, as Label Studio exports it, or among the boxes, where LabelImg writes it; null where there is none. */
const classListIn = (root: string): string | null =>
  hasBoth(root) ? (classLists(root).find((file) => fs.existsSync(file)) ?? null) : null;

/**
 * The file that describes a folder: `data.yaml`, another that says the same, or `classes.txt`; null where there is none.
 *
 * @throws DataError where there are several that are called otherwise
 */
export function yoloFileIn(root: string): string | null {
  const own = ['data.yaml', 'data.yml']
    .map((name) => path.join(root, name))
    .find((file) => fs.existsSync(file));
  if (own !== undefined) return own;
  const others = isFolder(root)
    ? byCodePoints(fs.readdirSync(root))
        .filter(isDescription)
        .filter((name) => describes(path.join(root, name)))
    : [];
  const [first, second] = others;
  if (second !== undefined)
    throw new DataError(
      `${root} is described by several files as YOLO has them, ${quoted(others)}: name one of these as the data`,
    );
  return first === undefined ? classListIn(root) : path.join(root, first);
}

/** Whether files of boxes lie in `labels` as YOLO has them, or in a folder of it, and images in `images`. */
function hasLabels(root: string): boolean {
  const labels = path.join(root, 'labels');
  if (!isFolder(labels) || !isFolder(path.join(root, 'images'))) return false;
  const within = fs.readdirSync(labels, { withFileTypes: true });
  const folders = within.filter((entry) => entry.isDirectory());
  const files = [
    ...within.map(({ name }) => name),
    ...folders.flatMap(({ name }) => fs.readdirSync(path.join(labels, name))),
  ];
  return files.some((name) => name.endsWith('.txt'));
}

/** Whether a folder is of YOLO, also where nothing describes it. */
export const isYoloIn = (root: string): boolean => yoloFileIn(root) !== null || hasLabels(root);

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

/** @throws DataError where two classes have one name @param whereOf  what a class's place in the file is called */
function refuseTwice(file: string, classes: readonly string[], whereOf: (number: number) => string): void {
  const seen = new Map<string, number>();
  for (const [number, name] of classes.entries()) {
    const before = seen.get(name);
    if (before !== undefined)
      throw new DataError(
        `${file}: ${whereOf(before)} and ${whereOf(number)} have one name, '${oneLine(name)}': name one otherwise, or, where they are one class, give it one number in the files of boxes`,
      );
    seen.set(name, number);
  }
}

/** The classes by number; where only their number is said, `class_0` and so on, as Ultralytics calls them. @throws DataError where a number has no name, two have one, or there are others than it says */
function classesIn(file: string, { names, nc }: z.output<typeof schema>): readonly string[] {
  if (!names) {
    if (nc !== undefined) return Array.from({ length: nc }, (_, number) => `class_${number}`);
    throw new DataError(
      `${file}: names: it must say the classes, a list of their names or one by number, or how many there are (nc)`,
    );
  }
  const classes = Array.isArray(names)
    ? names
    : Array.from({ length: Object.keys(names).length }, (_, number) => {
        const name = names[String(number)];
        if (name !== undefined) return name;
        throw new DataError(`${file}: names: there is none of the class ${number}, and they count from 0`);
      });
  if (nc !== undefined && nc !== classes.length)
    throw new DataError(`${file}: nc is ${nc}, and there are ${classes.length} names`);
  refuseTwice(file, classes, (number) => `names[${number}]`);
  return classes;
}

/** A place as it is written on Windows, too. */
export const withSlashes = (place: string): string => place.replaceAll('\\', '/');

/** Where `path` of a file may lie: as it stands there, among the data, or in a folder `datasets` as Ultralytics has them. */
const pathsOf = (folder: string, within: string): readonly string[] => [
  path.resolve(folder, within),
  ...placesOf(within, folder),
  ...['datasets', '../datasets'].map((datasets) => path.resolve(folder, datasets, within)),
];

/** Where a place of `data.yaml` is: from `path`, from the file, or, as exports have it that say `../train/images`, without its dots. */
function placeOf(file: string, within: string | undefined, written: string): string {
  const folder = path.dirname(file);
  const [own, ...elsewhere] = within === undefined ? [] : pathsOf(folder, within);
  const from = [...(own === undefined ? [] : [own]), folder, ...elsewhere];
  const tries = [...new Set([written, withSlashes(written)])].flatMap((one) => [
    ...from.map((place) => path.resolve(place, one)),
    path.join(folder, one.replace(/^(\.\.\/)+/, '')),
  ]);
  const found = tries.find((place) => fs.existsSync(place));
  if (found !== undefined) return found;
  throw new DataError(
    `${file}: there is no ${written}: it was looked for as ${[...new Set(tries)].join(', ')}`,
  );
}

/** The classes of a list, a line each; those at its end may be empty. @throws DataError where another is, or two have one name */
function classesListed(file: string): readonly string[] {
  const lines = textOf(file)
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim());
  const empty = lines.indexOf('');
  if (empty >= 0)
    throw new DataError(
      `${file}, line ${empty + 1}: it must name the class ${empty}, and is empty: files of boxes have the numbers of classes by these lines, from 0`,
    );
  refuseTwice(file, lines, (number) => `line ${number + 1}`);
  return lines;
}

/** @throws DataError where another list says other classes */
function refuseOtherList(root: string, file: string): void {
  const other = classLists(root).find(
    (one) => path.resolve(one) !== path.resolve(file) && fs.existsSync(one),
  );
  if (other !== undefined && classesListed(other).join('\n') !== classesListed(file).join('\n'))
    throw new DataError(`${file} and ${other} name other classes: take away the list that is not meant`);
}

/** What lies beside a list of classes: folders of splits within `images`, or all images, of which a share is held out. */
function describedByList(file: string): YoloDescribed {
  const folder = path.dirname(file);
  const isAmongLabels = path.basename(folder) === 'labels' && !hasBoth(folder);
  const root = isAmongLabels ? path.dirname(folder) : folder;
  refuseOtherList(root, file);
  const images = path.join(root, 'images');
  const names = byCodePoints(fs.readdirSync(images)).filter((name) => !isHidden(name));
  const splitNamed = (name: string) => (isFolder(path.join(images, name)) ? splitOfFolder(name) : null);
  const ofSplits = keys.flatMap(([split]) => {
    const own = names.filter((name) => splitNamed(name) === split);
    return own.length === 0
      ? []
      : [{ split, key: own.join(', '), places: own.map((name) => path.join(images, name)) }];
  });
  const whole = { split: 'train', key: 'images', places: [images] } as const;
  const classes = classesListed(file);
  if (ofSplits.length === 0) return { classes, splits: [whole], beside: [] };
  const beside = names.filter((name) => !keys.some(([split]) => splitNamed(name) === split));
  return { classes, splits: ofSplits, beside: beside.map((name) => path.join(images, name)) };
}

/**
 * What a file says of a folder.
 *
 * @param file  a `.yaml`, or `classes.txt`
 * @throws DataError with the key or the line, for what it must say otherwise, and for places that are not there
 */
export function yoloDescribed(file: string): YoloDescribed {
  if (!isDescription(file)) return describedByList(file);
  const said = described(file);
  const classes = classesIn(file, said);
  const within = said.path && withSlashes(said.path);
  const splits = keys.flatMap(([split, key]) => {
    const written = said[key];
    return written ? [{ split, key, places: [written].flat().map((one) => placeOf(file, within, one)) }] : [];
  });
  if (splits.length === 0) throw new DataError(`${file} names no images: it must say train and val`);
  const isThere =
    within === undefined || pathsOf(path.dirname(file), within).some((one) => fs.existsSync(one));
  return { classes, splits, beside: [], ...(isThere ? {} : { missing: within }) };
}
