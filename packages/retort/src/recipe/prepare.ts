/** What a recipe names, made real: data, networks, stages; compared with one another before the first step. */
import { Generator, type nn, withGenerator } from '@retort/torch';
import {
  type Augmentation,
  channels,
  cropAndFlip,
  datasets,
  holdOut,
  permutation,
  type Report,
  type Splits,
  subset,
} from '../data/index.ts';
import { dataInput, networkInput } from '../inputs.ts';
import { methodNamed } from '../methods/index.ts';
import { createModel, loadModel, parseWeights } from '../models/index.ts';
import type { Path } from '../problems.ts';
import type { Input, Inputs } from '../runs/index.ts';
import {
  type OptimizerName,
  optimizers,
  refuseUntrainable,
  type ScheduleName,
  type Stage,
  schedules,
  Trainer,
  type TrainerOptions,
} from '../train/index.ts';
import { RecipeError } from './errors.ts';
import { optionsOf, type Resolved } from './resolve.ts';
import type { Recipe, RecipeStage } from './schema.ts';

/** All that a run needs. */
export interface Prepared extends Omit<TrainerOptions, 'data' | 'best'> {
  readonly data: Splits;
  readonly settings: Recipe;
  /** What the recipe's files hold. */
  readonly inputs: Inputs;
  /** Names the student's architecture for whoever loads its weights. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly evaluateEvery: number;
  readonly teacherCheck: boolean;
  readonly checkpoint: { readonly everySeconds: number; readonly keep: number };
}

export interface PrepareOptions {
  /** Progress of reading the data. */
  readonly report?: Report | undefined;
  /** Told of what was taken off the keys of weights, and what else is not as it should be. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Data that is used instead of what the recipe names: for one's own, and for tests. */
  readonly data?: Splits | undefined;
}

/** Only so many of the training images, drawn by the seed. */
function limited(data: Splits, trainImages: number | undefined, seed: number): Splits {
  if (trainImages === undefined) return data;
  if (trainImages > data.train.size)
    throw new RangeError(`${data.train.name} has ${data.train.size} training images, not ${trainImages}`);
  const drawn = permutation(data.train.size, { seed, epoch: 0, purpose: 'subset' }).slice(0, trainImages);
  return { ...data, train: subset(data.train, drawn) };
}

function augmentationOf(augmentation: Recipe['data']['augmentation']): Augmentation | undefined {
  if (augmentation === 'none') return undefined;
  return augmentation === 'crop-flip' ? cropAndFlip : augmentation;
}

const dtypes = { fp16: 'float16', fp32: 'float32' } as const;

/** A stage of a recipe, as the trainer has it. */
function stageFrom(stage: RecipeStage): Stage {
  const { methods: named, optimizer, schedule, ...rest } = stage;
  const { name: optimizerName, ...optimizerOptions } = optimizer;
  const { name: scheduleName, ...scheduleOptions } = schedule;
  const rate = schedules[scheduleName as ScheduleName].create(scheduleOptions);
  return {
    ...rest,
    methods: named.map((method) => {
      const { from } = method;
      return {
        ...methodNamed(method.name).create(optionsOf(method)),
        ...(typeof from === 'string' ? { teacher: from } : {}),
      };
    }),
    optimizer: optimizers[optimizerName as OptimizerName].create(optimizerOptions),
    schedule: (length) => rate(Number(optimizerOptions.lr), length),
  };
}

/** Runs `body`, and says where in the recipe is what it found wrong. */
async function at<Result>(
  { where }: Resolved,
  path: Path,
  body: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof RecipeError) throw error;
    throw new RecipeError([`${where(path)}: ${error.message}`], { cause: error });
  }
}

/**
 * Loads and makes what a recipe names, and tries it: class counts, sizes of images, weights, paths of features, shapes of projectors.
 *
 * @throws RecipeError with a sentence for each thing that does not fit, and where the recipe says it
 * @example await run({ ...(await prepare(readRecipe('kd.yaml'))), out: 'runs/kd' });
 */
export async function prepare(resolved: Resolved, options: PrepareOptions = {}): Promise<Prepared> {
  const { recipe } = resolved;
  const { seed, precision, batchSize, evaluation, checkpoint, teacherCheck } = recipe;
  const found = await at(resolved, ['data'], async () => {
    const splits = options.data ?? (await datasets[recipe.data.name]?.(options.report));
    if (!splits) throw new RangeError(`there is no data set '${recipe.data.name}'`);
    return splits;
  });
  const { trainImages, holdOut: part } = recipe.data;
  const fewer = await at(resolved, ['data', 'trainImages'], () => limited(found, trainImages, seed));
  const data =
    part > 0 ? await at(resolved, ['data', 'holdOut'], () => holdOut(fewer, part, { seed })) : fewer;
  const model = { classes: data.train.classes.length, channels: channels(data.train) };

  // The whole of it, of which each seed draws its own part.
  const inputs: Record<string, Input> = { data: dataInput(found, `${recipe.data.name}: ${found.source}`) };
  const teachers: Record<string, nn.Layer> = {};
  const specs = recipe.teachers ?? (recipe.teacher === undefined ? {} : { teacher: recipe.teacher });
  for (const [name, spec] of Object.entries(specs)) {
    const path = recipe.teachers ? ['teachers', name] : ['teacher'];
    const teacher = (await at(resolved, path, () => loadModel(spec, model, options))).model;
    teachers[name] = teacher;
    inputs[path.join('.')] = networkInput(teacher, parseWeights(spec).file);
  }
  const [architecture = ''] = recipe.student.split(':', 1);
  const student = await at(resolved, ['student'], async () => {
    if (recipe.student.includes(':')) return (await loadModel(recipe.student, model, options)).model;
    using generator = new Generator(BigInt(seed));
    return withGenerator(generator, () => createModel(architecture, model));
  });
  if (recipe.student.includes(':')) inputs.student = networkInput(student, parseWeights(recipe.student).file);

  const prepared: Prepared = {
    student,
    teachers,
    stages: recipe.stages.map(stageFrom),
    data,
    batchSize,
    augmentation: augmentationOf(recipe.data.augmentation),
    precision,
    seed,
    cache: recipe.cache && { ...recipe.cache, dtype: dtypes[recipe.cache.dtype] },
    settings: recipe,
    inputs,
    metadata: {
      model: architecture,
      data: recipe.data.name,
      classes: String(model.classes),
      channels: String(model.channels),
      recipe: recipe.name,
    },
    evaluateEvery: evaluation.every,
    teacherCheck,
    checkpoint,
  };
  for (const [i, stage] of prepared.stages.entries())
    await at(resolved, ['stages', i, 'freeze'], () => refuseUntrainable(stage, student, []));
  // What is left that could be wrong: the stages' names and sums were checked with the recipe.
  const trainer = await at(
    resolved,
    ['precision'],
    () => new Trainer({ ...prepared, data: data.train, onWarning: options.onWarning }),
  );
  const obstacles = trainer.rehearse();
  if (obstacles.length)
    throw new RecipeError(
      obstacles.map(
        ({ stage, method, message }) => `${resolved.where(['stages', stage, 'methods', method])}: ${message}`,
      ),
    );
  return { ...prepared, rehearsed: true };
}
