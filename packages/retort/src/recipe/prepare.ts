/** What a recipe names, made real: task, data, networks, stages; what does not fit is said with its place in the recipe. */
import { Generator, type nn, withGenerator } from '@retort/torch';
import {
  checkLearnable,
  checkRendering,
  checkSampling,
  DataError,
  type Dataset,
  fullRendering,
  holdOut,
  imagesOf,
  misplaced,
  mixing as mixingBy,
  permutation,
  type Rendering,
  type Report,
  type Splits,
  samplesCalled,
  subset,
  type Transform,
  textFields,
  transforms,
} from '../data/index.ts';
import { severalClasses } from '../data/several-classes.ts';
import { imageSizeDoubt, type Shown } from '../evaluate/image-size.ts';
import { tryShowing } from '../evaluate/showing.ts';
import { dataInput, type RunSettings, renderingInput } from '../experiment/index.ts';
import { drawClassifier } from '../models/classes.ts';
import { parseOwnModule } from '../own-modules.ts';
import { alone, type Ranks } from '../ranks/index.ts';
import type { Input, Inputs } from '../runs/index.ts';
import { classificationBy, judgedBy, type Task } from '../tasks/index.ts';
import { refuseFewSamples } from '../train/impossible.ts';
import {
  type Obstacle,
  refuseUnmixable,
  refuseUntrainable,
  type SettledPrecision,
  Trainer,
  TrainingError,
  warnProcess,
} from '../train/index.ts';
import type { Path } from '../words/problems.ts';
import { RecipeError } from './errors.ts';
import { type LoadedNetwork, loadNetwork, ownInput as ownModuleInput } from './load-network.ts';
import {
  checkedNetwork,
  saysSize,
  seesAsStudent,
  shownNetwork,
  specOf,
  type WrittenNetwork,
  withSpec,
} from './network.ts';
import { dataNamed, taskNamed } from './own.ts';
import type { Resolved } from './resolve.ts';
import type { Recipe } from './schema.ts';
import { shownFor } from './shown-by-default.ts';
import { stageFrom } from './stage.ts';
import { taskFor, type WithTask } from './task-by-default.ts';
import { textInputs } from './text-pair.ts';
import { fitsFor, taughtAmong } from './told-classes.ts';

/** All that a run needs. */
export interface Prepared extends RunSettings {
  readonly trainer: Trainer;
  readonly settings: WithTask;
  /** What the recipe's files hold. */
  readonly inputs: Inputs;
  /** The tokenizer of a student of texts, by the names of files. */
  readonly beside: Readonly<Record<string, string>>;
  /** Names the student's architecture for whoever loads its weights. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly evaluateEvery: number;
  readonly evaluateEverySteps: number | undefined;
  readonly evaluateAtStart: boolean | undefined;
  readonly bestOver: 'stage' | 'run' | undefined;
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
  /** Whether sizes that a recipe itself gives its networks are as whoever wrote it wants them, so that none of these is doubted. */
  readonly sizesAreChosen?: boolean | undefined;
  /** The precision of a run that is resumed, in place of the recipe's `auto`. */
  readonly precision?: SettledPrecision | undefined;
  /** The processes that train together; this one alone where it is left out. */
  readonly ranks?: Ranks | undefined;
}

/** Only so many of the training samples, drawn by the seed. */
export function limited(data: Splits, trainImages: number | undefined, seed: number): Splits {
  if (trainImages === undefined) return data;
  if (trainImages > data.train.size)
    throw new RangeError(
      `${data.train.name} has ${data.train.size} training ${samplesCalled(data.train)}, not ${trainImages}`,
    );
  const drawn = permutation(data.train.size, { seed, epoch: 0, purpose: 'subset' }).slice(0, trainImages);
  return { ...data, train: subset(data.train, drawn) };
}

const dtypes = { fp16: 'float16', fp32: 'float32' } as const;

/** Runs `body`, and says where in the recipe is what it found wrong: where the error itself names a setting, there. */
async function at<Result>(
  { where }: Resolved,
  path: Path,
  body: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof RecipeError) throw error;
    const about = error instanceof TrainingError ? (error.at ?? path) : path;
    throw new RecipeError([`${where(about)}: ${error.message}`], { cause: error });
  }
}

