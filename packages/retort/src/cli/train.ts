/** `retort train`, `retort distill` and `retort resume`. */
import fs from 'node:fs';
import path from 'node:path';
import {
  areBoxesAt,
  areTextsAt,
  boxesDatasets,
  datasets,
  isPlaceName,
  placeOfData,
  textDatasets,
} from '../data/index.ts';
import { defaults } from '../defaults.ts';
import type { Result } from '../experiment/index.ts';
import { networkText } from '../models/index.ts';
import { parseOwnModule } from '../own-modules.ts';
import { restartsOf } from '../ranks/placement.ts';
import {
  checkedNetwork,
  forBoxes,
  forPhotographs,
  forTexts,
  otherRun,
  type Resolved,
  readRecipe,
  recipeOf,
  recipeTextWithKeys,
  specOf,
  type WrittenNetwork,
  withSeed,
} from '../recipe/index.ts';
import {
  changesOf,
  inTodaysWords,
  isLonger,
  programOf,
  RunError,
  type RunRecord,
  readRecord,
  refuseEdited,
  refuseOtherInputs,
  type Spread,
  spread,
} from '../runs/index.ts';
import { refuseRun } from './hidden-runs.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { UsageError } from './load.ts';
import { dataOptions, networkWritten } from './network-flags.ts';
import { say, tell } from './output.ts';
import { Progress } from './progress.ts';
import { resumeHere, thisPlace } from './ranks/be-rank.ts';
import { joined, refuseOtherRuns } from './ranks/join.ts';
import { launched, type RankFlags } from './ranks/launched.ts';
import { predecessorEnded } from './ranks/predecessor.ts';
import { runRecipe } from './run-recipe.ts';
import { scoreName, scoresOf, scoreText, scoreUnit } from './scores.ts';
import { counted, table } from './table.ts';

/** What a short command line says instead of a recipe; the schema has what it leaves out. */
export interface TrainFlags {
  readonly data: string;
  /** As a recipe has them, in YAML. */
  readonly dataOptions?: string;
  readonly student: string;
  readonly teacher?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly lr?: number;
  readonly momentum?: number;
  readonly weightDecay?: number;
  readonly schedule?: string;
  readonly augment: boolean;
  /** Of photographs, as the student sees them. */
  readonly size?: number;
  readonly trainImages?: number;
  readonly precision?: string;
  readonly seed?: number;
  /** Of a student with a teacher. */
  readonly method?: string;
  readonly temperature?: number;
  readonly alpha?: number;
  readonly gamma?: number;
  readonly teacherCheck?: boolean;
}

/** How a recipe is run, whatever it says. */
export interface RunFlags extends RankFlags {
  readonly out?: string;
  /** Runs it so many times, with the seeds from the recipe's on. */
  readonly seeds?: number;
  /** Shows the resolved recipe and runs nothing. */
  readonly print?: boolean;
  readonly json?: boolean;
}

/** What a network or data set is called in the name of a folder: of one's own by what is exported, of a file by its name. */
export const folderName = (text: string): string =>
  parseOwnModule(text)?.name ?? path.basename(path.resolve(text));

/** What was said: a method may not have the options that were not. */
const given = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** A student, which may be written in keys; what is wrong with a name is for the recipe to say. */
const networkOf = (student: string): WrittenNetwork =>
  student.trimStart().startsWith('{') ? checkedNetwork(networkWritten('--student', student), true) : student;

