/** Lists of numbers on a command line. */
import { UsageError } from './load.ts';

/**
 * Numbers with commas between them; undefined where none are given.
 *
 * @param what  they must be, e.g. `whole numbers from 1`
 * @throws UsageError for what is none of these
 * @example numbersGiven('--l2', '0.1,0.01', (value) => value > 0, 'numbers above 0', '0.1,0.01') // [0.1, 0.01]
 */
export function numbersGiven(
  flag: string,
  given: string | undefined,
  isRight: (value: number) => boolean,
  what: string,
  example: string,
): number[] | undefined {
  if (given === undefined) return undefined;
  const parts = given.split(',').map((part) => part.trim());
  const numbers = parts.map((part) => (part === '' ? Number.NaN : Number(part)));
  const wrong = parts.find((_, i) => !Number.isFinite(numbers[i]) || !isRight(numbers[i] ?? Number.NaN));
  if (wrong === undefined) return numbers;
  throw new UsageError(`${flag} ${given}: '${wrong}' is none of ${what}: e.g. ${flag} ${example}`);
}
