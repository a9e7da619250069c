/** Images whose channels are colours. */
import type { Tensor } from '@retort/torch';

/** @param name  of the transform @param images  uint8 [B, H, W, C] @throws RangeError unless they are in greys or in red, green and blue */
export function refuseOtherChannels(name: string, images: Tensor): void {
  const channels = images.size(3);
  if (channels !== 1 && channels !== 3)
    throw new RangeError(
      `${name} changes colours, of images with 1 or 3 channels, and these have ${channels}: take it out of the list of transforms`,
    );
}
