/** A teacher without logits teaches what it sees: vectors, judged by their neighbours. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { manualSeed, nn, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { reading } from '../../reference/reading.ts';
import { inMemory } from '../data/index.ts';
import { assess, evaluate } from '../evaluate/index.ts';
import { crossEntropy, dlkd, kd, type Method, sp, srd } from '../methods/index.ts';
import { stageOf, Trainer, type TrainerOptions } from '../train/index.ts';
import { classification, embedding, makeBatch } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-embedding-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const data = halves(40);

/** Looks at the brightness of quarters of the image: two classes are apart in it. Knows no classes itself. */
class Quarters extends nn.Layer {
  /** The weight of noise that it would have to leave out. */
  readonly inner = new nn.Sequential(new nn.Flatten(), new nn.Linear(64, 4, { bias: false }));

  constructor() {
    super();
    const columns = Array.from({ length: 4 }, (_, quarter) =>
      Array.from({ length: 64 }, (_, i) => (Math.floor((i % 8) / 2) === quarter ? 1 / 16 : 0)),
    );
    this.inner.parameters()[0]?.detach().copy_(tensor(columns));
  }

  forward(x: Tensor): Tensor {
    return this.inner.forward(x);
  }
}

/** Answers vectors of its own length. */
class Small extends nn.Layer {
  readonly fc = new nn.Sequential(new nn.Flatten(), new nn.Linear(64, 6));
  forward(x: Tensor): Tensor {
    return this.fc.forward(x);
  }
}

const small = (seed = 1): Small => {
  manualSeed(seed);
  return new Small();
};

/** Compares images with one another as both networks see them, by their last features; labels are not looked at. */
const relations = (): Method => sp({ gamma: 0, student: 'fc', teacher: 'inner' });

const options = (method: Method, more: Partial<TrainerOptions> = {}): TrainerOptions => ({
  student: small(),
  teachers: [new Quarters()],
  task: embedding,
  stages: [stageOf({ method, epochs: 12, lr: 0.02, weightDecay: 0, schedule: 'constant' })],
  data,
  batchSize: 10,
  precision: 'fp32',
  ...more,
});

