/** How networks for images of 224 pixels are named and shown them: what their published weights say, or the library that they are of. */
import type { Value } from './row.ts';

export interface Network {
  /** As papers print it. */
  readonly label: string;
  /** The shorter side, of which 224 pixels are cropped where it is judged: ⌊224 / crop_pct⌋. */
  readonly resize: number;
  readonly interpolation: 'bilinear' | 'bicubic';
  /** `imagenet` where it is left out. */
  readonly mean?: 'inception';
  /** The published file, which goes into a folder `teachers` beside the data. */
  readonly weights?: string;
  /** What it is made with as a student. */
  readonly made?: { readonly [key: string]: Value };
}

const timmResnet = { made: { zeroInitLast: true } };

export const networks = {
  resnet18: { label: 'ResNet18', resize: 256, interpolation: 'bilinear', ...timmResnet },
  resnet34: {
    label: 'ResNet34',
    resize: 256,
    interpolation: 'bilinear',
    weights: 'resnet34-333f7ec4.pth',
  },
  resnet50: {
    label: 'ResNet50',
    resize: 235,
    interpolation: 'bicubic',
    weights: 'resnet50_a1_0-14fe96d1.pth',
  },
  mobilenetv2_100: { label: 'MobileNetV2', resize: 256, interpolation: 'bicubic' },
  deit_tiny_patch16_224: {
    label: 'DeiT-T',
    resize: 248,
    interpolation: 'bicubic',
    weights: 'deit_tiny_patch16_224-a1311bcf.pth',
  },
  vit_small_patch16_224: {
    label: 'ViT-S',
    resize: 248,
    interpolation: 'bicubic',
  },
  swin_tiny_patch4_window7_224: {
    label: 'Swin-T',
    resize: 248,
    interpolation: 'bicubic',
    weights: 'swin_tiny_patch4_window7_224.pth',
  },
  swin_nano_patch4_window7_224: { label: 'Swin-N', resize: 248, interpolation: 'bicubic' },
  swin_pico_patch4_window7_224: { label: 'Swin-P', resize: 248, interpolation: 'bicubic' },
  mixer_b16_224: {
    label: 'Mixer-B/16',
    resize: 256,
    interpolation: 'bicubic',
    mean: 'inception',
    weights: 'jx_mixer_b16_224-76587d61.pth',
  },
  resmlp_12_224: { label: 'ResMLP-S12', resize: 256, interpolation: 'bicubic' },
  convnext_tiny: {
    label: 'ConvNeXt-T',
    resize: 256,
    interpolation: 'bicubic',
    weights: 'convnext_tiny_1k_224_ema.pth',
  },
  CycleMLP_B3: { label: 'CycleMLP-B3', resize: 235, interpolation: 'bicubic' },
  beitv2_base_patch16_224: {
    label: 'BEiT v2-B',
    resize: 248,
    interpolation: 'bicubic',
    weights: 'beitv2_base_patch16_224_pt1k_ft21kto1k.pth',
  },
} as const satisfies Record<string, Network>;

export type Name = keyof typeof networks;

export const network = (name: Name): Network => networks[name];
export const labelOf = (...names: readonly Name[]): string =>
  names.map((name) => network(name).label).join(' / ');

/** How a network wants photographs. */
export function inputOf(name: Name): { readonly [key: string]: Value } {
  const { resize, interpolation, mean = 'imagenet' } = network(name);
  return { size: 224, resize, interpolation, mean };
}

/** A teacher of ImageNet, by the file that is published. */
export function teacherOf(name: Name): { readonly [key: string]: Value } {
  const { weights } = network(name);
  if (weights === undefined)
    throw new RangeError(`nothing is published of ${name} that would teach ImageNet`);
  return { name, weights, input: inputOf(name) };
}

/** A student of fresh weights, as timm makes it. */
export const studentOf = (
  name: Name,
  more: { readonly [key: string]: Value } = {},
): { readonly [key: string]: Value } => ({
  name,
  ...network(name).made,
  ...more,
  input: inputOf(name),
});
