/** What a recipe may say: types, bounds, defaults and where these are from. The one place. */
import { z } from 'zod';
import { datasets, isPlaceName, mixingOptions, transforms } from '../data/index.ts';
import { defaults } from '../defaults.ts';
import { methods } from '../methods/index.ts';
import { type MetricName, metrics } from '../metrics/index.ts';
import { parseOwnModule } from '../own-modules.ts';
import { lossOptions, tasks } from '../tasks/index.ts';
import { optimizers, schedules } from '../train/index.ts';
import { controls } from '../words/shown.ts';
import { unknown } from '../words/unknown.ts';
import { named, nameOr } from './named.ts';
import { network } from './network.ts';
import { probeProtocols } from './probe-protocols.ts';

const count = (description: string) => z.number().int().min(1).describe(description);

/** A name of ours, or an export of a module of one's own. */
const nameOrOwn = (what: string, names: readonly string[], description: string) =>
  z
    .string()
    .min(1)
    .refine((name) => names.includes(name) || parseOwnModule(name) !== null, {
      error: ({ input }) =>
        `${unknown(what, String(input), names)}, or name one of your own as ./FILE.ts#NAME`,
    })
    .describe(description);

const transform = named(transforms);

const data = z.strictObject({
  name: z
    .string()
    .min(1)
    .refine((name) => Object.hasOwn(datasets, name) || parseOwnModule(name) !== null || isPlaceName(name), {
      error: ({ input }) =>
        `${unknown('data set', String(input), Object.keys(datasets))}, or name a folder of images as ./FOLDER, a table of them or of texts, or tars, or one of your own as ./FILE.ts#NAME`,
    })
    .describe(
      'The data set, as `cifar100` or `glue-rte`, or `coco`, `voc` or `yolo`; images as `./photos`, `./coco`, `./train.csv` or `./train-{000..012}.tar`, texts as `./train.csv` or a folder of such tables, or one of your own as `./data.ts#NAME`',
    ),
  options: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      'What a data set of your own is called with; of images `workers`, how many threads decode, `testShare`, of each class where there is no split to be judged on, `classes`, all of them (`wnids` or a file), `labels: none`, `exif`: `apply` turns images as they say (`ignore`), `onCorrupt`: `skip` leaves damaged ones out (`fail`); of tables also `columns` and `root`, of tars `label` and `shuffleBuffer`, of both `test` and `validation`; of images with boxes `folder`, where a name alone does not find them, `withoutBoxes`: `keep` learns from images that have none (`leave-out`), `outside`: `clip` cuts boxes off at the edges of images (`refuse`), of COCO `train`, `test` and `images`, of VOC `train` and `test`; of texts in tables `columns`: `{ text, label }`, `classes`, `labels`: `class`, `classes`, `number` or `none`, `quotes`, `test`, `validation` and `testShare`; of GLUE `classes` in another order; of STL-10 `fold`, 0 to 9, and `unlabelled`',
    ),
  train: z
    .array(transform)
    .optional()
    .describe(
      'How training samples are changed by chance, one after another; [] leaves them as they are; where it is left out, images by `crop-flip`, those with boxes by `flip`, and texts not at all',
    ),
  mixing: mixingOptions
    .optional()
    .describe(
      'Mixes the images of a batch with one another after their transforms, as timm: Mixup, CutMix, or both by turns, e.g. `{ mixup: 0.8, cutmix: 1 }`',
    ),
  sampling: z
    .enum(['shuffled', 'length', 'shape', 'balanced'])
    .optional()
    .describe(
      'Which samples an epoch shows: each once, in an order by chance; with `length` each once, in batches of texts that are alike long, with `shape` in batches of images of like width by height; or with `balanced` each class equally often. Where it is left out, `length` for texts, `shape` for images with boxes, and `shuffled` for others',
    ),
  repeats: count(
    'How many times in a row an epoch shows an image, changed by another draw each time, and so many times fewer images; 3 in DeiT',
  ).optional(),
  trainImages: count('Only so many training samples, drawn by the seed').optional(),
  holdOut: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Training samples kept for choosing the best epoch, so that the test split is not: a share below 1, or how many',
    ),
});

/** As a file may write it: transforms by their names. */
const writtenData = data.extend({ train: z.array(nameOr(transforms, transform)) }).partial();

