/** Where runs are. */
import fs from 'node:fs';
import path from 'node:path';
import { RunError } from './errors.ts';

/** A folder, and whether it was reached through a symbolic link. */
interface Reached {
  readonly folder: string;
  readonly isLinked: boolean;
}

/** Where a link leads; undefined where that is nowhere, or to itself. */
function targetOf(link: string): fs.Stats | undefined {
  try {
    return fs.statSync(link);
  } catch {
    return undefined;
  }
}

/** @throws RunError for one that cannot be read */
function foldersIn({ folder, isLinked }: Reached): Reached[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .map((entry) => ({ entry, place: path.join(folder, entry.name), isLink: entry.isSymbolicLink() }))
      .filter(({ entry, place, isLink }) => (isLink ? targetOf(place)?.isDirectory() : entry.isDirectory()))
      .map(({ place, isLink }) => ({ folder: place, isLinked: isLinked || isLink }))
      .sort((a, b) => (a.folder < b.folder ? -1 : 1));
  } catch (error) {
    throw RunError.of(error, `the folder ${folder} could not be read`);
  }
}

/** @throws RunError for one that lies where nothing can be looked at */
function statOf(folder: string): fs.Stats | undefined {
  try {
    return fs.statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    throw RunError.of(error, `the folder ${folder} could not be read`);
  }
}

function runsIn(reached: Reached, depth: number, onUnreadable: FindRunsOptions['onUnreadable']): Reached[] {
  const { folder } = reached;
  const stat = statOf(folder);
  if (!stat) throw new RunError(`there is no folder ${folder}`);
  if (!stat.isDirectory()) throw new RunError(`${folder} is a file, not a folder`);
  if (fs.existsSync(path.join(folder, 'run.json'))) return [reached];
  if (depth === 0) return [];
  return foldersIn(reached).flatMap((inner) => {
    try {
      return runsIn(inner, depth - 1, onUnreadable);
    } catch (error) {
      if (!onUnreadable || !(error instanceof RunError)) throw error;
      onUnreadable(error);
      return [];
    }
  });
}

/** Where a folder lies, links followed; as it is named if it went since it was found. */
function placeOf({ folder }: Reached): string {
  try {
    return fs.realpathSync(folder);
  } catch {
    return folder;
  }
}

/** Each run once, though a link leads to it, too: `latest` is no other seed. Of several links that do, by the way of the fewest folders. */
function once(found: readonly Reached[]): Reached[] {
  if (!found.some(({ isLinked }) => isLinked)) return [...found];
  const length = ({ folder }: Reached): number => folder.split(path.sep).length;
  const byPlace = new Map<string, Reached>();
  for (const reached of found) {
    const place = placeOf(reached);
    const earlier = byPlace.get(place);
    const isBetter =
      !earlier ||
      (earlier.isLinked && !reached.isLinked) ||
      (earlier.isLinked === reached.isLinked && length(reached) < length(earlier));
    if (isBetter) byPlace.set(place, reached);
  }
  const kept = new Set(byPlace.values());
  return found.filter((reached) => kept.has(reached));
}

export interface FindRunsOptions {
  /** How far below the folder they are looked for; 4 where it is left out: a sweep has its own folder, in it a recipe, in it seeds. */
  readonly depth?: number;
  /** Is told of a folder below that cannot be read, which is passed over; where it is left out, such a folder is an error. */
  readonly onUnreadable?: (error: RunError) => void;
  /** Is told of a run that only a symbolic link leads to, which is passed over; where it is left out, such a run is one like others. */
  readonly onLinked?: (folder: string) => void;
}

/**
 * Folders that hold a run, in a folder or below it, sorted by name. Symbolic links are followed; a run that is there without one is found once.
 *
 * @throws RunError if there is no such folder
 * @example findRuns('runs') // ['runs/kd', 'runs/seeds/seed-0', …]
 */
export function findRuns(
  folder: string,
  { depth = 4, onUnreadable, onLinked }: FindRunsOptions = {},
): string[] {
  const found = once(runsIn({ folder, isLinked: false }, depth, onUnreadable));
  return found.flatMap(({ folder: run, isLinked }) => {
    if (!isLinked || !onLinked) return [run];
    onLinked(run);
    return [];
  });
}
