/** transformers' `resnet`: torchvision's under other keys, with channels and strides of its own. */
import { z } from 'zod';
import { ImageNetResNet } from '../resnet-imagenet.ts';
import { computed, count, defineFamily, type Renaming, whole } from './family.ts';

/** By how much a bottleneck's output is wider than its 3x3 convolution. */
const expansion = 4;

const four = z.tuple([whole, whole, whole, whole]);

const config = z
  .object({
    num_channels: count(3),
    embedding_size: count(64),
    hidden_sizes: four.default([256, 512, 1024, 2048]),
    depths: four.default([3, 4, 6, 3]),
    layer_type: computed('bottleneck', 'basic'),
    hidden_act: computed('relu'),
    downsample_in_first_stage: z.boolean().default(false),
    downsample_in_bottleneck: z.boolean().default(false),
  })
  .refine(
    ({ layer_type: type, hidden_sizes: sizes }) =>
      type === 'basic' || sizes.every((size) => size % expansion === 0),
    {
      path: ['hidden_sizes'],
      error: `must be multiples of ${expansion} where layers are bottlenecks, whose inner ones have a part of these channels`,
    },
  );

/** @param to  from the number of a block's layer */
const layer = (from: string, to: (layer: number) => string): Renaming => ({
  from: new RegExp(String.raw`^resnet\.encoder\.stages\.(\d+)\.layers\.(\d+)\.${from}\.`),
  to: (_, stage, block, index) => `layer${Number(stage) + 1}.${block}.${to(Number(index))}.`,
});

export const resnet = defineFamily({
  architectures: ['ResNetForImageClassification'],
  config,
  keys: [
    { from: /^resnet\.embedder\.embedder\.convolution\./, to: 'conv1.' },
    { from: /^resnet\.embedder\.embedder\.normalization\./, to: 'bn1.' },
    layer(String.raw`layer\.(\d+)\.convolution`, (index) => `conv${index + 1}`),
    layer(String.raw`layer\.(\d+)\.normalization`, (index) => `bn${index + 1}`),
    layer(String.raw`shortcut\.convolution`, () => 'downsample.0'),
    layer(String.raw`shortcut\.normalization`, () => 'downsample.1'),
    { from: /^classifier\.1\./, to: 'fc.' },
  ],
  channels: (given) => given.num_channels,
  imageSize: () => null,
  create(given, options) {
    const isBasic = given.layer_type === 'basic';
    const [first, second, third, fourth] = given.hidden_sizes;
    const width = (channels: number): number => (isBasic ? channels : channels / expansion);
    return new ImageNetResNet({
      ...options,
      block: isBasic ? 'basic' : 'bottleneck',
      blocks: given.depths,
      stem: given.embedding_size,
      widths: [width(first), width(second), width(third), width(fourth)],
      firstStride: given.downsample_in_first_stage ? 2 : 1,
      strideFirst: given.downsample_in_bottleneck,
    });
  },
});
