/** Distillation methods, one file each. */
export { type ABOptions, ab } from './ab.ts';
export { type AnnealingOptions, annealing } from './annealing.ts';
export { type ATOptions, at } from './at.ts';
export { type CCOptions, cc } from './cc.ts';
export {
  type ComputedLoss,
  computeLoss,
  type LossInput,
  type LossSetup,
  setUpLoss,
} from './compute-loss.ts';
export { type CRDOptions, crd } from './crd.ts';
export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.ts';
export { type CSKDOptions, cskd } from './cskd.ts';
export { describeLoss, type LossDescription } from './describe-loss.ts';
export { type DISTOptions, dist } from './dist.ts';
export { divergence } from '../divergence.ts';
export { type DKDOptions, dkd } from './dkd.ts';
export { type DLKDOptions, dlkd } from './dlkd.ts';
export { type FitNetOptions, fitnet } from './fitnet.ts';
export { type FSPOptions, fsp } from './fsp.ts';
export { type FTOptions, ft } from './ft.ts';
export { type KDOptions, kd } from './kd.ts';
export { type LogitStdOptions, logitStd } from './logit-std.ts';
export type {
  Anatomies,
  Features,
  Method,
  MethodDefinition,
  Objective,
  Pair,
  Progress,
  Seen,
  Taps,
} from './method.ts';
export { feature } from './method.ts';
export { type NSTOptions, nst } from './nst.ts';
export { type OFAOptions, ofa } from './ofa.ts';
export { type PKTOptions, pkt } from './pkt.ts';
export { methodNamed, methods } from './registry.ts';
export { type ReviewOptions, review } from './review.ts';
export { type RKDOptions, rkd } from './rkd.ts';
export { type SPOptions, sp } from './sp.ts';
export { type SRDOptions, srd } from './srd.ts';
export { type VIDOptions, vid } from './vid.ts';
