/** Where in training a step is, by hand. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { crossEntropy } from '../methods/index.ts';
import { isEvaluatedEpoch, isEvaluatedStep, type Stage, stageOf, Timeline, TrainingError } from './index.ts';

const stage = (more: Partial<Stage>): Stage => ({
  ...stageOf({ method: crossEntropy(), epochs: 1 }),
  epochs: undefined,
  ...more,
});

const of = (stages: readonly Stage[], size: number, batchSize: number): Timeline =>
  new Timeline({ stages, size, batchSize });

suite('the timeline of', () => {
  test('a stage of epochs: the last batch of each is what is left', () => {
    const whole = stage({ epochs: 3 });
    const timeline = of([whole], 10, 4);
    assert.deepEqual(
      [timeline.stepsPerEpoch(whole), timeline.length(whole), timeline.epochs],
      [3, { epochs: 3, steps: 9 }, 3],
    );
    assert.deepEqual(timeline.plan(whole, 0, 2), {
      epoch: 2,
      epochs: 3,
      before: 3,
      steps: 3,
      total: 9,
      stepsPerEpoch: 3,
      isLast: false,
    });
    assert.equal(timeline.plan(whole, 0, 3).isLast, true);
    assert.equal(timeline.smallestBatch(whole), 2);
  });

  test('a stage of steps: it ends within an epoch, and the next begins with one of its own', () => {
    const [first, second, third] = [stage({ steps: 4 }), stage({ steps: 1 }), stage({ epochs: 2 })];
    const timeline = of([first, second, third], 10, 4);
    assert.deepEqual(
      [first, second, third].map((one) => timeline.length(one)),
      [
        { epochs: 2, steps: 4 },
        { epochs: 1, steps: 1 },
        { epochs: 2, steps: 6 },
      ],
    );
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => timeline.epochsBefore(index)),
      [0, 2, 3, 5],
    );
    assert.equal(timeline.epochs, 5);
    const planned = (of: Stage, index: number, epoch: number) => {
      const { epoch: own, before, steps, total, isLast } = timeline.plan(of, index, epoch);
      return [own, before, steps, total, isLast];
    };
    assert.deepEqual(planned(first, 0, 1), [1, 0, 3, 4, false]);
    assert.deepEqual(planned(first, 0, 2), [2, 3, 1, 4, true]);
    assert.deepEqual(planned(second, 1, 3), [1, 0, 1, 1, true]);
    assert.deepEqual(planned(third, 2, 4), [1, 0, 3, 6, false]);
    assert.deepEqual(planned(third, 2, 5), [2, 3, 3, 6, true]);
    // It never comes to the last batch of an epoch.
    assert.equal(timeline.smallestBatch(second), 4);
    assert.equal(timeline.smallestBatch(first), 2);
  });

  test('as many steps as an epoch has is one epoch', () => {
    const exact = stage({ steps: 3 });
    const timeline = of([exact], 10, 4);
    assert.deepEqual(timeline.length(exact), { epochs: 1, steps: 3 });
    assert.equal(timeline.plan(exact, 0, 1).isLast, true);
    assert.equal(timeline.smallestBatch(exact), 2);
  });

  test('batches that add up: a step has several, the last what is left of them', () => {
    const added = stage({ epochs: 1, accumulate: 3 });
    const timeline = of([added], 26, 4);
    assert.deepEqual([timeline.groupSize(added), timeline.stepsPerEpoch(added)], [12, 3]);
    assert.equal(timeline.smallestBatch(added), 2);
    // The first step has three whole batches, whatever is left at the end of the epoch.
    assert.equal(timeline.smallestBatch(stage({ steps: 2, accumulate: 3 })), 4);
    assert.equal(of([added], 24, 4).smallestBatch(added), 4);
  });

  test('data smaller than a batch', () => {
    const whole = stage({ epochs: 2 });
    const timeline = of([whole], 3, 8);
    assert.deepEqual([timeline.stepsPerEpoch(whole), timeline.smallestBatch(whole)], [1, 3]);
  });

  test('stages of no length, or of two, and batches of none are refused', () => {
    const refused = (given: Partial<Stage>, message: string, batchSize = 4) =>
      assert.throws(
        () => of([stage({ epochs: 1 }), stage(given)], 10, batchSize),
        new TrainingError(message),
      );
    refused({}, 'a stage has either epochs or steps');
    refused({ epochs: 1, steps: 1 }, 'a stage has either epochs or steps');
    refused({ epochs: 0 }, 'epochs must be a whole number from 1, got 0');
    refused({ steps: 1.5 }, 'steps must be a whole number from 1, got 1.5');
    refused({ epochs: 1, accumulate: 0 }, 'accumulate must be a whole number from 1, got 0');
    refused({ epochs: 1 }, 'batchSize must be a whole number from 1, got 0', 0);
  });
});

suite('what is random in an epoch is drawn from', () => {
  const [first, seeded, last] = [stage({ epochs: 2 }), stage({ epochs: 3, seed: 42 }), stage({ epochs: 1 })];
  const timeline = of([first, seeded, last], 10, 4);

  test("the run's seed and the epoch over all stages, unless the stage has a seed: then from that and its own epoch", () => {
    assert.deepEqual(
      [
        [0, 2],
        [1, 3],
        [1, 5],
        [2, 6],
      ].map(([index = 0, epoch = 0]) => timeline.draws(7, index, epoch)),
      [
        { seed: 7, epoch: 2 },
        { seed: 42, epoch: 1 },
        { seed: 42, epoch: 3 },
        { seed: 7, epoch: 6 },
      ],
    );
    assert.deepEqual(timeline.partsDraws(7, 2), { seed: 7, epoch: 2 });
    assert.deepEqual(timeline.partsDraws(7, 1), of([seeded], 10, 4).partsDraws(42, 0));
  });
});

suite('a run is evaluated', () => {
  const steps = 4;
  const between = (evaluations: object) =>
    [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((done) =>
      isEvaluatedStep(evaluations, { step: done % steps, steps, done }),
    );
  const after = (evaluations: object) =>
    [1, 2, 3, 4].filter((epoch) =>
      isEvaluatedEpoch(evaluations, { epoch, done: epoch * steps, endsStage: epoch === 4 }),
    );

  test('between steps where that is asked for, but not twice at the end of an epoch', () => {
    assert.deepEqual(between({}), []);
    assert.deepEqual(between({ atStart: true }), [0]);
    assert.deepEqual(between({ everySteps: 3 }), [3, 6]);
    assert.deepEqual(between({ everySteps: 2, atStart: true }), [0, 2, 6]);
    assert.equal(isEvaluatedStep({ everySteps: 4 }, { step: 4, steps, done: 4 }), false);
  });

  test('after each epoch, or seldom, and always at the end of a stage', () => {
    assert.deepEqual(after({}), [1, 2, 3, 4]);
    assert.deepEqual(after({ every: 3 }), [3, 4]);
    assert.deepEqual(after({ every: 9, everySteps: 8 }), [2, 4]);
  });
});
