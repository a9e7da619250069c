/** A model's state as tensors by key, and what of another fits it. */
import { noGrad } from '../autograd/index.ts';
import { TorchError } from '../dispatch/errors.ts';
import { listed } from '../dispatch/names.ts';
import type { Tensor } from '../tensor.ts';

export type StateDict = Record<string, Tensor>;

export interface LoadResult {
  /** Keys of the model that were not given, in its order. */
  readonly missing: string[];
  /** Keys given that the model does not have. */
  readonly unexpected: string[];
}

/** The version of each module's state, by path. */
export type Versions = ReadonlyMap<string, number>;

const versionsOf = new WeakMap<object, Versions>();

/** @internal Keeps what the file of a state dict says of its modules' versions (PyTorch's `_metadata`). */
export function keepVersions(state: object, versions: Versions | undefined): void {
  if (versions) versionsOf.set(state, versions);
}

/** @internal What was kept of it: a copy of a state dict has none, as in PyTorch. */
export const keptVersions = (state: object): Versions | undefined => versionsOf.get(state);

const counter = /(?:^|\.)num_batches_tracked$/;

/** @internal Whether a key is that of a batch norm's counter, which files before PyTorch 0.4.1 do not have. */
export const isCounter = (key: string): boolean => counter.test(key);

/** @internal Whether a state dict may lack a counter: version 2 of batch norm brought it. */
export function mayLack(key: string, versions: Versions | undefined): boolean {
  return isCounter(key) && (versions?.get(key.replace(counter, '')) ?? 1) < 2;
}

/** @internal Whether a key is the counter of a batch norm that a model has without one, as a frozen one is: it is passed over. */
export const isUncounted = (key: string, own: Readonly<StateDict>): boolean =>
  isCounter(key) && Object.hasOwn(own, key.replace(/num_batches_tracked$/, 'running_mean'));

const shown = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/** @internal Whether values of one shape go into a tensor of another: before PyTorch 0.4 scalars had the shape [1]. */
export function sameShape(own: readonly number[], given: readonly number[]): boolean {
  if (own.length === 0) return given.length === 0 || (given.length === 1 && given[0] === 1);
  return own.length === given.length && own.every((size, i) => size === given[i]);
}

/** @internal Copies what is given into what a module owns, or throws before anything is copied. */
export function loadInto(
  module: string,
  own: Readonly<StateDict>,
  given: Readonly<StateDict>,
  strict: boolean,
): LoadResult {
  const versions = keptVersions(given);
  const missing = Object.keys(own).filter((name) => !Object.hasOwn(given, name) && !mayLack(name, versions));
  const unexpected = Object.keys(given).filter(
    (name) => !Object.hasOwn(own, name) && !isUncounted(name, own),
  );
  const shapes = Object.entries(own).filter(
    ([name, { shape }]) => Object.hasOwn(given, name) && !sameShape(shape, given[name]?.shape ?? shape),
  );
  const [[wrong, { shape = [] } = {}] = []] = shapes;
  const first = wrong && `${wrong} is ${shown(given[wrong]?.shape ?? [])}, the model's ${shown(shape)}`;
  const problems = [
    strict && missing.length ? `missing: ${listed(missing)}` : '',
    strict && unexpected.length ? `unexpected: ${listed(unexpected)}` : '',
    first ? `of another shape: ${listed(shapes.map(([name]) => name))} (${first})` : '',
  ].filter(Boolean);
  if (problems.length) throw new TorchError(`the state dict does not fit ${module}: ${problems.join('; ')}`);
  noGrad(() => {
    for (const [name, tensor] of Object.entries(own)) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value) tensor.copy_(value.dim() === tensor.dim() ? value : value.reshape([]));
    }
  });
  return { missing, unexpected };
}
