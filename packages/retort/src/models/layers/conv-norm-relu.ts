/** What MobileNets are made of, and the stem of SRD's DeiT. */
import { nn } from '@retort/torch';

/** A convolution without bias, batch norm and ReLU, which is in place as batch norm's backward looks at its input alone. */
export const convNormReLU = (
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  { stride = 1, groups = 1 } = {},
): nn.Layer[] => [
  new nn.Conv2d(inChannels, outChannels, kernelSize, {
    stride,
    padding: (kernelSize - 1) / 2,
    groups,
    bias: false,
  }),
  new nn.BatchNorm2d(outChannels),
  new nn.ReLU({ inplace: true }),
];