/** The recipe that flags stand for, and what was chosen in it for photographs, a line each. @throws UsageError */
async function recipeFrom(
  flags: TrainFlags & RunFlags,
): Promise<{ resolved: Resolved; remarks: readonly string[] }> {
  const { data, student, teacher, trainImages, augment, batchSize, precision, seed, size } = flags;
  const { lr, momentum, weightDecay, temperature, alpha, gamma } = flags;
  const options = dataOptions(flags.dataOptions);
  const isPlace = !Object.hasOwn(datasets, data) && isPlaceName(data) && !parseOwnModule(data);
  const areTexts = textDatasets.includes(data) || (isPlace && areTextsAt(placeOfData(data), options));
  const areBoxes = boxesDatasets.includes(data) || (isPlace && areBoxesAt(placeOfData(data)));
  const arePhotographs = isPlace && !areTexts && !areBoxes;
  if (size !== undefined && areBoxes)
    throw new UsageError(
      `--size is of images that are made square, and those of ${data} have boxes and are seen whole: in a recipe say student.input.shortest and longest`,
    );
  if (size !== undefined && !arePhotographs)
    throw new UsageError(`--size is of photographs in files, and the images of ${data} have a size`);
  const written = networkOf(student);
  const photographs = arePhotographs ? await forPhotographs({ ...flags, student: written }) : null;
  const texts = areTexts ? forTexts : areBoxes ? forBoxes(batchSize) : null;
  const {
    epochs = defaults.epochs,
    schedule,
    optimizer,
    clipNorm,
  } = {
    optimizer: { name: 'sgd' },
    ...photographs?.stage,
    ...texts?.stage,
    ...given({ epochs: flags.epochs, schedule: flags.schedule }),
  } as Partial<NonNullable<typeof photographs>['stage']>;
  const method =
    teacher === undefined
      ? areTexts || areBoxes
        ? 'supervised'
        : 'cross-entropy'
      : given({ name: flags.method ?? defaults.method, temperature, alpha, gamma });
  const resolved = recipeOf(
    {
      name: `${folderName(networkText(specOf(written)))}-${folderName(data)}`,
      seed,
      data: { name: data, options, train: augment ? photographs?.train : [], trainImages },
      student: photographs?.student ?? written,
      teacher: teacher === undefined ? undefined : networkWritten('--teacher', teacher),
      teacherCheck: flags.teacherCheck,
      batchSize: batchSize ?? texts?.batchSize,
      precision,
      stages: [
        {
          epochs,
          methods: [method],
          optimizer: { ...optimizer, ...given({ lr, momentum, weightDecay }) },
          schedule,
          clipNorm,
        },
      ],
    },
    'the command line',
    { weightsMayCome: flags.print },
  );
  const reasons = (photographs ?? texts)?.reasons ?? [];
  // What is said of learning above is of what flags leave out.
  const otherwise = Object.entries(given({ lr, momentum, weightDecay, schedule: flags.schedule })).map(
    ([key, value]) => `${key} ${value}`,
  );
  if (reasons.length > 0 && !augment && photographs) otherwise.push('images as they are');
  const remarks =
    otherwise.length > 0 && reasons.length > 0
      ? [...reasons, `but otherwise, as flags say: ${otherwise.join(', ')}`]
      : reasons;
  return { resolved, remarks };
}

function defaultOut(name: string): string {
  const now = new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  return `runs/${name}-${now}`;
}

/** Runs a recipe as asked for, once or with several seeds. @param remarks  of what was chosen in it, a line each */
export async function runAs(
  resolved: Resolved,
  flags: RunFlags,
  remarks: readonly string[] = [],
): Promise<void> {
  const { recipe, missing } = resolved;
  if (flags.print) {
    for (const sentence of [...resolved.remarks, ...missing]) tell(sentence);
    say(flags.json ? JSON.stringify(recipe, null, 2) : recipeTextWithKeys(recipe, remarks).trimEnd());
    return;
  }
  if (flags.out === '')
    throw new UsageError(`--out is empty: name a folder, or leave it out for ${defaultOut(recipe.name)}`);
  const out = flags.out ?? defaultOut(recipe.name);
  if (await launched(flags, recipe.batchSize, out)) return;
  const progress = new Progress();
  for (const remark of [...resolved.remarks, ...remarks]) progress.line(remark);
  const signal = stopOnInterrupt((line) => progress.line(line));
  const ranks = await joined(flags, signal);
  const again = (ranks?.restarts ?? restartsOf(process.env)) > 0;
  if (flags.seeds === undefined) {
    if (again) await predecessorEnded(out);
    const before = again ? begun(resolved, out) : null;
    if (ranks) refuseOtherRuns(ranks, [before]);
    const result =
      (before && finished(before)) ??
      (await runRecipe(resolved, { progress, signal, out, remarks, resume: before !== null, ranks }));
    await ranks?.leave();
    return print(result, recipe, flags.json ?? false);
  }
  if (!ranks?.rank) refuseRun(out, '--seeds');
  const folders = Array.from({ length: flags.seeds }, (_, i) => path.join(out, `seed-${recipe.seed + i}`));
  if (again) for (const folder of folders) await predecessorEnded(folder);
  const seeds = folders.map((folder, i) => {
    const seed = recipe.seed + i;
    const seeded = { ...resolved, recipe: withSeed(recipe, seed) };
    return { seed, folder, seeded, before: begun(seeded, folder) };
  });
  // All are of the same teachers and data, those that are there already too.
  const [first, ...others] = seeds.flatMap(({ folder, before }) =>
    before?.inputs ? { folder, inputs: before.inputs } : [],
  );
  for (const { inputs } of others) if (first) refuseOtherInputs(first.folder, first.inputs, inputs);
  if (ranks)
    refuseOtherRuns(
      ranks,
      seeds.map(({ before }) => before),
    );
  let like = first;
  const results: { seed: number; result: Result }[] = [];
  for (const { seed, folder, seeded, before } of seeds) {
    progress.line(`seed ${seed}:`);
    const result =
      (before && finished(before)) ??
      (await runRecipe(seeded, {
        progress,
        signal,
        out: folder,
        resume: before !== null,
        like,
        remarks,
        ranks,
      }));
    const { inputs } = readRecord(folder);
    if (inputs) like ??= { folder, inputs };
    results.push({ seed, result });
    if (result.stopped) break;
  }
  await ranks?.leave();
  printSeeds(results, flags.json ?? false);
}

