/** transformers' `vit`: the Vision Transformer, which is ours under other keys. */
import type { nn } from '@retort/torch';
import { z } from 'zod';
import type { PatchEmbed } from '../layers/patches.ts';
import { Block, type Mlp } from '../layers/transformer.ts';
import { VisionTransformer } from '../vit.ts';
import {
  chance,
  computed,
  count,
  defineFamily,
  epsilon,
  type Naming,
  type Renaming,
  side,
} from './family.ts';

/** What configs of `vit`, `deit` and `beit` say, by transformers' names and with its defaults. */
export const encoderConfig = z.object({
  hidden_size: count(768),
  num_hidden_layers: count(12),
  num_attention_heads: count(12),
  intermediate_size: count(3072),
  hidden_act: computed('gelu'),
  hidden_dropout_prob: chance,
  attention_probs_dropout_prob: chance,
  layer_norm_eps: epsilon(1e-12),
  image_size: side(224),
  patch_size: side(16),
  num_channels: count(3),
});

/** The same of `vit` and of `deit`, whose keys may have biases, too. */
export const transformerConfig = encoderConfig.extend({ qkv_bias: z.boolean().default(true) });

type EncoderConfig = z.output<typeof encoderConfig>;

/** What our networks of such a config are made from. */
export const encoderOptions = (config: EncoderConfig) => ({
  imageSize: config.image_size,
  patchSize: config.patch_size,
  width: config.hidden_size,
  depth: config.num_hidden_layers,
  heads: config.num_attention_heads,
  mlpRatio: config.intermediate_size / config.hidden_size,
  eps: config.layer_norm_eps,
});

/** What our Vision Transformer is made from. */
export const transformerOptions = (config: z.output<typeof transformerConfig>) => ({
  ...encoderOptions(config),
  qkvBias: config.qkv_bias,
});

/** Dropout matters to a student alone. */
export const dropoutRemarks = ({
  hidden_dropout_prob: hidden,
  attention_probs_dropout_prob: attention,
}: Pick<EncoderConfig, 'hidden_dropout_prob' | 'attention_probs_dropout_prob'>) =>
  hidden + attention > 0
    ? [
        `its config has dropout (hidden_dropout_prob ${hidden}, attention_probs_dropout_prob ${attention}), without which it is trained here; as a teacher it is the same`,
      ]
    : [];

/** The keys of the encoder: `encoder.layer.N` until transformers 4, `layers.N` from 5 on. */
export function transformerKeys(prefix: string): Renaming[] {
  const block = (inner: string): RegExp =>
    new RegExp(String.raw`^${prefix}\.(?:encoder\.layer|layers)\.(\d+)\.${inner}\.`);
  const embedding = (inner: string): RegExp => new RegExp(String.raw`^${prefix}\.embeddings\.${inner}`);
  return [
    { from: embedding('cls_token$'), to: 'cls_token' },
    { from: embedding('position_embeddings$'), to: 'pos_embed' },
    { from: embedding(String.raw`patch_embeddings\.projection\.`), to: 'patch_embed.proj.' },
    { from: block('layernorm_before'), to: 'blocks.$1.norm1.' },
    { from: block(String.raw`attention\.(?:attention\.query|q_proj)`), to: 'blocks.$1.attn.qkv.', part: 0 },
    { from: block(String.raw`attention\.(?:attention\.key|k_proj)`), to: 'blocks.$1.attn.qkv.', part: 1 },
    { from: block(String.raw`attention\.(?:attention\.value|v_proj)`), to: 'blocks.$1.attn.qkv.', part: 2 },
    { from: block(String.raw`attention\.(?:output\.dense|o_proj)`), to: 'blocks.$1.attn.proj.' },
    { from: block('layernorm_after'), to: 'blocks.$1.norm2.' },
    { from: block(String.raw`(?:intermediate\.dense|mlp\.fc1)`), to: 'blocks.$1.mlp.fc1.' },
    { from: block(String.raw`(?:output\.dense|mlp\.fc2)`), to: 'blocks.$1.mlp.fc2.' },
    { from: new RegExp(String.raw`^${prefix}\.layernorm\.`), to: 'norm.' },
  ];
}

/** Keys of ours as transformers 4 has them. */
export function transformerNames(prefix: string): Naming[] {
  const block = (own: string, theirs: string): Naming => ({
    from: new RegExp(String.raw`^blocks\.(\d+)\.${own}\.`),
    to: `${prefix}.encoder.layer.$1.${theirs}.`,
  });
  const layer = `${prefix}.encoder.layer.$1.attention.attention`;
  return [
    { from: /^cls_token$/, to: `${prefix}.embeddings.cls_token` },
    { from: /^pos_embed$/, to: `${prefix}.embeddings.position_embeddings` },
    { from: /^patch_embed\.proj\./, to: `${prefix}.embeddings.patch_embeddings.projection.` },
    {
      from: /^blocks\.(\d+)\.attn\.qkv\./,
      to: [`${layer}.query.`, `${layer}.key.`, `${layer}.value.`],
    },
    block('norm1', 'layernorm_before'),
    block(String.raw`attn\.proj`, 'attention.output.dense'),
    block('norm2', 'layernorm_after'),
    block(String.raw`mlp\.fc1`, 'intermediate.dense'),
    block(String.raw`mlp\.fc2`, 'output.dense'),
    { from: /^norm\./, to: `${prefix}.layernorm.` },
  ];
}

/** What such a config says of a network of ours. @param first  of its blocks */
export function encoderSettings(
  patches: PatchEmbed,
  depth: number,
  first: { readonly attn: { readonly heads: number }; readonly mlp: Mlp },
  eps: number,
): z.input<typeof encoderConfig> {
  const [width = 0, channels = 0, patch = 0] = patches.proj.weight.shape;
  return {
    hidden_size: width,
    num_hidden_layers: depth,
    num_attention_heads: first.attn.heads,
    intermediate_size: first.mlp.fc1.weight.size(0),
    hidden_act: 'gelu',
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
    layer_norm_eps: eps,
    image_size: patches.size,
    patch_size: patch,
    num_channels: channels,
  };
}

/** A Vision Transformer of ours as a config; null for another network, also one that a program derived from it. */
export function transformerSettings(model: nn.Layer): z.input<typeof transformerConfig> | null {
  if (model.constructor !== VisionTransformer) return null;
  const { patch_embed: patches, blocks, norm } = model as VisionTransformer;
  const [first] = blocks;
  if (!(first instanceof Block)) return null;
  return {
    ...encoderSettings(patches, blocks.length, first, norm.eps),
    qkv_bias: first.attn.qkv.bias !== null,
  };
}

export const vit = defineFamily({
  architectures: ['ViTForImageClassification'],
  config: transformerConfig,
  keys: [...transformerKeys('vit'), { from: /^classifier\./, to: 'head.' }],
  names: [...transformerNames('vit'), { from: /^head\./, to: 'classifier.' }],
  express(model) {
    const settings = transformerSettings(model);
    if (settings === null || (model as VisionTransformer).dist_token) return null;
    return { architecture: 'ViTForImageClassification', settings };
  },
  channels: (config) => config.num_channels,
  imageSize: (config) => config.image_size,
  remarks: dropoutRemarks,
  create: (config, options) => new VisionTransformer({ ...transformerOptions(config), ...options }),
});
