/** Learning rates over time, as functions of the step: the same step always gives the same value, so there is no state to restore. */
import { TorchError } from '../errors.ts';

/** What an optimizer is set to before step `t` (0 is the first). */
export type Schedule = (t: number) => { readonly lr: number; readonly momentum?: number };

/** PyTorch's MultiStepLR: the rate times `gamma` at each milestone (in steps) reached. */
export function multiStepLR(options: {
  lr: number;
  milestones: readonly number[];
  gamma?: number;
}): Schedule {
  const { lr, milestones, gamma = 0.1 } = options;
  return (t) => ({ lr: lr * gamma ** milestones.filter((milestone) => t >= milestone).length });
}

export interface OneCycleOptions {
  maxLr: number;
  totalSteps: number;
  /** The share of the steps in which the rate rises. */
  pctStart?: number;
  /** The first rate is maxLr / divFactor, the last one that / finalDivFactor. */
  divFactor?: number;
  finalDivFactor?: number;
  /** Momentum moves between these, against the rate. */
  baseMomentum?: number;
  maxMomentum?: number;
}

/** PyTorch's OneCycleLR with cosine annealing and its defaults (Smith & Topin 2018). */
export function oneCycleLR(options: OneCycleOptions): Schedule {
  const { maxLr, totalSteps, pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
  const { baseMomentum = 0.85, maxMomentum = 0.95 } = options;
  const peak = pctStart * totalSteps - 1;
  if (!Number.isInteger(totalSteps) || totalSteps < 1)
    throw new TorchError(`oneCycleLR: totalSteps must be a whole number from 1, got ${totalSteps}`);
  const first = maxLr / divFactor;
  const last = first / finalDivFactor;
  const cosine = (from: number, to: number, share: number) =>
    to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1);
  return (t) => {
    if (t <= peak && peak > 0) {
      return { lr: cosine(first, maxLr, t / peak), momentum: cosine(maxMomentum, baseMomentum, t / peak) };
    }
    const share = (t - Math.max(peak, 0)) / Math.max(totalSteps - 1 - Math.max(peak, 0), 1);
    return { lr: cosine(maxLr, last, share), momentum: cosine(baseMomentum, maxMomentum, share) };
  };
}
