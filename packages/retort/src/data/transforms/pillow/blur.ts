/** Pillow's GaussianBlur: three box blurs of a fractional width, each way (Gwosdek et al. 2011, "Theoretical foundations of Gaussian convolution by extended box filtering"). */
import type { Pixels } from './pixels.ts';

const { fround } = Math;

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

/** Blurs a line of bytes into another; pixels beyond its ends are as those at them. */
function blurLine(from: Uint8Array, to: Uint8Array, radius: number, inner: number, outer: number): void {
  const last = from.length - 1;
  const at = (place: number): number => from[place < 0 ? 0 : place > last ? last : place] as number;
  let sum = 0;
  for (let place = -radius - 1; place < radius; place++) sum += at(place);
  for (let place = 0; place <= last; place++) {
    sum += at(place + radius) - at(place - radius - 1);
    const edges = at(place - radius - 1) + at(place + radius + 1);
    to[place] = Math.floor((sum * inner + edges * outer + 0x800000) / 0x1000000);
  }
}

/** @param deviation  pixels */
export function gaussianBlur(picture: Pixels, deviation: number): Pixels {
  const { height, width, channels } = picture;
  const half = boxRadius(deviation);
  const radius = Math.trunc(half);
  const inner = Math.trunc(fround(0x1000000 / fround(fround(half * 2) + 1)));
  const outer = Math.trunc((0x1000000 - (radius * 2 + 1) * inner) / 2);
  const pixels = picture.pixels.slice();
  /** @param first  of the line's bytes, each `apart` from the one before */
  const blurThrice = (first: number, apart: number, length: number): void => {
    let line: Uint8Array = Uint8Array.from({ length }, (_, i) => pixels[first + i * apart] as number);
    let other: Uint8Array = new Uint8Array(length);
    for (let pass = 0; pass < 3; pass++) {
      blurLine(line, other, radius, inner, outer);
      [line, other] = [other, line];
    }
    for (let i = 0; i < length; i++) pixels[first + i * apart] = line[i] as number;
  };
  const row = width * channels;
  for (let y = 0; y < height; y++)
    for (let channel = 0; channel < channels; channel++) blurThrice(y * row + channel, channels, width);
  for (let x = 0; x < row; x++) blurThrice(x, row, height);
  return { ...picture, pixels };
}
