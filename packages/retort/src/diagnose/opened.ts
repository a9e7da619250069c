/** A run's folder, read: how it stands, and its recipe, which may name files that are not there any more. Nothing is written into it. */
import path from 'node:path';
import { type Recipe, RecipeError, type Resolved, recipeOf, type WrittenNetwork } from '../recipe/index.ts';
import {
  edited,
  inTodaysWords,
  programOf,
  RunError,
  type RunRecord,
  type RunStatus,
  readRecord,
  statusOf,
} from '../runs/index.ts';
import { isLater, version } from '../version.ts';
import type { Path } from '../words/problems.ts';
import { inWordsOfRecipes } from './program.ts';

export interface OpenedRun {
  readonly folder: string;
  readonly record: RunRecord;
  readonly status: RunStatus;
  /** The machine it ran on by its name, where that is not this one. */
  readonly elsewhere: string | null;
  /** The command that chose its samples; null where a recipe says which these are. */
  readonly program: string | null;
  readonly resolved: Resolved;
  readonly recipe: Recipe;
  /** A sentence for each thing that is not as it should be. */
  readonly notes: readonly string[];
}

/** What is said of a run that a newer version made; null of others. */
function newer({ versions }: RunRecord): string | null {
  const made = versions.retort;
  return typeof made === 'string' && isLater(made)
    ? `it is a run of Retort ${made}, and this is ${version}`
    : null;
}

/**
 * Reads what a run says of itself.
 *
 * @param overrides  where its teacher and its data lie now, as `teacher=NAME:FILE`
 * @throws RunError where there is no run, or none whose recipe is understood
 */
export function openRun(folder: string, overrides: readonly string[] = []): OpenedRun {
  const record = readRecord(folder);
  const file = path.join(folder, 'run.json');
  const [later, change] = [newer(record), edited(folder, record)];
  const program = programOf(record.settings);
  const settings = program === null ? record.settings : inWordsOfRecipes(record.settings);
  try {
    const resolved = recipeOf(inTodaysWords(settings), file, { overrides, weightsMayCome: true });
    return {
      folder,
      record,
      ...statusOf(record),
      program,
      resolved,
      recipe: resolved.recipe,
      notes: [
        ...(later ? [`${folder}: ${later}: what is new in it is not looked at`] : []),
        ...(change ? [change] : []),
      ],
    };
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error;
    const why =
      Object.keys(record.settings).length === 0
        ? 'it says no recipe, as that of a run which a program put together'
        : error.message;
    const cure = later ? `; ${later}: install that, or a later one` : '';
    throw new RunError(`${folder} cannot be diagnosed by its run.json: ${why}${cure}`, { cause: error });
  }
}

/** What is not there any more of what a recipe names at a place; null where it is there. */
export const missingAt = ({ resolved }: OpenedRun, at: Path): string | null =>
  resolved.missing.find((sentence) => sentence.startsWith(`${resolved.where(at)}: `)) ?? null;

/** What is said of something that is not there any more. @example moved('teacher', 'NAME:FILE') // 'where it has moved, say so, as teacher=NAME:FILE' */
export const moved = (key: string, form: string): string => `where it has moved, say so, as ${key}=${form}`;

/** The teachers that its recipe names, by where. */
export function teachersOf({
  recipe: { teacher, teachers },
}: OpenedRun): readonly (readonly [path: readonly string[], network: WrittenNetwork])[] {
  if (teachers) return Object.entries(teachers).map(([name, network]) => [['teachers', name], network]);
  return teacher === undefined ? [] : [[['teacher'], teacher]];
}
