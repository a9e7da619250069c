/** Backbones under torchvision's keys: networks for ImageNet without their classifier, of whose stages the maps are taken. */
import { nn, type Tensor } from '@retort/torch';
import { TorchvisionMobileNetV2 } from '../mobilenet-torchvision.ts';
import { ImageNetResNet, imageNetLayouts } from '../resnet-imagenet.ts';
import { mobileLayers, mobileTaps } from './mobile-layers.ts';
import { type NormKind, renorm } from './norms.ts';

/** What a pyramid stands on. */
export interface Body extends nn.Module {
  /** The maps of four stages, [B, C, H / 4, W / 4] to [B, C, H / 32, W / 32]. */
  maps(images: Tensor): Tensor[];
}

/** How wide the maps of a body are. */
export type Widths = readonly [second: number, third: number, fourth: number, fifth: number];

/** A backbone by name. */
export type BackboneName = 'resnet18' | 'resnet34' | 'resnet50' | 'resnet101' | 'mobilenet_v2';

/** The classes that published weights of backbones tell apart: their classifier draws fresh weights, too, and is thrown away. */
const classes = 1000;

/** torchvision's ResNet without `fc`. */
class ResNetBody extends nn.Module implements Body {
  readonly conv1: nn.Layer;
  readonly bn1: nn.Layer;
  readonly relu: nn.Layer;
  readonly maxpool: nn.Layer;
  readonly layer1: nn.Layer;
  readonly layer2: nn.Layer;
  readonly layer3: nn.Layer;
  readonly layer4: nn.Layer;

  constructor({ conv1, bn1, relu, maxpool, layer1, layer2, layer3, layer4 }: ImageNetResNet) {
    super();
    this.conv1 = conv1;
    this.bn1 = bn1;
    this.relu = relu;
    this.maxpool = maxpool;
    this.layer1 = layer1;
    this.layer2 = layer2;
    this.layer3 = layer3;
    this.layer4 = layer4;
  }

  forward(images: Tensor): Tensor[] {
    return this.maps(images);
  }

  maps(images: Tensor): Tensor[] {
    const stem = this.maxpool.forward(this.relu.forward(this.bn1.forward(this.conv1.forward(images))));
    const second = this.layer1.forward(stem);
    const third = this.layer2.forward(second);
    const fourth = this.layer3.forward(third);
    return [second, third, fourth, this.layer4.forward(fourth)];
  }
}

/** torchvision's MobileNetV2 up to the block of 320 channels: `features` as a list, as torchvision has it within a detector. */
class MobileNetBody extends nn.ModuleList<nn.Layer> implements Body {
  maps(images: Tensor): Tensor[] {
    let x = images;
    return [...this].flatMap((layer, i) => {
      x = layer.forward(x);
      return mobileTaps.includes(i) ? [x] : [];
    });
  }
}

/** Layers by what their keys begin with, from the last to the first, as torchvision thaws them. */
const resNetLayers: readonly (readonly string[])[] = [
  ['layer4'],
  ['layer3'],
  ['layer2'],
  ['layer1'],
  ['conv1', 'bn1'],
];

/** A backbone with what is known of it. */
export interface MadeBody {
  readonly body: Body;
  readonly widths: Widths;
  /** Its layers by what their keys begin with, from the last to the first. */
  readonly layers: readonly (readonly string[])[];
}

/** How wide the maps of each backbone are. */
export const widthsOf: Readonly<Record<BackboneName, Widths>> = {
  resnet18: [64, 128, 256, 512],
  resnet34: [64, 128, 256, 512],
  resnet50: [256, 512, 1024, 2048],
  resnet101: [256, 512, 1024, 2048],
  mobilenet_v2: [24, 32, 96, 320],
};

/** How a backbone is made. */
export interface BodyOptions {
  readonly channels: number;
  readonly batchNorm: NormKind;
  /** Whether bottlenecks have their stride in the first convolution. */
  readonly strideFirst: boolean;
}

/** A backbone with torchvision's fresh weights, seed for seed. */
export function bodyOf(name: BackboneName, { channels, batchNorm, strideFirst }: BodyOptions): MadeBody {
  const widths = widthsOf[name];
  if (name === 'mobilenet_v2') {
    const { features } = new TorchvisionMobileNetV2({ classes, channels });
    const layers = [...features].slice(0, mobileLayers.flat().length);
    const body = renorm(new MobileNetBody(layers), batchNorm);
    return { body, widths, layers: mobileLayers };
  }
  const network = new ImageNetResNet({ ...imageNetLayouts[name], strideFirst, classes, channels });
  return { body: renorm(new ResNetBody(network), batchNorm), widths, layers: resNetLayers };
}
