/** Every shape of training there is, each as short as it can be: recipes and the commands that run them. */

type Settings = Readonly<Record<string, unknown>>;

/** A command line, in the case's folder. */
export interface Command {
  readonly args: readonly string[];
  /** It is stopped by this signal once it has left a checkpoint, and must not have ended before. */
  readonly stop?: NodeJS.Signals;
}

export interface Case {
  readonly name: string;
  /** Written as `recipe.yaml`. */
  readonly recipe?: Settings;
  readonly commands: readonly Command[];
  /** Trains and keeps what a teacher said. */
  readonly keeps: { readonly run: boolean; readonly cache: boolean };
}

/** Files of weights, from a case's folder. */
export const weights = (name: string): string => `../../teachers/${name}.safetensors`;
const teacher = (model: string, name = model): string => `${model}:${weights(name)}`;

const recipeCommand = (verb: 'train' | 'distill', ...more: string[]): Command => ({
  args: [verb, 'recipe.yaml', ...more, '--out', 'run', '--json'],
});
const resume = (...more: string[]): Command => ({ args: ['resume', 'run', ...more, '--json'] });

/** A checkpoint after each step, of which those before the last also hold the optimizer. */
const common = {
  data: { name: 'cifar100' },
  student: 'resnet8',
  teacher: teacher('resnet14'),
  teacherCheck: false,
  batchSize: 16,
  precision: 'fp32',
  checkpoint: { everySeconds: 1e-6, keep: 4 },
};

const cached = { views: 2, folder: 'cache' };

/** Two steps a stage, unless it says otherwise. */
const stage = (settings: Settings): Settings => ({
  ...(settings.epochs === undefined ? { steps: 2 } : {}),
  schedule: 'constant',
  ...settings,
});

function recipe(
  name: string,
  settings: Settings,
  stages: readonly Settings[],
  commands: readonly Command[] = [recipeCommand('distill')],
): Case {
  const whole = { name: 'case', ...common, ...settings, stages: stages.map(stage) };
  // A key is taken away by null.
  const written = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null));
  return { name, recipe: written, commands, keeps: { run: true, cache: 'cache' in written } };
}

const alone = { teacher: null, teacherCheck: null };
const kd = { methods: ['kd'] };
const ce = { methods: ['cross-entropy'] };

const imageTeachers: readonly Case[] = (
  [
    ['resnet14', 'cifar100'],
    ['resnet20', 'cifar100'],
    ['vit_nano_patch8_32', 'cifar100'],
    ['resnet8', 'cifar100'],
    ['resnet8', 'cifar10'],
    ['resnet8', 'fashion-mnist'],
  ] as const
).map(([student, data]) =>
  recipe(
    data === 'cifar100' ? student : `${student}-${data}`,
    { ...alone, data: { name: data }, student },
    [{ ...ce, epochs: 2, schedule: 'one-cycle' }],
    [recipeCommand('train')],
  ),
);

