/**
 * Swin (Liu et al. 2021, "Swin Transformer: Hierarchical Vision Transformer using Shifted Windows"), with timm's names and state-dict keys:
 * attention within windows, which every other block moves by half of one, in four stages between which 2x2 tokens become one.
 */
import { nn, noGrad, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { PatchEmbed, PatchMerging } from './layers/patches.ts';
import { Stage } from './layers/stage.ts';
import { risingDrops } from './layers/stochastic-depth.ts';
import { PreNormBlock } from './layers/transformer.ts';
import { WindowAttention, type WindowAttentionOptions } from './layers/windows.ts';
import type { ModelOptions } from './options.ts';

interface BlockOptions extends WindowAttentionOptions {
  readonly mlpRatio: number;
  readonly eps: number;
  readonly dropPath: number;
}

/** A block whose tokens attend to those of their window: [N, grid², C] → [N, grid², C]. */
export class SwinBlock extends PreNormBlock<WindowAttention> {
  constructor({ mlpRatio, eps, dropPath, ...options }: BlockOptions) {
    const { width } = options;
    super(new WindowAttention(options), { width, hidden: Math.floor(mlpRatio * width), dropPath, eps });
  }
}

/** Tokens of patches, normalised: images [N, channels, size, size] → [N, (size / patch)², C]. */
class NormedPatchEmbed extends PatchEmbed {
  readonly norm: nn.LayerNorm;

  constructor(size: number, patch: number, channels: number, width: number) {
    super(size, patch, channels, width);
    this.norm = new nn.LayerNorm(width);
  }

  override forward(x: Tensor): Tensor {
    return scope(() => this.norm.forward(super.forward(x)));
  }
}

/** The mean of the tokens, and a linear layer: [N, L, C] → [N, classes]. */
class Head extends nn.Layer {
  readonly fc: nn.Linear;

  constructor(width: number, classes: number) {
    super();
    this.fc = new nn.Linear(width, classes);
  }

  forward(x: Tensor): Tensor {
    return scope(() => this.fc.forward(x.mean([1])));
  }
}

export interface SwinOptions extends ModelOptions {
  readonly imageSize: number;
  readonly patchSize: number;
  /** The size of a token in the first stage; each other has twice that of the one before. */
  readonly width: number;
  /** Blocks of each stage. */
  readonly depths: readonly number[];
  /** Heads of each stage. */
  readonly heads: readonly number[];
  /** The side of a window; in stages with fewer tokens a side all are in one. */
  readonly window: number;
  /** 4 where it is left out. */
  readonly mlpRatio?: number;
  /** Stochastic depth of the last block; those before it have less, linearly. 0.1 where it is left out, as in timm. */
  readonly dropPath?: number;
  /** Whether queries, keys and values have biases; true where it is left out. */
  readonly qkvBias?: boolean;
  /** Of the blocks' norms and the last; 1e-5 where it is left out, as in timm. */
  readonly eps?: number;
}

/** The keys of timm before 0.9, and of the authors: patches are merged at the end of a stage, and the classifier is `head`. */
const laterLayout = (key: string): string =>
  key
    .replace(/^layers\.(\d+)\.downsample\./, (_, stage) => `layers.${Number(stage) + 1}.downsample.`)
    .replace(/^head\.(?!fc\.)/, 'head.fc.');

/** What those files hold beside weights. */
const isComputed = (key: string): boolean => /\.(?:relative_position_index|attn_mask)$/.test(key);

/**
 * Images [N, channels, imageSize, imageSize] → logits [N, classes].
 *
 * @throws RangeError for sizes that do not fit: patches must divide images, windows and 2x2 tokens the grids, heads the widths
 */
export class SwinTransformer extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly patch_embed: PatchEmbed;
  readonly layers: nn.Sequential;
  readonly norm: nn.LayerNorm;
  readonly head: Head;

  constructor(options: SwinOptions) {
    super();
    const { imageSize, patchSize, width, depths, heads, window, classes } = options;
    const { channels = 3, mlpRatio = 4, dropPath = 0.1, qkvBias = true, eps = 1e-5 } = options;
    if (depths.length !== heads.length)
      throw new RangeError(
        `Swin has as many heads as depths, one of each stage, got ${heads.length} and ${depths.length}`,
      );
    this.anatomy = {
      stem: 'patch_embed',
      stages: depths.map((_, i) => `layers.${i}`),
      penultimate: 'head.fc:input',
      classifier: ['head.fc'],
      prefixTokens: 0,
    };
    this.patch_embed = new NormedPatchEmbed(imageSize, patchSize, channels, width);
    const stages = risingDrops(dropPath, depths).map((drops, stage) => {
      const [grid, size] = [imageSize / patchSize / 2 ** stage, width * 2 ** stage];
      const downsample = stage > 0 ? new PatchMerging(2 * grid, size / 2, size) : null;
      const blocks = drops.map((drop, i) => {
        const isShifted = i % 2 === 1 && grid > window;
        return new SwinBlock({
          ...{ grid, width: size, heads: heads[stage] ?? 1, mlpRatio, qkvBias, eps },
          window: Math.min(window, grid),
          shift: isShifted ? Math.floor(window / 2) : 0,
          dropPath: drop,
        });
      });
      return new Stage(downsample, blocks);
    });
    this.layers = new nn.Sequential(...stages);
    const end = width * 2 ** (depths.length - 1);
    this.norm = new nn.LayerNorm(end, { eps });
    this.head = new Head(end, classes);
    this.#initialise();
  }

  /** timm's initial values: truncated normal of 0.02 for linear layers, whose biases are zero, and biases of positions. */
  #initialise(): void {
    for (const [, module] of this.namedModules()) {
      if (module instanceof WindowAttention)
        nn.init.truncNormal_(module.relative_position_bias_table, { std: 0.02 });
      if (!(module instanceof nn.Linear)) continue;
      nn.init.truncNormal_(module.weight, { std: 0.02 });
      noGrad(() => module.bias?.zero_());
    }
  }

  ownLayout(weights: nn.StateDict): nn.StateDict | null {
    const keys = Object.keys(weights);
    const isEarlier = Object.hasOwn(weights, 'layers.0.downsample.reduction.weight');
    if (!isEarlier && !keys.some(isComputed)) return null;
    return Object.fromEntries(
      Object.entries(weights)
        .filter(([key]) => !isComputed(key))
        .map(([key, tensor]) => [isEarlier ? laterLayout(key) : key, tensor]),
    );
  }

  forward(x: Tensor): Tensor {
    return scope(() =>
      this.head.forward(this.norm.forward(this.layers.forward(this.patch_embed.forward(x)))),
    );
  }
}

