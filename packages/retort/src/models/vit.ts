/**
 * The Vision Transformer (Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words") in the sizes of DeiT (Touvron et al. 2021), with
 * timm's names and state-dict keys: pre-norm blocks, a learned class token and position embedding.
 */
import { aten, functional, nn, noGrad, randn, scope, type Tensor, zeros } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import type { ModelOptions } from './options.ts';

/** Multi-head self-attention over tokens [N, L, C] → [N, L, C]. */
class Attention extends nn.Layer {
  readonly qkv: nn.Linear;
  readonly proj: nn.Linear;
  readonly #heads: number;

  constructor(width: number, heads: number) {
    super();
    if (width % heads !== 0) throw new RangeError(`a width of ${width} does not divide into ${heads} heads`);
    this.qkv = new nn.Linear(width, 3 * width);
    this.proj = new nn.Linear(width, width);
    this.#heads = heads;
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const [batch = 0, tokens = 0, width = 0] = x.shape;
      const split = this.qkv.forward(x).reshape([batch, tokens, 3, this.#heads, width / this.#heads]);
      const [query, key, value] = split.permute([2, 0, 3, 1, 4]).unbind(0);
      if (!query || !key || !value) throw new RangeError('attention without query, key and value');
      const mixed = functional.scaled_dot_product_attention(query, key, value);
      return this.proj.forward(mixed.transpose(1, 2).reshape([batch, tokens, width]));
    });
  }
}

/** Two linear layers around a GELU: [N, L, C] → [N, L, C]. */
class Mlp extends nn.Layer {
  readonly fc1: nn.Linear;
  readonly act = new nn.GELU();
  readonly fc2: nn.Linear;

  constructor(width: number, hidden: number) {
    super();
    this.fc1 = new nn.Linear(width, hidden);
    this.fc2 = new nn.Linear(hidden, width);
  }

  forward(x: Tensor): Tensor {
    return scope(() => this.fc2.forward(this.act.forward(this.fc1.forward(x))));
  }
}

/** x + attention(norm(x)), then x + mlp(norm(x)): [N, L, C] → [N, L, C]. */
class Block extends nn.Layer {
  readonly norm1: nn.LayerNorm;
  readonly attn: Attention;
  readonly drop_path1: nn.DropPath;
  readonly norm2: nn.LayerNorm;
  readonly mlp: Mlp;
  readonly drop_path2: nn.DropPath;

  constructor(width: number, heads: number, mlpRatio: number, dropPath: number) {
    super();
    this.norm1 = new nn.LayerNorm(width, { eps: 1e-6 });
    this.attn = new Attention(width, heads);
    this.drop_path1 = new nn.DropPath(dropPath);
    this.norm2 = new nn.LayerNorm(width, { eps: 1e-6 });
    this.mlp = new Mlp(width, mlpRatio * width);
    this.drop_path2 = new nn.DropPath(dropPath);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const attended = x.add(scope(() => this.drop_path1.forward(this.attn.forward(this.norm1.forward(x)))));
      return attended.add(
        scope(() => this.drop_path2.forward(this.mlp.forward(this.norm2.forward(attended)))),
      );
    });
  }
}

/** Images [N, channels, size, size] → a token for each patch, [N, (size / patch)², C]. */
class PatchEmbed extends nn.Layer {
  readonly proj: nn.Conv2d;
  readonly #size: number;

  constructor(size: number, patch: number, channels: number, width: number) {
    super();
    if (size % patch !== 0)
      throw new RangeError(`images of ${size} pixels do not divide into patches of ${patch}`);
    this.proj = new nn.Conv2d(channels, width, patch, { stride: patch });
    this.#size = size;
  }

