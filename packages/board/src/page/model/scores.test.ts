import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricName, scoreShown, scoreText, spreadShown } from './scores.ts';

test('shares are percent, wherever the tag has them', () => {
  assert.equal(scoreShown('test/top1 (best)', 0.7213), '72.13 %');
  assert.equal(metricName('test/top1 (best)'), 'top-1');
});

test('other scores have four digits behind the point, and no unit', () => {
  assert.equal(scoreShown('mse', 0.25), '0.2500');
  assert.equal(scoreText('test/crossEntropy', null), '');
});

test('a spread is told of two and more', () => {
  assert.equal(spreadShown('top1', { mean: 0.72, deviation: 0.01, n: 3 }), '72.00 ± 1.00 %');
  assert.equal(spreadShown('top1', { mean: 0.72, deviation: 0, n: 1 }), '72.00 %');
});
