/** State dicts that another program lays out otherwise, under the keys of a model. */
import { isCounter, type StateDict } from '../nn/state-dict.ts';
import { isCount } from './prefixes.ts';
import { define } from './safetensors-header.ts';
import { below, carryVersions, type FoundStateDict } from './state-dicts.ts';

/** The weights of a model in another layout, under its own keys and in their shapes; null where they are in none that it knows. */
export type OwnLayout = (weights: StateDict) => StateDict | null;

/** A state dict under a model's keys. */
export interface Relaid extends FoundStateDict {
  /** What was taken off the file's names, with its last dot. */
  readonly prefix: string;
  /** Names without the prefix, or of what is no weight. */
  readonly left: readonly string[];
  /** Names that the file has, and the model does not: what has them lies under other keys, or is computed by the model itself. */
  readonly translated: readonly string[];
}

/** How many modules may lie around a network, as in `model.student.module.`. */
const mostAround = 3;

/** Names by the prefixes that they have, the empty one among them. */
function byPrefix(names: readonly string[]): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const name of names) {
    const parts = name.split('.');
    for (let around = 0; around <= Math.min(mostAround, parts.length - 1); around++) {
      const prefix = parts
        .slice(0, around)
        .map((part) => `${part}.`)
        .join('');
      const same = all.get(prefix);
      if (same) same.push(name);
      else all.set(prefix, [name]);
    }
  }
  return all;
}

/**
 * The parts of a state dict that have at least half of a model's keys, once they are laid out as the model's, below any modules around them.
 *
 * @param own  the model's state dict; only its keys matter
 * @returns none where it is in no layout that the model knows, or some of it cannot be read
 */
export function relaid(found: FoundStateDict, ownLayout: OwnLayout, own: Readonly<StateDict>): Relaid[] {
  if (found.unread.size > 0) return [];
  const needed = Object.keys(own).filter((key) => !isCounter(key));
  const all = Object.keys(found.state);
  const weights = all.filter((name) => !isCount(name));
  return Array.from(byPrefix(weights)).flatMap(([prefix, names]): Relaid[] => {
    if (2 * names.length < needed.length) return [];
    const theirs: StateDict = {};
    for (const name of names) {
      const tensor = found.state[name];
      if (tensor) define(theirs, name.slice(prefix.length), tensor);
    }
    const state = ownLayout(theirs);
    if (!state || 2 * needed.filter((key) => Object.hasOwn(state, key)).length < needed.length) return [];
    carryVersions(found.state, state, below(prefix));
    const key = [found.key, prefix.slice(0, -1)].filter(Boolean).join('.');
    const taken = new Set(names);
    const left = all.filter((name) => !taken.has(name));
    const translated = Object.keys(theirs).filter((name) => !Object.hasOwn(state, name));
    return [{ key, unread: found.unread, state, prefix, left, translated }];
  });
}
