/** transformers' `convnext`: ConvNeXt, which is ours under other keys. */
import type { nn } from '@retort/torch';
import { z } from 'zod';
import { ConvNeXt, ConvNeXtBlock } from '../convnext.ts';
import { Stage } from '../layers/stage.ts';
import {
  computed,
  count,
  defineFamily,
  epsilon,
  type Naming,
  probability,
  type Renaming,
  side,
  whole,
} from './family.ts';

const config = z
  .object({
    num_channels: count(3),
    patch_size: side(4),
    num_stages: count(4),
    hidden_sizes: z.array(whole).min(1).default([96, 192, 384, 768]),
    depths: z.array(whole).min(1).default([3, 3, 9, 3]),
    hidden_act: computed('gelu'),
    layer_norm_eps: epsilon(1e-12),
    layer_scale_init_value: epsilon(1e-6),
    drop_path_rate: probability.default(0),
  })
  .refine(({ num_stages: stages, hidden_sizes: sizes }) => sizes.length === stages, {
    path: ['hidden_sizes'],
    error: 'must be as many as num_stages says, one of each stage',
  })
  .refine(({ num_stages: stages, depths }) => depths.length === stages, {
    path: ['depths'],
    error: 'must be as many as num_stages says, one of each stage',
  });

const inBlock = (theirs: string, own: string): Renaming => ({
  from: new RegExp(String.raw`^convnext\.encoder\.stages\.(\d+)\.layers\.(\d+)\.${theirs}`),
  to: `stages.$1.blocks.$2.${own}`,
});

const named = (own: string, theirs: string): Naming => ({
  from: new RegExp(String.raw`^stages\.(\d+)\.blocks\.(\d+)\.${own}`),
  to: `convnext.encoder.stages.$1.layers.$2.${theirs}`,
});

export const convNext = defineFamily({
  architectures: ['ConvNextForImageClassification'],
  config,
  keys: [
    { from: /^convnext\.embeddings\.patch_embeddings\./, to: 'stem.0.' },
    { from: /^convnext\.embeddings\.layernorm\./, to: 'stem.1.' },
    { from: /^convnext\.encoder\.stages\.(\d+)\.downsampling_layer\./, to: 'stages.$1.downsample.' },
    inBlock('layer_scale_parameter$', 'gamma'),
    inBlock(String.raw`dwconv\.`, 'conv_dw.'),
    inBlock(String.raw`layernorm\.`, 'norm.'),
    inBlock(String.raw`pwconv1\.`, 'mlp.fc1.'),
    inBlock(String.raw`pwconv2\.`, 'mlp.fc2.'),
    { from: /^convnext\.layernorm\./, to: 'head.norm.' },
    { from: /^classifier\./, to: 'head.fc.' },
  ],
  names: [
    { from: /^stem\.0\./, to: 'convnext.embeddings.patch_embeddings.' },
    { from: /^stem\.1\./, to: 'convnext.embeddings.layernorm.' },
    { from: /^stages\.(\d+)\.downsample\./, to: 'convnext.encoder.stages.$1.downsampling_layer.' },
    named('gamma$', 'layer_scale_parameter'),
    named(String.raw`conv_dw\.`, 'dwconv.'),
    named(String.raw`norm\.`, 'layernorm.'),
    named(String.raw`mlp\.fc1\.`, 'pwconv1.'),
    named(String.raw`mlp\.fc2\.`, 'pwconv2.'),
    { from: /^head\.norm\./, to: 'convnext.layernorm.' },
    { from: /^head\.fc\./, to: 'classifier.' },
  ],
  express(model) {
    if (model.constructor !== ConvNeXt) return null;
    const { stem, stages, head } = model as ConvNeXt;
    const blocks = Array.from(stages, (stage) =>
      stage instanceof Stage
        ? Array.from(stage.blocks).filter((block) => block instanceof ConvNeXtBlock)
        : [],
    );
    const [, channels = 0, patch = 0] = (stem.at(0) as nn.Conv2d).weight.shape;
    return {
      architecture: 'ConvNextForImageClassification',
      settings: {
        num_channels: channels,
        patch_size: patch,
        num_stages: blocks.length,
        hidden_sizes: blocks.map(([first]) => first?.gamma.size(0)),
        depths: blocks.map(({ length }) => length),
        hidden_act: 'gelu',
        layer_norm_eps: head.norm.eps,
        drop_path_rate: blocks.at(-1)?.at(-1)?.drop_path.p ?? 0,
      },
    };
  },
  channels: (given) => given.num_channels,
  imageSize: () => null,
  create: (given, options) =>
    new ConvNeXt({
      ...options,
      patchSize: given.patch_size,
      widths: given.hidden_sizes,
      depths: given.depths,
      dropPath: given.drop_path_rate,
      layerScale: given.layer_scale_init_value,
      headEps: given.layer_norm_eps,
    }),
});
