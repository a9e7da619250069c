/**
 * BEiT v2 (Peng et al. 2022, "BEiT v2: Masked Image Modeling with Vector-Quantized Visual Tokenizers"), with timm's names and state-dict keys: a
 * Vision Transformer whose attention has a learned bias of where two patches lie to one another, in place of positions, and whose residuals have
 * a learned scale; the classifier sees the mean of the patches' tokens. What the first BEiT (Bao et al. 2022) has otherwise is an option.
 */
import { aten, full, functional, nn, noGrad, scope, type Tensor, zeros } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { beitLayout } from './beit-layout.ts';
import { checkPatches, PatchEmbed, patchings, stagesOf } from './layers/patches.ts';
import { RelativePositions } from './layers/relative-positions.ts';
import { risingDrops } from './layers/stochastic-depth.ts';
import { Mlp } from './layers/transformer.ts';
import type { ModelOptions } from './options.ts';

export interface BeitOptions extends ModelOptions {
  readonly imageSize: number;
  readonly patchSize: number;
  /** The size of a token, C. */
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly mlpRatio?: number;
  /** Stochastic depth of the last block; those before it have less, linearly. */
  readonly dropPath?: number;
  /** Whether queries and values have biases; true where it is left out. */
  readonly qkvBias?: boolean;
  /** What the scales of residuals are at first; 1e-5 where it is left out. With 0 there are none. */
  readonly layerScale?: number;
  /** Whether each block has a bias of relative positions; true where it is left out. */
  readonly relativePositions?: boolean;
  /** Whether all blocks share one, beside their own; false where it is left out. */
  readonly sharedPositions?: boolean;
  /** Whether tokens have positions of their own, too; false where it is left out. */
  readonly absolutePositions?: boolean;
  /** What the classifier sees: the mean of the patches' tokens, normalised, or the class token of normalised ones; the mean where it is left out. */
  readonly pooling?: 'mean' | 'token';
  /** Of the layer norms; 1e-6 where it is left out, as in timm. */
  readonly eps?: number;
}

/** What a block is made from. */
interface BlockOptions {
  readonly width: number;
  readonly heads: number;
  readonly mlpRatio: number;
  readonly qkvBias: boolean;
  readonly layerScale: number;
  readonly dropPath: number;
  readonly eps: number;
  /** Of a block that has its own. */
  readonly positions: RelativePositions | null;
}

/** Multi-head self-attention over tokens [N, L, C] → [N, L, C]; keys have no bias. */
class Attention extends nn.Layer {
  readonly q_bias: nn.Parameter | null;
  readonly k_bias: nn.Buffer | null;
  readonly v_bias: nn.Parameter | null;
  readonly relative_position_bias_table: nn.Parameter | null;
  readonly relative_position_index: nn.Buffer | null;
  readonly qkv: nn.Linear;
  readonly proj: nn.Linear;
  readonly heads: number;

  constructor({ width, heads, qkvBias, positions }: BlockOptions) {
    super();
    if (width % heads !== 0) throw new RangeError(`a width of ${width} does not divide into ${heads} heads`);
    this.q_bias = qkvBias ? new nn.Parameter(zeros([width])) : null;
    this.k_bias = qkvBias ? new nn.Buffer(zeros([width]), { persistent: false }) : null;
    this.v_bias = qkvBias ? new nn.Parameter(zeros([width])) : null;
    this.relative_position_bias_table = positions ? positions.table(heads) : null;
    this.relative_position_index = positions ? positions.index : null;
    this.qkv = new nn.Linear(width, 3 * width, { bias: false });
    this.proj = new nn.Linear(width, width);
    this.heads = heads;
  }

  /** @param shared  a bias of all blocks, [1, heads, L, L] */
  forward(x: Tensor, shared: Tensor | null = null): Tensor {
    return scope(() => {
      const [batch = 0, tokens = 0, width = 0] = x.shape;
      const bias =
        this.q_bias && this.k_bias && this.v_bias
          ? aten.cat([this.q_bias, this.k_bias, this.v_bias], 0)
          : null;
      const split = functional
        .linear(x, this.qkv.weight, bias)
        .reshape([batch, tokens, 3, this.heads, width / this.heads]);
      const [query, key, value] = split.permute([2, 0, 3, 1, 4]).unbind(0);
      if (!query || !key || !value) throw new RangeError('attention without query, key and value');
      const own =
        this.relative_position_bias_table && this.relative_position_index
          ? RelativePositions.bias(this.relative_position_bias_table, this.relative_position_index)
          : null;
      const attnMask = own && shared ? own.add(shared) : (own ?? shared);
      const mixed = functional.scaled_dot_product_attention(query, key, value, { attnMask });
      return this.proj.forward(mixed.transpose(1, 2).reshape([batch, tokens, width]));
    });
  }
}

