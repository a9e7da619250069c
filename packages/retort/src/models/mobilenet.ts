/**
 * MobileNetV2 (Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 2) in the form of the CRD benchmark (Tian
 * et al. 2020): for images of 32 pixels, of half the width, with ReLU in place of ReLU6 and an expanding convolution in the first block
 * too. The state dict has the keys and shapes of the benchmark's checkpoints.
 */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { convNormReLU } from './layers/conv-norm-relu.ts';
import type { ModelOptions } from './options.ts';

/** Expanded, filtered channel by channel, and projected without a ReLU: [N, in, H, W] → [N, out, H / stride, W / stride]. */
class InvertedResidual extends nn.Layer {
  readonly conv: nn.Sequential;
  readonly residual: boolean;

  constructor(inChannels: number, outChannels: number, stride: number, expansion: number) {
    super();
    const hidden = inChannels * expansion;
    this.conv = new nn.Sequential(
      ...convNormReLU(inChannels, hidden, 1),
      ...convNormReLU(hidden, hidden, 3, { stride, groups: hidden }),
      new nn.Conv2d(hidden, outChannels, 1, { bias: false }),
      new nn.BatchNorm2d(outChannels),
    );
    this.residual = stride === 1 && inChannels === outChannels;
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const y = this.conv.forward(x);
      return this.residual ? y.add_(x) : y;
    });
  }
}

/** Of each group of blocks: whether its hidden layers are expanded, channels at full width, how many blocks, the first one's stride. */
const layout = [
  [false, 16, 1, 1],
  [true, 24, 2, 1],
  [true, 32, 3, 2],
  [true, 64, 4, 2],
  [true, 96, 3, 1],
  [true, 160, 3, 2],
  [true, 320, 1, 1],
] as const;

export interface MobileNetV2Options extends ModelOptions {
  /** By how much a block's hidden layers are wider than its input, t of the paper. */
  readonly expansion: number;
  /** What the channels of the blocks are multiplied with. */
  readonly width: number;
}

/** Images [N, channels, H, W] → logits [N, classes]; the benchmark's are 32x32. */
export class MobileNetV2 extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly conv1: nn.Sequential;
  readonly blocks: nn.Sequential;
  readonly conv2: nn.Sequential;
  readonly classifier: nn.Sequential;

  constructor({ expansion, width, classes, channels = 3 }: MobileNetV2Options) {
    super();
    // The last group of each resolution.
    const stages = [1, 2, 4, 6].map((group) => `blocks.${group}`);
    this.anatomy = {
      stem: 'conv1',
      stages,
      // Bottlenecks are linear: no ReLU ends them.
      preActivations: stages,
      penultimate: 'classifier.0:input',
      classifier: ['classifier.0'],
    };
    let size = Math.floor(32 * width);
    this.conv1 = new nn.Sequential(...convNormReLU(channels, size, 3, { stride: 2 }));
    const group = (length: number, outChannels: number, stride: number, factor: number) =>
      new nn.Sequential(
        ...Array.from({ length }, (_, i) => {
          const inChannels = size;
          size = outChannels;
          return new InvertedResidual(inChannels, outChannels, i === 0 ? stride : 1, factor);
        }),
      );
    this.blocks = new nn.Sequential(
      ...layout.map(([expanded, outChannels, length, stride]) =>
        group(length, Math.floor(outChannels * width), stride, expanded ? expansion : 1),
      ),
    );
    const last = Math.floor(1280 * Math.max(width, 1));
    this.conv2 = new nn.Sequential(...convNormReLU(size, last, 1));
    this.classifier = new nn.Sequential(new nn.Linear(last, classes));
    for (const [, module] of this.namedModules()) {
      if (module instanceof nn.Conv2d)
        nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
      if (!(module instanceof nn.Linear)) continue;
      nn.init.normal_(module.weight, 0, 0.01);
      if (module.bias) nn.init.zeros_(module.bias);
    }
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const features = this.conv2.forward(this.blocks.forward(this.conv1.forward(x)));
      return this.classifier.forward(functional.adaptive_avg_pool2d(features, 1).flatten(1));
    });
  }
}

/** The benchmark's name is of half the width. */
export const mobileNets: Readonly<Record<string, (options: ModelOptions) => MobileNetV2>> = {
  MobileNetV2: (options) => new MobileNetV2({ expansion: 6, width: 0.5, ...options }),
};
