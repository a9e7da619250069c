/** A file of annotations as COCO has them, read. */
import { z } from 'zod';
import { quoted } from '../../../words/listed.ts';
import { ignoredAs, type NamedBox } from '../../boxes.ts';
import { DataError } from '../../dataset.ts';
import type { Report } from '../download.ts';
import { readElements } from './json-elements.ts';

const whole = z.number().int();

const imageSchema = z.object({
  id: whole,
  file_name: z.string().min(1),
  height: whole.min(1).nullish(),
  width: whole.min(1).nullish(),
});

const categorySchema = z.object({ id: whole, name: z.string().min(1) });

const annotationSchema = z.object({
  id: whole,
  image_id: whole,
  category_id: whole,
  bbox: z.array(z.number()).length(4).nullish(),
  area: z.number().min(0).nullish(),
  iscrowd: z
    .union([z.literal(0), z.literal(1), z.boolean()], {
      error: 'must be 0, or 1 for a crowd, which is neither learned nor counted',
    })
    .nullish(),
  segmentation: z.unknown().optional(),
});

/** What such a file says. */
export interface CocoFile {
  /** Of each image, as it is written. */
  readonly files: readonly string[];
  /** int32 [N, 2], height and width of each image; null where it does not say them. */
  readonly sizes: Int32Array | null;
  /** Names, in the order of their ids. */
  readonly classes: readonly string[];
  /** Their ids. */
  readonly categories: readonly number[];
  /** All boxes: in which image, by its place, and of which annotation, by the id that it has there; areas that it does not say are NaN. */
  boxes(): Generator<{ readonly image: number; readonly box: NamedBox; readonly id: number }>;
}

/** An element that is what it must be. @throws DataError with its place in the file and what is wrong */
function checked<Schema extends z.ZodType>(
  where: string,
  schema: Schema,
  element: unknown,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(element);
  if (success) return data;
  const [issue] = error.issues;
  const key = issue?.path.join('.') ?? '';
  const sentence = issue?.message ?? 'it is another thing';
  throw new DataError(`${where}${key === '' ? '' : `, ${key}`}: ${sentence}`);
}

/** Images of a file, one after another. */
class ImagesRead {
  readonly files: string[] = [];
  readonly places = new Map<number, number>();
  readonly #names = new Set<string>();
  readonly #sizes: number[] = [];
  #isSizeMissing = false;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add(element: unknown, place: number): void {
    const where = `${this.#file}: images[${place}]`;
    const { id, file_name: name, height, width } = checked(where, imageSchema, element);
    if (this.places.has(id)) throw new DataError(`${where}: another image has the id ${id} already`);
    if (this.#names.has(name)) throw new DataError(`${where}: another image is the file ${name} already`);
    this.places.set(id, this.files.length);
    this.#names.add(name);
    this.files.push(name);
    this.#sizes.push(height ?? 0, width ?? 0);
    this.#isSizeMissing ||= !height || !width;
  }

  get sizes(): Int32Array | null {
    return this.#isSizeMissing ? null : Int32Array.from(this.#sizes);
  }
}

/** Categories of a file, in the order of their ids. @throws DataError for two of one id, or of one name */
function categoriesIn(file: string, elements: readonly unknown[]): z.output<typeof categorySchema>[] {
  const found = elements.map((element, place) =>
    checked(`${file}: categories[${place}]`, categorySchema, element),
  );
  const sorted = found.toSorted((one, other) => one.id - other.id);
  for (const [i, { id, name }] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next?.id === id)
      throw new DataError(`${file}: the categories ${quoted([name, next.name])} have one id, ${id}`);
  }
  const ids = new Map<string, number>();
  for (const { id, name } of sorted) {
    const before = ids.get(name);
    if (before !== undefined)
      throw new DataError(
        `${file}: the categories ${before} and ${id} have one name, ${quoted([name])}: name one otherwise, as with its supercategory, or, where they are one, give it one id`,
      );
    ids.set(name, id);
  }
  return sorted;
}

/** The box around polygons; null where there are none. */
function around(segmentation: unknown): number[] | null {
  if (!Array.isArray(segmentation)) return null;
  const numbers: unknown[] = segmentation.flat();
  if (numbers.length < 6 || !numbers.every((one) => typeof one === 'number')) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [i, value] of numbers.entries()) {
    if (i % 2 === 0) [left, right] = [Math.min(left, value), Math.max(right, value)];
    else [top, bottom] = [Math.min(top, value), Math.max(bottom, value)];
  }
  return [left, top, right - left, bottom - top];
}

