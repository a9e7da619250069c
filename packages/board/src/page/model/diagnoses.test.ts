import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnoses } from '../../../../retort/src/diagnose/registry.ts';
import { allDiagnoses } from '../../diagnoses.ts';
import { diagnosisLines, isSilent } from './diagnoses.ts';

const none = {
  results: [],
  running: [],
  waiting: [],
  failed: [],
  weights: null,
  samples: null,
  split: null,
} as const;

test('each diagnosis stands there once, also before it was made', () => {
  const lines = diagnosisLines(none);
  assert.deepEqual(
    lines.map(({ what }) => what),
    allDiagnoses,
  );
  assert.ok(lines.every(({ found, isRunning, error }) => !found && !isRunning && !error));
});

test('the page knows each that retort answers', () => {
  assert.deepEqual([...allDiagnoses].sort(), [...diagnoses.keys()].sort());
});

test('and says what it found, that it is at work or waits, or why it failed', () => {
  const silent = { what: 'temperatures', title: 'Temperatures', from: 'best', silent: 'no CSWT' } as const;
  const lines = diagnosisLines({
    ...none,
    results: [silent],
    running: ['cka'],
    waiting: ['agreement'],
    failed: [{ what: 'projector', error: 'no checkpoint is kept' }],
  });
  const line = (what: string) => lines.find((line) => line.what === what);
  assert.ok(isSilent(line('temperatures')?.found ?? assert.fail()));
  assert.deepEqual(
    ['cka', 'agreement', 'reliability'].map((what) => line(what)?.work),
    ['computing', 'waiting', null],
  );
  assert.equal(line('projector')?.error, 'no checkpoint is kept');
});
