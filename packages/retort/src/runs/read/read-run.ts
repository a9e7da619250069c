/** Reads what a run left, or leaves just now: also one that failed, or was copied from elsewhere. */
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type Headline, isBetter } from '../../headline.ts';
import { isAlive } from '../../system/process.ts';
import { edited } from './changes.ts';
import { describe } from './describe.ts';
import { inTodaysWords } from './earlier.ts';
import type { Inputs } from './inputs.ts';
import { type Latencies, type Latency, latenciesIn, noLatencies } from './latency.ts';
import { readLog } from './log.ts';
import { headlineSchema, type RunRecord, readRecord } from './record.ts';
import { scalarsOf, termsOf } from './scalars.ts';

/** As `run.json` has it, and `killed` where it says `running` but the process is gone. */
export type RunStatus = 'running' | 'finished' | 'stopped' | 'failed' | 'killed';

/** A score of the student on the test split. */
export interface Score {
  /** When it was last evaluated after an epoch. */
  readonly last: number | null;
  /**
   * Where it was best by the headline on the samples held out (on the test split where there are none), in the last stage that was evaluated, or with `evaluation.best: run` of its
   * settings in any.
   */
  readonly best: number | null;
}

/** The numbers of an epoch, by their tags (see `scalarsOf`). */
export interface EpochSummary {
  /** From 0. */
  readonly stage: number;
  readonly epoch: number;
  readonly seconds: number;
  readonly scalars: Readonly<Record<string, number>>;
  /** Which of the tags are of terms of the loss, each times its weight. */
  readonly terms: readonly string[];
}

export interface RunSummary {
  readonly folder: string;
  readonly status: RunStatus;
  /** The machine it ran on by its name, where that is not this one. */
  readonly elsewhere: string | null;
  /** Networks are called as `SOURCE[:FILE[#KEY]]`, whichever way the recipe has them; several teachers with `+` between them. */
  readonly student: string | null;
  readonly teacher: string | null;
  readonly method: string | null;
  readonly data: string | null;
  readonly epochsDone: number;
  readonly epochsTotal: number | null;
  /** The score by which the best weights were chosen; null where the task has none. */
  readonly headline: Headline | null;
  /** The student's scores on the test split, by name. */
  readonly scores: Readonly<Record<string, Score>>;
  /** The teacher's on the test split, by name; null where it was not evaluated. */
  readonly teacherScores: Readonly<Record<string, number>> | null;
  /** Of the student; null until the run has ended. */
  readonly parameters: number | null;
  /** Of the student, for one sample; null until the run is finished, where they could not be counted, and for runs that did not say so. */
  readonly multiplyAdds: number | null;
  /** How long the student takes, where that was measured. */
  readonly latencies: readonly Latency[];
  /** In training, evaluation aside. */
  readonly seconds: number;
  readonly started: string;
  readonly ended: string | null;
  /** What a failed run said. */
  readonly error: string | null;
  /** In today's words, also where an earlier version wrote them down. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<string, unknown>>;
  readonly machine: Readonly<Record<string, unknown>>;
  /** In which it was computed; null for runs that did not say so. */
  readonly precision: string | null;
  /** What it was begun with, by content; null for runs that did not say so. */
  readonly inputs: Inputs | null;
  readonly epochs: readonly EpochSummary[];
  /** A sentence for each thing that could not be read. */
  readonly notes: readonly string[];
}

function numberIn(record: unknown, key: string): number | null {
  const parsed = z.looseObject({ [key]: z.number() }).safeParse(record);
  return parsed.success ? (parsed.data[key] ?? null) : null;
}

const scoresSchema = z.record(z.string(), z.unknown());

/** Scores by name out of a record: how many samples and how fast is none. */
function scoresIn(record: unknown): Readonly<Record<string, number>> | null {
  const parsed = scoresSchema.safeParse(record);
  if (!parsed.success) return null;
  const found = Object.entries(parsed.data).filter(
    ([name, value]) => typeof value === 'number' && !/^(samples|images)(PerSecond)?$/.test(name),
  );
  return Object.fromEntries(found) as Record<string, number>;
}

