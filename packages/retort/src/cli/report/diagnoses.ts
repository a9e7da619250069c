/** What `retort diagnose` says of a run. */
import type { Answer, Diagnoses, Diagnosis, Disagreement } from '../../diagnose/types.ts';
import { diagnosisFigures } from '../../figures/index.ts';
import { shortSum } from '../../runs/read/inputs.ts';
import { shownPlace } from '../../words/place.ts';
import { percent } from '../table.ts';
import { figure, figures } from './figure.ts';
import { type Cell, html, type Markup, table } from './markup.ts';
import type { Diagnosed } from './reported.ts';

const answers = (all: readonly Answer[]): Markup =>
  html`${all.map(({ class: name, probability }, i) => html`${i > 0 ? html`<br>` : ''}${name} ${percent(probability)} %`)}`;

/** A picture is text that a run answers: what is no PNG is none. */
function shownSample({ index, picture, text, name }: Disagreement): Cell {
  if (picture !== null && /^data:image\/png;base64,[A-Za-z0-9+/=]+$/.test(picture))
    return html`<img src="${picture}" alt="${name ?? `sample ${index}`}">`;
  return text === null ? '' : html`${text.split('\n').map((line) => html`${line}<br>`)}`;
}

function disagreements(samples: readonly Disagreement[]): Markup {
  if (samples.length === 0) return html`<p>There is no such sample.</p>`;
  return table({
    label: 'samples on which student and teacher disagree',
    head: ['sample', '', 'it is', 'student', 'teacher', 'divergence'],
    rows: samples.map((sample) => [
      ...[sample.name ?? String(sample.index), shownSample(sample), sample.label ?? ''],
      ...[answers(sample.student), answers(sample.teacher), sample.divergence.toFixed(3)],
    ]),
  });
}

async function one(found: Diagnosis): Promise<Markup> {
  const head = html`<h4>${found.title}</h4>`;
  if ('silent' in found) return html`${head}<p class="faint">${found.silent}</p>`;
  const from = html`${head}<p class="faint">${found.from}</p>`;
  if (found.what === 'disagreements') return html`${from}${disagreements(found.samples)}`;
  const drawn = await diagnosisFigures(found);
  return html`${from}${figures(drawn.map(({ svg, caption }) => figure(svg, caption)))}`;
}

/** By which weights, and of which samples it is said. */
function ofWhat({ data, split, samples, weights }: Diagnoses): string {
  const on = `${samples} samples of ${shownPlace(data)}, ${split} split`;
  if (weights === null) return `No weights; ${on}.`;
  const epoch = weights.epoch === null ? '' : ` of epoch ${weights.epoch}`;
  return `Of the ${weights.file} weights${epoch} (SHA-256 ${shortSum(weights.sha256)}…), on ${on}.`;
}

/** All of a run's; nothing where it was not asked for. */
export async function diagnoses(diagnosed: Diagnosed | undefined): Promise<Markup | ''> {
  if (diagnosed === undefined) return '';
  if ('failed' in diagnosed) return html`<p class="bad">${diagnosed.failed}</p>`;
  const { results, notes } = diagnosed;
  const shown: Markup[] = [];
  for (const found of results) shown.push(await one(found));
  return html`<p>${ofWhat(diagnosed)}</p>${notes.map((note) => html`<p class="bad">${note}</p>`)}${shown}`;
}
