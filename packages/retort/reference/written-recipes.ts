/** For tests: recipes in a folder that is removed after the tests of a file, one of which, `base.yaml`, others extend. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { RecipeError } from 'retort';

export const scratch: string = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-recipe-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** @returns the file */
export function write(name: string, text: string): string {
  const file = path.join(scratch, name);
  fs.writeFileSync(file, text);
  return file;
}

/** What is said of a recipe, a sentence a line, with file names alone. */
export function said(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    assert.ok(error instanceof RecipeError, String(error));
    return error.problems.map((problem) => problem.replace(/[^\s']*\/(?=[\w-]+\.yaml)/g, ''));
  }
  throw new Error('nothing was wrong');
}

write(
  'base.yaml',
  `data: { name: fashion-mnist, train: [] }
batchSize: 10
everyStage:
  epochs: 3
  optimizer: { name: sgd, lr: 0.1, momentum: 0.5 }
  schedule: constant
`,
);
