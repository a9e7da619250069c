/** Optimizers, schedules, and what belongs to a training step: clipping, averaging, loss scaling. */
export { Adam, type AdamOptions } from './adam.ts';
export { AdamW } from './adamw.ts';
export { type ClipNormOptions, clipGradNorm, clipGradValue, totalNorm } from './clip.ts';
export { EMA, type EMAOptions, type EMAState } from './ema.ts';
export { GradScaler, type GradScalerOptions, type GradScalerState } from './grad-scaler.ts';
export { LAMB, type LAMBOptions } from './lamb.ts';
export type { Batch } from './moves.ts';
export { type OneCycleOptions, oneCycleLR } from './one-cycle.ts';
export { type CommonOptions, type Group, Optimizer, type ParameterGroup } from './optimizer.ts';
export type { Rule, Rules } from './options.ts';
export { RAdam, type RAdamOptions } from './radam.ts';
export { RMSprop, type RMSpropOptions } from './rmsprop.ts';
export {
  constantLR,
  cosineAnnealingLR,
  every,
  linearLR,
  multiStepLR,
  polynomialLR,
  type Schedule,
  type Setting,
  sequentialLR,
  stepLR,
  warmUp,
  warmUpInstead,
} from './schedule.ts';
export { SGD, type SGDOptions } from './sgd.ts';
export type { GroupState, OptimizerState } from './state.ts';