/** What a recipe's modules hold, by what they are to the run. */
async function ownInputs(named: Readonly<Record<string, string>>): Promise<Record<string, Input>> {
  const own = Object.entries(named).filter(([, name]) => parseOwnModule(name));
  return Object.fromEntries(
    await Promise.all(
      own.map(async ([what, name]) => [`${what}.module`, await ownModuleInput(name)] as const),
    ),
  );
}

/** Several teachers see one rendering. @throws RangeError where they want several */
export function teachersRendering([first, ...others]: readonly (Rendering | undefined)[]):
  | Rendering
  | undefined {
  if (others.some((other) => JSON.stringify(other) !== JSON.stringify(first)))
    throw new RangeError('all teachers of a run are shown the same: give them one `input`');
  return first;
}

/** @throws RangeError for a loss of classes, where what is learned are others */
function refuseLoss({ task }: WithTask): void {
  if (task !== 'classification')
    throw new RangeError(
      `is that of the task classification, and by what the data has the task is ${task}: leave it out`,
    );
}

/** @throws RangeError for a transform that would move what boxes are around, and not them */
function refuseMisplaced(changes: readonly Transform[], train: Dataset): void {
  for (const change of changes) {
    const wrong = misplaced(change, train);
    if (wrong !== null)
      throw new RangeError(
        `${change.name} ${wrong}: leave it out, or take flip, resize-shortest, scale-jitter, random-crop, random-iou-crop, resize or color-jitter`,
      );
  }
}

/** @throws RangeError for transforms of texts, of which there are none @param probe  of which they may be */
function ofImagesAlone<Named extends { readonly name: string }>(
  transforms: readonly Named[],
  train: Dataset,
  probe: Recipe['probe'],
): readonly Named[] {
  const [first] = transforms;
  if (first && textFields(train).length > 0)
    throw new RangeError(
      probe?.protocol
        ? `the protocol ${probe.protocol} of probes changes images by chance, and the samples of ${train.name} are texts: what features of texts are worth says the protocol features (retort probe)`
        : `${first.name} changes images, and the samples of ${train.name} are texts: leave it out`,
    );
  return transforms;
}

/** @throws RangeError for views of texts, which are all alike */
function refuseAlike({ cache }: Recipe, train: Dataset): void {
  if (cache?.views !== undefined && cache.views > 1 && textFields(train).length > 0)
    throw new RangeError(
      `texts are not changed from epoch to epoch, so that ${cache.views} views of them would be asked for and be all alike: leave it out, or say 1`,
    );
}

/** A student that is probed, with a new classifier. @throws RangeError for one of fresh weights, and for another task than a classification; DataError for data of one class */
function probedNetwork(student: WrittenNetwork, { name }: Task, train: Dataset): WrittenNetwork {
  const spec = specOf(student);
  if (spec.file === null)
    throw new RangeError(
      `the student ${shownNetwork(student)} has fresh weights, and a probe says what features are worth that were learned: name its weights, as ${shownNetwork(student)}:FILE`,
    );
  if (name !== 'classification')
    throw new RangeError(`a probe tells classes apart, and the task is ${name}: leave one of them out`);
  severalClasses(train);
  return checkedNetwork(
    withSpec({ ...(typeof student === 'string' ? {} : student), newHead: true }, spec),
    true,
  );
}

/** @throws DataError where no score can be made of images that were held out */
function refuseUnjudged(task: Task, train: Dataset): void {
  if (task.metrics(train).length > 0) return;
  throw new DataError(
    `nothing of ${train.name} can be judged, as its ${samplesCalled(train)} have no labels, so that no epoch is chosen by those that are held out: leave out holdOut`,
  );
}

/**
 * Loads and makes what a recipe names, and tries it: class counts, sizes of images, weights, paths of features, shapes of projectors.
 *
 * @throws RecipeError with a sentence for each thing that does not fit, and where the recipe says it
 * @example await run({ ...(await prepare(readRecipe('kd.yaml'))), out: 'runs/kd' });
 */
