/** For tests: noise of ten classes, 16x16 pixels in three channels, or as the options say. */
import { inMemory, type Splits } from 'retort';

function noise(size: number, classes: number, side: number, channels: number) {
  const images = Uint8Array.from({ length: size * side * side * channels }, (_, i) => (i * 2654435761) % 251);
  return inMemory({
    images,
    labels: Array.from({ length: size }, (_, i) => i % classes),
    height: side,
    width: side,
    channels,
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    mean: Array.from({ length: channels }, () => 0.5),
    std: Array.from({ length: channels }, () => 0.25),
  });
}

export function tenClasses(given: { classes?: number; side?: number; channels?: number } = {}): Splits {
  const { classes = 10, side = 16, channels = 3 } = given;
  const of = (size: number) => noise(size, classes, side, channels);
  return { train: of(12), test: of(20), source: 'made for tests' };
}
