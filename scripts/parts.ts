/** The parts of a check that its command line asks for. */

/** All of them, where it names none. Says which there are, and ends, for one that is not. @example partsAsked(['pictures'], ['pictures', 'python']) */
export function partsAsked(named: readonly string[], parts: readonly string[]): (part: string) => boolean {
  const unknown = named.find((part) => !parts.includes(part));
  if (unknown !== undefined) {
    console.error(`There is no '${unknown}'; there are ${parts.join(', ')}.`);
    process.exit(2);
  }
  return (part) => named.length === 0 || named.includes(part);
}
