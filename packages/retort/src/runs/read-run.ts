/** Reads what a run left, or leaves just now: also one that failed, or was copied from elsewhere. */
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { edited } from './changes.ts';
import { describe } from './describe.ts';
import type { Inputs } from './inputs.ts';
import { readLog } from './log.ts';
import { identify } from './process.ts';
import { readRecord } from './record.ts';
import { scalarsOf } from './scalars.ts';

/** As `run.json` has it, and `killed` where it says `running` but the process is gone. */
export type RunStatus = 'running' | 'finished' | 'stopped' | 'failed' | 'killed';

/** The numbers of an epoch, by their tags (see `scalarsOf`). */
export interface EpochSummary {
  /** From 0. */
  readonly stage: number;
  readonly epoch: number;
  readonly seconds: number;
  readonly scalars: Readonly<Record<string, number>>;
}

export interface RunSummary {
  readonly folder: string;
  readonly status: RunStatus;
  /** The machine it ran on by its name, where that is not this one. */
  readonly elsewhere: string | null;
  readonly student: string | null;
  readonly teacher: string | null;
  readonly method: string | null;
  readonly data: string | null;
  readonly epochsDone: number;
  readonly epochsTotal: number | null;
  /** Of the student on the test split. */
  readonly lastTop1: number | null;
  /** On the test split, in the epoch of the last stage that was best on the images held out (on the test split where there are none). */
  readonly bestTop1: number | null;
  /** Of the teacher on the test split. */
  readonly teacherTop1: number | null;
  /** In training, evaluation aside. */
  readonly seconds: number;
  readonly started: string;
  readonly ended: string | null;
  /** What a failed run said. */
  readonly error: string | null;
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

/** The epoch with the best score of the last stage, the first of equals. */
function best(epochs: readonly EpochSummary[]): number | null {
  let found: { score: number; top1: number } | null = null;
  const last = epochs.findLast(({ scalars }) => 'test/top1' in scalars)?.stage;
  for (const { scalars } of epochs.filter(({ stage }) => stage === last)) {
    const top1 = scalars['test/top1'];
    const score = scalars['validation/top1'] ?? top1;
    if (top1 !== undefined && score !== undefined && (!found || score > found.score)) found = { score, top1 };
  }
  return found?.top1 ?? null;
}

/**
 * What a run's folder says.
 *
 * @throws RunError if the folder holds no run, or its `run.json` cannot be understood
 * @example const { status, lastTop1 } = readRun('runs/kd');
 */
export function readRun(folder: string): RunSummary {
  const record = readRecord(folder);
  const { records, notes: unread } = readLog(path.join(folder, 'metrics.jsonl'));
  const epochs = records.flatMap((line): EpochSummary | [] => {
    const epoch = numberIn(line, 'epoch');
    if (epoch === null) return [];
    const [stage, seconds] = [numberIn(line, 'stage') ?? 0, numberIn(line, 'seconds') ?? 0];
    return { stage, epoch, seconds, scalars: scalarsOf(line) };
  });
  const elsewhere = record.host !== undefined && record.host !== os.hostname() ? record.host : null;
  const pid = Number.parseInt(record.process, 10);
  // What lives elsewhere cannot be seen from here.
  const isGone = !elsewhere && (Number.isNaN(pid) || identify(pid) !== record.process);
  const { epochs: planned, ...about } = describe(record.settings);
  const { result = {} } = record;
  // Of a run that is done, its result counts: a log may have been cut since.
  const isDone = record.status === 'finished' && record.result !== undefined;
  const change = edited(folder, record);
  const notes = change === null ? [...unread] : [...unread, change];
  const [logged, whole] = [epochs.at(-1)?.epoch ?? 0, numberIn(result, 'epochs')];
  if (isDone && whole !== null && logged !== whole)
    notes.push(`${path.join(folder, 'metrics.jsonl')} ends at epoch ${logged} of ${whole}`);
  const lastLogged = epochs.findLast(({ scalars }) => 'test/top1' in scalars)?.scalars['test/top1'] ?? null;
  const lastTop1 = numberIn(result.last, 'top1');
  const bestTop1 = numberIn(result.best, 'top1');
  return {
    folder,
    status: record.status === 'running' && isGone ? 'killed' : record.status,
    elsewhere,
    ...about,
    epochsDone: isDone && whole !== null ? whole : logged,
    epochsTotal: numberIn(records.at(-1), 'epochs') ?? planned,
    lastTop1: isDone ? (lastTop1 ?? lastLogged) : (lastLogged ?? lastTop1),
    bestTop1: isDone ? (bestTop1 ?? best(epochs)) : (best(epochs) ?? bestTop1),
    teacherTop1: numberIn(result.teacher, 'top1'),
    seconds: epochs.reduce((sum, { seconds }) => sum + seconds, 0) || (numberIn(result, 'seconds') ?? 0),
    started: record.started,
    ended: record.ended ?? null,
    error: typeof result.error === 'string' ? result.error : null,
    settings: record.settings,
    versions: record.versions,
    machine: record.machine,
    precision: record.precision ?? null,
    inputs: record.inputs ?? null,
    epochs,
    notes,
  };
}
