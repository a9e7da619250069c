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

test('a run is as its recipe says where that leaves to the data what the data said', () => {
  const { recipe } = recipeOf(written, 'the test', { weightsAsWritten: true });
  const differing = (settings: object, data: object = {}, asked: object = {}) =>
    deviations(
      { ...recipe, data: { ...recipe.data, ...asked } },
      { ...recipe, ...settings, data: { ...recipe.data, ...data } },
      'the run',
    ).map(({ path }) => path);
  const train = [{ name: 'crop-flip', padding: 4, flip: true }];
  assert.equal(recipe.task, undefined);
  assert.deepEqual(differing({ task: 'regression' }, { train }), []);
  assert.deepEqual(differing({ task: 'multi-label' }, { train: [], sampling: 'length' }), []);
  assert.deepEqual(differing({}, { train: [], sampling: 'shuffled' }, { sampling: 'shuffled' }), []);
  assert.deepEqual(differing({ task: 'embedding' }, { train }), ['task']);
  assert.deepEqual(differing({ metrics: ['f1'] }), ['metrics']);
  assert.deepEqual(differing({}, { train: [{ ...train[0], padding: 2 }] }), [
    'data.train.0.name',
    'data.train.0.padding',
    'data.train.0.flip',
  ]);
  assert.deepEqual(differing({}, { sampling: 'balanced' }), ['data.sampling']);
});
