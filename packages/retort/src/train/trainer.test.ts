import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { functional, manualSeed, nn, setNumThreads, type Tensor, zeros } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { cropFlip } from '../data/index.ts';
import { crd, crossEntropy, dkd, kd, logits, type Method, review, rkd, type Seen } from '../methods/index.ts';
import { createModel } from '../models/index.ts';
import { classification, embedding } from '../tasks/index.ts';
import {
  type Epoch,
  type Stage,
  type StepEvent,
  stageOf,
  Trainer,
  type TrainerOptions,
  TrainingError,
} from './index.ts';

setNumThreads(1);
const data = halves(8);
const network = (name: string, seed: number, classes = 2) => {
  manualSeed(seed);
  return createModel(name, { classes, channels: 1 });
};

const all = (trainer: Trainer) => Array.fromAsync(trainer.run());

/** A method that looks at what it is given, and has one part: a scale that counts its steps. */
class Count extends nn.Layer {
  readonly steps = new nn.Parameter(zeros([1]));

  forward(x: Tensor): Tensor {
    return x;
  }
}

function spy(name: string, look: (seen: Seen, parts: Count) => void, more: Partial<Method> = {}): Method {
  return {
    name,
    needsTeacher: true,
    ...more,
    objective() {
      const parts = new Count();
      return {
        parts,
        losses(seen) {
          look(seen, parts);
          // The gradient is −1: SGD at a rate of 1 counts up.
          return { spy: parts.steps.sum().neg().add(logits(seen.student).sum().mul(0)) };
        },
      };
    },
  };
}

const counting = { epochs: 1, lr: 1, momentum: 0, weightDecay: 0, schedule: 'constant' } as const;

suite('several teachers', () => {
  const teachers = { big: network('resnet14', 1), small: network('resnet8', 2) };
  const options: Omit<TrainerOptions, 'stages'> = {
    student: network('resnet8', 3),
    teachers,
    data,
    batchSize: 8,
  };
  const said = new Map<string, number[]>();
  const features = new Map<string, string[]>();
  const look =
    (name: string) =>
    ({ teacher }: Seen): void => {
      said.set(name, logits(teacher).toFlatArray().map(Number));
      features.set(name, Object.keys(teacher.features));
    };
  const taps = (path: string) => ({ taps: () => ({ student: [], teacher: [path] }) });
  const methods = [
    spy('all', look('all')),
    spy('big', look('big'), { teacher: 'big', ...taps('layer1') }),
    spy('small', look('small'), { teacher: 'small', ...taps('layer2') }),
  ];

  test('answer by themselves where a method names one, and as their mean where it does not', async () => {
    await all(new Trainer({ ...options, stages: [{ ...stageOf({ method: kd(), ...counting }), methods }] }));
    const [mean = [], big = [], small = []] = ['all', 'big', 'small'].map((name) => said.get(name));
    assert.equal(mean.length, 16);
    assert.notDeepEqual(big, small);
    for (const [i, value] of mean.entries())
      assert.ok(Math.abs(value - ((big[i] ?? 0) + (small[i] ?? 0)) / 2) < 1e-6);
    assert.ok(features.get('big')?.includes('layer1') && features.get('small')?.includes('layer2'));
  });

  test('are refused where one is named that is not there', () => {
    const stages = [{ ...stageOf({ method: kd(), ...counting }), methods: [{ ...kd(), teacher: 'bigg' }] }];
    assert.throws(
      () => new Trainer({ ...options, stages }),
      /kd: there is no teacher 'bigg': did you mean 'big'/,
    );
  });
});

