import assert from 'node:assert/strict';
import { test } from 'node:test';
import { told } from './answers.ts';

test('one class among all: shares of 1, the five likeliest first', () => {
  const { answers } = told([1, 1000, 2, 3, 4, 5], ['a', 'b'], 'single_label_classification');
  assert.equal(answers.length, 5);
  assert.deepEqual(answers[0], { name: 'b', probability: 1 });
  assert.equal(
    told([1, 8, 2, 3, 4, 5], ['a', 'b'], 'single_label_classification').answers[1]?.name,
    'class 5',
  );
});

test('several classes: each by itself', () => {
  const { answers } = told([0, 0], ['a', 'b'], 'multi_label_classification');
  assert.deepEqual(
    answers.map(({ probability }) => probability),
    [0.5, 0.5],
  );
});

test('a regression says its number', () => {
  assert.deepEqual(told([3.5], [], 'regression'), { answers: [], value: 3.5 });
});