suite('the task embedding', () => {
  test('trains a student of a teacher without logits, live and from a cache, to the same', async () => {
    const folder = path.join(scratch, 'cache');
    const losses = async (more: Partial<TrainerOptions>) => {
      const given = options(relations(), more);
      const events = await Array.fromAsync(new Trainer(given).run());
      const epochs = events.filter((event) => event.kind === 'epoch');
      const { neighbours = 0 } = await evaluate(given.student, data, { task: embedding });
      return {
        losses: epochs.map((epoch) => epoch.losses),
        watched: epochs.map(({ watched }) => watched),
        neighbours,
      };
    };
    const live = await losses({});
    const [first, last] = [live.losses[0]?.loss ?? 0, live.losses.at(-1)?.loss ?? 1];
    assert.ok(last < first / 2, `${last} of ${first}`);
    assert.deepEqual(Object.keys(live.losses[0] ?? {}), ['sp', 'loss']);
    assert.deepEqual(live.watched[0], {});
    const cache = { views: 1, dtype: 'float32', folder } as const;
    for (const more of [{ cache }, { cache }, { cache, data: { ...reading(data), name: data.name } }]) {
      const { losses: cached, neighbours } = await losses(more);
      for (const [i, { loss = 0 }] of cached.entries())
        assert.ok(Math.abs(loss - (live.losses[i]?.loss ?? 0)) <= 1e-4 * first, `epoch ${i}`);
      assert.ok(Math.abs(neighbours - live.neighbours) < 0.05);
    }
    const [key = '', ...others] = fs.readdirSync(folder);
    assert.deepEqual(others, []);
    const { columns, task } = JSON.parse(fs.readFileSync(path.join(folder, key, 'key.json'), 'utf8'));
    assert.equal(task, 'embedding');
    assert.deepEqual(columns, [
      { name: 'output.embedding', dtype: 'float32', shape: [4] },
      { name: 'inner', dtype: 'float32', shape: [1, 4] },
    ]);
  });

  test('is scored by neighbours, with nothing of classifiers', async () => {
    const { neighbours, samples } = await evaluate(new Quarters(), data, { task: embedding });
    assert.deepEqual([neighbours, samples], [1, 40]);
    const found = await assess(new Quarters(), data, { task: embedding, teacher: small(), batchSize: 7 });
    const { teacherNeighbours, ...own } = found.scores;
    assert.deepEqual(own, { neighbours: 1 });
    assert.ok(teacherNeighbours !== undefined && teacherNeighbours > 0 && teacherNeighbours < 1);
    const same = await assess(new Quarters(), data, { task: embedding, teacher: new Quarters() });
    assert.deepEqual(same.scores, { neighbours: 1, teacherNeighbours: 1 });
    assert.deepEqual([found.perClass, found.calibrationError, found.agreement], [null, null, null]);
    assert.deepEqual(embedding.headline(data), { metric: 'neighbours', better: 'higher' });
  });

  test('of data without classes has no score to choose by', async () => {
    const { label: _, ...fields } = data.fields;
    const { column: __, ...read } = reading(data);
    const unlabelled = { ...read, fields };
    assert.equal(embedding.headline(unlabelled), null);
    const { samplesPerSecond: ___, ...scores } = await evaluate(new Quarters(), unlabelled, {
      task: embedding,
    });
    assert.deepEqual(scores, { samples: 40 });
    const trainer = new Trainer(options(relations(), { data: unlabelled }));
    const events = await Array.fromAsync(trainer.run());
    assert.equal(events.filter(({ kind }) => kind === 'epoch').length, 12);
    await assert.rejects(evaluate(new Quarters(), unlabelled), {
      name: 'DataError',
      message: 'read has no classes to tell apart: its fields are image',
    });
  });

  test('refuses, before the first step, a method that needs what is not there', async () => {
    const refused = async (method: Method): Promise<string> => {
      const student = small();
      const before = student.parameters().map((parameter) => parameter.toList());
      const error = await new Trainer(options(method, { student }))
        .run()
        .next()
        .then(
          () => assert.fail('it began'),
          (thrown) => thrown,
        );
      assert.equal(error.name, 'TrainingError');
      assert.deepEqual(
        student.parameters().map((parameter) => parameter.toList()),
        before,
      );
      return error.message;
    };
    const answers = 'and of the task embedding a network answers embedding';
    assert.equal(await refused(kd({ gamma: 0 })), `kd needs the student's logits, ${answers}`);
    assert.equal(
      await refused(sp({ student: 'fc', teacher: 'inner' })),
      "sp takes the task's own loss as a term, and the task embedding has none: set its weight (gamma) to 0",
    );
    assert.equal(
      await refused({ ...relations(), name: 'asks', needs: { targets: ['boxes'] } }),
      'asks needs the boxes of the samples, and of the task embedding they have labels',
    );
    assert.equal(
      await refused(srd({ student: 'fc', teacher: 'inner', gamma: 0 })),
      `srd needs the student's logits, ${answers}: it learns from features alone with { gamma: 0, kappa: 0 }`,
    );
    assert.equal(
      await refused(dlkd({ student: 'fc', teacher: 'inner' })),
      "dlkd takes the task's own loss as a term, and the task embedding has none: set its weight (gamma) to 0; it learns from features alone with { supervised: false }",
    );
    assert.equal(await refused(crossEntropy()), `cross-entropy needs the student's logits, ${answers}`);
  });

  test('refuses networks that answer no vectors, and answers that are none', async () => {
    class Maps extends Quarters {
      override forward(x: Tensor): Tensor {
        return super.forward(x).unsqueeze(2);
      }
    }
    await assert.rejects(new Trainer(options(relations(), { teachers: [new Maps()] })).run().next(), {
      name: 'TrainingError',
      message: 'the teacher gives [2, 4, 1] for 2 images: an embedding is [N, D]',
    });
    class Broken extends Small {
      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(Number.NaN);
      }
    }
    await assert.rejects(evaluate(new Broken(), data, { task: embedding }), {
      name: 'EvaluationError',
      message:
        /^the model cannot be scored: its embedding is not finite \(240 of its 240 numbers are NaN\); its weights and images are finite/,
    });
  });
});

test('a classifier’s targets and outputs are named; data without classes is refused in a sentence', () => {
  const { targets } = makeBatch(data, Int32Array.of(3, 0), { seed: 0, epoch: 0 });
  assert.deepEqual(Object.keys(targets), ['labels']);
  assert.deepEqual([classification.width(data), embedding.width(data)], [2, 0]);
  const wide = {
    logits: tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  };
  assert.equal(
    classification.misfit(wide, data),
    "gives [2, 3] for 2 images, and in memory has 2 classes: its logits must be [N, 2], or `classes` say which of its classes stand for the data's",
  );
  assert.equal(classification.misfit({ logits: tensor([[1, 2]]) }, data), null);
  const own = inMemory({
    images: new Uint8Array(4),
    labels: [0],
    height: 2,
    width: 2,
    channels: 1,
    classes: ['a'],
    mean: [0],
    std: [1],
  });
  const { label: _, ...fields } = own.fields;
  assert.throws(() => classification.width({ ...reading(own), fields }), {
    message: 'read has no classes to tell apart: its fields are image',
  });
});
