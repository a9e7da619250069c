/** Distillation methods, one file each. */
export { crossEntropy } from './cross-entropy.ts';
export { type KDOptions, kd } from './kd.ts';
export type { Method, Seen } from './method.ts';
