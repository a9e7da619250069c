/** The state dicts in what a file holds, found by what they are: mappings of names to tensors, under any key. */
import { isFloatingPoint } from '../dtype.ts';
import type { StateDict } from '../nn/state-dict.ts';
import { keepVersions, keptVersions } from '../nn/state-dict.ts';
import { Tensor } from '../tensor.ts';
import { Placeholder, type Unpickled, UnreadTensor } from './pickled.ts';
import { define } from './safetensors-header.ts';

/** A state dict in a file. */
export interface FoundStateDict {
  /**
   * Where it lies, as `FILE#key` names it: keys and list positions joined by dots; empty where the file is the state dict. A last dot leaves
   * out what lies deeper.
   */
  readonly key: string;
  readonly state: StateDict;
  /** Names among them whose tensors are of a kind that is not read. */
  readonly unread: ReadonlyMap<string, UnreadTensor>;
}

/**
 * The values in one of a file, by the keys or positions that lead to them; none for what holds no others (a number, a tensor, a set).
 *
 * @example entriesOf(await loadPth('checkpoint.pth')).map(([key]) => key) // ['epoch', 'model']
 */
export function entriesOf(value: Unpickled): [string, Unpickled][] {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Tensor || value instanceof Placeholder || value instanceof Uint8Array) return [];
  if (value instanceof Map) return Array.from(value, ([key, item]) => [String(key), item]);
  return value instanceof Set ? [] : Object.entries(value);
}

const isTensor = (value: Unpickled): boolean => value instanceof Tensor || value instanceof UnreadTensor;

/** The state of an optimizer: tensors by the numbers of parameters. */
const isOptimizer = (entries: readonly [string, Unpickled][]): boolean =>
  entries.some(([key]) => key === 'param_groups');

/** The tensors of a mapping as a state dict, with what is known of its versions. */
function asStateDict(key: string, value: object, entries: readonly [string, Unpickled][]): FoundStateDict {
  const state: StateDict = {};
  const unread = new Map<string, UnreadTensor>();
  for (const [name, item] of entries) {
    if (item instanceof Tensor) define(state, name, item);
    else if (item instanceof UnreadTensor) unread.set(name, item);
  }
  keepVersions(state, keptVersions(value));
  return { key, state, unread };
}

const isOfWeights = ({ state }: FoundStateDict): boolean =>
  Object.values(state).some(({ dtype }) => isFloatingPoint(dtype));

/** Whether a mapping has tensors under names of parameters, as `conv.weight`. */
const hasPaths = (entries: readonly [string, Unpickled][]): boolean =>
  entries.some(([name, item]) => name.includes('.') && isTensor(item));

/**
 * All state dicts in what a file holds. A mapping that holds others is none by tensors that lie beside them, unless these have the names of
 * parameters. Optimizers' are left out, what modules keep of their own (`_extra_state`), and those without a number of floating point (the
 * states of generators) where another has some.
 *
 * @param base  the key that led to the value
 */
export function stateDictsIn(value: Unpickled, base = ''): FoundStateDict[] {
  const seen = new Set<Unpickled>();
  const search = (item: Unpickled, key: string): FoundStateDict[] => {
    if (typeof item !== 'object' || item === null || seen.has(item)) return [];
    seen.add(item);
    const entries = entriesOf(item);
    if (isOptimizer(entries)) return [];
    const inside = entries.flatMap(([name, inner]) =>
      name.endsWith('_extra_state') ? [] : search(inner, key ? `${key}.${name}` : name),
    );
    const isOne = inside.length > 0 ? hasPaths(entries) : entries.some(([, inner]) => isTensor(inner));
    if (!isOne || Array.isArray(item)) return inside;
    return [asStateDict(inside.length > 0 ? `${key}.` : key, item, entries), ...inside];
  };
  const found = search(value, base);
  const weights = found.filter(isOfWeights);
  return weights.length > 0 ? weights : found;
}

/**
 * What `FILE#key` names: keys and list positions joined by dots, which may go on into the names of a state dict (`model.module.student`).
 * Undefined where there is none.
 */
export function valueAt(value: Unpickled, key: string): Unpickled | undefined {
  if (key === '') return value;
  const entries = new Map(entriesOf(value));
  const parts = key.split('.');
  for (let count = parts.length; count > 0; count--) {
    const inner = entries.get(parts.slice(0, count).join('.'));
    const found = inner === undefined ? undefined : valueAt(inner, parts.slice(count).join('.'));
    if (found !== undefined) return found;
  }
  const prefix = `${key}.`;
  const inside = [...entries].filter(([name, item]) => name.startsWith(prefix) && isTensor(item));
  if (inside.length === 0) return undefined;
  const part: { [name: string]: Unpickled } = {};
  for (const [name, item] of inside) define(part, name.slice(prefix.length), item);
  if (typeof value === 'object' && value !== null) carryVersions(value, part, below(prefix));
  return part;
}

/** Gives a state dict the versions of another, by paths that `rename` makes of its own; undefined where a path has none. */
export function carryVersions(from: object, to: object, rename: (path: string) => string | undefined): void {
  const versions = keptVersions(from);
  if (!versions) return;
  const renamed = new Map<string, number>();
  for (const [path, version] of versions) {
    const name = rename(path);
    if (name !== undefined) renamed.set(name, version);
  }
  keepVersions(to, renamed);
}

/** A path without the prefix, which ends with a dot; undefined where it lies elsewhere. */
export const below =
  (prefix: string) =>
  (path: string): string | undefined =>
    `${path}.`.startsWith(prefix) ? path.slice(prefix.length) : undefined;
