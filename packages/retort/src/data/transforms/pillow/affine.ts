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

/** Writes a pixel, at byte `to`, from the place (x, y) of the picture, of which pixel 0 is at 0.5 less. */
type Fetch = (picture: Pixels, x: number, y: number, moved: Uint8Array, to: number) => void;

function bilinear(
  { pixels, height, width, channels }: Pixels,
  x: number,
  y: number,
  moved: Uint8Array,
  to: number,
): void {
  const column = Math.floor(x);
  const line = Math.floor(y);
  const right = x - column;
  const down = y - line;
  const row = width * channels;
  const x1 = held(column, width) * channels;
  const x2 = held(column + 1, width) * channels;
  const y1 = held(line, height) * row;
  const y2 = held(line + 1, height) * row;
  for (let channel = 0; channel < channels; channel++) {
    const upper = pixels[y1 + x1 + channel] as number;
    const over = upper + ((pixels[y1 + x2 + channel] as number) - upper) * right;
    const lower = pixels[y2 + x1 + channel] as number;
    const under = lower + ((pixels[y2 + x2 + channel] as number) - lower) * right;
    moved[to + channel] = over + (under - over) * down;
  }
}

/** Four of a line, each `x` bytes from its beginning. */
function across(
  pixels: Uint8Array,
  line: number,
  x0: number,
  x1: number,
  x2: number,
  x3: number,
  right: number,
): number {
  return cubic(
    pixels[line + x0] as number,
    pixels[line + x1] as number,
    pixels[line + x2] as number,
    pixels[line + x3] as number,
    right,
  );
}

function bicubic(
  { pixels, height, width, channels }: Pixels,
  x: number,
  y: number,
  moved: Uint8Array,
  to: number,
): void {
  const column = Math.floor(x);
  const line = Math.floor(y);
  const right = x - column;
  const down = y - line;
  const row = width * channels;
  const x0 = held(column - 1, width) * channels;
  const x1 = held(column, width) * channels;
  const x2 = held(column + 1, width) * channels;
  const x3 = held(column + 2, width) * channels;
  const y0 = held(line - 1, height) * row;
  const y1 = held(line, height) * row;
  const y2 = held(line + 1, height) * row;
  const y3 = held(line + 2, height) * row;
  for (let channel = 0; channel < channels; channel++) {
    const value = cubic(
      across(pixels, y0 + channel, x0, x1, x2, x3, right),
      across(pixels, y1 + channel, x0, x1, x2, x3, right),
      across(pixels, y2 + channel, x0, x1, x2, x3, right),
      across(pixels, y3 + channel, x0, x1, x2, x3, right),
      down,
    );
    moved[to + channel] = value <= 0 ? 0 : value >= 255 ? 255 : value;
  }
}

const fetches: Readonly<Record<Interpolation, Fetch>> = { bilinear, bicubic };

/** Pixels from outside are what `fill` says. */
export function affine(picture: Pixels, matrix: Matrix, { interpolation, fill }: Fetching): Pixels {
  const { pixels, height, width, channels } = picture;
  const [a, b, c, d, e, f] = matrix;
  const moved = new Uint8Array(pixels.length);
  const fetch = fetches[interpolation];
  for (let toY = 0, to = 0; toY < height; toY++)
    for (let toX = 0; toX < width; toX++, to += channels) {
      const x = a * (toX + 0.5) + b * (toY + 0.5) + c;
      const y = d * (toX + 0.5) + e * (toY + 0.5) + f;
      if (x >= 0 && x < width && y >= 0 && y < height) fetch(picture, x - 0.5, y - 0.5, moved, to);
      else for (let channel = 0; channel < channels; channel++) moved[to + channel] = fill[channel] as number;
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
