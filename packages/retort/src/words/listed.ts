/** A long list as a short one. */
import { oneLine } from './shown.ts';

/** The first few, and how many more there are. @example listed(["'a'", "'b'", "'c'", "'d'"]) // "'a', 'b', 'c' and 1 more" */
export function listed(items: readonly string[], most = 3): string {
  const more = items.length - most;
  return more > 0
    ? `${items.slice(0, most).join(', ')} and ${more.toLocaleString('en-US')} more`
    : items.join(', ');
}

/** Names that are not ours. @example quoted(['a', 'b']) // "'a', 'b'" */
export const quoted = (names: readonly string[]): string =>
  listed(
    names.map((name) => `'${oneLine(name)}'`),
    5,
  );
