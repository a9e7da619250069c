/** A data set of one's own, as a run of a test learns it in seconds: squares of four shades of grey with noise, by shade. */
import type { Dataset, Picture, Splits } from 'retort';

const side = 16;
const classes = ['black', 'dark', 'light', 'white'];

function picture(number: number): Picture {
  const level = 30 + 60 * (number % classes.length);
  const pixels = Uint8Array.from(
    { length: 3 * side * side },
    (_, i) => level + (((number + 1) * (i + 7) * 2654435761) % 40),
  );
  return { pixels, height: side, width: side };
}

const split = (name: string, first: number, size: number): Dataset => ({
  name,
  size,
  fields: {
    image: { kind: 'image', channels: 3, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    label: { kind: 'class', classes },
  },
  fingerprint: `shades of ${side}x${side}, ${first} to ${first + size}`,
  read: async (ids) =>
    Array.from(ids, (id) => ({ image: picture(first + id), label: (first + id) % classes.length })),
});

export const shades = (): Splits => ({
  train: split('shades', 0, 256),
  test: split('shades, others', 10_000, 64),
  source: 'made as they are asked for',
});
