/**
 * DeiT as the simple recipe of Miles & Mikolajczyk 2024 ("Understanding the Role of the Projector in Knowledge Distillation") has it, with the authors'
 * state-dict keys: patches are cut from the maps of three convolutions, and the distillation token is no weight but the mean of an image's
 * patches. DeiT's own distilled weights do not fit.
 */
import { aten, nn, scope, type Tensor, zeros } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { convNormReLU } from './layers/conv-norm-relu.ts';
import { checkSize } from './layers/image-size.ts';
import { checkPatches, patchings, stagesOf } from './layers/patches.ts';
import { risingDrops } from './layers/stochastic-depth.ts';
import { Block } from './layers/transformer.ts';
import type { ModelOptions } from './options.ts';

export interface SrdDeiTOptions extends ModelOptions {
  readonly imageSize: number;
  readonly patchSize: number;
  /** Channels of the convolutions before the patches; 64 where it is left out, as the authors have it. */
  readonly stem?: number;
  /** The size of a token, C. */
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Stochastic depth of the last block; those before it have less, linearly. None where it is left out, as in the authors' runs. */
  readonly dropPath?: number;
}

/** Images [N, channels, size, size] → a token for each patch, [N, (size / patch)², C]: three convolutions, of which the first halves, then patches. */
class ConvolutionalEmbed extends nn.Layer {
  readonly conv: nn.Sequential;
  readonly proj: nn.Conv2d;
  readonly size: number;

  constructor(size: number, patch: number, channels: number, stem: number, width: number) {
    super();
    if (patch % 2 !== 0)
      throw new RangeError(
        `the first convolution halves images, and patches of ${patch} pixels have no half`,
      );
    this.conv = new nn.Sequential(
      ...convNormReLU(channels, stem, 7, { stride: 2 }),
      ...convNormReLU(stem, stem, 3),
      ...convNormReLU(stem, stem, 3),
    );
    this.proj = new nn.Conv2d(stem, width, patch / 2, { stride: patch / 2 });
    this.size = size;
  }

  forward(x: Tensor): Tensor {
    checkSize(x, this.size);
    return scope(() => this.proj.forward(this.conv.forward(x)).flatten(2).transpose(1, 2));
  }
}

/** What the authors' files have beside the student: the projector of its features, and norms that nothing is evaluated with. */
const ofMethod = 'distillation_loss.';

/**
 * Images [N, channels, imageSize, imageSize] → logits [N, classes], the mean of both heads' logits, in training too; methods by which they learn
 * apart (`headsApart`) tap `head` and `head_conv`.
 */
export class SrdDeiT extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly cls_token: nn.Parameter;
  readonly pos_embed: nn.Parameter;
  readonly conv_embed: ConvolutionalEmbed;
  readonly blocks: nn.Sequential;
  readonly norm: nn.LayerNorm;
  readonly head: nn.Linear;
  readonly head_conv: nn.Linear;

  constructor(options: SrdDeiTOptions) {
    super();
    const { imageSize, patchSize, stem = 64, width, depth, heads, classes } = options;
    const { channels = 3, dropPath = 0 } = options;
    checkPatches(imageSize, patchSize);
    this.anatomy = {
      stem: 'blocks.0:input',
      stages: stagesOf(depth),
      penultimate: 'head:input',
      classifier: ['head', 'head_conv'],
      prefixTokens: 2,
    };
    this.cls_token = new nn.Parameter(zeros([1, 1, width]));
    this.pos_embed = new nn.Parameter(zeros([1, (imageSize / patchSize) ** 2 + 2, width]));
    this.conv_embed = new ConvolutionalEmbed(imageSize, patchSize, channels, stem, width);
    this.blocks = new nn.Sequential(
      ...risingDrops(dropPath, [depth])
        .flat()
        .map((drop) => new Block({ width, heads, dropPath: drop })),
    );
    this.norm = new nn.LayerNorm(width, { eps: 1e-6 });
    this.head = new nn.Linear(width, classes);
    this.head_conv = new nn.Linear(width, classes);
    this.#initialise();
  }

  /**
   * The authors' initial values: timm's of a Vision Transformer (truncated normal of 0.02, next to nothing for the class token), and He's for
   * convolutions.
   */
  #initialise(): void {
    nn.init.truncNormal_(this.pos_embed, { std: 0.02 });
    nn.init.normal_(this.cls_token, 0, 1e-6);
    for (const [, module] of this.namedModules()) {
      if (module instanceof nn.Conv2d) nn.init.kaimingNormal_(module.weight);
      if (!(module instanceof nn.Linear)) continue;
      nn.init.truncNormal_(module.weight, { std: 0.02 });
      if (module.bias) nn.init.zeros_(module.bias);
    }
  }

  /** The student of the authors' files, which keep the projector beside it; null for others. */
  ownLayout(weights: nn.StateDict): nn.StateDict | null {
    const all = Object.entries(weights);
    const kept = all.filter(([key]) => !key.startsWith(ofMethod));
    const own = this.stateDict();
    const isWhole = Object.keys(own).every((key) => Object.hasOwn(weights, key));
    return kept.length < all.length && isWhole ? Object.fromEntries(kept) : null;
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const patches = this.conv_embed.forward(x);
      const classes = this.cls_token.expand([patches.size(0), -1, -1]);
      const all = aten.cat([classes, patches.mean([1], true), patches], 1).add(this.pos_embed);
      const last = this.norm.forward(this.blocks.forward(all));
      const own = this.head.forward(last.select(1, 0));
      return own.add(this.head_conv.forward(last.select(1, 1))).div(2);
    });
  }
}

type Size = Pick<SrdDeiTOptions, 'width' | 'depth' | 'heads' | 'stem'>;

/** Ours, small enough to train on a CPU: 1.2 and 2.7 million parameters. */
const smaller: Readonly<Record<string, Size>> = {
  pico: { width: 128, depth: 6, heads: 4, stem: 16 },
  nano: { width: 192, depth: 6, heads: 3, stem: 16 },
};

/** The authors' Ti and S, 6 and 23 million parameters. */
const sizes: Readonly<Record<string, Size>> = {
  tiny: { width: 192, depth: 12, heads: 3 },
  small: { width: 384, depth: 12, heads: 6 },
};

type Make = (options: ModelOptions) => SrdDeiT;

const named = (chosen: Readonly<Record<string, Size>>, isFor: (imageSize: number) => boolean) =>
  Object.entries(chosen).flatMap(([name, size]) =>
    patchings
      .filter(({ imageSize }) => isFor(imageSize))
      .map(({ patchSize, imageSize }): [string, Make] => [
        `srd_deit_${name}_patch${patchSize}_${imageSize}`,
        (options) => new SrdDeiT({ patchSize, imageSize, ...size, ...options }),
      ]),
  );

/** Names of ours: the authors' two for images of 224 pixels, and smaller ones for 64 and 32. */
export const srdDeiTs: Readonly<Record<string, Make>> = Object.fromEntries([
  ...named(smaller, (imageSize) => imageSize < 224),
  ...named(sizes, (imageSize) => imageSize === 224),
]);