const ema = z.strictObject({
  decay: z.number().min(0).max(1).default(0.999).describe('How much of the average is kept at each step'),
  warmUp: z.boolean().default(false).describe('Lets the decay rise to `decay`, as timm does'),
  updateAfterStep: z.number().int().min(0).default(0).describe('Steps in which the average is just a copy'),
  buffers: z
    .boolean()
    .default(false)
    .describe('Whether running statistics are averaged too, and not copied, as timm’s ModelEmaV2 has it'),
  fromStart: z
    .boolean()
    .default(false)
    .describe(
      'Whether the average begins with the initial weights, as timm’s ModelEmaV2, and not with those after the first step',
    ),
});

const cache = z.strictObject({
  views: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'How many views of each sample there are, drawn once, which epochs show one after another; the teacher sees each once. Where it is left out, 4, and of texts, which are not changed, 1',
    ),
  dtype: z.enum(['fp16', 'fp32']).default('fp16').describe('How logits and features are kept'),
  folder: z
    .string()
    .min(1)
    .optional()
    .describe("Where it lies, from here; `teachers` in Retort's cache where it is left out"),
  topK: count('Keeps so many of the largest logits of each sample; all where it is left out').optional(),
  seed: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe("Of the views; not the run's, so that runs with several seeds share them"),
});

const method = named(methods, {
  from: z
    .string()
    .optional()
    .describe('Which of `teachers` it learns from; all, averaged, where it is left out'),
  headsApart: z
    .boolean()
    .optional()
    .describe(
      "Of a student of two heads, as DeiT's with a distillation token: whether the first learns what the data says, and the second what the teacher says, as in DeiT; both by the mean of their logits where it is left out",
    ),
});
const optimizer = named(optimizers);
const schedule = named(schedules);

const stageWith = <Method extends z.ZodType, Optimizer extends z.ZodType, Schedule extends z.ZodType>(
  method: Method,
  optimizer: Optimizer,
  schedule: Schedule,
) =>
  z.strictObject({
    epochs: count('Passes over the training samples').optional(),
    steps: count('Optimizer steps, instead of epochs').optional(),
    methods: z.array(method).min(1).describe('What is learned; the terms of several add up'),
    optimizer: optimizer.prefault({ name: 'sgd' } as never).describe('Made anew for each stage'),
    schedule: schedule
      .prefault({ name: defaults.schedule } as never)
      .describe('The learning rate over the stage'),
    start: z
      .enum(['last', 'best'])
      .default('last')
      .describe(
        'The weights it starts from: the last of the stage before, or the best that were evaluated, of that stage or as `evaluation.best` says',
      ),
    seed: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe(
        "Sets the seed again: order, augmentation, dropout and a method's initial weights are those of the first stage of a run with this seed, and with `--seeds` of each run's own where it is the recipe's; where it is left out they go on from the run's",
      ),
    accumulate: count('Batches whose gradients are added up for a step').default(1),
    clipNorm: z.number().positive().optional().describe("The gradients' norm is brought down to this"),
    clipValue: z.number().positive().optional().describe('Each gradient is brought within ± this'),
    freeze: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'What of the student does not learn: paths of modules, e.g. `layer1`, or of parameters; all learns where it is left out',
      ),
    freezeStatistics: z
      .boolean()
      .default(false)
      .describe(
        'Whether batch norms below `freeze` keep their running statistics too, and normalise by them',
      ),
    ema: ema.optional().describe('Evaluates and keeps an average of the weights'),
  });

/** As it is resolved. */
export const stage = stageWith(method, optimizer, schedule).refine(
  ({ epochs, steps }) => (epochs === undefined) !== (steps === undefined),
  { error: 'a stage has either epochs or steps' },
);

/** Of what every stage has, that which no stage needs to take: the rest is looked at in the stages that do. */
export const everyStage = z.looseObject({ epochs: stage.shape.epochs, steps: stage.shape.steps }).optional();

/** What a file may write instead: names without options. */
const writtenStage = stageWith(
  nameOr(methods, method),
  nameOr(optimizers, optimizer),
  nameOr(schedules, schedule),
);

