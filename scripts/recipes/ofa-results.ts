/**
 * Top-1 of OFA-KD's tables, in percent. The paper itself was not at hand. Of `from scratch`, KD, OFA, FitNet and CRD the averages over a table agree with what later
 * papers quote, and so do the cells that these print; the others are quoted by nobody that was read.
 */
import type { Name } from './imagenet.ts';

export const compared = ['CC', 'RKD', 'CRD', 'KD', 'DKD', 'DIST', 'OFA'] as const;

export type Compared = (typeof compared)[number];

/** Whether averages over its columns were found elsewhere. */
export const isChecked = (row: string): boolean => !['CC', 'RKD', 'DKD', 'DIST'].includes(row);

export interface Pair {
  readonly teacher: Name;
  readonly student: Name;
  /** In the order of `compared`. */
  readonly top1: readonly number[];
}

const pair = (teacher: Name, student: Name, ...top1: readonly number[]): Pair => ({ teacher, student, top1 });

const [deit, swin, mixer] = [
  'deit_tiny_patch16_224',
  'swin_tiny_patch4_window7_224',
  'mixer_b16_224',
] as const;
const [convnext, resnet50, vit] = ['convnext_tiny', 'resnet50', 'vit_small_patch16_224'] as const;
const [resnet18, mobilenet, resmlp] = ['resnet18', 'mobilenetv2_100', 'resmlp_12_224'] as const;
const [swinNano, swinPico] = ['swin_nano_patch4_window7_224', 'swin_pico_patch4_window7_224'] as const;

export const imagenetPairs: readonly Pair[] = [
  pair(deit, resnet18, 69.77, 69.47, 69.25, 70.22, 69.39, 70.64, 71.34),
  pair(swin, resnet18, 70.07, 68.89, 69.09, 71.14, 71.1, 70.91, 71.85),
  pair(mixer, resnet18, 70.05, 69.46, 68.4, 70.89, 69.89, 70.66, 71.38),
  pair(deit, mobilenet, 70.69, 69.72, 69.6, 70.87, 70.14, 71.08, 71.39),
  pair(swin, mobilenet, 70.69, 67.52, 69.58, 72.05, 71.71, 71.76, 72.32),
  pair(mixer, mobilenet, 70.79, 69.86, 68.89, 71.92, 70.93, 71.74, 72.12),
  pair(resnet50, deit, 72.56, 72.06, 68.53, 75.1, 75.6, 75.13, 76.55),
  pair(convnext, deit, 73.12, 71.47, 69.18, 74, 73.95, 74.07, 74.41),
  pair(mixer, deit, 72.82, 72.24, 68.23, 74.16, 72.82, 74.22, 74.46),
  pair(resnet50, swinNano, 76.05, 75.9, 73.9, 77.58, 78.23, 77.95, 78.64),
  pair(convnext, swinNano, 75.79, 75.48, 74.15, 77.15, 77, 77.25, 77.5),
  pair(mixer, swinNano, 75.81, 75.52, 73.38, 76.26, 75.03, 76.54, 76.63),
  pair(resnet50, resmlp, 76.21, 75.45, 73.23, 77.41, 78.23, 77.71, 78.53),
  pair(convnext, resmlp, 75.79, 75.28, 73.57, 76.84, 77.23, 77.24, 77.53),
  pair(swin, resmlp, 76.15, 75.1, 73.4, 76.67, 76.99, 77.25, 77.31),
];

export const cifarPairs: readonly Pair[] = [
  pair(swin, resnet18, 74.19, 74.11, 77.63, 78.74, 80.26, 77.75, 80.54),
  pair(vit, resnet18, 74.26, 73.72, 76.6, 77.26, 78.1, 76.49, 80.15),
  pair(mixer, resnet18, 74.26, 73.75, 76.42, 77.79, 78.67, 76.36, 79.39),
  pair(swin, mobilenet, 71.19, 69, 79.8, 74.68, 71.07, 72.89, 80.98),
  pair(vit, mobilenet, 70.67, 68.46, 78.14, 72.77, 69.8, 72.54, 78.45),
  pair(mixer, mobilenet, 70.73, 68.95, 78.15, 73.33, 70.2, 73.26, 78.78),
  pair(convnext, deit, 68.01, 69.79, 65.94, 72.99, 74.6, 73.55, 75.76),
  pair(mixer, deit, 68.13, 69.89, 65.35, 71.36, 73.44, 71.67, 73.9),
  pair(convnext, swinPico, 72.63, 71.73, 67.09, 76.44, 76.8, 76.41, 78.32),
  pair(mixer, swinPico, 73.32, 70.82, 67.03, 75.93, 76.39, 75.85, 78.93),
  pair(convnext, resmlp, 67.7, 65.82, 63.35, 72.25, 73.22, 71.93, 81.22),
  pair(swin, resmlp, 68.37, 64.66, 61.72, 71.89, 72.82, 11.05, 80.63),
];

type Alone = readonly (readonly [Name, number])[];

export const imagenetAlone: Alone = [
  [resnet18, 69.75],
  [mobilenet, 68.87],
  [deit, 72.17],
  [swinNano, 75.53],
  [resmlp, 76.65],
];

export const cifarAlone: Alone = [
  [resnet18, 74.01],
  [mobilenet, 73.68],
  [deit, 68],
  [swinPico, 72.63],
  [resmlp, 66.56],
];

export const cifarTeachers: Alone = [
  [swin, 89.26],
  [vit, 92.04],
  [mixer, 87.29],
  [convnext, 88.41],
];
