/** Markup as the report writes it: by hono's templates, in which all that is put in is text, unless it was made by them. */
import { html } from 'hono/html';

export { html, raw } from 'hono/html';

/** What a template answers. */
export type Markup = ReturnType<typeof html>;

export type Cell = string | Markup;

/** Also where there is none. */
const isNumeric = (cell: Cell): boolean => typeof cell === 'string' && /^([-+]?[\d.,].*|-?)$/.test(cell);

export interface TableParts {
  /** What it is of, for who cannot see it. */
  readonly label: string;
  readonly head: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
  /** Whether all columns but the first are of numbers, whatever words stand among them; else those of nothing but numbers. */
  readonly isOfNumbers?: boolean;
}

/** A table that is scrolled by itself where it is wider than the page. The first cell of a row is its head; columns of numbers are to the right. */
export function table({ label, head, rows, isOfNumbers = false }: TableParts): Markup {
  const numeric = head.map((_, i) => (isOfNumbers && i > 0) || rows.every((row) => isNumeric(row[i] ?? '')));
  const side = (i: number): string => (numeric[i] ? 'number' : '');
  const kind = (i: number, cell: Cell): string => side(i) || (isNumeric(cell) ? 'whole' : '');
  return html`<div class="wide" role="group" aria-label="${label}" tabindex="0"><table>
<thead><tr>${head.map((cell, i) => (cell === '' ? html`<td></td>` : html`<th scope="col" class="${side(i)}">${cell}</th>`))}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, i) =>
      i === 0
        ? html`<th scope="row" class="${side(i)}">${cell}</th>`
        : html`<td class="${kind(i, cell)}">${cell}</td>`,
    )}</tr>
`,
  )}</tbody></table></div>`;
}

/** Columns that are read beside one another; of more, each is a row. */
const mostColumns = 12;

/** A table with a column for each group of runs, or a row where they are many. */
export function groupTable(parts: TableParts): Markup {
  const { label, head, rows } = parts;
  if (head.length - 1 <= mostColumns) return table(parts);
  const all = [head, ...rows];
  const turned = head.map((_, i) => all.map((row) => row[i] ?? ''));
  const [turnedHead = [], ...turnedRows] = turned;
  return table({ label, head: turnedHead, rows: turnedRows });
}
