/**
 * The plain CNNs of Annealing-KD (Jafari et al. 2021, "Annealing Knowledge Distillation"), which come from TAKD (Mirzadeh et al. 2020,
 * "Improved Knowledge Distillation via Teacher Assistant"): 3x3 convolutions, maximum pooling, a linear layer or two, no shortcuts. Those
 * for CIFAR-100 are wider than those for CIFAR-10. The state dict has the keys and shapes of the released code, in which `plain4_cifar10` is
 * plane4 with cifar10.
 */
import { nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { checkSize } from './layers/image-size.ts';
import type { ModelOptions } from './options.ts';

/** Pixels of an image's side: the first linear layer looks at every position. */
const imageSize = 32;

interface Layout {
  /** Channels of the convolutions of each stage, which ends with halving the image. */
  readonly stages: readonly (readonly number[])[];
  /** Whether the last stage halves it too; true where it is left out. */
  readonly poolsLast?: boolean;
  /** The size of a linear layer before the classifier, if there is one. */
  readonly hidden?: number;
}

export interface PlainCNNOptions extends ModelOptions, Layout {}

/** Images [N, channels, 32, 32] → logits [N, classes]. */
export class PlainCNN extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly conv_layers = new nn.Sequential();
  readonly fc_layers = new nn.Sequential();

  constructor({ stages, poolsLast = true, hidden, classes, channels = 3 }: PlainCNNOptions) {
    super();
    let [width, side] = [channels, imageSize];
    const ends: string[] = [];
    for (const [i, stage] of stages.entries()) {
      for (const outChannels of stage) {
        this.conv_layers.append(new nn.Conv2d(width, outChannels, 3, { padding: 1 }));
        this.conv_layers.append(new nn.BatchNorm2d(outChannels));
        // In place, as batch norm's backward looks at its input alone.
        this.conv_layers.append(new nn.ReLU({ inplace: true }));
        width = outChannels;
      }
      ends.push(`conv_layers.${this.conv_layers.length - 1}`);
      if (i === stages.length - 1 && !poolsLast) continue;
      this.conv_layers.append(new nn.MaxPool2d(2));
      side /= 2;
    }
    let features = width * side ** 2;
    if (hidden) {
      this.fc_layers.append(new nn.Linear(features, hidden));
      this.fc_layers.append(new nn.ReLU({ inplace: true }));
      features = hidden;
    }
    const classifier = `fc_layers.${this.fc_layers.length}`;
    this.fc_layers.append(new nn.Linear(features, classes));
    this.anatomy = {
      stem: 'conv_layers.2',
      stages: ends,
      preActivations: ends.map((end) => `${end}:input`),
      penultimate: `${classifier}:input`,
      classifier: [classifier],
    };
  }

  forward(x: Tensor): Tensor {
    checkSize(x, imageSize);
    return scope(() => this.fc_layers.forward(this.conv_layers.forward(x).flatten(1)));
  }
}

const twice = (width: number) => [width, width];

const layouts: Readonly<Record<string, Layout>> = {
  plain2_cifar10: { stages: [[16], [16]] },
  plain4_cifar10: { stages: [twice(16), twice(32)] },
  plain6_cifar10: { stages: [twice(16), twice(32), twice(64)] },
  plain8_cifar10: { stages: [twice(16), twice(32), twice(64), twice(128)], hidden: 64 },
  plain10_cifar10: { stages: [twice(32), twice(64), twice(128), [256, 256, 256, 256]], hidden: 128 },
  plain2_cifar100: { stages: [[32], [32]] },
  plain4_cifar100: { stages: [twice(32), twice(64)] },
  plain6_cifar100: { stages: [twice(32), twice(64), twice(128)], poolsLast: false },
  plain8_cifar100: { stages: [twice(32), twice(64), twice(128), twice(256)], hidden: 64 },
  plain10_cifar100: { stages: [twice(32), twice(64), twice(128), [256, 256, 256, 256]], hidden: 512 },
};

/** The family by its number of convolutions and the data set whose widths it has; the number of classes is free. */
export const plainCNNs: Readonly<Record<string, (options: ModelOptions) => PlainCNN>> = Object.fromEntries(
  Object.entries(layouts).map(([name, layout]) => [
    name,
    (options: ModelOptions) => new PlainCNN({ ...layout, ...options }),
  ]),
);
