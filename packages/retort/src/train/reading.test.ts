/** Training on a data set of one's own, whose samples are read: the same bits as from memory, whatever comes first, stopped or not. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { manualSeed, memory, type nn, setNumThreads } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { type Reading, reading } from '../../reference/reading.ts';
import { cropFlip } from '../data/index.ts';
import { assess, evaluate } from '../evaluate/index.ts';
import { crd, kd } from '../methods/index.ts';
import { createModel } from '../models/index.ts';
import { hashTensors } from '../tensors/hash-tensors.ts';
import { type StepEvent, stageOf, Trainer, type TrainerOptions, train } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-reading-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const held = halves(22);
const network = (seed: number): nn.Layer => {
  manualSeed(seed);
  return createModel('resnet8', { classes: 2, channels: 1 });
};

const options = (more: Partial<TrainerOptions> = {}): TrainerOptions => ({
  student: network(3),
  teachers: [network(2)],
  stages: [stageOf({ method: kd(), epochs: 2 })],
  data: held,
  batchSize: 4,
  precision: 'fp32',
  transforms: [cropFlip({ padding: 2 })],
  ...more,
});

const weights = ({ student }: Pick<TrainerOptions, 'student'>): string => hashTensors(student.stateDict());

async function trained(more: Partial<TrainerOptions> = {}): Promise<string> {
  const given = options(more);
  await Array.fromAsync(new Trainer(given).run());
  return weights(given);
}

/** Lets what waits come to its end. */
async function settled({ asked, answered }: Reading): Promise<void> {
  while (answered.length < asked.length) await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setImmediate(resolve));
}

suite('samples that are read train to the very weights that samples in memory do', () => {
  test('however many batches are read ahead, and whatever is there first', async () => {
    const wanted = await trained();
    for (const ahead of [0, 1, 2, 5]) {
      const data = reading(held, { delay: (call) => (call % 3 === 0 ? 8 : call % 3) });
      assert.equal(await trained({ data, readAhead: ahead }), wanted, `${ahead} ahead`);
      assert.ok(data.most <= ahead + 1, `${data.most} batches waited, ${ahead} ahead`);
      // Two epochs of six batches, and the samples that the networks are tried on.
      assert.equal(data.asked.length, 13);
    }
    assert.notEqual(await trained({ seed: 1 }), wanted);
  });

  test('where batches add up, a method looks at all labels, sides differ, stages count steps, and a cache is filled', async () => {
    const added = { ...stageOf({ method: kd(), epochs: 1 }), accumulate: 2 };
    const steps = { ...stageOf({ method: kd(), epochs: 1 }), epochs: undefined, steps: 3 };
    const cache = (name: string) => ({ views: 1, folder: path.join(scratch, name) });
    const cases: Readonly<Record<string, (name: string) => Partial<TrainerOptions>>> = {
      accumulate: () => ({ stages: [added, added] }),
      crd: () => ({ stages: [stageOf({ method: crd({ negatives: 4 }), epochs: 1 })] }),
      sides: () => ({ renderings: { student: { size: 10 }, teacher: { size: 12, mean: [0.1] } } }),
      steps: () => ({ stages: [steps, added, steps] }),
      cache: (name) => ({ cache: cache(name) }),
    };
    for (const [what, given] of Object.entries(cases)) {
      const wanted = await trained(given('memory'));
      assert.equal(await trained({ ...given('read'), data: reading(held) }), wanted, what);
      assert.notEqual(wanted, await trained(), what);
    }
    assert.equal(fs.readdirSync(path.join(scratch, 'read')).length, 1);
  });

  test('and are scored as these', async () => {
    const student = network(3);
    const batchSize = 5;
    const { samplesPerSecond: _, ...wanted } = await evaluate(student, held, { batchSize });
    const data = reading(held);
    const { samplesPerSecond: __, ...found } = await evaluate(student, data, { batchSize });
    assert.deepEqual(found, wanted);
    assert.deepEqual(data.asked.flat(), [...Array(22).keys()]);
    const [one, other] = [
      await assess(student, held, { teacher: network(2), batchSize }),
      await assess(student, reading(held), { teacher: network(2), batchSize }),
    ];
    assert.deepEqual({ ...one, samplesPerSecond: 0 }, { ...other, samplesPerSecond: 0 });
  });
});

