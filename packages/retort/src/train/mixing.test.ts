/** Training on images that are mixed, or shown more than once an epoch: what methods see, and what is refused. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { manualSeed, nn, setNumThreads, type Tensor } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { reading } from '../../reference/reading.ts';
import { cropFlip, mixing } from '../data/index.ts';
import {
  crd,
  crossEntropy,
  dkd,
  dlkd,
  kd,
  type Method,
  ofa,
  type Seen,
  supervised,
} from '../methods/index.ts';
import { createModel } from '../models/index.ts';
import { classification, embedding, type Task } from '../tasks/index.ts';
import { stageOf, Trainer, type TrainerOptions } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-mixing-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const data = halves(22);
const network = (seed: number) => {
  manualSeed(seed);
  return createModel('resnet8', { classes: 2, channels: 1 });
};

const options = (method: Method, more: Partial<TrainerOptions> = {}): TrainerOptions => ({
  student: network(1),
  teachers: [network(2)],
  stages: [stageOf({ method, epochs: 1 })],
  data,
  batchSize: 8,
  precision: 'fp32',
  mixing: mixing({ mixup: 0.8, cutmix: 1 }),
  ...more,
});

/** Trains, and hands on what a method saw in each step, the rehearsal's first. */
async function seen(method: Method, see: (seen: Seen) => void, more: Partial<TrainerOptions> = {}) {
  const objective: Method['objective'] = (pair) => {
    const own = method.objective(pair);
    return {
      ...own,
      losses(given) {
        see(given);
        return own.losses(given);
      },
    };
  };
  const { needs } = method;
  const trainer = new Trainer(options({ ...method, objective, ...(needs && { needs }) }, more));
  return Array.fromAsync(trainer.run());
}

suite('on mixed images', () => {
  for (const method of [
    kd({ gamma: 1 }),
    supervised(),
    crossEntropy({ labelSmoothing: 0.1 }),
    ofa(),
    dkd(),
    crd({ negatives: 4 }),
  ])
    test(`${method.name} learns, from soft labels in the place of labels`, async () => {
      const mixes = new Set<number>();
      const events = await seen(method, ({ targets }) => {
        assert.deepEqual(Object.keys(targets), ['softLabels']);
        for (const share of targets.softLabels?.select(1, 0).toFlatArray() ?? []) mixes.add(Number(share));
      });
      assert.ok([...mixes].some((share) => share > 0 && share < 1));
      assert.equal(events.at(-1)?.kind, 'epoch');
    });

  test('both networks are shown the same picture', async () => {
    const shown: Record<string, string[]> = { student: [], teacher: [] };
    class Listening extends nn.Layer {
      readonly inner = network(3);
      readonly whose: string;
      constructor(whose: string) {
        super();
        this.whose = whose;
      }
      forward(x: Tensor): Tensor {
        shown[this.whose]?.push(String(x.mul(x.mean().item()).sum().item()));
        return this.inner.forward(x);
      }
    }
    const [student, teacher] = [new Listening('student'), new Listening('teacher')];
    await seen(kd({ gamma: 0 }), () => {}, { student, teachers: [teacher] });
    assert.ok(shown.student && shown.student.length >= 3);
    assert.deepEqual(shown.student.slice(-3), shown.teacher?.slice(-3));
    assert.equal(new Set(shown.student.slice(-3)).size, 3);
  });

  test('a task without labels learns its teacher’s answers', async () => {
    const { targets } = embedding;
    assert.ok(targets);
    await seen(
      {
        ...kd({ gamma: 0 }),
        needs: {},
        objective: () => ({
          losses: ({ student: { outputs } }) => ({ mean: outputs.embedding?.mean() ?? assert.fail() }),
        }),
      },
      (given) => assert.deepEqual(given.targets, {}),
      { task: embedding, student: createModel('resnet8', { classes: 4, channels: 1 }) },
    );
  });

  const refused = async (method: Method, more: Partial<TrainerOptions> = {}): Promise<string> => {
    try {
      await new Trainer(options(method, more)).run().next();
    } catch (error) {
      assert.ok(error instanceof Error && error.name === 'TrainingError', String(error));
      return error.message;
    }
    return assert.fail(`${method.name} began`);
  };

  test('dlkd, which needs one class of each image, is refused by name before the first step', async () => {
    assert.equal(
      await refused(dlkd()),
      'dlkd needs the labels of the samples, and mixed images are of two of them: leave out mixing, or dlkd',
    );
  });

  test('dlkd without labels learns', async () => {
    const events = await seen(dlkd({ supervised: false }), () => {}, { transforms: [cropFlip()] });
    assert.equal(events.at(-1)?.kind, 'epoch');
  });

  test('a method of one’s own that looks at labels without saying so is stopped too', async () => {
    const own: Method = {
      ...kd(),
      name: 'own',
      needs: {},
      objective: () => ({
        losses: ({ targets }) => ({ own: targets.labels?.sum() ?? assert.fail('no labels') }),
      }),
    };
    assert.match(await refused(own), /no labels/);
  });

  test('a cache, batches of one and a task that does not mix are refused', async () => {
    const cache = { views: 1, folder: scratch };
    assert.match(
      await refused(kd(), { cache }),
      /^what the teacher says cannot be kept: a mixed image is of two/,
    );
    assert.match(await refused(kd(), { batchSize: 1 }), /with batchSize: 1 there are none/);
    const { mix: _, ...task } = classification;
    assert.equal(
      await refused(kd(), { task: { ...task, name: 'own' } as Task }),
      'the task own does not say what a mixed image teaches (its `mix`): leave out mixing',
    );
    assert.match(
      await refused(kd(), { cache, mixing: undefined, sampling: { repeats: 3 } }),
      /^repeats show an image changed by another draw each time/,
    );
  });
});