suite('training that has ended', () => {
  const trainer = (length: { epochs?: number; steps?: number }): Trainer =>
    new Trainer({
      student: network('resnet8', 3),
      stages: [{ ...stageOf({ method: crossEntropy(), epochs: 1 }), epochs: undefined, ...length }],
      data: halves(16),
      batchSize: 8,
    });

  test('gets more epochs from its state, where that has the optimizer’s and a stage is counted in epochs', async () => {
    const ended = trainer({ epochs: 1 });
    await all(ended);
    const state = ended.state();
    const longer = trainer({ epochs: 2 });
    await longer.restore(state);
    assert.deepEqual(longer.reached, { stage: 0, epoch: 2, step: 0, first: 1, done: 2 });
    await all(longer);
    assert.equal(longer.position.epoch, 3);
    // Versions before this one kept none.
    await assert.rejects(
      trainer({ epochs: 2 }).restore({ ...state, optimizer: null }),
      /^TrainingError: training had ended, and its state does not say what the optimizer had .*: train on from its weights/,
    );
    await assert.rejects(
      trainer({ steps: 3 }).restore(state),
      /^TrainingError: a stage counted in steps that is over has no more: train on from its weights/,
    );
    const same = trainer({ epochs: 1 });
    await same.restore({ ...state, optimizer: null });
    assert.equal(same.position.stage, 1);
  });
});

suite('stages', () => {
  let counted: Record<string, number[]> = {};
  const counter = (name: string) =>
    spy(name, (_, { steps }) => {
      counted[name] = [...(counted[name] ?? []), steps.detach().sum().item()];
    });

  test('hand on the parts of a method that goes on, also over a stop between them', async () => {
    const options = (): TrainerOptions => ({
      student: network('resnet8', 3),
      teachers: [network('resnet8', 2)],
      data,
      batchSize: 4,
      // Its steps would be counted, too.
      rehearsed: true,
      stages: [
        { ...stageOf({ method: kd(), ...counting }), methods: [counter('first'), counter('second')] },
        { ...stageOf({ method: kd(), ...counting }), methods: [counter('second')] },
        { ...stageOf({ method: kd(), ...counting }), methods: [counter('first')] },
      ],
    });
    await all(new Trainer(options()));
    assert.deepEqual(counted, { first: [0, 1, 0, 1], second: [0, 1, 2, 3] });
    counted = {};
    const trainer = new Trainer(options());
    for await (const event of trainer.run()) if (event.kind === 'epoch') break;
    const resumed = new Trainer(options());
    await resumed.restore(trainer.state());
    await all(resumed);
    assert.deepEqual(counted.second, [0, 1, 2, 3]);
  });
});

suite('a rehearsal', () => {
  test('says what stands in the way of each method, and changes nothing', async () => {
    const student = network('resnet8', 3);
    const before = student.stateDict()['bn1.running_mean']?.toList();
    const wrong: Method = {
      ...kd(),
      taps: () => ({ student: ['layer7'], teacher: [] }),
    };
    const trainer = new Trainer({
      student,
      teachers: { good: network('resnet8', 2), other: network('resnet8', 2, 5) },
      data,
      stages: [
        { ...stageOf({ method: kd(), ...counting }), methods: [{ ...kd(), teacher: 'good' }, wrong] },
        { ...stageOf({ method: kd(), ...counting }), methods: [{ ...kd(), teacher: 'other' }] },
      ],
    });
    const obstacles = await trainer.rehearse();
    assert.deepEqual(
      obstacles.map(({ stage, method }) => [stage, method]),
      [
        [0, 1],
        [1, 0],
      ],
    );
    assert.match(obstacles[0]?.message ?? '', /'layer7'/);
    assert.match(
      obstacles[1]?.message ?? '',
      /the teacher gives \[2, 5\] for 2 images, and in memory has 2 classes/,
    );
    assert.deepEqual(student.stateDict()['bn1.running_mean']?.toList(), before);
  });

  test('finds a student that does not take the images', async () => {
    class Wide extends nn.Layer {
      readonly fc = new nn.Linear(3, 2);
      forward(x: Tensor): Tensor {
        return functional.adaptive_avg_pool2d(this.fc.forward(x), [1, 1]).flatten(1);
      }
    }
    const trainer = new Trainer({
      student: new Wide(),
      data,
      stages: [stageOf({ method: { ...kd(), needsTeacher: false }, ...counting })],
    });
    assert.equal((await trainer.rehearse()).length, 1);
  });

  test('finds a task that cannot say what is watched', async () => {
    const watched = () => {
      throw new RangeError('no luck');
    };
    const trainer = new Trainer({
      student: network('resnet8', 3),
      teachers: [network('resnet8', 2)],
      data,
      task: { ...classification, watched },
      stages: [stageOf({ method: kd(), ...counting })],
    });
    assert.deepEqual(
      (await trainer.rehearse()).map(({ message }) => message),
      ['no luck'],
    );
  });
});

