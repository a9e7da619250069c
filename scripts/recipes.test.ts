import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { readRecipe } from 'retort';
import { parse } from 'yaml';
import { families, rows, written } from './recipes/index.ts';

const folder = path.join(import.meta.dirname, '../recipes');
const read = (file: string): string => fs.readFileSync(path.join(folder, file), 'utf8');
const onDisk = (pattern: string): string[] => fs.globSync(pattern, { cwd: folder }).sort();
const resolved = (file: string) => readRecipe(path.join(folder, file), { weightsAsWritten: true }).recipe;

/** A network as `MODEL:FILE`, whichever way it is written. */
function named(network: unknown): string {
  if (typeof network !== 'object' || network === null) return String(network ?? '');
  const { name, weights } = network as { name?: string; weights?: string };
  return [name, weights].filter((part) => part !== undefined).join(':');
}

/** Every value by its path. */
function leaves(value: unknown, at = ''): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [[at, value]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, at ? `${at}.${key}` : key));
}

suite('the generated recipes', () => {
  test('are those on disk, and there are no others in their folders', () => {
    const generated = new Map(rows.map((row) => [row.file, written(row)]));
    assert.equal(generated.size, rows.length, 'two rows are the same file');
    const found = onDisk(`{${families.join(',')}}/*/**/*.*`);
    assert.deepEqual(found, [...generated.keys()].sort(), 'npm run recipes brings them up to date');
    for (const [file, text] of generated) assert.equal(read(file), text, file);
  });

  test('are read as they were meant', () => {
    for (const row of rows) assert.deepEqual(parse(written(row)), row.recipe, row.file);
  });

  test('repeat nothing of what they extend', () => {
    for (const { file, recipe } of rows) {
      const base = new Map(leaves(parse(read(path.join(path.dirname(file), recipe.extends)))));
      const again = leaves(recipe).filter(
        // The name of an optimizer or data set says whose the other keys are.
        ([at, value]) => base.get(at) === value && !at.endsWith('.name'),
      );
      assert.deepEqual(again, [], file);
    }
  });

  test('that learn from the run of another name one whose student it is', () => {
    const students = new Map(rows.map(({ recipe }) => [recipe.name, recipe]));
    const chained = rows.flatMap(({ recipe }) => {
      const [, model, run] =
        /^(?:(.*):)?runs\/(.*)\/(?:best|last)\.safetensors$/.exec(named(recipe.teacher)) ?? [];
      return run === undefined ? [] : [{ recipe, model, run }];
    });
    assert.ok(chained.length > 0);
    for (const { recipe, model, run } of chained) {
      const taught = students.get(run);
      assert.ok(taught, `${recipe.name}: there is no ${run}`);
      assert.deepEqual(taught.data, recipe.data, recipe.name);
      // Weights of a model folder say themselves what they are of.
      if (model === undefined) assert.equal(typeof taught.student, 'object', recipe.name);
      else assert.equal(named(taught.student).split(':', 1)[0], model, recipe.name);
    }
  });
});

test('recipes that probe a run name one that there is, and the network of it', () => {
  const students = new Map(rows.map(({ recipe }) => [recipe.name, recipe.student]));
  const probed = rows.filter(
    ({ recipe }) => recipe.extends === '../settings.yaml' && recipe.name.startsWith('transfer-'),
  );
  assert.ok(probed.length > 0);
  for (const { recipe } of probed) {
    const [, model, run] = /^(.*):runs\/(.*)\/last\.safetensors$/.exec(named(recipe.student)) ?? [];
    if (run !== undefined) assert.equal(students.get(run), model, recipe.name);
    else assert.equal(named(recipe.student), 'wrn_40_2:wrn_40_2.pth', recipe.name);
  }
});

suite('the recipes', () => {
  const files = onDisk('**/*.yaml').filter((file) => /^stages:/m.test(read(file)));

  test('all resolve, each with a name of its own', () => {
    const named = Map.groupBy(files, (file) => resolved(file).name);
    for (const [name, found] of named) assert.equal(found.length, 1, `${name}: ${found.join(', ')}`);
  });

  test('of a table have a cell of it each', () => {
    const cells = files.flatMap((file) => {
      const { published } = resolved(file);
      return published ? [`${published.table}: ${published.row}, ${published.column}`] : [];
    });
    assert.deepEqual(cells, [...new Set(cells)]);
  });
});
