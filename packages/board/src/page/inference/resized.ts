/** Images in another size, each pixel the mean of all that it stands for, weighed by how near they are: by Pillow's filters, which are PyTorch's with antialiasing. */

export interface Filter {
  /** How far it looks, in pixels of the smaller image. */
  readonly reach: number;
  /** What something counts that is so far away. */
  at(distance: number): number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** By the numbers that `preprocessor_config.json` has for them, which are Pillow's. */
const filters: ReadonlyMap<unknown, Filter> = new Map([
  [1, { reach: 3, at: (x) => sinc(x) * sinc(x / 3) }],
  [2, { reach: 1, at: (x) => 1 - x }],
  [
    3,
    {
      reach: 2,
      // Catmull and Rom's, a = -0.5.
      at: (x) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2),
    },
  ],
]);

/** Lanczos, bilinear or bicubic; bilinear for those that no exported folder names. @example filterOf(3).reach // 2 */
export function filterOf(resample: unknown): Filter {
  return filters.get(resample) ?? (filters.get(2) as Filter);
}

export interface Pixels {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Of a place in the new size: the first place in the old one that counts, and the shares of it and of those behind it. */
interface Share {
  readonly first: number;
  readonly weights: readonly number[];
}

function sharesOf(from: number, to: number, filter: Filter): Share[] {
  const scale = from / to;
  /** Where the image becomes larger, pixels of the old one are as far apart as the filter knows them. */
  const one = Math.max(1, scale);
  const reach = filter.reach * one;
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_, at) => {
      const distance = Math.abs(first + at + 0.5 - centre) / one;
      return distance < filter.reach ? filter.at(distance) : 0;
    });
    const sum = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** Lines of pixels, each as `shares` say it of those of `data`: along rows, with lines `width * channels` long, or along columns. */
function along(
  { data, width, height, channels }: Pixels,
  shares: readonly Share[],
  isRow: boolean,
): Uint8ClampedArray {
  const [lines, step, jump] = isRow
    ? [height, channels, width * channels]
    : [width, width * channels, channels];
  const [outStep, outJump] = isRow ? [channels, shares.length * channels] : [width * channels, channels];
  const found = new Uint8ClampedArray(shares.length * lines * channels);
  for (let line = 0; line < lines; line++)
    for (const [place, { first, weights }] of shares.entries())
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        let at = line * jump + first * step + channel;
        for (const weight of weights) {
          sum += weight * (data[at] ?? 0);
          at += step;
        }
        found[line * outJump + place * outStep + channel] = Math.round(sum);
      }
  return found;
}

/** Its pixels in the new size. @example resized({ data: [0, 100], width: 2, height: 1, channels: 1 }, 1, 1, filterOf(2)) // [50] */
export function resized(image: Pixels, width: number, height: number, filter: Filter): Uint8ClampedArray {
  const data = along(image, sharesOf(image.width, width, filter), true);
  return along({ ...image, data, width }, sharesOf(image.height, height, filter), false);
}
