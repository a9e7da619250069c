/** For tests: three classes that are told apart by where images are bright, 8x8 pixels of three channels, as model folders in `models/` have them. */
import { inMemory, type TensorDataset } from 'retort';

export const threeClasses = ['left', 'right', 'above'];

const isBright = [(x: number) => x < 4, (x: number) => x >= 4, (_: number, y: number) => y < 4] as const;

export function brightSides(size: number, seed = 0): TensorDataset {
  const labels = Array.from({ length: size }, (_, i) => i % 3);
  const images = new Uint8Array(size * 192);
  for (let i = 0; i < images.length; i++) {
    const pixel = Math.floor(i / 3) % 64;
    const bright = isBright[labels[Math.floor(i / 192)] ?? 0]?.(pixel % 8, Math.floor(pixel / 8));
    images[i] = ((i * 2654435761 + seed) % 97) + (bright ? 100 : 0);
  }
  return inMemory({
    images,
    labels,
    height: 8,
    width: 8,
    channels: 3,
    classes: threeClasses,
    mean: [0.4, 0.4, 0.4],
    std: [0.25, 0.25, 0.25],
  });
}
