/** Detectors on COCO: the pairs of ReviewKD, each of its students alone and by every method of its table, SRD beside them, and torchvision's own training. */
import { type Row, scoreOf, type Value } from './row.ts';

const family = 'coco-detection';

/** Quoted where the paper was not at hand. */
const remembered = 'table of MS-COCO, from memory';
const review = `Chen et al. 2021 and Zhao et al. 2022, ${remembered}`;

/** Of detectron2's own networks: numbers from 0 to 255, blue first. */
const bgr = {
  ...{ shortest: 800, longest: 1333, dialect: 'detectron2', order: 'bgr' },
  mean: [0.406, 0.456, 0.485],
  std: [1 / 255, 1 / 255, 1 / 255],
} as const;

/** Of mdistiller's ResNet18: red first, but with the mean and deviation of blue first, as its configuration leaves them. */
const mixedUp = { ...bgr, order: 'rgb', std: [0.225, 0.224, 0.229] } as const;

interface Network {
  readonly label: string;
  readonly name: string;
  readonly input: Value;
}

interface Teacher extends Network {
  /** Of detectron2's model zoo: the detector, and the backbone that it began with. */
  readonly published: string;
  readonly begun: string;
  /** AP in percent. */
  readonly printed: number;
}

const r18: Network = { label: 'R18', name: 'faster_rcnn_R_18_FPN', input: mixedUp };
const r50: Network = { label: 'R50', name: 'faster_rcnn_R_50_FPN', input: bgr };
const r101: Teacher = {
  ...{ label: 'R101', name: 'faster_rcnn_R_101_FPN', input: bgr },
  ...{ published: 'model_final_f6e8b1.pkl', begun: 'R-101.pkl', printed: 42.04 },
};
const r50x3: Teacher = {
  ...r50,
  ...{ published: 'model_final_280758.pkl', begun: 'R-50.pkl', printed: 40.22 },
};
const mv2: Network = { label: 'MV2', name: 'faster_rcnn_MV2_FPN', input: bgr };

interface Pair {
  readonly teacher: Teacher;
  readonly student: Network;
  /** Of ReviewKD's release: the student's backbone, beside a teacher. */
  readonly weights: string;
  /** β of ReviewKD. */
  readonly beta: number;
  /** AP in percent. */
  readonly printed: {
    readonly student: number;
    readonly KD: number;
    readonly FitNet: number;
    readonly FGFI: number;
    readonly DKD: number;
    readonly ReviewKD: number;
  };
}

const pairs: readonly Pair[] = [
  {
    ...{ teacher: r101, student: r18, weights: 'r18-r101.pth', beta: 1.2 },
    printed: { student: 33.26, KD: 33.97, FitNet: 34.13, FGFI: 35.44, DKD: 35.05, ReviewKD: 36.75 },
  },
  {
    ...{ teacher: r101, student: r50, weights: 'r50-r101.pth', beta: 1 },
    printed: { student: 37.93, KD: 38.35, FitNet: 38.76, FGFI: 39.44, DKD: 39.25, ReviewKD: 40.36 },
  },
  {
    ...{ teacher: r50x3, student: mv2, weights: 'mv2-r50.pth', beta: 2 },
    printed: { student: 29.47, KD: 30.13, FitNet: 30.2, FGFI: 31.16, DKD: 32.34, ReviewKD: 33.71 },
  },
];

interface Method {
  readonly row: 'KD' | 'FitNet' | 'FGFI' | 'DKD' | 'ReviewKD' | 'SRD';
  readonly options: (pair: Pair) => { readonly [option: string]: Value };
  readonly comment: string;
}

const unpublished = 'Of this row no settings are published:';