const probe = z.strictObject({
  protocol: z
    .enum(probeProtocols)
    .optional()
    .describe('Whose settings the recipe has: a name alone, from which nothing follows'),
  batchNorm: z
    .enum(['frozen', 'train'])
    .default('frozen')
    .describe(
      'Whether the network is as in evaluation all the time, or its batch norms normalise by the batch in training, and their statistics move',
    ),
  std: z
    .number()
    .nonnegative()
    .default(0.01)
    .describe('The standard deviation of the new classifier’s weights; its biases begin with 0'),
});

/** About the recipe, not of it: nothing is trained otherwise for it. */
const published = z.strictObject({
  table: z.string().min(1).describe('A table of a paper by a name of ours, e.g. `crd-same-style`'),
  row: z.string().min(1).describe('As the paper calls it, e.g. `KD`'),
  column: z.string().min(1).describe('As the paper calls it, e.g. `resnet56 / resnet20`'),
  score: z
    .number()
    .optional()
    .describe(
      'What the paper reports, shares and correlations in percent; left out where it is not known, or of other settings',
    ),
  metric: z
    .string()
    .min(1)
    .optional()
    .describe("Of which score it is, e.g. `pearson`; the task's headline where it is left out"),
  epoch: z
    .enum(['last', 'best'])
    .default('last')
    .describe('Whether it is of the last epoch, or of the best on the test split'),
  source: z.string().min(1).describe('The paper, and where the number was read'),
});

const body = {
  name: z
    .string()
    .min(1)
    .max(200)
    // An empty one has no second mistake.
    .regex(new RegExp(`^[^${controls}/\\\\]*$`, 'u'), {
      error: 'names a folder under runs: it must have no /, \\ or control characters',
    })
    .refine((name) => !/^\.+$/.test(name), { error: 'names a folder under runs: it must not be dots alone' })
    .describe('What the run is called; the name of the file where it is left out'),
  seed: z
    .number()
    .int()
    .min(0)
    .default(defaults.seed)
    .describe('Of initial weights, order, augmentation and dropout'),
  task: nameOrOwn(
    'task',
    Object.keys(tasks),
    'What is learned, one of your own as `./task.ts#NAME`; where it is left out, by what samples have: classification of a class, regression of a number, multi-label of several classes, detection of boxes',
  ).optional(),
  metrics: z
    .array(z.enum(Object.keys(metrics) as [MetricName, ...MetricName[]]))
    .min(1)
    .optional()
    .describe(
      "By what the task judges networks, beside its own metrics; the best weights are chosen by the first. The data's where it is left out",
    ),
  data,
  loss: lossOptions
    .optional()
    .describe("The classification's own loss: its kind, smoothed labels, weights of classes"),
  student: network(
    true,
    'A model, e.g. `resnet8x4`, or one of your own as `./net.ts#create`; with `:FILE` it starts from weights',
  ),
  teacher: network(false, '`MODEL:FILE`, or a FILE whose keys fit one model only').optional(),
  teachers: z
    .record(z.string(), network(false, '`MODEL:FILE`, or a FILE'))
    .optional()
    .describe(
      'Several, by names of your own; a method that names none with `from` sees the mean of their outputs, and the features of the first',
    ),
  teacherCheck: z
    .boolean()
    .default(true)
    .describe(
      'Whether a teacher that has nothing to teach by its scores on the test split, as one near chance, stops the run; false for one that is weak on purpose',
    ),
  probe: probe
    .optional()
    .describe(
      'What the features of the student are worth: its classifier begins anew, and nothing else learns; the student needs weights',
    ),
  batchSize: z
    .number()
    .int()
    .min(1)
    .default(defaults.batchSize)
    .describe('Samples a step; 64 in the CRD benchmark'),
  syncBatchNorm: z
    .boolean()
    .optional()
    .describe(
      'Whether batch norms normalise by the whole batch where several ranks have slices of it (`--ranks`); false where it is left out: each by its own slice',
    ),
  precision: z
    .enum(['auto', 'fp32', 'bf16', 'fp16'])
    .default(defaults.precision)
    .describe(
      'auto is bf16 where that was measured to be 1.2 times as fast as fp32 at least (`retort doctor`), else fp32; fp16 needs a GPU',
    ),
  evaluation: z
    .strictObject({
      every: count('Epochs between two evaluations; the last of each stage is always evaluated').default(1),
      everySteps: count(
        'Optimizer steps of a stage between two evaluations, beside those after epochs: the best weights may be of any of them',
      ).optional(),
      atStart: z
        .boolean()
        .optional()
        .describe('Whether each stage is evaluated before its first step, too; false where it is left out'),
      best: z
        .enum(['stage', 'run'])
        .optional()
        .describe(
          'Among which weights the best is that a stage with `start: best` begins with, and that the run is known by: those of each stage, so that it is of the last; or of the whole run, whose later stages may never beat it. stage where it is left out',
        ),
    })
    .default({ every: 1 }),
  log: z
    .strictObject({
      everySteps: count('Steps between two lines of the log; each epoch has one too').default(50),
    })
    .default({ everySteps: 50 }),
  cache: cache
    .optional()
    .describe('Keeps what the teachers say in files, so that each is asked once for each view'),
  checkpoint: z
    .strictObject({
      everySeconds: z
        .number()
        .positive()
        .default(300)
        .describe('Seconds between checkpoints in an epoch; each epoch ends with one'),
      keep: count('How many stay').default(2),
    })
    .default({ everySeconds: 300, keep: 2 }),
  published: published.optional().describe('The row of a table that this reproduces: see `retort reproduce`'),
};

