/** Text of a file that says boxes, or which images there are. */
import fs from 'node:fs';
import { systemCause } from '../../../system/system-errors.ts';
import { DataError } from '../../dataset.ts';

/** @throws DataError with the file and why it cannot be read */
export function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new DataError(`${file} cannot be read: ${systemCause(error) ?? String(error)}`, { cause: error });
  }
}
