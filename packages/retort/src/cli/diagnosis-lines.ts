/** Diagnoses of a run as lines of text. */
import { defaults } from '../defaults.ts';
import type { Diagnosis, DiagnosisName, Findings } from '../diagnose/index.ts';
import type { ShownObject } from '../diagnose/types.ts';
import { cut } from '../words/shown.ts';
import { count, percent, table } from './table.ts';

type Found<What extends DiagnosisName> = Extract<Findings, { what: What }>;

const share = (value: number | null): string => (value === null ? '-' : percent(value));

const shareOf = (value: number | null): string => (value === null ? '-' : `${percent(value)} %`);

/** Names of classes and files may be of any length. */
const named = (name: string): string => cut(name, 60);

/** Why there is nothing of a teacher. */
const beside = (withoutTeacher: string | null): string => (withoutTeacher ? `\n- ${withoutTeacher}` : '');

const written: { readonly [What in DiagnosisName]: (found: Found<What>) => string } = {
  'per-class': ({ classes, withoutTeacher, measure }) =>
    `${table(
      measure === 'AP'
        ? ['class', 'boxes', 'student AP %', 'teacher AP %']
        : ['class', 'samples', 'student %', 'teacher %'],
      classes.map(({ name, samples, student, teacher }) => [
        ...[named(name), count(samples)],
        ...[share(student), share(teacher)],
      ]),
    )}${beside(withoutTeacher)}`,
  agreement: ({ top1, divergence, meanCosine, bothRight, onlyStudent, onlyTeacher, neither }) =>
    [
      `one class from both      ${percent(top1)} %`,
      `divergence               ${divergence.toFixed(4)} nats`,
      `cosine per class, mean   ${meanCosine.toFixed(4)}`,
      `both are right           ${shareOf(bothRight)}`,
      `only the student         ${shareOf(onlyStudent)}`,
      `only the teacher         ${shareOf(onlyTeacher)}`,
      `neither                  ${shareOf(neither)}`,
    ].join('\n'),
  reliability: ({ student, teacher, withoutTeacher }) => {
    const cells = (of: typeof teacher, i: number): string[] => {
      const bin = of?.bins[i];
      return bin ? [count(bin.samples), share(bin.confidence), share(bin.accuracy)] : [];
    };
    const errors = `calibration error: student ${percent(student.error)} %${teacher ? `, teacher ${percent(teacher.error)} %` : ''}`;
    const whose = (name: string): string[] => [`${name}: samples`, 'sure %', 'right %'];
    return `${errors}\n${table(
      ['confidence', ...whose('student'), ...(teacher ? whose('teacher') : [])],
      student.bins.map(({ from, to }, i) => [
        `${from.toFixed(2)} to ${to.toFixed(2)}`,
        ...[...cells(student, i), ...cells(teacher, i)],
      ]),
    )}${beside(withoutTeacher)}`;
  },
  cka: ({ rows, columns, values }) =>
    table(
      ['student, and teacher:', ...columns],
      values.map((row, i) => [
        rows[i] ?? '',
        ...row.map((value) => (value === null ? '-' : value.toFixed(2))),
      ]),
    ),
  temperatures: ({ least, most, mean, bins }) =>
    `from ${least.toFixed(2)} to ${most.toFixed(2)}, ${mean.toFixed(2)} in the mean\n${table(
      ['temperature', 'samples'],
      bins.map(({ from, to, samples }) => [`${from.toFixed(2)} to ${to.toFixed(2)}`, count(samples)]),
    )}`,
  annealing: ({ factors }) =>
    table(
      ['stage', 'epoch', 'factor', 'temperature'],
      factors.map(({ stage, epoch, factor, temperature }) => [
        ...[String(stage), String(epoch)],
        ...[factor.toFixed(3), temperature.toFixed(2)],
      ]),
    ),
  projector: ({ layers }) =>
    table(
      ['layer', 'shape', 'largest', 'median', 'least'],
      layers.map(({ name, shape, singularValues }) => [
        ...[name, shape.join('x')],
        ...[0, Math.floor(singularValues.length / 2), singularValues.length - 1].map((i) =>
          (singularValues[i] ?? 0).toPrecision(4),
        ),
      ]),
    ),
  'gradient-norms': ({ terms, total, cosines, batches }) =>
    `gradient of the sum ${total.toPrecision(4)}, over ${batches} batches\n${table(
      ['term', 'norm', ...terms.map(({ name }) => `cosine with ${name}`)],
      terms.map(({ name, norm }, i) => [
        ...[name, norm.toPrecision(4)],
        ...(cosines[i] ?? []).map((value) => (value === null ? '-' : value.toFixed(2))),
      ]),
    )}`,
  disagreements: ({ samples }) =>
    table(
      ['sample', 'is', 'student', 'sure %', 'teacher', 'sure %', 'divergence, nats'],
      samples.map(({ index, name, label, student: [own], teacher: [theirs], divergence, text }) => [
        ...[named(name ?? `#${index}${text ? ` ${text}` : ''}`), named(label ?? '-')],
        ...[named(own?.class ?? '-'), share(own?.probability ?? null)],
        ...[named(theirs?.class ?? '-'), share(theirs?.probability ?? null)],
        divergence < 0.01 ? divergence.toExponential(1) : divergence.toFixed(3),
      ]),
    ),
  detections: ({ images, withoutTeacher }) => {
    const sure = (objects: readonly ShownObject[] | null): string =>
      objects === null
        ? '-'
        : count(objects.filter(({ score }) => (score ?? 1) >= defaults.found.threshold).length);
    const from = percent(defaults.found.threshold);
    return `${table(
      ['image', 'objects in it', `student finds, from ${from} %`, `teacher finds, from ${from} %`],
      images.map(({ index, name, truth, student, teacher }) => [
        ...[named(name ?? `#${index}`), count(truth.length), sure(student), sure(teacher)],
      ]),
    )}${beside(withoutTeacher)}`;
  },
};

/** A title, from what it is, and the numbers; or why there are none. */
export function linesOf(one: Diagnosis): string {
  const title = `${one.title} (${one.from})`;
  if ('silent' in one) return `${title}\n- ${one.silent}`;
  const write = written[one.what] as (found: Findings) => string;
  return `${title}\n${write(one)}`;
}