test('a stage without a method is refused', () => {
  const stages = [{ ...stageOf({ method: kd(), ...counting }), methods: [] }];
  assert.throws(() => new Trainer({ student: network('resnet8', 0), data, stages }), TrainingError);
});

suite('what a method needs is looked at before the first step:', () => {
  const options = (stage: Partial<Stage>, more: Partial<TrainerOptions> = {}): TrainerOptions => ({
    student: network('resnet8', 3),
    teachers: [network('resnet8', 2)],
    data,
    batchSize: 4,
    stages: [{ ...stageOf({ method: kd(), ...counting }), ...stage }],
    ...more,
  });

  test('a teacher that must be asked anew has no cache', () => {
    const methods = [{ ...kd(), needs: { ...kd().needs, liveTeacher: true } }];
    new Trainer(options({ methods }));
    assert.throws(
      () => new Trainer(options({ methods }, { cache: { views: 1 } })),
      new TrainingError(
        'the method kd must ask its teacher in each step, and a cache has only what it said before: leave out the cache',
      ),
    );
  });

  test('a weight that rises for longer than its stage is said', () => {
    const said: string[] = [];
    const onWarning = (text: string): void => void said.push(text);
    for (const method of [dkd({ warmUpEpochs: 2 }), dkd(), review()])
      new Trainer(options({ methods: [method], epochs: 2 }, { onWarning }));
    assert.deepEqual(said, [
      'the weight of dkd rises for 20 epochs (warmUpEpochs), and its stage has 2, so that it comes to 2/20 of what it is meant to be: say fewer in a recipe where that is not meant',
      'the weight of review rises for 20 epochs (warmUpEpochs), and its stage has 2, so that it comes to 2/20 of what it is meant to be: say fewer in a recipe where that is not meant',
    ]);
  });

  test('labels that a method learns from are said where an embedding is learned', () => {
    const said: string[] = [];
    const onWarning = (text: string): void => void said.push(text);
    const of = (contrast: 'classes' | 'instances', task = embedding) => {
      const methods = [crd({ contrast, gamma: 0, dimension: 4, negatives: 2 })];
      new Trainer(options({ methods }, { task, onWarning }));
    };
    of('classes', classification);
    of('instances');
    assert.deepEqual(said, []);
    of('classes');
    assert.deepEqual(said, [
      'crd learns from labels as it is set, and the task embedding does without: say contrast: instances (crd) or supervised: false (dlkd) where none are meant',
    ]);
  });

  test('a classifier that nothing reaches is said, and not one that another method or stage reaches', async () => {
    const said = async (...stages: Partial<Stage>[]): Promise<readonly string[]> => {
      const found: string[] = [];
      const onWarning = (text: string): void => void found.push(text);
      const [first, ...others] = stages.map((stage) => options(stage, { onWarning }));
      assert.ok(first);
      const all = [...first.stages, ...others.flatMap((other) => other.stages)];
      assert.deepEqual(await new Trainer({ ...first, stages: all }).rehearse(), []);
      return found;
    };
    const alone = rkd({ gamma: 0 });
    assert.deepEqual(await said({ methods: [alone] }), [
      "nothing that is learned (rkd) reaches the student's classifier, fc, which stays as it was drawn, so that the classes that it says mean nothing: the task embedding has none (`task: embedding` in a recipe), or take a method that compares logits or learns from labels beside",
    ]);
    assert.deepEqual(await said({ methods: [alone, kd()] }), []);
    assert.deepEqual(await said({ methods: [alone] }, { methods: [kd()] }), []);
    assert.deepEqual(await said({ methods: [alone], freeze: ['fc'] }), []);
  });

  test('a batch that must be whole is not accumulated without a word', () => {
    const said: string[] = [];
    const onWarning = (text: string): void => void said.push(text);
    new Trainer(options({ methods: [kd(), rkd()] }, { onWarning }));
    assert.deepEqual(said, []);
    new Trainer(options({ methods: [kd(), rkd()], accumulate: 3 }, { onWarning }));
    assert.deepEqual(said, [
      'rkd looks at the samples of a batch together, and with accumulate: 3 it sees 4 of them at a time, not 12',
    ]);
  });
});

