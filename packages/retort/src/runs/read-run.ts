/** Reads what a run left, or leaves just now: also one that failed, or was copied from elsewhere. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { describe } from './describe.ts';
import { RunError } from './errors.ts';
import { readLog } from './log.ts';
import { identify } from './process.ts';
import { scalarsOf } from './scalars.ts';

const anything = z.record(z.string(), z.unknown());

/** `run.json` as it is read: versions before this one may have said less. */
const recordSchema = z.looseObject({
  settings: anything,
  status: z.enum(['running', 'finished', 'stopped', 'failed']),
  started: z.string(),
  ended: z.string().optional(),
  versions: anything.default({}),
  machine: anything.default({}),
  process: z.string().default(''),
  host: z.string().optional(),
  result: anything.default({}),
});

/** As `run.json` has it, and `killed` where it says `running` but the process is gone. */
export type RunStatus = 'running' | 'finished' | 'stopped' | 'failed' | 'killed';

/** The numbers of an epoch, by their tags (see `scalarsOf`). */
export interface EpochSummary {
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
  /** On the test split, in the epoch that was best on the images held out (on the test split where there are none). */
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
  readonly epochs: readonly EpochSummary[];
  /** A sentence for each thing that could not be read. */
  readonly notes: readonly string[];
}

/** Folders that hold a run, in a folder or up to four below it, sorted by name. @throws RunError if there is no such folder */
export function findRuns(folder: string, depth = 4): string[] {
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new RunError(`there is no folder ${folder}`);
  if (fs.existsSync(path.join(folder, 'run.json'))) return [folder];
  if (depth === 0) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map((entry) => path.join(folder, entry.name))
    .sort()
    .flatMap((inner) => findRuns(inner, depth - 1));
}

function readRecord(folder: string): z.infer<typeof recordSchema> {
  if (!fs.existsSync(folder)) throw new RunError(`there is no folder ${folder}`);
  if (!fs.statSync(folder).isDirectory()) throw new RunError(`${folder} is a file: name the folder of a run`);
  const file = path.join(folder, 'run.json');
  if (!fs.existsSync(file)) throw new RunError(`${folder} holds no run: there is no run.json`);
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new RunError(`${file} is damaged: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = recordSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RunError(`${file} is no run's: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

function numberIn(record: unknown, key: string): number | null {
  const parsed = z.looseObject({ [key]: z.number() }).safeParse(record);
  return parsed.success ? (parsed.data[key] ?? null) : null;
}

/** The epoch with the best score so far, the first of equals. */
function best(epochs: readonly EpochSummary[]): number | null {
  let found: { score: number; top1: number } | null = null;
  for (const { scalars } of epochs) {
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
  const { records, notes } = readLog(path.join(folder, 'metrics.jsonl'));
  const epochs = records.flatMap((line): EpochSummary | [] => {
    const epoch = numberIn(line, 'epoch');
    return epoch === null ? [] : { epoch, seconds: numberIn(line, 'seconds') ?? 0, scalars: scalarsOf(line) };
  });
  const elsewhere = record.host !== undefined && record.host !== os.hostname() ? record.host : null;
  const pid = Number.parseInt(record.process, 10);
  // What lives elsewhere cannot be seen from here.
  const isGone = !elsewhere && (Number.isNaN(pid) || identify(pid) !== record.process);
  const { epochs: planned, ...about } = describe(record.settings);
  const { result } = record;
  return {
    folder,
    status: record.status === 'running' && isGone ? 'killed' : record.status,
    elsewhere,
    ...about,
    epochsDone: epochs.at(-1)?.epoch ?? numberIn(result, 'epochs') ?? 0,
    epochsTotal: numberIn(records.at(-1), 'epochs') ?? planned,
    lastTop1:
      epochs.findLast(({ scalars }) => 'test/top1' in scalars)?.scalars['test/top1'] ??
      numberIn(result.last, 'top1'),
    bestTop1: best(epochs) ?? numberIn(result.best, 'top1'),
    teacherTop1: numberIn(result.teacher, 'top1'),
    seconds: epochs.reduce((sum, { seconds }) => sum + seconds, 0) || (numberIn(result, 'seconds') ?? 0),
    started: record.started,
    ended: record.ended ?? null,
    error: typeof result.error === 'string' ? result.error : null,
    settings: record.settings,
    versions: record.versions,
    machine: record.machine,
    epochs,
    notes,
  };
}