const transformsKey = "transforms are the list 'train', e.g. train: [crop-flip], or train: [] for none";

/** Keys by names that they had before, or that others give them, and what is said of each. */
export const renamed: ReadonlyMap<string, string> = new Map(
  Object.entries({
    [transformsKey]: ['data.augmentation', 'data.augment', 'data.transforms'],
    'images are mixed by `data.mixing`, e.g. data: { mixing: { mixup: 0.8, cutmix: 1, prob: 1, switchProb: 0.5 } }':
      ['', 'data.'].flatMap((of) =>
        ['mixup', 'cutmix', 'mixupProb', 'mixupSwitchProb', 'mixupMode', 'mixing'].flatMap((key) =>
          of + key === 'data.mixing' ? [] : [of + key],
        ),
      ),
    'the loss of labels is said by `loss`, e.g. loss: { smoothing: 0.1, classWeights: balanced, kind: bce }':
      ['smoothing', 'labelSmoothing', 'classWeights', 'bce'].flatMap((key) => [key, `data.${key}`]),
    'it is `data.repeats`, e.g. data: { repeats: 3 }': ['augRepeats', 'repeats', 'data.augRepeats'],
    'it is `data.sampling`, e.g. data: { sampling: balanced }': ['sampling', 'data.sampler'],
    'it is `prob`': ['data.mixing.mixupProb'],
    'it is `switchProb`': ['data.mixing.mixupSwitchProb'],
    'it is `mode`': ['data.mixing.mixupMode'],
    'labels are smoothed by `loss`, e.g. loss: { smoothing: 0.1 }': [
      'data.mixing.smoothing',
      'data.mixing.labelSmoothing',
    ],
  }).flatMap(([sentence, keys]) => keys.map((key) => [key, sentence])),
);

/** A recipe with nothing left open. */
export const recipe = z
  .strictObject({ ...body, stages: z.array(stage).min(1).max(1000).describe('One after another') })
  .refine(({ teacher, teachers }) => teacher === undefined || teachers === undefined, {
    error: 'there is either one teacher or several `teachers`',
    path: ['teachers'],
  });

export type Recipe = z.output<typeof recipe>;
export type RecipeStage = Recipe['stages'][number];
export type Published = z.output<typeof published>;

/** Keys that a file may leave out, or take away from what it extends with `null`. */
const orTakenAway = Object.fromEntries(
  Object.entries(body).map(([key, type]) => [key, z.optional(z.nullable(type))]),
);

/** A recipe as a file has it: what it extends says the rest. */
const recipeFile = z
  .strictObject({
    ...orTakenAway,
    data: writtenData.optional(),
    stages: z.array(writtenStage.partial()).min(1).describe('One after another').optional(),
  })
  .extend({
    extends: z
      .string()
      .optional()
      .describe(
        'Another recipe, from which everything is taken that this one leaves out; `null` takes a key away',
      ),
    everyStage: writtenStage.partial().optional().describe('What each stage has unless it says otherwise'),
  });

/** The JSON Schema of a recipe file, for editors: `# yaml-language-server: $schema=…`. */
export function jsonSchema(): object {
  return {
    title: 'A Retort recipe',
    ...z.toJSONSchema(recipeFile, { io: 'input', target: 'draft-2020-12' }),
  };
}
