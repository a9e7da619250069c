/** How many samples are of each class. */
import { scope } from '@retort/torch';
import type { Dataset } from './dataset.ts';
import { fieldOf } from './sample.ts';

/** By the classes' numbers; null where samples have no class, or the data does not give all of them at once. @example classCounts(train)?.[0] // 500 for CIFAR-100 */
export function classCounts(data: Dataset): readonly number[] | null {
  const field = fieldOf(data.fields, 'class');
  const labels = field && data.column?.(field.name);
  if (!field || !labels) return null;
  const { length } = field.kind.classes;
  return scope(() => labels.bincount({ minlength: length }).toFlatArray().map(Number));
}