export async function prepare(resolved: Resolved, options: PrepareOptions = {}): Promise<Prepared> {
  const { recipe: asked } = resolved;
  const { onWarning, report } = options;
  const { seed, batchSize, evaluation, checkpoint, teacherCheck, log, task: taskName, metrics } = asked;
  const { name: dataName, options: dataOptions, trainImages, holdOut: part } = asked.data;
  const judged = (task: Task): Promise<Task> =>
    at(resolved, ['metrics'], () => (metrics ? judgedBy(task, metrics) : task));
  // Not after data that may take long to come.
  const askedTask =
    taskName === undefined ? null : await judged(await at(resolved, ['task'], () => taskNamed(taskName)));
  const found = await at(
    resolved,
    ['data'],
    () => options.data ?? dataNamed(dataName, dataOptions, report, onWarning),
  );
  await at(resolved, ['data', 'name'], () => checkLearnable(found));
  const recipe = shownFor(taskFor(asked, found), found.train);
  const taskAsNamed = askedTask ?? (await judged(await taskNamed(recipe.task)));
  await at(resolved, metrics ? ['metrics'] : ['data', 'name'], () => taskAsNamed.metrics(found.test));
  await at(resolved, ['cache', 'views'], () => refuseAlike(recipe, found.train));
  const fewer = await at(resolved, ['data', 'trainImages'], () => limited(found, trainImages, seed));
  const data =
    part > 0
      ? await at(resolved, ['data', 'holdOut'], () => {
          refuseUnjudged(taskAsNamed, fewer.train);
          return holdOut(fewer, part, { seed });
        })
      : fewer;
  const { loss } = recipe;
  const task = loss
    ? await judged(
        await at(resolved, ['loss'], () => {
          refuseLoss(recipe);
          return classificationBy(loss, data.train);
        }),
      )
    : taskAsNamed;
  const { sampling: by, repeats, mixing: written } = recipe.data;
  const sampling = { by, repeats };
  await at(resolved, ['data', 'sampling'], () => checkSampling(data.train, { by }));
  await at(resolved, ['data', 'repeats'], () => checkSampling(data.train, { repeats }));
  const mixing = written && mixingBy(written);
  await at(resolved, ['data', 'mixing'], () =>
    refuseUnmixable({ task, batchSize, mixing, sampling, cached: recipe.cache !== undefined }),
  );
  const specs = recipe.teachers ?? (recipe.teacher === undefined ? {} : { teacher: recipe.teacher });
  const fits = await at(resolved, ['data'], () => fitsFor(task, data, specs, { report }));
  // Data as a whole, of which each seed draws its own part.
  const inputs: Record<string, Input> = {
    data: dataInput(found, `${dataName}: ${found.source}`),
    ...(await at(resolved, [], () => ownInputs({ data: dataName, task: recipe.task }))),
  };
  const areTexts = textFields(data.train).length > 0;
  const checkInput = (who: string, path: Path, rendering: Rendering | undefined): Promise<void> =>
    at(resolved, [...path, 'input'], () => {
      if (areTexts) return;
      const kind = imagesOf(data.train);
      checkRendering(`${data.train.name}, as the ${who} is shown it`, kind, fullRendering(kind, rendering));
    });
  // The same whichever seed a run has, as what a teacher is stays the same.
  using heads = new Generator(0n);
  const teachers: Record<string, nn.Layer> = {};
  const shown: Shown[] = [];
  const isDoubted = (network: WrittenNetwork): boolean => !options.sizesAreChosen || !saysSize(network);
  const asking: (LoadedNetwork & { readonly path: Path; readonly seesAsStudent: boolean })[] = [];
  for (const [name, network] of Object.entries(specs)) {
    const path = recipe.teachers ? ['teachers', name] : ['teacher'];
    const asStudent = seesAsStudent(network);
    const loaded = await at(resolved, path, async () => {
      const read = { onWarning, report, generator: heads, beside: 'student' } as const;
      if (asStudent && areTexts)
        throw new RangeError('`input: student` is of images, and each network of texts has its own tokens');
      return loadNetwork(path.join('.'), await taughtAmong(task, data.train, network, read), fits, read);
    });
    if (!asStudent) await checkInput('teacher', path, loaded.rendering);
    teachers[name] = loaded.model;
    if (isDoubted(network)) shown.push({ whose: 'teacher', ...loaded });
    asking.push({ ...loaded, path, seesAsStudent: asStudent });
    Object.assign(inputs, loaded.inputs);
  }
  using generator = new Generator(BigInt(seed));
  const { probe } = recipe;
  const asStudent = probe
    ? await at(resolved, ['probe'], () => probedNetwork(recipe.student, task, data.train))
    : recipe.student;
  const student = await at(resolved, ['student'], () =>
    loadNetwork('student', asStudent, fits, { onWarning, report, generator, trained: true }),
  );
  if (probe)
    await at(resolved, ['probe'], () =>
      withGenerator(generator, () => drawClassifier(student.model, probe.std)),
    );
  await checkInput('student', ['student'], student.rendering);
  Object.assign(inputs, student.inputs);
  if (isDoubted(recipe.student)) shown.push({ whose: 'student', ...student });
  for (const { path } of asking.filter((teacher) => teacher.seesAsStudent))
    inputs[`${path.join('.')}.input`] = renderingInput(student.rendering, shownNetwork(recipe.student));

  const { config } = student.metadata;
  const stages = recipe.stages.map((stage) => stageFrom(stage, probe));
  for (const [i, stage] of stages.entries())
    await at(resolved, ['stages', i, 'freeze'], () => refuseUntrainable(stage, student.model, []));
  const precision = options.precision ?? recipe.precision;
  const [ownInput, ...wanted] = areTexts
    ? await at(resolved, [], () =>
        textInputs([{ ...student, path: ['student'] }, ...asking], resolved, data.train),
      )
    : [student, ...asking.map((teacher) => (teacher.seesAsStudent ? student : teacher))].map(
        ({ rendering }) => rendering,
      );
  const teacherInput = await at(resolved, ['teachers'], () => teachersRendering(wanted));
  const renderings = { student: ownInput, teacher: teacherInput };
  const changes = await at(resolved, ['data', 'train'], () =>
    ofImagesAlone(recipe.data.train, data.train, probe).map(({ name, ...given }) => {
      const definition = transforms[name];
      if (!definition) throw new RangeError(`there is no transform '${name}'`);
      return definition.create(given);
    }),
  );
  await at(resolved, ['data', 'train'], () => refuseMisplaced(changes, data.train));
  await at(resolved, ['data'], async () => {
    const teaches = Object.keys(teachers).length > 0;
    await tryShowing(data.train, { renderings, transforms: changes, mixing }, teaches);
    for (const judging of [data.test, ...(data.validation ? [data.validation] : [])])
      await tryShowing(judging, { renderings }, teaches);
  });
  await at(resolved, ['batchSize'], () => refuseFewSamples(options.ranks ?? alone, batchSize));
  // What is left that could be wrong: the stages' names and sums were checked with the recipe.
  const trainer = await at(
    resolved,
    [],
    () =>
      new Trainer({
        student: student.model,
        teachers,
        stages,
        task,
        data: data.train,
        batchSize,
        transforms: changes,
        mixing,
        sampling,
        renderings,
        precision,
        seed,
        cache: recipe.cache && { ...recipe.cache, dtype: dtypes[recipe.cache.dtype] },
        onWarning,
        ranks: options.ranks,
        syncBatchNorm: recipe.syncBatchNorm,
      }),
  );
  const obstacle = (obstacles: readonly Obstacle[]): RecipeError =>
    new RecipeError(
      obstacles.map(
        ({ stage, method, message }) => `${resolved.where(['stages', stage, 'methods', method])}: ${message}`,
      ),
    );
  const obstacles = await trainer.rehearse();
  if (obstacles.length) throw obstacle(obstacles);
  const warn = onWarning ?? warnProcess;
  for (const network of shown) {
    const doubt = await imageSizeDoubt(network, data.train, { task, renderings, transforms: changes });
    if (doubt) warn(doubt);
  }
  return {
    trainer,
    data,
    settings: recipe,
    inputs,
    beside: ownInput?.tokenizer?.files() ?? {},
    metadata: {
      model: student.name,
      task: recipe.task,
      ...(metrics ? { metrics: metrics.join() } : {}),
      data: dataName,
      classes: String(fits.options.classes),
      ...(fits.options.channels === undefined ? {} : { channels: String(fits.options.channels) }),
      ...(fits.labels ? { labels: JSON.stringify(fits.labels) } : {}),
      recipe: recipe.name,
      ...(config === undefined ? {} : { config }),
      ...(ownInput ? { input: JSON.stringify(ownInput) } : {}),
      ...(areTexts ? { texts: String(textFields(data.train).length) } : {}),
    },
    evaluateEvery: evaluation.every,
    evaluateEverySteps: evaluation.everySteps,
    evaluateAtStart: evaluation.atStart,
    bestOver: evaluation.best,
    teacherCheck,
    checkpoint,
    log,
  };
}
