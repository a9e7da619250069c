/**
 * ShuffleNet V2 (Ma et al. 2018, "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design", table 5) in the form of the CRD
 * benchmark (Tian et al. 2020): for images of 32 pixels, a 1x1 convolution as stem, no pooling before the end. The state dict has the keys
 * and shapes of the benchmark's checkpoints.
 */
import { aten, functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import type { ModelOptions } from './options.ts';

const pointwise = (inChannels: number, outChannels: number) =>
  new nn.Conv2d(inChannels, outChannels, 1, { bias: false });

const depthwise = (channels: number, stride: number) =>
  new nn.Conv2d(channels, channels, 3, { stride, padding: 1, groups: channels, bias: false });

/** Half of the channels pass, half are convolved: [N, C, H, W] → the same. */
class BasicBlock extends nn.Layer {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly conv3: nn.Conv2d;
  readonly bn3: nn.BatchNorm2d;
  readonly relu: nn.ReLU;

  constructor(channels: number) {
    super();
    const half = channels / 2;
    this.conv1 = pointwise(half, half);
    this.bn1 = new nn.BatchNorm2d(half);
    this.conv2 = depthwise(half, 1);
    this.bn2 = new nn.BatchNorm2d(half);
    this.conv3 = pointwise(half, half);
    this.bn3 = new nn.BatchNorm2d(half);
    this.relu = new nn.ReLU({ inplace: true });
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const half = x.size(1) / 2;
      const passed = x.narrow(1, 0, half);
      // In place where backward does not need the value: batch norm looks at its input, relu at its result.
      const inner = this.bn1.forward(this.conv1.forward(x.narrow(1, half, half))).relu_();
      const convolved = this.bn3.forward(this.conv3.forward(this.bn2.forward(this.conv2.forward(inner))));
      // What passed has been through a ReLU before, so that another one changes nothing.
      return this.relu.forward(aten.cat([passed, convolved], 1)).channel_shuffle(2);
    });
  }
}

/** Two branches of half the output's channels each: [N, in, H, W] → [N, out, H / 2, W / 2]. */
class DownBlock extends nn.Layer {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly conv3: nn.Conv2d;
  readonly bn3: nn.BatchNorm2d;
  readonly conv4: nn.Conv2d;
  readonly bn4: nn.BatchNorm2d;
  readonly conv5: nn.Conv2d;
  readonly bn5: nn.BatchNorm2d;

  constructor(inChannels: number, outChannels: number) {
    super();
    const half = outChannels / 2;
    this.conv1 = depthwise(inChannels, 2);
    this.bn1 = new nn.BatchNorm2d(inChannels);
    this.conv2 = pointwise(inChannels, half);
    this.bn2 = new nn.BatchNorm2d(half);
    this.conv3 = pointwise(inChannels, half);
    this.bn3 = new nn.BatchNorm2d(half);
    this.conv4 = depthwise(half, 2);
    this.bn4 = new nn.BatchNorm2d(half);
    this.conv5 = pointwise(half, half);
    this.bn5 = new nn.BatchNorm2d(half);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const left = this.bn2.forward(this.conv2.forward(this.bn1.forward(this.conv1.forward(x))));
      const inner = this.bn3.forward(this.conv3.forward(x)).relu_();
      const right = this.bn5.forward(this.conv5.forward(this.bn4.forward(this.conv4.forward(inner))));
      return aten.cat([left, right], 1).relu_().channel_shuffle(2);
    });
  }
}

export interface ShuffleNetV2Options extends ModelOptions {
  /** Channels of each stage and of the convolution after them. */
  readonly widths: readonly [first: number, second: number, third: number, last: number];
  /** Blocks of each stage after the one that halves the image. */
  readonly blocks: readonly [first: number, second: number, third: number];
}

/** Images [N, channels, H, W] → logits [N, classes]; the benchmark's are 32x32. */
export class ShuffleNetV2 extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly relu: nn.ReLU;
  readonly layer1: nn.Sequential;
  readonly layer2: nn.Sequential;
  readonly layer3: nn.Sequential;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly linear: nn.Linear;

  constructor({ widths, blocks, classes, channels = 3 }: ShuffleNetV2Options) {
    super();
    this.anatomy = {
      stem: 'relu',
      stages: ['layer1', 'layer2', 'layer3'],
      // Before the shuffle too.
      preActivations: blocks.map((length, i) => `layer${i + 1}.${length}.relu:input`),
      penultimate: 'linear:input',
      classifier: ['linear'],
    };
    const stage = (inChannels: number, outChannels: number, length: number) =>
      new nn.Sequential(
        new DownBlock(inChannels, outChannels),
        ...Array.from({ length }, () => new BasicBlock(outChannels)),
      );
    this.conv1 = pointwise(channels, 24);
    this.bn1 = new nn.BatchNorm2d(24);
    this.relu = new nn.ReLU({ inplace: true });
    this.layer1 = stage(24, widths[0], blocks[0]);
    this.layer2 = stage(widths[0], widths[1], blocks[1]);
    this.layer3 = stage(widths[1], widths[2], blocks[2]);
    this.conv2 = pointwise(widths[2], widths[3]);
    this.bn2 = new nn.BatchNorm2d(widths[3]);
    this.linear = new nn.Linear(widths[3], classes);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const stem = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
      const features = this.layer3.forward(this.layer2.forward(this.layer1.forward(stem)));
      const last = this.bn2.forward(this.conv2.forward(features)).relu_();
      return this.linear.forward(functional.adaptive_avg_pool2d(last, 1).flatten(1));
    });
  }
}

/** The benchmark's name is of the paper's size 1. */
export const shuffleNetsV2: Readonly<Record<string, (options: ModelOptions) => ShuffleNetV2>> = {
  ShuffleV2: (options) => new ShuffleNetV2({ widths: [116, 232, 464, 1024], blocks: [3, 7, 3], ...options }),
};
