/** Lists on a command line. */
import { UsageError } from './load.ts';

/**
 * Names with commas between them.
 *
 * @param what  they are names of, one of them
 * @throws UsageError for an empty one
 * @example namesGiven('--metrics', 'f1, matthews', 'metric', 'matthews,f1') // ['f1', 'matthews']
 */
export function namesGiven(flag: string, given: string, what: string, example: string): string[] {
  const names = given.split(',').map((name) => name.trim());
  if (names.includes(''))
    throw new UsageError(`${flag} '${given}' names no ${what} between two commas: e.g. ${flag} ${example}`);
  return names;
}
