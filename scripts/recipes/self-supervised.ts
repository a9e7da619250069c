/** Students of self-supervised teachers, without labels: published pairs on ImageNet, and small ones on CIFAR-100 of a teacher that is made here. */
import type { Row, Value } from './row.ts';

type Options = { readonly [key: string]: Value };

const input: Options = { size: 224, resize: 256, interpolation: 'bilinear', mean: 'imagenet' };

/** Teachers by their published files. */
const teachers = {
  'MoCo v2': 'moco_v2_200ep_pretrain.pth.tar',
  'MoCo v2, 800 epochs': 'moco_v2_800ep_pretrain.pth.tar',
  SwAV: 'swav_800ep_pretrain.pth.tar',
} as const;

interface Published {
  readonly method: 'seed' | 'compress' | 'dlkd';
  readonly label: string;
  readonly teacher: keyof typeof teachers;
  readonly student: 'resnet18' | 'mobilenet_v2';
  readonly options?: Options;
  readonly source: string;
}

const byProbe = 'by a linear probe on ImageNet';

/** What is printed of them is said of a probe on the student's features, which a run does not have: it stands in the source. */
const published: readonly Published[] = [
  {
    ...{ method: 'seed', label: 'SEED', teacher: 'MoCo v2', student: 'resnet18' },
    source: `Fang et al. 2021: 57.60 ${byProbe}, as an unofficial repetition quotes it`,
  },
  {
    ...{ method: 'compress', label: 'CompRess, 2q', teacher: 'MoCo v2, 800 epochs', student: 'resnet18' },
    source: `Koohpayegani et al. 2020, README: 61.7 ${byProbe}, 53.4 by the nearest neighbour`,
  },
  {
    ...{ method: 'compress', label: 'CompRess, 2q', teacher: 'MoCo v2, 800 epochs', student: 'mobilenet_v2' },
    source: `Koohpayegani et al. 2020, README: 63.0 ${byProbe}, 54.4 by the nearest neighbour`,
  },
  {
    ...{ method: 'compress', label: 'CompRess, 2q', teacher: 'SwAV', student: 'resnet18' },
    source: `Koohpayegani et al. 2020, README: 65.6 ${byProbe}, 56.0 by the nearest neighbour`,
  },
  {
    ...{ method: 'dlkd', label: 'DLKD', teacher: 'MoCo v2', student: 'resnet18' },
    options: { supervised: false, align: 10, correlation: 20 },
    source: 'Ding et al. 2024; its numbers are not known',
  },
];

const slug = (text: string): string => text.toLowerCase().replaceAll(/\W+/g, '-');

const onImageNet = published.map(
  ({ method, label, teacher, student, options, source }): Row => ({
    file: `self-supervised/imagenet/${method}-${slug(teacher)}-${student}.yaml`,
    recipe: {
      extends: `../${method}.yaml`,
      name: `${method}-imagenet-${slug(teacher)}-${student}`,
      teacher: { name: 'resnet50', weights: teachers[teacher], input },
      student: { name: student, input },
      stages: [{ methods: [{ name: method, ...options }] }],
      published: {
        table: 'self-supervised-imagenet',
        row: label,
        column: `${teacher} ResNet50 / ${student}`,
        source,
      },
    },
  }),
);

const teacherName = 'self-supervised-cifar100-barlow-twins-resnet20';

const madeHere: Row = {
  file: 'self-supervised/cifar100/barlow-twins-resnet20.yaml',
  comment:
    'The projector is of 256 numbers, and the loss a fiftieth of the paper’s, whose optimizer (LARS) knows no scale.',
  recipe: {
    extends: '../teacher.yaml',
    name: teacherName,
    student: 'resnet20',
    stages: [{ methods: [{ name: 'barlow-twins', dimension: 256, beta: 0.02 }] }],
    published: {
      table: 'self-supervised-cifar100',
      row: 'Barlow Twins',
      column: 'resnet20',
      source: 'ours',
    },
  },
};

/** Without a label each. */
const students: readonly (readonly [label: string, method: Options])[] = [
  ['Cosine', { name: 'cosine' }],
  ['SEED', { name: 'seed', queue: 16384 }],
  ['CompRess, 2q', { name: 'compress', queue: 16384 }],
  ['DLKD', { name: 'dlkd', supervised: false }],
];

const onCifar = students.map(
  ([label, method]): Row => ({
    file: `self-supervised/cifar100/${String(method.name)}-resnet20-resnet8.yaml`,
    recipe: {
      extends: '../students.yaml',
      name: `self-supervised-cifar100-${String(method.name)}-resnet20-resnet8`,
      teacher: `resnet20:runs/${teacherName}/best.safetensors`,
      student: 'resnet8',
      stages: [{ methods: [method] }],
      published: {
        table: 'self-supervised-cifar100',
        row: label,
        column: 'resnet20 / resnet8',
        source: 'ours',
      },
    },
  }),
);

export const selfSupervised: readonly Row[] = [...onImageNet, madeHere, ...onCifar];
