/** Methods by name. */
import { unknown } from '../unknown.ts';
import { abDefinition } from './ab.ts';
import { annealingDefinition } from './annealing.ts';
import { atDefinition } from './at.ts';
import { ccDefinition } from './cc.ts';
import { crdDefinition } from './crd.ts';
import { crossEntropyDefinition } from './cross-entropy.ts';
import { cskdDefinition } from './cskd.ts';
import { distDefinition } from './dist.ts';
import { dkdDefinition } from './dkd.ts';
import { dlkdDefinition } from './dlkd.ts';
import { fitnetDefinition } from './fitnet.ts';
import { fspDefinition } from './fsp.ts';
import { ftDefinition } from './ft.ts';
import { kdDefinition } from './kd.ts';
import { logitStdDefinition } from './logit-std.ts';
import type { MethodDefinition } from './method.ts';
import { nstDefinition } from './nst.ts';
import { ofaDefinition } from './ofa.ts';
import { pktDefinition } from './pkt.ts';
import { reviewDefinition } from './review.ts';
import { rkdDefinition } from './rkd.ts';
import { spDefinition } from './sp.ts';
import { srdDefinition } from './srd.ts';
import { vidDefinition } from './vid.ts';

/** Every method that a recipe can name. */
export const methods: Readonly<Record<string, MethodDefinition>> = Object.fromEntries(
  [
    crossEntropyDefinition,
    kdDefinition,
    cskdDefinition,
    srdDefinition,
    ofaDefinition,
    dlkdDefinition,
    annealingDefinition,
    fitnetDefinition,
    atDefinition,
    spDefinition,
    ccDefinition,
    vidDefinition,
    rkdDefinition,
    pktDefinition,
    dkdDefinition,
    distDefinition,
    logitStdDefinition,
    abDefinition,
    ftDefinition,
    fspDefinition,
    nstDefinition,
    crdDefinition,
    reviewDefinition,
  ].map((definition) => [definition.name, definition]),
);

/** @throws RangeError with the name that was probably meant */
export function methodNamed(name: string): MethodDefinition {
  const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!found) throw new RangeError(unknown('method', name, Object.keys(methods)));
  return found;
}
