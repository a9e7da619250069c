/** For tests: two classes that a small network tells apart, bright on the left and bright on the right. 8x8 pixels, one channel. */
import { inMemory, type TensorDataset } from 'retort';

export function halves(size: number, seed = 0): TensorDataset {
  const labels = Array.from({ length: size }, (_, i) => i % 2);
  const images = new Uint8Array(size * 64);
  for (let i = 0; i < images.length; i++) {
    const right = i % 8 >= 4 ? 1 : 0;
    images[i] = ((i * 2654435761 + seed) % 97) + (right === labels[Math.floor(i / 64)] ? 100 : 0);
  }
  return inMemory({
    images,
    labels,
    height: 8,
    width: 8,
    channels: 1,
    classes: ['left', 'right'],
    mean: [0.4],
    std: [0.25],
  });
}
