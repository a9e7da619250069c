/** The student of a run as it was exported: a model folder in the run's own, e.g. `runs/kd/student`. */
import fs from 'node:fs';
import path from 'node:path';
import { shellWord } from 'retort/runs';
import type { Exported } from '../../api.ts';
import { liesWithin } from '../kept/inside.ts';

/** Far more than a model folder has. */
const mostFiles = 200;

const isModelFolder = (folder: string): boolean =>
  fs.existsSync(path.join(folder, 'config.json')) && fs.existsSync(path.join(folder, 'onnx'));

function foldersIn(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'checkpoints')
      .map(({ name }) => path.join(folder, name))
      .sort();
  } catch {
    return [];
  }
}

/** The model folder of a run; null where none lies in it. Of several, the last that was written. */
export function exportedFolder(folder: string): string | null {
  const found = [folder, ...foldersIn(folder)].filter((one) => isModelFolder(one) && liesWithin(folder, one));
  const written = (one: string): number => fs.statSync(path.join(one, 'config.json')).mtimeMs;
  return found.sort((a, b) => written(b) - written(a))[0] ?? null;
}

function filesIn(folder: string): Exported['files'] {
  const places = [folder, ...foldersIn(folder)];
  const names = places.flatMap((place) =>
    fs
      .readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => path.join(place, name)),
  );
  return names.slice(0, mostFiles).map((file) => ({
    name: path.relative(folder, file).split(path.sep).join('/'),
    bytes: fs.statSync(file).size,
  }));
}

/** The command that exports a run's student to where it is found. @example exportCommand('runs/kd') // 'npx retort export runs/kd --out runs/kd/student' */
export const exportCommand = (folder: string): string =>
  `npx retort export ${shellWord(folder)} --out ${shellWord(path.join(folder, 'student'))}`;

/** Its files, and what it takes. */
export function exportedOf(folder: string): Exported | null {
  const model = exportedFolder(folder);
  if (model === null) return null;
  const has = (name: string): boolean => fs.existsSync(path.join(model, name));
  const kind = has('preprocessor_config.json') ? 'images' : has('tokenizer.json') ? 'texts' : null;
  return { files: filesIn(model), kind };
}
