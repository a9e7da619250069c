/** Which of several classes a sample is of. */
import { functional, type Tensor, tensor, zeros } from '@retort/torch';
import { z } from 'zod';
import { classNames, DataError, type Dataset, fieldOf, samplesCalled, type Targets } from '../data/index.ts';
import { chanceOf, nearChance, type Scores } from '../metrics/index.ts';
import type { Outputs } from '../models/index.ts';
import { unanswered } from '../tensors/not-finite.ts';
import { parseOptions } from '../words/parse-options.ts';
import { classWeightsOption, weightsOf } from './class-weights.ts';
import { causes, nearNothing } from './doubts.ts';
import { imbalance } from './imbalance.ts';
import { judging } from './judging.ts';
import { mixedTargets } from './mixed-targets.ts';
import { onlyValue } from './only-value.ts';
import { answer, output, target } from './parts.ts';
import type { Task } from './task.ts';

const judge = judging('classification', 'labels', ['top1'], (data) => classNames(data)?.length ?? null);

/** @throws DataError where samples have no class */
function classesOf(data: Dataset): readonly string[] {
  const { name, fields } = data;
  const classes = classNames(data);
  if (classes) return classes;
  throw new DataError(
    `${name} has no classes to tell apart: its fields are ${Object.keys(fields).join(', ')}`,
  );
}

/** The class that all samples are of; null where there are several. */
function onlyClass(data: Dataset): string | null {
  const only = onlyValue(data, 'class');
  return only === null ? null : (classNames(data)?.[only] ?? String(only));
}

const logitsOf = (outputs: Outputs): Tensor => output(outputs, 'logits');

function misfit(outputs: Outputs, data: Dataset): string | null {
  const { shape } = logitsOf(outputs);
  const classes = classNames(data)?.length;
  if (shape.length === 2 && (classes === undefined || shape[1] === classes)) return null;
  if (classes === undefined)
    return `gives [${shape.join(', ')}] for ${shape[0]} ${samplesCalled(data)}: the logits of a classification are [N, C]`;
  return `gives [${shape.join(', ')}] for ${shape[0]} ${samplesCalled(data)}, and ${data.name} has ${classes} classes: its logits must be [N, ${classes}], or \`classes\` say which of its classes stand for the data's`;
}

function doubt({ top1 = 0, matthews }: Scores, data: Dataset): string | null {
  if (!classNames(data)) return null;
  // Of classes of very different sizes, as CoLA's, much can be known and accuracy hardly be above that of the largest.
  if (matthews !== undefined)
    return matthews < nearNothing
      ? `has a Matthews correlation of ${matthews.toFixed(4)} on ${data.name}, where chance has 0: ${causes('classes')}`
      : null;
  if (!nearChance(top1, data)) return null;
  const { share, majority } = chanceOf(data);
  const of = majority === null ? 'of chance' : `that always saying '${majority}' is right on`;
  return `is right on ${(100 * top1).toFixed(2)} % of ${data.name}, near the ${(100 * share).toFixed(2)} % ${of}: ${causes('classes')}`;
}

/** What a recipe can say of a classification's own loss. */
export const lossOptions = z.strictObject({
  kind: z
    .enum(['cross-entropy', 'bce'])
    .default('cross-entropy')
    .describe(
      'Cross entropy, or with `bce` binary cross entropy of each class by itself, the mean over samples and classes, as in "ResNet strikes back"',
    ),
  smoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('The share of the target that all classes have in common (Szegedy et al. 2016); 0.1 in DeiT'),
  classWeights: classWeightsOption.optional(),
});

export type LossOptions = z.input<typeof lossOptions>;

/** Targets [B, C] of classes int64 [B]: 1 − s + s / C for an image's own, s / C for the others, rounded to float32. */
function smoothed(labels: Tensor, classes: number, smoothing: number): Tensor {
  const off = smoothing / classes;
  return zeros([labels.size(0), classes], { device: labels.device })
    .fill_(off)
    .scatter_(1, labels.unsqueeze(1), 1 - smoothing + off);
}

