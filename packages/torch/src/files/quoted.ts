/** Text from a file in a message: what it holds is not ours, so it is escaped, and cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
