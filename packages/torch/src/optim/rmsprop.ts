/** RMSprop. */
import { scope } from '../dispatch/scope.ts';
import type { Tensor } from '../tensor.ts';
import { descending, foreach, piecesOf } from './foreach.ts';
import type { Batch } from './moves.ts';
import { type Group, Optimizer, type ParameterGroup } from './optimizer.ts';
import { flag, notNegative, type Rule, share } from './options.ts';

export interface RMSpropOptions {
  /** 1e-2 by default. */
  lr?: number;
  /** How much of the average of squares is kept at each step; 0.99 by default. */
  alpha?: number;
  /** Added to the denominator; 1e-8 by default. */
  eps?: number;
  weightDecay?: number;
  momentum?: number;
  /** Divides by an estimate of the standard deviation: the square of the average is taken off the average of squares. */
  centered?: boolean;
  /** Moves along the gradient instead of against it, so that the loss grows. */
  maximize?: boolean;
}

type Options = Required<RMSpropOptions>;

const defaults: Options = {
  lr: 1e-2,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
};

const rules = {
  lr: notNegative,
  alpha: share,
  eps: notNegative,
  weightDecay: notNegative,
  momentum: notNegative,
  centered: flag,
  maximize: flag,
} satisfies Record<keyof Options, Rule>;

/**
 * RMSprop (Tieleman & Hinton 2012, lecture 6.5), by PyTorch's formula: g ← g + weightDecay·p; s ← alpha·s + (1 − alpha)g²; with
 * `centered` m ← alpha·m + (1 − alpha)g, and s − m² in the place of s below; v ← momentum·v + g / (√s + eps); p ← p − lr·v. (TensorFlow
 * has eps within the root.) Made of libtorch's multi-tensor operators.
 *
 * @throws TorchError for impossible options
 * @example const optimizer = new optim.RMSprop(model.parameters(), { lr: 0.01, momentum: 0.9 });
 */
export class RMSprop extends Optimizer<Options> {
  constructor(
    parameters: readonly Tensor[] | readonly ParameterGroup<Options>[],
    options: RMSpropOptions = {},
  ) {
    super(parameters, { ...defaults, ...options }, rules);
  }

  protected override stateNames({ momentum, centered }: Options): Record<string, boolean> {
    return { step: true, square_avg: true, momentum_buffer: momentum !== 0, grad_avg: centered };
  }

  protected override setMomentum(group: Group<Options>, momentum: number): void {
    group.momentum = momentum;
  }

  protected override update(batches: readonly Batch<Group<Options>>[]): void {
    for (const piece of batches.flatMap(piecesOf)) scope(() => this.#move(piece));
  }

  #move(batch: Batch<Group<Options>>): void {
    const { group, parameters, state } = batch;
    const { lr, alpha, eps, weightDecay, momentum, centered, maximize } = group;
    const gradients = descending(batch, { maximize, decay: weightDecay });
    foreach.addScalar_(state('step'), 1);
    const squares = state('square_avg');
    foreach.mul_(squares, alpha);
    foreach.addcmul_(squares, gradients, gradients, 1 - alpha);

    const means = centered ? state('grad_avg') : [];
    if (centered) foreach.lerp_(means, gradients, 1 - alpha);
    const denominators = foreach.sqrt(centered ? foreach.addcmul(squares, means, means, -1) : squares);
    foreach.addScalar_(denominators, eps);

    if (momentum === 0) {
      foreach.addcdiv_(parameters, gradients, denominators, -lr);
    } else {
      const velocities = state('momentum_buffer');
      foreach.mul_(velocities, momentum);
      foreach.addcdiv_(velocities, gradients, denominators);
      foreach.add_(parameters, velocities, -lr);
    }
  }
}