/** The run of a recipe that is in its folder, of which it may have come to nothing yet. @throws UsageError if it is of another recipe */
function begun(resolved: Resolved, folder: string): RunRecord | null {
  if (!fs.existsSync(path.join(folder, 'run.json'))) return null;
  const record = readRecord(folder);
  refuseEdited(folder, record);
  refuseOthers(resolved, folder, record);
  return record;
}

/** The result of a run that is done with. */
function finished({ status, result }: RunRecord): Result | null {
  // Written by `run`.
  return status === 'finished' ? (result as unknown as Result) : null;
}

/** What another recipe left is neither this one's result nor resumed. */
function refuseOthers({ recipe }: Resolved, folder: string, record: RunRecord): void {
  const sentence = otherRun(recipe, folder, record);
  if (sentence !== null) throw new UsageError(sentence);
}

/** `retort train` and `retort distill` with flags. */
export async function trainCommand(flags: TrainFlags & RunFlags): Promise<void> {
  const { resolved, remarks } = await recipeFrom(flags);
  return runAs(resolved, flags, remarks);
}

/** `retort distill recipe.yaml key=value …`. */
export function recipeCommand(file: string, overrides: readonly string[], flags: RunFlags): Promise<void> {
  return runAs(readRecipe(file, { overrides, weightsMayCome: flags.print }), flags);
}

/** `retort resume`. */
export async function resumeCommand(
  folder: string,
  overrides: readonly string[],
  flags: RankFlags & { readonly json?: boolean; readonly takeOver?: boolean },
): Promise<void> {
  // All may have died once more when all was done, which not every rank is told.
  const again = restartsOf(process.env) > 0 || thisPlace() !== null;
  if (again) await predecessorEnded(folder);
  const record = readRecord(folder);
  const { settings, status } = record;
  const program = programOf(settings);
  if (program !== null)
    throw new UsageError(
      `${folder} is a run of \`${program}\`, which begins anew each time: nothing can resume it, and that command makes others in a folder beside it`,
    );
  const nothingLeft = (last: number) =>
    new UsageError(
      `${folder} is finished: there is nothing to resume, unless its last stage gets more epochs, e.g. npx retort resume ${folder} stages.${last}.epochs=N`,
    );
  const last = Array.isArray(settings.stages) ? settings.stages.length - 1 : 0;
  if (status === 'finished' && overrides.length === 0 && !again) throw nothingLeft(last);
  refuseEdited(folder, record);
  const resolved = recipeOf(inTodaysWords(settings), path.join(folder, 'run.json'), {
    overrides,
    weightsMayCome: true,
  });
  if (resolved.missing.length) {
    const isOfData = resolved.missing.every((sentence) => sentence.includes('run.json: data.name: '));
    const cure = isOfData
      ? 'bring it back there'
      : `where it has moved, say so, as npx retort resume ${folder} teacher=NAME:FILE`;
    throw new RunError(`${resolved.missing.join('; ')}; ${cure}`);
  }
  const given = overrides.map((text) => text.split('=', 1)[0] ?? '');
  if (overrides.length) changesOf(folder, record, resolved.recipe, given);
  const done = isLonger(record, resolved.recipe) ? null : finished(record);
  if (done && !again) throw nothingLeft(last);
  if (await launched(flags, resolved.recipe.batchSize, folder)) return;
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const { takeOver } = flags;
  const resume = overrides.length ? 'change' : true;
  const ranks = await joined(flags, signal);
  if (ranks) refuseOtherRuns(ranks, [record]);
  const result =
    done ?? (await runRecipe(resolved, { progress, signal, out: folder, resume, takeOver, ranks }));
  await ranks?.leave();
  print(result, resolved.recipe, flags.json ?? false);
}

