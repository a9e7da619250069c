/**
 * The Vision Transformer (Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words") and DeiT (Touvron et al. 2021, "Training data-efficient
 * image transformers & distillation through attention"), DINOv2's (Oquab et al. 2024) and those with registers (Darcet et al. 2024), with timm's names and state-dict keys: pre-norm blocks, a learned class token and
 * position embedding. DeiT has the same network in three sizes, with or without a second token that has a head of its own, for what a teacher
 * says.
 */
import { aten, nn, noGrad, randn, scope, type Tensor, zeros } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { PatchEmbed, patchings, stagesOf } from './layers/patches.ts';
import { risingDrops } from './layers/stochastic-depth.ts';
import { Block } from './layers/transformer.ts';
import type { ModelOptions } from './options.ts';
import { vitLayout } from './vit-layouts.ts';

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
  /** Tokens of no patch and no class, to which attention may put what it needs nowhere else; 0 where it is left out. Only patches have positions then. */
  readonly registers?: number;
  /** What the factors of layer scale begin with; there are none where it is left out. */
  readonly layerScale?: number;
}

/**
 * Images [N, channels, imageSize, imageSize] → logits [N, classes]. With a distillation token they are the mean of both heads' logits, in
 * training too, as in timm, unless that token has no head; methods by which they learn apart (`headsApart`) tap `head` and `head_dist`.
 */
export class VisionTransformer extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly cls_token: nn.Parameter;
  readonly reg_token: nn.Parameter | null;
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
    const { distilled = false, distillationHead = distilled, registers = 0, layerScale } = options;
    const prefixTokens = (distilled ? 2 : 1) + registers;
    const positions = (imageSize / patchSize) ** 2 + (registers > 0 ? 0 : prefixTokens);
    this.anatomy = {
      stem: 'blocks.0:input',
      stages: stagesOf(depth),
      penultimate: 'head:input',
      classifier: distillationHead ? ['head', 'head_dist'] : ['head'],
      prefixTokens,
    };
    this.patch_embed = new PatchEmbed(imageSize, patchSize, channels, width);
    this.cls_token = new nn.Parameter(zeros([1, 1, width]));
    this.pos_embed = new nn.Parameter(randn([1, positions, width]).mul(0.02));
    this.dist_token = distilled ? new nn.Parameter(zeros([1, 1, width])) : null;
    this.reg_token = registers > 0 ? new nn.Parameter(zeros([1, registers, width])) : null;
    this.blocks = new nn.Sequential(
      ...risingDrops(dropPath, [depth])
        .flat()
        .map((drop) => new Block({ width, heads, mlpRatio, qkvBias, eps, layerScale, dropPath: drop })),
    );
    this.norm = new nn.LayerNorm(width, { eps });
    this.head = new nn.Linear(width, classes);
    this.head_dist = distillationHead ? new nn.Linear(width, classes) : null;
    this.#initialise();
  }

  /**
   * timm's initial values: truncated normal of 0.02 for positions, the distillation token and linear layers, whose biases are zero; next to
   * nothing for the class token and registers.
   */
  #initialise(): void {
    if (this.dist_token) nn.init.truncNormal_(this.dist_token, { std: 0.02 });
    nn.init.truncNormal_(this.pos_embed, { std: 0.02 });
    nn.init.normal_(this.cls_token, 0, 1e-6);
    if (this.reg_token) nn.init.normal_(this.reg_token, 0, 1e-6);
    for (const [, module] of this.namedModules()) {
      if (!(module instanceof nn.Linear)) continue;
      nn.init.truncNormal_(module.weight, { std: 0.02 });
      noGrad(() => module.bias?.zero_());
    }
  }

  /** Weights of DINO, DINOv2, or of images of another size, under its own keys and of its own size; null for others. */
  ownLayout(weights: nn.StateDict): nn.StateDict | null {
    return vitLayout(this.stateDict(), weights);
  }

  /** Patches [N, L, C] with their positions and the tokens before them. */
  #tokens(patches: Tensor): Tensor {
    const prefix = [this.cls_token, this.dist_token, this.reg_token].flatMap((token) => token ?? []);
    const before = prefix.map((token) => token.expand([patches.size(0), -1, -1]));
    if (this.reg_token) return aten.cat([...before, patches.add(this.pos_embed)], 1);
    return aten.cat([...before, patches], 1).add(this.pos_embed);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const patches = this.patch_embed.forward(x);
      const last = this.norm.forward(this.blocks.forward(this.#tokens(patches)));
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
const tiny: Size = { width: 192, depth: 12, heads: 3 };
const small: Size = { width: 384, depth: 12, heads: 6 };
const base: Size = { width: 768, depth: 12, heads: 12 };
const sizes: Readonly<Record<string, Size>> = { tiny, small, base };

/** Those of which DINO published weights with patches of 8 pixels. */
const finer: Readonly<Record<string, Size>> = { small, base };

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

/** As DINOv2 has them: patches of 14 pixels of images of 518, layer scale that begins at 1e-5, and four registers or none; S, B and L. */
const dinoV2Sizes: Readonly<Record<string, Size>> = {
  ...{ small, base },
  large: { width: 1024, depth: 24, heads: 16 },
};

const dinoV2 = Object.entries(dinoV2Sizes).flatMap(([name, size]) =>
  [0, 4].map((registers): [string, Make] => [
    `vit_${name}_patch14_${registers ? `reg${registers}_` : ''}dinov2`,
    (options) =>
      new VisionTransformer({
        ...{ patchSize: 14, imageSize: 518, layerScale: 1e-5, registers },
        ...size,
        ...options,
      }),
  ]),
);

/** MoCo v3's ViT-S has twelve heads, and weights of the same shapes as with six: nothing in them says it. */
export const smallOfMocoV3 = 'vit_small_patch16_224_mocov3';

/** timm's names, and beside the standard images of 224 pixels those of 64 and 32; of 16 patches, too, where a CPU is to train them. */
export const visionTransformers: Readonly<Record<string, Make>> = Object.fromEntries([
  ...named('vit', smaller, false, [...patchings, { patchSize: 8, imageSize: 32 }]),
  ...named('vit', sizes, false),
  ...named('deit', sizes, false),
  ...named('deit', sizes, true),
]);

/** Networks of which self-supervised weights are published: DINO's with patches of 8 pixels, DINOv2's, and MoCo v3's small one; the others are among timm's. */
export const selfSupervisedViTs: Readonly<Record<string, Make>> = Object.fromEntries([
  ...named('vit', finer, false, [{ patchSize: 8, imageSize: 224 }]),
  ...dinoV2,
  [
    smallOfMocoV3,
    (options: ModelOptions) =>
      new VisionTransformer({ patchSize: 16, imageSize: 224, ...small, heads: 12, ...options }),
  ],
]);