/** Versions before this one knew classifiers alone. */
const ofBefore: Headline = { metric: 'top1', better: 'higher' };

function headlineOf({ headline, result }: RunRecord, epochs: readonly EpochSummary[]): Headline | null {
  if (headline !== undefined) return headline;
  if (result?.headline === null) return null;
  const stated = headlineSchema.safeParse(result?.headline);
  if (stated.success) return stated.data;
  const isKnown = epochs.length === 0 || epochs.some(({ scalars }) => 'test/top1' in scalars);
  return isKnown ? ofBefore : null;
}

const under = (split: string, { scalars }: EpochSummary): Readonly<Record<string, number>> =>
  scoresIn(
    Object.fromEntries(
      Object.entries(scalars).flatMap(([tag, value]) =>
        tag.startsWith(`${split}/`) ? [[tag.slice(split.length + 1), value]] : [],
      ),
    ),
  ) ?? {};

const isEvaluated = ({ scalars }: EpochSummary): boolean =>
  Object.keys(scalars).some((tag) => tag.startsWith('test/'));

/**
 * The best test scores by the headline, the first of equals; the last where there is none.
 *
 * @param evaluated  in their order, also between two steps
 * @param over  among those of the last stage, or of all
 */
function best(
  evaluated: readonly EpochSummary[],
  headline: Headline | null,
  over: 'stage' | 'run',
): Readonly<Record<string, number>> | null {
  const stage = evaluated.at(-1)?.stage;
  let found: { readonly score: number; readonly epoch: EpochSummary } | null = null;
  for (const epoch of evaluated.filter((one) => over === 'run' || one.stage === stage)) {
    const of = headline?.metric ?? '';
    const score = epoch.scalars[`validation/${of}`] ?? epoch.scalars[`test/${of}`];
    if (headline === null) found = { score: 0, epoch };
    else if (score !== undefined && (!found || isBetter(headline, score, found.score)))
      found = { score, epoch };
  }
  return found && under('test', found.epoch);
}

/** Whether each stage of a run has a best of its own, or all have one. */
function bestOver(settings: unknown): 'stage' | 'run' {
  const parsed = z.looseObject({ evaluation: z.looseObject({ best: z.string() }) }).safeParse(settings);
  return parsed.success && parsed.data.evaluation.best === 'run' ? 'run' : 'stage';
}

/** What has the name in a record, and not what any object has. */
const own = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** The headline's score: of the last evaluation, and of the best weights. @example headlineScore(readRun('runs/kd'))?.last */
export const headlineScore = ({ headline, scores }: Pick<RunSummary, 'headline' | 'scores'>): Score | null =>
  (headline && own(scores, headline.metric)) ?? null;

/** The headline's score of the teacher; null where it was not evaluated. */
export const teacherScore = ({
  headline,
  teacherScores,
}: Pick<RunSummary, 'headline' | 'teacherScores'>): number | null =>
  (headline && teacherScores && own(teacherScores, headline.metric)) ?? null;

/** What a line of `metrics.jsonl` says of an epoch, or of an evaluation between two steps. */
export interface LoggedEpoch extends EpochSummary {
  /** Whether it is the line of an epoch that is done. */
  readonly isWhole: boolean;
}

/** What a run logged. */
export interface Logged {
  /** In their order. */
  readonly epochs: readonly LoggedEpoch[];
  /** As its last line says it. */
  readonly epochsTotal: number | null;
  /** A sentence for each line that could not be read. */
  readonly notes: readonly string[];
}

/** Null for the line of a step. @example loggedEpoch({ epoch: 1, losses: { loss: 2 } })?.scalars // { 'train/loss': 2 } */
export function loggedEpoch(line: Readonly<Record<string, unknown>>): LoggedEpoch | null {
  const epoch = numberIn(line, 'epoch');
  if (line.kind === 'step' || epoch === null) return null;
  const [stage, seconds] = [numberIn(line, 'stage') ?? 0, numberIn(line, 'seconds') ?? 0];
  const isWhole = line.kind === undefined;
  return { isWhole, stage, epoch, seconds, scalars: scalarsOf(line), terms: termsOf(line) };
}

