/** What is right by chance. */
import { scope } from '@retort/torch';
import { DataError, type Dataset, fieldOf } from '../data/index.ts';

/** What a classifier is right on that does not look at the images. */
export interface Chance {
  /** Of the images, in [0, 1]: that of the largest class. */
  readonly share: number;
  /** The largest class; null where all are of the same size. */
  readonly majority: string | null;
}

/** Counts the classes of a split; where it cannot give all labels at once, they are taken to be of the same size. @example chanceOf(test).share // 0.01 for CIFAR-100 */
export function chanceOf(data: Dataset): Chance {
  const field = fieldOf(data.fields, 'class');
  if (!field) throw new DataError(`${data.name} has no classes`);
  const { classes } = field.kind;
  const labels = data.column?.(field.name);
  if (!labels) return { share: 1 / classes.length, majority: null };
  const { size } = data;
  const counts = scope(() => labels.bincount({ minlength: classes.length }).toFlatArray().map(Number));
  const most = Math.max(...counts);
  const isEven = counts.every((count) => count === most);
  return { share: most / size, majority: isEven ? null : (classes[counts.indexOf(most)] ?? null) };
}

/**
 * Whether a classifier knows next to nothing: it is less than a tenth of the way from what always saying the largest class is right on to
 * perfection.
 *
 * @param top1  on this split, in [0, 1]
 * @example nearChance(0.104, cifar10.test) // true
 */
export function nearChance(top1: number, data: Dataset): boolean {
  const { share } = chanceOf(data);
  return top1 < share + 0.1 * (1 - share);
}