/** The class of each image int64 [B], that with the larger share of a mixed one. @throws RangeError where samples have none */
export const largestClass = (targets: Targets): Tensor =>
  targets.softLabels?.argmax(1) ?? target(targets, 'labels');

/** A classification's own loss, in terms by name. */
function lossBy({ kind, smoothing }: z.output<typeof lossOptions>, weights: readonly number[] | null) {
  return (outputs: Outputs, targets: Targets): Readonly<Record<string, Tensor>> => {
    const logits = logitsOf(outputs);
    const weight = weights && tensor(weights, { device: logits.device, dtype: logits.dtype });
    const { softLabels } = targets;
    if (kind === 'bce') {
      const soft = softLabels ?? smoothed(target(targets, 'labels'), logits.size(1), smoothing);
      const bce = functional.binary_cross_entropy_with_logits(logits, soft.to(logits.dtype), { weight });
      return { bce };
    }
    // Those of mixed images were smoothed before they were mixed.
    const ce = softLabels
      ? functional.cross_entropy(logits, softLabels.to(logits.dtype), { weight })
      : functional.cross_entropy(logits, target(targets, 'labels'), { weight, labelSmoothing: smoothing });
    return { ce };
  };
}

const classifications = new WeakSet<Task>();

/** Whether a task is a classification of Retort's, by whichever loss: all are judged alike. @example isClassification(classificationBy({ smoothing: 0.1 })) // true */
export const isClassification = (task: Task): boolean => classifications.has(task);

/**
 * Logits [B, C] of images, judged by accuracy, with a loss of one's own choice.
 *
 * @param data  whose classes `classWeights` are of
 * @throws RangeError for options that are wrong, DataError for weights that do not fit the classes
 * @example classificationBy({ smoothing: 0.1, classWeights: 'balanced' }, train)
 */
export function classificationBy(given: LossOptions = {}, data?: Dataset): Task {
  const options = parseOptions('loss', lossOptions, given);
  const { classWeights, smoothing } = options;
  if (classWeights !== undefined && !data)
    throw new RangeError('loss: classWeights are of the classes of data: hand it over too');
  const weights = classWeights !== undefined && data ? weightsOf(classWeights, data) : null;
  const task: Task = {
    name: 'classification',
    targets(columns, data) {
      const field = fieldOf(data.fields, 'class');
      const labels = field && columns[field.name];
      return labels ? { labels } : {};
    },
    learnsFrom: ['labels'],
    mix: ({ labels }, shares, data): Targets =>
      labels ? { softLabels: mixedTargets(smoothed(labels, classesOf(data).length, smoothing), shares) } : {},
    width: (data) => classesOf(data).length,
    run: (model, inputs) => ({ logits: answer(model, inputs) }),
    loss: lossBy(options, weights),
    isLossOfAll: weights !== null,
    watched: (outputs, targets): Readonly<Record<string, Tensor>> =>
      targets.labels || targets.softLabels
        ? { top1: logitsOf(outputs).argmax(1).eq(largestClass(targets)).sum() }
        : {},
    ...judge,
    misfit,
    unanswered(outputs) {
      const what = unanswered(logitsOf(outputs));
      return what && `logits are ${what}`;
    },
    remark(data, { by } = {}) {
      const only = onlyClass(data);
      if (only !== null)
        return `all ${data.size.toLocaleString('en')} ${samplesCalled(data)} of ${data.name} are of one class, '${only}': of labels the student learns only to say that always`;
      return weights || by === 'balanced' ? null : imbalance(data);
    },
    doubt,
  };
  classifications.add(task);
  return task;
}

/** Logits [B, C] of images, judged by accuracy; not at all where the data has no classes, as for methods that learn from a teacher alone. */
export const classification: Task = classificationBy();
