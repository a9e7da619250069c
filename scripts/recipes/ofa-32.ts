/** OFA-KD on CIFAR-100 at 32 pixels, for a CPU: pairs of our own models, of which nobody has published numbers. */
import type { Row, RowRecipe } from './row.ts';

interface Model {
  readonly label: string;
  /** The file that its recipes extend as students. */
  readonly settings: '32-cnn' | '32-token';
}

const models: Readonly<Record<string, Model>> = {
  MobileNetV2: { label: 'MobileNetV2', settings: '32-cnn' },
  deit_tiny_patch4_32: { label: 'DeiT-T', settings: '32-token' },
  vit_small_patch4_32: { label: 'ViT-S', settings: '32-token' },
  mixer_b4_32: { label: 'Mixer-B', settings: '32-token' },
};

const pairs = [
  ['vit_small_patch4_32', 'MobileNetV2'],
  ['mixer_b4_32', 'MobileNetV2'],
  ['mixer_b4_32', 'deit_tiny_patch4_32'],
] as const;

const label = (model: string): string => models[model]?.label ?? model;

function row(name: string, student: string, rest: Omit<RowRecipe, 'extends' | 'name' | 'student'>): Row {
  return {
    file: `ofa/cifar100-32/${name}.yaml`,
    recipe: {
      extends: `../${models[student]?.settings}.yaml`,
      name: `ofa-cifar100-32-${name}`,
      ...(rest.teacher === undefined ? {} : { teacher: rest.teacher }),
      student,
      stages: rest.stages,
      published: rest.published,
    },
  };
}

const published = (row: string, column: string) => ({
  table: 'ofa-cifar100-32',
  row,
  column,
  source: 'Hao et al. 2023, whose numbers are of images of 224 pixels: table ofa-cifar100',
});

const alone = Object.keys(models).map((model) =>
  row(`alone-${model}`, model, {
    stages: [{ methods: [{ name: 'cross-entropy', labelSmoothing: 0.1 }] }],
    published: published('from scratch', label(model)),
  }),
);

/** Nobody publishes teachers for images of 32 pixels: these are the runs of the rows above. */
const trained = (model: string): string => `${model}:runs/ofa-cifar100-32-alone-${model}/last.safetensors`;

const distilled = pairs.flatMap(([teacher, student]) => {
  const column = `${label(teacher)} / ${label(student)}`;
  // The authors' advice for CNN students on CIFAR-100.
  const exits = models[student]?.settings === '32-cnn' ? 0.1 : 1;
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

export const ofaAt32: readonly Row[] = [...alone, ...distilled];
