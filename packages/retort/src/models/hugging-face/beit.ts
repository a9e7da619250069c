/** transformers' `beit`, which both releases of BEiT are: ours under other keys, with the first one's options. */
import type { nn } from '@retort/torch';
import { z } from 'zod';
import { Beit } from '../beit.ts';
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
import { dropoutRemarks } from './vit.ts';

/** What a config of `beit` says, by transformers' names and with its defaults. */
const config = z.object({
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
  use_absolute_position_embeddings: z.boolean().default(false),
  use_relative_position_bias: z.boolean().default(false),
  use_shared_relative_position_bias: z.boolean().default(false),
  layer_scale_init_value: z.number().min(0).default(0.1),
  drop_path_rate: z.number().min(0).max(1).default(0.1),
  use_mean_pooling: z.boolean().default(true),
});

/** The keys of the encoder: `encoder.layer.N` until transformers 4, `layers.N` from 5 on. */
const block = (inner: string): RegExp =>
  new RegExp(String.raw`^beit\.(?:encoder\.layer|layers)\.(\d+)\.${inner}`);
const attention = (old: string, own: string): RegExp =>
  block(String.raw`attention\.(?:attention\.${old}|${own})\.`);

const keys: readonly Renaming[] = [
  // Computed of the image's size, which files of the first years have; and of pre-training alone.
  { from: /relative_position_index$/, to: null },
  { from: /^beit\.embeddings\.mask_token$/, to: null },
  { from: /^beit\.embeddings\.cls_token$/, to: 'cls_token' },
  { from: /^beit\.embeddings\.position_embeddings$/, to: 'pos_embed' },
  { from: /^beit\.embeddings\.patch_embeddings\.projection\./, to: 'patch_embed.proj.' },
  { from: block('lambda_([12])$'), to: 'blocks.$1.gamma_$2' },
  { from: block(String.raw`layernorm_before\.`), to: 'blocks.$1.norm1.' },
  { from: new RegExp(`${attention('query', 'q_proj').source}bias$`), to: 'blocks.$1.attn.q_bias' },
  { from: new RegExp(`${attention('value', 'v_proj').source}bias$`), to: 'blocks.$1.attn.v_bias' },
  { from: attention('query', 'q_proj'), to: 'blocks.$1.attn.qkv.', part: 0 },
  { from: attention('key', 'k_proj'), to: 'blocks.$1.attn.qkv.', part: 1 },
  { from: attention('value', 'v_proj'), to: 'blocks.$1.attn.qkv.', part: 2 },
  { from: block(String.raw`(?:attention\.attention\.)?relative_position_bias\.`), to: 'blocks.$1.attn.' },
  { from: block(String.raw`attention\.(?:output\.dense|o_proj)\.`), to: 'blocks.$1.attn.proj.' },
  { from: block(String.raw`layernorm_after\.`), to: 'blocks.$1.norm2.' },
  { from: block(String.raw`(?:intermediate\.dense|mlp\.fc1)\.`), to: 'blocks.$1.mlp.fc1.' },
  { from: block(String.raw`(?:output\.dense|mlp\.fc2)\.`), to: 'blocks.$1.mlp.fc2.' },
  { from: /^beit\.(?:encoder\.relative_position_bias|shared_position_bias)\./, to: 'rel_pos_bias.' },
  { from: /^beit\.layernorm\./, to: 'norm.' },
  { from: /^beit\.pooler\.layernorm\./, to: 'fc_norm.' },
  { from: /^classifier\./, to: 'head.' },
];

/** A key of a block of ours as transformers 4 has it. */
const inBlock = (own: string, theirs: string): Naming => ({
  from: new RegExp(String.raw`^blocks\.(\d+)\.${own}`),
  to: `beit.encoder.layer.$1.${theirs}`,
});

const layer = 'beit.encoder.layer.$1.attention.attention';