/** x + gamma_1 · attention(norm(x)), then x + gamma_2 · mlp(norm(x)): [N, L, C] → [N, L, C]. */
class Block extends nn.Layer {
  readonly gamma_1: nn.Parameter | null;
  readonly gamma_2: nn.Parameter | null;
  readonly norm1: nn.LayerNorm;
  readonly attn: Attention;
  readonly drop_path1: nn.DropPath;
  readonly norm2: nn.LayerNorm;
  readonly mlp: Mlp;
  readonly drop_path2: nn.DropPath;

  constructor(options: BlockOptions) {
    super();
    const { width, mlpRatio, layerScale, dropPath, eps } = options;
    this.gamma_1 = layerScale > 0 ? new nn.Parameter(full([width], layerScale)) : null;
    this.gamma_2 = layerScale > 0 ? new nn.Parameter(full([width], layerScale)) : null;
    this.norm1 = new nn.LayerNorm(width, { eps });
    this.attn = new Attention(options);
    this.drop_path1 = new nn.DropPath(dropPath);
    this.norm2 = new nn.LayerNorm(width, { eps });
    this.mlp = new Mlp(width, Math.round(mlpRatio * width));
    this.drop_path2 = new nn.DropPath(dropPath);
  }

  /** @param shared  a bias of all blocks, [1, heads, L, L] */
  forward(x: Tensor, shared: Tensor | null = null): Tensor {
    return scope(() => {
      const scaled = (to: Tensor, gamma: nn.Parameter | null, by: Tensor): Tensor =>
        gamma ? to.addcmul(gamma, by) : to.add(by);
      const attention = scope(() =>
        this.drop_path1.forward(this.attn.forward(this.norm1.forward(x), shared)),
      );
      const attended = scaled(x, this.gamma_1, attention);
      const mlp = scope(() => this.drop_path2.forward(this.mlp.forward(this.norm2.forward(attended))));
      return scaled(attended, this.gamma_2, mlp);
    });
  }
}

/** The bias that all blocks share: [1, heads, L, L]. */
class SharedPositions extends nn.Layer {
  readonly relative_position_bias_table: nn.Parameter;
  readonly relative_position_index: nn.Buffer;

  constructor(positions: RelativePositions, heads: number) {
    super();
    this.relative_position_bias_table = positions.table(heads);
    this.relative_position_index = positions.index;
  }

  forward(): Tensor {
    return RelativePositions.bias(this.relative_position_bias_table, this.relative_position_index);
  }
}

/** The blocks that end a stage: 1, 3, 9 and 11 of 12, as OFA-KD has it, and 1, 3, 21 and 23 of 24. */
const stages = (depth: number): string[] =>
  depth < 12 ? stagesOf(depth) : [1, 3, depth - 3, depth - 1].map((block) => `blocks.${block}`);

