import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  areDeterministicAlgorithmsEnabled,
  functional,
  getNumThreads,
  getRngState,
  isGradEnabled,
  manualSeed,
  memory,
  nn,
  noGrad,
  setNumThreads,
  type Tensor,
  useDeterministicAlgorithms,
} from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { evaluate } from '../evaluate/index.ts';
import { crossEntropy, kd, type Method } from '../methods/index.ts';
import { createModel } from '../models/index.ts';
import {
  type Stage,
  type StageSettings,
  stageOf,
  Trainer,
  type TrainerOptions,
  TrainingError,
} from './index.ts';

setNumThreads(1);
const data = halves(8);
const network = (seed: number, name = 'resnet8') => {
  manualSeed(seed);
  return createModel(name, { classes: 2, channels: 1 });
};

const settings = { epochs: 1, lr: 0.1, weightDecay: 0.1, schedule: 'constant' } as const;
const stage = (more: Partial<Stage> = {}, given: Partial<StageSettings> = {}): Stage => ({
  ...stageOf({ method: kd(), ...settings, ...given }),
  ...more,
});
const options = (more: Partial<TrainerOptions> = {}): TrainerOptions => ({
  student: network(3),
  teachers: [network(2)],
  stages: [stage()],
  data,
  batchSize: 4,
  precision: 'fp32',
  ...more,
});
const trained = (more: Partial<TrainerOptions> = {}) => Array.fromAsync(new Trainer(options(more)).run());
const refusal = (more: Partial<TrainerOptions>): string => {
  try {
    new Trainer(options(more));
  } catch (error) {
    assert.ok(error instanceof TrainingError, String(error));
    return error.message;
  }
  return assert.fail('it was not refused');
};

