/**
 * RegNetY (Radosavovic et al. 2020, "Designing Network Design Spaces", table 4) with timm's names and state-dict keys: stages of grouped
 * bottlenecks with squeeze-and-excite (Hu et al. 2018). Fresh weights are timm's, seed for seed; `regnety_160` is DeiT's and SRD's teacher.
 */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { roundHalfToEven } from './layers/half-to-even.ts';
import { risingDrops } from './layers/stochastic-depth.ts';
import type { ModelOptions } from './options.ts';

interface Convolution {
  readonly kernelSize: 1 | 3;
  readonly stride?: number;
  readonly groups?: number;
}

/** A convolution without bias and batch norm: [N, in, H, W] → [N, out, H / stride, W / stride]. */
class ConvNorm extends nn.Layer {
  readonly conv: nn.Conv2d;
  readonly bn: nn.BatchNorm2d;

  constructor(inChannels: number, outChannels: number, { kernelSize, ...options }: Convolution) {
    super();
    const padding = (kernelSize - 1) / 2;
    this.conv = new nn.Conv2d(inChannels, outChannels, kernelSize, { ...options, padding, bias: false });
    this.bn = new nn.BatchNorm2d(outChannels);
  }

  forward(x: Tensor): Tensor {
    return scope(() => this.bn.forward(this.conv.forward(x)));
  }
}

/** The same with a ReLU, which is in place as batch norm's backward looks at its input alone. */
class ConvNormAct extends ConvNorm {
  readonly relu = new nn.ReLU({ inplace: true });

  override forward(x: Tensor): Tensor {
    return scope(() => this.relu.forward(super.forward(x)));
  }
}

/** Each channel times a share that all of them decide by their means: [N, C, H, W] → the same. */
class SqueezeExcite extends nn.Layer {
  readonly fc1: nn.Conv2d;
  readonly fc2: nn.Conv2d;

  constructor(channels: number, reduced: number) {
    super();
    this.fc1 = new nn.Conv2d(channels, reduced, 1);
    this.fc2 = new nn.Conv2d(reduced, channels, 1);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const squeezed = this.fc1.forward(x.mean([2, 3], { keepdim: true })).relu_();
      return x.mul(this.fc2.forward(squeezed).sigmoid_());
    });
  }
}

interface BlockOptions {
  readonly stride: number;
  readonly groupSize: number;
  readonly dropPath: number;
}

/** 1x1, 3x3 in groups, squeeze-and-excite, 1x1, around a shortcut: [N, in, H, W] → [N, out, H / stride, W / stride]. */
class Bottleneck extends nn.Layer {
  readonly conv1: ConvNormAct;
  readonly conv2: ConvNormAct;
  readonly se: SqueezeExcite;
  readonly conv3: ConvNorm;
  readonly downsample: ConvNorm | null;
  readonly drop_path: nn.DropPath;
  readonly relu: nn.ReLU;

  constructor(inChannels: number, outChannels: number, { stride, groupSize, dropPath }: BlockOptions) {
    super();
    const groups = outChannels / groupSize;
    this.conv1 = new ConvNormAct(inChannels, outChannels, { kernelSize: 1 });
    this.conv2 = new ConvNormAct(outChannels, outChannels, { kernelSize: 3, stride, groups });
    // Of the block's input, not of what is squeezed.
    this.se = new SqueezeExcite(outChannels, roundHalfToEven(inChannels / 4));
    this.conv3 = new ConvNorm(outChannels, outChannels, { kernelSize: 1 });
    this.downsample =
      stride === 1 && inChannels === outChannels
        ? null
        : new ConvNorm(inChannels, outChannels, { kernelSize: 1, stride });
    this.drop_path = new nn.DropPath(dropPath);
    this.relu = new nn.ReLU({ inplace: true });
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const excited = this.se.forward(this.conv2.forward(this.conv1.forward(x)));
      const residual = this.drop_path.forward(this.conv3.forward(excited));
      return this.relu.forward(residual.add_(this.downsample ? this.downsample.forward(x) : x));
    });
  }
}

type OfStages = readonly [first: number, second: number, third: number, fourth: number];

