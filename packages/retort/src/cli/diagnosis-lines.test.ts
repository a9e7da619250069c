import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from './diagnosis-lines.ts';

test('names of any length leave room for the rest of a table, and what is not known has no percent', () => {
  const heading = { title: 'title', from: 'best weights' };
  const long = 'long'.repeat(1000);
  const classes = [{ name: long, samples: 1, student: 1, teacher: null }];
  const answers = [{ class: long, probability: 1 }];
  const sample = { index: 0, name: long, label: long, divergence: 1, picture: null, text: null };
  for (const one of [
    { ...heading, what: 'per-class', classes, withoutTeacher: null },
    { ...heading, what: 'disagreements', samples: [{ ...sample, student: answers, teacher: answers }] },
  ] as const)
    for (const line of linesOf(one).split('\n')) assert.ok(line.length < 400, String(line.length));
  const unknown = { bothRight: null, onlyStudent: null, onlyTeacher: null, neither: null };
  const shares = { ...heading, top1: 1, divergence: 0, meanCosine: 1, ...unknown };
  assert.doesNotMatch(linesOf({ ...shares, what: 'agreement' }), /- %/);
});
