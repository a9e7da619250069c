/**
 * Networks of inverted residual blocks as timm has them, all with one form of keys (timm's class `EfficientNet`): MobileNetV2 (Sandler et al.
 * 2018, table 2) and EfficientNet-Lite (Tan & Le 2019, without squeeze-and-excite and with ReLU6). Those of timm's that begin with `tf_` pad as
 * TensorFlow does. Fresh weights are timm's, seed for seed.
 */
import { empty, functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import {
  efficientNetLiteStages,
  efficientNetLites,
  lastOfResolution,
  type MobileBlock,
  type MobileStage,
  mobileBlocks,
  mobileNetV2Stages,
} from './layers/inverted-residuals.ts';
import { SameConv2d } from './layers/same-conv.ts';
import type { ModelOptions } from './options.ts';

/** Makes a convolution without bias: as many pixels come out as go in, divided by the stride. */
type Convolve = (
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  options?: { readonly stride?: number; readonly groups?: number },
) => nn.Conv2d;

const symmetric: Convolve = (inChannels, outChannels, kernelSize, options = {}) =>
  new nn.Conv2d(inChannels, outChannels, kernelSize, {
    ...options,
    padding: (kernelSize - 1) / 2,
    bias: false,
  });

const asTensorFlow: Convolve = (inChannels, outChannels, kernelSize, options) =>
  // A 1x1 convolution needs no padding at all.
  kernelSize === 1
    ? symmetric(inChannels, outChannels, kernelSize, options)
    : new SameConv2d(inChannels, outChannels, kernelSize, options);

/** Batch norm and ReLU6 in one, as timm has it, where a tap of the norm reads what comes after both: [N, C, H, W] → the same. */
class BatchNormAct2d extends nn.BatchNorm2d {
  override forward(x: Tensor): Tensor {
    return super.forward(x).relu6_();
  }
}

interface Making {
  readonly convolve: Convolve;
  readonly eps: number;
}

/** Filtered channel by channel and projected without a ReLU: [N, in, H, W] → [N, out, H / stride, W / stride]. */
class DepthwiseSeparableConv extends nn.Layer {
  readonly conv_dw: nn.Conv2d;
  readonly bn1: BatchNormAct2d;
  readonly conv_pw: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly residual: boolean;

  constructor({ inChannels, outChannels, kernelSize, stride }: MobileBlock, { convolve, eps }: Making) {
    super();
    this.conv_dw = convolve(inChannels, inChannels, kernelSize, { stride, groups: inChannels });
    this.bn1 = new BatchNormAct2d(inChannels, { eps });
    this.conv_pw = convolve(inChannels, outChannels, 1);
    this.bn2 = new nn.BatchNorm2d(outChannels, { eps });
    this.residual = stride === 1 && inChannels === outChannels;
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const filtered = this.bn1.forward(this.conv_dw.forward(x));
      const y = this.bn2.forward(this.conv_pw.forward(filtered));
      return this.residual ? y.add_(x) : y;
    });
  }
}

/** Expanded, filtered channel by channel, and projected without a ReLU: [N, in, H, W] → [N, out, H / stride, W / stride]. */
class InvertedResidual extends nn.Layer {
  readonly conv_pw: nn.Conv2d;
  readonly bn1: BatchNormAct2d;
  readonly conv_dw: nn.Conv2d;
  readonly bn2: BatchNormAct2d;
  readonly conv_pwl: nn.Conv2d;
  readonly bn3: nn.BatchNorm2d;
  readonly residual: boolean;

  constructor(
    { inChannels, hidden, outChannels, kernelSize, stride }: MobileBlock,
    { convolve, eps }: Making,
  ) {
    super();
    this.conv_pw = convolve(inChannels, hidden, 1);
    this.bn1 = new BatchNormAct2d(hidden, { eps });
    this.conv_dw = convolve(hidden, hidden, kernelSize, { stride, groups: hidden });
    this.bn2 = new BatchNormAct2d(hidden, { eps });
    this.conv_pwl = convolve(hidden, outChannels, 1);
    this.bn3 = new nn.BatchNorm2d(outChannels, { eps });
    this.residual = stride === 1 && inChannels === outChannels;
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const expanded = this.bn1.forward(this.conv_pw.forward(x));
      const filtered = this.bn2.forward(this.conv_dw.forward(expanded));
      const y = this.bn3.forward(this.conv_pwl.forward(filtered));
      return this.residual ? y.add_(x) : y;
    });
  }
}

