/** The sentence for a name that does not exist. */
import { closest, distance } from 'fastest-levenshtein';
import { cut } from './shown.ts';

/** Longer lists are not read. */
const listed = 16;

/** The name that was probably meant; null where none is like it. */
export function nearest(given: string, names: readonly string[]): string | null {
  if (names.length === 0 || given.length > 200) return null;
  const same = names.find((name) => name.toLowerCase() === given.toLowerCase());
  if (same !== undefined) return same;
  const found = closest(given.toLowerCase(), [...names]);
  return distance(given.toLowerCase(), found.toLowerCase()) <= Math.max(1, given.length / 3) ? found : null;
}

/**
 * What was meant, and what there is.
 *
 * @param what  e.g. `model`
 * @example unknown('model', 'resnet21', Object.keys(models)) // there is no model 'resnet21': did you mean 'resnet20'?
 */
export function unknown(what: string, given: string, names: readonly string[]): string {
  const meant = nearest(given, names);
  if (meant && names.length > listed) return `there is no ${what} '${cut(given)}': did you mean '${meant}'?`;
  const known = names.length > listed ? `${names.slice(0, listed).join(', ')}, …` : names.join(', ');
  const guess = meant ? `did you mean '${meant}'? There are ${known}` : `there are ${known}`;
  return `there is no ${what} '${cut(given)}': ${guess}`;
}
