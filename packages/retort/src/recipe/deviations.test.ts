import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviations } from './deviations.ts';
import { recipeOf } from './resolve.ts';

const written = {
  name: 'kd',
  data: { name: './photos' },
  teacher: { name: 'resnet20', weights: 'teacher.pth', classes: [0, 1] },
  student: 'resnet8',
  stages: [{ epochs: 1, methods: ['kd'] }],
};

test('a run is as its recipe says wherever data and weights lie, and not where they are others', () => {
  const { recipe } = recipeOf(written, 'the test', { weightsAsWritten: true });
  const run = (data: string, weights: string) => ({
    ...recipe,
    data: { ...recipe.data, name: data },
    teacher: { name: 'resnet20', weights, classes: [0, 1] },
  });
  const differing = (data: string, weights: string) =>
    deviations(recipe, run(data, weights), 'the run').map(({ path }) => path);
  assert.deepEqual(differing('/data/photos', '/data/teachers/teacher.safetensors'), []);
  assert.deepEqual(differing('/data/photos2', '/data/teacher.pth'), ['data.name']);
  assert.deepEqual(differing('/data/photos', '/data/another-teacher.pth'), ['teacher.weights']);
});

test('what a recipe leaves to its data is as the data says it, and not otherwise', () => {
  const { recipe } = recipeOf(written, 'the test', { weightsAsWritten: true });
  const differing = (data: object) =>
    deviations(recipe, { ...recipe, data: { ...recipe.data, ...data } }, 'the run').map(({ path }) => path);
  assert.deepEqual(differing({ train: [{ name: 'crop-flip', padding: 4, flip: true }] }), []);
  assert.deepEqual(differing({ train: [], sampling: 'length' }), []);
  assert.ok(differing({ train: ['flip'] }).includes('data.train.0.name'));
  assert.deepEqual(differing({ train: [], sampling: 'balanced' }), ['data.train', 'data.sampling']);
  const texts = { ...written, data: { name: 'glue-rte' } };
  assert.deepEqual(recipeOf(texts, 'the test', { weightsAsWritten: true }).recipe.data, {
    ...{ name: 'glue-rte', train: [], sampling: 'length', holdOut: 0 },
  });
});
