/** RAdam. */
import { scope } from '../dispatch/scope.ts';
import type { Tensor } from '../tensor.ts';
import { type AveragingOptions, averagingDefaults, averagingRules } from './averaging.ts';
import { descending, foreach, piecesOf } from './foreach.ts';
import type { Batch } from './moves.ts';
import { type Group, Optimizer, type ParameterGroup } from './optimizer.ts';
import { flag, type Rule } from './options.ts';

export interface RAdamOptions extends AveragingOptions {
  /** Decay shrinks the parameter itself, as in AdamW, and stays out of the averages. */
  decoupledWeightDecay?: boolean;
}

type Options = Required<RAdamOptions>;

const defaults: Options = { ...averagingDefaults, decoupledWeightDecay: false };

const rules = { ...averagingRules, decoupledWeightDecay: flag } satisfies Record<keyof Options, Rule>;

/** The paper's rₜ, by which the adaptive rate of step t is rectified; null where its variance is not tractable (ρₜ ≤ 5, as in PyTorch). */
function rectification(t: number, beta2: number): number | null {
  const longest = 2 / (1 - beta2) - 1;
  const length = longest - (2 * t * beta2 ** t) / (1 - beta2 ** t);
  if (length <= 5) return null;
  return Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
}

/**
 * RAdam (Liu et al. 2020, algorithm 2), Adam whose first steps need no warm-up: m and v are Adam's averages; p ← p − lr · m/(1 − β₁ᵗ) ·
 * rₜ · √(1 − β₂ᵗ) / (√v + eps), and without the fraction and rₜ in the first steps, 5 by the default β₂, where v says too little. t counts
 * the steps of this parameter. Made of libtorch's multi-tensor operators.
 *
 * @throws TorchError for impossible options
 * @example const optimizer = new optim.RAdam(model.parameters(), { lr: 1e-3, weightDecay: 0.01, decoupledWeightDecay: true });
 */
export class RAdam extends Optimizer<Options> {
  constructor(
    parameters: readonly Tensor[] | readonly ParameterGroup<Options>[],
    options: RAdamOptions = {},
  ) {
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
    for (const piece of batches.flatMap(piecesOf)) scope(() => this.#move(piece));
  }

  #move(batch: Batch<Group<Options>>): void {
    const { group, parameters, state } = batch;
    const { lr, eps, weightDecay, decoupledWeightDecay, maximize } = group;
    const [beta1, beta2] = group.betas;
    const [m, v, steps] = [state('exp_avg'), state('exp_avg_sq'), state('step')];
    foreach.addScalar_(steps, 1);
    const counts = steps.map((step) => step.item());
    if (decoupledWeightDecay && weightDecay !== 0) foreach.mul_(parameters, 1 - lr * weightDecay);
    const gradients = descending(batch, { maximize, decay: decoupledWeightDecay ? 0 : weightDecay });

    foreach.lerp_(m, gradients, 1 - beta1);
    foreach.mul_(v, beta2);
    foreach.addcmul_(v, gradients, gradients, 1 - beta2);
    const updates = foreach.divEach(
      m,
      counts.map((t) => 1 - beta1 ** t),
    );

    const factors = counts.map((t) => {
      const rectified = rectification(t, beta2);
      return rectified === null ? null : rectified * Math.sqrt(1 - beta2 ** t);
    });
    const areRectified = (_: Tensor, i: number): boolean => factors[i] !== null;
    const adaptive = updates.filter(areRectified);
    if (adaptive.length > 0) {
      const denominators = foreach.sqrt(v.filter(areRectified));
      foreach.addScalar_(denominators, eps);
      foreach.divList_(adaptive, denominators);
      foreach.mulEach_(
        adaptive,
        factors.filter((factor) => factor !== null),
      );
    }
    foreach.add_(parameters, updates, -lr);
  }
}
