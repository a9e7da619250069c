/** What `retort diagnose` says of a run. */
import { defaults } from '../../defaults.ts';
import type {
  Answer,
  DetectedImage,
  Detections,
  Diagnoses,
  Diagnosis,
  Disagreement,
  ShownObject,
} from '../../diagnose/types.ts';
import { detectionsOver, detectionsShown, diagnosisFigures } from '../../figures/index.ts';
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

/** An image with the boxes of one side on it, in one drawing; a picture that is no JPEG is none. */
function drawnOver(
  image: DetectedImage,
  objects: readonly ShownObject[],
  of: string,
  classes: readonly string[],
): Markup {
  const shown = { classes, threshold: defaults.found.threshold };
  const over = detectionsOver(image, objects, shown);
  const { picture, width, height } = image;
  const isJpeg = picture !== null && /^data:image\/jpeg;base64,[A-Za-z0-9+/=]+$/.test(picture);
  const below = isJpeg ? `<image href="${picture}" width="${width}" height="${height}"/>` : '';
  const svg = over.replace(/^<svg [^>]*>/, (begin) => `${begin}${below}`);
  return figure(svg, `${of}: ${detectionsShown(objects, shown).length}`);
}

/** What both find in images, beside what is there. */
function detections({ images, classes, withoutTeacher }: Detections): Markup {
  const from = percent(defaults.found.threshold);
  return html`${withoutTeacher === null ? '' : html`<p class="faint">${withoutTeacher}</p>`}<p class="faint">What is found with a score of ${from} % or more.</p>${images.map(
    (image) =>
      html`<h5>${image.name ?? `sample ${image.index}`}</h5>${figures([
        drawnOver(image, image.truth, 'there is', classes),
        drawnOver(image, image.student, 'student', classes),
        ...(image.teacher ? [drawnOver(image, image.teacher, 'teacher', classes)] : []),
      ])}`,
  )}`;
}

async function one(found: Diagnosis): Promise<Markup> {
  const head = html`<h4>${found.title}</h4>`;
  if ('silent' in found) return html`${head}<p class="faint">${found.silent}</p>`;
  const from = html`${head}<p class="faint">${found.from}</p>`;
  if (found.what === 'disagreements') return html`${from}${disagreements(found.samples)}`;
  if (found.what === 'detections') return html`${from}${detections(found)}`;
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
