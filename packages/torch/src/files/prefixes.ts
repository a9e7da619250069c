/**
 * How the keys of a state dict become those of a model: without what training scripts put before them. `module.` is DataParallel's,
 * `_orig_mod.` torch.compile's, `model.`, `backbone.`, `student.`, … are modules around the network.
 */
import { isCounter, isUncounted, type StateDict, sameShape } from '../nn/state-dict.ts';
import type { UnreadTensor } from './pickled.ts';
import { define } from './safetensors-header.ts';
import { below, carryVersions, type FoundStateDict } from './state-dicts.ts';

/** A part of a state dict that has all keys of a model. */
export interface Match {
  /** Of the state dict, and of the prefix in it: what `FILE#key` names. */
  readonly key: string;
  /** What is taken off the keys, with its last dot. */
  readonly prefix: string;
  /** Whether the wrappers `module` and `_orig_mod` are taken out of the keys, wherever they are. */
  readonly isUnwrapped: boolean;
  /** By the model's keys. */
  readonly state: StateDict;
  readonly unread: ReadonlyMap<string, UnreadTensor>;
  /** Keys that are left: without the prefix, or counts of tools. */
  readonly left: readonly string[];
  /** What has the prefix, and the model does not have. */
  readonly unexpected: StateDict;
  /** Whether all shapes are those of the model. */
  readonly sameShapes: boolean;
}

/** Counts of thop and of torch.optim.swa_utils, which are no weights. */
export const isCount = (name: string): boolean => /(?:^|\.)(?:total_ops|total_params|n_averaged)$/.test(name);

const wrappers = /(?:^|(?<=\.))(?:module|_orig_mod)\./g;
const withoutWrappers = (name: string): string => name.replace(wrappers, '');

/** The names as they are, and without wrappers where that is another and still tells them apart. */
function formsOf(names: readonly string[]): ReadonlyMap<string, string>[] {
  const asIs = new Map(names.map((name) => [name, name]));
  const unwrapped = new Map(names.map((name) => [withoutWrappers(name), name]));
  const isOther = unwrapped.size === names.length && names.some((name) => !unwrapped.has(name));
  return isOther ? [asIs, unwrapped] : [asIs];
}

/** The prefixes under which a key lies among names. */
function prefixesOf(key: string, names: Iterable<string>): string[] {
  const prefixes: string[] = [];
  for (const name of names)
    if (name === key || name.endsWith(`.${key}`)) prefixes.push(name.slice(0, name.length - key.length));
  return prefixes;
}

function matchUnder(
  prefix: string,
  names: ReadonlyMap<string, string>,
  { key, state, unread }: FoundStateDict,
  own: Readonly<StateDict>,
): Match {
  const taken: StateDict = {};
  const takenUnread = new Map<string, UnreadTensor>();
  const left: string[] = [];
  const unexpected: StateDict = {};
  for (const [shown, name] of names) {
    const short = shown.slice(prefix.length);
    const isBelow = shown.startsWith(prefix);
    const isOwn = isBelow && Object.hasOwn(own, short);
    const other = unread.get(name);
    const tensor = other ? undefined : state[name];
    if (isOwn && tensor) define(taken, short, tensor);
    else if (isOwn && other) takenUnread.set(short, other);
    else if (isBelow && isUncounted(short, own)) continue;
    else if (!isBelow || isCount(name) || !tensor) left.push(name);
    else define(unexpected, short, tensor);
  }
  const isUnwrapped = [...names].some(([shown, name]) => shown !== name);
  carryVersions(state, taken, (path) =>
    below(prefix)(isUnwrapped ? withoutWrappers(`${path}.`).replace(/\.$/, '') : path),
  );
  const sameShapes = Object.entries(taken).every(([name, { shape }]) =>
    sameShape(own[name]?.shape ?? [], shape),
  );
  return {
    key: prefix ? [key.replace(/\.$/, ''), prefix.slice(0, -1)].filter(Boolean).join('.') : key,
    ...{ prefix, isUnwrapped, state: taken, unread: takenUnread, left, unexpected, sameShapes },
  };
}

const isWhole = ({ left, unexpected }: Match): boolean => left.length + Object.keys(unexpected).length === 0;

/** One of several parts of a state dict: what another has is not unexpected, and the one without a prefix is named by a last dot. */
function besideOthers(match: Match, all: readonly Match[]): Match {
  const { prefix, key } = match;
  const isOfAnother = (name: string): boolean =>
    all.some((other) => other.prefix.length > prefix.length && (prefix + name).startsWith(other.prefix));
  const [others, unexpected]: [string[], StateDict] = [[], {}];
  for (const [name, tensor] of Object.entries(match.unexpected)) {
    if (isOfAnother(name)) others.push(prefix + name);
    else define(unexpected, name, tensor);
  }
  return {
    ...match,
    key: prefix ? key : key.replace(/\.?$/, '.'),
    left: [...match.left, ...others],
    unexpected,
  };
}

/**
 * The parts of a state dict that have all keys of a model, its counters aside. One that takes all of them is the only one.
 *
 * @param own  the model's state dict; its shapes are compared, and may be of the device meta
 */
export function matchesIn(found: FoundStateDict, own: Readonly<StateDict>): Match[] {
  const needed = Object.keys(own).filter((key) => !isCounter(key));
  const [first] = needed;
  if (first === undefined) return [];
  for (const names of formsOf([...Object.keys(found.state), ...found.unread.keys()])) {
    const matches = prefixesOf(first, names.keys())
      .filter((prefix) => needed.every((key) => names.has(prefix + key)))
      .map((prefix) => matchUnder(prefix, names, found, own));
    const whole = matches.find(isWhole);
    if (whole) return [whole];
    if (matches.length > 1) return matches.map((match) => besideOthers(match, matches));
    if (matches.length > 0) return matches;
  }
  return [];
}

/** The part of a state dict that has most keys of a model; null where none has one. */
export function nearestIn(found: FoundStateDict, own: Readonly<StateDict>): Match | null {
  const names = [...Object.keys(found.state), ...found.unread.keys()];
  let best: { prefix: string; names: ReadonlyMap<string, string>; shared: number } | null = null;
  for (const form of formsOf(names)) {
    const counts = new Map<string, number>();
    for (const key of Object.keys(own))
      for (const prefix of prefixesOf(key, form.keys())) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    for (const [prefix, shared] of counts)
      if (!best || shared > best.shared) best = { prefix, names: form, shared };
  }
  return best && matchUnder(best.prefix, best.names, found, own);
}

/** The prefix of wrappers that all names have but the counts of tools. */
export function commonWrappers(names: readonly string[]): string {
  const wrapped = names.filter((name) => !isCount(name));
  const [first = ''] = wrapped;
  const prefix = /^(?:(?:module|_orig_mod)\.)*/.exec(first)?.[0] ?? '';
  return wrapped.every((name) => name.startsWith(prefix) && name.length > prefix.length) ? prefix : '';
}
