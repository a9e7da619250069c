/** ImageNet rows of methods by which CNNs learn from CNNs, of torchvision's networks: the CRD benchmark's lineage, SRD, CSKD and DLKD. */
import { type Row, type RowRecipe, scoreOf, type Value } from './row.ts';

interface Pair {
  readonly name: string;
  readonly teacher: string;
  readonly weights: string;
  readonly student: string;
  readonly label: string;
}

const r34r18: Pair = {
  name: 'resnet34-resnet18',
  teacher: 'resnet34',
  weights: 'resnet34-333f7ec4.pth',
  student: 'resnet18',
  label: 'ResNet34 / ResNet18',
};

const r50mv1: Pair = {
  name: 'resnet50-MobileNetV1',
  teacher: 'resnet50',
  weights: 'resnet50-19c8e357.pth',
  student: 'MobileNetV1',
  label: 'ResNet50 / MobileNetV1',
};

/** torchvision's evaluation. */
const input = { size: 224, resize: 256, interpolation: 'bilinear', mean: 'imagenet' } as const;

interface Made {
  readonly family: 'crd' | 'srd' | 'cskd' | 'dlkd';
  readonly row: string;
  readonly pair: Pair;
  readonly method: { readonly [option: string]: Value };
  readonly score?: number | undefined;
  readonly source: string;
  readonly comment?: string | undefined;
  readonly more?: Pick<RowRecipe, 'batchSize' | 'everyStage'>;
}

const named = ({ family, row, pair }: Made): string => {
  const method = { ReviewKD: 'review' }[row] ?? row.toLowerCase();
  return family === 'crd' ? `${method}-${pair.name}` : pair.name;
};

const made = (row: Made): Row => ({
  file: `${row.family}/imagenet/${named(row)}.yaml`,
  comment: row.comment,
  recipe: {
    extends: '../imagenet.yaml',
    name: `${row.family}-imagenet-${named(row)}`,
    teacher: { name: row.pair.teacher, weights: row.pair.weights, input },
    student: { name: row.pair.student, input },
    ...row.more,
    stages: [{ methods: [row.method] }],
    published: {
      table: `${row.family}-imagenet`,
      row: row.row,
      column: row.pair.label,
      ...scoreOf(row.score),
      source: row.source,
    },
  },
});

const alone = (student: string, label: string, score: number | undefined, source: string): Row => ({
  file: `crd/imagenet/alone-${student}.yaml`,
  recipe: {
    extends: '../imagenet.yaml',
    name: `crd-imagenet-alone-${student}`,
    student: { name: student, input },
    stages: [{ methods: ['cross-entropy'] }],
    published: { table: 'crd-imagenet', row: 'from scratch', column: label, ...scoreOf(score), source },
  },
});

/** Twice the batch at twice the rate. */
const of512 = { batchSize: 512, everyStage: { optimizer: { name: 'sgd', lr: 0.2 } } };

const mdistiller = "mdistiller's README";
const torchdistill = "of the method's own paper, as torchdistill's tables quote it";

interface Compared {
  readonly row: string;
  readonly method: (pair: Pair) => { readonly [option: string]: Value };
  readonly more?: Pick<RowRecipe, 'batchSize' | 'everyStage'>;
  readonly top1: readonly [r34r18: number, r50mv1?: number];
  readonly source: readonly [r34r18: string, r50mv1: string];
  readonly comment?: string;
}

const isMV1 = (pair: Pair): boolean => pair === r50mv1;
const unread = 'the number of this pair was not found';

/** Stages before their last ReLU, as mdistiller has it on ImageNet. */
const beforeRelu = {
  resnet18: ['layer1.1.relu:input', 'layer2.1.relu:input', 'layer3.1.relu:input', 'layer4.1.relu:input'],
  MobileNetV1: ['model.3.5:input', 'model.5.5:input', 'model.11.5:input', 'model.13.5:input'],
} as const;

