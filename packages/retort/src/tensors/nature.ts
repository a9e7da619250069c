/** What something is that should have been something else. */
import { Tensor } from '@retort/torch';
import { cut } from '../words/shown.ts';

/** As it stands in a sentence. @example nature(zeros([2, 3])) // 'a tensor [2, 3]' */
export function nature(value: unknown): string {
  if (value instanceof Tensor) return `a tensor [${value.shape.join(', ')}]`;
  if (value instanceof Promise) return 'a promise';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
