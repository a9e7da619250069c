/** transformers' `resnet`: torchvision's under other keys, with channels and strides of its own. */
import type { nn } from '@retort/torch';
import { z } from 'zod';
import { BasicBlock, BottleneckBlock } from '../layers/residual.ts';
import { ImageNetResNet } from '../resnet-imagenet.ts';
import { computed, count, defineFamily, type Naming, type Renaming, whole } from './family.ts';

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

/** @param to  transformers' name of a block's layer */
const inBlock = (own: string, to: (layer: number) => string): Naming => ({
  from: new RegExp(String.raw`^layer(\d+)\.(\d+)\.${own}(\d+)\.`),
  to: (_, stage, block, index) =>
    `resnet.encoder.stages.${Number(stage) - 1}.layers.${block}.${to(Number(index))}.`,
});

/** The channels that a stage ends with, and by how much its first block makes images smaller. */
function stageOf(
  stage: nn.Sequential,
): { readonly channels: number; readonly depth: number; readonly stride: number } | null {
  const [first] = stage;
  if (!(first instanceof BasicBlock || first instanceof BottleneckBlock)) return null;
  return {
    channels: first.last.weight?.size(0) ?? 0,
    depth: stage.length,
    stride: (first.conv1.stride[0] ?? 1) * (first.conv2.stride[0] ?? 1),
  };
}

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
  names: [
    { from: /^conv1\./, to: 'resnet.embedder.embedder.convolution.' },
    { from: /^bn1\./, to: 'resnet.embedder.embedder.normalization.' },
    inBlock('conv', (index) => `layer.${index - 1}.convolution`),
    inBlock('bn', (index) => `layer.${index - 1}.normalization`),
    inBlock(String.raw`downsample\.`, (index) => `shortcut.${index === 0 ? 'convolution' : 'normalization'}`),
    { from: /^fc\./, to: 'classifier.1.' },
  ],
  express(model) {
    if (model.constructor !== ImageNetResNet) return null;
    const { conv1, layer1, layer2, layer3, layer4 } = model as ImageNetResNet;
    const stages = [layer1, layer2, layer3, layer4].map(stageOf);
    const [first] = layer1;
    const [second] = layer2;
    return {
      architecture: 'ResNetForImageClassification',
      settings: {
        num_channels: conv1.weight.size(1),
        embedding_size: conv1.weight.size(0),
        hidden_sizes: stages.map((stage) => stage?.channels),
        depths: stages.map((stage) => stage?.depth),
        layer_type: first instanceof BottleneckBlock ? 'bottleneck' : 'basic',
        hidden_act: 'relu',
        downsample_in_first_stage: stages[0]?.stride === 2,
        downsample_in_bottleneck: second instanceof BottleneckBlock && second.conv1.stride[0] === 2,
      },
    };
  },
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
