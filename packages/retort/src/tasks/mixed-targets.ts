/** What images teach that are mixed with one another. */
import { type Tensor, tensor } from '@retort/torch';
import type { Shares } from '../data/index.ts';

/** Of targets [B, …] of each image its own share of them and that of its partner, the one at the same place from the end. @example mixedTargets(values, shares) // [B, …] */
export function mixedTargets(targets: Tensor, { own, partner }: Shares): Tensor {
  const each = (shares: readonly number[]): Tensor =>
    tensor(shares, {
      shape: targets.shape.map((size, i) => (i === 0 ? size : 1)),
      device: targets.device,
    });
  return targets.mul(each(own)).add(targets.flip([0]).mul(each(partner)));
}
