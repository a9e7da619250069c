/** Options as a schema wants them. */
import type { z } from 'zod';
import { problemsOf } from './problems.ts';

/**
 * Options with their defaults.
 *
 * @param name  whose options they are, as messages have it
 * @throws RangeError with a sentence for each that is wrong
 * @example parseOptions('flip', z.strictObject({ p: z.number().default(0.5) }), {}) // { p: 0.5 }
 */
export function parseOptions<Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error.issues, schema, given);
  throw new RangeError(
    problems.map(({ at, sentence }) => [name, at.join('.'), sentence].filter(Boolean).join(': ')).join('\n'),
  );
}
