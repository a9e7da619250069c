/** Paths of modules within a model, and what was probably meant by one that does not exist. */
import { TorchError } from '../dispatch/errors.ts';
import { byLikeness } from '../dispatch/options.ts';

const shown = 12;

/** @internal The error for a name that does not exist among others, which it lists, nearest first. */
export function unknownName(owner: string, what: string, name: string, names: readonly string[]): TorchError {
  const nearest = byLikeness(name, names).map((candidate) => `'${candidate}'`);
  const list = nearest.slice(0, shown).join(', ');
  const rest = nearest.length > shown ? `, … (${nearest.length} in all)` : '';
  return new TorchError(
    `${owner} has no ${what} '${name}'; there ${nearest.length ? `are ${list}${rest}` : 'is none'}`,
  );
}