  forward(x: Tensor): Tensor {
    const [, , height, width] = x.shape;
    if (height !== this.#size || width !== this.#size)
      throw new RangeError(
        `this model takes images of ${this.#size}x${this.#size} pixels, got ${height}x${width}`,
      );
    return scope(() => this.proj.forward(x).flatten(2).transpose(1, 2));
  }
}

export interface VisionTransformerOptions extends ModelOptions {
  readonly imageSize: number;
  readonly patchSize: number;
  /** The size of a token, C. */
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly mlpRatio?: number;
  /** Stochastic depth of the last block; those before it have less, linearly. */
  readonly dropPath?: number;
}

/** Images [N, channels, imageSize, imageSize] → logits [N, classes]. */
export class VisionTransformer extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly cls_token: nn.Parameter;
  readonly pos_embed: nn.Parameter;
  readonly patch_embed: PatchEmbed;
  readonly blocks: nn.Sequential;
  readonly norm: nn.LayerNorm;
  readonly head: nn.Linear;

  constructor(options: VisionTransformerOptions) {
    super();
    const { imageSize, patchSize, width, depth, heads, classes } = options;
    const { channels = 3, mlpRatio = 4, dropPath = 0 } = options;
    // A sixth, a third, five sixths and all of the blocks, as OFA-KD reads them (blocks 1, 3, 9 and 11 of 12).
    const ends = [1 / 6, 1 / 3, 5 / 6, 1].map((share) => Math.max(1, Math.round(share * depth)) - 1);
    this.anatomy = {
      stem: 'blocks.0:input',
      stages: [...new Set(ends)].map((block) => `blocks.${block}`),
      penultimate: 'head:input',
      classifier: ['head'],
      prefixTokens: 1,
    };
    this.patch_embed = new PatchEmbed(imageSize, patchSize, channels, width);
    this.cls_token = new nn.Parameter(zeros([1, 1, width]));
    this.pos_embed = new nn.Parameter(randn([1, (imageSize / patchSize) ** 2 + 1, width]).mul(0.02));
    this.blocks = new nn.Sequential(
      ...Array.from(
        { length: depth },
        (_, i) => new Block(width, heads, mlpRatio, depth > 1 ? (dropPath * i) / (depth - 1) : 0),
      ),
    );
    this.norm = new nn.LayerNorm(width, { eps: 1e-6 });
    this.head = new nn.Linear(width, classes);
    this.#initialise();
  }

  /** timm's initial values: truncated normal of 0.02 for positions and linear layers, whose biases are zero; next to nothing for the class. */
  #initialise(): void {
    nn.init.truncNormal_(this.pos_embed, { std: 0.02 });
    nn.init.normal_(this.cls_token, 0, 1e-6);
    for (const [, module] of this.namedModules()) {
      if (!(module instanceof nn.Linear)) continue;
      nn.init.truncNormal_(module.weight, { std: 0.02 });
      noGrad(() => module.bias?.zero_());
    }
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const patches = this.patch_embed.forward(x);
      const classToken = this.cls_token.expand([patches.size(0), -1, -1]);
      const tokens = aten.cat([classToken, patches], 1).add(this.pos_embed);
      const last = this.norm.forward(this.blocks.forward(tokens));
      return this.head.forward(last.select(1, 0));
    });
  }
}

const sizes = {
  tiny: { width: 192, depth: 12, heads: 3 },
  small: { width: 384, depth: 12, heads: 6 },
  base: { width: 768, depth: 12, heads: 12 },
} as const;

/** timm's names, and beside the standard images of 224 pixels those of 64 and 32. */
export const visionTransformers: Readonly<Record<string, (options: ModelOptions) => VisionTransformer>> =
  Object.fromEntries(
    Object.entries(sizes).flatMap(([name, size]) =>
      [
        [16, 224],
        [8, 64],
        [4, 32],
      ].map(([patchSize = 0, imageSize = 0]) => [
        `vit_${name}_patch${patchSize}_${imageSize}`,
        (options: ModelOptions) => new VisionTransformer({ patchSize, imageSize, ...size, ...options }),
      ]),
    ),
  );
