/** Pillow's affine transform of a picture: pixels of the result fetched from between those of the picture, in double precision. */
import type { Interpolation } from '../size.ts';
import type { Pixels } from './pixels.ts';

/** x = a·x' + b·y' + c and y = d·x' + e·y' + f, of the pixels' middles. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** How pixels are fetched, and the bytes of those from outside, one a channel. */
export interface Fetching {
  readonly interpolation: Interpolation;
  readonly fill: readonly number[];
}

/** Between `b` and `c`, by the cubic through four that Pillow has. */
const cubic = (a: number, b: number, c: number, d: number, t: number): number =>
  b + t * (-a + c + t * (2 * (a - b) + c - d + t * (-a + b - c + d)));

/** Places of pixels in the picture, held within it. */
const held = (place: number, length: number): number =>
  place < 0 ? 0 : place >= length ? length - 1 : place;

/** Cut off to a byte. */
function byteOf(value: number): number {
  const whole = value | 0;
  return whole < 0 ? 0 : whole > 255 ? 255 : whole;
}

/** Writes a line of the result, from column `from` up to `until`, from places (x, y) between the pixels of the picture, of which the first is at 0. */
type Fetch = (
  picture: Pixels,
  matrix: Matrix,
  moved: Uint8Array,
  toY: number,
  from: number,
  until: number,
) => void;

function bilinear(
  { pixels, height, width, channels }: Pixels,
  [a, b, c, d, e, f]: Matrix,
  moved: Uint8Array,
  toY: number,
  from: number,
  until: number,
): void {
  const row = width * channels;
  let to = toY * row + from * channels;
  for (let toX = from; toX < until; toX++) {
    const x = a * (toX + 0.5) + b * (toY + 0.5) + c - 0.5;
    const y = d * (toX + 0.5) + e * (toY + 0.5) + f - 0.5;
    const column = Math.floor(x);
    const line = Math.floor(y);
    const right = x - column;
    const down = y - line;
    const upper = held(line, height) * row;
    const lower = held(line + 1, height) * row;
    const left = held(column, width) * channels;
    const next = held(column + 1, width) * channels;
    for (let channel = 0; channel < channels; channel++) {
      const first = pixels[upper + left + channel] as number;
      const over = first + ((pixels[upper + next + channel] as number) - first) * right;
      const second = pixels[lower + left + channel] as number;
      const under = second + ((pixels[lower + next + channel] as number) - second) * right;
      moved[to++] = (over + (under - over) * down) | 0;
    }
  }
}

function bicubic(
  { pixels, height, width, channels }: Pixels,
  [a, b, c, d, e, f]: Matrix,
  moved: Uint8Array,
  toY: number,
  from: number,
  until: number,
): void {
  const row = width * channels;
  let to = toY * row + from * channels;
  for (let toX = from; toX < until; toX++) {
    const x = a * (toX + 0.5) + b * (toY + 0.5) + c - 0.5;
    const y = d * (toX + 0.5) + e * (toY + 0.5) + f - 0.5;
    const column = Math.floor(x);
    const line = Math.floor(y);
    const right = x - column;
    const down = y - line;
    const x0 = held(column - 1, width) * channels;
    const x1 = held(column, width) * channels;
    const x2 = held(column + 1, width) * channels;
    const x3 = held(column + 2, width) * channels;
    let y0 = held(line - 1, height) * row;
    let y1 = held(line, height) * row;
    let y2 = held(line + 1, height) * row;
    let y3 = held(line + 2, height) * row;
    for (let channel = 0; channel < channels; channel++, y0++, y1++, y2++, y3++) {
      const first = cubic(
        pixels[y0 + x0] as number,
        pixels[y0 + x1] as number,
        pixels[y0 + x2] as number,
        pixels[y0 + x3] as number,
        right,
      );
      const second = cubic(
        pixels[y1 + x0] as number,
        pixels[y1 + x1] as number,
        pixels[y1 + x2] as number,
        pixels[y1 + x3] as number,
        right,
      );
      const third = cubic(
        pixels[y2 + x0] as number,
        pixels[y2 + x1] as number,
        pixels[y2 + x2] as number,
        pixels[y2 + x3] as number,
        right,
      );
      const fourth = cubic(
        pixels[y3 + x0] as number,
        pixels[y3 + x1] as number,
        pixels[y3 + x2] as number,
        pixels[y3 + x3] as number,
        right,
      );
      moved[to++] = byteOf(cubic(first, second, third, fourth, down));
    }
  }
}

/** What is moved along its lines alone: of the lines above and below the share is exactly 0. */
function bilinearAlong(
  { pixels, width, channels }: Pixels,
  [a, b, c]: Matrix,
  moved: Uint8Array,
  toY: number,
  from: number,
  until: number,
): void {
  const line = toY * width * channels;
  let to = line + from * channels;
  for (let toX = from; toX < until; toX++) {
    const x = a * (toX + 0.5) + b * (toY + 0.5) + c - 0.5;
    const column = Math.floor(x);
    const right = x - column;
    let left = line + held(column, width) * channels;
    let next = line + held(column + 1, width) * channels;
    for (let channel = 0; channel < channels; channel++) {
      const first = pixels[left++] as number;
      moved[to++] = (first + ((pixels[next++] as number) - first) * right) | 0;
    }
  }
}

