/** Layers of a backbone that are not trained. */
import type { nn } from '@retort/torch';

/**
 * Freezes all but the last layers of a backbone.
 *
 * @param layers  by the paths of their modules, from the last to the first
 * @param trained  how many of them, from the last on, are left as they are
 * @returns the modules that were frozen
 */
export function frozenBelow(
  body: nn.Module,
  layers: readonly (readonly string[])[],
  trained: number,
): nn.Module[] {
  const modules = layers.slice(trained).flatMap((paths) => paths.map((path) => body.getSubmodule(path)));
  for (const module of modules) module.requiresGrad(false);
  return modules;
}
