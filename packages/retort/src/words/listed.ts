/** A long list as a short one. */

/** The first few, and how many more there are. @example listed(["'a'", "'b'", "'c'", "'d'"]) // "'a', 'b', 'c' and 1 more" */
export function listed(items: readonly string[], most = 3): string {
  const more = items.length - most;
  return more > 0
    ? `${items.slice(0, most).join(', ')} and ${more.toLocaleString('en-US')} more`
    : items.join(', ');
}
