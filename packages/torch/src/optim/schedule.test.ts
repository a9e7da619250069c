import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { nn, optim, TorchError, tensor, zeros } from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'optim.safetensors');
const parameter = () => new nn.Parameter(zeros([1]));

/** Rates of the groups, and momentum or beta1 of the first, before each step. */
function follows(name: string, schedule: optim.Schedule, optimizer: optim.SGD | optim.Adam): void {
  const expected = reference(`schedule.${name}`);
  const seen = Array.from({ length: expected.size(0) }, (_, t) => {
    optimizer.apply(schedule(t));
    const [group] = optimizer.groups;
    assert.ok(group);
    return [...optimizer.groups.map(({ lr }) => lr), 'betas' in group ? group.betas[0] : group.momentum];
  });
  assertClose(tensor(seen, { dtype: 'float64' }), expected, 1e-12, name);
}

suite('schedules follow PyTorch', () => {
  const lr = 0.3;
  const schedules: Record<string, optim.Schedule> = {
    constant: optim.constantLR({ lr, factor: 0.25, totalIters: 4 }),
    step: optim.stepLR({ lr, stepSize: 3, gamma: 0.2 }),
    multi_step: optim.multiStepLR({ lr, milestones: [3, 5, 5, 9], gamma: 0.2 }),
    linear: optim.linearLR({ lr, startFactor: 0.2, endFactor: 0.6, totalIters: 7 }),
    linear_default: optim.linearLR({ lr, totalIters: 5 }),
    polynomial: optim.polynomialLR({ lr, totalIters: 8, power: 0.9 }),
    cosine: optim.cosineAnnealingLR({ lr, totalIters: 9 }),
    warm_up: optim.warmUp(optim.cosineAnnealingLR({ lr, totalIters: 20 }), { steps: 5, startFactor: 0.1 }),
    sequential: optim.sequentialLR(
      [
        optim.constantLR({ lr, factor: 0.5, totalIters: 3 }),
        optim.linearLR({ lr, startFactor: 1, endFactor: 0.5, totalIters: 4 }),
        optim.polynomialLR({ lr, totalIters: 6, power: 2 }),
      ],
      [4, 9],
    ),
  };
  for (const [name, schedule] of Object.entries(schedules)) {
    test(`${name}, in two groups of other rates`, () => {
      const groups = [{ params: [parameter()] }, { params: [parameter()], lr: 0.06 }];
      follows(name, schedule, new optim.SGD(groups, { lr, momentum: 0.9 }));
    });
  }
  test('cosine with a least rate', () => {
    const expected = reference('schedule.cosine_min').narrow(1, 0, 1);
    const schedule = optim.cosineAnnealingLR({ lr, totalIters: 100, minLr: 0.001 });
    const seen = Array.from({ length: 100 }, (_, t) => [schedule(t).lr]);
    assertClose(tensor(seen, { dtype: 'float64' }), expected, 1e-12, 'cosine_min');
  });
  const sgd = () => new optim.SGD([parameter()], { lr, momentum: 0.9 });
  const cycles: [string, optim.OneCycleOptions, optim.SGD | optim.Adam][] = [
    ['one_cycle_37', { maxLr: 0.05, totalSteps: 37, pctStart: 0.25 }, sgd()],
    ['one_cycle_2', { maxLr: 0.05, totalSteps: 2 }, sgd()],
    [
      'one_cycle_linear',
      { maxLr: 0.05, totalSteps: 20, annealStrategy: 'linear' },
      new optim.Adam([parameter()], { lr }),
    ],
    ['one_cycle_three', { maxLr: 0.05, totalSteps: 30, threePhase: true, divFactor: 10 }, sgd()],
    ['one_cycle_fixed', { maxLr: 0.05, totalSteps: 20, cycleMomentum: false }, sgd()],
    [
      'one_cycle_groups',
      { maxLr: 0.5, totalSteps: 20 },
      new optim.SGD([{ params: [parameter()] }, { params: [parameter()], lr: 0.06 }], { lr, momentum: 0.9 }),
    ],
  ];
  for (const [name, options, optimizer] of cycles)
    test(name, () => follows(name, optim.oneCycleLR(options), optimizer));
});

