/** A plain table that scrolls by itself where it is too wide. */
import type { ComponentChild } from 'preact';

export function DataTable({
  caption,
  head,
  rows,
  isNumeric,
}: {
  caption: string;
  head: readonly ComponentChild[];
  /** The first cell of each names it. */
  rows: readonly (readonly ComponentChild[])[];
  isNumeric?: boolean;
}) {
  return (
    <section class="scrolls" tabIndex={0} aria-label={caption}>
      <table class={isNumeric ? 'data is-numeric' : 'data'}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {head.map((cell, i) => (
              <th key={i} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], i) => (
            <tr key={i}>
              <th scope="row">{name}</th>
              {cells.map((cell, i) => (
                <td key={i}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
