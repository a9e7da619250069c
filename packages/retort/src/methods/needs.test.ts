/** What methods say that they need is what they read, whatever their options. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import { describeLoss } from '../loss/index.ts';
import { methods } from './index.ts';

setNumThreads(1);

/** Options that change what is read; each method is looked at without any, too. */
const variants: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  annealing: [{ gamma: 1 }],
  ab: [{ gamma: 1 }],
  fsp: [{ gamma: 1 }],
  cskd: [{ weighted: false, gamma: 0 }],
  srd: [{ kappa: 0 }, { kappa: 0, gamma: 0 }, { gamma: 0 }],
  dlkd: [{ supervised: false }, { category: 0 }, { gamma: 0 }, { category: 0, gamma: 0 }],
  ft: [{ phase: 'paraphraser' }, { gamma: 0 }],
  ofa: [{ labels: 0 }, { logits: 0 }, { exits: 0 }],
  ...Object.fromEntries(
    [
      'kd',
      'dkd',
      'dist',
      'logit-std',
      'fitnet',
      'at',
      'sp',
      'cc',
      'vid',
      'rkd',
      'pkt',
      'nst',
      'crd',
      'review',
    ].map((name) => [name, [{ gamma: 0 }]]),
  ),
};

suite('what is needed is what is read, by', () => {
  for (const [name, { create }] of Object.entries(methods))
    for (const options of [{}, ...(variants[name] ?? [])])
      test(`${name} ${JSON.stringify(options)}`, () => {
        const { needs = {}, needsTeacher } = create(options);
        const { outputs = [], targets = [], loss = false } = needs;
        const read = Object.keys(describeLoss(name, { tensors: {}, options }).tensors);
        const reads = (tensor: string) => read.includes(tensor);
        assert.equal(reads('student.logits'), outputs.includes('logits') || loss);
        assert.equal(reads('teacher.logits'), needsTeacher && outputs.includes('logits'));
        assert.equal(reads('labels'), targets.includes('labels') || loss);
        assert.ok(!reads('dataset.labels') || targets.includes('labels'));
        const features = read.filter((tensor) => tensor.includes('.feature.'));
        assert.ok(needsTeacher || features.length === 0);
      });
});

test('a method that is listed here exists', () => {
  for (const name of Object.keys(variants)) assert.ok(name in methods, name);
});

test('exits have as many classes as the logits of the student, also where nothing learns those', () => {
  const needs = (options: object) => methods.ofa?.create(options).needs;
  assert.deepEqual(needs({ logits: 0, exits: 0 }), { outputs: ['logits'], targets: [], loss: true });
  assert.deepEqual(needs({ logits: 0, labels: 0 }), {
    outputs: ['logits'],
    targets: ['labels'],
    loss: false,
  });
});