suite('a run over samples that are read', () => {
  test('which is stopped anywhere and restored comes to the same bits', async () => {
    const wanted = await trained();
    for (const stopAt of [1, 3, 6, 7, 11]) {
      const first = options({ data: reading(held), readAhead: 4 });
      const trainer = new Trainer(first);
      let steps = 0;
      for await (const { kind } of trainer.run()) if (kind === 'step' && ++steps === stopAt) break;
      const second = options({ data: reading(held), readAhead: 1, student: network(9) });
      const resumed = new Trainer(second);
      await resumed.restore(trainer.state());
      await Array.fromAsync(resumed.run());
      assert.equal(weights(second), wanted, `stopped after step ${stopAt}`);
    }
  });

  test('whose loop is left lets go of all that was read', async () => {
    // Without momentum nothing but gradients comes about in a step.
    const stages = [stageOf({ method: kd(), epochs: 2, momentum: 0 })];
    const data = reading(held);
    const given = options({ data, stages, readAhead: 4 });
    const trainer = new Trainer(given);
    for await (const _ of trainer.run()) break;
    await settled(data);
    const { handles } = memory();
    for (let i = 0; i < 3; i++) {
      for await (const { kind } of trainer.run()) if (kind === 'step') break;
      await settled(data);
      assert.ok(memory().handles <= handles, `${memory().handles - handles} tensors are left`);
    }
  });

  test('in which one cannot be read does all steps before it, says why, and goes on where it was', async () => {
    const wanted = await trained();
    let isBroken = true;
    const data = reading(held, {
      answer(samples) {
        // The networks are tried on the first call; the fifth batch fails.
        if (isBroken && data.answered.length >= 6) throw new Error('the disk is gone');
        return samples;
      },
      delay: () => 1,
    });
    const given = options({ data, readAhead: 3 });
    const trainer = new Trainer(given);
    const steps: number[] = [];
    await assert.rejects(
      async () => {
        for await (const event of trainer.run()) if (event.kind === 'step') steps.push(event.step);
      },
      { message: 'read: `read` failed: the disk is gone' },
    );
    assert.deepEqual(steps, [1, 2, 3, 4]);
    assert.deepEqual(trainer.position, { stage: 0, epoch: 1, step: 4 });
    isBroken = false;
    await Array.fromAsync(trainer.run());
    assert.equal(weights(given), wanted);
  });

  test('in which a sample is not what the data set says of it is stopped at its step', async () => {
    const data = reading(held, {
      answer: (samples, ids) =>
        samples.map((sample, i) => (ids[i] === 17 ? { ...sample, label: 2 } : sample)),
    });
    const events: StepEvent[] = [];
    await assert.rejects(
      async () => {
        for await (const event of new Trainer(options({ data })).run())
          if (event.kind === 'step') events.push(event);
      },
      {
        name: 'DataError',
        message: 'read: label of sample 17 is 2, and must be the number of a class, 0 to 1',
      },
    );
    const order = data.asked.slice(1).findIndex((ids) => ids.includes(17));
    assert.equal(events.length, order);
  });

  test('refuses to read ahead what is no number of batches', () => {
    for (const readAhead of [-1, 0.5, Number.NaN])
      assert.throws(() => new Trainer(options({ data: reading(held), readAhead })), {
        name: 'TrainingError',
        message: `readAhead must be a whole number from 0, got ${readAhead}`,
      });
  });

  test('reports each step by its samples, losses, rate and gradient', async () => {
    const events = await Array.fromAsync(new Trainer(options({ data: reading(held) })).run());
    const steps = events.filter((event) => event.kind === 'step');
    assert.deepEqual(
      steps.map(({ samples }) => samples),
      [4, 8, 12, 16, 20, 22, 4, 8, 12, 16, 20, 22],
    );
    for (const { losses, loss, lr, gradientNorm } of steps) {
      assert.deepEqual(Object.keys(losses), ['ce', 'kd', 'loss']);
      assert.ok(Math.abs((losses.kd ?? 0) + (losses.ce ?? 0) - loss) < 1e-5);
      assert.ok(lr > 0 && gradientNorm > 0 && Number.isFinite(gradientNorm));
    }
    const epochs = events.filter((event) => event.kind === 'epoch');
    const [first] = epochs;
    // The mean over samples, of which the last step has two only.
    const mean = steps.slice(0, 6).reduce((sum, { loss }, i) => sum + loss * (i < 5 ? 4 : 2), 0) / 22;
    assert.ok(Math.abs((first?.losses.loss ?? 0) - mean) < 1e-6);
    assert.equal(((first?.watched.top1 ?? 0) * 22) % 1, 0);
  });

  test('by `train` stops after the step in which it is told to, at the weights of that step', async () => {
    const [method, epochs, batchSize] = [kd(), 2, 4];
    const whole = network(3);
    const given = { teacher: network(2), method, epochs, batchSize, precision: 'fp32' } as const;
    const transforms = [cropFlip({ padding: 2 })];
    await Array.fromAsync(train({ ...given, student: whole, data: held, transforms }));
    assert.equal(hashTensors(whole.stateDict()), await trained());

    const data = reading(held);
    const controller = new AbortController();
    let steps = 0;
    const onStep = () => ++steps === 3 && controller.abort();
    const { signal } = controller;
    const told = { ...given, student: network(3), data, transforms, onStep, signal };
    assert.deepEqual(await Array.fromAsync(train(told)), []);
    assert.equal(steps, 3);
    await settled(data);
    assert.ok(data.asked.length <= 1 + 3 + 2, 'nothing was read after it but what was on its way');
    const three = options();
    const trainer = new Trainer(three);
    let done = 0;
    for await (const { kind } of trainer.run()) if (kind === 'step' && ++done === 3) break;
    assert.equal(weights(told), weights(three));
  });

  test('in evaluation is stopped by its signal', async () => {
    const controller = new AbortController();
    const data = reading(held);
    const onProgress = (done: number) => done === 10 && controller.abort();
    await assert.rejects(
      evaluate(network(3), data, { batchSize: 5, signal: controller.signal, onProgress }),
      { name: 'AbortError' },
    );
    assert.ok(data.asked.length <= 2 + 3, 'no more than was read ahead');
  });
});