suite('schedules', () => {
  test('one cycle is finite where it is as short as can be', () => {
    for (const pctStart of [0, 0.25, 0.3, 1]) {
      for (let totalSteps = 1; totalSteps < 8; totalSteps++) {
        const schedule = optim.oneCycleLR({ maxLr: 1, totalSteps, pctStart });
        for (let t = 0; t < totalSteps; t++)
          assert.ok(schedule(t).lr > 0 && schedule(t).lr <= 1, `step ${t} of ${totalSteps}, ${pctStart}`);
      }
    }
  });
  test('a constant is one, and no warm-up changes nothing', () => {
    const constant = optim.constantLR({ lr: 0.1 });
    assert.deepEqual(
      [0, 1, 1000].map((t) => constant(t).lr),
      [0.1, 0.1, 0.1],
    );
    assert.equal(optim.warmUp(constant, { steps: 0 }), constant);
  });
  test('a warm-up has the momentum with which the schedule begins', () => {
    const cycle = optim.oneCycleLR({ maxLr: 1, totalSteps: 10 });
    const schedule = optim.warmUp(cycle, { steps: 2, startFactor: 0 });
    assert.deepEqual(schedule(0), { lr: 0, momentum: 0.95 });
    assert.deepEqual(schedule(5), cycle(3));
  });
  test('impossible settings are refused', () => {
    const refuses = (make: () => unknown, message: RegExp) =>
      assert.throws(make, (error) => error instanceof TorchError && message.test(error.message));
    refuses(() => optim.constantLR({ lr: -1 }), /constantLR: lr must be/);
    refuses(() => optim.stepLR({ lr: 1, stepSize: 0 }), /stepSize must be a whole number from 1, got 0/);
    refuses(
      () => optim.multiStepLR({ lr: 1, milestones: [5, 3] }),
      /milestones must be whole numbers in ascending order, got \[5,3\]/,
    );
    refuses(
      () => optim.linearLR({ lr: 1, startFactor: 2, totalIters: 3 }),
      /startFactor must be a number from 0 to 1/,
    );
    refuses(() => optim.polynomialLR({ lr: 1, totalIters: 2.5 }), /totalIters/);
    refuses(() => optim.cosineAnnealingLR({ lr: 1, totalIters: 3, minLr: -1 }), /minLr/);
    refuses(() => optim.sequentialLR([], []), /0 schedules need one milestone fewer/);
    refuses(() => optim.sequentialLR([optim.constantLR({ lr: 1 })], [1]), /1 schedules/);
    refuses(() => optim.warmUp(optim.constantLR({ lr: 1 }), { steps: -1 }), /steps must be/);
    refuses(() => optim.oneCycleLR({ maxLr: 1, totalSteps: 0 }), /totalSteps/);
    refuses(() => optim.oneCycleLR({ maxLr: 1, totalSteps: 10, pctStart: 1.5 }), /pctStart/);
    refuses(
      () => optim.oneCycleLR({ maxLr: 1, totalSteps: 10, divFactor: 0 }),
      /divFactor must be a finite number above 0/,
    );
    refuses(
      () => optim.oneCycleLR({ maxLr: 1, totalSteps: 10 })(11),
      /a schedule of 10 steps has no step 11/,
    );
  });
});

suite('schedules made of others', () => {
  test('warm-up in place of the first steps leaves the others as they are', () => {
    const fall = optim.stepLR({ lr: 0.5, stepSize: 3 });
    const warmed = optim.warmUpInstead(fall, { steps: 2, from: 0.125, to: 0.5 });
    assert.deepEqual(
      [0, 1].map((t) => warmed(t).lr),
      [0.125, 0.3125],
    );
    for (const t of [2, 3, 8]) assert.deepEqual(warmed(t), fall(t));
    const refused = /warmUpInstead: steps must be a whole number from 0, got -1/;
    assert.throws(() => optim.warmUpInstead(fall, { steps: -1, from: 0, to: 1 }), refused);
  });
  test('once every so many steps', () => {
    const slow = optim.every(4, optim.stepLR({ lr: 0.5, stepSize: 1, gamma: 0.5 }));
    assert.deepEqual(
      [0, 3, 4, 8].map((t) => slow(t).lr),
      [0.5, 0.5, 0.25, 0.125],
    );
    assert.throws(() => optim.every(0, slow), /every: steps must be a whole number from 1, got 0/);
  });
});
