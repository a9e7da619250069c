/** Pictures with what was found drawn on them, in a folder of their own: nothing that is there is written over. */
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { type BoxesOver, boxesOver } from '../figures/index.ts';
import { RunError } from '../runs/read/errors.ts';
import { UsageError } from './load.ts';

/** Kinds of files that are written, by their ends. */
const written = /\.(jpe?g|png|webp|gif)$/i;

/** Before anything is computed. @throws UsageError for a folder that has something in it, or that cannot be one */
export function checkOutFolder(out: string): void {
  const found = fs.lstatSync(out, { throwIfNoEntry: false });
  if (!found) return;
  if (found.isDirectory() && fs.readdirSync(out).length === 0) return;
  throw new UsageError(
    `--out ${out}: ${found.isDirectory() ? 'the folder has something in it' : 'it is there already, and no folder'}, and nothing is written over: name a new folder`,
  );
}

/** The names of pictures in one folder: as their own, and of those of one name with a number. */
function namesOf(files: readonly string[]): string[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const { name, ext } = path.parse(file);
    // What is of no kind by its name is written as a PNG.
    const end = written.test(ext) ? ext : '.png';
    let made = `${name}${end}`;
    for (let i = 2; taken.has(made.toLowerCase()); i++) made = `${name}-${i}${end}`;
    taken.add(made.toLowerCase());
    return made;
  });
}

/** A picture that was looked at. */
export interface LookedAt extends Pick<BoxesOver, 'boxes'> {
  readonly file: string;
}

/**
 * Writes each picture with its boxes.
 *
 * @param turned  whether pictures were turned as their EXIF says, before boxes were found in them
 * @returns the files
 * @throws RunError with what the system says
 */
export async function writePictures(
  out: string,
  pictures: readonly LookedAt[],
  turned: boolean,
): Promise<string[]> {
  const names = namesOf(pictures.map(({ file }) => file));
  const made: string[] = [];
  try {
    fs.mkdirSync(out, { recursive: true });
    for (const [i, { file, boxes }] of pictures.entries()) {
      const upright = turned ? sharp(file).autoOrient() : sharp(file);
      const { data, info } = await upright.removeAlpha().png().toBuffer({ resolveWithObject: true });
      const { width, height } = info;
      const over = Buffer.from(boxesOver({ width, height, boxes }));
      const place = path.join(out, names[i] ?? '');
      const drawn = await sharp(data)
        .composite([{ input: over }])
        .removeAlpha()
        .toFormat(formatOf(place))
        .toBuffer();
      fs.writeFileSync(place, drawn, { flag: 'wx' });
      made.push(place);
    }
  } catch (error) {
    throw RunError.of(error, `--out ${out} could not be written`);
  }
  return made;
}

function formatOf(file: string): 'jpeg' | 'png' | 'webp' | 'gif' {
  const end = path.extname(file).slice(1).toLowerCase();
  return end === 'jpg' || end === 'jpeg' ? 'jpeg' : end === 'webp' || end === 'gif' ? end : 'png';
}
