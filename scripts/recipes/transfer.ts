/** CRD's table of transfer (Tian et al. 2020): features of CIFAR-100 on STL-10 and TinyImageNet, by a linear classifier. What is known of it stands in recipes/transfer/settings.yaml. */
import { type Pair, pairLabel, pairName, weights } from './benchmark.ts';
import type { Row } from './row.ts';

const pair: Pair = { teacher: 'wrn_40_2', student: 'wrn_16_2' };

interface Source {
  readonly row: string;
  /** Of the file. */
  readonly name: string;
  readonly network: { readonly name: string; readonly weights: string };
  /** Top-1 on STL-10 and on TinyImageNet. */
  readonly scores: readonly [number, number];
}

const student = (run: string) => ({ name: pair.student, weights: `runs/${run}/last.safetensors` });
const distilled = (method: string) => student(`crd-${method}-${pairName(pair)}`);

/** CRD with KD beside it, which the benchmark's recipes do not have. */
const both = 'crd+kd';

const sources: readonly Source[] = [
  {
    row: 'teacher',
    name: 'teacher',
    network: { name: pair.teacher, weights: `${pair.teacher}.pth` },
    scores: [68.6, 31.5],
  },
  { row: 'student', name: 'alone', network: student(`crd-alone-${pair.student}`), scores: [69.7, 33.7] },
  { row: 'KD', name: 'kd', network: distilled('kd'), scores: [70.9, 33.9] },
  { row: 'AT', name: 'at', network: distilled('at'), scores: [70.7, 34.2] },
  { row: 'FitNet', name: 'fitnet', network: distilled('fitnet'), scores: [70.3, 33.5] },
  { row: 'CRD', name: 'crd', network: distilled('crd'), scores: [71.6, 35.6] },
  { row: 'CRD+KD', name: both, network: distilled(both), scores: [72.2, 35.5] },
];

const seen = { size: 32, resize: 32 };

const targets = [
  { name: 'stl10', label: 'STL-10', data: 'stl10', input: seen },
  {
    name: 'tiny-imagenet',
    label: 'TinyImageNet',
    data: './tiny-imagenet-200',
    // Of photographs it is else that of ImageNet.
    input: { ...seen, mean: [0.4802, 0.4481, 0.3975], std: [0.277, 0.2691, 0.2821] },
  },
] as const;

export const transfer: readonly Row[] = [
  {
    file: `crd/${both}/${pairName(pair)}.yaml`,
    comment: "RepDistiller's weights of CRD with KD: 1 of the labels, 1 of KD, 0.8 of CRD.",
    recipe: {
      extends: '../benchmark.yaml',
      name: `crd-${both}-${pairName(pair)}`,
      teacher: weights(pair.teacher),
      student: pair.student,
      stages: [
        {
          methods: [
            { name: 'crd', beta: 0.8, negatives: 16384, temperature: 0.07, momentum: 0.5 },
            { name: 'kd', temperature: 4, alpha: 1, gamma: 0 },
          ],
        },
      ],
      published: {
        table: 'crd-same-style',
        row: 'CRD+KD',
        column: pairLabel(pair),
        source: 'Tian et al. 2020',
      },
    },
  },
  ...targets.flatMap(({ name: to, label, data, input }, at) =>
    sources.map(
      ({ row, name, network, scores }): Row => ({
        file: `transfer/${to}/${name}.yaml`,
        recipe: {
          extends: '../settings.yaml',
          name: `transfer-${to}-${name}`,
          data: { name: data },
          student: { ...network, input },
          stages: [{ methods: ['cross-entropy'] }],
          published: {
            table: 'transfer',
            row,
            column: `${pairLabel(pair)} to ${label}`,
            score: scores[at] ?? 0,
            source: 'Tian et al. 2020, its numbers from memory',
          },
        },
      }),
    ),
  ),
];
