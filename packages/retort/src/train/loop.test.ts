import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { manualSeed, memory, zeros } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { cropFlip, type Dataset, TensorDataset } from '../data/index.ts';
import { crossEntropy, kd } from '../methods/index.ts';
import { createModel } from '../models/index.ts';
import { classification } from '../tasks/index.ts';
import {
  type Epoch,
  type Stage,
  stageOf,
  Trainer,
  TrainingError,
  type TrainOptions,
  train,
} from './index.ts';

const data = halves(50);
const student = (seed = 0) => {
  manualSeed(seed);
  return createModel('resnet8', { classes: 2, channels: 1 });
};
const collect = async (options: Omit<TrainOptions, 'data'>): Promise<Epoch[]> =>
  Array.fromAsync(train({ data, ...options }));

suite('training', () => {
  test('learns, and reports each epoch', async () => {
    const steps: number[] = [];
    const epochs = await collect({
      student: student(),
      method: crossEntropy(),
      epochs: 3,
      batchSize: 16,
      schedule: 'one-cycle',
      onStep: ({ samples }) => steps.push(samples),
    });
    assert.deepEqual(
      epochs.map(({ epoch }) => epoch),
      [1, 2, 3],
    );
    assert.deepEqual(steps, [16, 32, 48, 50, 16, 32, 48, 50, 16, 32, 48, 50]);
    const [first, , last] = epochs;
    assert.ok((last?.losses.loss ?? 1) < (first?.losses.loss ?? 0) && (last?.watched.top1 ?? 0) > 0.9);
  });
  test('gives the same bits again from the same seed, and others from another', async () => {
    const run = async (seed: number) => {
      const model = student();
      await collect({ student: model, method: crossEntropy(), epochs: 1, seed, transforms: [cropFlip()] });
      return Array.from(model.parameters().at(-2)?.toFlatArray() ?? []);
    };
    const first = await run(1);
    assert.deepEqual(await run(1), first);
    assert.notDeepEqual(await run(2), first);
  });
  test('a teacher stays as it is, and each term is logged', async () => {
    const teacher = student(9);
    const before = teacher.stateDict()['bn1.running_mean']?.toList();
    const [epoch] = await collect({ student: student(), teacher, method: kd(), epochs: 1 });
    assert.deepEqual(Object.keys(epoch?.losses ?? {}), ['ce', 'kd', 'loss']);
    assert.deepEqual(teacher.stateDict()['bn1.running_mean']?.toList(), before);
    assert.ok(teacher.parameters().every(({ grad }) => grad === null));
  });
  test('the event loop turns between steps', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await collect({ student: student(), method: crossEntropy(), epochs: 4, batchSize: 8 });
    clearInterval(timer);
    assert.ok(turns >= 10, `${turns} turns in 28 steps`);
  });
  test('stops after the step in which it is told to', async () => {
    const controller = new AbortController();
    let steps = 0;
    const onStep = () => {
      if (++steps === 2) controller.abort();
    };
    const epochs = await collect({
      student: student(),
      method: crossEntropy(),
      epochs: 5,
      batchSize: 8,
      onStep,
      signal: controller.signal,
    });
    assert.deepEqual([epochs.length, steps], [0, 2]);
  });
  test('leaves no tensors behind but the optimizer’s', async () => {
    const model = student();
    await collect({ student: model, method: crossEntropy(), epochs: 1 });
    const { handles } = memory();
    for (let i = 0; i < 3; i++) await collect({ student: model, method: crossEntropy(), epochs: 1 });
    assert.ok(memory().handles - handles <= 3 * model.parameters().length);
  });
  test('a loss that is no longer finite stops it, with step, term and cure', async () => {
    const model = student();
    await assert.rejects(
      collect({ student: model, method: crossEntropy(), epochs: 50, lr: 1e30, batchSize: 16 }),
      (error) =>
        error instanceof TrainingError &&
        /'ce' is (NaN|Infinity) at step \d+ of epoch \d+.*learning rate/.test(error.message),
    );
  });
  test('impossible settings are refused before the first step', async () => {
    const base = { student: student(), method: crossEntropy(), epochs: 1 };
    await assert.rejects(collect({ ...base, epochs: 0 }), /epochs must be a whole number/);
    await assert.rejects(collect({ ...base, batchSize: 1.5 }), /batchSize/);
    await assert.rejects(collect({ ...base, method: kd() }), /kd needs a teacher/);
  });
  test('a stage that was put together by hand, and lacks what each has, is refused', () => {
    const { schedule: _, ...stage } = stageOf({ method: crossEntropy(), epochs: 1 });
    assert.throws(() => new Trainer({ student: student(), data, stages: [stage as Stage] }), {
      name: 'TrainingError',
      message: 'a stage lacks `schedule`: stageOf({ method, epochs }) gives one that has all',
    });
  });
  test('settings that there are none of are refused, with what was meant', async () => {
    const base = { student: student(), method: crossEntropy(), epochs: 1 };
    const wrong = { freze: ['conv1'] };
    await assert.rejects(
      collect({ ...base, ...wrong }),
      /^TorchError: train has no option 'freze': did you mean 'freeze'\?/,
    );
    assert.throws(
      () => stageOf({ method: crossEntropy(), epochs: 1, ...{ clipNorm: 1 } }),
      /^TorchError: stageOf has no option 'clipNorm'; it has method, epochs, lr, /,
    );
  });
  test('what is frozen does not learn, in the simple form too', async () => {
    const model = student();
    const of = (name: string) => model.stateDict()[name]?.toFlatArray().join();
    const names = ['conv1.weight', 'bn1.running_mean', 'fc.weight'];
    const before = names.map(of);
    const freeze = ['conv1', 'bn1'];
    await collect({ student: model, method: crossEntropy(), epochs: 1, freeze, freezeStatistics: true });
    assert.deepEqual(
      names.map((name, i) => of(name) === before[i]),
      [true, true, false],
    );
    assert.deepEqual(stageOf({ method: kd(), epochs: 1, freeze }).freeze, freeze);
  });
  test('images of one class alone are warned of before the first step', async () => {
    const labels = zeros([data.size], { dtype: 'int64' });
    const said: string[] = [];
    const warned = async (of: Dataset) => {
      const trainer = new Trainer({
        student: student(),
        stages: [stageOf({ method: crossEntropy(), epochs: 1 })],
        data: of,
        onWarning: (text) => said.push(text),
      });
      for await (const event of trainer.run()) {
        said.push(event.kind);
        break;
      }
    };
    await warned(new TensorDataset(data.name, data.fields, { ...data.columns, label: labels }));
    await warned(data);
    const label = { kind: 'class', classes: ['left'] } as const;
    const alone = new TensorDataset('alone', { ...data.fields, label }, { ...data.columns, label: labels });
    assert.match(classification.remark?.(alone) ?? '', /^all 50 images of alone are of one class, 'left'/);
    assert.deepEqual(said, [
      `all 50 images of ${data.name} are of one class, 'left': of labels the student learns only to say that always`,
      'step',
      'step',
    ]);
  });
});
