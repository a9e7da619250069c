/** The families that are here, by their `model_type`. */
import { deit } from './deit.ts';
import type { Family } from './family.ts';
import { vit } from './vit.ts';

export const families: Readonly<Record<string, Family>> = { vit, deit };
