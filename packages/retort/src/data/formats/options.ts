/** Options of a format, as a recipe gives them. */
import { z } from 'zod';
import { problemsOf } from '../../words/problems.ts';
import { DataError } from '../dataset.ts';
import { readingOptions } from './reading.ts';

/** What photographs of any format take. */
export const common = {
  ...readingOptions,
  /** Of each class, where there is no split to be judged on. */
  testShare: z.number().gt(0).lt(1).default(0.2),
} as const;

/** @throws DataError with a sentence for each option that is none */
export function checkedOptions<Schema extends z.ZodType>(
  whose: string,
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const problems = problemsOf(error.issues, schema, given);
  throw new DataError(
    `${whose}: its options: ${problems.map(({ at, sentence }) => `${at.join('.')}: ${sentence}`).join('; ')}`,
  );
}