/** How many epochs are done: the last of them, or with a share of one that was on its way. */
const epochsText = (epochs: number): string =>
  Number.isInteger(epochs) && epochs > 0 ? `epoch ${epochs}` : `${epochs.toFixed(2)} epochs`;

/** Which epoch is the best, and that its weights are those of the run: each stage has a best of its own, unless the recipe has one of all. */
function chosenText({ headline, best, after }: Result, { stages, evaluation }: Resolved['recipe']): string {
  if (!headline || !best) return '';
  const { metric } = headline;
  const score = `${scoreName(metric)} ${scoreText(metric, best[metric] ?? Number.NaN)}`;
  const ofOneStage = stages.length > 1 && evaluation.best !== 'run';
  const all = evaluation.everySteps || evaluation.atStart ? 'of all evaluations' : 'of all epochs';
  const among = ofOneStage ? 'of the last stage that was evaluated' : all;
  const epoch = after ? `, after ${epochsText(after.best)}` : '';
  return `best ${among}: ${score}${epoch}, whose weights are those that the run is evaluated by; `;
}

function print(result: Result, recipe: Resolved['recipe'], json: boolean): void {
  if (result.stopped) process.exitCode = 130;
  if (json) {
    // Of a probe it is part of the result by which settings it was made.
    const { probe } = recipe;
    say(JSON.stringify(probe ? { protocol: probe.protocol ?? null, settings: recipe, ...result } : result));
    return;
  }
  const { teacher, last, after } = result;
  const names = scoresOf(last ?? teacher ?? {}).map(([name]) => name);
  const row = (whose: string, scores: Readonly<Record<string, number>>): string[] => [
    whose,
    ...names.map((name) => (scores[name] === undefined ? '-' : scoreText(name, scores[name]))),
  ];
  // Of several the first one's scores are kept.
  const [first, ...others] = Object.keys(recipe.teachers ?? {});
  const taught = others.length > 0 ? `teacher ${first}, the first of ${others.length + 1}` : 'teacher';
  // Of scores beside the teacher it has none.
  const hasAny = teacher && names.some((name) => teacher[name] !== undefined);
  const rows = [
    ...(hasAny ? [row(taught, teacher)] : []),
    ...(last ? [row(after?.last ? `student, epoch ${after.last}` : 'student', last)] : []),
  ];
  if (rows.length && names.length) say(table(['', ...names.map(scoreName)], rows));
  const chosen = chosenText(result, recipe);
  const ended = `after ${counted(result.epochs, 'epoch')}; in ${result.out}`;
  say(
    `${chosen}${result.stopped ? `stopped ${ended}: ${resumeHere(result.out ?? '')}` : `finished ${ended}`}`,
  );
}

function printSeeds(results: readonly { seed: number; result: Result }[], json: boolean): void {
  if (results.some(({ result }) => result.stopped)) process.exitCode = 130;
  const whole = results.filter(({ result }) => !result.stopped);
  const metric = whole[0]?.result.headline?.metric ?? '';
  const scores = (which: 'last' | 'best') => whole.flatMap(({ result }) => result[which]?.[metric] ?? []);
  const [last, best] = [scores('last'), scores('best')];
  const summary = last.length ? { metric, last: spread(last), best: spread(best) } : null;
  if (json) {
    say(JSON.stringify({ seeds: results, ...summary }));
    return;
  }
  if (!summary) {
    say(
      whole.length
        ? 'the task has no score by which seeds could be compared'
        : 'stopped before the first seed was done: the same command resumes it',
    );
    return;
  }
  const text = (value: number | undefined): string => (value === undefined ? '-' : scoreText(metric, value));
  const rows = whole.map(({ seed, result }) => [
    `seed ${seed}`,
    text(result.last?.[metric]),
    text(result.best?.[metric]),
  ]);
  const shown = ({ mean, deviation }: Spread): string => `${text(mean)} ± ${text(deviation)}`;
  const name = scoreUnit(metric);
  say(
    table(
      ['', `last ${name}`, `best ${name}`],
      [...rows, ['mean', shown(summary.last), shown(summary.best)]],
    ),
  );
}