type Size = Pick<SwinOptions, 'width' | 'depths' | 'heads'>;

/** Of images of 224 pixels: the paper's, and OFA-KD's pico and nano. Femto is ours. */
const sizes = {
  femto: { width: 32, depths: [2, 2, 2, 2], heads: [1, 2, 4, 8] },
  pico: { width: 48, depths: [2, 2, 2, 2], heads: [2, 4, 8, 16] },
  nano: { width: 64, depths: [2, 2, 2, 2], heads: [2, 4, 8, 16] },
  tiny: { width: 96, depths: [2, 2, 6, 2], heads: [3, 6, 12, 24] },
  small: { width: 96, depths: [2, 2, 18, 2], heads: [3, 6, 12, 24] },
  base: { width: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32] },
} as const satisfies Readonly<Record<string, Size>>;

type Cut = Pick<SwinOptions, 'imageSize' | 'patchSize' | 'window'>;

/** 56x56 patches, and for smaller images 16x16. */
const cuts = {
  224: { imageSize: 224, patchSize: 4, window: 7 },
  64: { imageSize: 64, patchSize: 4, window: 4 },
  32: { imageSize: 32, patchSize: 2, window: 4 },
} as const satisfies Readonly<Record<number, Cut>>;

type Make = (options: ModelOptions) => SwinTransformer;

const named = (name: keyof typeof sizes, cut: Cut): [string, Make] => [
  `swin_${name}_patch${cut.patchSize}_window${cut.window}_${cut.imageSize}`,
  (options) => new SwinTransformer({ ...cut, ...sizes[name], ...options }),
];

const ofImageNet = ['pico', 'nano', 'tiny', 'small', 'base'] as const;

/** timm's names and OFA-KD's for images of 224 pixels, and small ones for those of 64 and 32. */
export const swins: Readonly<Record<string, Make>> = Object.fromEntries([
  ...ofImageNet.map((name) => named(name, cuts[224])),
  ...[cuts[64], cuts[32]].flatMap((cut) => [named('femto', cut), named('pico', cut)]),
]);
