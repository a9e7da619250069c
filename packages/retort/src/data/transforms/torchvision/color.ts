/** Colours as torchvision (v2, of uint8 tensors) changes them: the same computations of ATen in the same order. */
import { aten, functional, stack, type Tensor, tensor } from '@retort/torch';

/** In one channel float32 [1, H, W], cut off to whole numbers; the image itself where it has one. */
function grey(image: Tensor): Tensor {
  if (image.size(0) === 1) return image.to('float32');
  const [red, green, blue] = image.unbind(0) as [Tensor, Tensor, Tensor];
  return red.mul(0.2989).add_(green, { alpha: 0.587 }).add_(blue, { alpha: 0.114 }).unsqueeze(0).floor_();
}

/** `ratio` of the one and the rest of the other, in bytes. */
const blend = (image: Tensor, other: Tensor, ratio: number): Tensor =>
  image
    .to('float32')
    .mul_(ratio)
    .add_(other, { alpha: 1 - ratio })
    .clamp_(0, 255)
    .to('uint8');

/** @param image  uint8 [C, H, W] @param factor  0 is black, 1 as it is */
export const adjustBrightness = (image: Tensor, factor: number): Tensor =>
  image.to('float32').mul_(factor).clamp_(0, 255).to('uint8');

/** @param image  uint8 [C, H, W] @param factor  0 is grey, the image's mean, 1 as it is */
export const adjustContrast = (image: Tensor, factor: number): Tensor =>
  blend(image, grey(image).mean([-3, -2, -1], true), factor);

/** @param image  uint8 [C, H, W] @param factor  0 is in greys, 1 as it is */
export const adjustSaturation = (image: Tensor, factor: number): Tensor =>
  image.size(0) === 1 ? image : blend(image, grey(image), factor);

/** Hue, saturation and value, each float32 [H, W] of [0, 1]. @param image  float32 [3, H, W] of [0, 1] */
function toHsv(image: Tensor): { h: Tensor; s: Tensor; v: Tensor } {
  const [red, green] = image.unbind(0) as [Tensor, Tensor, Tensor];
  const [least, most] = image.aminmax({ dim: 0 });
  const isGrey = most.eq(least);
  const span = most.sub(least);
  const ones = most.mul(0).add(1);
  const s = span.div(aten.where(isGrey, ones, most));
  const [r, g, b] = most
    .unsqueeze(0)
    .sub(image)
    .div(aten.where(isGrey, ones, span).unsqueeze(0))
    .unbind(0) as [Tensor, Tensor, Tensor];
  const isRed = most.eq(red);
  const isGreen = most.eq(green).logical_and(isRed.logical_not());
  const isBlue = isRed.logical_or(isGreen).logical_not();
  const ofGreen = r.add(2).sub_(b).mul_(isGreen);
  const ofRed = b.sub(g).mul_(isRed);
  const ofBlue = g.add(4).sub_(r).mul_(isBlue);
  const h = ofRed
    .add_(ofGreen)
    .add_(ofBlue)
    .mul_(1 / 6)
    .add_(1)
    .fmod_(1);
  return { h, s, v: most };
}

/** Which of value, p, q and t (the corners of a sixth of the hues) red, green and blue are, by the sixth. */
const corners = [
  [0, 2, 1, 1, 3, 0],
  [3, 0, 0, 2, 1, 1],
  [1, 1, 3, 0, 0, 2],
];

/** float32 [3, H, W] of [0, 1]. */
function toRgb({ h, s, v }: { h: Tensor; s: Tensor; v: Tensor }): Tensor {
  const sixths = h.mul(6);
  const whole = sixths.floor();
  const rest = sixths.sub(whole);
  const part = s.mul(rest);
  const pale = s.neg().add_(1);
  const q = part.neg().add_(1).mul_(v).clamp_(0, 1);
  const t = part.add(pale).mul_(v).clamp_(0, 1);
  const p = pale.mul(v).clamp_(0, 1);
  const which = tensor(corners, { dtype: 'int64' });
  const select = which.index_select(1, whole.to('int64').remainder(6).flatten()).view([3, ...h.shape]);
  return stack([v, p, q, t]).gather(0, select);
}

/** @param image  uint8 [C, H, W] @param shift  of the circle of hues: -0.5 to 0.5 */
export function adjustHue(image: Tensor, shift: number): Tensor {
  if (image.size(0) === 1) return image;
  const { h, s, v } = toHsv(image.to('float32').mul_(1 / 255));
  const turned = toRgb({ h: h.add(shift).remainder_(1), s, v });
  // As torchvision makes bytes of numbers: each byte has an equal share of [0, 1].
  return turned.mul(256 - 1e-3).to('uint8');
}

/** @param image  uint8 [C, H, W] @param factor  0 is smooth, 1 as it is, 2 sharp */
export function adjustSharpness(image: Tensor, factor: number): Tensor {
  const [channels = 0, height = 0, width = 0] = image.shape;
  if (height <= 2 || width <= 2) return image;
  const [outer, middle] = [1 / 13, 5 / 13];
  const kernel = tensor([outer, outer, outer, outer, middle, outer, outer, outer, outer])
    .view([1, 1, 3, 3])
    .expand([channels, 1, 3, 3]);
  const sharp = image.to('float32');
  const smooth = functional
    .conv2d(sharp.unsqueeze(0), kernel, null, { groups: channels })
    .squeeze(0)
    .round_();
  const inner = sharp.narrow(1, 1, height - 2).narrow(2, 1, width - 2);
  inner.add_(smooth.sub_(inner), { alpha: 1 - factor });
  return sharp.clamp_(0, 255).to('uint8');
}