export interface RegNetYOptions extends ModelOptions {
  /** Channels of each stage. */
  readonly widths: OfStages;
  /** Blocks of each stage. */
  readonly depths: OfStages;
  /** Channels that a 3x3 convolution sees of one group. */
  readonly groupSize: number;
  /** Of the stem; 2 where it is left out. */
  readonly stemStride?: 1 | 2;
  /** Stochastic depth of the last block; those before it have less, linearly. 0 where it is left out, as in timm. */
  readonly dropPath?: number;
  /**
   * Whether the last batch norm of each block begins with weights of 0, so that blocks begin as identities (Goyal et al. 2017); true where it is
   * left out, as in timm.
   */
  readonly zeroInitLast?: boolean;
}

/** Images [N, channels, H, W] → logits [N, classes]; the original's are 224x224. */
export class RegNetY extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly stem: ConvNormAct;
  readonly s1: nn.Sequential;
  readonly s2: nn.Sequential;
  readonly s3: nn.Sequential;
  readonly s4: nn.Sequential;
  readonly head: nn.Sequential;

  constructor({
    widths,
    depths,
    groupSize,
    stemStride = 2,
    dropPath = 0,
    zeroInitLast = true,
    classes,
    channels = 3,
  }: RegNetYOptions) {
    super();
    this.anatomy = {
      stem: 'stem',
      stages: ['s1', 's2', 's3', 's4'],
      preActivations: depths.map((depth, i) => `s${i + 1}.b${depth}.relu:input`),
      penultimate: 'head:input',
      classifier: ['head.fc'],
    };
    const drops = risingDrops(dropPath, depths);
    let inChannels = 32;
    const stage = (i: 0 | 1 | 2 | 3): nn.Sequential => {
      const made: Record<string, Bottleneck> = {};
      for (const [j, drop] of (drops[i] ?? []).entries()) {
        made[`b${j + 1}`] = new Bottleneck(inChannels, widths[i], {
          stride: j === 0 ? 2 : 1,
          groupSize,
          dropPath: drop,
        });
        inChannels = widths[i];
      }
      return new nn.Sequential(made);
    };
    this.stem = new ConvNormAct(channels, inChannels, { kernelSize: 3, stride: stemStride });
    this.s1 = stage(0);
    this.s2 = stage(1);
    this.s3 = stage(2);
    this.s4 = stage(3);
    this.head = new nn.Sequential({ fc: new nn.Linear(widths[3], classes) });
    this.#initialise(zeroInitLast);
  }

  /** timm's initial values, from fan-out by group; zero biases. */
  #initialise(zeroInitLast: boolean): void {
    for (const [, module] of this.namedModules()) {
      if (module instanceof nn.Conv2d) {
        const [height, width] = module.kernelSize;
        const fanOut = Math.floor((height * width * module.outChannels) / module.groups);
        nn.init.normal_(module.weight, 0, Math.sqrt(2 / fanOut));
        if (module.bias) nn.init.zeros_(module.bias);
      } else if (module instanceof nn.Linear) {
        nn.init.normal_(module.weight, 0, 0.01);
        if (module.bias) nn.init.zeros_(module.bias);
      } else if (zeroInitLast && module instanceof Bottleneck && module.conv3.bn.weight) {
        nn.init.zeros_(module.conv3.bn.weight);
      }
    }
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const second = this.s2.forward(this.s1.forward(this.stem.forward(x)));
      const features = this.s4.forward(this.s3.forward(second));
      return this.head.forward(functional.adaptive_avg_pool2d(features, 1).flatten(1));
    });
  }

  /**
   * Weights of torchvision's (`regnet_y_16gf` and so on) under timm's keys; null where they are not its.
   *
   * @example model.ownLayout(weights) // { 'stem.conv.weight': …, … }
   */
  ownLayout(weights: nn.StateDict): nn.StateDict | null {
    if (!Object.hasOwn(weights, 'stem.0.weight')) return null;
    return Object.fromEntries(Object.entries(weights).map(([key, value]) => [fromTorchvision(key), value]));
  }
}

