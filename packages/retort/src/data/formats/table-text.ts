/** Tables as text. */
import { readText } from '../../system/text-file.ts';
import { DataError } from '../dataset.ts';

/** Bytes of a table; those of ImageNet have 100 million. */
const most = 1 << 30;

/** What stands in the file of a table. @throws DataError with file and line, where it cannot be read @example tableText('train.tsv') */
export function tableText(file: string): string {
  const read = readText(file, most);
  if ('text' in read) return read.text;
  const line = read.line === undefined ? '' : `, line ${read.line}`;
  throw new DataError(`${file}${line}: it cannot be read: ${read.wrong}`);
}
