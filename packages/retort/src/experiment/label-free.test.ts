/** Students that are made without a label: of a teacher's embeddings, or of two draws of each image, live, cached, resumed, chosen by something said. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { manualSeed, setNumThreads } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { reading } from '../../reference/reading.ts';
import { cropFlip, type Dataset } from '../data/index.ts';
import {
  barlowTwins,
  compress,
  cosine,
  crd,
  dlkd,
  type Method,
  pkt,
  rkd,
  seed,
  srd,
} from '../methods/index.ts';
import { createModel } from '../models/index.ts';
import { embedding } from '../tasks/index.ts';
import { stageOf, Trainer, type TrainerOptions } from '../train/index.ts';
import { run } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-label-free-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const labelled = halves(24);
const { label: _, ...fields } = labelled.fields;
const { column: __, ...read } = reading(labelled);
/** Read, without labels. */
const data: Dataset = { ...read, name: 'unlabelled', fields };

const network = (name: string, begin: number) => {
  manualSeed(begin);
  return createModel(name, { classes: 0, channels: 1 });
};

const trainer = (method: Method, more: Partial<TrainerOptions> = {}): Trainer =>
  new Trainer({
    student: network('resnet8', 2),
    teachers: method.needsTeacher ? [network('resnet8x4', 1)] : [],
    task: embedding,
    data,
    batchSize: 8,
    seed: 5,
    precision: 'fp32',
    onWarning: () => {},
    stages: [stageOf({ method, epochs: 2, lr: 0.01, schedule: 'constant' })],
    ...more,
  });

const lossesOf = async (of: Trainer): Promise<number[]> => {
  const losses: number[] = [];
  for await (const event of of.run()) if (event.kind === 'step') losses.push(event.loss);
  return losses;
};

const methods: Readonly<Record<string, () => Method>> = {
  cosine: () => cosine(),
  seed: () => seed({ queue: 20 }),
  'compress, two queues': () => compress(),
  'compress, one queue': () => compress({ queues: '1q', queue: 20 }),
  dlkd: () => dlkd({ supervised: false }),
  rkd: () => rkd({ gamma: 0 }),
  pkt: () => pkt({ gamma: 0 }),
  srd: () => srd({ gamma: 0, kappa: 0 }),
  'crd by instances': () => crd({ contrast: 'instances', gamma: 0, dimension: 8, negatives: 12 }),
};

suite('without a label, from embeddings live and kept in several views, learns', () => {
  for (const [name, method] of Object.entries(methods))
    test(name, async () => {
      const folder = path.join(scratch, name.replaceAll(/\W+/g, '-'));
      const cache = { views: 2, dtype: 'float32', folder } as const;
      const live = await lossesOf(trainer(method()));
      assert.ok(live.length === 6 && live.every(Number.isFinite), String(live));
      // Nothing is drawn, so that both views are the images as they are.
      const cached = await lossesOf(trainer(method(), { cache }));
      for (const [i, loss] of cached.entries())
        assert.ok(Math.abs(loss - (live[i] ?? 0)) <= 2e-4 * Math.max(1, Math.abs(loss)), `${cached} ${live}`);
      const drawn = await lossesOf(trainer(method(), { cache, transforms: [cropFlip({ padding: 1 })] }));
      assert.ok(drawn.length === 6 && drawn.every(Number.isFinite));
    });
});

suite(
  'queues are part of a checkpoint: a run that is restored in the middle ends with the same bits, by',
  () => {
    for (const name of ['seed', 'compress, two queues'])
      test(name, async () => {
        const method = methods[name] ?? assert.fail();
        const [through, broken, restored] = [trainer(method()), trainer(method()), trainer(method())];
        for await (const _ of through.run());
        for await (const event of broken.run()) if (event.kind === 'step' && event.step === 2) break;
        const state = broken.state();
        assert.ok(Object.keys(state.tensors).some((key) => /queue\w*\.rows$/.test(key)));
        await restored.restore(state);
        for await (const _ of restored.run());
        const [wanted, actual] = [through.state().tensors, restored.state().tensors];
        for (const [key, value] of Object.entries(wanted))
          assert.deepEqual(actual[key]?.detach().toFlatArray(), value.detach().toFlatArray(), key);
        const oldest = Object.entries(wanted).filter(([key]) => key.endsWith('.oldest'));
        // Of a queue of 20 the 48 images of two epochs end at the ninth place; of one as long as the data at the first.
        for (const [, place] of oldest) assert.equal(place.item(), name === 'seed' ? 8 : 0);
      });
  },
);

test('two draws of each image, without a teacher', async () => {
  const method = () => barlowTwins({ dimension: 16, beta: 0.01 });
  const of = (more: Partial<TrainerOptions> = {}) =>
    lossesOf(trainer(method(), { transforms: [cropFlip({ padding: 2 })], ...more }));
  const losses = await of();
  assert.ok(losses.length === 6 && losses.every(Number.isFinite));
  assert.deepEqual(await of(), losses);
  // Where nothing is drawn both are one, and alike but for what batch norm adds to the variance.
  const [first = 1] = await lossesOf(trainer(barlowTwins({ dimension: 16, lambda: 1e-9 })));
  assert.ok(first < 0.1, String(first));
  const stages = [
    { ...stageOf({ method: method(), epochs: 1 }), methods: [method(), dlkd({ supervised: false })] },
  ];
  await assert.rejects(of({ stages, teachers: [network('resnet8x4', 1)] }), {
    message:
      'barlow-twins compares several draws of each image, and dlkd its quarter turns: they cannot learn of one batch; put them in stages of their own',
  });
});

test('the best weights are those with most of the teacher’s neighbours, where nothing else says it', async () => {
  const out = path.join(scratch, 'run');
  const result = await run({
    trainer: trainer(cosine(), { stages: [stageOf({ method: cosine(), epochs: 3, lr: 0.05 })] }),
    data: { train: data, test: data, source: 'halves' },
    out,
  });
  assert.deepEqual(result.headline, { metric: 'teacherNeighbours', better: 'higher' });
  const lines = fs
    .readFileSync(path.join(out, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .flatMap(({ test }) => (test ? [test.teacherNeighbours] : []));
  assert.equal(lines.length, 3);
  assert.equal(result.best?.teacherNeighbours, Math.max(...lines));
  assert.ok(lines.every((share) => share > 0 && share <= 1));
  // Data with classes is judged by these.
  assert.equal(embedding.headline(labelled)?.metric, 'neighbours');
});
