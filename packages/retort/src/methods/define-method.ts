/** How a method is written down: its name, its paper, the schema of its options, and what it is for one set of them. */
import type { z } from 'zod';
import { parseOptions } from '../words/parse-options.ts';
import type { Method, MethodBody, MethodDefinition, Objective } from './method.ts';

interface About<Schema extends z.ZodObject> extends Pick<MethodDefinition, 'name' | 'source'> {
  readonly options: Schema;
  /** Whether it learns from a teacher; true where it is left out. */
  readonly teacher?: boolean;
  /** Defaults that depend on other options. */
  fill?(options: z.output<Schema>): Readonly<Record<string, unknown>>;
}

/** A method without parts says its losses alone. */
type WithoutParts = Omit<MethodBody, 'objective'> & Pick<Objective, 'losses'>;

/** A method of a paper: called with options it is a `Method`; what a recipe must know of it is its `definition`. */
export interface DefinedMethod<Options> {
  /** @throws RangeError with a sentence for each option that is wrong */
  (options?: Options): Method;
  readonly definition: MethodDefinition;
}

/** The options of a method, as its caller may write them. */
export type OptionsOf<Defined> = Defined extends DefinedMethod<infer Options> ? Options : never;

/** The same as a body whose objective has no parts. */
const withObjective = ({ losses, ...body }: WithoutParts): MethodBody => ({
  ...body,
  objective: () => ({ losses }),
});

/** Values in the order of their schema, whoever said them. */
function inOrder({ shape }: z.ZodObject, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const place = Object.keys(shape);
  return Object.fromEntries(
    Object.entries(values).sort(([one], [other]) => place.indexOf(one) - place.indexOf(other)),
  );
}

/**
 * Makes a method of its options' schema and of what it is for one set of options.
 *
 * @example
 * const mse = defineMethod({ name: 'mse', source: '…', options: z.strictObject({ weight: z.number().default(1) }) }, ({ weight }) => ({
 *   needs: { outputs: ['logits'] },
 *   losses: ({ student, teacher }) => ({ mse: functional.mse_loss(logits(student), logits(teacher)).mul(weight) }),
 * }));
 */
export function defineMethod<Schema extends z.ZodObject>(
  about: About<Schema>,
  build: (options: z.output<Schema>) => MethodBody | WithoutParts,
): DefinedMethod<z.input<Schema>> {
  const { name, source, options, fill, teacher = true } = about;
  const create = (given: unknown): Method => {
    const body = build(parseOptions(name, options, given));
    return { ...('losses' in body ? withObjective(body) : body), name, needsTeacher: teacher };
  };
  const definition: MethodDefinition = {
    name,
    source,
    options,
    create,
    ...(fill && {
      fill: (given) => inOrder(options, { ...fill(parseOptions(name, options, given)), ...given }),
    }),
  };
  return Object.assign((given?: z.input<Schema>) => create(given ?? {}), { definition });
}
