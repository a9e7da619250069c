/** CSKD, SRD and DLKD on CIFAR-100: one stage each, for pairs of the CRD benchmark. */
import { crossStyle, type Pair, pairLabel, pairName, rateOf, sameStyle, weights } from './benchmark.ts';
import { type Row, scoreOf } from './row.ts';

interface Family {
  readonly name: string;
  readonly label: string;
  readonly paper: string;
  readonly pairs: readonly Pair[];
  /** The numbers that are known, each with where it was read. */
  readonly known?: Readonly<Record<string, readonly [score: number, read: string]>>;
}

const all = [...sameStyle, ...crossStyle];
const without = (...names: string[]): Pair[] => all.filter((pair) => !names.includes(pairName(pair)));

const families: readonly Family[] = [
  {
    name: 'cskd',
    label: 'CSKD',
    paper: 'Ham et al. 2023',
    pairs: without('resnet110-resnet20', 'ResNet50-vgg8'),
  },
  {
    name: 'srd',
    label: 'SRD',
    paper: 'Miles & Mikolajczyk 2024',
    pairs: all,
    known: { 'resnet32x4-ShuffleV2': [79.86, 'as a leaderboard quotes it'] },
  },
  {
    name: 'dlkd',
    label: 'DLKD',
    paper: 'Ding et al. 2024',
    pairs: without('resnet110-resnet20', 'resnet110-resnet32'),
    known: { 'resnet32x4-ShuffleV2': [79.54, 'as a review on OpenReview quotes it'] },
  },
];

export const onBenchmark: readonly Row[] = families.flatMap(({ name, label, paper, pairs, known = {} }) =>
  pairs.map((pair): Row => {
    const [score, read] = known[pairName(pair)] ?? [];
    return {
      file: `${name}/cifar100/${pairName(pair)}.yaml`,
      recipe: {
        extends: '../settings.yaml',
        name: `${name}-cifar100-${pairName(pair)}`,
        teacher: weights(pair.teacher),
        student: pair.student,
        ...rateOf(pair.student),
        stages: [{ methods: [name] }],
        published: {
          table: `${name}-cifar100`,
          row: label,
          column: pairLabel(pair),
          ...scoreOf(score),
          source: read ? `${paper}, ${read}` : paper,
        },
      },
    };
  }),
);