/** timm makes a squeeze-and-excite layer of 8 channels to see which arguments it takes: as many draws from the generator. */
function drawAsTimm(): void {
  using drawn = empty([2 * (8 * 8 + 8)]);
  nn.init.uniform_(drawn);
}

export interface EfficientNetOptions extends ModelOptions {
  readonly stages: readonly MobileStage[];
  /** `same` pads as TensorFlow does; `symmetric`, where it is left out, alike on all sides. */
  readonly padding?: 'same' | 'symmetric';
  /** Of the batch norms; 1e-5 where it is left out. */
  readonly eps?: number;
}

/** Images [N, channels, H, W] → logits [N, classes]; the originals' are 224x224 and larger. */
export class EfficientNet extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly conv_stem: nn.Conv2d;
  readonly bn1: BatchNormAct2d;
  readonly blocks: nn.Sequential;
  readonly conv_head: nn.Conv2d;
  readonly bn2: BatchNormAct2d;
  readonly classifier: nn.Linear;

  constructor({
    stages: given,
    padding = 'symmetric',
    eps = 1e-5,
    classes,
    channels = 3,
  }: EfficientNetOptions) {
    super();
    const stages = lastOfResolution.map((stage) => `blocks.${stage}`);
    this.anatomy = {
      stem: 'bn1',
      stages,
      // Bottlenecks are linear: no ReLU ends them.
      preActivations: stages,
      penultimate: 'classifier:input',
      classifier: ['classifier'],
    };
    const convolve = padding === 'same' ? asTensorFlow : symmetric;
    const [stem, last] = [32, 1280];
    this.conv_stem = convolve(channels, stem, 3, { stride: 2 });
    this.bn1 = new BatchNormAct2d(stem, { eps });
    drawAsTimm();
    const groups = mobileBlocks(given, stem);
    const Block = (block: MobileBlock) =>
      block.hidden === block.inChannels ? DepthwiseSeparableConv : InvertedResidual;
    this.blocks = new nn.Sequential(
      ...groups.map(
        (blocks) => new nn.Sequential(...blocks.map((block) => new (Block(block))(block, { convolve, eps }))),
      ),
    );
    this.conv_head = convolve(groups.at(-1)?.at(-1)?.outChannels ?? stem, last, 1);
    this.bn2 = new BatchNormAct2d(last, { eps });
    this.classifier = new nn.Linear(last, classes);
    this.#initialise();
  }

  /** TensorFlow's initial values: as many values come out of a convolution's filters as from fan-out by group, and zero biases. */
  #initialise(): void {
    for (const [, module] of this.namedModules()) {
      if (module instanceof nn.Conv2d) {
        const [height, width] = module.kernelSize;
        const fanOut = Math.floor((height * width * module.outChannels) / module.groups);
        nn.init.normal_(module.weight, 0, Math.sqrt(2 / fanOut));
      } else if (module instanceof nn.Linear) {
        const bound = 1 / Math.sqrt(module.weight.size(0));
        nn.init.uniform_(module.weight, -bound, bound);
        if (module.bias) nn.init.zeros_(module.bias);
      }
    }
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const stem = this.bn1.forward(this.conv_stem.forward(x));
      const features = this.bn2.forward(this.conv_head.forward(this.blocks.forward(stem)));
      return this.classifier.forward(functional.adaptive_avg_pool2d(features, 1).flatten(1));
    });
  }
}

type Make = (options: ModelOptions) => EfficientNet;

/**
 * timm's names. `efficientnet_lite0` alone is the name of the same layers in another form (see efficientnet-lite.ts), so timm's own has its
 * weights' tag; it pads symmetrically, unlike that of the same keys whose weights are TensorFlow's.
 */
export const efficientNets: Readonly<Record<string, Make>> = {
  mobilenetv2_100: (options) => new EfficientNet({ stages: mobileNetV2Stages, ...options }),
  'efficientnet_lite0.ra_in1k': (options) =>
    new EfficientNet({ stages: efficientNetLiteStages(1, 1), ...options }),
  ...Object.fromEntries(
    efficientNetLites.map(({ width, depth }, i): [string, Make] => [
      `tf_efficientnet_lite${i}`,
      (options) =>
        new EfficientNet({
          stages: efficientNetLiteStages(width, depth),
          padding: 'same',
          eps: 1e-3,
          ...options,
        }),
    ]),
  ),
};
