/** Backbones under detectron2's keys, and under those of mdistiller's MobileNetV2, with their fresh weights, seed for seed. */
import { functional, nn, scope, type Tensor } from '@retort/torch';
import { mobileBlocks, mobileNetV2Stages } from '../layers/inverted-residuals.ts';
import { imageNetLayouts } from '../resnet-imagenet.ts';
import { type BackboneName, type Body, type BodyOptions, type MadeBody, widthsOf } from './bodies.ts';
import { mobileLayers, mobileTaps } from './mobile-layers.ts';
import { type Norm, type NormKind, normOf } from './norms.ts';

/** A convolution that has its norm within it. */
class NormedConv2d extends nn.Conv2d {
  readonly norm: Norm;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    { stride = 1, batchNorm }: { readonly stride?: number; readonly batchNorm: NormKind },
  ) {
    super(inChannels, outChannels, kernelSize, { stride, padding: (kernelSize - 1) / 2, bias: false });
    this.norm = normOf(batchNorm, outChannels);
  }

  override forward(x: Tensor): Tensor {
    return scope(() => this.norm.forward(super.forward(x)));
  }
}

/** He et al. 2015, of what goes out; of several convolutions in this order. */
const fillMSRA = (...convolutions: readonly (nn.Conv2d | null)[]): void => {
  for (const convolution of convolutions)
    if (convolution) nn.init.kaimingNormal_(convolution.weight, { mode: 'fan_out', nonlinearity: 'relu' });
};

class Stem extends nn.Layer {
  readonly conv1: NormedConv2d;

  constructor(channels: number, outChannels: number, batchNorm: NormKind) {
    super();
    this.conv1 = new NormedConv2d(channels, outChannels, 7, { stride: 2, batchNorm });
    fillMSRA(this.conv1);
  }

  forward(x: Tensor): Tensor {
    return scope(() => functional.max_pool2d(this.conv1.forward(x).relu_(), 3, { stride: 2, padding: 1 }));
  }
}

/** What blocks of a stage are made of. */
interface BlockOptions {
  readonly stride: number;
  readonly batchNorm: NormKind;
  readonly strideFirst: boolean;
}

const shortcutOf = (inChannels: number, outChannels: number, { stride, batchNorm }: BlockOptions) =>
  inChannels === outChannels ? null : new NormedConv2d(inChannels, outChannels, 1, { stride, batchNorm });

class BasicBlock extends nn.Layer {
  readonly shortcut: NormedConv2d | null;
  readonly conv1: NormedConv2d;
  readonly conv2: NormedConv2d;

  constructor(inChannels: number, outChannels: number, options: BlockOptions) {
    super();
    this.shortcut = shortcutOf(inChannels, outChannels, options);
    this.conv1 = new NormedConv2d(inChannels, outChannels, 3, options);
    this.conv2 = new NormedConv2d(outChannels, outChannels, 3, { batchNorm: options.batchNorm });
    fillMSRA(this.conv1, this.conv2, this.shortcut);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const inner = this.conv2.forward(this.conv1.forward(x).relu_());
      return inner.add(this.shortcut ? this.shortcut.forward(x) : x).relu_();
    });
  }
}

class BottleneckBlock extends nn.Layer {
  readonly shortcut: NormedConv2d | null;
  readonly conv1: NormedConv2d;
  readonly conv2: NormedConv2d;
  readonly conv3: NormedConv2d;

  constructor(inChannels: number, outChannels: number, options: BlockOptions) {
    super();
    const { stride, batchNorm, strideFirst } = options;
    const width = outChannels / 4;
    const [first, second] = strideFirst ? [stride, 1] : [1, stride];
    this.shortcut = shortcutOf(inChannels, outChannels, options);
    this.conv1 = new NormedConv2d(inChannels, width, 1, { stride: first, batchNorm });
    this.conv2 = new NormedConv2d(width, width, 3, { stride: second, batchNorm });
    this.conv3 = new NormedConv2d(width, outChannels, 1, { batchNorm });
    fillMSRA(this.conv1, this.conv2, this.conv3, this.shortcut);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const inner = this.conv2.forward(this.conv1.forward(x).relu_()).relu_();
      return this.conv3
        .forward(inner)
        .add(this.shortcut ? this.shortcut.forward(x) : x)
        .relu_();
    });
  }
}

/** detectron2's ResNet. */
class ResNetBody extends nn.Module implements Body {
  readonly stem: Stem;
  readonly res2: nn.Sequential;
  readonly res3: nn.Sequential;
  readonly res4: nn.Sequential;
  readonly res5: nn.Sequential;

