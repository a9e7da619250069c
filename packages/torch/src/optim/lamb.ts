/** LAMB. */
import { ones_like, stack, where } from '../create.ts';
import { scope } from '../dispatch/scope.ts';
import type { Tensor } from '../tensor.ts';
import { totalNorm } from './clip.ts';
import { foreach, piecesOf } from './foreach.ts';
import type { Batch } from './moves.ts';
import { type Group, Optimizer, type ParameterGroup } from './optimizer.ts';
import { betas, flag, notNegative, notNegativeOrNull, type Rule } from './options.ts';

export interface LAMBOptions {
  /** 1e-3 by default. */
  lr?: number;
  /** How much of the average of the gradient and of its square is kept at each step; [0.9, 0.999] by default. */
  betas?: readonly [number, number];
  /** Added to the denominator; 1e-6 by default. */
  eps?: number;
  /** 0.01 by default. */
  weightDecay?: number;
  /** Corrects the averages for having started at 0; true by default. */
  biasCorrection?: boolean;
  /** Gradients are scaled so that the norm of all groups' together is this at most (1 by default); null leaves them. */
  maxGradNorm?: number | null;
  /** Limits the trust ratio to 1 (LAMBC). */
  trustClip?: boolean;
  /** Uses the trust ratio for parameters without weight decay too. */
  alwaysAdapt?: boolean;
  /** Decay shrinks the parameter itself, as in AdamW, instead of being part of the update. */
  decoupledDecay?: boolean;
}

type Options = Required<LAMBOptions>;

const defaults: Options = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-6,
  weightDecay: 0.01,
  biasCorrection: true,
  maxGradNorm: 1,
  trustClip: false,
  alwaysAdapt: false,
  decoupledDecay: false,
};

const rules = {
  lr: notNegative,
  betas,
  eps: notNegative,
  weightDecay: notNegative,
  biasCorrection: flag,
  maxGradNorm: notNegativeOrNull,
  trustClip: flag,
  alwaysAdapt: flag,
  decoupledDecay: flag,
} satisfies Record<keyof Options, Rule>;

/** ‖p‖ / ‖u‖ for each parameter, 1 where either is 0. */
function trustRatios(parameters: readonly Tensor[], updates: readonly Tensor[], clip: boolean): Tensor[] {
  const [ofParameters, ofUpdates] = [stack(foreach.norm(parameters)), stack(foreach.norm(updates))];
  const areMoving = ofParameters.gt(0).logical_and(ofUpdates.gt(0));
  const ratios = where(areMoving, ofParameters.div(ofUpdates), ones_like(ofParameters));
  return (clip ? ratios.clamp(null, 1) : ratios).unbind();
}

/**
 * LAMB (You et al. 2020, algorithm 2), with the options and defaults of timm's Lamb: Adam's update
 * u = m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + eps) + weightDecay·p, and p ← p − lr · ‖p‖/‖u‖ · u for each parameter tensor; without weight
 * decay p ← p − lr·u. t counts the steps of this parameter (timm's those of its group). Made of libtorch's multi-tensor operators.
 *
 * @throws TorchError for impossible options
 * @example const optimizer = new optim.LAMB(model.parameters(), { lr: 5e-3, weightDecay: 0.02 });
 */
export class LAMB extends Optimizer<Options> {
  constructor(parameters: readonly Tensor[] | readonly ParameterGroup<Options>[], options: LAMBOptions = {}) {
    super(parameters, { ...defaults, ...options }, rules);
  }

  protected override stateNames(): Record<string, boolean> {
    return { step: true, exp_avg: true, exp_avg_sq: true };
  }

  protected override setMomentum(group: Group<Options>, momentum: number): void {
    group.betas = [momentum, group.betas[1]];
  }

  protected override stepDevice(): string {
    return 'cpu';
  }

  protected override update(batches: readonly Batch<Group<Options>>[]): void {
    const isLimited = batches.some(({ group }) => group.maxGradNorm !== null);
    const norm = isLimited ? totalNorm(batches.flatMap(({ gradients }) => gradients)) : null;
    for (const piece of batches.flatMap(piecesOf)) scope(() => this.#move(piece, norm));
  }

  #move({ group, parameters, gradients: given, state }: Batch<Group<Options>>, norm: Tensor | null): void {
    const { lr, eps, weightDecay, biasCorrection, maxGradNorm, trustClip, alwaysAdapt, decoupledDecay } =
      group;
    const [beta1, beta2] = group.betas;
    const [m, v, steps] = [state('exp_avg'), state('exp_avg_sq'), state('step')];
    foreach.addScalar_(steps, 1);
    // After endless steps there is nothing left to correct.
    const counts = biasCorrection
      ? steps.map((step) => step.item())
      : steps.map(() => Number.POSITIVE_INFINITY);
    const [first] = given;
    const gradients =
      norm && maxGradNorm !== null && first
        ? foreach.div(given, norm.div(maxGradNorm).clamp(1).to(first.device))
        : given;

    foreach.lerp_(m, gradients, 1 - beta1);
    foreach.mul_(v, beta2);
    foreach.addcmul_(v, gradients, gradients, 1 - beta2);
    const denominators = foreach.sqrt(v);
    foreach.divEach_(
      denominators,
      counts.map((t) => Math.sqrt(1 - beta2 ** t)),
    );
    foreach.addScalar_(denominators, eps);
    const updates = foreach.divEach(
      m,
      counts.map((t) => 1 - beta1 ** t),
    );
    foreach.divList_(updates, denominators);

    if (weightDecay !== 0) {
      if (decoupledDecay) foreach.mul_(parameters, 1 - lr * weightDecay);
      else foreach.add_(updates, parameters, weightDecay);
    }
    if (weightDecay !== 0 || alwaysAdapt)
      foreach.mulList_(updates, trustRatios(parameters, updates, trustClip));
    foreach.add_(parameters, updates, -lr);
  }
}
