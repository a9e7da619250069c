/** What methods say that they need is what they read, whatever their options. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { cat, setNumThreads, type Tensor } from '@retort/torch';
import { computeLoss, describeLoss, exampleInput } from '../loss/index.ts';
import { methods } from './index.ts';

setNumThreads(1);

/** Options that change what is read; each method is looked at without any, too. */
const variants: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  annealing: [{ gamma: 1 }],
  ab: [{ gamma: 1 }],
  fsp: [{ gamma: 1 }],
  cskd: [{ weighted: false, gamma: 0 }],
  srd: [{ kappa: 0 }, { kappa: 0, gamma: 0 }, { gamma: 0 }, { levels: true, gamma: 0 }],
  kd: [{ gamma: 0 }, { proposals: true }, { proposals: true, gamma: 0 }],
  dkd: [{ gamma: 0 }, { proposals: true }, { proposals: true, gamma: 0 }],
  fitnet: [{ gamma: 0 }, { levels: true, gamma: 0 }],
  review: [{ gamma: 0 }, { levels: true, gamma: 0 }],
  dlkd: [{ supervised: false }, { category: 0 }, { gamma: 0 }, { category: 0, gamma: 0 }],
  ft: [{ phase: 'paraphraser' }, { gamma: 0 }],
  ofa: [{ labels: 0 }, { logits: 0 }, { exits: 0 }],
  pkd: [{ alpha: 0 }, { gamma: 0 }, { alpha: 0, gamma: 0 }, { strategy: 'last' }],
  minilm: [{ gamma: 1 }, { attention: 0 }, { values: 0 }],
  tinybert: [
    { prediction: 0 },
    { gamma: 1 },
    { attention: 0 },
    { embedding: 0, hidden: 0 },
    { embedding: 0, hidden: 0, attention: 0 },
  ],
  cosine: [{ gamma: 1 }],
  seed: [{ gamma: 1 }],
  compress: [{ queues: '1q' }, { gamma: 1 }],
  crd: [{ gamma: 0 }, { contrast: 'instances' }, { contrast: 'instances', gamma: 0 }],
  ...Object.fromEntries(
    ['dist', 'logit-std', 'at', 'sp', 'cc', 'vid', 'rkd', 'pkt', 'nst', 'fgfi'].map((name) => [
      name,
      [{ gamma: 0 }],
    ]),
  ),
};

suite('what is needed is what is read, by', () => {
  for (const [name, { create }] of Object.entries(methods))
    for (const options of [{}, ...(variants[name] ?? [])])
      test(`${name} ${JSON.stringify(options)}`, () => {
        const { needs = {}, needsTeacher } = create(options);
        const { outputs = [], targets = [], loss = false, liveTeacher = false } = needs;
        const read = Object.keys(describeLoss(name, { tensors: {}, options }).tensors);
        const reads = (tensor: string) => read.includes(tensor);
        assert.equal(reads('student.logits'), outputs.includes('logits') || loss);
        assert.equal(reads('teacher.logits'), needsTeacher && outputs.includes('logits'));
        assert.equal(reads('teacher.classLogits'), liveTeacher);
        assert.equal(reads('labels'), targets.includes('labels') || loss);
        assert.ok(!reads('dataset.labels') || targets.includes('labels'));
        const features = read.filter((tensor) => tensor.includes('.feature.'));
        assert.ok(needsTeacher || features.every((of) => of.startsWith('student.')));
      });
});

/** A half of the samples, in each of their turns; parts and what is of all samples stay whole. */
function half(tensors: Readonly<Record<string, Tensor>>, which: 0 | 1, turns: number) {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]): [string, Tensor] => {
      if (name.startsWith('parts.') || name === 'dataset.labels') return [name, tensor];
      const count = name.includes('.feature.') ? turns : 1;
      const size = tensor.size(0) / count;
      const parts = Array.from({ length: count }, (_, i) =>
        tensor.narrow(0, i * size + (which * size) / 2, size / 2),
      );
      return [name, cat(parts, 0)];
    }),
  );
}

suite('a batch is needed as a whole just where its loss is not the mean of those of its halves, by', () => {
  for (const [name, { create }] of Object.entries(methods))
    test(name, () => {
      const { turns = 1, needs } = create({});
      const tensors = exampleInput(name);
      const [whole, first, second] = [tensors, half(tensors, 0, turns), half(tensors, 1, turns)].map(
        (given) => computeLoss(name, { tensors: given }).terms,
      );
      const isMean = Object.entries(whole ?? {}).every(([term, value]) => {
        const mean = ((first?.[term]?.item() ?? 0) + (second?.[term]?.item() ?? 0)) / 2;
        return Math.abs(value.item() - mean) <= 1e-5 * Math.abs(value.item());
      });
      // Batch norms are no comparison (SRD's has no parts), and CRD's memories have a scale of their first batch.
      const isTold =
        ['crd', 'srd'].includes(name) || Object.keys(tensors).some((key) => key.endsWith('running_mean'));
      // Of a queue each sample's loss is its own, and it keeps the whole batch for those that come.
      if (needs?.wholeBatch) assert.ok(!isMean || ['seed', 'compress'].includes(name));
      else assert.ok(isMean || isTold);
    });
});

test('a method that is listed here exists', () => {
  for (const name of Object.keys(variants)) assert.ok(name in methods, name);
});

test('exits have as many classes as the logits of the student, also where nothing learns those', () => {
  const needs = (options: object) => methods.ofa?.create(options).needs;
  assert.partialDeepStrictEqual(needs({ logits: 0, exits: 0 }), {
    outputs: ['logits'],
    targets: [],
    loss: true,
  });
  assert.partialDeepStrictEqual(needs({ logits: 0, labels: 0 }), {
    outputs: ['logits'],
    targets: ['labels'],
    loss: false,
  });
});
