/** Means and deviations that networks were trained with, by the names that the field has for them. */

/** Per channel, red, green and blue, of pixels in [0, 1]. */
interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export type NormalisationName = 'imagenet' | 'inception' | 'clip' | 'cifar';

/** torchvision's and timm's of ImageNet, Inception's and many ViTs', CLIP's, and the CRD benchmark's of CIFAR-100. */
export const normalisations: Readonly<Record<NormalisationName, Normalisation>> = {
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  inception: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  cifar: { mean: [0.5071, 0.4867, 0.4408], std: [0.2675, 0.2565, 0.2761] },
};
