/**
 * The Vision Transformer (Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words") and DeiT (Touvron et al. 2021, "Training data-efficient
 * image transformers & distillation through attention"), with timm's names and state-dict keys: pre-norm blocks, a learned class token and
 * position embedding. DeiT has the same network in three sizes, with or without a second token that has a head of its own, for what a teacher
 * says.
 */
import { aten, nn, noGrad, randn, scope, type Tensor, zeros } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { PatchEmbed, patchings, stagesOf } from './layers/patches.ts';
import { risingDrops } from './layers/stochastic-depth.ts';
import { Block } from './layers/transformer.ts';
import type { ModelOptions } from './options.ts';

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
  /** Whether there is DeiT's distillation token; false where it is left out. */
  readonly distilled?: boolean;
  /** Whether that token has a head of its own; true where it is left out. */
  readonly distillationHead?: boolean;
  /** Whether queries, keys and values have biases; true where it is left out. */
  readonly qkvBias?: boolean;
  /** Of the layer norms; 1e-6 where it is left out, as in timm. */
  readonly eps?: number;
}

/**
 * Images [N, channels, imageSize, imageSize] → logits [N, classes]. With a distillation token they are the mean of both heads' logits, in
 * training too, as in timm, unless that token has no head; methods by which they learn apart (`headsApart`) tap `head` and `head_dist`.
 */
export class VisionTransformer extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly cls_token: nn.Parameter;
  readonly pos_embed: nn.Parameter;
  readonly dist_token: nn.Parameter | null;
  readonly patch_embed: PatchEmbed;
  readonly blocks: nn.Sequential;
  readonly norm: nn.LayerNorm;
  readonly head: nn.Linear;
  readonly head_dist: nn.Linear | null;

  constructor(options: VisionTransformerOptions) {
    super();
    const { imageSize, patchSize, width, depth, heads, classes } = options;
    const { channels = 3, mlpRatio = 4, dropPath = 0, qkvBias = true, eps = 1e-6 } = options;
    const { distilled = false, distillationHead = distilled } = options;
    const prefixTokens = distilled ? 2 : 1;
    this.anatomy = {
      stem: 'blocks.0:input',
      stages: stagesOf(depth),
      penultimate: 'head:input',
      classifier: distillationHead ? ['head', 'head_dist'] : ['head'],
      prefixTokens,
    };
    this.patch_embed = new PatchEmbed(imageSize, patchSize, channels, width);
    this.cls_token = new nn.Parameter(zeros([1, 1, width]));
    this.pos_embed = new nn.Parameter(
      randn([1, (imageSize / patchSize) ** 2 + prefixTokens, width]).mul(0.02),
    );
    this.dist_token = distilled ? new nn.Parameter(zeros([1, 1, width])) : null;
    this.blocks = new nn.Sequential(
      ...risingDrops(dropPath, [depth])
        .flat()
        .map((drop) => new Block({ width, heads, mlpRatio, qkvBias, eps, dropPath: drop })),
    );
    this.norm = new nn.LayerNorm(width, { eps });
    this.head = new nn.Linear(width, classes);
    this.head_dist = distillationHead ? new nn.Linear(width, classes) : null;
    this.#initialise();
  }

  /**
   * timm's initial values: truncated normal of 0.02 for positions, the distillation token and linear layers, whose biases are zero; next to
   * nothing for the class token.
   */
  #initialise(): void {
    if (this.dist_token) nn.init.truncNormal_(this.dist_token, { std: 0.02 });
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
      const prefix = this.dist_token ? [this.cls_token, this.dist_token] : [this.cls_token];
      const all = [...prefix.map((token) => token.expand([patches.size(0), -1, -1])), patches];
      const last = this.norm.forward(this.blocks.forward(aten.cat(all, 1).add(this.pos_embed)));
      const logits = this.head.forward(last.select(1, 0));
      return this.head_dist ? logits.add(this.head_dist.forward(last.select(1, 1))).div(2) : logits;
    });
  }
}

type Size = Pick<VisionTransformerOptions, 'width' | 'depth' | 'heads'>;

/** Ours, small enough to train on a CPU with images of 32 pixels: 1.2 and 2.7 million parameters. */
const smaller: Readonly<Record<string, Size>> = {
  pico: { width: 128, depth: 6, heads: 4 },
  nano: { width: 192, depth: 6, heads: 3 },
};

/** DeiT's, 5.7, 22 and 86 million parameters. */
const sizes: Readonly<Record<string, Size>> = {
  tiny: { width: 192, depth: 12, heads: 3 },
  small: { width: 384, depth: 12, heads: 6 },
  base: { width: 768, depth: 12, heads: 12 },
};

type Make = (options: ModelOptions) => VisionTransformer;

const named = (
  family: string,
  chosen: Readonly<Record<string, Size>>,
  distilled: boolean,
  cuts = patchings,
) =>
  Object.entries(chosen).flatMap(([name, size]) =>
    cuts.map(({ patchSize, imageSize }): [string, Make] => [
      `${family}_${name}${distilled ? '_distilled' : ''}_patch${patchSize}_${imageSize}`,
      (options) => new VisionTransformer({ patchSize, imageSize, distilled, ...size, ...options }),
    ]),
  );

/** timm's names, and beside the standard images of 224 pixels those of 64 and 32; of 16 patches, too, where a CPU is to train them. */
export const visionTransformers: Readonly<Record<string, Make>> = Object.fromEntries([
  ...named('vit', smaller, false, [...patchings, { patchSize: 8, imageSize: 32 }]),
  ...named('vit', sizes, false),
  ...named('deit', sizes, false),
  ...named('deit', sizes, true),
]);
