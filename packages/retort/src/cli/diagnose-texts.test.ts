/** Diagnoses of a run on texts, and of those that learn no classes. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import { mock, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import { retort } from '../../reference/command.ts';
import { workingFolder } from '../../reference/data-folder.ts';
import { writeGlue, writeTextFolder } from '../../reference/glue.ts';
import type { Diagnoses, Diagnosis } from '../diagnose/index.ts';

setNumThreads(1);
const scratch = workingFolder('diagnose-texts');
mock.method(os, 'setPriority', () => {});
writeGlue(scratch, 9);
writeTextFolder('bert', 'bert', ['entailment', 'not_entailment']);

async function diagnosed(folder: string, recipe: string): Promise<readonly Diagnosis[]> {
  fs.writeFileSync(`${folder}.yaml`, `batchSize: 3\nteacherCheck: false\nprecision: fp32\n${recipe}`);
  const trained = await retort('distill', `${folder}.yaml`, '--out', folder);
  assert.equal(trained.code, 0, trained.stderr);
  const { code, stdout, stderr } = await retort('diagnose', folder, '--json');
  assert.equal(code, 0, stderr);
  const { results, samples }: Diagnoses = JSON.parse(stdout);
  assert.equal(samples, 9);
  return results;
}

test('a run on pairs of texts', async () => {
  const results = await diagnosed(
    'run',
    `data: { name: glue-rte }
teacher: ./bert
student: ./bert
stages: [{ methods: [{ name: annealing, gamma: 0.5 }], steps: 4 }]
`,
  );
  const silent = results.flatMap((one) => ('silent' in one ? [one.what] : []));
  assert.deepEqual(silent, ['temperatures', 'projector', 'detections']);
  for (const one of results) {
    if ('silent' in one) continue;
    if (one.what === 'annealing')
      assert.deepEqual(
        one.factors.map(({ epoch }) => epoch),
        [1, 2],
        'four steps of three texts are two epochs of nine',
      );
    if (one.what === 'gradient-norms')
      assert.deepEqual(
        one.terms.map(({ name }) => name),
        ['ce', 'annealing'],
      );
    if (one.what !== 'disagreements') continue;
    assert.equal(one.samples.length, 9);
    for (const { picture, text, label, name } of one.samples) {
      assert.deepEqual([picture, name], [null, null]);
      assert.match(text ?? '', /^(a good|the bad|no) film .*\n(it is|so is) good \d$/);
      assert.match(label ?? '', /^(not_)?entailment$/);
    }
  }
  const { stdout } = await retort('diagnose', 'run', '--what', 'disagreements');
  assert.match(stdout, /#\d .* film /);
});

test('a run that learned numbers has features and gradients', async () => {
  const results = await diagnosed(
    'number',
    `data: { name: glue-stsb }
teacher: { weights: ./bert, newHead: true }
student: { weights: ./bert, newHead: true }
stages: [{ methods: [kd], epochs: 1 }]
`,
  );
  const silent = Object.fromEntries(
    results.flatMap((one) => ('silent' in one ? [[one.what, one.silent]] : [])),
  );
  assert.ok(!('cka' in silent) && !('gradient-norms' in silent), JSON.stringify(silent));
  for (const what of ['per-class', 'agreement', 'reliability', 'disagreements'])
    assert.equal(silent[what], 'it is of classes, one to a sample, and what this run learned is regression');
});
