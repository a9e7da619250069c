/** What models say of images that are not of their size, or too small. */
import type { Tensor } from '@retort/torch';

/** @throws RangeError for images [N, C, H, W] of another size */
export function checkSize({ shape }: Tensor, size: number): void {
  if (shape[2] !== size || shape[3] !== size)
    throw new RangeError(
      `this model takes images of ${size}x${size} pixels, got [${shape.join(', ')}]: say \`input: { size: ${size} }\` of it`,
    );
}

/** @throws RangeError for images [N, C, H, W] that a network makes too small for its last layers */
export function checkLeastSize({ shape }: Tensor, least: number): void {
  const [, , height = 0, width = 0] = shape;
  if (height < least || width < least)
    throw new RangeError(
      `this model takes images of ${least}x${least} pixels or more, got [${shape.join(', ')}]: say \`input: { size: ${least} }\` of it, or more`,
    );
}
