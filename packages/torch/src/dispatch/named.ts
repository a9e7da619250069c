/** Arguments by name: the last object of a call, `x.topk(5, { largest: false })`, brought into the order of the schema. */
import type { Argument, Given, Named } from './exchange.ts';
import type { Parameter } from './schema.ts';

/** Whether it is the object of arguments by name, rather than an argument. */
export function isNamed(value: Given): value is Named {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !('re' in value && 'im' in value) &&
    !('handle' in value)
  );
}

/**
 * The arguments in the order of the schema. A name that is not the schema's, or that of an argument given in order already, is passed to
 * `refuse`, and then there are none.
 */
export function arrange(
  parameters: readonly Parameter[],
  given: readonly Argument[],
  named: Named,
  refuse?: (name: string, isKnown: boolean) => void,
): Argument[] | undefined {
  if (given.length > parameters.length) return undefined;
  const args = [...given];
  for (const [name, value] of Object.entries(named)) {
    if (value === undefined) continue;
    const at = parameters.findIndex((parameter) => parameter.name === name);
    if (at < 0 || args[at] !== undefined) {
      refuse?.(name, at >= 0);
      return undefined;
    }
    // Holes would be no `undefined` to every().
    while (args.length < at) args.push(undefined);
    args[at] = value;
  }
  return args;
}
