/** Pascal VOC (Everingham et al. 2010, "The Pascal visual object classes challenge"), and other data of its folders. */
import fs from 'node:fs';
import path from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import { ignoredAs } from '../../boxes.ts';
import { DataError, type Splits } from '../../dataset.ts';
import type { Report } from '../download.ts';
import { byCodePoints } from '../image-folder/listing.ts';
import { checkedOptions } from '../options.ts';
import { readingBy, type Warn } from '../reading.ts';
import type { SplitName } from '../splits.ts';
import { type Annotated, annotatedSplits, asReading, boxesOptions } from './annotated.ts';
import { imageSizes } from './headers.ts';
import { RawBoxes } from './raw.ts';
import { textOf } from './text-of.ts';
import { annotationFile, type VocList, vocLists } from './voc-lists.ts';

const names = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const options = z.strictObject({
  ...boxesOptions,
  /** Lists of `ImageSets/Main`, of one folder `trainval`, of several `VOC2007/trainval`; or folders that have images and annotations beside one another. */
  train: names.optional(),
  test: names.optional(),
  validation: names.optional(),
});

/** Of Pascal VOC. */
export type VocOptions = z.input<typeof options>;

/** The classes of VOC2007 to VOC2012. */
export const vocClasses: readonly string[] =
  'aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant sheep sofa train tvmonitor'.split(
    ' ',
  );

// An empty text would be 0.
const number = z.string().trim().min(1).pipe(z.coerce.number());

const annotationSchema = z.object({
  annotation: z.object({
    filename: z.string().optional(),
    size: z.object({ width: z.coerce.number(), height: z.coerce.number() }).optional(),
    object: z
      .array(
        z.object({
          name: z.string().min(1),
          difficult: z.coerce.number().optional(),
          bndbox: z.object({ xmin: number, ymin: number, xmax: number, ymax: number }),
        }),
      )
      .default([]),
  }),
});

// Names of classes may be numbers; parts of objects have boxes of their own, which are not looked at.
const parser = new XMLParser({
  parseTagValue: false,
  isArray: (_name, at) => at === 'annotation.object',
  processEntities: true,
});

/** @throws DataError with the file and what is wrong */
function annotationIn(file: string): z.output<typeof annotationSchema>['annotation'] {
  const text = textOf(file);
  const valid = XMLValidator.validate(text);
  if (valid !== true)
    throw new DataError(`${file}, line ${valid.err.line}: this is no XML: ${valid.err.msg}`);
  const { success, data, error } = annotationSchema.safeParse(parser.parse(text));
  if (success) return data.annotation;
  const [issue] = error.issues;
  throw new DataError(
    `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}: an annotation of VOC has objects with a name and a bndbox of xmin, ymin, xmax and ymax`,
  );
}

/** The image of a name, from the root. What the annotation says comes last: of a copied one, or of images that were renamed, it is another's. @param folder  where it lies, from there */
function imageOf(root: string, folder: string, name: string, said: string | undefined): string {
  const endings = ['jpg', 'png', 'jpeg', 'webp', 'gif'].flatMap((ending) => [ending, ending.toUpperCase()]);
  const names = [...endings.map((ending) => `${name}.${ending}`), ...(said === undefined ? [] : [said])];
  const own = names.map((one) => path.join(folder, path.basename(one)));
  return own.find((file) => fs.existsSync(path.join(root, file))) ?? own[0] ?? '';
}

/** A split before its classes are known. */
type Named = Omit<Annotated, 'classes'> & { readonly names: readonly string[] };

