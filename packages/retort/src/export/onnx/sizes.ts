/** Sizes of tensors where the number of images or texts, the length of these, or the height and width of images are not known. */

/** What may be another each time: how many images or texts there are, how long texts are, how high and wide images; and how much is found in one. */
export type Dimension = 'batch' | 'length' | 'height' | 'width' | 'detections';

/** With what a network was followed once; what is left out does not vary. */
export type Point = Readonly<Partial<Record<Dimension, number>>>;

/** So many times the batch, the length, both, or height, width or both. */
export class Varying {
  readonly times: number;
  readonly over: readonly Dimension[];

  constructor(times: number, over: readonly Dimension[]) {
    this.times = times;
    this.over = over;
  }
}

/** One dimension of a tensor: fixed, or a multiple of what may be another. */
export type Size = number | Varying;

const combinations: readonly (readonly Dimension[])[] = [
  ['batch'],
  ['length'],
  ['batch', 'length'],
  ['height'],
  ['width'],
  ['height', 'width'],
];

/** What a number is that was found at each point; null where it is no multiple of them. @example sizeOf([6, 9], [{ batch: 2, length: 1 }, { batch: 3, length: 1 }]) // 3 times the batch */
export function sizeOf(numbers: readonly number[], points: readonly Point[]): Size | null {
  const [first = 0] = numbers;
  if (numbers.every((number) => number === first)) return first;
  for (const over of combinations) {
    const at = points.map((point) => over.reduce((all, dimension) => all * (point[dimension] ?? 1), 1));
    const times = first / (at[0] ?? 1);
    if (Number.isInteger(times) && times > 0 && numbers.every((number, i) => number === times * (at[i] ?? 0)))
      return new Varying(times, over);
  }
  return null;
}

export const isFixed = (size: Size | undefined): size is number => typeof size === 'number';

/** Whether two sizes are equal always. */
export const isSame = (one: Size | undefined, other: Size | undefined): boolean =>
  one instanceof Varying && other instanceof Varying
    ? one.times === other.times && `${one.over}` === `${other.over}`
    : one === other;

/** How many elements there are; null where one that varies is a factor twice. */
export function product(sizes: readonly Size[]): Size | null {
  const times = sizes.reduce<number>((all, size) => all * (isFixed(size) ? size : size.times), 1);
  const over = sizes.flatMap((size) => (isFixed(size) ? [] : size.over));
  if (over.length === 0) return times;
  if (new Set(over).size < over.length) return null;
  return new Varying(times, combinations.find((each) => `${each}` === `${[...over].sort()}`) ?? over);
}

/** A size as it is told to people. @example sizeText(new Varying(2, ['batch'])) // '2*batch' */
export const sizeText = (size: Size): string =>
  isFixed(size)
    ? String(size)
    : [...(size.times === 1 ? [] : [size.times]), ...size.over.map((each) => dimensionNames[each])].join('*');

/** What dimensions are called in a file. */
const dimensionNames: Readonly<Record<Dimension, string>> = {
  batch: 'batch',
  length: 'sequence',
  height: 'height',
  width: 'width',
  detections: 'detections',
};
