/** The runs, a row each. */
import { headlineText, runCells, runHead } from '../run-cells.ts';
import { count, duration } from '../table.ts';
import { type Cell, html, type Markup, table } from './markup.ts';
import type { Reported, ReportedRun } from './reported.ts';

const head = ['run', ...runHead, 'teacher’s', 'parameters', 'multiply-adds', 'training', 'started (UTC)'];

/** Columns that are no column where all rows are the same. */
const shared = ['student', 'teacher', 'method', 'data', 'score', 'teacher’s', 'parameters', 'multiply-adds'];

/** Where a run's own section is. */
export const anchorOf = (place: number): string => `run-${place + 1}`;

/** A time as it is read, to the minute; what is none as it stands. */
export const minute = (time: string): string => {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : date.toISOString().slice(0, 16).replace('T', ' ');
};

function row({ run, name }: ReportedRun, place: number): Cell[] {
  return [
    html`<a href="#${anchorOf(place)}">${name}</a>`,
    ...runCells(run),
    headlineText(run, run.teacherScores?.[run.headline?.metric ?? '']),
    run.parameters === null ? '' : count(run.parameters),
    run.multiplyAdds === null ? '' : count(run.multiplyAdds),
    duration(run.seconds),
    minute(run.started),
  ];
}

/** The table, above it what all have in common, and below it what could not be read. */
export function runsTable({ runs, unreadable }: Reported): Markup {
  const rows = runs.map(row);
  const same = head.filter(
    (name, i) =>
      shared.includes(name) && rows.length > 1 && new Set(rows.map((cells) => cells[i])).size === 1,
  );
  const isKept = (_: unknown, i: number): boolean => !same.includes(head[i] ?? '');
  const said = same.flatMap((name) => {
    const value = rows[0]?.[head.indexOf(name)];
    return value ? [html`<dt>${name}</dt><dd>${value}</dd>`] : [];
  });
  const notes = runs.flatMap(({ run }) => run.notes);
  const problems = [...unreadable.map(({ error }) => error), ...notes];
  return html`${said.length > 0 ? html`<p>In all of them:</p><dl>${said}</dl>` : ''}
${table({ label: 'runs', head: head.filter(isKept), rows: rows.map((cells) => cells.filter(isKept)) })}
${problems.length > 0 ? html`<h3>What could not be read</h3><ul>${problems.map((text) => html`<li class="bad">${text}</li>`)}</ul>` : ''}`;
}
