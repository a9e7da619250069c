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
function cubic(a: number, b: number, c: number, d: number, t: number): number {
  return b + t * (-a + c + t * (2 * (a - b) + c - d + t * (-a + b - c + d)));
}

/** Places of pixels in the picture, held within it. */
const held = (place: number, length: number): number => Math.min(Math.max(place, 0), length - 1);

/** Pixels from outside are what `fill` says. */
export function affine(picture: Pixels, matrix: Matrix, { interpolation, fill }: Fetching): Pixels {
  const { pixels, height, width, channels } = picture;
  const [a, b, c, d, e, f] = matrix;
  const row = width * channels;
  const moved = new Uint8Array(pixels.length);
  const isCubic = interpolation === 'bicubic';
  for (let toY = 0, to = 0; toY < height; toY++)
    for (let toX = 0; toX < width; toX++, to += channels) {
      const fromX = a * (toX + 0.5) + b * (toY + 0.5) + c;
      const fromY = d * (toX + 0.5) + e * (toY + 0.5) + f;
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) {
        for (let channel = 0; channel < channels; channel++) moved[to + channel] = fill[channel] as number;
        continue;
      }
      const x = Math.floor(fromX - 0.5);
      const y = Math.floor(fromY - 0.5);
      const right = fromX - 0.5 - x;
      const down = fromY - 0.5 - y;
      const x1 = held(x, width) * channels;
      const x2 = held(x + 1, width) * channels;
      const y1 = held(y, height) * row;
      const y2 = held(y + 1, height) * row;
      const [x0, x3] = isCubic ? [held(x - 1, width) * channels, held(x + 2, width) * channels] : [0, 0];
      const [y0, y3] = isCubic ? [held(y - 1, height) * row, held(y + 2, height) * row] : [0, 0];
      for (let channel = 0; channel < channels; channel++) {
        if (!isCubic) {
          const upper = pixels[y1 + x1 + channel] as number;
          const over = upper + ((pixels[y1 + x2 + channel] as number) - upper) * right;
          const lower = pixels[y2 + x1 + channel] as number;
          const under = lower + ((pixels[y2 + x2 + channel] as number) - lower) * right;
          moved[to + channel] = over + (under - over) * down;
          continue;
        }
        const across = (line: number): number =>
          cubic(
            pixels[line + x0 + channel] as number,
            pixels[line + x1 + channel] as number,
            pixels[line + x2 + channel] as number,
            pixels[line + x3 + channel] as number,
            right,
          );
        const value = cubic(across(y0), across(y1), across(y2), across(y3), down);
        moved[to + channel] = value <= 0 ? 0 : value >= 255 ? 255 : value;
      }
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