const methods: readonly Method[] = [
  {
    row: 'KD',
    options: () => ({ name: 'kd', proposals: true }),
    comment: `${unpublished} what the student proposes is judged by both, as in mdistiller's DKD, and all weights are 1, as is the temperature.`,
  },
  {
    row: 'FitNet',
    options: () => ({ name: 'fitnet', levels: true }),
    comment: `${unpublished} each level of the pyramid by a 1x1 convolution, the mean over levels, with a weight of 1.`,
  },
  {
    row: 'FGFI',
    options: () => ({ name: 'fgfi' }),
    comment: `${unpublished} these are the method's own, on each level of the pyramid.`,
  },
  {
    row: 'DKD',
    options: () => ({ name: 'dkd', proposals: true }),
    comment: "mdistiller's settings.",
  },
  {
    row: 'ReviewKD',
    options: ({ beta }) => ({ name: 'review', levels: true, beta }),
    comment: "The authors' settings, and mdistiller's.",
  },
  {
    row: 'SRD',
    options: () => ({ name: 'srd', levels: true }),
    comment:
      'Where the paper has its loss on COCO, and for which pairs, is not published: each level of the pyramid is chosen, with the weight of ImageNet. A leaderboard quotes an AP of 37.5, of no pair.',
  },
];

const fileOf = { KD: 'kd', FitNet: 'fitnet', FGFI: 'fgfi', DKD: 'dkd', ReviewKD: 'review', SRD: 'srd' };

const nameOf = ({ teacher, student }: Pair): string => `${teacher.label}-${student.label}`;

const studentOf = ({ student: { name, input }, weights }: Pair): Value => ({
  ...{ name, weights, newHead: true, input },
});

/** A student learns by a method, or alone. */
function learning(pair: Pair, method: Method | null): Row {
  const { teacher, student, printed } = pair;
  const file = method ? fileOf[method.row] : 'alone';
  const score = method === null ? printed.student : method.row === 'SRD' ? undefined : printed[method.row];
  return {
    file: `${family}/${nameOf(pair)}/${file}.yaml`,
    comment: method?.comment,
    recipe: {
      extends: '../detectron2.yaml',
      name: `${family}-${file}-${method ? nameOf(pair) : student.label}`,
      ...(method && { teacher: { name: teacher.name, weights: teacher.published, input: teacher.input } }),
      student: studentOf(pair),
      stages: [{ methods: [method ? method.options(pair) : 'supervised'] }],
      published: {
        table: family,
        row: method?.row ?? 'student',
        column: method ? `${teacher.label} / ${student.label}` : student.label,
        ...scoreOf(score),
        source: method?.row === 'SRD' ? 'Miles & Mikolajczyk 2024, without a number of this pair' : review,
      },
    },
  };
}

/** A teacher as detectron2 publishes it: thrice as long, of batches of 16. */
const taught = ({ label, name, input, begun, printed }: Teacher): Row => ({
  file: `${family}/teachers/${label}.yaml`,
  comment:
    "detectron2's faster_rcnn_*_FPN_3x, from MSRA's weights for ImageNet, which its model zoo has; it prints one digit less.",
  recipe: {
    extends: '../detectron2.yaml',
    name: `${family}-teacher-${label}`,
    student: { name, weights: begun, newHead: true, input },
    batchSize: 16,
    everyStage: {
      steps: 270000,
      optimizer: { name: 'sgd', lr: 0.02 },
      schedule: { name: 'multi-step', milestones: [210000, 250000] },
    },
    stages: [{ methods: ['supervised'] }],
    published: { table: family, row: 'teacher', column: label, score: printed, source: review },
  },
});

const torchvision: Row = {
  file: `${family}/torchvision/resnet50.yaml`,
  comment:
    'The number is of weights that tell 91 classes apart, as many as COCO counts numbers of; here the 80 that it has.',
  recipe: {
    extends: '../torchvision.yaml',
    name: `${family}-torchvision-resnet50`,
    student: { name: 'fasterrcnn_resnet50_fpn', weights: 'resnet50-0676ba61.pth', newHead: true },
    stages: [{ methods: ['supervised'] }],
    published: {
      ...{ table: family, row: 'torchvision, 26 epochs', column: 'R50', score: 37 },
      source: "torchvision's documentation of fasterrcnn_resnet50_fpn, COCO_V1",
    },
  },
};

export const cocoDetection: readonly Row[] = [
  taught(r50x3),
  taught(r101),
  ...pairs.flatMap((pair) => [null, ...methods].map((method) => learning(pair, method))),
  torchvision,
];
