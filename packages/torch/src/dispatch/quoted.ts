/** Text from a file in a message: what it holds is not ours, so it is escaped, and cut where it is long. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(text.slice(0, 100));
  return text.length < 80 && escaped.length < 100 ? escaped : `${escaped.slice(0, 80)}…"`;
}
