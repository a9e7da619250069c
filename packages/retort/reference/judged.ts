/** For tests: images of 8x8 pixels that have a number each, or any of several classes. */
import { keep, type Tensor, tensor } from '@retort/torch';
import { type Fields, type Splits, TensorDataset } from 'retort';

const side = 8;

const noise = (i: number, seed: number): number => ((i * 2654435761 + seed * 40503) >>> 3) % 40;

/** Images whose pixels are somewhere between dark and bright. @param brightness  of a pixel of an image, in [0, 1] */
function images(
  size: number,
  seed: number,
  brightness: (image: number, x: number, y: number) => number,
): Tensor {
  const pixels = Array.from({ length: size }, (_, image) =>
    Array.from({ length: side }, (_, y) =>
      Array.from({ length: side }, (_, x) => [
        Math.round(180 * brightness(image, x, y)) + noise(((image * side + y) * side + x) | 0, seed),
      ]),
    ),
  );
  return tensor(pixels, { dtype: 'uint8' });
}

const image = { kind: 'image', channels: 1, mean: [0.4], std: [0.25] } as const;

interface Options {
  readonly metrics?: readonly string[];
}

const splits = (make: (name: string, size: number, seed: number) => TensorDataset): Splits => ({
  train: make('train', 40, 1),
  test: make('test', 16, 2),
  source: 'made up',
});

/** How bright an image is, from −1 to 1. */
export function brightness({ metrics }: Options = {}): Splits {
  const fields: Fields = { image, brightness: { kind: 'scalar' } };
  return splits((name, size, seed) => {
    const values = Array.from({ length: size }, (_, i) => ((i * 7 + seed) % 20) / 20);
    const columns = {
      image: images(size, seed, (i) => values[i] ?? 0),
      brightness: tensor(values.map((value) => 2 * value - 1)),
    };
    return new TensorDataset(`brightness (${name})`, fields, keep(columns), { metrics });
  });
}

export const cornerNames = ['top left', 'top right', 'bottom left', 'bottom right'];

/** Which corners of an image are bright: none to all. */
export function corners({ metrics }: Options = {}): Splits {
  const fields: Fields = { image, corners: { kind: 'classes', classes: cornerNames } };
  return splits((name, size, seed) => {
    const are = Array.from({ length: size }, (_, i) =>
      cornerNames.map((_, corner) => (((i * 5 + seed) >> corner) & 1 ? 1 : 0)),
    );
    const columns = {
      image: images(size, seed, (i, x, y) => are[i]?.[2 * Math.floor(y / 4) + Math.floor(x / 4)] ?? 0),
      corners: tensor(are, { dtype: 'float32' }),
    };
    return new TensorDataset(`corners (${name})`, fields, keep(columns), { metrics });
  });
}