/** The stages that each method needs. */
const methods: Readonly<Record<string, readonly Settings[]>> = {
  kd: [kd],
  'kd, on its teacher alone': [{ methods: [{ name: 'kd', temperature: 2, alpha: 1, gamma: 0 }] }],
  cskd: [{ methods: ['cskd'] }],
  srd: [{ methods: ['srd'] }],
  'srd, correlation': [{ methods: [{ name: 'srd', form: 'correlation' }] }],
  ofa: [{ methods: ['ofa'] }],
  dlkd: [{ methods: ['dlkd'] }],
  'dlkd, without labels': [{ methods: [{ name: 'dlkd', supervised: false }] }],
  annealing: [
    { methods: ['annealing'], steps: undefined, epochs: 2 },
    { ...ce, start: 'best' },
  ],
  fitnet: [{ methods: ['fitnet'] }],
  at: [{ methods: ['at'] }],
  sp: [{ methods: ['sp'] }],
  cc: [{ methods: ['cc'] }],
  vid: [{ methods: ['vid'] }],
  rkd: [{ methods: ['rkd'] }],
  pkt: [{ methods: ['pkt'] }],
  dkd: [{ methods: [{ name: 'dkd', warmUpEpochs: 2 }] }],
  dist: [{ methods: ['dist'] }],
  'logit-std': [{ methods: ['logit-std'] }],
  ab: [{ methods: ['ab'] }, ce],
  ft: [{ methods: [{ name: 'ft', phase: 'paraphraser' }] }, { methods: [{ name: 'ft', phase: 'transfer' }] }],
  fsp: [{ methods: ['fsp'] }, ce],
  nst: [{ methods: ['nst'] }],
  crd: [{ methods: [{ name: 'crd', negatives: 16 }] }],
  'crd, relaxed': [{ methods: [{ name: 'crd', negatives: 16, positives: 'relax' }] }],
  review: [{ methods: [{ name: 'review', warmUpEpochs: 2 }] }],
  'kd and at and crd': [{ methods: ['kd', 'at', { name: 'crd', negatives: 16 }] }],
};

const ofEachMethod: readonly Case[] = [
  recipe('cross-entropy', alone, [{ methods: [{ name: 'cross-entropy', labelSmoothing: 0.1 }] }]),
  ...Object.entries(methods).flatMap(([name, stages]) => [
    recipe(`${name}, live`, {}, stages),
    recipe(`${name}, cached`, { cache: cached }, stages),
  ]),
];

/** The stages that methods need which learn from embeddings, without labels. */
const embeddingMethods: Readonly<Record<string, readonly Settings[]>> = {
  cosine: [{ methods: ['cosine'] }],
  seed: [{ methods: [{ name: 'seed', queue: 48 }] }],
  compress: [{ methods: [{ name: 'compress', queue: 48 }] }],
  'crd, by instances': [{ methods: [{ name: 'crd', contrast: 'instances', negatives: 16, gamma: 0 }] }],
};

const ofEmbeddings: readonly Case[] = [
  recipe('barlow-twins', { ...alone, task: 'embedding' }, [
    { methods: [{ name: 'barlow-twins', dimension: 32 }] },
  ]),
  ...Object.entries(embeddingMethods).flatMap(([name, stages]) => [
    recipe(`${name}, live`, { task: 'embedding' }, stages),
    recipe(`${name}, cached`, { task: 'embedding', cache: cached }, stages),
  ]),
];

/** Networks of texts that have as many heads, for words that lie with the data. */
const small = 'bert_uncased_L-2_H-128_A-2';
const larger = 'bert_uncased_L-4_H-128_A-2';
/** What of features is kept in a cache is always of one length. */
const input = { tokenizer: 'words', maxLength: 16, padding: 'max' };
const onTexts = {
  data: { name: './texts' },
  student: { name: small, input },
  teacher: { weights: weights('bert'), input },
};

/** The stages that each method of layers needs, and some that there are for images too. */
const textMethods: Readonly<Record<string, readonly Settings[]>> = {
  pkd: [{ methods: ['pkd'] }],
  minilm: [{ methods: ['minilm'] }],
  tinybert: [{ methods: ['tinybert'] }],
  'texts, kd': [kd],
  'texts, annealing': [
    { methods: ['annealing'], steps: undefined, epochs: 2 },
    { methods: ['supervised'], start: 'best' },
  ],
};

const ofTexts: readonly Case[] = [
  recipe(
    'texts of any length, alone',
    { ...alone, ...onTexts, teacher: null, student: { name: small, input: { tokenizer: 'words' } } },
    [{ methods: ['supervised'], steps: 4, optimizer: { name: 'adamw' }, clipNorm: 1 }],
  ),
  ...Object.entries(textMethods).flatMap(([name, stages]) => [
    recipe(`${name}, live`, onTexts, stages),
    recipe(`${name}, cached`, { ...onTexts, cache: { ...cached, views: 1 } }, stages),
  ]),
];

