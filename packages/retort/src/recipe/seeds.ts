/** One recipe with several seeds. */
import type { Recipe } from './schema.ts';

/**
 * A recipe with another seed; so have the stages that set its own again.
 *
 * @param seed  as a run has it; the recipe stays as it is where that is no number
 * @example withSeed(recipe, recipe.seed + 1)
 */
export function withSeed(recipe: Recipe, seed: unknown): Recipe {
  if (typeof seed !== 'number') return recipe;
  return {
    ...recipe,
    seed,
    stages: recipe.stages.map((stage) => (stage.seed === recipe.seed ? { ...stage, seed } : stage)),
  };
}
