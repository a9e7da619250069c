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
