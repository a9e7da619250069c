/** What Adam and RAdam have in common: options, their defaults and their rules. */
import { betas, flag, notNegative, type Rule } from './options.ts';

/** @internal The options of both. */
export interface AveragingOptions {
  /** 1e-3 by default. */
  lr?: number;
  /** How much of the average of the gradient and of its square is kept at each step; [0.9, 0.999] by default. */
  betas?: readonly [number, number];
  /** Added to the denominator; 1e-8 by default. */
  eps?: number;
  weightDecay?: number;
  /** Moves along the gradient instead of against it, so that the loss grows. */
  maximize?: boolean;
}

export const averagingDefaults: Required<AveragingOptions> = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  maximize: false,
};

export const averagingRules = {
  lr: notNegative,
  betas,
  eps: notNegative,
  weightDecay: notNegative,
  maximize: flag,
} satisfies Record<keyof AveragingOptions, Rule>;
