/** Tensors of several things in one record, told apart by prefixes of their names. */
import type { Tensor } from '@retort/torch';

/** Entries whose names begin with a prefix. @example Object.fromEntries(prefixed('parts.', parts)) */
export const prefixed = (prefix: string, tensors: Readonly<Record<string, Tensor>>): [string, Tensor][] =>
  Object.entries(tensors).map(([name, tensor]) => [`${prefix}${name}`, tensor]);

/** The tensors whose names begin with a prefix, by the rest of their names. @example tensorsUnder('parts.', tensors) */
export function tensorsUnder(
  prefix: string,
  tensors: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
    ),
  );
}
