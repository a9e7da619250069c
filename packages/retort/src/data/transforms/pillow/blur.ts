/** Pillow's GaussianBlur: three box blurs of a fractional width, each way (Gwosdek et al. 2011, "Theoretical foundations of Gaussian convolution by extended box filtering"). */
import type { Pixels } from './pixels.ts';

const { fround } = Math;

/** A box of a fractional width: the pixels within it, and the two at its edges that count for less; of 2^24 in all. */
interface Box {
  readonly radius: number;
  readonly inner: number;
  readonly outer: number;
}

/** The half width of a box that blurs in three passes as a normal distribution of this deviation, in single precision. */
function boxRadius(deviation: number): number {
  const variance = fround(fround(fround(deviation) * fround(deviation)) / 3);
  const length = fround(Math.sqrt(12 * variance + 1));
  const whole = fround(Math.floor((length - 1) / 2));
  const above = fround(
    fround(2 * whole + 1) * fround(fround(whole * fround(whole + 1)) - fround(3 * variance)),
  );
  const below = fround(6 * fround(variance - fround(fround(whole + 1) * fround(whole + 1))));
  return fround(whole + fround(above / below));
}

function boxOf(deviation: number): Box {
  const half = boxRadius(deviation);
  const radius = Math.trunc(half);
  const inner = Math.trunc(fround(0x1000000 / fround(fround(half * 2) + 1)));
  return { radius, inner, outer: Math.trunc((0x1000000 - (radius * 2 + 1) * inner) / 2) };
}

/**
 * Blurs once along one dimension: `length` groups of `size` bytes that lie side by side, each group `apart` bytes from the one before.
 * Beyond its ends a line is as it is at them.
 */
function blurLine(
  from: Uint8Array,
  to: Uint8Array,
  { radius, inner, outer }: Box,
  line: { readonly first: number; readonly length: number; readonly size: number; readonly apart: number },
  sums: Int32Array,
): void {
  const { first, length, size, apart } = line;
  const at = (place: number): number =>
    first + (place < 0 ? 0 : place >= length ? length - 1 : place) * apart;
  sums.fill(0, 0, size);
  for (let place = -radius - 1; place < radius; place++)
    for (let i = 0, byte = at(place); i < size; i++, byte++)
      sums[i] = (sums[i] as number) + (from[byte] as number);
  for (let place = 0; place < length; place++) {
    let [before, last, after, into] = [
      at(place - radius - 1),
      at(place + radius),
      at(place + radius + 1),
      at(place),
    ];
    for (let i = 0; i < size; i++) {
      const leaving = from[before++] as number;
      const sum = (sums[i] as number) + (from[last++] as number) - leaving;
      sums[i] = sum;
      const edges = leaving + (from[after++] as number);
      // The products are below 2^32 together, so that wrapping round does no harm.
      to[into++] = (Math.imul(sum, inner) + Math.imul(edges, outer) + 0x800000) >>> 24;
    }
  }
}

/** @param deviation  pixels */
export function gaussianBlur(picture: Pixels, deviation: number): Pixels {
  const { height, width, channels } = picture;
  const box = boxOf(deviation);
  const row = width * channels;
  const sums = new Int32Array(row);
  let from = picture.pixels;
  let to: Uint8Array = new Uint8Array(from.length);
  let other: Uint8Array = new Uint8Array(from.length);
  const pass = (blur: () => void): void => {
    blur();
    from = to;
    [to, other] = [other, to];
  };
  for (let i = 0; i < 3; i++)
    pass(() => {
      for (let first = 0; first < from.length; first += row)
        blurLine(from, to, box, { first, length: width, size: channels, apart: channels }, sums);
    });
  for (let i = 0; i < 3; i++)
    pass(() => blurLine(from, to, box, { first: 0, length: height, size: row, apart: row }, sums));
  return { ...picture, pixels: from };
}
