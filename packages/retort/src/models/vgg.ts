/**
 * The VGG networks of Simonyan & Zisserman 2015 ("Very Deep Convolutional Networks for Large-Scale Image Recognition", table 1) in the form of
 * the CRD benchmark (Tian et al. 2020): batch norm after every convolution, one linear layer, and vgg8 with a convolution a block. The state
 * dict has the keys and shapes of the benchmark's published checkpoints.
 */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import type { ModelOptions } from './options.ts';

const widths = [64, 128, 256, 512, 512] as const;

/** 3x3 convolutions, each with batch norm and ReLU: [N, in, H, W] → [N, out, H, W]. */
const block = (inChannels: number, outChannels: number, length: number): nn.Sequential =>
  new nn.Sequential(
    ...Array.from({ length }, (_, i) => [
      new nn.Conv2d(i === 0 ? inChannels : outChannels, outChannels, 3, { padding: 1 }),
      new nn.BatchNorm2d(outChannels),
      // In place, as batch norm's backward looks at its input alone.
      new nn.ReLU({ inplace: true }),
    ]).flat(),
  );

const halve = (x: Tensor): Tensor => functional.max_pool2d(x, 2);

export interface VGGOptions extends ModelOptions {
  /** How many convolutions each of the five blocks has. */
  readonly convolutions: readonly [number, number, number, number, number];
}

/** Images [N, channels, H, W] → logits [N, classes]; the benchmark's are 32x32, or 64x64. */
export class VGG extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly block0: nn.Sequential;
  readonly block1: nn.Sequential;
  readonly block2: nn.Sequential;
  readonly block3: nn.Sequential;
  readonly block4: nn.Sequential;
  readonly classifier: nn.Linear;

  constructor({ convolutions, classes, channels = 3 }: VGGOptions) {
    super();
    const [, ...stages] = convolutions;
    this.anatomy = {
      stem: 'block0',
      stages: stages.map((_, i) => `block${i + 1}`),
      preActivations: stages.map((length, i) => `block${i + 1}.${3 * length - 1}:input`),
      penultimate: 'classifier:input',
      classifier: ['classifier'],
    };
    this.block0 = block(channels, widths[0], convolutions[0]);
    this.block1 = block(widths[0], widths[1], convolutions[1]);
    this.block2 = block(widths[1], widths[2], convolutions[2]);
    this.block3 = block(widths[2], widths[3], convolutions[3]);
    this.block4 = block(widths[3], widths[4], convolutions[4]);
    this.classifier = new nn.Linear(widths[4], classes);
    for (const [, module] of this.namedModules()) {
      if (module instanceof nn.Conv2d)
        nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
      else if (module instanceof nn.Linear) nn.init.normal_(module.weight, 0, 0.01);
      else continue;
      if (module.bias) nn.init.zeros_(module.bias);
    }
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const first = this.block1.forward(halve(this.block0.forward(x)));
      const third = this.block3.forward(halve(this.block2.forward(halve(first))));
      // The last block sees 4x4 positions: images of 64 pixels are halved once more than those of 32.
      const last = this.block4.forward(x.size(2) === 64 ? halve(third) : third);
      return this.classifier.forward(functional.adaptive_avg_pool2d(last, 1).flatten(1));
    });
  }
}

const depths = {
  vgg8: [1, 1, 1, 1, 1],
  vgg11: [1, 1, 2, 2, 2],
  vgg13: [2, 2, 2, 2, 2],
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
} as const;

/** The family by the benchmark's names, of which all have batch norm. */
export const vggs: Readonly<Record<string, (options: ModelOptions) => VGG>> = Object.fromEntries(
  Object.entries(depths).map(([name, convolutions]) => [
    name,
    (options: ModelOptions) => new VGG({ convolutions, ...options }),
  ]),
);
