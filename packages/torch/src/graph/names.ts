/** What a graph calls the constants that a model has by name. */
import type { Module } from '../nn/module.ts';

/** The paths of a model's parameters and buffers by their handles; of a shared one the first. */
export function namesOf(model: Module): Map<number, string> {
  const named = [...model.namedParameters(), ...model.namedBuffers()];
  return new Map(named.map(([path, { handle }]) => [handle, path]));
}
