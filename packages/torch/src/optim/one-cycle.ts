/** One cycle of rate and momentum. */
import { TorchError } from '../dispatch/errors.ts';
import { checkOptions, flag, notNegative, type Rule } from './options.ts';
import { count, type Schedule, share } from './schedule.ts';

export interface OneCycleOptions {
  maxLr: number;
  totalSteps: number;
  /** The share of the steps in which the rate rises; 0.3 by default. */
  pctStart?: number;
  /** How it moves: along half a cosine (`cos`, the default) or a line. */
  annealStrategy?: 'cos' | 'linear';
  /** Whether momentum moves too, between these, against the rate; true, 0.85 and 0.95 by default. */
  cycleMomentum?: boolean;
  baseMomentum?: number;
  maxMomentum?: number;
  /** The first rate is maxLr / divFactor, the last one that / finalDivFactor; 25 and 1e4 by default. */
  divFactor?: number;
  finalDivFactor?: number;
  /** Falls back to the first rate in as many steps as it rose, and only then to the last. */
  threePhase?: boolean;
}

const positive: Rule = (value) =>
  notNegative(value) === null && value !== 0 ? null : 'a finite number above 0';

const rules = {
  maxLr: notNegative,
  totalSteps: count,
  pctStart: share,
  annealStrategy: (value) => (value === 'cos' || value === 'linear' ? null : "'cos' or 'linear'"),
  cycleMomentum: flag,
  baseMomentum: notNegative,
  maxMomentum: notNegative,
  divFactor: positive,
  finalDivFactor: positive,
  threePhase: flag,
} satisfies Record<keyof OneCycleOptions, Rule>;

interface Phase {
  readonly end: number;
  readonly lr: readonly [from: number, to: number];
  readonly momentum: readonly [from: number, to: number];
}

const anneal = {
  cos: ([from, to]: Phase['lr'], share: number) => to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1),
  linear: ([from, to]: Phase['lr'], share: number) => (to - from) * share + from,
};

/**
 * PyTorch's OneCycleLR (Smith & Topin 2018), with its defaults: up to `maxLr` and down to almost nothing, once, while momentum goes the
 * other way.
 *
 * @throws TorchError for an impossible option, and from the schedule for a step beyond `totalSteps`
 * @example const schedule = optim.oneCycleLR({ maxLr: 0.1, totalSteps: epochs * stepsPerEpoch });
 */
export function oneCycleLR(options: OneCycleOptions): Schedule {
  checkOptions('oneCycleLR', options, rules);
  const { maxLr, totalSteps, pctStart = 0.3, annealStrategy = 'cos', threePhase = false } = options;
  const { cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95 } = options;
  const { divFactor = 25, finalDivFactor = 1e4 } = options;
  const first = maxLr / divFactor;
  const last = first / finalDivFactor;
  const peak = pctStart * totalSteps - 1;
  const rise: Phase = { end: peak, lr: [first, maxLr], momentum: [maxMomentum, baseMomentum] };
  const phases: readonly Phase[] = threePhase
    ? [
        rise,
        { end: 2 * peak, lr: [maxLr, first], momentum: [baseMomentum, maxMomentum] },
        { end: totalSteps - 1, lr: [first, last], momentum: [maxMomentum, maxMomentum] },
      ]
    : [rise, { end: totalSteps - 1, lr: [maxLr, last], momentum: [baseMomentum, maxMomentum] }];
  const move = anneal[annealStrategy];
  return (t) => {
    if (t > totalSteps)
      throw new TorchError(`oneCycleLR: a schedule of ${totalSteps} steps has no step ${t}`);
    const found = phases.findIndex(({ end }) => t <= end);
    const at = found < 0 ? phases.length - 1 : found;
    const { end, lr, momentum } = phases[at] ?? rise;
    const start = phases[at - 1]?.end ?? 0;
    // A phase without length, which PyTorch refuses, is over as soon as it begins.
    const share = end === start ? 1 : (t - start) / (end - start);
    return cycleMomentum ? { lr: move(lr, share), momentum: move(momentum, share) } : { lr: move(lr, share) };
  };
}
