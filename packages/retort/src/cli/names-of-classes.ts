/** The names of a network's classes, as somebody says them. */
import { classNamesSaid } from '../data/index.ts';
import { UsageError } from './load.ts';
import { count } from './table.ts';

/**
 * The names that `--classes` says.
 *
 * @throws UsageError for another number of names than there are classes, DataError for a file that names none
 */
export function namesOfClasses(
  { name, classes }: { readonly name: string; readonly classes: number },
  said: string,
): readonly string[] {
  const names = classNamesSaid(said, '.');
  if (names.length === classes) return names;
  throw new UsageError(
    `--classes ${said} names ${count(names.length)} classes, and ${name} tells apart ${count(classes)}`,
  );
}
