/** The size of an image that is resized by its shorter side, in its own shape. */
import { mostPixels } from '../decode/limits.ts';
import type { Size } from './size.ts';

/** Which of the two forms of Faster R-CNN: they resize images otherwise. */
export type Dialect = 'torchvision' | 'detectron2';

/** Pixels of the shorter side, and of the longer one at most. */
export interface Bounds {
  readonly shortest: number;
  readonly longest: number;
}

/** Torchvision's `GeneralizedRCNNTransform`: cut off to whole pixels. */
function cutOff([height, width]: Size, { shortest, longest }: Bounds): Size {
  const scale = Math.min(shortest / Math.min(height, width), longest / Math.max(height, width));
  return [Math.floor(height * scale), Math.floor(width * scale)];
}

/** Detectron2's `ResizeShortestEdge`: rounded, first to the shorter side and then to the longer one. */
function rounded([height, width]: Size, { shortest, longest }: Bounds): Size {
  const scale = shortest / Math.min(height, width);
  const sides = height < width ? [shortest, scale * width] : [scale * height, shortest];
  const [high = 0, wide = 0] = sides;
  const most = Math.max(high, wide);
  const again = most > longest ? longest / most : 1;
  return [Math.trunc(high * again + 0.5), Math.trunc(wide * again + 0.5)];
}

/**
 * Height and width of an image whose shorter side is resized to `shortest`, unless the longer one would pass `longest`; at least a pixel each.
 *
 * @throws RangeError for one that would fill the memory
 * @example shortestSize([480, 640], { shortest: 800, longest: 1333 }, 'torchvision') // [800, 1066]
 */
export function shortestSize(size: Size, bounds: Bounds, dialect: Dialect): Size {
  const [height, width] = dialect === 'torchvision' ? cutOff(size, bounds) : rounded(size, bounds);
  const found = [Math.max(1, height), Math.max(1, width)] as const;
  if (found[0] * found[1] <= mostPixels) return found;
  throw new RangeError(
    `an image of ${size.join('x')} pixels, resized to ${found.join('x')}, has more than ${mostPixels.toLocaleString('en-US')}: choose a smaller \`shortest\` or \`longest\``,
  );
}
