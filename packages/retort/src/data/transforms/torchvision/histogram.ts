/** Changes by what values an image has, and by bits, as torchvision (v2, of uint8 tensors) makes them. */
import { aten, cat, type Tensor, zeros } from '@retort/torch';

/** Each channel stretched to the whole range. @param image  uint8 [C, H, W] */
export function autoContrast(image: Tensor): Tensor {
  const values = image.to('float32');
  const [least, most] = [values.amin([-2, -1], true), values.amax([-2, -1], true)];
  const isFlat = most.eq(least);
  const scale = most.sub(least).mul_(1 / 255);
  return values
    .sub(least.masked_fill(isFlat, 0))
    .div_(scale.masked_fill(isFlat, 1))
    .clamp_(0, 255)
    .to('uint8');
}

/** Each channel so that its values are about equally many. @param image  uint8 [C, H, W] */
export function equalize(image: Tensor): Tensor {
  const [channels = 0, height = 0, width = 0] = image.shape;
  const pixels = image.flatten(1).to('int64');
  const counts = zeros([channels, 256], { dtype: 'int64' }).scatter_add(1, pixels, pixels.mul(0).add(1));
  const sums = counts.cumsum(1);
  // The largest value that the channel has is the first at which the sum is whole.
  const ofLargest = counts.gather(1, sums.argmax(1, true));
  const step = ofLargest
    .neg()
    .add(height * width)
    .div(255, { roundingMode: 'floor' });
  const divisor = step.clamp(1);
  const table = sums
    .narrow(1, 0, 255)
    .add(step.div(2, { roundingMode: 'floor' }))
    .div(divisor, { roundingMode: 'floor' })
    .clamp_(0, 255);
  const equalized = cat([zeros([channels, 1], { dtype: 'int64' }), table], 1).gather(1, pixels);
  return aten.where(step.eq(0), pixels, equalized).to('uint8').view([channels, height, width]);
}

/** Only the highest bits of each byte kept. @param image  uint8 [C, H, W] */
export const posterize = (image: Tensor, bits: number): Tensor =>
  image.bitwise_and(((1 << bits) - 1) << (8 - bits));

/** Bytes from a threshold on inverted. @param image  uint8 [C, H, W] */
export const solarize = (image: Tensor, threshold: number): Tensor =>
  aten.where(image.ge(threshold), image.bitwise_not(), image);

/** @param image  uint8 [C, H, W] */
export const invert = (image: Tensor): Tensor => image.bitwise_not();
