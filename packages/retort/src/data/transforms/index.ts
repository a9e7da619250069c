/** Transforms by name. */
import { cropFlipDefinition } from './crop-flip.ts';
import type { TransformDefinition } from './transform.ts';

export { cropFlip } from './crop-flip.ts';
export type { Random, Transform, TransformDefinition } from './transform.ts';

/** Every transform that a recipe can name. */
export const transforms: Readonly<Record<string, TransformDefinition>> = {
  'crop-flip': cropFlipDefinition,
};
