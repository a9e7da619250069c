/** Data that has but one thing to learn. */
import { scope } from '@retort/torch';
import { type Dataset, fieldOf } from '../data/index.ts';

/** The number, or the number of the class, that all samples have; null where there are several, or they are not given at once. @example onlyValue(train, 'class') // null */
export function onlyValue(data: Dataset, kind: 'class' | 'scalar'): number | null {
  const field = fieldOf(data.fields, kind);
  const values = field && data.column?.(field.name);
  if (!values) return null;
  const [least, most] = scope(() => [values.amin().item(), values.amax().item()]);
  return least === most ? Number(least) : null;
}
