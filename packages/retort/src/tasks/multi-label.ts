/** Which of several classes an image or a text is of: any number of them. */
import { functional, scope, type Tensor } from '@retort/torch';
import { DataError, type Dataset, fieldOf, type Targets } from '../data/index.ts';
import { allRight, mean, type Scores } from '../metrics/index.ts';
import type { Outputs } from '../models/index.ts';
import { notFinite } from '../tensors/not-finite.ts';
import { quoted } from '../words/listed.ts';
import { causes } from './doubts.ts';
import { judging } from './judging.ts';
import { mixedTargets } from './mixed-targets.ts';
import { answer, output, target } from './parts.ts';
import type { Task } from './task.ts';

const name = 'multi-label';

const classesIn = ({ fields }: Dataset): readonly string[] | null =>
  fieldOf(fields, 'classes')?.kind.classes ?? null;

const judge = judging(
  name,
  'multiLabels',
  ['macroF1', 'microF1', 'subsetAccuracy', 'averagePrecision'],
  (data) => classesIn(data)?.length ?? null,
);

/** @throws DataError where samples have none */
function classesOf(data: Dataset): readonly string[] {
  const classes = classesIn(data);
  if (classes) return classes;
  throw new DataError(
    `${data.name} has no labels of several classes: its fields are ${Object.keys(data.fields).join(', ')}`,
  );
}

/** Of each class the share of samples that are of it; null where the data does not give all labels at once. */
function sharesOf(data: Dataset): readonly number[] | null {
  const field = fieldOf(data.fields, 'classes');
  const labels = field && data.column?.(field.name);
  return labels ? scope(() => labels.to('float64').mean(0).toFlatArray().map(Number)) : null;
}

const logitsOf = (outputs: Outputs): Tensor => output(outputs, 'logits');

function doubt({ averagePrecision = 0 }: Scores, data: Dataset): string | null {
  const shares = sharesOf(data);
  if (!shares) return null;
  // In any order a class has the precision of its share; one without samples always has 0.
  const [chance, best] = [mean(shares), mean(shares.map((share) => (share > 0 ? 1 : 0)))];
  if (averagePrecision >= chance + 0.1 * (best - chance)) return null;
  return `has an average precision of ${(100 * averagePrecision).toFixed(2)} % on ${data.name}, near the ${(100 * chance).toFixed(2)} % of chance: ${causes('classes')}`;
}

/**
 * Logits [B, C] of samples that may be of any number of classes, learned by the binary cross entropy of each class by itself, the mean over samples and classes,
 * from `multiLabels` float32 [B, C] of zeros and ones. A class is said where its logit is above 0. Judged by macro F1 unless data or a recipe names another
 * metric; not at all where the data has no such labels, as for methods that learn from a teacher alone.
 */
export const multiLabel: Task = {
  name,
  targets(columns, data): Targets {
    const multiLabels = columns[fieldOf(data.fields, 'classes')?.name ?? ''];
    return multiLabels ? { multiLabels } : {};
  },
  learnsFrom: ['multiLabels'],
  eachByItself: true,
  mix: ({ multiLabels }, shares): Targets =>
    multiLabels ? { softLabels: mixedTargets(multiLabels, shares) } : {},
  width: (data) => classesOf(data).length,
  run: (model, inputs) => ({ logits: answer(model, inputs) }),
  loss(outputs, targets) {
    const logits = logitsOf(outputs);
    const wanted = targets.softLabels ?? target(targets, 'multiLabels');
    return { bce: functional.binary_cross_entropy_with_logits(logits, wanted.to(logits.dtype)) };
  },
  // Of mixed images none is of classes that can be said.
  watched: (outputs, { multiLabels }): Readonly<Record<string, Tensor>> =>
    multiLabels ? { subsetAccuracy: allRight(logitsOf(outputs), multiLabels).sum() } : {},
  ...judge,
  misfit(outputs, data) {
    const { shape } = logitsOf(outputs);
    const classes = classesIn(data)?.length;
    if (shape.length === 2 && (classes === undefined || shape[1] === classes)) return null;
    const wanted =
      classes === undefined
        ? 'logits are [N, C]'
        : `${data.name} has ${classes} classes, logits [N, ${classes}]`;
    return `gives [${shape.join(', ')}] for ${shape[0]} samples: ${wanted}`;
  },
  unanswered(outputs) {
    const what = notFinite(logitsOf(outputs));
    return what && `answer is not finite (${what})`;
  },
  remark(data) {
    const [classes, shares] = [classesIn(data), sharesOf(data)];
    if (!classes || !shares) return null;
    const of = (share: number): string[] => classes.filter((_, i) => shares[i] === share);
    const [none, all] = [of(0), of(1)];
    if (none.length + all.length === 0) return null;
    const what = [
      ...(none.length ? [`no sample is of ${quoted(none)}`] : []),
      ...(all.length ? [`every sample is of ${quoted(all)}`] : []),
    ];
    return `${data.name}: ${what.join(' and ')}: of ${none.length + all.length === 1 ? 'this class' : 'these classes'} the student learns only to say that always`;
  },
  doubt,
};
