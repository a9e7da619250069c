/**
 * The CIFAR ResNets of He et al. 2016 ("Deep Residual Learning for Image Recognition", section 4.2) in the form of the CRD benchmark
 * (Tian et al. 2020): three stages of basic blocks with 1x1 convolutions in the shortcuts. The state dict has the keys and shapes of
 * the benchmark's published checkpoints.
 */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { BasicBlock } from './layers/residual.ts';
import type { ModelOptions } from './options.ts';

export interface ResNetOptions extends ModelOptions {
  /** 6n + 2: three stages of n blocks of two convolutions, a stem and a classifier. */
  readonly depth: number;
  /** Channels of the stem and of each stage. */
  readonly widths: readonly [stem: number, first: number, second: number, third: number];
}

/** Images [N, channels, H, W] → logits [N, classes]; the benchmark's are 32x32. */
export class ResNet extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly relu: nn.ReLU;
  readonly layer1: nn.Sequential;
  readonly layer2: nn.Sequential;
  readonly layer3: nn.Sequential;
  readonly fc: nn.Linear;

  constructor({ depth, widths, classes, channels = 3 }: ResNetOptions) {
    super();
    if (depth < 8 || (depth - 2) % 6 !== 0)
      throw new RangeError(`a CIFAR ResNet has 6n + 2 layers, not ${depth}`);
    const blocks = (depth - 2) / 6;
    const [stem, first, second, third] = widths;
    const stages = ['layer1', 'layer2', 'layer3'];
    this.anatomy = {
      stem: 'relu',
      stages,
      preActivations: stages.map((stage) => `${stage}.${blocks - 1}.relu:input`),
      penultimate: 'fc:input',
      classifier: ['fc'],
    };
    const stage = (inChannels: number, outChannels: number, stride: number) =>
      new nn.Sequential(
        ...Array.from({ length: blocks }, (_, i) =>
          i === 0
            ? new BasicBlock(inChannels, outChannels, stride)
            : new BasicBlock(outChannels, outChannels, 1),
        ),
      );
    this.conv1 = new nn.Conv2d(channels, stem, 3, { padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(stem);
    this.relu = new nn.ReLU({ inplace: true });
    this.layer1 = stage(stem, first, 1);
    this.layer2 = stage(first, second, 2);
    this.layer3 = stage(second, third, 2);
    this.fc = new nn.Linear(third, classes);
    for (const [, module] of this.namedModules()) {
      if (module instanceof nn.Conv2d)
        nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
    }
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const stem = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
      const features = this.layer3.forward(this.layer2.forward(this.layer1.forward(stem)));
      return this.fc.forward(functional.adaptive_avg_pool2d(features, 1).flatten(1));
    });
  }
}

const half = [8, 8, 16, 32] as const;
const thin = [16, 16, 32, 64] as const;
const wide = [32, 64, 128, 256] as const;

/** The family by the benchmark's names, and one of half the widths, named likewise. */
export const resnets: Readonly<Record<string, (options: ModelOptions) => ResNet>> = Object.fromEntries([
  ...[8, 14, 20, 32, 44, 56, 110].map((depth) => [
    `resnet${depth}`,
    (options: ModelOptions) => new ResNet({ depth, widths: thin, ...options }),
  ]),
  ...[8, 32].map((depth) => [
    `resnet${depth}x4`,
    (options: ModelOptions) => new ResNet({ depth, widths: wide, ...options }),
  ]),
  ['resnet8x0.5', (options: ModelOptions) => new ResNet({ depth: 8, widths: half, ...options })],
]);
