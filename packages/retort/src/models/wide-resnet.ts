/**
 * The wide residual networks of Zagoruyko & Komodakis 2016 ("Wide Residual Networks", table 1) in the form of the CRD benchmark (Tian et al.
 * 2020): three stages of pre-activation blocks without dropout. The state dict has the keys and shapes of the benchmark's published
 * checkpoints.
 */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import type { ModelOptions } from './options.ts';

/** Batch norm and ReLU before each of two 3x3 convolutions: [N, in, H, W] → [N, out, H / stride, W / stride]. */
class PreActivationBlock extends nn.Layer {
  readonly bn1: nn.BatchNorm2d;
  readonly conv1: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly convShortcut: nn.Conv2d | null;

  constructor(inChannels: number, outChannels: number, stride: number) {
    super();
    this.bn1 = new nn.BatchNorm2d(inChannels);
    this.conv1 = new nn.Conv2d(inChannels, outChannels, 3, { stride, padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(outChannels);
    this.conv2 = new nn.Conv2d(outChannels, outChannels, 3, { padding: 1, bias: false });
    this.convShortcut =
      inChannels === outChannels ? null : new nn.Conv2d(inChannels, outChannels, 1, { stride, bias: false });
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      // In place where backward does not need the value: batch norm looks at its input, relu at its result.
      const active = this.bn1.forward(x).relu_();
      const inner = this.bn2.forward(this.conv1.forward(active)).relu_();
      // Where the width changes, the shortcut too begins after the activation.
      const shortcut = this.convShortcut ? this.convShortcut.forward(active) : x;
      return this.conv2.forward(inner).add_(shortcut);
    });
  }
}

export interface WideResNetOptions extends ModelOptions {
  /** 6n + 4: three stages of n blocks of two convolutions, the stem and the shortcuts. */
  readonly depth: number;
  /** By how much the stages are wider than 16, 32 and 64 channels. */
  readonly widen: number;
}

/** Images [N, channels, H, W] → logits [N, classes]; the benchmark's are 32x32. */
export class WideResNet extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy = {
    stem: 'conv1',
    stages: ['block1', 'block2', 'block3'],
    // Each stage's last ReLU is behind it, the first of the next.
    preActivations: ['block2.layer.0.bn1', 'block3.layer.0.bn1', 'bn1'],
    penultimate: 'fc:input',
    classifier: ['fc'],
  };
  readonly conv1: nn.Conv2d;
  readonly block1: nn.Sequential;
  readonly block2: nn.Sequential;
  readonly block3: nn.Sequential;
  readonly bn1: nn.BatchNorm2d;
  readonly fc: nn.Linear;

  constructor({ depth, widen, classes, channels = 3 }: WideResNetOptions) {
    super();
    if (depth < 10 || (depth - 4) % 6 !== 0)
      throw new RangeError(`a wide ResNet has 6n + 4 layers, not ${depth}`);
    const blocks = (depth - 4) / 6;
    const stage = (inChannels: number, outChannels: number, stride: number) =>
      new nn.Sequential({
        layer: new nn.Sequential(
          ...Array.from({ length: blocks }, (_, i) =>
            i === 0
              ? new PreActivationBlock(inChannels, outChannels, stride)
              : new PreActivationBlock(outChannels, outChannels, 1),
          ),
        ),
      });
    this.conv1 = new nn.Conv2d(channels, 16, 3, { padding: 1, bias: false });
    this.block1 = stage(16, 16 * widen, 1);
    this.block2 = stage(16 * widen, 32 * widen, 2);
    this.block3 = stage(32 * widen, 64 * widen, 2);
    this.bn1 = new nn.BatchNorm2d(64 * widen);
    this.fc = new nn.Linear(64 * widen, classes);
    for (const [, module] of this.namedModules()) {
      if (module instanceof nn.Conv2d)
        nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
    }
    if (this.fc.bias) nn.init.zeros_(this.fc.bias);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const stem = this.conv1.forward(x);
      const features = this.block3.forward(this.block2.forward(this.block1.forward(stem)));
      const active = this.bn1.forward(features).relu_();
      return this.fc.forward(functional.adaptive_avg_pool2d(active, 1).flatten(1));
    });
  }
}

/** The family by the benchmark's names, `wrn_DEPTH_WIDEN`. */
export const wideResnets: Readonly<Record<string, (options: ModelOptions) => WideResNet>> =
  Object.fromEntries(
    [16, 40].flatMap((depth) =>
      [1, 2].map((widen) => [
        `wrn_${depth}_${widen}`,
        (options: ModelOptions) => new WideResNet({ depth, widen, ...options }),
      ]),
    ),
  );
