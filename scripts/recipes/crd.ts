/** The CRD benchmark on CIFAR-100: RepDistiller's scripts, and ReviewKD and DKD with their authors' settings for the same pairs. */
import {
  crossStyle,
  isSlow,
  label,
  type Pair,
  pairLabel,
  pairName,
  rateOf,
  sameStyle,
  weights,
} from './benchmark.ts';
import { aloneTop1, crossStyleTop1, sameStyleTop1 } from './crd-results.ts';
import type { Row, RowRecipe } from './row.ts';

type Setting = Pick<RowRecipe, 'batchSize' | 'everyStage' | 'stages'>;

interface Method {
  /** What a pair's recipe has of its own. */
  setting(pair: Pair): Setting;
  readonly comment?: (pair: Pair) => string | undefined;
  readonly source?: string;
  /** Which the paper reports; the last where it is left out. */
  readonly epoch?: 'best';
}

const oneStage = (method: { readonly [option: string]: string | number }): Method => ({
  setting: ({ student }) => ({ ...rateOf(student), stages: [{ methods: [method] }] }),
});

/** Of methods whose features are taught before the labels: 30 epochs at one rate. */
const first = (method: { readonly [option: string]: string | number }) => ({
  methods: [method],
  epochs: 30,
  schedule: 'constant',
});

/** The released pre-training leaves a wide ResNet's last batch norm as it is made; here it is trained like the rest. */
const ab: Method = {
  comment: ({ student }) =>
    student.startsWith('wrn')
      ? 'Not as in the released code: its first stage leaves the last batch norm of a wide ResNet untrained.'
      : undefined,
  setting: ({ student }) => ({
    ...rateOf(student),
    stages: [first({ name: 'ab' }), { methods: ['cross-entropy'] }],
  }),
};

const ft: Method = {
  setting: ({ student }) => {
    const paraphraser = first({ name: 'ft', phase: 'paraphraser' });
    // RepDistiller has 0.01 here for ResNets and wide ResNets, else the student's rate.
    const isOther = !isSlow(student) && student !== 'vgg8';
    return {
      ...rateOf(student),
      stages: [
        isOther ? { ...paraphraser, optimizer: { name: 'sgd', lr: 0.01 } } : paraphraser,
        { methods: [{ name: 'ft', phase: 'transfer', beta: 200 }] },
      ],
    };
  },
};

const fsp: Method = {
  setting: ({ student }) => ({
    ...rateOf(student),
    // The 50 of RepDistiller's script does not reach its first stage.
    stages: [first({ name: 'fsp', beta: 1 }), { methods: ['cross-entropy'] }],
  }),
};

/** β where it is not 8, of mdistiller's configurations. */
const dkdBeta: Readonly<Record<string, number>> = {
  'resnet56-resnet20': 2,
  'resnet110-resnet32': 2,
  'wrn_40_2-wrn_16_2': 6,
  'wrn_40_2-wrn_40_1': 6,
  'vgg13-vgg8': 6,
  'vgg13-MobileNetV2': 6,
};

const dkd: Method = {
  setting: (pair) => ({
    ...rateOf(pair.student),
    stages: [
      {
        methods: [
          { name: 'dkd', temperature: 4, alpha: 1, beta: dkdBeta[pairName(pair)] ?? 8, warmUpEpochs: 20 },
        ],
      },
    ],
  }),
  source: "Zhao et al. 2022, mdistiller's README",
  // Its author: "Our paper reports the best accuracies among epochs" (issue 30 of mdistiller).
  epoch: 'best',
};

/** β of the authors' script; it leaves out three pairs. */
const reviewBeta: Readonly<Record<string, number>> = {
  'wrn_40_2-wrn_16_2': 5,
  'wrn_40_2-wrn_40_1': 5,
  'resnet56-resnet20': 0.6,
  'resnet110-resnet32': 1,
  'resnet32x4-resnet8x4': 5,
  'resnet32x4-ShuffleV1': 5,
  'resnet32x4-ShuffleV2': 8,
  'wrn_40_2-ShuffleV1': 5,
};

