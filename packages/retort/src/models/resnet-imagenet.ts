/**
 * The ImageNet ResNets of He et al. 2016 ("Deep Residual Learning for Image Recognition", table 1) as torchvision and timm have them: a 7x7
 * convolution and a pooling of the maximum as stem, four stages, and in bottlenecks the stride in the 3x3 convolution ("v1.5"). The state dict
 * has the keys and shapes of both libraries, which agree, and fresh weights are torchvision's, seed for seed.
 */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { BasicBlock, BottleneckBlock, projection } from './layers/residual.ts';
import type { ModelOptions } from './options.ts';

class Bottleneck extends BottleneckBlock {
  readonly downsample: nn.Sequential | null;
  readonly relu: nn.ReLU;

  constructor(inChannels: number, width: number, stride: number, strideFirst: boolean) {
    super(inChannels, width, stride, strideFirst);
    this.downsample = projection(inChannels, BottleneckBlock.expansion * width, stride);
    this.relu = new nn.ReLU({ inplace: true });
  }

  forward(x: Tensor): Tensor {
    return scope(() =>
      this.relu.forward(this.residual(x).add_(this.downsample ? this.downsample.forward(x) : x)),
    );
  }
}

export interface ImageNetResNetOptions extends ModelOptions {
  /** Two 3x3 convolutions a block, or one between two of 1x1. */
  readonly block: 'basic' | 'bottleneck';
  /** Blocks of each stage. */
  readonly blocks: readonly [first: number, second: number, third: number, fourth: number];
  /** Channels of the stem; 64 where it is left out. */
  readonly stem?: number;
  /** Channels of the 3x3 convolutions of each stage; 64, 128, 256 and 512 where they are left out. */
  readonly widths?: readonly [first: number, second: number, third: number, fourth: number];
  /** Of the first stage; 1 where it is left out, as after a pooling. */
  readonly firstStride?: number;
  /** Whether bottlenecks have their stride in the first convolution, as in the paper; false where it is left out, as in both libraries. */
  readonly strideFirst?: boolean;
  /**
   * Whether the last batch norm of each block begins with weights of 0, so that blocks begin as identities (Goyal et al. 2017): timm's default;
   * false where it is left out, as in torchvision.
   */
  readonly zeroInitLast?: boolean;
}

/** Images [N, channels, H, W] → logits [N, classes]; the original's are 224x224. */
export class ImageNetResNet extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly relu: nn.ReLU;
  readonly maxpool: nn.MaxPool2d;
  readonly layer1: nn.Sequential;
  readonly layer2: nn.Sequential;
  readonly layer3: nn.Sequential;
  readonly layer4: nn.Sequential;
  readonly fc: nn.Linear;

  constructor(options: ImageNetResNetOptions) {
    super();
    const { block, blocks, zeroInitLast = false, classes, channels = 3 } = options;
    const { stem = 64, widths = [64, 128, 256, 512], firstStride = 1, strideFirst = false } = options;
    this.anatomy = {
      stem: 'maxpool',
      stages: blocks.map((_, i) => `layer${i + 1}`),
      preActivations: blocks.map((length, i) => `layer${i + 1}.${length - 1}.relu:input`),
      penultimate: 'fc:input',
      classifier: ['fc'],
    };
    const Block = block === 'basic' ? BasicBlock : Bottleneck;
    let inChannels = stem;
    const stage = (width: number, length: number, stride: number) =>
      new nn.Sequential(
        ...Array.from({ length }, (_, i) => {
          const made = new Block(inChannels, width, i === 0 ? stride : 1, strideFirst);
          inChannels = Block.expansion * width;
          return made;
        }),
      );
    this.conv1 = new nn.Conv2d(channels, stem, 7, { stride: 2, padding: 3, bias: false });
    this.bn1 = new nn.BatchNorm2d(stem);
    this.relu = new nn.ReLU({ inplace: true });
    this.maxpool = new nn.MaxPool2d(3, { stride: 2, padding: 1 });
    this.layer1 = stage(widths[0], blocks[0], firstStride);
    this.layer2 = stage(widths[1], blocks[1], 2);
    this.layer3 = stage(widths[2], blocks[2], 2);
    this.layer4 = stage(widths[3], blocks[3], 2);
    this.fc = new nn.Linear(inChannels, classes);
    for (const [, module] of this.namedModules()) {
      if (module instanceof nn.Conv2d)
        nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
      else if (zeroInitLast && module instanceof Block && module.last.weight)
        nn.init.zeros_(module.last.weight);
    }
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const stem = this.maxpool.forward(this.relu.forward(this.bn1.forward(this.conv1.forward(x))));
      const second = this.layer2.forward(this.layer1.forward(stem));
      const features = this.layer4.forward(this.layer3.forward(second));
      return this.fc.forward(functional.adaptive_avg_pool2d(features, 1).flatten(1));
    });
  }
}

/** How deep each is, by both libraries' names. */
export const imageNetLayouts = {
  resnet18: { block: 'basic', blocks: [2, 2, 2, 2] },
  resnet34: { block: 'basic', blocks: [3, 4, 6, 3] },
  resnet50: { block: 'bottleneck', blocks: [3, 4, 6, 3] },
  resnet101: { block: 'bottleneck', blocks: [3, 4, 23, 3] },
  resnet152: { block: 'bottleneck', blocks: [3, 8, 36, 3] },
} as const;

/** The family by both libraries' names. */
export const imageNetResnets: Readonly<Record<string, (options: ModelOptions) => ImageNetResNet>> =
  Object.fromEntries(
    Object.entries(imageNetLayouts).map(([name, layout]) => [
      name,
      (options: ModelOptions) => new ImageNetResNet({ ...layout, ...options }),
    ]),
  );
