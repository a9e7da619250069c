/** What the networks of a run are loaded for: its data, its task, what is told apart. */
import { areTextsAt, holdOut, isPlaceName, placeOfData, type Report, type Splits } from '../data/index.ts';
import { dataInput } from '../experiment/index.ts';
import { parseOwnModule } from '../own-modules.ts';
import { dataNamed, type Recipe, taskNamed, taskOf } from '../recipe/index.ts';
import type { Fits } from '../recipe/load-network.ts';
import { limited } from '../recipe/prepare.ts';
import { fitsFor } from '../recipe/told-classes.ts';
import { shortSum } from '../runs/read/inputs.ts';
import type { Task } from '../tasks/index.ts';
import { missingAt, moved, type OpenedRun, teachersOf } from './opened.ts';
import { type ChosenSamples, countSaid } from './program.ts';
import { Silence } from './silence.ts';

export interface Ground {
  /** As the recipe names it, of which each seed trains on its own part. */
  readonly whole: Splits;
  /** As the run was trained on it. */
  readonly splits: Splits;
  readonly task: Task;
  readonly fits: Fits;
}

/** How what a run names is loaded. */
export interface Loading {
  readonly report: Report;
  /** Told of each thing that is not as it should be. */
  readonly note: (text: string) => void;
}

interface GroundOptions extends Loading {
  /** In place of what the recipe names. */
  readonly data?: Splits | undefined;
  /** Of a run that a program put together. */
  readonly chosen?: ((recipe: Recipe) => Promise<ChosenSamples>) | undefined;
  /** Threads that decode photographs; as the run had them where it is left out. */
  readonly workers?: number | undefined;
}

function loadData(
  { name, options }: Recipe['data'],
  { workers, report, note }: GroundOptions,
): Promise<Splits> {
  const arePhotographs =
    !parseOwnModule(name) && isPlaceName(name) && !areTextsAt(placeOfData(name), options);
  const given = workers !== undefined && arePhotographs ? { ...options, workers } : options;
  return dataNamed(name, given, report, note);
}

function compareData({ record }: OpenedRun, whole: Splits, { note }: Loading): void {
  const before = record.inputs?.data;
  const { sha256 } = dataInput(whole);
  if (before && before.sha256 !== sha256)
    note(
      `${whole.train.name} is not what it was when the run began (its SHA-256 is ${shortSum(sha256)}…, and was ${shortSum(before.sha256)}…): what is said is of the samples that are there now`,
    );
}

/** The samples that a program chose. */
async function dataOfProgram(
  { program, record, recipe }: OpenedRun,
  { chosen }: GroundOptions,
): Promise<ChosenSamples> {
  if (!chosen)
    throw new Silence(
      `\`${program}\` put the run together, and no recipe says which samples it had: \`npx retort diagnose\` chooses them as it did`,
    );
  const found = await chosen(recipe);
  const [said, size] = [countSaid(record.settings), found.learned.size];
  if (said !== null && said !== size)
    throw new Silence(
      `the run learned from ${said} samples, and \`${program}\` of this version chooses ${size}: which those were is not known`,
    );
  return found;
}

async function dataOf(opened: OpenedRun, options: GroundOptions): Promise<Pick<Ground, 'whole' | 'splits'>> {
  const { seed, data } = opened.recipe;
  const missing = options.data ? null : missingAt(opened, ['data', 'name']);
  if (missing) throw new Silence(`${missing}; ${moved('data.name', 'PLACE')}`);
  try {
    if (opened.program !== null && !options.data) {
      const { whole, learned } = await dataOfProgram(opened, options);
      compareData(opened, whole, options);
      const splits = { ...whole, train: learned };
      return { whole: splits, splits };
    }
    const whole = options.data ?? (await loadData(data, options));
    compareData(opened, whole, options);
    const fewer = limited(whole, data.trainImages, seed);
    return { whole, splits: data.holdOut > 0 ? holdOut(fewer, data.holdOut, { seed }) : fewer };
  } catch (error) {
    throw Silence.of(error, 'the data of the run cannot be had');
  }
}

/** @throws Silence where its data is not there any more, or does not say what is told apart */
export async function groundOf(opened: OpenedRun, options: GroundOptions): Promise<Ground> {
  const { whole, splits } = await dataOf(opened, options);
  try {
    const task = await taskNamed(opened.recipe.task ?? taskOf(whole));
    const specs = Object.fromEntries(teachersOf(opened).map(([path, one]) => [path.join('.'), one]));
    const { report } = options;
    return { whole, splits, task, fits: await fitsFor(task, splits, specs, { report }) };
  } catch (error) {
    throw Silence.of(error, 'what the run learned cannot be had');
  }
}