function checksum(tensor: Tensor): string {
  const { buffer, byteOffset, byteLength } = tensor.toTypedArray();
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

/** Where the default generator stands. */
const drawn = (): string => checksum(getRngState());

/** The mode of each module, and which parameters require gradients. */
const modesOf = (model: nn.Module) => ({
  training: Array.from(model.namedModules(), ([, { training }]) => training),
  requiresGrad: model.parameters().map(({ requiresGrad }) => requiresGrad),
});
const valuesOf = (model: nn.Module): Record<string, string> =>
  Object.fromEntries(Object.entries(model.stateDict()).map(([key, tensor]) => [key, checksum(tensor)]));
function moved(model: nn.Module, before: Readonly<Record<string, string>>): string[] {
  return Object.entries(valuesOf(model)).flatMap(([key, now]) => (now === before[key] ? [] : [key]));
}

suite('networks are as their owner had them', () => {
  /** In modes of which no two modules' need be the same. */
  const mixed = (seed: number) => {
    const model = network(seed).train();
    model.getSubmodule('layer1').eval();
    for (const parameter of model.getSubmodule('layer2').parameters()) parameter.requiresGrad = false;
    return model;
  };

  const ends: Readonly<Record<string, (trainer: Trainer) => Promise<unknown>>> = {
    'it has finished': (trainer) => Array.fromAsync(trainer.run()),
    'the loop is left': async (trainer) => {
      for await (const _ of trainer.run()) break;
    },
    'the loop throws': async (trainer) => {
      const loop = async () => {
        for await (const { kind } of trainer.run()) throw new Error(kind);
      };
      await assert.rejects(loop(), /step/);
    },
    'nobody asks for the next step': (trainer) => trainer.run().next(),
    'a method throws': async (trainer) => {
      await trainer.run().next();
      await assert.rejects(async () => {
        for await (const _ of trainer.run());
      }, /at the second step/);
    },
    'it was only rehearsed': async (trainer) => trainer.rehearse(),
  };
  for (const [what, end] of Object.entries(ends)) {
    test(`when ${what}`, async () => {
      const [student, teacher] = [mixed(3), mixed(2)];
      const before = [modesOf(student), modesOf(teacher)];
      const values = valuesOf(teacher);
      let steps = 0;
      const failing: Method = {
        ...crossEntropy(),
        objective: (pair) => {
          const inner = crossEntropy().objective(pair);
          return {
            losses: (seen) => {
              if (what.startsWith('a method') && ++steps === 2) throw new Error('at the second step');
              return inner.losses(seen);
            },
          };
        },
      };
      const stages = [{ ...stage({ freeze: ['layer3'], freezeStatistics: true }), methods: [kd(), failing] }];
      const rehearsed = what.startsWith('a method');
      await end(new Trainer(options({ student, teachers: [teacher], stages, rehearsed })));
      assert.deepEqual([modesOf(student), modesOf(teacher)], before);
      assert.deepEqual(moved(teacher, values), []);
      assert.ok(teacher.parameters().every(({ grad }) => grad === null));
    });
  }

  test('between any two steps, while a step has them as it needs them', async () => {
    const [student, teacher] = [mixed(3), mixed(2)];
    const before = [modesOf(student), modesOf(teacher)];
    const seen: unknown[] = [];
    const looking: Method = {
      ...kd(),
      objective: (pair) => {
        const inner = kd().objective(pair);
        return {
          losses: (given) => {
            const all = [student, teacher].map(modesOf);
            seen.push(
              all.map(({ training, requiresGrad }) => [training.every(Boolean), requiresGrad.every(Boolean)]),
              all[1]?.training.some(Boolean),
              all[1]?.requiresGrad.some(Boolean),
              areDeterministicAlgorithmsEnabled(),
            );
            return inner.losses(given);
          },
        };
      },
    };
    const trainer = new Trainer(
      options({ student, teachers: [teacher], stages: [stage({ methods: [looking] })], rehearsed: true }),
    );
    for await (const _ of trainer.run()) {
      assert.deepEqual([modesOf(student), modesOf(teacher)], before);
      assert.equal(areDeterministicAlgorithmsEnabled(), false);
      await evaluate(student, data);
      assert.deepEqual(modesOf(student), before[0]);
    }
    const step = [
      [
        [true, false],
        [false, false],
      ],
      false,
      false,
      true,
    ];
    assert.deepEqual(seen, [...step, ...step]);
  });

  test('so a former teacher can be trained, by itself or from its student', async () => {
    const [a, b] = [network(1), network(2)];
    await trained({ student: b, teachers: [a] });
    const before = valuesOf(a);
    await trained({ student: a, teachers: [b] });
    assert.deepEqual(moved(a, before), Object.keys(before));
    const between = valuesOf(b);
    await trained({ student: b, teachers: [], stages: [stage({}, { method: crossEntropy() })] });
    assert.deepEqual(moved(b, between), Object.keys(between));
  });

  test('and so is the process: determinism, generator, modes, limits', async () => {
    for (const asked of [false, true]) {
      useDeterministicAlgorithms(asked);
      const state = () => [
        areDeterministicAlgorithmsEnabled(),
        isGradEnabled(),
        getNumThreads(),
        memory().limit,
        drawn(),
      ];
      const given = options();
      const before = state();
      for await (const _ of new Trainer(given).run()) assert.deepEqual(state(), before);
      await evaluate(given.student, data);
      assert.deepEqual(state(), before);
    }
    useDeterministicAlgorithms(false);
  });
});

suite('a student that cannot learn is refused before the first step', () => {
  test('where all of it is frozen', () => {
    assert.equal(
      refusal({ student: network(3).requiresGrad(false) }),
      'nothing of the student can learn: none of its parameters (conv1.weight, bn1.weight, bn1.bias and 26 more) requires a gradient; ' +
        'call requiresGrad(true) of what is to learn',
    );
  });

  test('also where it was frozen after the trainer was made', async () => {
    const given = options();
    const trainer = new Trainer(given);
    given.student.requiresGrad(false);
    await assert.rejects(trainer.run().next(), /nothing of the student can learn/);
  });

  test('where it is its own teacher', async () => {
    const student = network(3);
    assert.equal(
      refusal({ student, teachers: [network(2), student] }),
      'the student is its own teacher, and a teacher stays as it is while the student learns: to distil a network into itself give a copy ' +
        'as the teacher, another network of its architecture with loadStateDict(student.stateDict())',
    );
    const copy = network(4);
    copy.loadStateDict(student.stateDict());
    await trained({ student, teachers: [copy] });
    await trained({ student, teachers: [student], stages: [stage({}, { method: crossEntropy() })] });
  });

  test('where it shares with its teacher what would move, unless that is frozen by name', async () => {
    const [student, teacher] = [network(3), network(2)];
    Object.assign(student, { conv1: teacher.getSubmodule('conv1'), bn1: teacher.getSubmodule('bn1') });
    const given = (more: Partial<Stage> = {}) => ({ student, teachers: [teacher], stages: [stage(more)] });
    const cure =
      'with its teacher, which stays as it is while the student learns: give the student its own, ' +
      'or name what is shared in the `freeze` of the stage (running statistics with `freezeStatistics`)';
    assert.equal(
      refusal(given()),
      `the student shares conv1.weight, bn1.weight, bn1.bias and the running statistics of bn1 ${cure}`,
    );
    // Frozen by whoever has the teacher, they would not learn in the student either.
    teacher.requiresGrad(false);
    assert.equal(refusal(given({ freeze: ['conv1'] })), refusal(given()).replace('conv1.weight, ', ''));
    assert.equal(
      refusal(given({ freeze: ['conv1', 'bn1'] })),
      `the student shares the running statistics of bn1 ${cure}`,
    );
    const before = valuesOf(teacher);
    await trained(given({ freeze: ['conv1', 'bn1'], freezeStatistics: true }));
    assert.deepEqual(moved(teacher, before), []);
  });

  test('while one with a backbone that was frozen on purpose trains the rest', async () => {
    const student = network(3);
    for (const [name, parameter] of student.namedParameters()) parameter.requiresGrad = name.startsWith('fc');
    const before = valuesOf(student);
    await trained({ student });
    assert.deepEqual(
      moved(student, before).filter((name) => !/running|tracked/.test(name)),
      ['fc.weight', 'fc.bias'],
    );
  });
});

suite('what a stage freezes', () => {
  const isStatistic = (name: string): boolean => /running|tracked/.test(name);

  test('does not move, its running statistics only where they are asked for; the next stage trains it', async () => {
    const student = network(3);
    const frozen = ['conv1', 'bn1', 'layer1', 'layer2.0.conv1.weight'];
    const below = (name: string): boolean =>
      frozen.some((path) => name === path || name.startsWith(`${path}.`));
    const all = Object.keys(student.stateDict());
    const stages = [
      stage({ freeze: frozen }),
      stage({ freeze: frozen, freezeStatistics: true }),
      stage({ freeze: ['fc'] }),
    ];
    let before = valuesOf(student);
    const movedIn: string[][] = [];
    for await (const event of new Trainer(options({ student, stages })).run()) {
      if (event.kind !== 'epoch') continue;
      movedIn.push(moved(student, before));
      before = valuesOf(student);
    }
    assert.deepEqual(movedIn, [
      all.filter((name) => !below(name) || isStatistic(name)),
      all.filter((name) => !below(name)),
      all.filter((name) => !name.startsWith('fc')),
    ]);
  });

  test('is all but the classifier in a probe, in evaluation, or with batch norms that follow the data', async () => {
    const student = network(3);
    const all = Object.keys(student.stateDict());
    const modes: boolean[][] = [];
    const own = student.forward;
    student.forward = (x: Tensor): Tensor => {
      modes.push([...new Set(student.namedModules().map(([, module]) => module.training))]);
      return own.call(student, x);
    };
    const stages = [stage({ probe: 'frozen' }), stage({ probe: 'train' })];
    let before = valuesOf(student);
    const found: { moved: string[]; modes: boolean[] }[] = [];
    const trainer = new Trainer(options({ student, stages }));
    for await (const { kind } of trainer.run()) {
      if (kind !== 'epoch') continue;
      found.push({ moved: moved(student, before), modes: modes.at(-1) ?? [] });
      before = valuesOf(student);
    }
    const ofClassifier = all.filter((name) => name.startsWith('fc.'));
    assert.deepEqual(found, [
      { moved: ofClassifier, modes: [false] },
      { moved: all.filter((name) => isStatistic(name) || name.startsWith('fc.')), modes: [true] },
    ]);
    assert.equal(
      refusal({ student, stages: [stage({ probe: 'frozen', freeze: ['conv1'] })] }),
      'a probe freezes all but the classifier itself: leave out freeze and freezeStatistics',
    );
  });

  test('is resumed to the same bits after a stop', async () => {
    const stages = [stage({ freeze: ['conv1', 'layer1'], freezeStatistics: true }, { epochs: 2 }), stage()];
    const whole = options({ stages });
    await Array.fromAsync(new Trainer(whole).run());
    for (const stopAt of [1, 3, 5]) {
      let steps = 0;
      const first = new Trainer(options({ stages }));
      for await (const { kind } of first.run()) if (kind === 'step' && ++steps === stopAt) break;
      const second = options({ stages });
      const trainer = new Trainer(second);
      await trainer.restore(first.state());
      await Array.fromAsync(trainer.run());
      assert.deepEqual(moved(second.student, valuesOf(whole.student)), []);
    }
  });

  test('is found under each of its paths', async () => {
    class Tied extends nn.Layer {
      readonly first = new nn.Linear(64, 64);
      readonly again = this.first;
      readonly head = new nn.Linear(64, 2);
      forward(x: Tensor): Tensor {
        return this.head.forward(this.again.forward(this.first.forward(x.flatten(1))));
      }
    }
    for (const path of ['first', 'again', 'again.weight']) {
      const student = new Tied();
      const before = valuesOf(student);
      await trained({ student, stages: [stage({ freeze: [path, path] })] });
      assert.equal(moved(student, before).includes('first.weight'), false, path);
    }
  });

  test('is refused before the first step where it is not there, is nothing, or is all', () => {
    const said = (more: Partial<Stage>) => refusal({ stages: [stage(), stage(more)] });
    assert.equal(
      said({ freeze: ['layer1', 'layer4'] }),
      "freeze: there is no module or parameter of the student 'layer4': did you mean 'layer1'?",
    );
    assert.equal(
      said({ freeze: ['fc.weigth'] }),
      "freeze: there is no module or parameter of the student 'fc.weigth': did you mean 'fc.weight'?",
    );
    assert.equal(
      said({ freeze: ['layer1.0.relu'] }),
      "freeze: 'layer1.0.relu' of the student has no parameters",
    );
    assert.equal(
      said({ freeze: ['conv1', 'bn1', 'layer1', 'layer2', 'layer3', 'fc'] }),
      'freeze: conv1, bn1, layer1, layer2, layer3, fc leaves nothing of the student to learn',
    );
    assert.equal(
      said({ freezeStatistics: true }),
      'freezeStatistics holds for the paths in `freeze`, and there are none: name them, or leave it out',
    );
  });
});

test('a teacher that is random in evaluation is asked as it is, and that is said', async () => {
  class Random extends nn.Layer {
    readonly fc = new nn.Linear(64, 2);
    forward(x: Tensor): Tensor {
      return functional.dropout(this.fc.forward(x.flatten(1)), 0.5);
    }
  }
  const said: string[] = [];
  const learned = async (more: Partial<TrainerOptions> = {}) => {
    const teacher = new Random();
    noGrad(() => teacher.parameters().map((parameter) => parameter.fill_(0.1)));
    const given = options({ teachers: [teacher], onWarning: (text) => said.push(text), ...more });
    const before = drawn();
    await Array.fromAsync(new Trainer(given).run());
    assert.equal(drawn(), before);
    return given.student;
  };
  const first = await learned();
  assert.deepEqual(said, [
    'a teacher is run as it is, not compiled, which is slower: the forward draws random numbers (aten::bernoulli_.float)',
  ]);
  assert.deepEqual(moved(await learned(), valuesOf(first)), [], 'what it draws is of the step');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-random-'));
  const cached = (name: string) => learned({ cache: { views: 1, folder: path.join(folder, name) } });
  assert.deepEqual(moved(await cached('one'), valuesOf(await cached('other'))), []);
  fs.rmSync(folder, { recursive: true });
});

test('a state of another precision is not restored', async () => {
  const { precision, ...rest } = new Trainer(options()).state();
  assert.equal(precision, 'fp32');
  const trainer = new Trainer(options());
  await assert.rejects(
    trainer.restore({ ...rest, precision: 'bf16' }),
    new TrainingError(
      'the state was computed in bf16, and this trainer computes in fp32: resumed, it would not come to the same bits; ask for precision bf16',
    ),
  );
  await trainer.restore(rest);
});