  constructor(name: Exclude<BackboneName, 'mobilenet_v2'>, { channels, ...options }: BodyOptions) {
    super();
    const { block, blocks } = imageNetLayouts[name];
    const Block = block === 'basic' ? BasicBlock : BottleneckBlock;
    let inChannels = 64;
    this.stem = new Stem(channels, inChannels, options.batchNorm);
    const stage = (i: 0 | 1 | 2 | 3): nn.Sequential => {
      const outChannels = widthsOf[name][i];
      const made = Array.from({ length: blocks[i] }, (_, number) => {
        const stride = i > 0 && number === 0 ? 2 : 1;
        const layer = new Block(inChannels, outChannels, { ...options, stride });
        inChannels = outChannels;
        return layer;
      });
      return new nn.Sequential(...made);
    };
    this.res2 = stage(0);
    this.res3 = stage(1);
    this.res4 = stage(2);
    this.res5 = stage(3);
  }

  forward(images: Tensor): Tensor[] {
    return this.maps(images);
  }

  maps(images: Tensor): Tensor[] {
    const second = this.res2.forward(this.stem.forward(images));
    const third = this.res3.forward(second);
    const fourth = this.res4.forward(third);
    return [second, third, fourth, this.res5.forward(fourth)];
  }
}

/** mdistiller's inverted residual block, whose layers lie in one sequence. */
class InvertedResidual extends nn.Layer {
  readonly conv: nn.Sequential;
  readonly identity: boolean;

  constructor(layers: readonly nn.Layer[], identity: boolean) {
    super();
    this.conv = new nn.Sequential(...layers);
    this.identity = identity;
  }

  forward(x: Tensor): Tensor {
    return scope(() => (this.identity ? this.conv.forward(x).add(x) : this.conv.forward(x)));
  }
}

/** A convolution with its norm, and a ReLU6 where `isActive`. */
const layersOf = (convolution: nn.Conv2d, batchNorm: NormKind, isActive = true): nn.Layer[] => [
  convolution,
  normOf(batchNorm, convolution.outChannels),
  ...(isActive ? [new nn.ReLU6({ inplace: true })] : []),
];

/** mdistiller's MobileNetV2 for detectors. */
class MobileNetBody extends nn.Module implements Body {
  readonly features: nn.Sequential;

  constructor({ channels, batchNorm }: BodyOptions) {
    super();
    const width = 32;
    const plain = { bias: false };
    const blocks = mobileBlocks(mobileNetV2Stages, width).flat();
    this.features = new nn.Sequential(
      new nn.Sequential(
        ...layersOf(new nn.Conv2d(channels, width, 3, { stride: 2, padding: 1, ...plain }), batchNorm),
      ),
      ...blocks.map(({ inChannels, hidden, outChannels, stride }) => {
        const layers = [
          ...(hidden === inChannels ? [] : layersOf(new nn.Conv2d(inChannels, hidden, 1, plain), batchNorm)),
          ...layersOf(
            new nn.Conv2d(hidden, hidden, 3, { stride, padding: 1, groups: hidden, ...plain }),
            batchNorm,
          ),
          ...layersOf(new nn.Conv2d(hidden, outChannels, 1, plain), batchNorm, false),
        ];
        return new InvertedResidual(layers, stride === 1 && inChannels === outChannels);
      }),
    );
    for (const [, module] of this.namedModules()) if (module instanceof nn.Conv2d) fillMSRA(module);
  }

  forward(images: Tensor): Tensor[] {
    return this.maps(images);
  }

  maps(images: Tensor): Tensor[] {
    let x = images;
    return [...this.features].flatMap((layer, i) => {
      x = layer.forward(x);
      return mobileTaps.includes(i) ? [x] : [];
    });
  }
}

/** Layers by what their keys begin with, from the last to the first. */
const resNetLayers = [['res5'], ['res4'], ['res3'], ['res2'], ['stem']];

/** A backbone with detectron2's fresh weights, seed for seed. */
export function detectron2BodyOf(name: BackboneName, options: BodyOptions): MadeBody {
  const widths = widthsOf[name];
  if (name !== 'mobilenet_v2') return { body: new ResNetBody(name, options), widths, layers: resNetLayers };
  const layers = mobileLayers.map((blocks) => blocks.map((block) => `features.${block}`));
  return { body: new MobileNetBody(options), widths, layers };
}
