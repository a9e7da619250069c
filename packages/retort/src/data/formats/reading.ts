/** How images in files are read, whatever names them. */
import { z } from 'zod';
import { mostSide } from '../decode/limits.ts';
import { type DecodePool, poolOf } from '../decode/pool.ts';
import type { Report } from './download.ts';

/** Options of all formats of photographs. */
export const readingOptions = {
  /** How many threads decode; the cores where it is left out. */
  workers: z.number().int().min(1).optional(),
  /** Whether images are turned as they say. */
  exif: z.enum(['ignore', 'apply']).default('ignore'),
  /** Whether a damaged image stops the run or is left out, as `stand-ins.ts` says. */
  onCorrupt: z.enum(['fail', 'skip']).default('fail'),
  /** How much of a JPEG is decoded. */
  decode: z.enum(['exact', 'fast']).default('exact'),
  /** Keeps what is learned from decoded, its shorter side in so many pixels. */
  pack: z.strictObject({ size: z.number().int().min(1).max(mostSide) }).optional(),
} as const;

const schema = z.object(readingOptions);

/** Told of what is not as it should be, and no error. */
export type Warn = (text: string) => void;

export interface Reading extends Omit<z.output<typeof schema>, 'workers'> {
  readonly pool: DecodePool;
  readonly report: Report;
  readonly warn: Warn;
}

/** As options of a format say it; others among them are not looked at. */
export const readingBy = (
  { workers, exif, onCorrupt, decode, pack }: z.output<typeof schema>,
  report: Report,
  warn: Warn,
): Reading => ({ pool: poolOf(workers, warn), exif, onCorrupt, decode, pack, report, warn });

/** What `source` says of it, beside where images are from. @example sourceText('photos', 'apply') // 'photos; turned as EXIF says' */
export const sourceText = (where: string, exif: Reading['exif']): string =>
  exif === 'apply' ? `${where}; turned as EXIF says` : where;
