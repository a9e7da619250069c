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

test('columns say their units, and whose they are', () => {
  const heading = { title: 'title', from: 'best weights' };
  const bins = [{ from: 0, to: 1, samples: 2, confidence: 0.9, accuracy: 0.5 }];
  const of = { error: 0.4, bins };
  const terms = ['ce', 'kd'].map((name) => ({ name, norm: 1 }));
  const cosines = [
    [1, 0],
    [0, 1],
  ];
  const headers = (
    [
      { what: 'reliability', student: of, teacher: of, withoutTeacher: null },
      { what: 'cka', rows: ['layer1'], columns: ['layer2'], values: [[1]] },
      { what: 'gradient-norms', terms, total: 1, cosines, batches: 4 },
    ] as const
  ).map((found) =>
    linesOf({ ...heading, ...found } as Parameters<typeof linesOf>[0]).replace(/ {2,}/g, '  '),
  );
  assert.match(
    headers[0] ?? '',
    /confidence {2}student: samples {2}sure % {2}right % {2}teacher: samples {2}sure % {2}right %/,
  );
  assert.match(headers[1] ?? '', /student, and teacher: {2}layer2/);
  assert.match(headers[2] ?? '', /term {2}norm {2}cosine with ce {2}cosine with kd/);
});