/** Trained first, by the first commit, and then the teachers of both. Names are those of the files. */
export const teachers: readonly Case[] = [
  ...imageTeachers,
  recipe(
    'bert',
    { ...alone, ...onTexts, teacher: null, student: { name: larger, input } },
    [{ methods: ['supervised'], steps: 4, optimizer: { name: 'adamw' } }],
    [recipeCommand('train')],
  ),
];

const twoTeachers = { teacher: null, teachers: { small: teacher('resnet8'), large: teacher('resnet20') } };

const ofTeachers: readonly Case[] = [
  ['live', {}],
  ['cached', { cache: cached }],
].flatMap(([how, cache]) => {
  const settings = { ...twoTeachers, ...(cache as Settings) };
  return [
    recipe(`two teachers, averaged, ${how}`, settings, [kd]),
    recipe(`two teachers, each its method, ${how}`, settings, [
      {
        methods: [
          { name: 'kd', from: 'small' },
          { name: 'fitnet', from: 'large' },
        ],
      },
    ]),
    recipe(`two teachers, averaged and one by name, in stages, ${how}`, settings, [
      { methods: [{ name: 'at' }] },
      { methods: [{ name: 'dkd', from: 'large' }, 'kd'] },
    ]),
  ];
});

const toTransformer = {
  student: 'vit_nano_patch8_32',
  teacher: teacher('resnet14'),
};
const adamw = { optimizer: { name: 'adamw', lr: 1e-3, weightDecay: 0.05, decay: 'weights' }, clipNorm: 1 };

const ofStudents: readonly Case[] = [
  recipe('transformer, ofa', toTransformer, [{ methods: ['ofa'], ...adamw }]),
  recipe('transformer, ofa, cached', { ...toTransformer, cache: cached }, [{ methods: ['ofa'], ...adamw }]),
  recipe('transformer, srd and kd', toTransformer, [{ methods: ['srd', 'kd'], ...adamw }]),
  recipe('from a transformer, ofa', { teacher: teacher('vit_nano_patch8_32') }, [{ methods: ['ofa'] }]),
  recipe('from a transformer, kd, cached', { teacher: teacher('vit_nano_patch8_32'), cache: cached }, [kd]),
  recipe(
    'transformer to transformer, kd',
    { student: 'vit_pico_patch8_32', teacher: teacher('vit_nano_patch8_32') },
    [{ methods: ['kd'], ...adamw }],
  ),
  ...['plain2_cifar100', 'resnet8x4', 'wrn_16_1', 'vgg8', 'MobileNetV2', 'ShuffleV1', 'ShuffleV2'].map(
    (student) => recipe(`${student}, ofa`, { student, batchSize: 8 }, [{ methods: ['ofa'] }]),
  ),
  ...['deit_tiny_distilled_patch4_32', 'resmlp_12_32'].map((student) =>
    recipe(`${student}, kd`, { student, batchSize: 4 }, [{ methods: ['kd'], ...adamw }]),
  ),
];

const epochs = (count: number, more: Settings = {}): Settings => ({ ...kd, epochs: count, ...more });

const optimizers: readonly Settings[] = [
  { name: 'sgd', nesterov: true, decay: 'weights' },
  { name: 'sgd', lr: 0.1, momentum: 0, weightDecay: 0 },
  { name: 'adam' },
  { name: 'adamw', decay: 'weights' },
  { name: 'lamb' },
  { name: 'rmsprop', momentum: 0.9, centered: true },
  { name: 'radam', decoupledWeightDecay: true, weightDecay: 0.01 },
];

const schedules: readonly Settings[] = [
  { name: 'multi-step' },
  { name: 'multi-step', milestones: [1], gamma: 0.5 },
  { name: 'step', every: 1, warmUpEpochs: 0.5 },
  { name: 'cosine', warmUpEpochs: 1, warmUpFrom: 0.1 },
  { name: 'one-cycle' },
  { name: 'linear', warmUpEpochs: 0.3 },
  { name: 'constant', warmUpEpochs: 1 },
];

