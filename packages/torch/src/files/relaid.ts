/** State dicts that another program lays out otherwise, under the keys of a model. */
import type { StateDict } from '../nn/state-dict.ts';
import { commonWrappers } from './prefixes.ts';
import { define } from './safetensors-header.ts';
import { below, carryVersions, type FoundStateDict } from './state-dicts.ts';

/** The weights of a model in another layout, under its own keys and in their shapes; null where they are in none that it knows. */
export type OwnLayout = (weights: StateDict) => StateDict | null;

/** A state dict under a model's keys. */
export interface Relaid extends FoundStateDict {
  /** Names that the file has, and the model does not: what has them lies under other keys, or is computed by the model itself. */
  readonly translated: readonly string[];
}

/**
 * A state dict under a model's keys, without `module.` and `_orig_mod.` before its own.
 *
 * @returns null where it is in no layout that the model knows, or some of it cannot be read
 */
export function relaid(found: FoundStateDict, ownLayout: OwnLayout): Relaid | null {
  if (found.unread.size > 0) return null;
  const prefix = commonWrappers(Object.keys(found.state));
  const theirs: StateDict = {};
  for (const [name, tensor] of Object.entries(found.state))
    if (name.startsWith(prefix)) define(theirs, name.slice(prefix.length), tensor);
  const state = ownLayout(theirs);
  if (!state) return null;
  carryVersions(found.state, state, below(prefix));
  const translated = Object.keys(theirs).filter((name) => !Object.hasOwn(state, name));
  return { ...found, state, translated };
}
