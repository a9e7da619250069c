/** Annealing-KD on GLUE, with its baselines: RoBERTa and BERT, each teacher the run of another recipe. */
import { type Row, type RowRecipe, scoreOf } from './row.ts';

interface Model {
  /** In names of files. */
  readonly short: string;
  readonly label: string;
  /** On the hub. */
  readonly weights: string;
}

const model = (short: string, label: string, weights: string): Model => ({ short, label, weights });

/** By task, in the order of `tasks`. */
type Numbers = readonly number[];

interface Experiment {
  readonly teacher: Model;
  readonly assistant: Model;
  readonly student: Model;
  readonly numbers: Readonly<Record<'teacher' | 'alone' | 'kd' | 'takd' | 'annealing', Numbers>>;
  /** MNLI's classes in the order of the released script, where that is not the files' own. */
  readonly mnliClasses?: readonly string[];
}

interface Task {
  readonly label: string;
  readonly data: string;
  /** By which the released script chooses, where that is not the first of the data's. */
  readonly metrics?: readonly string[];
  /** Which the paper prints, where that is not the one that chooses. */
  readonly metric?: string;
}

const tasks: readonly Task[] = [
  { label: 'CoLA', data: 'glue-cola' },
  { label: 'RTE', data: 'glue-rte' },
  { label: 'MRPC', data: 'glue-mrpc' },
  { label: 'STS-B', data: 'glue-stsb', metrics: ['corr', 'pearson', 'spearman'], metric: 'pearson' },
  { label: 'SST-2', data: 'glue-sst2' },
  { label: 'QNLI', data: 'glue-qnli' },
  { label: 'QQP', data: 'glue-qqp' },
  { label: 'MNLI', data: 'glue-mnli' },
];

const experiments: readonly Experiment[] = [
  {
    teacher: model('roberta-large', 'RoBERTa-large', 'hf:FacebookAI/roberta-large'),
    assistant: model('roberta-base', 'RoBERTa-base', 'hf:FacebookAI/roberta-base'),
    student: model('distilroberta', 'DistilRoBERTa', 'hf:distilbert/distilroberta-base'),
    mnliClasses: ['contradiction', 'neutral', 'entailment'],
    numbers: {
      teacher: [68.1, 86.3, 91.9, 92.3, 96.4, 94.6, 91.5, 90.22],
      alone: [59.3, 67.9, 88.6, 88.5, 92.5, 90.8, 90.9, 84],
      kd: [60.97, 71.11, 90.2, 88.86, 92.54, 91.37, 91.64, 84.18],
      takd: [61.15, 71.84, 89.91, 88.94, 92.54, 91.32, 91.7, 83.89],
      annealing: [61.67, 73.64, 90.6, 89.01, 93.11, 91.64, 91.5, 85.34],
    },
  },
  {
    teacher: model('bert-large', 'BERT-large', 'hf:google-bert/bert-large-uncased'),
    assistant: model('bert-base', 'BERT-base', 'hf:google-bert/bert-base-uncased'),
    student: model('bert-small', 'BERT-small', 'hf:google/bert_uncased_L-4_H-512_A-8'),
    numbers: {
      teacher: [65.8, 71.48, 91.38, 89.2, 92.77, 92.82, 91.45, 86.3],
      alone: [41.7, 64.98, 83.75, 87.41, 88.3, 86.49, 88.43, 78.42],
      kd: [41.89, 64.98, 86, 85.95, 88.76, 86.75, 88.24, 78.62],
      takd: [40.2, 65.7, 85.23, 86.44, 88.88, 86.78, 88.4, 78.78],
      annealing: [41.36, 64.9, 87.93, 87.04, 89.56, 86.99, 88.58, 78.66],
    },
  },
];

type Stages = RowRecipe['stages'];

const alone: Stages = [{ methods: ['supervised'] }];

/** Of the divergence and of the labels half each, as DistilBERT's own example of distillation on a task (Sanh et al. 2019). */
const byKD: Stages = [{ methods: [{ name: 'kd', temperature: 2, alpha: 0.5, gamma: 0.5 }] }];

const byAnnealing: Stages = [
  { methods: [{ name: 'annealing', tauMax: 7 }], epochs: 14 },
  { methods: ['supervised'], epochs: 4, start: 'best', seed: 42 },
];

function rowsOf(
  { label, data, metrics, metric }: Task,
  at: number,
  { teacher, assistant, student, numbers, mnliClasses }: Experiment,
): Row[] {
  const options = data === 'glue-mnli' && mnliClasses ? { options: { classes: mnliClasses } } : {};
  const nameOf = (how: string, ...models: Model[]): string =>
    `${how}-${models.map(({ short }) => short).join('-')}`;
  const row = (
    called: string,
    how: string,
    /** The last of which learns. */
    models: readonly [...Model[], Model],
    stages: Stages,
    /** The run of the teacher. */
    taughtBy?: string,
    scores?: Numbers,
  ): Row => {
    const name = nameOf(how, ...models);
    return {
      file: `annealing/${data}/${name}.yaml`,
      recipe: {
        extends: '../glue.yaml',
        name: `annealing-${data}-${name}`,
        data: { name: data, ...options },
        ...(metrics ? { metrics } : {}),
        ...(taughtBy ? { teacher: `runs/annealing-${data}-${taughtBy}/best.safetensors` } : {}),
        student: { weights: models.at(-1)?.weights ?? '' },
        stages,
        published: {
          table: 'annealing-glue-dev',
          row: called,
          column: `${models.map((one) => one.label).join(' / ')} on ${label}`,
          ...scoreOf(scores?.[at]),
          ...(metric ? { metric } : {}),
          epoch: 'best',
          source: 'Jafari et al. 2021, as Jafari et al. 2022 print it',
        },
      },
    };
  };
  const fromTeacher = nameOf('alone', teacher);
  const toAssistant = nameOf('kd', teacher, assistant);
  return [
    row('teacher', 'alone', [teacher], alone, undefined, numbers.teacher),
    row('fine-tuned', 'alone', [student], alone, undefined, numbers.alone),
    row('assistant', 'kd', [teacher, assistant], byKD, fromTeacher),
    row('KD', 'kd', [teacher, student], byKD, fromTeacher, numbers.kd),
    row('TAKD', 'takd', [teacher, assistant, student], byKD, toAssistant, numbers.takd),
    row('Annealing-KD', 'annealing', [teacher, student], byAnnealing, fromTeacher, numbers.annealing),
  ];
}

export const annealingGlue: readonly Row[] = experiments.flatMap((experiment) =>
  tasks.flatMap((task, at) => rowsOf(task, at, experiment)),
);
