/** For tests: recipes of `judged.ts`, and their runs, stopped and resumed. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { prepare, readRecipe, run } from 'retort';
import { retort } from './command.ts';

/** What names one of the data sets. @example sourceOf('corners') */
export const sourceOf = (data: 'brightness' | 'corners'): string =>
  `${path.join(import.meta.dirname, 'judged.ts')}#${data}`;

/** A recipe by which a small network learns. @param lines  more of it, from its fifth line on */
export function writeRecipe(
  file: string,
  data: 'brightness' | 'corners',
  { lines = '', methods = '[supervised]', epochs = 4 } = {},
): string {
  fs.writeFileSync(
    file,
    `data: { name: ${sourceOf(data)}, train: [] }\nstudent: resnet8\nbatchSize: 8\nprecision: fp32\n${lines}\nstages: [{ epochs: ${epochs}, methods: ${methods}, optimizer: { name: adamw, lr: 0.01 }, schedule: constant }]\n`,
  );
  return file;
}

/** Fails unless a run that is stopped after its first epoch and resumed leaves the weights of one that was not. @param whole  the folder of that one */
export async function assertResumes(recipe: string, whole: string, parts: string): Promise<void> {
  const stop = new AbortController();
  const prepared = await prepare(readRecipe(recipe));
  await run({ ...prepared, out: parts, signal: stop.signal, onEpoch: () => stop.abort() });
  assert.equal((await retort('resume', parts)).code, 0);
  for (const name of ['best.safetensors', 'last.safetensors']) {
    const [one, other] = [whole, parts].map((folder) => fs.readFileSync(path.join(folder, name)));
    assert.ok(one && other?.equals(one), name);
  }
}
