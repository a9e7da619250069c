/** A data set of one's own: pictures of one bright stripe, and where it lies. Made as they are asked for, so that none lie in memory. */
import type { Dataset, Picture, Splits } from 'retort';

const side = 16;

/** Sixteen rows of noise; columns near `place`, from 0 to 1, are bright. */
function picture(number: number, place: number): Picture {
  const pixels = Uint8Array.from({ length: side * side }, (_, i) => {
    const near = Math.max(0, 1 - Math.abs((i % side) - place * (side - 1)) / 2);
    return Math.round(180 * near) + (((number + 1) * (i + 7) * 2654435761) % 60);
  });
  return { pixels, height: side, width: side };
}

const split = (name: string, first: number, size: number): Dataset => ({
  name,
  size,
  fields: { image: { kind: 'image', channels: 1, mean: [0.2], std: [0.2] }, place: { kind: 'scalar' } },
  fingerprint: `stripes of ${side}x${side}, ${first} to ${first + size}`,
  read: async (ids) =>
    Array.from(ids, (id) => {
      const place = ((first + id) * 0.618) % 1;
      return { image: picture(first + id, place), place };
    }),
});

export const stripes = ({ size = 512 } = {}): Splits => ({
  train: split('stripes', 0, size),
  test: split('stripes, others', 10_000, 128),
  source: 'made as they are asked for',
});
