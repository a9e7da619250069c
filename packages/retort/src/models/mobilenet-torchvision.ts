/**
 * MobileNetV2 (Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 2) as torchvision has it, for images of 224
 * pixels: its keys, its dropout, and its fresh weights, seed for seed.
 */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import {
  lastOfResolution,
  type MobileBlock,
  mobileBlocks,
  mobileNetV2Stages,
} from './layers/inverted-residuals.ts';
import { SameConv2d } from './layers/same-conv.ts';
import type { ModelOptions } from './options.ts';

/** How the layers of a network are made. */
interface Form {
  /** Whether the padding is TensorFlow's SAME. */
  readonly tfPadding: boolean;
  /** Of the batch norms. */
  readonly eps: number;
}

/** A convolution without bias, batch norm and ReLU6, which is in place as batch norm's backward looks at its input alone. */
function convolution(
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  { tfPadding, eps }: Form,
  { stride = 1, groups = 1 } = {},
): nn.Sequential {
  const padding = (kernelSize - 1) / 2;
  return new nn.Sequential(
    tfPadding
      ? new SameConv2d(inChannels, outChannels, kernelSize, { stride, groups })
      : new nn.Conv2d(inChannels, outChannels, kernelSize, { stride, padding, groups, bias: false }),
    new nn.BatchNorm2d(outChannels, { eps }),
    new nn.ReLU6({ inplace: true }),
  );
}

/** Expanded, filtered channel by channel, and projected without a ReLU: [N, in, H, W] → [N, out, H / stride, W / stride]. */
class InvertedResidual extends nn.Layer {
  readonly conv: nn.Sequential;
  readonly residual: boolean;

  constructor(block: MobileBlock, form: Form) {
    super();
    const { inChannels, hidden, outChannels, kernelSize, stride, residual = true } = block;
    this.conv = new nn.Sequential(
      ...(hidden === inChannels ? [] : [convolution(inChannels, hidden, 1, form)]),
      convolution(hidden, hidden, kernelSize, form, { stride, groups: hidden }),
      new nn.Conv2d(hidden, outChannels, 1, { bias: false }),
      new nn.BatchNorm2d(outChannels, { eps: form.eps }),
    );
    this.residual = residual && stride === 1 && inChannels === outChannels;
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const y = this.conv.forward(x);
      return this.residual ? y.add_(x) : y;
    });
  }
}

export interface TorchvisionMobileNetV2Options extends ModelOptions {
  /** Before the classifier; 0.2 where it is left out. */
  readonly dropout?: number;
  /** Its channels where they are not torchvision's. */
  readonly layout?: MobileNetV2Layout;
  /** Whether the padding is TensorFlow's SAME, as in its authors' code; false where it is left out. */
  readonly tfPadding?: boolean;
  /** Of the batch norms; 1e-5 where it is left out. */
  readonly eps?: number;
}

/** Channels of the stem, the blocks of each stage, channels of the last convolution. */
export interface MobileNetV2Layout {
  readonly stem: number;
  readonly stages: readonly (readonly MobileBlock[])[];
  readonly last: number;
}

const usual: MobileNetV2Layout = { stem: 32, stages: mobileBlocks(mobileNetV2Stages, 32), last: 1280 };

/** Images [N, channels, H, W] → logits [N, classes]; the original's are 224x224. */
export class TorchvisionMobileNetV2 extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly features: nn.Sequential;
  readonly classifier: nn.Sequential;

  constructor(options: TorchvisionMobileNetV2Options) {
    super();
    const { dropout = 0.2, layout = usual, tfPadding = false, eps = 1e-5, classes, channels = 3 } = options;
    const { stem, stages: groups, last } = layout;
    const form = { tfPadding, eps };
    // The stem comes before the first of them.
    const ends = lastOfResolution.map((group) => groups.slice(0, group + 1).flat().length);
    const stages = ends.map((end) => `features.${end}`);
    this.anatomy = {
      stem: 'features.0',
      stages,
      // Bottlenecks are linear: no ReLU ends them.
      preActivations: stages,
      penultimate: 'classifier:input',
      classifier: ['classifier.1'],
    };
    const blocks = groups.flat();
    this.features = new nn.Sequential(
      convolution(channels, stem, 3, form, { stride: 2 }),
      ...blocks.map((block) => new InvertedResidual(block, form)),
      convolution(blocks.at(-1)?.outChannels ?? stem, last, 1, form),
    );
    this.classifier = new nn.Sequential(new nn.Dropout(dropout), new nn.Linear(last, classes));
    for (const [, module] of this.namedModules()) {
      if (module instanceof nn.Conv2d)
        nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
      if (!(module instanceof nn.Linear)) continue;
      nn.init.normal_(module.weight, 0, 0.01);
      if (module.bias) nn.init.zeros_(module.bias);
    }
  }

  forward(x: Tensor): Tensor {
    return scope(() =>
      this.classifier.forward(functional.adaptive_avg_pool2d(this.features.forward(x), 1).flatten(1)),
    );
  }
}

/** torchvision's name. */
export const torchvisionMobileNets: Readonly<
  Record<string, (options: ModelOptions) => TorchvisionMobileNetV2>
> = {
  mobilenet_v2: (options) => new TorchvisionMobileNetV2(options),
};