test('data that is read ahead is mixed, repeated and balanced as data in memory is, and in the parts of a step', async () => {
  const losses = async (of: TrainerOptions['data']) => {
    const given = options(kd(), {
      data: of,
      batchSize: 4,
      stages: [{ ...stageOf({ method: kd(), epochs: 2 }), accumulate: 2 }],
      transforms: [cropFlip()],
      mixing: mixing({ mixup: 0.8, cutmix: 1, mode: 'pair' }),
      sampling: { by: 'balanced', repeats: 2 },
      readAhead: 3,
    });
    const events = await Array.fromAsync(new Trainer(given).run());
    return events.map((event) => event.losses.loss);
  };
  const [held, read] = [await losses(data), await losses(reading(data, { delay: (call) => 3 - (call % 3) }))];
  assert.equal(held.length, 8);
  assert.deepEqual(read, held);
});

suite('an epoch', () => {
  const idsOf = async (more: Partial<TrainerOptions>) => {
    const all: number[] = [];
    await seen(kd(), ({ ids }) => all.push(...ids.toFlatArray().map(Number)), { mixing: undefined, ...more });
    // What was rehearsed comes first.
    return all.slice(-22);
  };

  test('shows each image three times in a row with repeats, and as many images as there are', async () => {
    const ids = await idsOf({ sampling: { repeats: 3 } });
    assert.ok(ids.every((id, i) => id === ids[3 * Math.floor(i / 3)]));
    assert.equal(new Set(ids).size, 8);
  });

  test('draws an image that is shown again anew, and not where a cache has one view of it', async () => {
    const pictures = async (more: Partial<TrainerOptions>) => {
      const byId = new Map<number, Set<string>>();
      class Listening extends nn.Layer {
        readonly inner = network(1);
        shown: Tensor | null = null;
        forward(x: Tensor): Tensor {
          this.shown = x;
          return this.inner.forward(x);
        }
      }
      const student = new Listening();
      let steps = 0;
      const see = ({ ids }: Seen) => {
        if (steps++ === 0) return;
        for (const [i, id] of ids.toFlatArray().entries()) {
          const rows = byId.get(Number(id)) ?? new Set();
          byId.set(Number(id), rows.add(String(student.shown?.select(0, i).toFlatArray())));
        }
      };
      await seen(kd(), see, { student, mixing: undefined, transforms: [cropFlip()], ...more });
      return Math.max(...[...byId.values()].map((rows) => rows.size));
    };
    assert.equal(await pictures({}), 1);
    assert.equal(await pictures({ sampling: { repeats: 3 } }), 3);
    const cache = { views: 1, folder: scratch };
    assert.ok((await pictures({ sampling: { by: 'balanced' } })) > 1);
    assert.equal(await pictures({ sampling: { by: 'balanced' }, cache }), 1);
  });
});