const names: readonly Naming[] = [
  { from: /^cls_token$/, to: 'beit.embeddings.cls_token' },
  { from: /^pos_embed$/, to: 'beit.embeddings.position_embeddings' },
  { from: /^patch_embed\.proj\./, to: 'beit.embeddings.patch_embeddings.projection.' },
  inBlock('gamma_([12])$', 'lambda_$2'),
  inBlock(String.raw`attn\.q_bias$`, 'attention.attention.query.bias'),
  inBlock(String.raw`attn\.v_bias$`, 'attention.attention.value.bias'),
  {
    from: /^blocks\.(\d+)\.attn\.qkv\./,
    to: [`${layer}.query.`, `${layer}.key.`, `${layer}.value.`],
  },
  inBlock(
    String.raw`attn\.relative_position_bias_table$`,
    'attention.attention.relative_position_bias.relative_position_bias_table',
  ),
  inBlock(String.raw`norm1\.`, 'layernorm_before.'),
  inBlock(String.raw`attn\.proj\.`, 'attention.output.dense.'),
  inBlock(String.raw`norm2\.`, 'layernorm_after.'),
  inBlock(String.raw`mlp\.fc1\.`, 'intermediate.dense.'),
  inBlock(String.raw`mlp\.fc2\.`, 'output.dense.'),
  { from: /^rel_pos_bias\./, to: 'beit.encoder.relative_position_bias.' },
  { from: /^norm\./, to: 'beit.layernorm.' },
  { from: /^fc_norm\./, to: 'beit.pooler.layernorm.' },
  { from: /^head\./, to: 'classifier.' },
];

/**
 * A BEiT of ours as a config; null for another network, one that a program derived from it, and one without biases, which transformers always has,
 * or without scales of residuals: transformers reads their number as a float, which the 0 of JSON is none of to it.
 */
function settingsOf(model: nn.Layer): z.input<typeof config> | null {
  if (model.constructor !== Beit) return null;
  const { patch_embed: patches, pos_embed, rel_pos_bias, blocks, norm, fc_norm } = model as Beit;
  const [first, ...others] = blocks;
  const last = others.at(-1) ?? first;
  const { eps } = norm ?? fc_norm ?? {};
  if (!first?.attn.q_bias || !first.gamma_1 || !last || eps === undefined) return null;
  const [width = 0, channels = 0, patch = 0] = patches.proj.weight.shape;
  return {
    hidden_size: width,
    num_hidden_layers: blocks.length,
    num_attention_heads: first.attn.heads,
    intermediate_size: first.mlp.fc1.weight.size(0),
    hidden_act: 'gelu',
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
    layer_norm_eps: eps,
    image_size: patches.size,
    patch_size: patch,
    num_channels: channels,
    use_absolute_position_embeddings: pos_embed !== null,
    use_relative_position_bias: first.attn.relative_position_bias_table !== null,
    use_shared_relative_position_bias: rel_pos_bias !== null,
    // Of fresh weights alone: what a trained network begins with is no setting of it.
    layer_scale_init_value: 1e-5,
    drop_path_rate: last.drop_path1.p,
    use_mean_pooling: norm === null,
  };
}

export const beit = defineFamily({
  architectures: ['BeitForImageClassification'],
  config,
  keys,
  names,
  express(model) {
    const settings = settingsOf(model);
    return settings && { architecture: 'BeitForImageClassification', settings };
  },
  channels: ({ num_channels }) => num_channels,
  imageSize: ({ image_size }) => image_size,
  remarks: dropoutRemarks,
  create: (found, options) =>
    new Beit({
      imageSize: found.image_size,
      patchSize: found.patch_size,
      width: found.hidden_size,
      depth: found.num_hidden_layers,
      heads: found.num_attention_heads,
      mlpRatio: found.intermediate_size / found.hidden_size,
      layerScale: found.layer_scale_init_value,
      relativePositions: found.use_relative_position_bias,
      sharedPositions: found.use_shared_relative_position_bias,
      absolutePositions: found.use_absolute_position_embeddings,
      pooling: found.use_mean_pooling ? 'mean' : 'token',
      dropPath: found.drop_path_rate,
      eps: found.layer_norm_eps,
      ...options,
    }),
});
