/** Where boxes are in an image that was changed. */
import { mapBoxes, type NamedBox } from '../boxes.ts';
import type { Boxes } from '../sample.ts';
import type { Box, Size } from './size.ts';

/** Pixels a side that a box has at least, as detectron2 has it: what is left of one by rounding is none. */
const least = 1e-5;

/** In the mirror image, left and right exchanged. @param width  of the image */
export const mirroredBoxes = (boxes: Boxes, width: number): Boxes =>
  mapBoxes(boxes, (box) => ({ ...box, x: width - (box.x + box.width) }));

/** In the image resized. */
export function scaledBoxes(boxes: Boxes, [height, width]: Size, [high, wide]: Size): Boxes {
  const [down, across] = [high / height, wide / width];
  return mapBoxes(boxes, (box) => ({
    ...box,
    x: box.x * across,
    y: box.y * down,
    width: box.width * across,
    height: box.height * down,
    area: box.area * across * down,
  }));
}

/** Whether the centre of a box lies within a part of the image. */
export function hasCentre({ top, left, height, width }: Box, box: NamedBox): boolean {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return left < x && x < left + width && top < y && y < top + height;
}

/** In a part of the image: cut off at its edges, and without those of which nothing is left; of an object's area as large a share is left as of its box. */
export const croppedBoxes = (boxes: Boxes, { top, left, height, width }: Box): Boxes =>
  mapBoxes(boxes, (box) => {
    const within = (edge: number, length: number): number => Math.min(Math.max(edge, 0), length);
    const [x, y] = [within(box.x - left, width), within(box.y - top, height)];
    const wide = within(box.x + box.width - left, width) - x;
    const high = within(box.y + box.height - top, height) - y;
    if (wide <= least || high <= least) return null;
    const share = (wide * high) / (box.width * box.height);
    return { ...box, x, y, width: wide, height: high, area: box.area * share };
  });