async function readSplit(
  root: string,
  split: SplitName,
  lists: readonly VocList[],
  given: Pick<z.output<typeof options>, 'exif' | 'onCorrupt'>,
  report: Report,
): Promise<Named> {
  const files: string[] = [];
  const sizes: number[] = [];
  const boxes = new RawBoxes();
  const objects: { readonly file: string; readonly number: number }[] = [];
  const numbers = new Map<string, number>();
  const all = lists.flatMap((list) => list.names().map((name) => ({ ...list, name })));
  for (const [place, { annotations, images, name }] of all.entries()) {
    if (place % 100 === 0) report(`Reading annotations of ${root}`, place, all.length);
    const file = annotationFile(path.join(root, annotations), name);
    const { filename, size, object } = annotationIn(file);
    files.push(imageOf(root, images, name, filename));
    sizes.push(size?.height ?? 0, size?.width ?? 0);
    for (const [i, { name, difficult, bndbox }] of object.entries()) {
      const known = numbers.get(name) ?? numbers.size;
      numbers.set(name, known);
      objects.push({ file, number: i + 1 });
      // Its pixels are counted from 1, and the last is one of the object's.
      const [x, y] = [bndbox.xmin - 1, bndbox.ymin - 1];
      const box = { x, y, width: bndbox.xmax - x, height: bndbox.ymax - y };
      const ignored = difficult === 1 ? ignoredAs.difficult : ignoredAs.no;
      boxes.add(place, { ...box, class: known, area: box.width * box.height, ignored, id: objects.length });
    }
  }
  const isSaid = sizes.every((side) => Number.isInteger(side) && side > 0);
  return {
    split,
    from: lists.map(({ from }) => from).join(' and '),
    root,
    files,
    sizes: isSaid ? Int32Array.from(sizes) : await imageSizes(root, files, given, report),
    names: [...numbers.keys()],
    boxes,
    where: (box) => `${objects[box]?.file}: object ${objects[box]?.number}`,
  };
}

/** The same with the numbers of all classes. */
function withClasses({ names, boxes, ...split }: Named, classes: readonly string[]): Annotated {
  const numbers = names.map((name) => classes.indexOf(name));
  const renamed = new RawBoxes();
  for (let place = 0; place < boxes.count; place++) {
    const box = boxes.at(place);
    renamed.add(boxes.imageOf(place), { ...box, class: numbers[box.class] ?? 0 });
  }
  return { ...split, classes, boxes: renamed };
}

/**
 * Images with boxes, of the folders of Pascal VOC: fields `image` and `boxes`. Corners are counted from 1 and within the object there; here a box begins at xmin - 1 and ymin - 1 and ends at xmax and
 * ymax, as detectron2 has it, so that one around a whole image is as large as that. Difficult objects are ignored as 2. Annotations are numbered as they come, from 1.
 *
 * @param folder  with `Annotations`, `JPEGImages` and `ImageSets/Main`, or with such folders, as `VOC2007` and `VOC2012`: then what is learned from is the `trainval` of all, and what is judged on
 * every `test`; where there is none, `train` and `val`. Or with images that have their annotations beside them, as Roboflow and labelImg have it: in `train`, `valid` and `test`, or in the folder itself
 * @param given  `train`, `test`, `validation`: lists, as `trainval` or `[VOC2007/trainval, VOC2012/trainval]`; the others as of `coco`
 * @throws DataError with the file, for what is not of that form
 * @example const { train, test } = await voc('VOCdevkit');
 */
export async function voc(
  folder: string,
  given: VocOptions = {},
  report: Report = () => {},
  warn: Warn = (text) => process.emitWarning(text),
): Promise<Splits> {
  const checked = checkedOptions(folder, options, given);
  const { testShare, withoutBoxes, outside } = checked;
  const root = path.resolve(folder);
  const named: Named[] = [];
  for (const { split, lists } of vocLists(root, checked, warn))
    named.push(await readSplit(root, split, lists, checked, report));
  const names = new Set(named.flatMap(({ names }) => names));
  const isKnown = [...names].every((name) => vocClasses.includes(name));
  const classes = isKnown ? vocClasses : byCodePoints([...names]);
  return annotatedSplits(
    named.map((split) => withClasses(split, classes)),
    { place: root, reading: readingBy(asReading(checked), report, warn), testShare, withoutBoxes, outside },
  );
}