suite('what steps measure is read', () => {
  /** Twenty steps of an epoch; the loss of one may be NaN. */
  const run = (readEvery: number, broken = Number.NaN) => {
    let step = 0;
    const student = network('resnet8', 3);
    const method: Method = {
      name: 'fragile',
      needsTeacher: false,
      objective: () => ({
        losses(seen) {
          const { ce } = seen.loss();
          if (!ce) throw new RangeError('there is no cross entropy');
          // The rehearsal is the first call.
          return { ce: step++ === broken ? ce.mul(Number.NaN) : ce };
        },
      }),
    };
    const stages = [stageOf({ method, epochs: 1, lr: 0.01, schedule: 'constant' })];
    const trainer = new Trainer({
      student,
      data: halves(40),
      batchSize: 2,
      precision: 'fp32',
      stages,
      readEvery,
    });
    return { student, trainer };
  };

  test('every so many steps at once, and comes to the same', async () => {
    const [each, seldom] = [run(1), run(6)];
    const lossesOf = async ({ trainer }: typeof each) =>
      (await Array.fromAsync(trainer.run())).map(({ losses }) => losses);
    const [all, few] = [await lossesOf(each), await lossesOf(seldom)];
    assert.deepEqual(few.at(-1), all.at(-1));
    assert.deepEqual([few[0], few[5], few[6]], [{}, all[5], all[5]]);
    assert.deepEqual(
      seldom.student.parameters().map((parameter) => parameter.toFlatArray()),
      each.student.parameters().map((parameter) => parameter.toFlatArray()),
    );
  });

  test('after the steps that are logged too, whose numbers are their own', async () => {
    const [each, seldom] = [run(1), run(6)];
    const losses = async (events: AsyncIterable<StepEvent | Epoch>) =>
      (await Array.fromAsync(events)).map((event) => event.losses);
    const [all, few] = [await losses(each.trainer.run()), await losses(seldom.trainer.run({ logEvery: 4 }))];
    // 4, 6, 8 and 12 are read, and the last.
    for (const step of [4, 6, 8, 12, 20]) assert.deepEqual(few[step - 1], all[step - 1], `step ${step}`);
    assert.deepEqual(few[4], all[3]);
  });

  test('before anything is saved, and the first step that was not finite is named', async () => {
    const message =
      "the loss 'ce' is NaN at step 8 of epoch 1 (learning rate 0.01); steps were read every 6: with readEvery: 1 the cause is looked for, and the step does not change the weights";
    const steps: number[] = [];
    const later = run(6, 8).trainer.run();
    await assert.rejects(async () => {
      for await (const event of later) if (event.kind === 'step') steps.push(event.step);
    }, new TrainingError(message));
    assert.equal(steps.at(-1), 11);
    const { trainer } = run(6, 8);
    for await (const event of trainer.run()) if (event.kind === 'step' && event.step === 9) break;
    assert.throws(() => trainer.state(), new TrainingError(message));
  });
});

test('a stage with a seed shows and draws what another with it does; without one each goes on', async () => {
  const lossesBy = async (seeds: readonly (number | undefined)[]): Promise<number[][]> => {
    const found: number[][] = seeds.map(() => []);
    const trainer = new Trainer({
      student: network('resnet8', 1),
      data: halves(24),
      transforms: [cropFlip({ padding: 1 })],
      batchSize: 8,
      precision: 'fp32',
      seed: 3,
      // Nothing is learned, so that losses differ by what is shown alone.
      stages: seeds.map((seed) => ({
        ...stageOf({ method: crossEntropy(), epochs: 2, lr: 0, weightDecay: 0 }),
        seed,
      })),
    });
    for await (const event of trainer.run()) if (event.kind === 'step') found[event.stage]?.push(event.loss);
    return found;
  };
  const [first, again, third] = await lossesBy([5, 5, 6]);
  assert.deepEqual(again, first);
  assert.notDeepEqual(third, first);
  const [own, next] = await lossesBy([undefined, undefined]);
  assert.notDeepEqual(next, own);
  const [, like] = await lossesBy([undefined, 3]);
  assert.deepEqual(like, own, "the run's own, set again");
});
