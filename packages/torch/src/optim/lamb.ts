/** LAMB. */
import { ones_like, stack, where } from '../create.ts';
import { op } from '../operator.ts';
import { scope } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import { totalNorm } from './clip.ts';
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

const ops = {
  add_: op<void>('aten::_foreach_add_.List'),
  addScalar_: op<void>('aten::_foreach_add_.Scalar'),
  addcmul_: op<void>('aten::_foreach_addcmul_.Scalar'),
  div: op<Tensor[]>('aten::_foreach_div.Tensor'),
  divEach: op<Tensor[]>('aten::_foreach_div.ScalarList'),
  divEach_: op<void>('aten::_foreach_div_.ScalarList'),
  divList_: op<void>('aten::_foreach_div_.List'),
  lerp_: op<void>('aten::_foreach_lerp_.Scalar'),
  mul_: op<void>('aten::_foreach_mul_.Scalar'),
  mulList_: op<void>('aten::_foreach_mul_.List'),
  norm: op<Tensor[]>('aten::_foreach_norm.Scalar'),
  sqrt: op<Tensor[]>('aten::_foreach_sqrt'),
};

/** ‖p‖ / ‖u‖ for each parameter, 1 where either is 0. */
function trustRatios(parameters: readonly Tensor[], updates: readonly Tensor[], clip: boolean): Tensor[] {
  const [ofParameters, ofUpdates] = [stack(ops.norm(parameters)), stack(ops.norm(updates))];
  const areMoving = ofParameters.gt(0).logical_and(ofUpdates.gt(0));
  const ratios = where(areMoving, ofParameters.div(ofUpdates), ones_like(ofParameters));
  return (clip ? ratios.clamp(null, 1) : ratios).unbind();
}

/** How many elements move at once on a CPU: what is computed on the way then stays in its cache. */
const pieceSize = 2 ** 18;

/** A batch in pieces: on one core a ViT-Tiny takes 63 ms, in one piece 80 to 150 ms and 20 times the memory. */
function piecesOf<Of>(batch: Batch<Of>): Batch<Of>[] {
  const { parameters, gradients, state } = batch;
  if (parameters[0]?.device !== 'cpu') return [batch];
  const pieces: { from: number; to: number; size: number }[] = [];
  for (const [i, parameter] of parameters.entries()) {
    const size = parameter.numel();
    const last = pieces.at(-1);
    if (!last || last.size + size > pieceSize) pieces.push({ from: i, to: i + 1, size });
    else Object.assign(last, { to: i + 1, size: last.size + size });
  }
  return pieces.map(({ from, to }) => ({
    ...batch,
    parameters: parameters.slice(from, to),
    gradients: gradients.slice(from, to),
    state: (name) => state(name).slice(from, to),
  }));
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
    ops.addScalar_(steps, 1);
    // After endless steps there is nothing left to correct.
    const counts = biasCorrection
      ? steps.map((step) => step.item())
      : steps.map(() => Number.POSITIVE_INFINITY);
    const [first] = given;
    const gradients =
      norm && maxGradNorm !== null && first
        ? ops.div(given, norm.div(maxGradNorm).clamp(1).to(first.device))
        : given;

    ops.lerp_(m, gradients, 1 - beta1);
    ops.mul_(v, beta2);
    ops.addcmul_(v, gradients, gradients, 1 - beta2);
    const denominators = ops.sqrt(v);
    ops.divEach_(
      denominators,
      counts.map((t) => Math.sqrt(1 - beta2 ** t)),
    );
    ops.addScalar_(denominators, eps);
    const updates = ops.divEach(
      m,
      counts.map((t) => 1 - beta1 ** t),
    );
    ops.divList_(updates, denominators);

    if (weightDecay !== 0) {
      if (decoupledDecay) ops.mul_(parameters, 1 - lr * weightDecay);
      else ops.add_(updates, parameters, weightDecay);
    }
    if (weightDecay !== 0 || alwaysAdapt) ops.mulList_(updates, trustRatios(parameters, updates, trustClip));
    ops.add_(parameters, updates, -lr);
  }
}
