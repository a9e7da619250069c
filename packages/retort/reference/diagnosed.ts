/** A run that is diagnosed, for tests: of halves of images, which are told apart by them alone. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, mock } from 'node:test';
import { manualSeed, saveSafetensors, setNumThreads } from '@retort/torch';
import { datasets } from '../src/data/index.ts';
import type { Diagnoses, Diagnosis, DiagnosisName, Findings } from '../src/diagnose/index.ts';
import { createModel } from '../src/models/index.ts';
import { retort } from './command.ts';
import { halves } from './halves.ts';

export const splits = { train: halves(40), test: halves(30, 5), source: 'made' };

/** Has this process work in a folder of its own, with `teacher.safetensors`, where Fashion-MNIST is halves of images. */
export function inScratch() {
  setNumThreads(1);
  const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-diagnose-')));
  process.chdir(scratch);
  after(() => fs.rmSync(scratch, { recursive: true }));
  mock.method(datasets, 'fashion-mnist', async () => splits);
  manualSeed(0);
  const teacher = createModel('resnet14', { classes: 2, channels: 1 });
  saveSafetensors('teacher.safetensors', teacher.stateDict(), { model: 'resnet14' });
  // Nobody else shares this process, which gives way to all others from then on.
  return { setPriority: mock.method(os, 'setPriority', () => {}) };
}

export const recipe = (more: string): string => `data: { name: fashion-mnist, train: [] }
batchSize: 16
precision: fp32
student: resnet8
teacherCheck: false
${more}`;

export const distilled = recipe(`teacher: teacher.safetensors
cache: { folder: cached }
stages:
  - { methods: [{ name: annealing, tauMax: 2 }], epochs: 2 }
  - { methods: [cskd, srd], epochs: 1 }
`);

/** Distils by a recipe into a folder of the same name. */
export async function ran(name: string, text: string): Promise<void> {
  fs.writeFileSync(`${name}.yaml`, text);
  const { code, stderr } = await retort('distill', `${name}.yaml`, '--out', name);
  assert.equal(code, 0, stderr);
}

/** What the command answers. */
export async function found(...args: string[]): Promise<Diagnoses> {
  const { code, stdout, stderr } = await retort('diagnose', ...args, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** The findings of one diagnosis. */
export function of<What extends DiagnosisName>(
  { results }: Diagnoses,
  what: What,
): Extract<Findings, { what: What }> {
  const one = results.find((result) => result.what === what);
  assert.ok(one && !('silent' in one), JSON.stringify(one));
  return one as Extract<Findings, { what: What }>;
}

/** What is said of objects in images, whatever state a run is in that learned to classify. */
const ofAnotherTask = 'it is of objects in images, and what this run learned is classification';

/** Why diagnoses have nothing to say, but for those of another task. */
export const silences = (results: readonly Diagnosis[]): Record<string, string> =>
  Object.fromEntries(
    results.flatMap((one) =>
      'silent' in one && one.silent !== ofAnotherTask ? [[one.what, one.silent]] : [],
    ),
  );
