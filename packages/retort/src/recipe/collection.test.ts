import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { recipePlace } from './collection.ts';
import { readRecipe } from './resolve.ts';
import { publishedTables } from './tables.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-collection-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

const options = { weightsAsWritten: true };

suite('recipes that come with the package', () => {
  test('are read by their names, and extended, where there is no such folder', () => {
    const kd = readRecipe('recipes/comparison/kd.yaml', options).recipe;
    assert.deepEqual([kd.name, kd.student], ['kd', 'resnet8']);
    fs.writeFileSync(
      'mine.yaml',
      'extends: recipes/comparison/settings.yaml\nbatchSize: 32\nstages: [{ methods: [kd] }]\n',
    );
    const mine = readRecipe('mine.yaml', options).recipe;
    assert.deepEqual([mine.name, mine.batchSize, mine.student], ['mine', 32, 'resnet8']);
    const [row] = publishedTables('recipes').get('transfer') ?? [];
    // As a command may name it.
    assert.equal(row?.file, 'recipes/transfer/stl10/alone.yaml');
  });

  test("give way to one's own of these names, file by file, and are no others", () => {
    fs.mkdirSync('recipes/comparison', { recursive: true });
    fs.mkdirSync('sub');
    const own = 'recipes/comparison/kd.yaml';
    fs.writeFileSync(own, 'extends: settings.yaml\nname: own\nstages: [{ methods: [kd] }]\n');
    assert.equal(recipePlace(own), own);
    // What it extends is the package's.
    assert.equal(readRecipe(own, options).recipe.student, 'resnet8');
    fs.copyFileSync('mine.yaml', 'sub/mine.yaml');
    fs.writeFileSync(
      'sub/up.yaml',
      'extends: ../recipes/comparison/settings.yaml\nstages: [{ methods: [kd] }]\n',
    );
    for (const file of ['sub/mine.yaml', 'sub/up.yaml'])
      assert.equal(readRecipe(file, options).recipe.student, 'resnet8');
    // One of one's own that is of no table leaves it.
    const rows =
      publishedTables('recipes')
        .get('comparison')
        ?.map(({ file }) => file) ?? [];
    assert.ok(rows.includes('recipes/comparison/srd.yaml') && !rows.includes(own), String(rows));
    for (const nowhere of [
      'recipes/comparison/none.yaml',
      'comparison/kd.yaml',
      '../recipes/comparison/kd.yaml',
    ])
      assert.equal(recipePlace(nowhere), nowhere);
    assert.throws(() => readRecipe('recipes/none.yaml'), /recipes\/none\.yaml: there is no such file/);
    assert.throws(() => publishedTables('reciples'), /there is no folder reciples/);
  });
});
