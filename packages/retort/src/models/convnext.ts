/**
 * ConvNeXt (Liu et al. 2022, "A ConvNet for the 2020s"), with timm's names and state-dict keys: a CNN made as Swin is, of patches, 7x7 depthwise
 * convolutions, MLPs over the channels and layer norms, in four stages.
 */
import { full, nn, noGrad, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { checkLeastSize } from './layers/image-size.ts';
import { Stage } from './layers/stage.ts';
import { risingDrops } from './layers/stochastic-depth.ts';
import { Mlp } from './layers/transformer.ts';
import type { ModelOptions } from './options.ts';

/** Of all norms but the last where nothing is said, as in timm. */
const usualEps = 1e-6;

const channelsLast = (x: Tensor): Tensor => x.permute([0, 2, 3, 1]);
const channelsFirst = (x: Tensor): Tensor => x.permute([0, 3, 1, 2]);

/** A layer norm over the channels of each pixel: [N, C, H, W] → [N, C, H, W]. */
class PixelNorm extends nn.LayerNorm {
  constructor(channels: number) {
    super(channels, { eps: usualEps });
  }

  override forward(x: Tensor): Tensor {
    return scope(() => channelsFirst(super.forward(channelsLast(x))));
  }
}

/** x + gamma · mlp(norm(conv_dw(x))): [N, C, H, W] → [N, C, H, W]. */
export class ConvNeXtBlock extends nn.Layer {
  readonly gamma: nn.Parameter;
  readonly conv_dw: nn.Conv2d;
  readonly norm: nn.LayerNorm;
  readonly mlp: Mlp;
  readonly drop_path: nn.DropPath;

  constructor(width: number, layerScale: number, dropPath: number) {
    super();
    this.gamma = new nn.Parameter(full([width], layerScale));
    this.conv_dw = new nn.Conv2d(width, width, 7, { padding: 3, groups: width });
    this.norm = new nn.LayerNorm(width, { eps: usualEps });
    this.mlp = new Mlp(width, 4 * width);
    this.drop_path = new nn.DropPath(dropPath);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const branch = scope(() => {
        const mixed = this.norm.forward(channelsLast(this.conv_dw.forward(x)));
        return this.drop_path.forward(this.mlp.forward(mixed));
      });
      return channelsFirst(channelsLast(x).addcmul(this.gamma, branch));
    });
  }
}

/** The mean of each channel, normalised, and a linear layer: [N, C, H, W] → [N, classes]. */
class Head extends nn.Layer {
  readonly norm: nn.LayerNorm;
  readonly fc: nn.Linear;

  constructor(width: number, eps: number, classes: number) {
    super();
    this.norm = new nn.LayerNorm(width, { eps });
    this.fc = new nn.Linear(width, classes);
  }

  forward(x: Tensor): Tensor {
    return scope(() => this.fc.forward(this.norm.forward(x.mean([2, 3]))));
  }
}

export interface ConvNeXtOptions extends ModelOptions {
  /** The side of the stem's patches; 4 where it is left out. */
  readonly patchSize?: number;
  /** Channels of each stage. */
  readonly widths: readonly number[];
  /** Blocks of each stage. */
  readonly depths: readonly number[];
  /** Stochastic depth of the last block; those before it have less, linearly. 0 where it is left out, as in timm. */
  readonly dropPath?: number;
  /** What gamma is at first; 1e-6 where it is left out, as in timm. */
  readonly layerScale?: number;
  /** Of the head's norm; 1e-6 where it is left out, as in timm. */
  readonly headEps?: number;
}

/** Keys of Facebook's files as timm's; the first that matches counts. */
const renamings: readonly (readonly [from: RegExp, to: string])[] = [
  [/^downsample_layers\.0\./, 'stem.'],
  [/^downsample_layers\.(\d+)\./, 'stages.$1.downsample.'],
  [/^stages\.(\d+)\.(\d+)\.dwconv\./, 'stages.$1.blocks.$2.conv_dw.'],
  [/^stages\.(\d+)\.(\d+)\.pwconv(\d)\./, 'stages.$1.blocks.$2.mlp.fc$3.'],
  [/^stages\.(\d+)\.(\d+)\./, 'stages.$1.blocks.$2.'],
  [/^norm\./, 'head.norm.'],
  [/^head\./, 'head.fc.'],
];

