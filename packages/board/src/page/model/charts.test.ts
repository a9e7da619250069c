import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartsOf } from './charts.ts';

const epochs = [
  'train/ce',
  'train/kd',
  'train/loss',
  'train/top1',
  'lr',
  'train/samplesPerSecond',
  'test/top1',
  'test/samplesPerSecond',
];
const steps = [
  'step/train/ce',
  'step/train/kd',
  'step/train/loss',
  'step/lr',
  'step/gradientNorm',
  'step/test/top1',
];
const run = {
  scalars: [...epochs, ...steps],
  terms: ['train/ce', 'train/kd', 'step/train/ce', 'step/train/kd'],
};
const seriesOf = (text: string) =>
  chartsOf(run, text).map(({ key, series }) => [key, ...series.map(({ name }) => name)]);

test('the loss stands with its terms, and a score with itself on each split; steps are taken where there are some', () => {
  assert.deepEqual(seriesOf(''), [
    ['loss', 'step/train/loss', 'step/train/ce', 'step/train/kd'],
    ['top1', 'train/top1', 'test/top1', 'step/test/top1'],
    ['lr', 'step/lr'],
    ['gradientNorm', 'step/gradientNorm'],
    ['speed', 'train/samplesPerSecond', 'test/samplesPerSecond'],
  ]);
});

test('a search leaves the series that have its words in their names or titles', () => {
  assert.deepEqual(seriesOf('kd'), [['loss', 'step/train/kd']]);
  assert.deepEqual(seriesOf('throughput test'), [['speed', 'test/samplesPerSecond']]);
  assert.deepEqual(seriesOf('nothing'), []);
});

test('shares say so, and what comes twice is told apart', () => {
  const top1 = chartsOf(run, 'top-1')[0];
  assert.ok(top1?.isShare);
  assert.equal(top1.title, 'Top-1, %');
  assert.deepEqual(
    top1.series.map(({ label }) => label),
    ['train', 'test', 'test, between epochs'],
  );
});

test('a run of the library may log whatever it wants', () => {
  const found = chartsOf({ scalars: ['mine', 'train/warmth'], terms: [] }, '');
  assert.deepEqual(
    found.map(({ key }) => key),
    ['warmth', 'mine'],
  );
});
