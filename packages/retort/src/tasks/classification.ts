/** Which of several classes an image is of. */
import { functional, type nn, scope, type Tensor } from '@retort/torch';
import { classNames, DataError, type Dataset, fieldOf } from '../data/index.ts';
import { Accuracy, chanceOf, nearChance } from '../metrics/index.ts';
import type { Outputs } from '../models/index.ts';
import { unanswered } from '../tensors/not-finite.ts';
import { imagesIn, output, target } from './parts.ts';
import type { Task } from './task.ts';

/** @throws DataError where samples have no class */
function classesOf(data: Dataset): readonly string[] {
  const { name, fields } = data;
  const classes = classNames(data);
  if (classes) return classes;
  throw new DataError(
    `${name} has no classes to tell apart: its fields are ${Object.keys(fields).join(', ')}`,
  );
}

/** The class that all samples are of; null where there are several, or one alone that they could be of. */
function onlyClass(data: Dataset): string | null {
  const classes = classNames(data) ?? [];
  if (classes.length < 2) return null;
  const labels = data.column?.(fieldOf(data.fields, 'class')?.name ?? '');
  if (!labels) return null;
  const [least, most] = scope(() => [labels.amin().item(), labels.amax().item()]);
  return least === most ? (classes[Number(least)] ?? String(least)) : null;
}

const logitsOf = (outputs: Outputs): Tensor => output(outputs, 'logits');

/** Logits [B, C] of images, judged by accuracy; not at all where the data has no classes, as for methods that learn from a teacher alone. */
export const classification: Task = {
  name: 'classification',
  targets(columns, data) {
    const field = fieldOf(data.fields, 'class');
    const labels = field && columns[field.name];
    return labels ? { labels } : {};
  },
  learnsFrom: ['labels'],
  width: (data) => classesOf(data).length,
  run: (model, inputs) => ({ logits: (model as nn.Layer).forward(imagesIn(inputs)) }),
  loss: (outputs, targets) => ({
    ce: functional.cross_entropy(logitsOf(outputs), target(targets, 'labels')),
  }),
  watched: (outputs, { labels }): Readonly<Record<string, Tensor>> =>
    labels ? { top1: logitsOf(outputs).argmax(1).eq(labels).sum() } : {},
  metrics: (data) => (classNames(data) ? [new Accuracy()] : []),
  headline: (data) => (classNames(data) ? { metric: 'top1', better: 'higher' } : null),
  misfit(outputs, data) {
    const { shape } = logitsOf(outputs);
    const classes = classNames(data)?.length;
    if (shape.length === 2 && (classes === undefined || shape[1] === classes)) return null;
    if (classes === undefined)
      return `gives [${shape.join(', ')}] for ${shape[0]} images: the logits of a classification are [N, C]`;
    return `gives [${shape.join(', ')}] for ${shape[0]} images, and ${data.name} has ${classes} classes: its logits must be [N, ${classes}], or a recipe say which of its classes stand for the data's (\`classes\`)`;
  },
  unanswered(outputs) {
    const what = unanswered(logitsOf(outputs));
    return what && `logits are ${what}`;
  },
  remark(data) {
    const only = onlyClass(data);
    return only === null
      ? null
      : `all ${data.size.toLocaleString('en')} images of ${data.name} are of one class, '${only}': of labels the student learns only to say that always`;
  },
  doubt({ top1 = 0 }, data) {
    if (!classNames(data) || !nearChance(top1, data)) return null;
    const { share, majority } = chanceOf(data);
    const of = majority === null ? 'of chance' : `that always saying '${majority}' is right on`;
    return (
      `is right on ${(100 * top1).toFixed(2)} % of ${data.name}, near the ${(100 * share).toFixed(2)} % ${of}: ` +
      'it has other weights than its architecture needs, was trained with another normalisation or another order of classes, or on other data'
    );
  },
};