function bicubicAlong(
  { pixels, width, channels }: Pixels,
  [a, b, c]: Matrix,
  moved: Uint8Array,
  toY: number,
  from: number,
  until: number,
): void {
  const line = toY * width * channels;
  let to = line + from * channels;
  for (let toX = from; toX < until; toX++) {
    const x = a * (toX + 0.5) + b * (toY + 0.5) + c - 0.5;
    const column = Math.floor(x);
    const right = x - column;
    let x0 = line + held(column - 1, width) * channels;
    let x1 = line + held(column, width) * channels;
    let x2 = line + held(column + 1, width) * channels;
    let x3 = line + held(column + 2, width) * channels;
    for (let channel = 0; channel < channels; channel++)
      moved[to++] = byteOf(
        cubic(
          pixels[x0++] as number,
          pixels[x1++] as number,
          pixels[x2++] as number,
          pixels[x3++] as number,
          right,
        ),
      );
  }
}

/** What is moved along its columns alone: of the columns before and after the share is exactly 0. */
function bilinearAcross(
  { pixels, height, width, channels }: Pixels,
  [, , , d, e, f]: Matrix,
  moved: Uint8Array,
  toY: number,
  from: number,
  until: number,
): void {
  const row = width * channels;
  let to = toY * row + from * channels;
  for (let toX = from; toX < until; toX++) {
    const y = d * (toX + 0.5) + e * (toY + 0.5) + f - 0.5;
    const line = Math.floor(y);
    const down = y - line;
    let upper = held(line, height) * row + toX * channels;
    let lower = held(line + 1, height) * row + toX * channels;
    for (let channel = 0; channel < channels; channel++) {
      const first = pixels[upper++] as number;
      moved[to++] = (first + ((pixels[lower++] as number) - first) * down) | 0;
    }
  }
}

function bicubicAcross(
  { pixels, height, width, channels }: Pixels,
  [, , , d, e, f]: Matrix,
  moved: Uint8Array,
  toY: number,
  from: number,
  until: number,
): void {
  const row = width * channels;
  let to = toY * row + from * channels;
  for (let toX = from; toX < until; toX++) {
    const y = d * (toX + 0.5) + e * (toY + 0.5) + f - 0.5;
    const line = Math.floor(y);
    const down = y - line;
    const column = toX * channels;
    let y0 = held(line - 1, height) * row + column;
    let y1 = held(line, height) * row + column;
    let y2 = held(line + 1, height) * row + column;
    let y3 = held(line + 2, height) * row + column;
    for (let channel = 0; channel < channels; channel++)
      moved[to++] = byteOf(
        cubic(
          pixels[y0++] as number,
          pixels[y1++] as number,
          pixels[y2++] as number,
          pixels[y3++] as number,
          down,
        ),
      );
  }
}

const fetches: Readonly<Record<Interpolation, Record<'both' | 'along' | 'across', Fetch>>> = {
  bilinear: { both: bilinear, along: bilinearAlong, across: bilinearAcross },
  bicubic: { both: bicubic, along: bicubicAlong, across: bicubicAcross },
};

function fetchOf([a, b, c, d, e, f]: Matrix, interpolation: Interpolation): Fetch {
  const { both, along, across } = fetches[interpolation];
  if (d === 0 && e === 1 && f === 0) return along;
  return a === 1 && b === 0 && c === 0 ? across : both;
}

/** Pixels from outside are what `fill` says. */
export function affine(picture: Pixels, matrix: Matrix, { interpolation, fill }: Fetching): Pixels {
  const { pixels, height, width, channels } = picture;
  const [a, b, c, d, e, f] = matrix;
  const moved = new Uint8Array(pixels.length);
  const fetch = fetchOf(matrix, interpolation);
  const isInside = (toX: number, toY: number): boolean => {
    const x = a * (toX + 0.5) + b * (toY + 0.5) + c;
    const y = d * (toX + 0.5) + e * (toY + 0.5) + f;
    return x >= 0 && x < width && y >= 0 && y < height;
  };
  const fillFrom = (toY: number, from: number, until: number): void => {
    for (let toX = from, to = (toY * width + from) * channels; toX < until; toX++)
      for (let channel = 0; channel < channels; channel++) moved[to++] = fill[channel] as number;
  };
  for (let toY = 0; toY < height; toY++) {
    // A line crosses the picture once: what is outside lies before and after.
    let from = 0;
    while (from < width && !isInside(from, toY)) from++;
    let until = width;
    while (until > from && !isInside(until - 1, toY)) until--;
    fillFrom(toY, 0, from);
    fetch(picture, matrix, moved, toY, from, until);
    fillFrom(toY, until, width);
  }
  return { ...picture, pixels: moved };
}

/** To fifteen decimals, as Pillow has a rotation's sines. */
const rounded = (value: number): number => Number(value.toFixed(15));

/** Around the middle. @param degrees  counter-clockwise */
export function rotate(picture: Pixels, degrees: number, fetching: Fetching): Pixels {
  const turned = ((degrees % 360) + 360) % 360;
  if (turned === 0) return picture;
  const angle = -turned * (Math.PI / 180);
  const [x, y] = [picture.width / 2, picture.height / 2];
  const [cos, sin] = [rounded(Math.cos(angle)), rounded(Math.sin(angle))];
  const minus = rounded(-Math.sin(angle));
  return affine(
    picture,
    [cos, sin, cos * -x + sin * -y + x, minus, cos, minus * -x + cos * -y + y],
    fetching,
  );
}
