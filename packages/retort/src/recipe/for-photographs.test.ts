import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { saveSafetensors } from '@retort/torch';
import { createModel } from '../models/index.ts';
import { forPhotographs, recipeOf } from './index.ts';

/** As the command line makes a recipe of it. */
async function chosen(asked: Parameters<typeof forPhotographs>[0]) {
  const { student, train, stage, reasons } = await forPhotographs(asked);
  const { recipe } = recipeOf(
    {
      name: 'photographs',
      data: { name: 'cifar10', train },
      student,
      stages: [{ ...stage, methods: ['cross-entropy'] }],
    },
    'the test',
  );
  return { recipe, reasons: reasons.join('\n') };
}

suite('what is chosen for photographs', () => {
  test('is a recipe for every kind of student, at the size that it is made for', async () => {
    const { recipe, reasons } = await chosen({ student: 'resnet18' });
    assert.deepEqual(recipe.student, { name: 'resnet18', input: { size: 224, resize: 256 } });
    assert.deepEqual(
      recipe.data.train?.map(({ name, size }) => [name, size]),
      [
        ['random-resized-crop', 224],
        ['flip', undefined],
      ],
    );
    const [{ epochs, optimizer, schedule }] = recipe.stages as [(typeof recipe.stages)[number]];
    assert.deepEqual(
      [epochs, optimizer.name, optimizer.lr, schedule.name],
      [100, 'sgd', 0.025, 'multi-step'],
    );
    assert.match(reasons, /224 pixels a side, as resnet18 is made for/);
  });

  test('is what transformers learn by, where the student is one', async () => {
    const { recipe, reasons } = await chosen({ student: 'vit_pico_patch8_64', epochs: 8, batchSize: 512 });
    assert.deepEqual(recipe.student, { name: 'vit_pico_patch8_64', input: { size: 64, resize: 64 } });
    assert.deepEqual(
      recipe.data.train?.map(({ name }) => name),
      ['random-resized-crop', 'flip', 'rand-augment', 'random-erasing'],
    );
    const [{ epochs, optimizer, schedule, clipNorm }] = recipe.stages as [(typeof recipe.stages)[number]];
    assert.deepEqual([epochs, optimizer.name, optimizer.lr, clipNorm], [8, 'adamw', 5e-4, 5]);
    assert.equal(schedule.warmUpEpochs, 2);
    assert.match(reasons, /DeiT/);
  });

  test('leaves a student that there is not to the recipe, which says what was meant', async () => {
    await assert.rejects(
      chosen({ student: 'resnet81', size: 64 }),
      /student: there is no model 'resnet81': did you mean/,
    );
  });

  test('is of the size that is asked for', async () => {
    const { recipe, reasons } = await chosen({ student: 'resnet20', size: 96 });
    assert.deepEqual(recipe.student, { name: 'resnet20', input: { size: 96, resize: 109 } });
    assert.match(reasons, /96 pixels a side, as --size says/);
  });

  test('is of the size that a network is made for whose weights do not name it, nor have its classifier', async () => {
    using folder = fs.mkdtempDisposableSync(path.join(os.tmpdir(), 'retort-photographs-'));
    const state = createModel('resnet8', { classes: 7 }).stateDict();
    const student = { weights: path.join(folder.path, 'body.safetensors'), newHead: true };
    const body = Object.entries(state).filter(([key]) => !key.startsWith('fc.'));
    saveSafetensors(student.weights, Object.fromEntries(body));
    const { recipe, reasons } = await chosen({ student });
    assert.match(reasons, /the student sees 32 pixels a side, as resnet8 is made for/);
    assert.equal(recipe.data.train?.[0]?.size, 32);
    assert.deepEqual(recipe.student, student);
  });
});
