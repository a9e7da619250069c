import type { Tensor } from '@retort/torch';

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
