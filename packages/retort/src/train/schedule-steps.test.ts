/** Schedules that count optimizer steps, as detectors are trained by. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { schedules } from './schedule.ts';

const close = (rate: number, wanted: number): void =>
  assert.ok(Math.abs(rate - wanted) <= 1e-12 * wanted, `${rate}, and not ${wanted}`);

const warm = { warmUpSteps: 1000, warmUpFrom: 0.001, warmUpInstead: true };

suite('a schedule that counts steps', () => {
  test("is detectron2's: a line to the rate in 1000 iterations, and a tenth after each of its STEPS", () => {
    const length = { epochs: 13, stepsPerEpoch: 14_659, steps: 180_000 };
    const options = { milestones: [120_000, 160_000], counts: 'steps', ...warm };
    const rate = schedules['multi-step'].create(options)(0.01, length);
    // warmup_factor · (1 − t / 1000) + t / 1000, by detectron2/solver/lr_scheduler.py.
    for (const t of [0, 1, 250, 999]) close(rate(t).lr, 0.01 * (0.001 * (1 - t / 1000) + t / 1000));
    for (const [t, wanted] of [
      [1000, 0.01],
      [119_999, 0.01],
      [120_000, 0.001],
      [159_999, 0.001],
      [160_000, 0.0001],
    ] as const)
      close(rate(t).lr, wanted);
  });

  test("is torchvision's with milestones of epochs", () => {
    const length = { epochs: 26, stepsPerEpoch: 7330, steps: 26 * 7330 };
    const rate = schedules['multi-step'].create({ milestones: [16, 22], ...warm })(0.02, length);
    close(rate(500).lr, 0.02 * (0.001 + 0.999 * 0.5));
    for (const [epoch, wanted] of [
      [15, 0.02],
      [16, 0.002],
      [22, 0.0002],
    ] as const)
      close(rate(epoch * 7330).lr, wanted);
  });

  test('has its own rate until something is learned, also where a share of few epochs is none', () => {
    for (const counts of ['epochs', 'steps'] as const) {
      const length =
        counts === 'epochs'
          ? { epochs: 1, stepsPerEpoch: 5, steps: 5 }
          : { epochs: 1, stepsPerEpoch: 1, steps: 1 };
      const rate = schedules['multi-step'].create({ milestones: [0.3, 0.6, 0.9], counts })(0.1, length);
      for (let step = 0; step < length.steps; step++) close(rate(step).lr, 0.1);
    }
  });

  test('takes shares of the stage, which are of its steps then', () => {
    const length = { epochs: 2, stepsPerEpoch: 7, steps: 10 };
    const rates = (counts: 'steps' | 'epochs') => {
      const rate = schedules['multi-step'].create({ milestones: [0.5], counts })(1, length);
      return [4, 5, 6, 7].map((t) => rate(t).lr);
    };
    assert.deepEqual(rates('steps'), [1, 0.1, 0.1, 0.1]);
    assert.deepEqual(rates('epochs'), [1, 1, 1, 0.1]);
  });

  test('has one length of warm-up, and no epochs by which it changes', () => {
    for (const [options, sentence] of [
      [{ warmUpSteps: 5, warmUpEpochs: 1 }, /warmUpSteps counts optimizer steps: leave warmUpEpochs out/],
      [{ warmUpSteps: 5, changes: 'epoch' }, /with changes: epoch say warmUpEpochs alone/],
    ] as const)
      for (const name of ['multi-step', 'step', 'cosine', 'linear', 'constant'] as const)
        assert.throws(() => schedules[name].create(options), sentence, name);
    assert.throws(
      () => schedules['multi-step'].create({ counts: 'steps', changes: 'epoch' }),
      /milestones that count steps are none of epochs/,
    );
  });
});
