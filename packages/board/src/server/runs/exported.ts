/** The student of a run as it was exported: a model folder in the run's own, e.g. `runs/kd/student`. */
import fs from 'node:fs';
import path from 'node:path';
import { asRecord, shellWord } from 'retort/runs';
import type { Exported } from '../../api.ts';
import { liesWithin } from '../kept/inside.ts';

/** Far more than a model folder has. */
const mostFiles = 200;
/** And than weights have to say, in bytes. */
const mostHeader = 64 << 20;

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

/** What a run's weights say of themselves; the graphs and weights that went out of them may say less. */
function saidOfWeights(run: string): Readonly<Record<string, unknown>> {
  const files = ['best.safetensors', 'last.safetensors'].map((name) => path.join(run, name));
  const file = files.find((file) => liesWithin(run, file) && fs.statSync(file).isFile());
  if (file === undefined) return {};
  const descriptor = fs.openSync(file, 'r');
  try {
    const length = Buffer.alloc(8);
    fs.readSync(descriptor, length);
    const size = length.readBigUInt64LE();
    if (size > mostHeader) return {};
    const header = Buffer.alloc(Number(size));
    fs.readSync(descriptor, header);
    return asRecord(asRecord(JSON.parse(header.toString('utf8')))?.__metadata__) ?? {};
  } catch {
    // What is damaged says nothing.
    return {};
  } finally {
    fs.closeSync(descriptor);
  }
}

function kindOf(run: string, model: string): Exported['kind'] {
  const has = (name: string): boolean => fs.existsSync(path.join(model, name));
  if (has('preprocessor_config.json')) return 'images';
  if (!has('tokenizer.json')) return null;
  return saidOfWeights(run).texts === '2' ? 'pairs' : 'texts';
}

/** Its files, and what it takes. */
export function exportedOf(folder: string): Exported | null {
  const model = exportedFolder(folder);
  if (model === null) return null;
  return { files: filesIn(model), kind: kindOf(folder, model) };
}
