/** A data set of one's own, as a run of a test learns it in seconds: squares of four shades of grey with noise, by shade. */
import fs from 'node:fs';
import { setTimeout } from 'node:timers/promises';
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

type Read = Dataset & Required<Pick<Dataset, 'read'>>;

const split = (name: string, first: number, size: number): Read => ({
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

/** The same images, of which as many epochs are read as a file says at the time: a run waits for those that watch it. */
function held(images: Read, file: string): Dataset {
  let taken = 0;
  return {
    ...images,
    async read(ids) {
      while (taken >= images.size * Number(fs.readFileSync(file, 'utf8'))) await setTimeout(10);
      taken += ids.length;
      return images.read(ids);
    },
  };
}

const training = split('shades', 0, 256);

/** @param options  `epochs`: a file that says how many may be read, by which a run is held */
export const shades = ({ epochs }: { epochs?: string } = {}): Splits => ({
  train: epochs === undefined ? training : held(training, epochs),
  test: split('shades, others', 10_000, 64),
  source: 'made as they are asked for',
});
