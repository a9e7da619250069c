/**
 * ShuffleNet (Zhang et al. 2018, "ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices", table 1) in the form of
 * the CRD benchmark (Tian et al. 2020): for images of 32 pixels, three groups, a 1x1 convolution as stem. The state dict has the keys and
 * shapes of the benchmark's checkpoints.
 */
import { aten, functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import type { ModelOptions } from './options.ts';

/** Channels of the stem, whose output is not convolved in groups. */
const stemWidth = 24;

/**
 * Grouped 1x1 convolutions around one of 3x3 that is channel by channel; with a stride of 2 the input, averaged, is appended rather than
 * added: [N, in, H, W] → [N, out, H / stride, W / stride].
 */
class Bottleneck extends nn.Layer {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly conv3: nn.Conv2d;
  readonly bn3: nn.BatchNorm2d;
  readonly relu: nn.ReLU;
  readonly firstGroups: number;
  readonly halves: boolean;

  constructor(inChannels: number, outChannels: number, stride: 1 | 2, groups: number) {
    super();
    this.halves = stride === 2;
    this.firstGroups = inChannels === stemWidth ? 1 : groups;
    const computed = this.halves ? outChannels - inChannels : outChannels;
    const hidden = Math.floor(computed / 4);
    this.conv1 = new nn.Conv2d(inChannels, hidden, 1, { groups: this.firstGroups, bias: false });
    this.bn1 = new nn.BatchNorm2d(hidden);
    this.conv2 = new nn.Conv2d(hidden, hidden, 3, { stride, padding: 1, groups: hidden, bias: false });
    this.bn2 = new nn.BatchNorm2d(hidden);
    this.conv3 = new nn.Conv2d(hidden, computed, 1, { groups, bias: false });
    this.bn3 = new nn.BatchNorm2d(computed);
    this.relu = new nn.ReLU({ inplace: true });
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      // In place where backward does not need the value: batch norm looks at its input, relu at its result.
      const first = this.bn1.forward(this.conv1.forward(x)).relu_().channel_shuffle(this.firstGroups);
      const second = this.bn2.forward(this.conv2.forward(first)).relu_();
      const residual = this.bn3.forward(this.conv3.forward(second));
      return this.relu.forward(
        this.halves
          ? aten.cat([residual, functional.avg_pool2d(x, 3, { stride: 2, padding: 1 })], 1)
          : residual.add_(x),
      );
    });
  }
}

export interface ShuffleNetV1Options extends ModelOptions {
  /** Of the 1x1 convolutions. */
  readonly groups: number;
  /** Channels of each stage. */
  readonly widths: readonly [first: number, second: number, third: number];
  /** Blocks of each stage. */
  readonly blocks: readonly [first: number, second: number, third: number];
}

/** Images [N, channels, H, W] → logits [N, classes]; the benchmark's are 32x32. */
export class ShuffleNetV1 extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly relu: nn.ReLU;
  readonly layer1: nn.Sequential;
  readonly layer2: nn.Sequential;
  readonly layer3: nn.Sequential;
  readonly linear: nn.Linear;

  constructor({ groups, widths, blocks, classes, channels = 3 }: ShuffleNetV1Options) {
    super();
    this.anatomy = {
      stem: 'relu',
      stages: ['layer1', 'layer2', 'layer3'],
      preActivations: blocks.map((length, i) => `layer${i + 1}.${length - 1}.relu:input`),
      penultimate: 'linear:input',
      classifier: ['linear'],
    };
    const stage = (inChannels: number, outChannels: number, length: number) =>
      new nn.Sequential(
        ...Array.from({ length }, (_, i) =>
          i === 0
            ? new Bottleneck(inChannels, outChannels, 2, groups)
            : new Bottleneck(outChannels, outChannels, 1, groups),
        ),
      );
    this.conv1 = new nn.Conv2d(channels, stemWidth, 1, { bias: false });
    this.bn1 = new nn.BatchNorm2d(stemWidth);
    this.relu = new nn.ReLU({ inplace: true });
    this.layer1 = stage(stemWidth, widths[0], blocks[0]);
    this.layer2 = stage(widths[0], widths[1], blocks[1]);
    this.layer3 = stage(widths[1], widths[2], blocks[2]);
    this.linear = new nn.Linear(widths[2], classes);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const stem = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
      const features = this.layer3.forward(this.layer2.forward(this.layer1.forward(stem)));
      return this.linear.forward(functional.adaptive_avg_pool2d(features, 1).flatten(1));
    });
  }
}

/** The benchmark's name is of three groups. */
export const shuffleNetsV1: Readonly<Record<string, (options: ModelOptions) => ShuffleNetV1>> = {
  ShuffleV1: (options) =>
    new ShuffleNetV1({ groups: 3, widths: [240, 480, 960], blocks: [4, 8, 4], ...options }),
};
