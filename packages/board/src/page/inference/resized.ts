/** Images in another size, each pixel the mean of all that it stands for, weighed by how near they are (Pillow's bilinear filter). */

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

function sharesOf(from: number, to: number): Share[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_, at) =>
      Math.max(0, 1 - Math.abs(first + at + 0.5 - centre) / reach),
    );
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

/** Its pixels in the new size. @example resized({ data: [0, 100], width: 2, height: 1, channels: 1 }, 1, 1) // [50] */
export function resized(image: Pixels, width: number, height: number): Uint8ClampedArray {
  const data = along(image, sharesOf(image.width, width), true);
  return along({ ...image, data, width }, sharesOf(image.height, height), false);
}
