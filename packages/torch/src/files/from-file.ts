/** A file as a tensor. */

import { TorchError } from '../dispatch/errors.ts';
import { scope } from '../dispatch/scope.ts';
import { type DType, itemSize } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import { withFile } from './open-file.ts';
import { mappedTensor, numel } from './view.ts';

/** How the bytes of a file are elements of a tensor. */
export interface FromFileOptions {
  /** float32, as in torch.from_file. */
  dtype?: DType;
  /** One dimension up to the end of the file where it is left out. */
  shape?: readonly number[];
  /** The byte at which the elements begin. */
  offset?: number;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/**
 * Maps a file as a tensor on the CPU, as torch.from_file(shared=False) does: elements in the machine's byte order → [n] or `shape`.
 * Bytes are read as they are touched, and belong to the system's cache of the file: neither `memory()` nor the memory limit counts
 * them. Writing to the tensor changes the process's own copy of a page, never the file. The mapping ends with the last tensor on it.
 *
 * Replace a mapped file by renaming another over it. One that is cut short in place while it is mapped kills the process (SIGBUS) when
 * the lost part is touched, in every language.
 *
 * Elements at an offset that is no multiple of their size, and those of bool, are copied into ordinary memory instead.
 *
 * @throws TorchError if the file is too short for the shape, or its length no multiple of the element where no shape is given
 * @example const logits = fromFile('teacher.bin', { dtype: 'float16', shape: [50000, 100] });
 */
export function fromFile(
  file: string,
  { dtype = 'float32', shape, offset = 0 }: FromFileOptions = {},
): Tensor {
  return withFile(file, 'cannot be mapped as a tensor', (opened) =>
    scope(() => {
      if (!isCount(offset) || offset > opened.size)
        throw new TorchError(`the offset ${offset} is not within its ${opened.size} bytes`);
      if (shape && !shape.every(isCount)) throw new TorchError(`[${shape.join(', ')}] is not a shape`);
      const there = (opened.size - offset) / itemSize(dtype);
      if (!shape && !Number.isInteger(there)) {
        throw new TorchError(
          `${opened.size - offset} bytes are not a whole number of ${dtype} elements (${itemSize(dtype)} bytes each)`,
        );
      }
      if (shape && numel(shape) > there) {
        throw new TorchError(
          `[${shape.join(', ')}] of ${dtype} needs ${numel(shape) * itemSize(dtype)} bytes, it has ${opened.size - offset} from byte ${offset}`,
        );
      }
      return mappedTensor(opened, opened.map(), { dtype, shape: shape ?? [there], position: offset });
    }),
  );
}
