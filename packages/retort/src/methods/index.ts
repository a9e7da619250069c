/** Distillation methods, one file each. */
import { crossEntropyDefinition } from './cross-entropy.ts';
import { fitnetDefinition } from './fitnet.ts';
import { kdDefinition } from './kd.ts';
import type { MethodDefinition } from './method.ts';

export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.ts';
export { type FitNetOptions, fitnet } from './fitnet.ts';
export { type KDOptions, kd } from './kd.ts';
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

/** Every method that a recipe can name. */
export const methods: Readonly<Record<string, MethodDefinition>> = Object.fromEntries(
  [crossEntropyDefinition, kdDefinition, fitnetDefinition].map((definition) => [definition.name, definition]),
);
