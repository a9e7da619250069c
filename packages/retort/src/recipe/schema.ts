/** What a recipe may say: types, bounds, defaults and where these are from. The one place. */
import { z } from 'zod';
import { datasets } from '../data/index.ts';
import { methods } from '../methods/index.ts';
import { models, parseWeights } from '../models/index.ts';
import { controls } from '../shown.ts';
import { optimizers, schedules } from '../train/index.ts';
import { unknown } from '../unknown.ts';
import { named, nameOr } from './named.ts';

const count = (description: string) => z.number().int().min(1).describe(description);

const modelIn = (spec: string, isStudent: boolean): string | null =>
  isStudent && !spec.includes(':') ? spec : parseWeights(spec).name;

/** `NAME:FILE`; a student may be a NAME, a teacher a FILE. */
const network = (isStudent: boolean, description: string) =>
  z
    .string()
    .min(1)
    .refine(
      (spec) => {
        const name = modelIn(spec, isStudent);
        return name === null || Object.hasOwn(models, name);
      },
      {
        error: ({ input }) => unknown('model', modelIn(String(input), isStudent) ?? '', Object.keys(models)),
      },
    )
    .describe(description);

const data = z.strictObject({
  name: z.enum(Object.keys(datasets)).describe('The data set'),
  augmentation: z
    .union([
      z.enum(['crop-flip', 'none']),
      z.strictObject({
        padding: z
          .number()
          .int()
          .min(0)
          .describe('Zero pixels around the image, of which a crop of the old size is taken'),
        flip: z.boolean().describe('Mirrors every other image, by chance'),
      }),
    ])
    .default('crop-flip')
    .describe('`crop-flip` pads by 4 (He et al. 2016; the CRD benchmark)'),
  trainImages: count('Only so many training images, drawn by the seed').optional(),
  holdOut: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Training images kept for choosing the best epoch, so that the test split is not: a share below 1, or how many',
    ),
});

const ema = z.strictObject({
  decay: z.number().min(0).max(1).default(0.999).describe('How much of the average is kept at each step'),
  warmUp: z.boolean().default(false).describe('Lets the decay rise to `decay`, as timm does'),
  updateAfterStep: z.number().int().min(0).default(0).describe('Steps in which the average is just a copy'),
});

const cache = z.strictObject({
  views: z
    .number()
    .int()
    .min(1)
    .default(4)
    .describe(
      'How many crops and flips of each image there are, which epochs show in turn; the teacher sees each once',
    ),
  dtype: z.enum(['fp16', 'fp32']).default('fp16').describe('How logits and features are kept'),
  folder: z
    .string()
    .min(1)
    .optional()
    .describe("Where it lies, from here; `teachers` in Retort's cache where it is left out"),
  topK: count('Keeps so many of the largest logits of each image; all where it is left out').optional(),
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
});
const optimizer = named(optimizers);
const schedule = named(schedules);

const stageWith = <Method extends z.ZodType, Optimizer extends z.ZodType, Schedule extends z.ZodType>(
  method: Method,
  optimizer: Optimizer,
  schedule: Schedule,
) =>
  z.strictObject({
    epochs: count('Passes over the training images').optional(),
    steps: count('Optimizer steps, instead of epochs').optional(),
    methods: z.array(method).min(1).describe('What is learned; the terms of several add up'),
    optimizer: optimizer.prefault({ name: 'sgd' } as never).describe('Made anew for each stage'),
    schedule: schedule.prefault({ name: 'multi-step' } as never).describe('The learning rate over the stage'),
    start: z
      .enum(['last', 'best'])
      .default('last')
      .describe('The weights it starts from: the last of the stage before, or the best that were evaluated'),
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

const stage = stageWith(method, optimizer, schedule).refine(
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

/** About the recipe, not of it: nothing is trained otherwise for it. */
const published = z.strictObject({
  table: z.string().min(1).describe('A table of a paper by a name of ours, e.g. `crd-same-style`'),
  row: z.string().min(1).describe('As the paper calls it, e.g. `KD`'),
  column: z.string().min(1).describe('As the paper calls it, e.g. `resnet56 / resnet20`'),
  top1: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('What the paper reports, in percent; left out where it is not known, or of other settings'),
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
  seed: z.number().int().min(0).default(0).describe('Of initial weights, order, augmentation and dropout'),
  data,
  student: network(true, 'A model, e.g. `resnet8x4`; with `:FILE` it starts from weights'),
  teacher: network(false, '`NAME:FILE`, or a FILE whose keys fit one model only').optional(),
  teachers: z
    .record(z.string(), network(false, '`NAME:FILE`, or a FILE'))
    .optional()
    .describe(
      'Several, by names of your own; a method that names none with `from` sees the mean of their logits, and the features of the first',
    ),
  teacherCheck: z
    .boolean()
    .default(true)
    .describe(
      'Whether a teacher near chance on the test split stops the run; false for one that is weak on purpose',
    ),
  batchSize: z.number().int().min(1).default(64).describe('Images a step; 64 in the CRD benchmark'),
  precision: z
    .enum(['auto', 'fp32', 'bf16', 'fp16'])
    .default('auto')
    .describe(
      'auto is bf16 where that was measured to be 1.2 times as fast as fp32 at least (`retort doctor`), else fp32; fp16 needs a GPU',
    ),
  evaluation: z
    .strictObject({
      every: count('Epochs between two evaluations; the last of each stage is always evaluated').default(1),
    })
    .default({ every: 1 }),
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
    data: data.partial().optional(),
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