const shown = (settings: Settings): string => Object.entries(settings).flat().slice(1).join(' ');

const ofStages: readonly Case[] = [
  ...optimizers.map((optimizer) => recipe(`optimizer ${shown(optimizer)}`, {}, [{ ...kd, optimizer }])),
  ...schedules.map((schedule) =>
    recipe(`schedule ${shown(schedule)}`, { data: { name: 'cifar100', trainImages: 48 } }, [
      epochs(2, { schedule }),
    ]),
  ),
  recipe('average of the weights', {}, [{ ...kd, steps: 4, ema: { decay: 0.9 } }]),
  recipe('average of the weights, warmed up, over stages', {}, [
    { ...kd, ema: { decay: 0.99, warmUp: true } },
    { ...ce, steps: 3, start: 'best', ema: { decay: 0.9, updateAfterStep: 1 } },
  ]),
  recipe('accumulation', {}, [{ ...kd, accumulate: 3 }]),
  recipe('accumulation over epochs, cached', { cache: cached, data: { name: 'cifar100', trainImages: 40 } }, [
    epochs(3, { accumulate: 2 }),
  ]),
  recipe('gradients by their norm', {}, [{ ...kd, clipNorm: 0.1 }]),
  recipe('gradients by their values', {}, [{ ...kd, clipValue: 0.001 }]),
  recipe('frozen', {}, [{ ...kd, freeze: ['conv1', 'layer1'] }, kd]),
  recipe('frozen with statistics', {}, [{ ...kd, freeze: ['layer1'], freezeStatistics: true }]),
  recipe('three stages, the best between', { evaluation: { every: 2 } }, [
    epochs(2, { methods: ['fitnet'] }),
    epochs(2, { start: 'best' }),
    { ...ce, start: 'last', optimizer: { name: 'adam' } },
  ]),
];

const ofData: readonly Case[] = [
  recipe('images held out', { data: { name: 'cifar100', holdOut: 0.2 } }, [epochs(2)]),
  recipe(
    'fewer images, of which some are held out, cached',
    {
      data: { name: 'cifar100', holdOut: 10, trainImages: 50 },
      cache: cached,
    },
    [epochs(2)],
  ),
  recipe('without augmentation', { data: { name: 'cifar100', train: [] } }, [kd]),
  recipe(
    'without augmentation, cached',
    {
      data: { name: 'cifar100', train: [] },
      cache: { ...cached, views: 1 },
    },
    [epochs(2)],
  ),
  recipe(
    'other crops',
    { data: { name: 'cifar100', train: [{ name: 'crop-flip', padding: 2, flip: false }] } },
    [kd],
  ),
  recipe(
    'other crops, cached',
    {
      data: { name: 'cifar100', train: [{ name: 'crop-flip', padding: 3, flip: true }] },
      cache: cached,
    },
    [kd],
  ),
  recipe('cifar10', { data: { name: 'cifar10' }, teacher: teacher('resnet8', 'resnet8-cifar10') }, [kd]),
  recipe(
    'fashion-mnist, cached',
    {
      data: { name: 'fashion-mnist' },
      teacher: teacher('resnet8', 'resnet8-fashion-mnist'),
      cache: cached,
    },
    [{ methods: ['kd', 'at'] }],
  ),
  recipe('a cache of the largest logits', { cache: { ...cached, topK: 5 } }, [kd]),
  recipe('a cache in fp32 of other views', { cache: { ...cached, dtype: 'fp32', seed: 3, views: 3 } }, [
    epochs(4, { methods: ['kd', 'fitnet'] }),
  ]),
  recipe('another seed', { seed: 7 }, [epochs(2)]),
  recipe('from weights', { student: teacher('resnet8') }, [kd]),
  recipe('bf16', { precision: 'bf16' }, [kd]),
  recipe('bf16, cached', { precision: 'bf16', cache: cached }, [{ methods: ['kd', 'srd'] }]),
];