/** Whether annotations keep the ids that they have, which must be from 1 on and of one each, or are counted from 1 as they come. */
export type Numbered = 'refuse' | 'renumber';

/** Numbers of an annotation, as they are kept until images and categories are known. */
const each = 9;

/** Annotations of a file, one after another, in numbers: image, category, x, y, width, height, area, crowd, id. */
class AnnotationsRead {
  count = 0;
  numbers = new Float64Array(1024 * each);
  readonly #ids = new Set<number>();
  readonly #file: string;
  readonly #numbered: Numbered;

  constructor(file: string, numbered: Numbered) {
    this.#file = file;
    this.#numbered = numbered;
  }

  #refuseId(where: string, id: number): void {
    if (this.#numbered === 'renumber') return;
    if (id < 1)
      throw new DataError(
        `${where}: ids of annotations are counted from 1: COCO's evaluation takes an object of the id 0 for one that was not found; the option ids: renumber counts those of the file anew, as of Roboflow and Label Studio, whose first is 0`,
      );
    if (this.#ids.has(id))
      throw new DataError(
        `${where}: another annotation has the id ${id} already; the option ids: renumber counts those of the file anew`,
      );
    this.#ids.add(id);
  }

  add(element: unknown, place: number): void {
    const { id, image_id, category_id, bbox, area, iscrowd, segmentation } = checked(
      `${this.#file}: annotations[${place}]`,
      annotationSchema,
      element,
    );
    const where = `${this.#file}: annotation ${id}`;
    this.#refuseId(where, id);
    const box = bbox ?? around(segmentation);
    if (!box)
      throw new DataError(
        `${where} has no bbox, [x, y, width, height] in pixels, and no polygons around which it could be`,
      );
    if (this.count * each === this.numbers.length) {
      const more = new Float64Array(2 * this.numbers.length);
      more.set(this.numbers);
      this.numbers = more;
    }
    this.numbers.set(
      [image_id, category_id, ...box, area ?? Number.NaN, Number(iscrowd ?? 0), id],
      this.count * each,
    );
    this.count++;
  }
}

/**
 * Reads a file of annotations, an element at a time.
 *
 * @param numbered  `renumber` counts annotations from 1, whatever their ids are
 * @throws DataError with the element that is not what it must be: ids that are missing, twice or 0, categories of one name, images and categories that there are not, annotations without a box
 * @example readCoco('annotations/instances_val2017.json').classes.length // 80
 */
export function readCoco(file: string, report?: Report, numbered: Numbered = 'refuse'): CocoFile {
  const images = new ImagesRead(file);
  const annotations = new AnnotationsRead(file, numbered);
  const categories: unknown[] = [];
  const found = readElements(
    file,
    {
      images: (element, place) => images.add(element, place),
      annotations: (element, place) => annotations.add(element, place),
      categories: (element) => categories.push(element),
    },
    report,
  );
  for (const key of ['images', 'annotations', 'categories'])
    if (!found.has(key))
      throw new DataError(
        `${file} has no list \`${key}\`: a file of COCO's form has images, annotations and categories`,
      );
  const sorted = categoriesIn(file, categories);
  if (sorted.length === 0) throw new DataError(`${file} has no categories`);
  const classOf = new Map(sorted.map(({ id }, place) => [id, place]));
  const { numbers, count } = annotations;
  return {
    files: images.files,
    sizes: images.sizes,
    classes: sorted.map(({ name }) => name),
    categories: sorted.map(({ id }) => id),
    *boxes() {
      for (let from = 0; from < count * each; from += each) {
        const [imageId = 0, category = 0, x = 0, y = 0, width = 0, height = 0, area = 0, crowd = 0, id = 0] =
          numbers.subarray(from, from + each);
        const image = images.places.get(imageId);
        const label = classOf.get(category);
        if (image === undefined)
          throw new DataError(
            `${file}: annotation ${id} is of the image ${imageId}, and no image has that id`,
          );
        if (label === undefined)
          throw new DataError(
            `${file}: annotation ${id} of ${images.files[image]} is of the category ${category}, and no category has that id`,
          );
        const ignored = crowd === 1 ? ignoredAs.crowd : ignoredAs.no;
        const own = numbered === 'renumber' ? from / each + 1 : id;
        yield { image, box: { x, y, width, height, class: label, area, ignored, id: own }, id };
      }
    },
  };
}
