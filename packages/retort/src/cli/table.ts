import { printable } from '../words/shown.ts';

export { count, counted, duration, percent } from '../words/numbers.ts';

/** Rows of text in columns; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // A name with a line end in it is no line.
  const oneLine = (cells: readonly string[]) => cells.map((cell) => printable(cell).replaceAll('\n', '\\n'));
  const lines = rows.map(oneLine);
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((row) => row[i]?.length ?? 0)));
  const numeric = head.map((_, i) => lines.every((row) => /^[-+]?[\d.,]/.test(row[i] ?? '') || !row[i]));
  const write = (row: readonly string[]) =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('   ')
      .trimEnd();
  return [write(head), widths.map((width) => '-'.repeat(width)).join('   '), ...lines.map(write)].join('\n');
}
