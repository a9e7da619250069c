/** Boxes as a format has them, all of a split, before it is looked at where they lie; and the same by image. */
import { boxColumns, boxWidth, ignoredAs, type NamedBox } from '../../boxes.ts';
import { DataError } from '../../dataset.ts';
import type { Boxes } from '../../sample.ts';
import type { Warn } from '../reading.ts';

/** Numbers of a box here: those of `boxColumns`, then the place of its image. */
const each = boxWidth + 1;
const imageColumn = boxWidth;

const columns = Object.entries(boxColumns) as [keyof NamedBox, number][];

/** Boxes one after another, in one memory that grows: millions are no objects. */
export class RawBoxes {
  count = 0;
  #numbers = new Float64Array(1024 * each);

  /** @param image  its place among the images @param box  of an unknown area NaN */
  add(image: number, box: NamedBox): void {
    const from = this.count * each;
    if (from === this.#numbers.length) {
      const more = new Float64Array(2 * from);
      more.set(this.#numbers);
      this.#numbers = more;
    }
    for (const [name, column] of columns) this.#numbers[from + column] = box[name];
    this.#numbers[from + imageColumn] = image;
    this.count++;
  }

  imageOf(place: number): number {
    return this.#numbers[place * each + imageColumn] ?? 0;
  }

  at(place: number): NamedBox {
    const from = place * each;
    return Object.fromEntries(
      columns.map(([name, column]) => [name, this.#numbers[from + column] ?? 0]),
    ) as NamedBox;
  }
}

/** Boxes by image: those of image i are rows from `starts[i]` to `starts[i + 1]`. */
export class BoxTable {
  readonly starts: Int32Array;
  readonly rows: Float64Array;

  constructor(starts: Int32Array, rows: Float64Array) {
    this.starts = starts;
    this.rows = rows;
  }

  of(image: number): Boxes {
    const [from = 0, to = 0] = this.starts.subarray(image, image + 2);
    return { rows: this.rows.slice(from * boxWidth, to * boxWidth) };
  }

  count(image: number): number {
    return (this.starts[image + 1] ?? 0) - (this.starts[image] ?? 0);
  }

  /** Whether an image has a box that is learned, and no crowds alone. */
  teaches(image: number): boolean {
    const { rows } = this.of(image);
    for (let at = boxColumns.ignored; at < rows.length; at += boxWidth)
      if (rows[at] !== ignoredAs.crowd) return true;
    return false;
  }
}

/** What is said of the images that boxes are in. */
export interface Around {
  /** int32 [N, 2], height and width of each. */
  readonly sizes: Int32Array;
  /** Names a box, as a sentence begins. */
  where(place: number): string;
  /** What is done with a box that lies beyond its image. */
  readonly outside: 'refuse' | 'clip';
  /** Told of boxes that are not as they should be, but for those of images that are not asked for. */
  readonly warn: Warn;
  /** Places of images. */
  readonly asked: ReadonlySet<number>;
}

/** Pixels beyond the edge of an image that annotations may have by rounding, as COCO's do. */
const byRounding = 1;

const sizeText = ({ x, y, width, height }: NamedBox): string =>
  `x ${x}, y ${y}, width ${width}, height ${height}`;

/** How far a box lies beyond its image, in pixels. */
const beyond = ({ x, y, width, height }: NamedBox, high: number, wide: number): number =>
  Math.max(-x, -y, x + width - wide, y + height - high);

/** The part of a box within its image. */
function clipped(box: NamedBox, high: number, wide: number): NamedBox {
  const within = (edge: number, length: number): number => Math.min(Math.max(edge, 0), length);
  const [x, y] = [within(box.x, wide), within(box.y, high)];
  return {
    ...box,
    x,
    y,
    width: within(box.x + box.width, wide) - x,
    height: within(box.y + box.height, high) - y,
  };
}

/** The first of some boxes and how many they are, to be said once. */
class Tally {
  #first = '';
  #count = 0;

  add(where: string): void {
    if (this.#count === 0) this.#first = where;
    this.#count++;
  }

  /** Says it of the first, with how many there are, where there are any. */
  say(warn: Warn, what: string): void {
    if (this.#count > 0)
      warn(
        `${this.#first}: ${what}${this.#count > 1 ? ` (as of ${this.#count.toLocaleString('en-US')} boxes)` : ''}`,
      );
  }
}

/** @throws DataError where all boxes lie within the first pixel of their images, as shares of these do */
function refuseShares(raw: RawBoxes, where: Around['where']): void {
  const isShare = ({ x, y, width, height }: NamedBox): boolean =>
    width > 0 && height > 0 && x + width <= 1 && y + height <= 1;
  if (raw.count === 0) return;
  for (let place = 0; place < raw.count; place++) if (!isShare(raw.at(place))) return;
  throw new DataError(
    `${where(0)}: its box (${sizeText(raw.at(0))}) and all others lie within the first pixel of their images: these are shares of an image, and must be pixels: multiply them by its width and height`,
  );
}

/**
 * Boxes by image. Those to be judged by stay as they are said, as COCO's own evaluation counts them: one without an area is an object that is never found, which is said. Those to learn from end at the
 * edges of their images, and those without an area are left out, as torchvision's reference does.
 *
 * @throws DataError for numbers that are none, where all are shares of an image, and for boxes more than a pixel beyond their image, unless they are to be clipped
 */
export function boxTable(raw: RawBoxes, around: Around, isLearned: boolean): BoxTable {
  const { sizes, where, outside, warn, asked } = around;
  refuseShares(raw, where);
  const kept: NamedBox[] = [];
  const images: number[] = [];
  const [without, areas, outer] = [new Tally(), new Tally(), new Tally()];
  const tell = (tally: Tally, place: number): void => {
    if (asked.has(raw.imageOf(place))) tally.add(where(place));
  };
  for (let place = 0; place < raw.count; place++) {
    const image = raw.imageOf(place);
    const said = raw.at(place);
    const [high = 0, wide = 0] = sizes.subarray(2 * image, 2 * image + 2);
    const { x, y, width, height } = said;
    if (![x, y, width, height].every(Number.isFinite))
      throw new DataError(`${where(place)}: its box has a number that is none: ${sizeText(said)}`);
    if (beyond(said, high, wide) > byRounding && width > 0 && height > 0) {
      if (outside === 'refuse')
        throw new DataError(
          `${where(place)}: its box (${sizeText(said)}) lies beyond the image, which is ${wide} wide and ${high} high: are these other numbers, as two corners, or of an image of another size? The option outside: clip cuts such boxes off at the edges`,
        );
      tell(outer, place);
    }
    const box = isLearned ? clipped(said, high, wide) : said;
    if (box.width <= 0 || box.height <= 0) {
      if (isLearned || said.ignored === ignoredAs.no) tell(without, place);
      if (isLearned) continue;
    }
    if (Number.isNaN(said.area)) tell(areas, place);
    kept.push({
      ...box,
      width: Math.max(0, box.width),
      height: Math.max(0, box.height),
      area: Number.isNaN(said.area) ? Math.max(0, width) * Math.max(0, height) : said.area,
    });
    images.push(image);
  }
  without.say(
    warn,
    isLearned
      ? 'its box has no area, and is left out of training'
      : 'its box has no area, and is judged by nevertheless, as COCO has it: as an object that is never found',
  );
  outer.say(
    warn,
    `its box lies beyond the image by more than a pixel${isLearned ? ', and training has it cut off at the edges' : ''}`,
  );
  areas.say(
    warn,
    'it has no `area`: width by height is taken for it, which counts objects as larger than COCO’s masks do',
  );
  return byImage(kept, images, sizes.length / 2);
}

/** @param images  of each box the place of its image */
function byImage(boxes: readonly NamedBox[], images: readonly number[], count: number): BoxTable {
  const starts = new Int32Array(count + 1);
  for (const image of images) starts[image + 1] = (starts[image + 1] ?? 0) + 1;
  for (let image = 0; image < count; image++)
    starts[image + 1] = (starts[image + 1] ?? 0) + (starts[image] ?? 0);
  const next = starts.slice();
  const rows = new Float64Array(boxes.length * boxWidth);
  for (const [i, box] of boxes.entries()) {
    const image = images[i] ?? 0;
    const row = next[image] ?? 0;
    next[image] = row + 1;
    for (const [name, column] of columns) rows[row * boxWidth + column] = box[name];
  }
  return new BoxTable(starts, rows);
}
