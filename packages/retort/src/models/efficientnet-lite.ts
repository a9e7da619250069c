/**
 * EfficientNet-Lite (Tan & Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", without squeeze-and-excite and
 * with ReLU6) as PyPI's `efficientnet_lite_pytorch` has it: TensorFlow's padding, epsilon and dropping of whole blocks. The state dict has the
 * keys and shapes of its published weights, and fresh weights are its own, seed for seed.
 */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import {
  efficientNetLiteStages,
  efficientNetLites,
  lastOfResolution,
  type MobileBlock,
  mobileBlocks,
} from './layers/inverted-residuals.ts';
import { SameConv2d } from './layers/same-conv.ts';
import type { ModelOptions } from './options.ts';

/** Of every batch norm, TensorFlow's. */
const norm = { eps: 1e-3, momentum: 0.01 } as const;

/** Expanded, filtered channel by channel, and projected without a ReLU: [N, in, H, W] → [N, out, H / stride, W / stride]. */
class MBConvBlock extends nn.Layer {
  readonly _expand_conv: nn.Conv2d | null;
  readonly _bn0: nn.BatchNorm2d | null;
  readonly _depthwise_conv: nn.Conv2d;
  readonly _bn1: nn.BatchNorm2d;
  readonly _project_conv: nn.Conv2d;
  readonly _bn2: nn.BatchNorm2d;
  readonly drop_path: nn.DropPath | null;

  constructor({ inChannels, hidden, outChannels, kernelSize, stride }: MobileBlock, dropPath: number) {
    super();
    const expands = hidden !== inChannels;
    this._expand_conv = expands ? new SameConv2d(inChannels, hidden, 1) : null;
    this._bn0 = expands ? new nn.BatchNorm2d(hidden, norm) : null;
    this._depthwise_conv = new SameConv2d(hidden, hidden, kernelSize, { stride, groups: hidden });
    this._bn1 = new nn.BatchNorm2d(hidden, norm);
    this._project_conv = new SameConv2d(hidden, outChannels, 1);
    this._bn2 = new nn.BatchNorm2d(outChannels, norm);
    this.drop_path = stride === 1 && inChannels === outChannels ? new nn.DropPath(dropPath) : null;
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      // In place where backward does not need the value: batch norm looks at its input, relu6 at its result.
      const expanded =
        this._expand_conv && this._bn0 ? this._bn0.forward(this._expand_conv.forward(x)).relu6_() : x;
      const filtered = this._bn1.forward(this._depthwise_conv.forward(expanded)).relu6_();
      const y = this._bn2.forward(this._project_conv.forward(filtered));
      return this.drop_path ? this.drop_path.forward(y).add_(x) : y;
    });
  }
}

export interface EfficientNetLiteOptions extends ModelOptions {
  /** What the channels of the blocks are multiplied with, in eights. */
  readonly width: number;
  /** What the number of blocks is multiplied with, in the stages between the first and the last. */
  readonly depth: number;
  /** Before the classifier. */
  readonly dropout: number;
  /** Stochastic depth of a block after the last; those before it have less, linearly. 0.2 where it is left out. */
  readonly dropPath?: number;
}

/** Images [N, channels, H, W] → logits [N, classes]; the originals' are 224x224 to 300x300, of (pixel − 127) / 128. */
export class EfficientNetLite extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly _conv_stem: nn.Conv2d;
  readonly _bn0: nn.BatchNorm2d;
  readonly _blocks: nn.Sequential;
  readonly _conv_head: nn.Conv2d;
  readonly _bn1: nn.BatchNorm2d;
  readonly _dropout: nn.Dropout;
  readonly _fc: nn.Linear;

  constructor(options: EfficientNetLiteOptions) {
    super();
    const { width, depth, dropout, dropPath = 0.2, classes, channels = 3 } = options;
    const [stem, last] = [32, 1280];
    const groups = mobileBlocks(efficientNetLiteStages(width, depth), stem);
    const stages = lastOfResolution.map((group) => `_blocks.${groups.slice(0, group + 1).flat().length - 1}`);
    this.anatomy = {
      stem: '_blocks:input',
      stages,
      // Bottlenecks are linear: no ReLU ends them.
      preActivations: stages,
      penultimate: '_dropout:input',
      classifier: ['_fc'],
    };
    const blocks = groups.flat();
    this._conv_stem = new SameConv2d(channels, stem, 3, { stride: 2 });
    this._bn0 = new nn.BatchNorm2d(stem, norm);
    this._blocks = new nn.Sequential(
      ...blocks.map((block, i) => new MBConvBlock(block, (dropPath * i) / blocks.length)),
    );
    this._conv_head = new SameConv2d(blocks.at(-1)?.outChannels ?? stem, last, 1);
    this._bn1 = new nn.BatchNorm2d(last, norm);
    this._dropout = new nn.Dropout(dropout);
    this._fc = new nn.Linear(last, classes);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const stem = this._bn0.forward(this._conv_stem.forward(x)).relu6_();
      const head = this._conv_head.forward(this._blocks.forward(stem));
      const features = this._bn1.forward(head).relu6_();
      const vector = functional.adaptive_avg_pool2d(features, 1).flatten(1);
      return this._fc.forward(this._dropout.forward(vector));
    });
  }
}

/** The package's sizes; it writes their names `efficientnet-lite0` and so on. */
export const efficientNetLiteModels: Readonly<Record<string, (options: ModelOptions) => EfficientNetLite>> =
  Object.fromEntries(
    efficientNetLites.map((size, i) => [
      `efficientnet_lite${i}`,
      (options: ModelOptions) => new EfficientNetLite({ ...size, ...options }),
    ]),
  );
