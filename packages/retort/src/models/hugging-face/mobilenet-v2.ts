/**
 * transformers' `mobilenet_v2`: torchvision's under other keys, with channels and padding as TensorFlow has them. Running statistics move by a
 * tenth in training, as in torchvision; transformers itself replaces them nearly whole at each step.
 */
import { z } from 'zod';
import { type MobileBlock, mobileNetV2Stages } from '../layers/inverted-residuals.ts';
import { type MobileNetV2Layout, TorchvisionMobileNetV2 } from '../mobilenet-torchvision.ts';
import { chance, computed, count, defineFamily, epsilon, type Renaming } from './family.ts';

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

/** Half to even, as Python rounds. */
function rounded(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/** The nearest multiple that is allowed, of which rounding down may take a tenth at most. */
function divisible(channels: number, { depth_divisible_by: divisor, min_depth: least }: Config): number {
  const near = Math.max(least, Math.floor((channels + divisor / 2) / divisor) * divisor);
  return near < 0.9 * channels ? near + divisor : near;
}

function layout(given: Config): MobileNetV2Layout {
  const { depth_multiplier: multiplier, expand_ratio: ratio, finegrained_output: isFine } = given;
  const scaled = (channels: number): number => divisible(rounded(channels * multiplier), given);
  const stem = scaled(32);
  let inChannels = stem;
  const stages = mobileNetV2Stages.map(({ channels, stride, blocks, kernelSize, expansion }) =>
    Array.from({ length: blocks }, (_, i): MobileBlock => {
      // The first block is part of the stem, which adds nothing.
      const isFirst = expansion === 1;
      const block = {
        ...{ inChannels, kernelSize, residual: !isFirst },
        hidden: isFirst ? inChannels : divisible(rounded(inChannels * ratio), given),
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
