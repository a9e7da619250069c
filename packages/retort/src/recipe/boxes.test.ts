/** What a recipe of data with boxes has where it does not say it, and what of it is refused. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { writeCoco } from '../../reference/made-boxes.ts';
import { coco, flip, type Rendering, subset } from '../data/index.ts';
import { createModel } from '../models/index.ts';
import { describeKey } from '../train/cache/key.ts';
import { dataNamed } from './own.ts';
import { prepare } from './prepare.ts';
import { recipeOf } from './resolve.ts';
import { shownAs, shownFor } from './shown-by-default.ts';
import { taskOf } from './task-by-default.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-recipe-boxes-'));
after(() => fs.rmSync(top, { recursive: true }));
const folder = await writeCoco(path.join(top, 'made'));
const splits = await coco(folder, { workers: 1 }, undefined, () => {});

const recipe = (data: object) =>
  recipeOf(
    {
      ...{ name: 'made', student: 'resnet8', data: { name: folder, ...data } },
      stages: [{ epochs: 1, methods: [{ name: 'supervised' }] }],
    },
    'made',
  );

suite('a recipe of data with boxes', () => {
  test('learns to find them: mirrored by chance, in batches of like shape', () => {
    assert.equal(taskOf(splits), 'detection');
    const shown = shownFor(recipe({}).recipe, splits.train);
    assert.deepEqual(shown.data.train, [{ name: 'flip', p: 0.5 }]);
    assert.equal(shown.data.sampling, 'shape');
    const own = shownFor(recipe({ train: [], sampling: 'shuffled' }).recipe, splits.train);
    assert.deepEqual([own.data.train, own.data.sampling], [[], 'shuffled']);
    // A run's record and the recipe that it was made of are one.
    assert.deepEqual(shownAs(recipe({}).recipe, shown).data, shown.data);
    const { shapes: _, ...unknown } = { ...splits.train, fields: splits.train.fields };
    assert.equal(shownFor(recipe({}).recipe, unknown).data.sampling, undefined);
  });

  test('names the folder by its format, too', async () => {
    const named = await dataNamed('coco', { folder, workers: 1 }, undefined, () => {});
    assert.equal(named.train.fingerprint, splits.train.fingerprint);
    const some = subset(named.train, Int32Array.of(2, 0));
    assert.deepEqual([...(some.shapes ?? [])], [splits.train.shapes?.[2], splits.train.shapes?.[0]]);
  });

  test('is refused a transform that would move the image and not its boxes, before the first step', async () => {
    const task = path.join(top, 'task.ts');
    const parts = [
      'run: () => ({})',
      'targets: () => ({})',
      'width: () => 3',
      'metrics: () => []',
      'headline: () => null',
    ];
    fs.writeFileSync(
      task,
      `export const found = { name: 'found', ${parts.join(', ')}, misfit: () => null, unanswered: () => null };\n`,
    );
    const asked = { ...recipe({ train: [{ name: 'crop-flip' }] }) };
    await assert.rejects(
      prepare({ ...asked, recipe: { ...asked.recipe, task: `${task}#found` } }, { data: splits }),
      /made: data.train: crop-flip does not say what becomes of boxes \(`on.boxes`\).*: leave it out, or take flip, resize-shortest/,
    );
  });

  test('has a teacher’s cache of its own for each way in which the teacher is shown images', () => {
    const teacher = createModel('resnet8', { classes: 3 });
    const key = (rendering: Rendering): string =>
      JSON.stringify(
        describeKey({
          ...{ teacher, form: 'fp32', task: 'detection', data: splits.train, transforms: [flip()] },
          ...{ rendering, seed: 0, turns: 1, columns: [] },
        }),
      );
    const renderings: readonly Rendering[] = [
      {},
      { shortest: 640 },
      { longest: 1000 },
      { pad: 64 },
      { dialect: 'detectron2' },
      { order: 'bgr' },
      { mean: [0.5, 0.5, 0.5] },
    ];
    assert.equal(new Set(renderings.map(key)).size, renderings.length);
    assert.equal(
      key({ shortest: 800, longest: 1333, pad: 32, dialect: 'torchvision', order: 'rgb' }),
      key({}),
    );
  });
});
