/** transformers' `vit`: the Vision Transformer, which is ours under other keys. */
import { z } from 'zod';
import { VisionTransformer } from '../vit.ts';
import { chance, computed, count, defineFamily, epsilon, type Renaming, side } from './family.ts';

/** What a config of `vit` and of `deit` says, by transformers' names and with its defaults. */
export const transformerConfig = z.object({
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
  qkv_bias: z.boolean().default(true),
});

type TransformerConfig = z.output<typeof transformerConfig>;

/** What our Vision Transformer is made from. */
export const transformerOptions = (config: TransformerConfig) => ({
  imageSize: config.image_size,
  patchSize: config.patch_size,
  width: config.hidden_size,
  depth: config.num_hidden_layers,
  heads: config.num_attention_heads,
  mlpRatio: config.intermediate_size / config.hidden_size,
  qkvBias: config.qkv_bias,
  eps: config.layer_norm_eps,
});

/** Dropout matters to a student alone. */
export const dropoutRemarks = ({
  hidden_dropout_prob: hidden,
  attention_probs_dropout_prob: attention,
}: TransformerConfig) =>
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

export const vit = defineFamily({
  architectures: ['ViTForImageClassification'],
  config: transformerConfig,
  keys: [...transformerKeys('vit'), { from: /^classifier\./, to: 'head.' }],
  channels: (config) => config.num_channels,
  imageSize: (config) => config.image_size,
  remarks: dropoutRemarks,
  create: (config, options) => new VisionTransformer({ ...transformerOptions(config), ...options }),
});
