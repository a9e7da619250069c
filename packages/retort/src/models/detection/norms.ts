/** The norms of a detector's backbone. */
import { nn } from '@retort/torch';

/**
 * `frozen`: batch norm by statistics and weights that stay as they were read, as detectors are mostly trained, whose batches are small; `trained`:
 * batch norm; `group`: group norm (Wu & He 2018), which no batch matters to.
 */
export type NormKind = (typeof normKinds)[number];

/** Each of them. */
export const normKinds = ['frozen', 'trained', 'group'] as const;

export type Norm = nn.BatchNorm2d | nn.FrozenBatchNorm2d | nn.GroupNorm;

/** Groups of channels, as many as Wu & He have and detectron2. */
const groups = 32;

/** The most groups into which channels fall: of MobileNetV2's 24 there are 8. */
function groupsOf(channels: number): number {
  let [a, b] = [groups, channels];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** A norm of so many channels. @example normOf('group', 256) // GroupNorm of 32 groups */
export function normOf(kind: NormKind, channels: number): Norm {
  if (kind === 'group') return new nn.GroupNorm(groupsOf(channels), channels);
  return kind === 'frozen' ? new nn.FrozenBatchNorm2d(channels) : new nn.BatchNorm2d(channels);
}

/** Puts other norms in the place of all batch norms in a module, as fresh as these. */
export function renorm<M extends nn.Module>(module: M, kind: NormKind): M {
  if (kind === 'trained') return module;
  for (const [, owner] of [...module.namedModules()]) {
    for (const [name, child] of [...owner.namedChildren()]) {
      if (!(child instanceof nn.BatchNorm2d)) continue;
      const norm = normOf(kind, child.numFeatures);
      if (owner instanceof nn.Sequential) owner.replace(name, norm);
      else Reflect.set(owner, name, norm);
    }
  }
  return module;
}
