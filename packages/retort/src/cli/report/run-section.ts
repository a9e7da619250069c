/** What one run is: how it is trained anew, with what and where it was trained, its recipe. */
import { inputTitle } from '../../runs/read/inputs.ts';
import { conditionsOf } from '../../runs/read/latency.ts';
import { flatten } from '../../runs/read/settings.ts';
import { shownPlace } from '../../words/place.ts';
import { shown, statusText } from '../compared.ts';
import { duration } from '../table.ts';
import { diagnoses } from './diagnoses.ts';
import { html, type Markup } from './markup.ts';
import type { Diagnosed, ReportedRun } from './reported.ts';
import { anchorOf } from './runs-table.ts';

const list = (pairs: readonly (readonly [name: string, value: string])[]): Markup =>
  html`<dl>${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function told(path: string, value: unknown): string {
  return path === 'memory' && typeof value === 'number' ? gibibytes(value) : shown(value);
}

/** In one line, e.g. `retort 0.1.0, libtorch 2.15.0`. */
const inLine = (of: Readonly<Record<string, unknown>>): string =>
  flatten(of)
    .map(([path, value]) => `${path} ${told(path, value)}`)
    .join(', ');

export async function runSection(
  { run, name, changes, command, recipe }: ReportedRun,
  place: number,
  diagnosed: Diagnosed | undefined,
): Promise<Markup> {
  const inputs = Object.entries(run.inputs ?? {}).map(([of, input]): [string, string] => [
    inputTitle(of, input),
    `SHA-256 ${input.sha256}${input.from === undefined ? '' : `, from ${shownPlace(input.from)}`}`,
  ]);
  const facts = [
    ['folder', shownPlace(run.folder)],
    ['status', statusText(run)],
    ['started', run.started],
    ['ended', run.ended ?? ''],
    ['versions', inLine(run.versions)],
    ['machine', inLine(run.machine)],
    ['precision', run.precision ?? ''],
    ...run.latencies.map(
      (latency) => ['latency', `${duration(latency.p50)} (${conditionsOf(latency)})`] as const,
    ),
    ...inputs,
  ] as const;
  const changed = changes.map(
    ({ path, from, to, epoch, step }) =>
      html`<li>${path} from ${shown(from)} to ${shown(to)}, from epoch ${epoch}, after ${step} of its steps</li>`,
  );
  return html`<section><h3 id="${anchorOf(place)}">${name}</h3>
${run.error === null ? '' : html`<p class="bad">It failed: ${run.error}</p>`}
${list(facts.filter(([, value]) => value !== ''))}
${changed.length > 0 ? html`<p>Settings were changed on the way:</p><ul>${changed}</ul>` : ''}
${command === null ? html`<p class="faint">It keeps no recipe, as a program trained it.</p>` : html`<p>Trained anew by</p><pre>${command}</pre>`}
${recipe === null ? '' : html`<details><summary>recipe.yaml</summary><pre>${recipe}</pre></details>`}
${await diagnoses(diagnosed)}</section>`;
}
