/** How large images in files are, as their first bytes say it. */
import path from 'node:path';
import { DamagedImageError } from '../../dataset.ts';
import type { Report } from '../download.ts';
import type { Reading } from '../reading.ts';

/** Files that are looked at at a time. */
const atOnce = 16;

/** Quarter turns by which EXIF's orientation exchanges height and width. */
const exchanges: ReadonlySet<number> = new Set([5, 6, 7, 8]);

/**
 * Height and width of each, int32 [N, 2]; of one that is damaged, where these are to be left out, 0 and 0.
 *
 * @param files  from the root
 * @throws DamagedImageError for one whose first bytes are of no image
 */
export async function imageSizes(
  root: string,
  files: readonly string[],
  { exif, onCorrupt }: Pick<Reading, 'exif' | 'onCorrupt'>,
  report: Report,
): Promise<Int32Array> {
  const { default: sharp } = await import('sharp');
  const sizes = new Int32Array(2 * files.length);
  const look = async (place: number): Promise<void> => {
    const file = path.join(root, files[place] ?? '');
    try {
      const { height, width, orientation = 1 } = await sharp(file, { failOn: 'none' }).metadata();
      const isExchanged = exif === 'apply' && exchanges.has(orientation);
      sizes.set(isExchanged ? [width, height] : [height, width], 2 * place);
    } catch (error) {
      if (onCorrupt === 'skip') return;
      throw new DamagedImageError(
        `${file}: it is damaged, and does not say how large it is: put a whole one in its place, take it away, or leave out what is damaged by the option onCorrupt: skip of the data`,
        { cause: error },
      );
    }
  };
  for (let from = 0; from < files.length; from += atOnce) {
    await Promise.all(
      Array.from({ length: Math.min(atOnce, files.length - from) }, (_, i) => look(from + i)),
    );
    report(`Looking how large images below ${root} are`, from, files.length);
  }
  return sizes;
}