function timmsKey(key: string): string {
  const [from, to] = renamings.find(([from]) => from.test(key)) ?? [];
  return from && to ? key.replace(from, to) : key;
}

/** Images [N, channels, H, W] → logits [N, classes]. @throws RangeError unless widths and depths are of as many stages */
export class ConvNeXt extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly stem: nn.Sequential;
  readonly stages: nn.Sequential;
  readonly head: Head;
  /** The height and width that images have at least, so that the last stage has a pixel. */
  readonly leastSize: number;

  constructor(options: ConvNeXtOptions) {
    super();
    const { widths, depths, classes, channels = 3, patchSize = 4 } = options;
    const { dropPath = 0, layerScale = 1e-6, headEps = usualEps } = options;
    const [first = 0] = widths;
    if (widths.length !== depths.length || first === 0)
      throw new RangeError(
        `ConvNeXt has as many widths as depths, one of each stage, got ${widths.length} and ${depths.length}`,
      );
    this.leastSize = patchSize * 2 ** (widths.length - 1);
    this.anatomy = {
      stem: 'stem',
      stages: depths.map((_, i) => `stages.${i}`),
      penultimate: 'head.fc:input',
      classifier: ['head.fc'],
    };
    this.stem = new nn.Sequential(
      new nn.Conv2d(channels, first, patchSize, { stride: patchSize }),
      new PixelNorm(first),
    );
    const drops = risingDrops(dropPath, depths);
    const stages = widths.map((width, stage) => {
      const from = widths[stage - 1];
      return new Stage(
        from === undefined
          ? null
          : new nn.Sequential(new PixelNorm(from), new nn.Conv2d(from, width, 2, { stride: 2 })),
        drops[stage]?.map((drop) => new ConvNeXtBlock(width, layerScale, drop)) ?? [],
      );
    });
    this.stages = new nn.Sequential(...stages);
    this.head = new Head(widths.at(-1) ?? first, headEps, classes);
    this.#initialise();
  }

  /** timm's initial values: truncated normal of 0.02, biases zero. */
  #initialise(): void {
    for (const [, module] of this.namedModules()) {
      if (!(module instanceof nn.Linear || module instanceof nn.Conv2d)) continue;
      nn.init.truncNormal_(module.weight, { std: 0.02 });
      noGrad(() => module.bias?.zero_());
    }
  }

  ownLayout(weights: nn.StateDict): nn.StateDict | null {
    if (!Object.hasOwn(weights, 'downsample_layers.0.0.weight')) return null;
    return Object.fromEntries(Object.entries(weights).map(([key, tensor]) => [timmsKey(key), tensor]));
  }

  forward(x: Tensor): Tensor {
    checkLeastSize(x, this.leastSize);
    return scope(() => this.head.forward(this.stages.forward(this.stem.forward(x))));
  }
}

const sizes = {
  convnext_tiny: { widths: [96, 192, 384, 768], depths: [3, 3, 9, 3] },
  convnext_small: { widths: [96, 192, 384, 768], depths: [3, 3, 27, 3] },
  convnext_base: { widths: [128, 256, 512, 1024], depths: [3, 3, 27, 3] },
} as const;

/** As wide and deep as timm's `convnext_zepto_rms`, whose norms are others. */
const zepto = { widths: [32, 64, 128, 256], depths: [2, 2, 4, 2] } as const;

const smaller = {
  convnext_zepto_patch4_64: { ...zepto, patchSize: 4 },
  convnext_zepto_patch2_32: { ...zepto, patchSize: 2 },
} as const;

/** timm's names, which see images of 224 pixels, and small ones for those of 64 and 32. */
export const convNeXts: Readonly<Record<string, (options: ModelOptions) => ConvNeXt>> = Object.fromEntries(
  Object.entries({ ...sizes, ...smaller }).map(([name, size]) => [
    name,
    (options: ModelOptions) => new ConvNeXt({ ...size, ...options }),
  ]),
);
