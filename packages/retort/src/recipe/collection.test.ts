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

  test("give way to one's own of these names, and are no others", () => {
    fs.mkdirSync('recipes/comparison', { recursive: true });
    fs.writeFileSync(
      'recipes/comparison/kd.yaml',
      'name: own\nstudent: resnet8\ndata: { name: cifar10 }\nstages: []\n',
    );
    assert.equal(recipePlace('recipes/comparison/kd.yaml'), 'recipes/comparison/kd.yaml');
    assert.deepEqual([...publishedTables('recipes').keys()], []);
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
