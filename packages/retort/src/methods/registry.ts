/** Methods by name. */
import { unknown } from '../words/unknown.ts';
import { ab } from './ab.ts';
import { annealing } from './annealing.ts';
import { at } from './at.ts';
import { barlowTwins } from './barlow-twins.ts';
import { cc } from './cc.ts';
import { compress } from './compress.ts';
import { cosine } from './cosine.ts';
import { crd } from './crd/crd.ts';
import { crossEntropy } from './cross-entropy.ts';
import { cskd } from './cskd.ts';
import { dist } from './dist.ts';
import { dkd } from './dkd.ts';
import { dlkd } from './dlkd.ts';
import { fgfi } from './fgfi.ts';
import { fitnet } from './fitnet.ts';
import { fsp } from './fsp.ts';
import { ft } from './ft.ts';
import { kd } from './kd.ts';
import { logitStd } from './logit-std.ts';
import type { MethodDefinition } from './method.ts';
import { minilm } from './minilm.ts';
import { nst } from './nst.ts';
import { ofa } from './ofa/ofa.ts';
import { pkd } from './pkd.ts';
import { pkt } from './pkt.ts';
import { review } from './review/review.ts';
import { rkd } from './rkd.ts';
import { seed } from './seed.ts';
import { sp } from './sp.ts';
import { srd } from './srd.ts';
import { supervised } from './supervised.ts';
import { tinybert } from './tinybert.ts';
import { vid } from './vid.ts';

/** Every method that a recipe can name. */
export const methods: Readonly<Record<string, MethodDefinition>> = Object.fromEntries(
  [
    supervised,
    crossEntropy,
    kd,
    cskd,
    srd,
    ofa,
    dlkd,
    annealing,
    fitnet,
    at,
    sp,
    cc,
    vid,
    rkd,
    pkt,
    dkd,
    dist,
    logitStd,
    ab,
    ft,
    fsp,
    nst,
    crd,
    review,
    cosine,
    seed,
    compress,
    barlowTwins,
    pkd,
    minilm,
    tinybert,
    fgfi,
  ].map(({ definition }) => [definition.name, definition]),
);

/** @throws RangeError with the name that was probably meant */
export function methodNamed(name: string): MethodDefinition {
  const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
  // Logs call the term so.
  if (name === 'ce')
    throw new RangeError(
      "there is no method 'ce': did you mean 'supervised', the labels' own loss, or 'cross-entropy', that of classes?",
    );
  if (!found) throw new RangeError(unknown('method', name, Object.keys(methods)));
  return found;
}
