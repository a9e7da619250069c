/**
 * ResNet50 of He et al. 2016 ("Deep Residual Learning for Image Recognition", table 1) in the form of the CRD benchmark (Tian et al. 2020),
 * for images of 32 pixels: a 3x3 convolution as stem, no pooling before the end. The state dict has the keys and shapes of the benchmark's
 * published checkpoint.
 */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { BottleneckBlock, projection } from './layers/residual.ts';
import type { ModelOptions } from './options.ts';

const { expansion } = BottleneckBlock;

class Bottleneck extends BottleneckBlock {
  readonly shortcut: nn.Sequential | null;
  readonly relu: nn.ReLU;

  constructor(inChannels: number, width: number, stride: number) {
    super(inChannels, width, stride);
    this.shortcut = projection(inChannels, BottleneckBlock.expansion * width, stride);
    this.relu = new nn.ReLU({ inplace: true });
  }

  forward(x: Tensor): Tensor {
    return scope(() =>
      this.relu.forward(this.residual(x).add_(this.shortcut ? this.shortcut.forward(x) : x)),
    );
  }
}

export interface BottleneckResNetOptions extends ModelOptions {
  /** Blocks of each stage. */
  readonly blocks: readonly [first: number, second: number, third: number, fourth: number];
}

/** Images [N, channels, H, W] → logits [N, classes]; the benchmark's are 32x32. */
export class BottleneckResNet extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly relu: nn.ReLU;
  readonly layer1: nn.Sequential;
  readonly layer2: nn.Sequential;
  readonly layer3: nn.Sequential;
  readonly layer4: nn.Sequential;
  readonly linear: nn.Linear;

  constructor({ blocks, classes, channels = 3 }: BottleneckResNetOptions) {
    super();
    this.anatomy = {
      stem: 'relu',
      stages: blocks.map((_, i) => `layer${i + 1}`),
      preActivations: blocks.map((length, i) => `layer${i + 1}.${length - 1}.relu:input`),
      penultimate: 'linear:input',
      classifier: ['linear'],
    };
    const stage = (inChannels: number, width: number, length: number, stride: number) =>
      new nn.Sequential(
        ...Array.from({ length }, (_, i) =>
          i === 0 ? new Bottleneck(inChannels, width, stride) : new Bottleneck(expansion * width, width, 1),
        ),
      );
    this.conv1 = new nn.Conv2d(channels, 64, 3, { padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(64);
    this.relu = new nn.ReLU({ inplace: true });
    this.layer1 = stage(64, 64, blocks[0], 1);
    this.layer2 = stage(expansion * 64, 128, blocks[1], 2);
    this.layer3 = stage(expansion * 128, 256, blocks[2], 2);
    this.layer4 = stage(expansion * 256, 512, blocks[3], 2);
    this.linear = new nn.Linear(expansion * 512, classes);
    for (const [, module] of this.namedModules()) {
      if (module instanceof nn.Conv2d)
        nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
    }
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const stem = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
      const second = this.layer2.forward(this.layer1.forward(stem));
      const features = this.layer4.forward(this.layer3.forward(second));
      return this.linear.forward(functional.adaptive_avg_pool2d(features, 1).flatten(1));
    });
  }
}

/** The benchmark's name. */
export const bottleneckResnets: Readonly<Record<string, (options: ModelOptions) => BottleneckResNet>> = {
  ResNet50: (options) => new BottleneckResNet({ blocks: [3, 4, 6, 3], ...options }),
};
