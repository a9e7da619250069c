/** A model's state as tensors by key, and what of another fits it. */
import { noGrad } from '../autograd/index.ts';
import { TorchError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';

export type StateDict = Record<string, Tensor>;

export interface LoadResult {
  /** Keys of the model that were not given, in its order. */
  readonly missing: string[];
  /** Keys given that the model does not have. */
  readonly unexpected: string[];
}

const listed = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/** @internal Copies what is given into what a module owns, or throws before anything is copied. */
export function loadInto(
  module: string,
  own: Readonly<StateDict>,
  given: Readonly<StateDict>,
  strict: boolean,
): LoadResult {
  const missing = Object.keys(own).filter((name) => !Object.hasOwn(given, name));
  const unexpected = Object.keys(given).filter((name) => !Object.hasOwn(own, name));
  const shapes = Object.entries(own).flatMap(([name, tensor]) => {
    const [mine, theirs] = [tensor.shape, given[name]?.shape ?? tensor.shape];
    const same = theirs.length === mine.length && theirs.every((size, i) => size === mine[i]);
    return same ? [] : [`${name} (the model's ${listed(mine)}, given ${listed(theirs)})`];
  });
  const problems = [
    strict && missing.length ? `missing: ${missing.join(', ')}` : '',
    strict && unexpected.length ? `unexpected: ${unexpected.join(', ')}` : '',
    shapes.length ? `of another shape: ${shapes.join(', ')}` : '',
  ].filter(Boolean);
  if (problems.length) throw new TorchError(`the state dict does not fit ${module}: ${problems.join('; ')}`);
  noGrad(() => {
    for (const [name, tensor] of Object.entries(own)) {
      const value = given[name];
      if (value) tensor.copy_(value);
    }
  });
  return { missing, unexpected };
}
