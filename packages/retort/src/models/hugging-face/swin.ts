/** transformers' `swin`: Swin, which is ours under other keys, with the merging of patches at the end of a stage. */
import { z } from 'zod';
import { Stage } from '../layers/stage.ts';
import { SwinBlock, SwinTransformer } from '../swin.ts';
import {
  chance,
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
import { dropoutRemarks } from './vit.ts';

const config = z
  .object({
    image_size: side(224),
    patch_size: side(4),
    num_channels: count(3),
    embed_dim: count(96),
    depths: z.array(whole).min(1).default([2, 2, 6, 2]),
    num_heads: z.array(whole).min(1).default([3, 6, 12, 24]),
    window_size: count(7),
    mlp_ratio: z.number().positive().default(4),
    qkv_bias: z.boolean().default(true),
    hidden_dropout_prob: chance,
    attention_probs_dropout_prob: chance,
    drop_path_rate: probability.default(0.1),
    hidden_act: computed('gelu'),
    use_absolute_embeddings: computed(false),
    layer_norm_eps: epsilon(1e-5),
  })
  .refine(({ depths, num_heads: heads }) => depths.length === heads.length, {
    path: ['num_heads'],
    error: 'must be as many as depths, one of each stage',
  })
  .refine(
    ({ image_size: size, patch_size: patch, depths, window_size: window }) =>
      depths.every((_, stage) => (size / patch / 2 ** stage) % window === 0),
    {
      path: ['window_size'],
      error:
        'must divide the side of the grid of patches, and that of each later stage, which is half of the one before: others are padded there, which is not computed here',
    },
  );

const block = (theirs: string, own: string, part?: number): Renaming => ({
  from: new RegExp(String.raw`^swin\.encoder\.layers\.(\d+)\.blocks\.(\d+)\.${theirs}`),
  to: `layers.$1.blocks.$2.${own}`,
  ...(part === undefined ? {} : { part }),
});

const layer = 'swin.encoder.layers.$1.blocks.$2';

const named = (own: string, theirs: string | readonly string[]): Naming => ({
  from: new RegExp(String.raw`^layers\.(\d+)\.blocks\.(\d+)\.${own}`),
  to: typeof theirs === 'string' ? `${layer}.${theirs}` : theirs.map((name) => `${layer}.${name}`),
});

/** The stage that a key is of, moved. */
const moved =
  (by: number, before: string) =>
  (_: string, stage: string): string =>
    `${before}layers.${Number(stage) + by}.downsample.`;

export const swin = defineFamily({
  architectures: ['SwinForImageClassification'],
  config,
  keys: [
    { from: /^swin\.embeddings\.patch_embeddings\.projection\./, to: 'patch_embed.proj.' },
    { from: /^swin\.embeddings\.norm\./, to: 'patch_embed.norm.' },
    { from: /\.relative_position_index$/, to: null },
    block(
      String.raw`attention\.(?:self|relative_position_bias)\.relative_position_bias_table$`,
      'attn.relative_position_bias_table',
    ),
    block(String.raw`layernorm_before\.`, 'norm1.'),
    block(String.raw`attention\.(?:self\.query|q_proj)\.`, 'attn.qkv.', 0),
    block(String.raw`attention\.(?:self\.key|k_proj)\.`, 'attn.qkv.', 1),
    block(String.raw`attention\.(?:self\.value|v_proj)\.`, 'attn.qkv.', 2),
    block(String.raw`attention\.(?:output\.dense|o_proj)\.`, 'attn.proj.'),
    block(String.raw`layernorm_after\.`, 'norm2.'),
    block(String.raw`(?:intermediate\.dense|mlp\.fc1)\.`, 'mlp.fc1.'),
    block(String.raw`(?:output\.dense|mlp\.fc2)\.`, 'mlp.fc2.'),
    { from: /^swin\.encoder\.layers\.(\d+)\.downsample\./, to: moved(1, '') },
    { from: /^swin\.layernorm\./, to: 'norm.' },
    { from: /^classifier\./, to: 'head.fc.' },
  ],
  names: [
    { from: /^patch_embed\.proj\./, to: 'swin.embeddings.patch_embeddings.projection.' },
    { from: /^patch_embed\.norm\./, to: 'swin.embeddings.norm.' },
    named(String.raw`attn\.relative_position_bias_table$`, 'attention.self.relative_position_bias_table'),
    named(String.raw`norm1\.`, 'layernorm_before.'),
    named(String.raw`attn\.qkv\.`, ['attention.self.query.', 'attention.self.key.', 'attention.self.value.']),
    named(String.raw`attn\.proj\.`, 'attention.output.dense.'),
    named(String.raw`norm2\.`, 'layernorm_after.'),
    named(String.raw`mlp\.fc1\.`, 'intermediate.dense.'),
    named(String.raw`mlp\.fc2\.`, 'output.dense.'),
    { from: /^layers\.(\d+)\.downsample\./, to: moved(-1, 'swin.encoder.') },
    { from: /^norm\./, to: 'swin.layernorm.' },
    { from: /^head\.fc\./, to: 'classifier.' },
  ],
  express(model) {
    if (model.constructor !== SwinTransformer) return null;
    const { patch_embed: patches, layers, norm } = model as SwinTransformer;
    const stages = Array.from(layers).flatMap((stage) =>
      stage instanceof Stage ? [Array.from(stage.blocks).filter((item) => item instanceof SwinBlock)] : [],
    );
    const blocks = stages.flat();
    const [first, last] = [blocks[0], blocks.at(-1)];
    // transformers has one window for all stages, and a table of biases for it.
    if (!first || !last || blocks.some(({ attn }) => attn.window !== first.attn.window)) return null;
    const [width = 0, channels = 0, patch = 0] = patches.proj.weight.shape;
    return {
      architecture: 'SwinForImageClassification',
      settings: {
        image_size: patches.size,
        patch_size: patch,
        num_channels: channels,
        embed_dim: width,
        depths: stages.map(({ length }) => length),
        num_heads: stages.map(([one]) => one?.attn.heads),
        window_size: first.attn.window,
        mlp_ratio: first.mlp.fc1.weight.size(0) / width,
        qkv_bias: first.attn.qkv.bias !== null,
        hidden_dropout_prob: 0,
        attention_probs_dropout_prob: 0,
        drop_path_rate: last.drop_path1.p,
        hidden_act: 'gelu',
        use_absolute_embeddings: false,
        layer_norm_eps: norm.eps,
      },
    };
  },
  channels: (given) => given.num_channels,
  imageSize: (given) => given.image_size,
  remarks: dropoutRemarks,
  create: (given, options) =>
    new SwinTransformer({
      ...options,
      imageSize: given.image_size,
      patchSize: given.patch_size,
      width: given.embed_dim,
      depths: given.depths,
      heads: given.num_heads,
      window: given.window_size,
      mlpRatio: given.mlp_ratio,
      qkvBias: given.qkv_bias,
      dropPath: given.drop_path_rate,
      eps: given.layer_norm_eps,
    }),
});
