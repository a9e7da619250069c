import { functional, nn, type Tensor } from '@retort/torch';

/** Zeros before and after a side of `size` pixels, so that ⌈size / stride⌉ come out; an odd one stands after. */
function paddingOf(
  size: number,
  kernelSize: number,
  stride: number,
): readonly [before: number, after: number] {
  const all = Math.max((Math.ceil(size / stride) - 1) * stride + kernelSize - size, 0);
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}

/**
 * A convolution without bias and with TensorFlow's SAME padding: [N, in, H, W] → [N, out, ⌈H / stride⌉, ⌈W / stride⌉]. Where the stride is 2 the
 * padding is not the same on both sides, and depends on the size of the image.
 */
export class SameConv2d extends nn.Conv2d {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    options: { readonly stride?: number; readonly groups?: number } = {},
  ) {
    super(inChannels, outChannels, kernelSize, { ...options, bias: false });
  }

  override forward(x: Tensor): Tensor {
    const { weight, stride, groups, kernelSize } = this;
    const [top, bottom] = paddingOf(x.size(-2), kernelSize[0], stride[0]);
    const [left, right] = paddingOf(x.size(-1), kernelSize[1], stride[1]);
    if (top === bottom && left === right)
      return functional.conv2d(x, weight, null, { stride, padding: [top, left], groups });
    using padded = functional.pad(x, [left, right, top, bottom]);
    return functional.conv2d(padded, weight, null, { stride, groups });
  }
}
