/** What Pillow's ImageOps does by tables: each byte becomes another, whatever stands beside it. */
import type { Pixels } from './pixels.ts';

/** What each of the 256 becomes. */
type Table = Uint8Array;

const tableOf = (become: (byte: number) => number): Table =>
  new Uint8Array(Uint8ClampedArray.from({ length: 256 }, (_, byte) => Math.trunc(become(byte))));

/** @param tables  one for all channels, or one for each */
export function looked(picture: Pixels, tables: readonly Table[]): Pixels {
  const { pixels, channels } = picture;
  const changed = new Uint8Array(pixels.length);
  const [one] = tables as [Table];
  if (tables.length === 1)
    for (let at = 0; at < pixels.length; at++) changed[at] = one[pixels[at] as number] as number;
  else
    for (let channel = 0; channel < channels; channel++) {
      const table = tables[channel] as Table;
      for (let at = channel; at < pixels.length; at += channels)
        changed[at] = table[pixels[at] as number] as number;
    }
  return { ...picture, pixels: changed };
}

/** How often each byte comes in a channel. */
function histogram({ pixels, channels }: Pixels, channel: number): Uint32Array {
  const counts = new Uint32Array(256);
  // By two, as a count that was just written cannot be read at once.
  const others = new Uint32Array(256);
  let at = channel;
  for (; at + channels < pixels.length; at += 2 * channels) {
    const [one, other] = [pixels[at] as number, pixels[at + channels] as number];
    counts[one] = (counts[one] as number) + 1;
    others[other] = (others[other] as number) + 1;
  }
  if (at < pixels.length) counts[pixels[at] as number] = (counts[pixels[at] as number] as number) + 1;
  return counts.map((count, byte) => count + (others[byte] as number));
}

const byChannel = (picture: Pixels, tableFor: (counts: Uint32Array) => Table): Pixels =>
  looked(
    picture,
    Array.from({ length: picture.channels }, (_, channel) => tableFor(histogram(picture, channel))),
  );

const identity = tableOf((byte) => byte);

export const invert = (picture: Pixels): Pixels => looked(picture, [tableOf((byte) => 255 - byte)]);

/** Bytes from a threshold on inverted. */
export const solarize = (picture: Pixels, threshold: number): Pixels =>
  looked(picture, [tableOf((byte) => (byte < threshold ? byte : 255 - byte))]);

/** Bytes below 128 raised. */
export const solarizeAdd = (picture: Pixels, add: number): Pixels =>
  looked(picture, [tableOf((byte) => (byte < 128 ? byte + add : byte))]);

/** Only the highest bits kept; of none black, as before Pillow 13, which refuses what timm's PosterizeIncreasing asks for at magnitude 10. */
export const posterize = (picture: Pixels, bits: number): Pixels =>
  bits >= 8 ? picture : looked(picture, [tableOf((byte) => byte & ~(2 ** (8 - bits) - 1))]);

/** Each channel stretched to the whole range. */
export const autoContrast = (picture: Pixels): Pixels =>
  byChannel(picture, (counts) => {
    const low = counts.findIndex((count) => count > 0);
    const high = counts.findLastIndex((count) => count > 0);
    if (high <= low) return identity;
    const scale = 255 / (high - low);
    const offset = -low * scale;
    return tableOf((byte) => byte * scale + offset);
  });

/** Each channel so that its values are about equally many. */
export const equalize = (picture: Pixels): Pixels =>
  byChannel(picture, (counts) => {
    const there = counts.filter((count) => count > 0);
    const total = picture.height * picture.width;
    const step = Math.floor((total - (there.at(-1) ?? 0)) / 255);
    if (there.length <= 1 || step === 0) return identity;
    let sum = Math.floor(step / 2);
    return tableOf((byte) => {
      const before = sum;
      sum += counts[byte] ?? 0;
      return Math.floor(before / step);
    });
  });
