/** Feature maps brought to the shape of the teacher's, as the CRD benchmark does for FitNets and AB. */
import { nn } from '@retort/torch';

/**
 * A convolution from the student's map to the teacher's, both [C, H, W]: larger maps are strided or cropped down, maps of half the size
 * transposed up.
 *
 * @throws RangeError for sizes that it cannot bring together
 */
export function resize(method: string, from: readonly number[], to: readonly number[]): nn.Layer {
  const [inChannels = 0, height = 0, width = 0] = from;
  const [outChannels = 0, wantedHeight = 0, wantedWidth = 0] = to;
  if (height === 2 * wantedHeight && width === 2 * wantedWidth)
    return new nn.Conv2d(inChannels, outChannels, 3, { stride: 2, padding: 1 });
  if (2 * height === wantedHeight && 2 * width === wantedWidth)
    return new nn.ConvTranspose2d(inChannels, outChannels, 4, { stride: 2, padding: 1 });
  if (height >= wantedHeight && width >= wantedWidth)
    return new nn.Conv2d(inChannels, outChannels, [1 + height - wantedHeight, 1 + width - wantedWidth]);
  throw new RangeError(
    `${method}: the student's features [${from.join(', ')}] cannot be projected to the teacher's [${to.join(', ')}]: choose stages of like size`,
  );
}
