/** OFA-KD on CIFAR-100, for the pairs whose models there are for images of 32 pixels. */
import type { Row, RowRecipe } from './row.ts';

interface Model {
  readonly label: string;
  /** The file that its recipes extend as students. */
  readonly settings: 'cnn-student' | 'token-student';
}

const models: Readonly<Record<string, Model>> = {
  MobileNetV2: { label: 'MobileNetV2', settings: 'cnn-student' },
  deit_tiny_patch4_32: { label: 'DeiT-T', settings: 'token-student' },
  vit_small_patch4_32: { label: 'ViT-S', settings: 'token-student' },
  mixer_b4_32: { label: 'Mixer-B', settings: 'token-student' },
};

const pairs = [
  ['vit_small_patch4_32', 'MobileNetV2'],
  ['mixer_b4_32', 'MobileNetV2'],
  ['mixer_b4_32', 'deit_tiny_patch4_32'],
] as const;

const label = (model: string): string => models[model]?.label ?? model;

function row(name: string, student: string, rest: Omit<RowRecipe, 'extends' | 'name' | 'student'>): Row {
  return {
    file: `ofa/cifar100/${name}.yaml`,
    recipe: {
      extends: `../${models[student]?.settings}.yaml`,
      name: `ofa-cifar100-${name}`,
      ...(rest.teacher === undefined ? {} : { teacher: rest.teacher }),
      student,
      stages: rest.stages,
      published: rest.published,
    },
  };
}

const published = (row: string, column: string) => ({
  table: 'ofa-cifar100',
  row,
  column,
  source: 'Hao et al. 2023; its numbers are of images of 224 pixels',
});

const alone = Object.keys(models).map((model) =>
  row(`alone-${model}`, model, {
    stages: [{ methods: [{ name: 'cross-entropy', labelSmoothing: 0.1 }] }],
    published: published('from scratch', label(model)),
  }),
);

/** Nobody publishes teachers for images of 32 pixels: these are the runs of the rows above. */
const trained = (model: string): string => `${model}:runs/ofa-cifar100-alone-${model}/last.safetensors`;

const distilled = pairs.flatMap(([teacher, student]) => {
  const column = `${label(teacher)} / ${label(student)}`;
  // The authors' advice for CNN students on CIFAR-100.
  const exits = models[student]?.settings === 'cnn-student' ? 0.1 : 1;
  return [
    row(`kd-${teacher}-${student}`, student, {
      teacher: trained(teacher),
      stages: [{ methods: [{ name: 'kd', temperature: 1, alpha: 1, gamma: 1 }] }],
      published: published('KD', column),
    }),
    row(`ofa-${teacher}-${student}`, student, {
      teacher: trained(teacher),
      stages: [{ methods: [{ name: 'ofa', gamma: 1, exits }] }],
      published: published('OFA', column),
    }),
  ];
});

export const ofa: readonly Row[] = [...alone, ...distilled];