const compared: readonly Compared[] = [
  {
    row: 'KD',
    method: () => ({ name: 'kd', temperature: 1, alpha: 0.5, gamma: 0.5 }),
    more: of512,
    top1: [71.03, 70.5],
    source: [mdistiller, mdistiller],
    comment: "mdistiller's settings, of DataParallel: batch norms see a GPU's share of the 512.",
  },
  {
    row: 'AT',
    method: () => ({ name: 'at', beta: 1000 }),
    more: of512,
    top1: [70.7],
    source: [torchdistill, unread],
    comment: "mdistiller's settings, of DataParallel: batch norms see a GPU's share of the 512.",
  },
  {
    row: 'CRD',
    method: () => ({ name: 'crd', beta: 0.8, negatives: 16384, temperature: 0.07, momentum: 0.5 }),
    top1: [71.17],
    source: [torchdistill, unread],
    comment: "mdistiller's settings.",
  },
  {
    row: 'DKD',
    method: (pair) => ({
      name: 'dkd',
      temperature: 1,
      alpha: 1,
      beta: isMV1(pair) ? 2 : 0.5,
      warmUpEpochs: 1,
    }),
    more: of512,
    top1: [71.7, 72.05],
    source: ["Zhao et al. 2022, mdistiller's README", "Zhao et al. 2022, mdistiller's README"],
    comment: "mdistiller's settings, of DataParallel: batch norms see a GPU's share of the 512.",
  },
  {
    row: 'ReviewKD',
    method: (pair) => ({
      name: 'review',
      student: beforeRelu[isMV1(pair) ? 'MobileNetV1' : 'resnet18'],
      beta: isMV1(pair) ? 8 : 1,
      warmUpEpochs: 1,
      ...(isMV1(pair) ? { channels: 256 } : {}),
    }),
    top1: [71.61],
    source: [torchdistill, unread],
    comment: "mdistiller's settings; the student's stages too are those before their last ReLU.",
  },
  {
    row: 'DIST',
    method: () => ({ name: 'dist', temperature: 1, inter: 2, intra: 2 }),
    top1: [72.07],
    source: [torchdistill, unread],
    comment: "The method's weights are its authors'; batches, rate and epochs are those of the table.",
  },
];

const lineage: readonly Row[] = [
  alone('resnet18', 'ResNet18', 69.76, "torchvision's weights, as torchdistill's tables quote them"),
  alone('MobileNetV1', 'MobileNetV1', undefined, unread),
  ...compared.flatMap(({ row, method, more, top1, source, comment }) =>
    [r34r18, r50mv1].map((pair, i) =>
      made({
        ...{ family: 'crd', row, pair, method: method(pair), score: top1[i], comment },
        source: source[i] ?? unread,
        ...(more ? { more } : {}),
      }),
    ),
  ),
];

/** The student's patches learn the last map of a RegNet, its two heads apart. */
const srdDeiT = (size: 'tiny' | 'small', label: string, score: number): Row => ({
  file: `srd/imagenet/regnety_160-deit_${size}.yaml`,
  recipe: {
    extends: '../imagenet-deit.yaml',
    name: `srd-imagenet-regnety_160-deit_${size}`,
    student: {
      name: `srd_deit_${size}_patch16_224`,
      input: { ...input, resize: 248, interpolation: 'bicubic' },
    },
    stages: [{ methods: [{ name: 'srd', form: 'correlation', student: 'norm', headsApart: true }] }],
    published: {
      table: 'srd-imagenet',
      row: 'SRD',
      column: `RegNetY-160 / ${label}`,
      score,
      source: "Miles & Mikolajczyk 2024, the authors' README",
    },
  },
});

const srd: readonly Row[] = [
  made({
    ...{ family: 'srd', row: 'SRD', pair: r34r18, method: { name: 'srd' }, score: 71.63 },
    source:
      "Miles & Mikolajczyk 2024, as torchdistill's tables quote it; the authors' own later run has 71.87",
  }),
  srdDeiT('tiny', 'DeiT-Ti', 77.2),
  srdDeiT('small', 'DeiT-S', 82.1),
];

const cskd: readonly Row[] = [r34r18, r50mv1].map((pair) =>
  made({ family: 'cskd', row: 'CSKD', pair, method: { name: 'cskd' }, source: 'Ham et al. 2023' }),
);

const dlkd: readonly Row[] = [
  made({
    ...{ family: 'dlkd', row: 'DLKD', pair: r34r18 },
    method: { name: 'dlkd', align: 10, correlation: 20, category: 0.5 },
    source: 'Ding et al. 2024',
  }),
];

export const imagenetRows: readonly Row[] = [...lineage, ...srd, ...cskd, ...dlkd];