/** Images [N, channels, imageSize, imageSize] → logits [N, classes]. */
export class Beit extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly cls_token: nn.Parameter;
  readonly pos_embed: nn.Parameter | null;
  readonly patch_embed: PatchEmbed;
  readonly rel_pos_bias: SharedPositions | null;
  readonly blocks: nn.ModuleList<Block>;
  readonly norm: nn.LayerNorm | null;
  readonly fc_norm: nn.LayerNorm | null;
  readonly head: nn.Linear;

  constructor(options: BeitOptions) {
    super();
    const { imageSize, patchSize, width, depth, heads, classes } = options;
    const {
      channels = 3,
      mlpRatio = 4,
      dropPath = 0,
      qkvBias = true,
      layerScale = 1e-5,
      eps = 1e-6,
    } = options;
    const { relativePositions = true, sharedPositions = false, absolutePositions = false } = options;
    checkPatches(imageSize, patchSize);
    const isMean = (options.pooling ?? 'mean') === 'mean';
    this.anatomy = {
      stem: 'blocks.0:input',
      stages: stages(depth),
      penultimate: 'head:input',
      classifier: ['head'],
      head: isMean ? ['fc_norm'] : ['norm'],
      prefixTokens: 1,
    };
    const grid = imageSize / patchSize;
    this.cls_token = new nn.Parameter(zeros([1, 1, width]));
    this.pos_embed = absolutePositions ? new nn.Parameter(zeros([1, grid ** 2 + 1, width])) : null;
    this.patch_embed = new PatchEmbed(imageSize, patchSize, channels, width);
    const positions = relativePositions || sharedPositions ? new RelativePositions(grid) : null;
    this.rel_pos_bias = positions && sharedPositions ? new SharedPositions(positions, heads) : null;
    const blocks = risingDrops(dropPath, [depth])
      .flat()
      .map(
        (drop) =>
          new Block({
            ...{ width, heads, mlpRatio, qkvBias, layerScale, eps },
            positions: relativePositions ? positions : null,
            dropPath: drop,
          }),
      );
    this.blocks = new nn.ModuleList(blocks);
    this.norm = isMean ? null : new nn.LayerNorm(width, { eps });
    this.fc_norm = isMean ? new nn.LayerNorm(width, { eps }) : null;
    this.head = new nn.Linear(width, classes);
    this.#initialise();
  }

  /**
   * timm's initial values: truncated normal of 0.02 for linear layers, whose biases are zero, and tokens; what ends the i-th block's residuals is
   * divided by √(2 i), and the classifier by 1,000.
   */
  #initialise(): void {
    for (const [, module] of this.namedModules()) {
      if (!(module instanceof nn.Linear)) continue;
      nn.init.truncNormal_(module.weight, { std: 0.02 });
      if (module.bias) nn.init.zeros_(module.bias);
    }
    nn.init.truncNormal_(this.cls_token, { std: 0.02 });
    if (this.pos_embed) nn.init.truncNormal_(this.pos_embed, { std: 0.02 });
    noGrad(() => {
      for (const [i, { attn, mlp }] of [...this.blocks].entries())
        for (const { weight } of [attn.proj, mlp.fc2]) weight.div_(Math.sqrt(2 * (i + 1)));
      this.head.weight.mul_(0.001);
    });
  }

  /**
   * Weights of this network as timm 0.6 and Microsoft's own code write them, under its own keys: which place of the table two patches have is no
   * weight, a table that all blocks share is each block's own, and what was only for pre-training is left out. Null where they are none of these.
   */
  ownLayout(weights: nn.StateDict): nn.StateDict | null {
    return beitLayout(this, weights);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const patches = this.patch_embed.forward(x);
      const all = aten.cat([this.cls_token.expand([patches.size(0), -1, -1]), patches], 1);
      const shared = this.rel_pos_bias ? this.rel_pos_bias.forward() : null;
      let tokens = this.pos_embed ? all.add(this.pos_embed) : all;
      for (const block of this.blocks) tokens = block.forward(tokens, shared);
      if (this.norm) return this.head.forward(this.norm.forward(tokens).select(1, 0));
      const mean = tokens.narrow(1, 1, tokens.size(1) - 1).mean([1]);
      return this.head.forward(this.fc_norm ? this.fc_norm.forward(mean) : mean);
    });
  }
}

type Size = Pick<BeitOptions, 'width' | 'depth' | 'heads'>;

/** Ours, small enough to train on a CPU with images of 32 pixels: 1.2 and 2.7 million parameters. */
const smaller: Readonly<Record<string, Size>> = {
  pico: { width: 128, depth: 6, heads: 4 },
  nano: { width: 192, depth: 6, heads: 3 },
};

/** timm's, 87 and 304 million parameters. */
const sizes: Readonly<Record<string, Size>> = {
  base: { width: 768, depth: 12, heads: 12 },
  large: { width: 1024, depth: 24, heads: 16 },
};

type Make = (options: ModelOptions) => Beit;

const named = (chosen: Readonly<Record<string, Size>>, cuts: typeof patchings) =>
  Object.entries(chosen).flatMap(([name, size]) =>
    cuts.map(({ patchSize, imageSize }): [string, Make] => [
      `beitv2_${name}_patch${patchSize}_${imageSize}`,
      (options) => new Beit({ patchSize, imageSize, ...size, ...options }),
    ]),
  );

/** timm's names, for images of 224 pixels, and smaller ones, for 64 and 32 too. */
export const beits: Readonly<Record<string, Make>> = Object.fromEntries([
  ...named(smaller, patchings),
  ...named(
    sizes,
    patchings.filter(({ imageSize }) => imageSize === 224),
  ),
]);
