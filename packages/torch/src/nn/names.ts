/** How containers name and find what they hold. */
import { TorchError } from '../dispatch/errors.ts';

/** @internal @throws TorchError for a name that cannot be part of a path */
export function checkName(container: string, name: string): void {
  if (name === '' || name.includes('.'))
    throw new TorchError(
      `${container}: '${name}' is not the name of a module: it must not be empty or have a dot`,
    );
}

/** @internal The place of an index that may count from the end. @throws TorchError if there is none */
export function place(container: string, length: number, index: number): number {
  const found = index < 0 ? index + length : index;
  if (!Number.isInteger(index) || found < 0 || found >= length)
    throw new TorchError(`${container} of ${length} modules has none at ${index}`);
  return found;
}