function loggedIn(folder: string): Logged {
  const { records, notes } = readLog(path.join(folder, 'metrics.jsonl'));
  const epochs = records.flatMap((line) => loggedEpoch(line) ?? []);
  return { epochs, epochsTotal: numberIn(records.at(-1), 'epochs'), notes };
}

/** Whether a run is what its record says it is, as far as it can be seen from this machine. */
export function statusOf({
  status,
  host,
  process,
}: Pick<RunRecord, 'status' | 'host' | 'process'>): Pick<RunSummary, 'status' | 'elsewhere'> {
  const elsewhere = host !== undefined && host !== os.hostname() ? host : null;
  // What lives elsewhere cannot be seen from here, and of what has ended it is not asked.
  if (status !== 'running' || elsewhere) return { status, elsewhere };
  return { status: isAlive(process) ? status : 'killed', elsewhere };
}

/**
 * What a run's folder says.
 *
 * @throws RunError if the folder holds no run, or its `run.json` cannot be understood
 * @example const { status, scores } = readRun('runs/kd'); scores.top1?.last
 */
export const readRun = (folder: string): RunSummary =>
  summaryOf(folder, readRecord(folder), loggedIn(folder), latenciesIn(folder));

/** The same for whoever has read its files. @example summaryOf(folder, readRecord(folder), { epochs: [], epochsTotal: null, notes: [] }) */
export function summaryOf(
  folder: string,
  record: RunRecord,
  logged: Logged,
  { latencies, notes: unread }: Latencies = noLatencies,
): RunSummary {
  const whole = logged.epochs.filter(({ isWhole }) => isWhole);
  const epochs = whole.map(({ isWhole: _, ...epoch }) => epoch);
  const { epochs: planned, ...about } = describe(record.settings);
  const { result = {} } = record;
  // Of a run that is done, its result counts: a log may have been cut since.
  const isDone = record.status === 'finished' && record.result !== undefined;
  const change = edited(folder, record);
  const notes = [...logged.notes, ...unread, ...(change === null ? [] : [change])];
  const [last, all] = [epochs.at(-1)?.epoch ?? 0, numberIn(result, 'epochs')];
  if (isDone && all !== null && last !== all)
    notes.push(`${path.join(folder, 'metrics.jsonl')} ends at epoch ${last} of ${all}`);
  const headline = headlineOf(record, epochs);
  const lastEpoch = epochs.findLast(isEvaluated);
  const ofLog = {
    last: lastEpoch ? under('test', lastEpoch) : null,
    best: best(logged.epochs.filter(isEvaluated), headline, bestOver(record.settings)),
  };
  const written = { last: scoresIn(result.last), best: scoresIn(result.best) };
  const pick = (which: 'last' | 'best') =>
    (isDone ? (written[which] ?? ofLog[which]) : (ofLog[which] ?? written[which])) ?? {};
  const [lastOf, bestOf] = [pick('last'), pick('best')];
  const names = new Set([...Object.keys(lastOf), ...Object.keys(bestOf)]);
  return {
    folder,
    ...statusOf(record),
    ...about,
    epochsDone: isDone && all !== null ? all : last,
    epochsTotal: logged.epochsTotal ?? planned,
    headline,
    scores: Object.fromEntries(
      [...names].map((name) => [name, { last: lastOf[name] ?? null, best: bestOf[name] ?? null }]),
    ),
    teacherScores: scoresIn(result.teacher),
    parameters: numberIn(result, 'parameters'),
    multiplyAdds: numberIn(result, 'multiplyAdds'),
    latencies,
    seconds: epochs.reduce((sum, { seconds }) => sum + seconds, 0) || (numberIn(result, 'seconds') ?? 0),
    started: record.started,
    ended: record.ended ?? null,
    error: typeof result.error === 'string' ? result.error : null,
    settings: inTodaysWords(record.settings),
    versions: record.versions,
    machine: record.machine,
    precision: record.precision ?? null,
    inputs: record.inputs ?? null,
    epochs,
    notes,
  };
}
