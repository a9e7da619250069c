/** Annealing-KD on CIFAR-10 and CIFAR-100, with its baselines: each teacher is the run of another recipe. */
import { type Row, type RowRecipe, scoreOf } from './row.ts';

interface Networks {
  readonly teacher: string;
  readonly assistant: string;
  readonly student: string;
  /** ResNets follow the settings' schedule, plain CNNs learn at one rate. */
  readonly everyStage?: RowRecipe['everyStage'];
}

interface Numbers {
  readonly teacher: number;
  readonly assistant: number;
  readonly alone: number;
  readonly kd: number;
  readonly takd: number;
  readonly annealing: number;
}

/** TAKD's, for a student of KD, and one of an assistant: λ is the teacher's share, T the temperature. */
interface Searched {
  readonly kd: { readonly lambda: number; readonly temperature: number };
  readonly takd: { readonly lambda: number; readonly temperature: number };
}

/** What the released code still carries. */
const carried = { lambda: 0.5, temperature: 5 };

/** What its author says these numbers were found with (issue 7 of Teacher-Assistant-Knowledge-Distillation). */
const searched: Readonly<Record<string, Searched>> = {
  cifar100: { kd: { lambda: 0.2, temperature: 2 }, takd: { lambda: 0.15, temperature: 5 } },
};

const resnets: Networks = { teacher: 'resnet110', assistant: 'resnet20', student: 'resnet8' };
const plainCNNs = (data: string): Networks => ({
  teacher: `plain10_${data}`,
  assistant: `plain4_${data}`,
  student: `plain2_${data}`,
  everyStage: { optimizer: { name: 'sgd', lr: 0.01 }, schedule: 'constant' },
});

const printed: Readonly<Record<string, Numbers>> = {
  cifar10: { teacher: 93.8, assistant: 92.39, alone: 88.44, kd: 88.45, takd: 88.47, annealing: 89.44 },
  cifar100: { teacher: 71.92, assistant: 67.6, alone: 61.37, kd: 61.41, takd: 61.82, annealing: 63.1 },
};

/** TAKD's code averages the divergence over the classes too, of which there are so many. */
const classes: Readonly<Record<string, number>> = { cifar10: 10, cifar100: 100 };

const rounded = (value: number): number => Number(value.toPrecision(6));

/** `plain10` of `plain10_cifar100`. */
const short = (model: string): string => model.replace(/_cifar.*/, '');
const label = (...models: string[]): string =>
  models.map((model) => short(model).replace(/^resnet/, 'ResNet')).join(' / ');

function rowsOf(
  data: string,
  { teacher, assistant, student, everyStage }: Networks,
  numbers?: Numbers,
): Row[] {
  interface Learning {
    readonly name: string;
    readonly row: string;
    readonly column: string;
    readonly score: number | undefined;
    readonly teacher?: string;
    readonly student: string;
    readonly stages: RowRecipe['stages'];
  }
  const found = numbers ? searched[data] : undefined;
  const nameOf = (name: string): string => `annealing-${data}-${name}`;
  const best = (model: string, name: string): string => `${model}:runs/${nameOf(name)}/best.safetensors`;
  const make = ({ name, row, column, score, stages, ...networks }: Learning): Row => ({
    file: `annealing/${data}/${name}.yaml`,
    recipe: {
      extends: '../settings.yaml',
      name: nameOf(name),
      data: { name: data },
      ...networks,
      ...(everyStage ? { everyStage } : {}),
      stages,
      published: {
        table: `annealing-${data}`,
        row,
        column,
        ...scoreOf(score),
        epoch: 'best',
        source: sourceOf(row),
      },
    },
  });
  const sourceOf = (row: string): string => {
    if (!numbers) return 'Jafari et al. 2021';
    const isTAKDs = found !== undefined && ['KD', 'TAKD', 'from scratch'].includes(row);
    return `Jafari et al. 2021, as Jafari et al. 2022 print it${isTAKDs ? '; of Mirzadeh et al. 2020' : ''}`;
  };
  const chained = (...models: string[]): string => models.map(short).join('-');
  const alone = (model: string, row: string, score: number | undefined): Learning => ({
    name: `alone-${short(model)}`,
    row,
    column: label(model),
    score,
    student: model,
    stages: [{ methods: ['cross-entropy'] }],
  });
  const byKD = ({ lambda, temperature }: typeof carried) => [
    {
      methods: [
        {
          name: 'kd',
          temperature,
          alpha: rounded(lambda / (classes[data] ?? 1)),
          gamma: rounded(1 - lambda),
        },
      ],
    },
  ];
  const fromTeacher = best(teacher, `alone-${short(teacher)}`);
  const toAssistant = `kd-${chained(teacher, assistant)}`;
  return [
    alone(teacher, 'teacher', numbers?.teacher),
    alone(student, 'from scratch', numbers?.alone),
    {
      name: toAssistant,
      row: 'assistant',
      column: label(teacher, assistant),
      score: numbers?.assistant,
      teacher: fromTeacher,
      student: assistant,
      stages: byKD(carried),
    },
    {
      name: `kd-${chained(teacher, student)}`,
      row: 'KD',
      column: label(teacher, student),
      score: numbers?.kd,
      teacher: fromTeacher,
      student,
      stages: byKD(found?.kd ?? carried),
    },
    {
      name: `takd-${chained(teacher, assistant, student)}`,
      row: 'TAKD',
      column: label(teacher, assistant, student),
      score: numbers?.takd,
      teacher: best(assistant, toAssistant),
      student,
      stages: byKD(found?.takd ?? carried),
    },
    {
      name: `annealing-${chained(teacher, student)}`,
      row: 'Annealing-KD',
      column: label(teacher, student),
      score: numbers?.annealing,
      teacher: fromTeacher,
      student,
      stages: [
        { methods: [{ name: 'annealing', tauMax: 10 }] },
        { methods: ['cross-entropy'], start: 'best' },
      ],
    },
  ].map(make);
}

export const annealing: readonly Row[] = Object.entries(printed).flatMap(([data, numbers]) => [
  ...rowsOf(data, resnets, numbers),
  ...rowsOf(data, plainCNNs(data)),
]);
