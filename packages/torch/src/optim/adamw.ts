/** Adam with decoupled weight decay. */
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { Adam, type AdamOptions } from './adam.ts';
import type { ParameterGroup } from './optimizer.ts';

const fusedAdamW = op<void>('aten::_fused_adamw_');

/**
 * AdamW (Loshchilov & Hutter 2019): Adam, but the decay shrinks the parameter itself, p ← p − lr·weightDecay·p, and stays out of the
 * averages. Options and defaults are Adam's, with a weightDecay of 1e-2.
 *
 * @throws TorchError for impossible options
 * @example const optimizer = new optim.AdamW(model.parameters(), { lr: 5e-4, weightDecay: 0.05 });
 */
export class AdamW extends Adam {
  protected override readonly fused: typeof fusedAdamW = fusedAdamW;

  constructor(
    parameters: readonly Tensor[] | readonly ParameterGroup<Required<AdamOptions>>[],
    options: AdamOptions = {},
  ) {
    super(parameters, { weightDecay: 1e-2, ...options });
  }
}
