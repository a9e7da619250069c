/** What a recipe of data with boxes has where it does not say it, and what of it is refused. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { type nn, saveSafetensors, withDevice, zeros } from '@retort/torch';
import { writeCoco } from '../../reference/made-boxes.ts';
import { coco, flip, type Rendering, subset } from '../data/index.ts';
import { createModel } from '../models/index.ts';
import { describeKey } from '../train/cache/key.ts';
import { loadNetwork, shownBy } from './load-network.ts';
import { dataNamed } from './own.ts';
import { prepare } from './prepare.ts';
import { readRecipe, recipeOf } from './resolve.ts';
import { shownAs, shownFor } from './shown-by-default.ts';
import { taskOf } from './task-by-default.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-recipe-boxes-'));
after(() => fs.rmSync(top, { recursive: true }));
const folder = await writeCoco(path.join(top, 'made'));
const splits = await coco(folder, { workers: 1 }, undefined, () => {});

/** Weights of these shapes, all of them 0. */
const zeroed = (state: nn.StateDict): nn.StateDict =>
  Object.fromEntries(Object.entries(state).map(([key, { shape, dtype }]) => [key, zeros(shape, { dtype })]));

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

  test('says where a cache is written that a method with a live teacher cannot have', async () => {
    const file = path.join(top, 'cached.yaml');
    const network = 'fasterrcnn_resnet18_fpn, samples: 16';
    const weights = path.join(top, 'teacher.safetensors');
    const state = withDevice('meta', () =>
      createModel('fasterrcnn_resnet18_fpn', { classes: 3 }),
    ).stateDict();
    saveSafetensors(weights, zeroed(state), { model: 'fasterrcnn_resnet18_fpn' });
    fs.writeFileSync(
      file,
      `data: { name: ${folder} }\nstudent: { name: ${network} }\nteacher: { name: ${network}, weights: ${weights} }\nbatchSize: 2\nprecision: fp32\ncache: { views: 1 }\nstages: [{ epochs: 1, methods: [{ name: kd, proposals: true }] }]\n`,
    );
    await assert.rejects(prepare(readRecipe(file), { data: splits, onWarning: () => {} }), {
      name: 'RecipeError',
      message: /cached.yaml:6: cache: the method kd must ask its teacher in each step/,
    });
  });

  test('says where images are shown to a detector as those of the other dialect want it, and what to write', async () => {
    const name = 'faster_rcnn_R_18_FPN';
    const weights = path.join(top, 'own.safetensors');
    saveSafetensors(
      weights,
      zeroed(withDevice('meta', () => createModel(name, { classes: 3, pretrained: true })).stateDict()),
    );
    const said = async (more: object): Promise<string> => {
      const warnings: string[] = [];
      const fits = { options: { classes: 3, channels: 3 }, labels: null, ...shownBy(splits.train) };
      await loadNetwork('student', { name, weights, ...more }, fits, {
        onWarning: (text) => warnings.push(text),
      });
      return warnings.filter((text) => text.includes('dialect')).join('\n');
    };
    assert.match(
      await said({}),
      /own.safetensors: its weights are of a detector in detectron2's dialect, and images are shown to it as torchvision's want them \(`input.dialect`\): write input: \{"dialect":"detectron2","order":"bgr","mean":\[0.406,/,
    );
    assert.equal(await said({ input: { dialect: 'detectron2', order: 'bgr' } }), '');
    // What learns anew sees them as they are shown.
    assert.equal(await said({ newHead: true }), '');
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