const interrupted = (signal: NodeJS.Signals): Command => ({ ...recipeCommand('distill'), stop: signal });
const long = (more: Settings = {}) => [
  epochs(6, { methods: ['kd', 'fitnet'], schedule: 'cosine', ema: { decay: 0.9 }, ...more }),
];

const ofCommands: readonly Case[] = [
  recipe('stopped and resumed', {}, long(), [interrupted('SIGINT'), resume()]),
  recipe('stopped and resumed, cached', { cache: cached }, long(), [interrupted('SIGINT'), resume()]),
  recipe('killed in an epoch', {}, long({ accumulate: 2 }), [interrupted('SIGKILL'), resume()]),
  recipe('killed after an epoch', { checkpoint: { keep: 4 } }, long(), [interrupted('SIGKILL'), resume()]),
  recipe(
    'killed in the first of two stages',
    {},
    [
      { methods: [{ name: 'ft', phase: 'paraphraser' }], epochs: 3 },
      { methods: [{ name: 'ft', phase: 'transfer' }], start: 'best' },
    ],
    [interrupted('SIGKILL'), resume()],
  ),
  recipe('stopped and made longer', {}, long({ schedule: 'constant' }), [
    interrupted('SIGINT'),
    resume('stages.0.epochs=7'),
  ]),
  recipe('two seeds', {}, [kd], [recipeCommand('distill', '--seeds', '2')]),
  recipe('two seeds, cached', { cache: cached }, [kd], [recipeCommand('distill', '--seeds', '2')]),
  recipe(
    'settings on the command line',
    {},
    [kd],
    [
      recipeCommand(
        'distill',
        'stages.0.steps=3',
        'stages.0.methods.0.temperature=3',
        'batchSize=8',
        'seed=2',
      ),
    ],
  ),
  recipe(
    'a cache asked ahead',
    { cache: cached },
    [{ methods: ['kd', 'review'] }],
    [{ args: ['cache', 'recipe.yaml', '--json'] }, recipeCommand('distill')],
  ),
  recipe(
    'a finished run as the teacher',
    {},
    [kd],
    [
      recipeCommand('distill'),
      { args: ['distill', 'recipe.yaml', 'teacher=run', '--out', 'second', '--json'] },
    ],
  ),
  {
    name: 'flags, alone',
    commands: [
      {
        args: [
          ...['train', '--model', 'resnet8', '--data', 'cifar100', '--epochs', '2', '--batch-size', '32'],
          ...['--schedule', 'cosine', '--no-augment', '--precision', 'fp32', '--out', 'run', '--json'],
        ],
      },
    ],
    keeps: { run: true, cache: false },
  },
  {
    name: 'flags, distilled',
    commands: [
      {
        args: [
          ...['distill', '--student', 'resnet8', '--teacher', teacher('resnet14'), '--data', 'cifar100'],
          ...['--epochs', '1', '--lr', '0.1', '--weight-decay', '0', '--train-images', '100', '--seed', '3'],
          ...['--precision', 'fp32', '--no-teacher-check', '--out', 'run', '--json'],
        ],
      },
    ],
    keeps: { run: true, cache: false },
  },
  {
    name: 'evaluated beside a teacher',
    commands: [
      {
        args: [
          ...[
            'eval',
            '--weights',
            weights('resnet8'),
            '--data',
            'cifar100',
            '--teacher',
            teacher('resnet14'),
          ],
          ...['--cka', '--per-class', '--json'],
        ],
      },
      {
        args: ['eval', '--weights', weights('resnet20'), '--data', 'cifar100', '--split', 'train', '--json'],
      },
    ],
    keeps: { run: false, cache: false },
  },
];

export const cases: readonly Case[] = [
  ...ofEachMethod,
  ...ofEmbeddings,
  ...ofTexts,
  ...ofTeachers,
  ...ofStudents,
  ...ofStages,
  ...ofData,
  ...ofCommands,
];
