/** What a report is of. */
import fs from 'node:fs';
import path from 'node:path';
import type { Diagnoses } from '../../diagnose/types.ts';
import { type Comparison, compareRuns } from '../../runs/read/compare.ts';
import { RunError } from '../../runs/read/errors.ts';
import type { RunSummary } from '../../runs/read/read-run.ts';
import { type Change, readRecord } from '../../runs/read/record.ts';
import { repeatCommand } from '../../runs/read/repeat.ts';
import { readText } from '../../system/text-file.ts';
import { tryRead, type Unreadable } from '../run-folders.ts';
import { withoutCommon } from '../run-lines.ts';

export interface ReportedRun {
  readonly run: RunSummary;
  /** As it is called beside the others. */
  readonly name: string;
  readonly changes: readonly Change[];
  /** That trains it anew; null where it keeps no recipe. */
  readonly command: string | null;
  /** Null where there is none, or it cannot be read. */
  readonly recipe: string | null;
}

/** Runs on the same data, whose scores may be compared. */
export interface ReportedData {
  readonly data: string | null;
  readonly runs: readonly ReportedRun[];
  readonly comparison: Comparison;
}

/** What was said of a run, or why nothing could be, as a sentence with its folder. */
export type Diagnosed = Diagnoses | { readonly failed: string };

export interface Reported {
  readonly runs: readonly ReportedRun[];
  readonly unreadable: readonly Unreadable[];
  readonly parts: readonly ReportedData[];
  /** Of all runs. */
  readonly platform: Comparison['platform'];
  readonly groups: Comparison['groups'];
  /** By the folder of the run; empty where it was not asked for. */
  readonly diagnosed: ReadonlyMap<string, Diagnosed>;
}

/** Far more than a recipe has to say. */
const mostRecipe = 4 << 20;

function recipeOf(folder: string): string | null {
  const file = path.join(folder, 'recipe.yaml');
  if (!fs.existsSync(file)) return null;
  const read = readText(file, mostRecipe);
  return 'wrong' in read ? null : read.text;
}

function reportedRun(run: RunSummary, name: string): ReportedRun {
  const { changes = [] } = readRecord(run.folder);
  const command = repeatCommand(run.folder, run.settings);
  return { ...{ run, name, changes, command }, recipe: recipeOf(run.folder) };
}

/**
 * Reads the runs; those that are damaged are kept by what is wrong with them.
 *
 * @throws RunError for a folder that holds no run, and where none can be read
 */
export function readReported(folders: readonly string[]): Reported {
  const read = folders.map(tryRead);
  const unreadable = read.filter((one): one is Unreadable => one.status === 'unreadable');
  // What is no run at all was meant to be another folder.
  const none = unreadable.find(({ folder }) => !fs.existsSync(path.join(folder, 'run.json')));
  if (none) throw new RunError(none.error);
  const readable = read.flatMap((one) => (one.status === 'unreadable' ? [] : [one]));
  if (readable.length === 0)
    throw new RunError(`no run could be read: ${unreadable.map(({ error }) => error).join('; ')}`);
  const names = withoutCommon(readable.map(({ folder }) => folder));
  const runs = readable.map((run, i) => reportedRun(run, names[i] ?? run.folder));
  const parts = [...Map.groupBy(runs, ({ run }) => run.data)].map(([data, runs]) => ({
    ...{ data, runs, comparison: compareRuns(runs.map(({ run }) => run)) },
  }));
  const { platform, groups } = compareRuns(readable);
  return { runs, unreadable, parts, platform, groups, diagnosed: new Map() };
}
