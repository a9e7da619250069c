/** Things that a recipe names, each with options of its own: methods, optimizers, schedules. */
import { z } from 'zod';

interface Definition {
  readonly name: string;
  readonly source: string;
  readonly options: z.ZodObject;
}

/** What was named, with all its options. */
export interface Named {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** `{ name, …options }`, by the schema that goes with the name; `more` are options that all have. */
export function named(
  definitions: Readonly<Record<string, Definition>>,
  more: Readonly<Record<string, z.ZodType>> = {},
): z.ZodType<Named> {
  const [first, ...others] = Object.values(definitions).map(({ name, source, options }) =>
    options.safeExtend({ name: z.literal(name), ...more }).describe(source),
  );
  if (!first) throw new RangeError('there is nothing to name');
  return z.discriminatedUnion('name', [first, ...others]) as unknown as z.ZodType<Named>;
}

/** The same where a file may also write the name alone. */
export function nameOr(
  definitions: Readonly<Record<string, Definition>>,
  schema: z.ZodType<Named>,
): z.ZodType {
  return z.union([z.enum(Object.keys(definitions)), schema]);
}
