/** What a batch shows, image by image. */
import type { Tensor } from '@retort/torch';
import type { Truth } from '../detector.ts';
import type { Size } from './proposals.ts';
import { placesOf } from './sampler.ts';

/** The objects in an image. */
export interface Objects {
  /** [n, 4]. */
  readonly boxes: Tensor;
  /** Int64 [n]. */
  readonly classes: Tensor;
}

/** The sizes of images as numbers; all of them where they are left out. */
export function sizesOf(images: Tensor, sizes: Tensor | undefined): Size[] {
  const [, , height = 0, width = 0] = images.shape;
  if (!sizes) return Array.from({ length: images.size(0) }, (): Size => [height, width]);
  const numbers = Array.from(sizes.flatten().toFlatArray(), Number);
  return Array.from(
    { length: images.size(0) },
    (_, i): Size => [numbers[2 * i] ?? height, numbers[2 * i + 1] ?? width],
  );
}

/** The objects of each image, without the rows that pad. @param like  of the boxes' dtype */
export function objectsOf({ boxes, classes }: Truth, like: Tensor): Objects[] {
  return classes.unbind(0).map((own, image) => {
    const places = placesOf(own.ge(0));
    return {
      boxes: boxes.select(0, image).index_select(0, places).to(like.dtype),
      classes: own.index_select(0, places),
    };
  });
}
