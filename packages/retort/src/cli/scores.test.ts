/** How scores are printed: every metric that can be named has words, and shares alone are in percent. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cocoNames, metrics } from '../metrics/index.ts';
import { lastPart, scoreName, scoreText, scoreUnit } from './scores.ts';

const names = Object.keys(metrics);

test('every metric that can be named has words', () => {
  const plain = names.filter((name) => scoreName(name) === name);
  assert.deepEqual(plain, []);
});

test('every metric that can be named stands in the table of the README', () => {
  const readme = fs.readFileSync(path.join(import.meta.dirname, '../../../../README.md'), 'utf8');
  const [, table = ''] = /\n\| samples have \|.*\n\|[-|]+\n((?:\|.*\n)+)/.exec(readme) ?? [];
  assert.ok(!table.includes('`no`'));
  assert.deepEqual(
    names.filter((name) => !table.includes(`\`${name}\``)),
    [],
  );
});

test('shares are printed in percent, and correlations and errors as they are', () => {
  const shares = names.filter((name) => scoreUnit(name).endsWith(' %'));
  assert.deepEqual(shares, [
    'top1',
    'top5',
    'f1',
    'macroF1',
    'microF1',
    'subsetAccuracy',
    'averagePrecision',
    ...['AP', 'AP50', 'AP75', 'AR1', 'AR10', 'AR100', 'vocAP50', 'voc07AP50'],
  ]);
  for (const name of cocoNames) assert.ok(scoreUnit(name).endsWith(' %'), name);
  assert.deepEqual([scoreText('f1', 0.8765), scoreText(lastPart('test/f1'), 1)], ['87.65', '100.00']);
  for (const name of ['matthews', 'pearson', 'spearman', 'corr', 'mse', 'mae'])
    assert.deepEqual([scoreText(name, 0.123456), scoreText(name, -0.5)], ['0.1235', '-0.5000'], name);
});
