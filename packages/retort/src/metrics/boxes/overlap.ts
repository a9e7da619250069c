/** How much boxes lie over one another. */
import { ignoredAs } from '../../data/index.ts';
import type { OfClass } from './judged-image.ts';

/** The length that two intervals have in common, below 0 where they are apart. */
const common = (a: number, aLength: number, b: number, bLength: number): number =>
  Math.min(a + aLength, b + bLength) - Math.max(a, b);

/**
 * Intersection over union of the first `most` detections with all boxes of an image and class, [D · G], a row a detection; of a crowd over the detection's own area,
 * as any part of it may be found. 0 where they are apart.
 */
export function overlaps({ image, boxes, detections }: OfClass, most: number): Float64Array {
  const [are, said] = [image.boxes, image.detections];
  const count = Math.min(most, detections.length);
  const found = new Float64Array(count * boxes.length);
  for (let d = 0; d < count; d++) {
    const [x = 0, y = 0, width = 0, height = 0] = rowOf(said.rows, detections[d] ?? 0);
    for (let g = 0; g < boxes.length; g++) {
      const place = boxes[g] ?? 0;
      const [bx = 0, by = 0, bWidth = 0, bHeight = 0] = rowOf(are.rows, place);
      const [across, down] = [common(x, width, bx, bWidth), common(y, height, by, bHeight)];
      if (across <= 0 || down <= 0) continue;
      const both = across * down;
      const isCrowd = are.ignored[place] === ignoredAs.crowd;
      found[d * boxes.length + g] =
        both / (isCrowd ? width * height : width * height + bWidth * bHeight - both);
    }
  }
  return found;
}

/** x, y, width and height of a box. */
export const rowOf = (rows: Float64Array, place: number): Float64Array =>
  rows.subarray(4 * place, 4 * place + 4);
