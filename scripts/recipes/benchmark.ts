/** What families share that follow the CRD benchmark (Tian et al. 2020): its pairs, their names, its learning rates. */

export interface Pair {
  readonly teacher: string;
  readonly student: string;
}

const pair = (teacher: string, student: string): Pair => ({ teacher, student });

export const sameStyle: readonly Pair[] = [
  pair('wrn_40_2', 'wrn_16_2'),
  pair('wrn_40_2', 'wrn_40_1'),
  pair('resnet56', 'resnet20'),
  pair('resnet110', 'resnet20'),
  pair('resnet110', 'resnet32'),
  pair('resnet32x4', 'resnet8x4'),
  pair('vgg13', 'vgg8'),
];

export const crossStyle: readonly Pair[] = [
  pair('vgg13', 'MobileNetV2'),
  pair('ResNet50', 'MobileNetV2'),
  pair('ResNet50', 'vgg8'),
  pair('resnet32x4', 'ShuffleV1'),
  pair('resnet32x4', 'ShuffleV2'),
  pair('wrn_40_2', 'ShuffleV1'),
];

/** `wrn_40_2-wrn_16_2`, for files and names. */
export const pairName = ({ teacher, student }: Pair): string => `${teacher}-${student}`;

/** A model as the papers print it. */
export const label = (model: string): string =>
  model.replaceAll('_', '-').replace(/^ShuffleV/, 'ShuffleNetV');

/** `wrn-40-2 / wrn-16-2`. */
export const pairLabel = ({ teacher, student }: Pair): string => `${label(teacher)} / ${label(student)}`;

/** The benchmark's file of weights, found in a `teachers` folder of the data folders. */
export const weights = (model: string): string => `${model}:${model}.pth`;

/** MobileNetV2, ShuffleNetV1 and V2 learn at a fifth of the others' rate. */
export const isSlow = (student: string): boolean => /^(MobileNetV2|ShuffleV[12])$/.test(student);

/** What the stages of a student have otherwise than the benchmark's settings. */
export const rateOf = (student: string): { everyStage?: { optimizer: { name: string; lr: number } } } =>
  isSlow(student) ? { everyStage: { optimizer: { name: 'sgd', lr: 0.01 } } } : {};
