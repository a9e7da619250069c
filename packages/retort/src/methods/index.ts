/** Distillation methods, one file each; a folder where one has several. */
export { divergence } from '../tensors/divergence.ts';
export { type ABOptions, ab } from './ab.ts';
export { type AnnealingOptions, annealing } from './annealing.ts';
export { type ATOptions, at } from './at.ts';
export { type BarlowTwinsOptions, barlowTwins } from './barlow-twins.ts';
export { type CCOptions, cc } from './cc.ts';
export { type CompRessOptions, compress } from './compress.ts';
export { type CosineOptions, cosine } from './cosine.ts';
export { type CRDOptions, crd } from './crd/crd.ts';
export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.ts';
export { type CSKDOptions, cskd } from './cskd.ts';
export { type DefinedMethod, defineMethod, type OptionsOf } from './define-method.ts';
export { type DISTOptions, dist } from './dist.ts';
export { type DKDOptions, dkd } from './dkd.ts';
export { type DLKDOptions, dlkd } from './dlkd.ts';
export { type FGFIOptions, fgfi } from './fgfi.ts';
export { type FitNetOptions, fitnet } from './fitnet.ts';
export { type FSPOptions, fsp } from './fsp.ts';
export { type FTOptions, ft } from './ft.ts';
export { headsApart } from './heads-apart.ts';
export { type KDOptions, kd } from './kd.ts';
export { type LogitStdOptions, logitStd } from './logit-std.ts';
export type {
  Anatomies,
  AnatomySide,
  Features,
  Method,
  MethodBody,
  MethodDefinition,
  Needs,
  Objective,
  Pair,
  PairSide,
  Progress,
  Seen,
  Side,
  Taps,
  TeacherSide,
  Whose,
} from './method.ts';
export { type MiniLMOptions, minilm } from './minilm.ts';
export { type NSTOptions, nst } from './nst.ts';
export { type OFAOptions, ofa } from './ofa/ofa.ts';
export { type PKDOptions, pkd } from './pkd.ts';
export { type PKTOptions, pkt } from './pkt.ts';
export { methodNamed, methods } from './registry.ts';
export { type ReviewOptions, review } from './review/review.ts';
export { type RKDOptions, rkd } from './rkd.ts';
export { type SEEDOptions, seed } from './seed.ts';
export { feature, labels, logits } from './seen.ts';
export { type SPOptions, sp } from './sp.ts';
export { type SRDOptions, srd } from './srd.ts';
export { supervised } from './supervised.ts';
export { gammaOption, taskLoss } from './task-loss.ts';
export { temperatureOption } from './temperature.ts';
export { type TinyBERTOptions, tinybert } from './tinybert.ts';
export { type VIDOptions, vid } from './vid.ts';
