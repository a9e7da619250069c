/** transformers' `beit`, which both releases of BEiT are: ours under other keys, with the first one's options. */
import type { nn } from '@retort/torch';
import { z } from 'zod';
import { Beit } from '../beit.ts';
import { defineFamily, type Naming, probability, type Renaming } from './family.ts';
import {
  dropoutRemarks,
  encoderConfig,
  encoderOptions,
  encoderSettings,
  transformerKeys,
  transformerNames,
} from './vit.ts';

/** What a config of `beit` says, by transformers' names and with its defaults. */
const config = encoderConfig.extend({
  use_absolute_position_embeddings: z.boolean().default(false),
  use_relative_position_bias: z.boolean().default(false),
  use_shared_relative_position_bias: z.boolean().default(false),
  layer_scale_init_value: z.number().min(0).default(0.1),
  drop_path_rate: probability.default(0.1),
  use_mean_pooling: z.boolean().default(true),
});

/** A key of a block, which is in `encoder.layer.N` until transformers 4, in `layers.N` from 5 on. */
const inBlock = (theirs: string, own: string): Renaming => ({
  from: new RegExp(String.raw`^beit\.(?:encoder\.layer|layers)\.(\d+)\.${theirs}`),
  to: `blocks.$1.${own}`,
});

const keys: readonly Renaming[] = [
  // Computed of the image's size, which files of the first years have; and of pre-training alone.
  { from: /relative_position_index$/, to: null },
  { from: /^beit\.embeddings\.mask_token$/, to: null },
  inBlock('lambda_([12])$', 'gamma_$2'),
  inBlock(String.raw`attention\.(?:attention\.query|q_proj)\.bias$`, 'attn.q_bias'),
  inBlock(String.raw`attention\.(?:attention\.value|v_proj)\.bias$`, 'attn.v_bias'),
  inBlock(String.raw`(?:attention\.attention\.)?relative_position_bias\.`, 'attn.'),
  ...transformerKeys('beit'),
  { from: /^beit\.(?:encoder\.relative_position_bias|shared_position_bias)\./, to: 'rel_pos_bias.' },
  { from: /^beit\.pooler\.layernorm\./, to: 'fc_norm.' },
  { from: /^classifier\./, to: 'head.' },
];

/** A key of a block of ours as transformers 4 has it. */
const named = (own: string, theirs: string): Naming => ({
  from: new RegExp(String.raw`^blocks\.(\d+)\.${own}`),
  to: `beit.encoder.layer.$1.${theirs}`,
});

const names: readonly Naming[] = [
  named('gamma_([12])$', 'lambda_$2'),
  named(String.raw`attn\.q_bias$`, 'attention.attention.query.bias'),
  named(String.raw`attn\.v_bias$`, 'attention.attention.value.bias'),
  named(
    String.raw`attn\.relative_position_bias_table$`,
    'attention.attention.relative_position_bias.relative_position_bias_table',
  ),
  ...transformerNames('beit'),
  { from: /^rel_pos_bias\./, to: 'beit.encoder.relative_position_bias.' },
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
  return {
    ...encoderSettings(patches, blocks.length, first, eps),
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
      ...encoderOptions(found),
      layerScale: found.layer_scale_init_value,
      relativePositions: found.use_relative_position_bias,
      sharedPositions: found.use_shared_relative_position_bias,
      absolutePositions: found.use_absolute_position_embeddings,
      pooling: found.use_mean_pooling ? 'mean' : 'token',
      dropPath: found.drop_path_rate,
      ...options,
    }),
});
