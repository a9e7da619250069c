/**
 * transformers' `mobilenet_v2`: torchvision's under other keys, with channels and padding as TensorFlow has them. Running statistics move by a
 * tenth in training, as in torchvision; transformers itself replaces them nearly whole at each step.
 */
import { nn } from '@retort/torch';
import { z } from 'zod';
import { roundHalfToEven } from '../layers/half-to-even.ts';
import { type MobileBlock, mobileNetV2Stages } from '../layers/inverted-residuals.ts';
import { SameConv2d } from '../layers/same-conv.ts';
import { type MobileNetV2Layout, TorchvisionMobileNetV2 } from '../mobilenet-torchvision.ts';
import { chance, computed, count, defineFamily, epsilon, type Naming, type Renaming } from './family.ts';

const config = z.object({
  num_channels: count(3),
  depth_multiplier: z.number().positive().default(1),
  depth_divisible_by: count(8),
  min_depth: count(8),
  expand_ratio: z.number().gt(1).default(6),
  output_stride: computed(32),
  first_layer_is_expansion: computed(true),
  finegrained_output: z.boolean().default(true),
  hidden_act: computed('relu6'),
  tf_padding: z.boolean().default(true),
  classifier_dropout_prob: chance.default(0.8),
  layer_norm_eps: epsilon(0.001),
});

type Config = z.output<typeof config>;

/** The nearest multiple that is allowed, of which rounding down may take a tenth at most. */
function divisible(channels: number, { depth_divisible_by: divisor, min_depth: least }: Config): number {
  const near = Math.max(least, Math.floor((channels + divisor / 2) / divisor) * divisor);
  return near < 0.9 * channels ? near + divisor : near;
}

function layout(given: Config): MobileNetV2Layout {
  const { depth_multiplier: multiplier, expand_ratio: ratio, finegrained_output: isFine } = given;
  const scaled = (channels: number): number => divisible(roundHalfToEven(channels * multiplier), given);
  const stem = scaled(32);
  let inChannels = stem;
  const stages = mobileNetV2Stages.map(({ channels, stride, blocks, kernelSize, expansion }) =>
    Array.from({ length: blocks }, (_, i): MobileBlock => {
      // The first block is part of the stem, which adds nothing.
      const isFirst = expansion === 1;
      const block = {
        ...{ inChannels, kernelSize, residual: !isFirst },
        hidden: isFirst ? inChannels : divisible(roundHalfToEven(inChannels * ratio), given),
        outChannels: scaled(channels),
        stride: i === 0 ? stride : 1,
      };
      inChannels = block.outChannels;
      return block;
    }),
  );
  return { stem, stages, last: isFine && multiplier < 1 ? 1280 : scaled(1280) };
}

/** A convolution and its norm, of which a block has several. */
const pair = (from: string, convolution: string, norm: string): Renaming[] => [
  { from: new RegExp(String.raw`^mobilenet_v2\.${from}\.convolution\.`), to: convolution },
  { from: new RegExp(String.raw`^mobilenet_v2\.${from}\.normalization\.`), to: norm },
];

/** The blocks behind the stem, which has the first. */
const inBlock = (from: string, convolution: string, norm: string): Renaming[] =>
  pair(String.raw`layer\.(\d+)\.${from}`, convolution, norm).map(({ from, to }) => ({
    from,
    to: (_, block) => `features.${Number(block) + 2}.conv.${to}.`,
  }));

/** Keys of ours as transformers': a convolution and its norm. */
const pairNames = (convolution: string, norm: string, to: string): Naming[] => [
  { from: new RegExp(`^${convolution}\\.`), to: `mobilenet_v2.${to}.convolution.` },
  { from: new RegExp(`^${norm}\\.`), to: `mobilenet_v2.${to}.normalization.` },
];

const blockNames = (convolution: string, norm: string, to: string): Naming[] =>
  pairNames(convolution, norm, to).map(({ from, to }) => ({
    from: new RegExp(String.raw`^features\.(\d+)\.conv\.${from.source.slice(1)}`),
    to: (_, block) => `${to}`.replace('mobilenet_v2.', `mobilenet_v2.layer.${Number(block) - 2}.`),
  }));

export const mobilenetV2 = defineFamily({
  architectures: ['MobileNetV2ForImageClassification'],
  config,
  keys: [
    ...pair(String.raw`conv_stem\.first_conv`, 'features.0.0.', 'features.0.1.'),
    ...pair(String.raw`conv_stem\.conv_3x3`, 'features.1.conv.0.0.', 'features.1.conv.0.1.'),
    ...pair(String.raw`conv_stem\.reduce_1x1`, 'features.1.conv.1.', 'features.1.conv.2.'),
    ...inBlock('expand_1x1', '0.0', '0.1'),
    ...inBlock('conv_3x3', '1.0', '1.1'),
    ...inBlock('reduce_1x1', '2', '3'),
    ...pair('conv_1x1', 'features.18.0.', 'features.18.1.'),
    { from: /^classifier\./, to: 'classifier.1.' },
  ],
  names: [
    ...pairNames(String.raw`features\.0\.0`, String.raw`features\.0\.1`, 'conv_stem.first_conv'),
    ...pairNames(
      String.raw`features\.1\.conv\.0\.0`,
      String.raw`features\.1\.conv\.0\.1`,
      'conv_stem.conv_3x3',
    ),
    ...pairNames(String.raw`features\.1\.conv\.1`, String.raw`features\.1\.conv\.2`, 'conv_stem.reduce_1x1'),
    ...pairNames(String.raw`features\.18\.0`, String.raw`features\.18\.1`, 'conv_1x1'),
    ...blockNames(String.raw`0\.0`, String.raw`0\.1`, 'expand_1x1'),
    ...blockNames(String.raw`1\.0`, String.raw`1\.1`, 'conv_3x3'),
    ...blockNames('2', '3', 'reduce_1x1'),
    { from: /^classifier\.1\./, to: 'classifier.' },
  ],
  express(model) {
    const modules = Array.from(model.namedModules(), ([, module]) => module);
    if (model.constructor !== TorchvisionMobileNetV2) return null;
    const stem = modules.find((module) => module instanceof nn.Conv2d);
    const norm = modules.find((module) => module instanceof nn.BatchNorm2d);
    const dropout = modules.find((module) => module instanceof nn.Dropout);
    return {
      architecture: 'MobileNetV2ForImageClassification',
      settings: {
        num_channels: stem?.weight.size(1),
        // Of the widths that a multiplier gives, the first is enough to know it by: others are refused when it is made again.
        depth_multiplier: (stem?.weight.size(0) ?? 0) / 32,
        tf_padding: stem instanceof SameConv2d,
        layer_norm_eps: norm?.eps,
        classifier_dropout_prob: dropout?.p,
        expand_ratio: 6,
        finegrained_output: true,
        first_layer_is_expansion: true,
        depth_divisible_by: 8,
        min_depth: 8,
        output_stride: 32,
        hidden_act: 'relu6',
      },
    };
  },
  channels: (given) => given.num_channels,
  imageSize: () => null,
  create: (given, options) =>
    new TorchvisionMobileNetV2({
      ...options,
      layout: layout(given),
      dropout: given.classifier_dropout_prob,
      tfPadding: given.tf_padding,
      eps: given.layer_norm_eps,
    }),
});
