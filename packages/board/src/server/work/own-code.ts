/** Code that a run's settings name: what was copied here with runs is not run because somebody clicked. */
import fs from 'node:fs';
import path from 'node:path';
import { liesWithin } from '../kept/inside.ts';

const ownModule = /^(.+?\.[mc]?[jt]s)(?:#|$)/;

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** A module that settings name and that lies in the folder of runs; null where there is none. */
export function codeAmongRuns(runs: string, settings: unknown): string | null {
  for (const text of textsIn(settings)) {
    const [, file] = ownModule.exec(text) ?? [];
    if (file !== undefined && fs.existsSync(path.resolve(file)) && liesWithin(runs, path.resolve(file)))
      return file;
  }
  return null;
}
