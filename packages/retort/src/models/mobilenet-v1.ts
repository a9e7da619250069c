/**
 * MobileNetV1 (Howard et al. 2017, "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", table 1) as the ImageNet
 * pair ResNet50 → MobileNetV1 of the distillation literature has it (mdistiller's class; Heo et al. 2019, Tian et al. 2020), with its keys.
 */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { convNormReLU } from './layers/conv-norm-relu.ts';
import type { ModelOptions } from './options.ts';

/** Filtered channel by channel, then mixed: [N, in, H, W] → [N, out, H / stride, W / stride]. */
const separable = (inChannels: number, outChannels: number, stride: number): nn.Sequential =>
  new nn.Sequential(
    ...convNormReLU(inChannels, inChannels, 3, { stride, groups: inChannels }),
    ...convNormReLU(inChannels, outChannels, 1),
  );

/** Channels and stride of each block after the stem. */
const blocks: readonly (readonly [channels: number, stride: 1 | 2])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
];

/** The last block of each resolution, from a quarter of the image on. */
const ends = [3, 5, 11, 13];

/** Images [N, channels, H, W] → logits [N, classes]; the original's are 224x224. */
export class MobileNetV1 extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly model: nn.Sequential;
  readonly fc: nn.Linear;

  constructor({ classes, channels = 3 }: ModelOptions) {
    super();
    this.anatomy = {
      stem: 'model.0',
      stages: ends.map((block) => `model.${block}`),
      preActivations: ends.map((block) => `model.${block}.5:input`),
      penultimate: 'fc:input',
      classifier: ['fc'],
    };
    let inChannels = 32;
    this.model = new nn.Sequential(
      new nn.Sequential(...convNormReLU(channels, inChannels, 3, { stride: 2 })),
      ...blocks.map(([outChannels, stride]) => {
        const block = separable(inChannels, outChannels, stride);
        inChannels = outChannels;
        return block;
      }),
    );
    this.fc = new nn.Linear(inChannels, classes);
  }

  forward(x: Tensor): Tensor {
    return scope(() => this.fc.forward(functional.adaptive_avg_pool2d(this.model.forward(x), 1).flatten(1)));
  }
}

/** mdistiller's name; timm's `mobilenetv1_100` has ReLU6 and other keys. */
export const mobileNetsV1: Readonly<Record<string, (options: ModelOptions) => MobileNetV1>> = {
  MobileNetV1: (options) => new MobileNetV1(options),
};