/** What torchvision calls the parts of a block, and timm. */
const ofBlock: Readonly<Record<string, string>> = {
  'f.a.0': 'conv1.conv',
  'f.a.1': 'conv1.bn',
  'f.b.0': 'conv2.conv',
  'f.b.1': 'conv2.bn',
  'f.se': 'se',
  'f.c.0': 'conv3.conv',
  'f.c.1': 'conv3.bn',
  'proj.0': 'downsample.conv',
  'proj.1': 'downsample.bn',
};

/** A key of torchvision's as timm has it: `trunk_output.block2.block2-0.f.a.1.bias` is `s2.b1.conv1.bn.bias`. */
function fromTorchvision(key: string): string {
  const [, stage, block, rest = ''] = /^trunk_output\.block(\d)\.block\d-(\d+)\.(.*)$/.exec(key) ?? [];
  if (stage === undefined)
    return key
      .replace(/^stem\.0\./, 'stem.conv.')
      .replace(/^stem\.1\./, 'stem.bn.')
      .replace(/^fc\./, 'head.fc.');
  const part = Object.keys(ofBlock).find((name) => rest.startsWith(`${name}.`));
  const named = part === undefined ? rest : `${ofBlock[part]}${rest.slice(part.length)}`;
  return `s${stage}.b${Number(block) + 1}.${named}`;
}

type Layout = Pick<RegNetYOptions, 'widths' | 'depths' | 'groupSize' | 'stemStride'>;

/** timm's, by a hundred millions of multiply-adds. Those with `_tv` have torchvision's widths. */
const layouts: Readonly<Record<string, Layout>> = {
  regnety_002: { widths: [24, 56, 152, 368], depths: [1, 1, 4, 7], groupSize: 8 },
  regnety_004: { widths: [48, 104, 208, 440], depths: [1, 3, 6, 6], groupSize: 8 },
  regnety_006: { widths: [48, 112, 256, 608], depths: [1, 3, 7, 4], groupSize: 16 },
  regnety_008: { widths: [64, 128, 320, 768], depths: [1, 3, 8, 2], groupSize: 16 },
  regnety_008_tv: { widths: [64, 144, 320, 784], depths: [1, 3, 8, 2], groupSize: 16 },
  regnety_016: { widths: [48, 120, 336, 888], depths: [2, 6, 17, 2], groupSize: 24 },
  regnety_032: { widths: [72, 216, 576, 1512], depths: [2, 5, 13, 1], groupSize: 24 },
  regnety_040: { widths: [128, 192, 512, 1088], depths: [2, 6, 12, 2], groupSize: 64 },
  regnety_064: { widths: [144, 288, 576, 1296], depths: [2, 7, 14, 2], groupSize: 72 },
  regnety_080: { widths: [168, 448, 896, 2016], depths: [2, 4, 10, 1], groupSize: 56 },
  regnety_080_tv: { widths: [224, 448, 896, 2016], depths: [2, 4, 10, 1], groupSize: 56 },
  regnety_120: { widths: [224, 448, 896, 2240], depths: [2, 5, 11, 1], groupSize: 112 },
  regnety_160: { widths: [224, 448, 1232, 3024], depths: [2, 4, 11, 1], groupSize: 112 },
  regnety_320: { widths: [232, 696, 1392, 3712], depths: [2, 5, 12, 1], groupSize: 232 },
  // Ours, for images of 64 and 32 pixels: w0 = 32, wa = 20, wm = 2 in equations 2 to 4.
  regnety_pico_64: { widths: [32, 64, 128, 256], depths: [1, 2, 5, 2], groupSize: 16 },
  regnety_pico_32: { widths: [32, 64, 128, 256], depths: [1, 2, 5, 2], groupSize: 16, stemStride: 1 },
};

/** timm's names, and beside those of 224 pixels two for images of 64 and 32. */
export const regNetYs: Readonly<Record<string, (options: ModelOptions) => RegNetY>> = Object.fromEntries(
  Object.entries(layouts).map(([name, layout]) => [
    name,
    (options: ModelOptions) => new RegNetY({ ...layout, ...options }),
  ]),
);
