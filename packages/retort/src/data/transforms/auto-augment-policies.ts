/** The policies of AutoAugment (Cubuk et al. 2019, tables 7 and 9), as torchvision has them. */

export type PolicyOperation =
  | 'ShearX'
  | 'ShearY'
  | 'TranslateX'
  | 'TranslateY'
  | 'Rotate'
  | 'Brightness'
  | 'Color'
  | 'Contrast'
  | 'Sharpness'
  | 'Posterize'
  | 'Solarize'
  | 'AutoContrast'
  | 'Equalize'
  | 'Invert';

/** An operation, with which probability it is applied, and its level of ten, from 0; 0 where it has none. */
type Step = readonly [name: PolicyOperation, probability: number, level: number];

/** Pairs of operations, of which one is drawn for an image. */
export const policies: Readonly<Record<'imagenet' | 'cifar10', readonly (readonly [Step, Step])[]>> = {
  imagenet: [
    [
      ['Posterize', 0.4, 8],
      ['Rotate', 0.6, 9],
    ],
    [
      ['Solarize', 0.6, 5],
      ['AutoContrast', 0.6, 0],
    ],
    [
      ['Equalize', 0.8, 0],
      ['Equalize', 0.6, 0],
    ],
    [
      ['Posterize', 0.6, 7],
      ['Posterize', 0.6, 6],
    ],
    [
      ['Equalize', 0.4, 0],
      ['Solarize', 0.2, 4],
    ],
    [
      ['Equalize', 0.4, 0],
      ['Rotate', 0.8, 8],
    ],
    [
      ['Solarize', 0.6, 3],
      ['Equalize', 0.6, 0],
    ],
    [
      ['Posterize', 0.8, 5],
      ['Equalize', 1, 0],
    ],
    [
      ['Rotate', 0.2, 3],
      ['Solarize', 0.6, 8],
    ],
    [
      ['Equalize', 0.6, 0],
      ['Posterize', 0.4, 6],
    ],
    [
      ['Rotate', 0.8, 8],
      ['Color', 0.4, 0],
    ],
    [
      ['Rotate', 0.4, 9],
      ['Equalize', 0.6, 0],
    ],
    [
      ['Equalize', 0, 0],
      ['Equalize', 0.8, 0],
    ],
    [
      ['Invert', 0.6, 0],
      ['Equalize', 1, 0],
    ],
    [
      ['Color', 0.6, 4],
      ['Contrast', 1, 8],
    ],
    [
      ['Rotate', 0.8, 8],
      ['Color', 1, 2],
    ],
    [
      ['Color', 0.8, 8],
      ['Solarize', 0.8, 7],
    ],
    [
      ['Sharpness', 0.4, 7],
      ['Invert', 0.6, 0],
    ],
    [
      ['ShearX', 0.6, 5],
      ['Equalize', 1, 0],
    ],
    [
      ['Color', 0.4, 0],
      ['Equalize', 0.6, 0],
    ],
    [
      ['Equalize', 0.4, 0],
      ['Solarize', 0.2, 4],
    ],
    [
      ['Solarize', 0.6, 5],
      ['AutoContrast', 0.6, 0],
    ],
    [
      ['Invert', 0.6, 0],
      ['Equalize', 1, 0],
    ],
    [
      ['Color', 0.6, 4],
      ['Contrast', 1, 8],
    ],
    [
      ['Equalize', 0.8, 0],
      ['Equalize', 0.6, 0],
    ],
  ],
  cifar10: [
    [
      ['Invert', 0.1, 0],
      ['Contrast', 0.2, 6],
    ],
    [
      ['Rotate', 0.7, 2],
      ['TranslateX', 0.3, 9],
    ],
    [
      ['Sharpness', 0.8, 1],
      ['Sharpness', 0.9, 3],
    ],
    [
      ['ShearY', 0.5, 8],
      ['TranslateY', 0.7, 9],
    ],
    [
      ['AutoContrast', 0.5, 0],
      ['Equalize', 0.9, 0],
    ],
    [
      ['ShearY', 0.2, 7],
      ['Posterize', 0.3, 7],
    ],
    [
      ['Color', 0.4, 3],
      ['Brightness', 0.6, 7],
    ],
    [
      ['Sharpness', 0.3, 9],
      ['Brightness', 0.7, 9],
    ],
    [
      ['Equalize', 0.6, 0],
      ['Equalize', 0.5, 0],
    ],
    [
      ['Contrast', 0.6, 7],
      ['Sharpness', 0.6, 5],
    ],
    [
      ['Color', 0.7, 7],
      ['TranslateX', 0.5, 8],
    ],
    [
      ['Equalize', 0.3, 0],
      ['AutoContrast', 0.4, 0],
    ],
    [
      ['TranslateY', 0.4, 3],
      ['Sharpness', 0.2, 6],
    ],
    [
      ['Brightness', 0.9, 6],
      ['Color', 0.2, 8],
    ],
    [
      ['Solarize', 0.5, 2],
      ['Invert', 0, 0],
    ],
    [
      ['Equalize', 0.2, 0],
      ['AutoContrast', 0.6, 0],
    ],
    [
      ['Equalize', 0.2, 0],
      ['Equalize', 0.6, 0],
    ],
    [
      ['Color', 0.9, 9],
      ['Equalize', 0.6, 0],
    ],
    [
      ['AutoContrast', 0.8, 0],
      ['Solarize', 0.2, 8],
    ],
    [
      ['Brightness', 0.1, 3],
      ['Color', 0.7, 0],
    ],
    [
      ['Solarize', 0.4, 5],
      ['AutoContrast', 0.9, 0],
    ],
    [
      ['TranslateY', 0.9, 9],
      ['TranslateY', 0.7, 9],
    ],
    [
      ['AutoContrast', 0.9, 0],
      ['Solarize', 0.8, 3],
    ],
    [
      ['Equalize', 0.8, 0],
      ['Invert', 0.1, 0],
    ],
    [
      ['TranslateY', 0.7, 9],
      ['AutoContrast', 0.9, 0],
    ],
  ],
};
