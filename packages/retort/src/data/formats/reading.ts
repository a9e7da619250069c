/** How images in files are read, whatever names them. */
import { z } from 'zod';
import { type DecodePool, poolOf } from '../decode/pool.ts';

/** Options of all formats of photographs. */
export const readingOptions = {
  /** How many threads decode; the cores where it is left out. */
  workers: z.number().int().min(1).optional(),
  /** Whether images are turned as they say. */
  exif: z.enum(['ignore', 'apply']).default('ignore'),
  /** Whether a damaged image stops the run or is left out, as `stand-ins.ts` says. */
  onCorrupt: z.enum(['fail', 'skip']).default('fail'),
} as const;

const schema = z.object(readingOptions);

/** Told of what is not as it should be, and no error. */
export type Warn = (text: string) => void;

export interface Reading extends Required<Pick<z.output<typeof schema>, 'exif' | 'onCorrupt'>> {
  readonly pool: DecodePool;
  readonly warn: Warn;
}

/** @example readingBy({ workers: 2, exif: 'ignore', onCorrupt: 'fail' }, console.warn) */
export const readingBy = ({ workers, exif, onCorrupt }: z.output<typeof schema>, warn: Warn): Reading => ({
  pool: poolOf(workers, warn),
  exif,
  onCorrupt,
  warn,
});

/** What `source` says of it, beside where images are from. @example sourceText('photos', 'apply') // 'photos; turned as EXIF says' */
export const sourceText = (where: string, exif: Reading['exif']): string =>
  exif === 'apply' ? `${where}; turned as EXIF says` : where;
