/** What models for images of one size say of others. */
import type { Tensor } from '@retort/torch';

/** @throws RangeError for images [N, C, H, W] of another size */
export function checkSize({ shape }: Tensor, size: number): void {
  if (shape[2] !== size || shape[3] !== size)
    throw new RangeError(
      `this model takes images of ${size}x${size} pixels, got [${shape.join(', ')}]: say \`input: { size: ${size} }\` of it`,
    );
}
