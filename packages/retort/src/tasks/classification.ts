/** Which of several classes an image is of. */
import { functional, type nn, scope, type Tensor } from '@retort/torch';
import { classNames, DataError, type Dataset, fieldOf } from '../data/index.ts';
import { Accuracy, chanceOf, nearChance } from '../metrics/index.ts';
import type { Outputs } from '../models/index.ts';
import { unanswered } from '../tensors/not-finite.ts';
import { imagesIn, output, target } from './parts.ts';
import type { Task } from './task.ts';

const noClasses = ({ name, fields }: Dataset): DataError =>
  new DataError(`${name} has no classes to tell apart: its fields are ${Object.keys(fields).join(', ')}`);

/** @throws DataError where samples have no class */
function classesOf(data: Dataset): readonly string[] {
  const classes = classNames(data);
  if (!classes) throw noClasses(data);
  return classes;
}

/** The class that all samples are of; null where there are several, or one alone that they could be of. */
function onlyClass(data: Dataset): string | null {
  const classes = classesOf(data);
  const labels = data.column?.(fieldOf(data.fields, 'class')?.name ?? '');
  if (!labels || classes.length < 2) return null;
  const [least, most] = scope(() => [labels.amin().item(), labels.amax().item()]);
  return least === most ? (classes[Number(least)] ?? String(least)) : null;
}

const logitsOf = (outputs: Outputs): Tensor => output(outputs, 'logits');

/** Logits [B, C] of images, judged by accuracy. */
export const classification: Task = {
  name: 'classification',
  targets(columns, data) {
    const field = fieldOf(data.fields, 'class');
    const labels = field && columns[field.name];
    if (!labels) throw noClasses(data);
    return { labels };
  },
  width: (data) => classesOf(data).length,
  run: (model, inputs) => ({ logits: (model as nn.Layer).forward(imagesIn(inputs)) }),
  loss: (outputs, targets) => ({
    ce: functional.cross_entropy(logitsOf(outputs), target(targets, 'labels')),
  }),
  watched: (outputs, targets) => ({
    top1: logitsOf(outputs).argmax(1).eq(target(targets, 'labels')).sum(),
  }),
  metrics: () => [new Accuracy()],
  headline: () => ({ metric: 'top1', better: 'higher' }),
  misfit(outputs, data) {
    const { shape } = logitsOf(outputs);
    const classes = classesOf(data).length;
    if (shape.length === 2 && shape[1] === classes) return null;
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
    if (!nearChance(top1, data)) return null;
    const { share, majority } = chanceOf(data);
    const of = majority === null ? 'of chance' : `that always saying '${majority}' is right on`;
    return (
      `is right on ${(100 * top1).toFixed(2)} % of ${data.name}, near the ${(100 * share).toFixed(2)} % ${of}: ` +
      'it has other weights than its architecture needs, was trained with another normalisation or another order of classes, or on other data'
    );
  },
};
