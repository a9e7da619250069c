/** Code that a run's settings name: what was copied here with runs is not run because somebody clicked. */
import fs from 'node:fs';
import path from 'node:path';
import { liesWithin } from '../kept/inside.ts';

/** Where the name of a module may end, as folders may be called like one. */
const end = /\.[mc]?[jt]s(?=#|$)/g;

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** A module that settings name and that lies in the folder of runs; null where there is none. */
export function codeAmongRuns(runs: string, settings: unknown): string | null {
  for (const text of textsIn(settings))
    for (const { 0: kind, index } of text.matchAll(end)) {
      const file = text.slice(0, index + kind.length);
      if (fs.existsSync(path.resolve(file)) && liesWithin(runs, path.resolve(file))) return file;
    }
  return null;
}
