/**
 * Learning rates over time, as functions of the step: the same step always gives the same value, so there is no state to restore. They
 * are PyTorch's schedulers of the same names; `optimizer.apply(schedule(t))` sets them.
 */
import { TorchError } from '../dispatch/errors.ts';
import { checkOptions, notNegative, number, type Rule, type Rules } from './options.ts';

/** What an optimizer is set to. */
export interface Setting {
  readonly lr: number;
  readonly momentum?: number;
}

/** What an optimizer is set to before step `t` (0 is the first). */
export type Schedule = (t: number) => Setting;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

/** @internal A number of steps. */
export const count: Rule = (value) => (isCount(value) ? null : 'a whole number from 1');

/** Of a warm-up, which there may be none of. */
const countOrNone: Rule = (value) => (value === 0 || isCount(value) ? null : 'a whole number from 0');

/** @internal */
export const share: Rule = (value) =>
  notNegative(value) === null && Number(value) <= 1 ? null : 'a number from 0 to 1';

const ascending: Rule = (value) =>
  Array.isArray(value) && value.every((at, i) => Number.isSafeInteger(at) && at >= (value[i - 1] ?? 0))
    ? null
    : 'whole numbers in ascending order';

const rules = {
  lr: notNegative,
  minLr: notNegative,
  factor: share,
  startFactor: share,
  endFactor: share,
  gamma: number,
  power: number,
  totalIters: count,
  stepSize: count,
  milestones: ascending,
} satisfies Rules;

/**
 * The same rate at every step; with `factor`, that share of it for the first `totalIters` steps. (PyTorch's ConstantLR, whose own
 * defaults are a factor of 1/3 for 5 steps.)
 *
 * @throws TorchError for an impossible option
 * @example const schedule = optim.constantLR({ lr: 0.01 });
 */
export function constantLR(options: { lr: number; factor?: number; totalIters?: number }): Schedule {
  checkOptions('constantLR', options, rules);
  const { lr, factor = 1, totalIters = 0 } = options;
  return (t) => ({ lr: t < totalIters ? lr * factor : lr });
}

/**
 * PyTorch's StepLR: the rate times `gamma` (0.1) after every `stepSize` steps.
 *
 * @throws TorchError for an impossible option
 * @example const schedule = optim.stepLR({ lr: 0.1, stepSize: 30 * stepsPerEpoch });
 */
export function stepLR(options: { lr: number; stepSize: number; gamma?: number }): Schedule {
  checkOptions('stepLR', options, rules);
  const { lr, stepSize, gamma = 0.1 } = options;
  return (t) => ({ lr: lr * gamma ** Math.floor(t / stepSize) });
}

/**
 * PyTorch's MultiStepLR: the rate times `gamma` (0.1) at each milestone (in steps) reached.
 *
 * @throws TorchError for an impossible option, or milestones out of order
 * @example const schedule = optim.multiStepLR({ lr: 0.05, milestones: [150, 180, 210].map((epoch) => epoch * stepsPerEpoch) });
 */
export function multiStepLR(options: {
  lr: number;
  milestones: readonly number[];
  gamma?: number;
}): Schedule {
  checkOptions('multiStepLR', options, rules);
  const { lr, milestones, gamma = 0.1 } = options;
  return (t) => ({ lr: lr * gamma ** milestones.filter((milestone) => t >= milestone).length });
}

/**
 * PyTorch's LinearLR: from `startFactor` (1/3) to `endFactor` (1) times the rate over `totalIters` steps, constant from there on.
 *
 * @throws TorchError for an impossible option
 * @example const schedule = optim.linearLR({ lr: 1e-3, startFactor: 1, endFactor: 0, totalIters: steps });
 */
export function linearLR(options: {
  lr: number;
  startFactor?: number;
  endFactor?: number;
  totalIters: number;
}): Schedule {
  checkOptions('linearLR', options, rules);
  const { lr, startFactor = 1 / 3, endFactor = 1, totalIters } = options;
  return (t) => ({
    lr: lr * (startFactor + ((endFactor - startFactor) * Math.min(t, totalIters)) / totalIters),
  });
}

/**
 * PyTorch's PolynomialLR: lr · (1 − t / totalIters)^power (1 by default), 0 from `totalIters` on.
 *
 * @throws TorchError for an impossible option
 * @example const schedule = optim.polynomialLR({ lr: 0.01, totalIters: steps, power: 0.9 });
 */