/** Its script lets the rate fall at the end of epochs counted from 0, so one later than the benchmark. */
const reviewSchedule = { name: 'multi-step', milestones: [151, 181, 211] };

const review: Method = {
  setting: (pair) => {
    const name = pairName(pair);
    const methods = [{ name: 'review', beta: reviewBeta[name] ?? 5, warmUpEpochs: 20 }];
    if (name === 'ResNet50-MobileNetV2')
      return {
        ...rateOf(pair.student),
        stages: [{ methods: [{ ...methods[0], name: 'review', beta: 30 }] }],
      };
    const lr = isSlow(pair.student) ? 0.02 : 0.1;
    return {
      batchSize: 128,
      everyStage: { optimizer: { name: 'sgd', lr, nesterov: true }, schedule: reviewSchedule },
      stages: [{ methods }],
    };
  },
  comment: (pair) => {
    const name = pairName(pair);
    if (name === 'ResNet50-MobileNetV2')
      return "The authors' script does not have this pair: batches, rate and beta are those with which a user of mdistiller came to 69.88 (its issue 39).";
    return name in reviewBeta
      ? "Batches, rate and beta of the authors' script; the warm-up, 1/20 in the first epoch, is mdistiller's."
      : "Batches and rate of the authors' script, which does not have this pair: beta is that of most others. The warm-up is mdistiller's.";
  },
  source: "Chen et al. 2021, as ITRD's README quotes it",
  // The authors' script keeps and tells the best.
  epoch: 'best',
};

const methods: Readonly<Record<string, Method>> = {
  KD: oneStage({ name: 'kd', temperature: 4, alpha: 0.9, gamma: 0.1 }),
  FitNet: oneStage({ name: 'fitnet', beta: 100 }),
  AT: oneStage({ name: 'at', beta: 1000 }),
  SP: oneStage({ name: 'sp', beta: 3000 }),
  CC: oneStage({ name: 'cc', beta: 0.02 }),
  VID: oneStage({ name: 'vid', beta: 1 }),
  RKD: oneStage({ name: 'rkd', distance: 25, angle: 50 }),
  PKT: oneStage({ name: 'pkt', beta: 30000 }),
  AB: ab,
  FT: ft,
  FSP: fsp,
  NST: oneStage({ name: 'nst', beta: 50 }),
  CRD: oneStage({ name: 'crd', beta: 0.8, negatives: 16384, temperature: 0.07, momentum: 0.5 }),
  ReviewKD: review,
  DKD: dkd,
};

const benchmark = "Tian et al. 2020, RepDistiller's README";

function distilled(table: string, pairs: readonly Pair[], numbers: typeof sameStyleTop1): Row[] {
  return Object.entries(numbers).flatMap(([row, all]) =>
    pairs.flatMap((pair, i): Row[] => {
      const method = methods[row];
      const score = all[i];
      if (!method || score === null || score === undefined) return [];
      const folder = row === 'ReviewKD' ? 'review' : row.toLowerCase();
      const { source = benchmark, comment, epoch } = method;
      return [
        {
          file: `crd/${folder}/${pairName(pair)}.yaml`,
          comment: comment?.(pair),
          recipe: {
            extends: '../benchmark.yaml',
            name: `crd-${folder}-${pairName(pair)}`,
            teacher: weights(pair.teacher),
            student: pair.student,
            ...method.setting(pair),
            published: { table, row, column: pairLabel(pair), score, ...(epoch ? { epoch } : {}), source },
          },
        },
      ];
    }),
  );
}

const alone = Object.entries(aloneTop1).flatMap(([row, models]) =>
  Object.entries(models).map(
    ([student, score]): Row => ({
      file: `crd/alone/${student}.yaml`,
      recipe: {
        extends: '../benchmark.yaml',
        name: `crd-alone-${student}`,
        student,
        ...rateOf(student),
        stages: [{ methods: ['cross-entropy'] }],
        published: { table: 'crd-alone', row, column: label(student), score, source: benchmark },
      },
    }),
  ),
);

export const crd: readonly Row[] = [
  ...alone,
  ...distilled('crd-same-style', sameStyle, sameStyleTop1),
  ...distilled('crd-cross-style', crossStyle, crossStyleTop1),
];