export function polynomialLR(options: { lr: number; totalIters: number; power?: number }): Schedule {
  checkOptions('polynomialLR', options, rules);
  const { lr, totalIters, power = 1 } = options;
  return (t) => ({ lr: lr * (1 - Math.min(t, totalIters) / totalIters) ** power });
}

/**
 * PyTorch's CosineAnnealingLR (Loshchilov & Hutter 2017): half a cosine from the rate to `minLr` (0) in `totalIters` (T_max) steps;
 * after them it rises again, as the cosine does.
 *
 * @throws TorchError for an impossible option
 * @example const schedule = optim.warmUp(optim.cosineAnnealingLR({ lr: 1e-3, minLr: 1e-5, totalIters: 9500 }), { steps: 500 });
 */
export function cosineAnnealingLR(options: { lr: number; totalIters: number; minLr?: number }): Schedule {
  checkOptions('cosineAnnealingLR', options, rules);
  const { lr, totalIters, minLr = 0 } = options;
  return (t) => ({ lr: minLr + ((lr - minLr) * (1 + Math.cos((Math.PI * t) / totalIters))) / 2 });
}

/**
 * PyTorch's SequentialLR: one schedule after another, each from its own step 0; the next begins at each milestone (in steps).
 *
 * @throws TorchError unless there is one milestone fewer than schedules, in ascending order
 * @example const schedule = optim.sequentialLR([optim.constantLR({ lr: 0.1 }), optim.polynomialLR({ lr: 0.1, totalIters: 900 })], [100]);
 */
export function sequentialLR(schedules: readonly Schedule[], milestones: readonly number[]): Schedule {
  checkOptions('sequentialLR', { milestones }, rules);
  const [first, ...later] = schedules;
  if (!first || later.length !== milestones.length)
    throw new TorchError(
      `sequentialLR: ${schedules.length} schedules need one milestone fewer, got ${milestones.length}`,
    );
  return (t) => {
    const reached = milestones.filter((milestone) => t >= milestone).length;
    const schedule = reached === 0 ? first : (later[reached - 1] ?? first);
    return schedule(t - (reached === 0 ? 0 : (milestones[reached - 1] ?? 0)));
  };
}

/**
 * A linear rise to a schedule's first rate, from `startFactor` of it (1/3, as in LinearLR) over so many steps, before the schedule
 * begins at its own step 0: PyTorch's SequentialLR of LinearLR and another.
 *
 * @throws TorchError for an impossible option
 * @example const schedule = optim.warmUp(optim.stepLR({ lr: 0.1, stepSize: 100 }), { steps: 20, startFactor: 0 });
 */
export function warmUp(schedule: Schedule, options: { steps: number; startFactor?: number }): Schedule {
  checkOptions('warmUp', options, {
    steps: countOrNone,
    startFactor: share,
  });
  const { steps, startFactor = 1 / 3 } = options;
  if (steps === 0) return schedule;
  const first = schedule(0);
  const rise = linearLR({ lr: first.lr, startFactor, totalIters: steps });
  return sequentialLR([(t) => ({ ...first, ...rise(t) }), schedule], [steps]);
}

/**
 * A schedule whose first steps are replaced by a linear rise, which begins at the rate `from` and would reach `to` at step `steps`; from there the
 * schedule goes on as if it had run from step 0. That is how timm's schedulers warm up without `warmup_prefix`.
 *
 * @throws TorchError for an impossible option
 * @example const schedule = optim.warmUpInstead(optim.cosineAnnealingLR({ lr: 5e-4, totalIters: 300 }), { steps: 20, from: 5e-7, to: 5e-4 });
 */
export function warmUpInstead(
  schedule: Schedule,
  options: { steps: number; from: number; to: number },
): Schedule {
  checkOptions('warmUpInstead', options, {
    steps: countOrNone,
    from: notNegative,
    to: notNegative,
  });
  const { steps, from, to } = options;
  return (t) => (t < steps ? { ...schedule(t), lr: from + (t * (to - from)) / steps } : schedule(t));
}

/**
 * A schedule that moves once every so many steps, by one of its own: with the steps of an epoch, one whose times are epochs.
 *
 * @throws TorchError for an impossible option
 * @example const schedule = optim.every(stepsPerEpoch, optim.cosineAnnealingLR({ lr: 0.1, totalIters: epochs }));
 */
export function every(steps: number, schedule: Schedule): Schedule {
  checkOptions('every', { steps }, { steps: count });
  return (t) => schedule(Math.floor(t / steps));
}
