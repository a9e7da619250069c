/** Images that are named one by one, by folders and by patterns: of no class, to be looked at alone. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { systemCause } from '../../system/system-errors.ts';
import { DamagedImageError, DataError, type Dataset } from '../dataset.ts';
import { type Ahead, drawnAt } from '../drawn.ts';
import type { Fields, ImageKind } from '../sample.ts';
import type { Answers } from '../stand-ins.ts';
import { byCodePoints, imagesBelow, isImage, Others, remarkOn } from './image-folder/listing.ts';
import { checkedOptions } from './options.ts';
import { type Reading, readingBy, readingOptions, type Warn } from './reading.ts';

const { workers, exif, decode } = readingOptions;
const options = z.strictObject({ workers, exif, decode });

/** How images that are named are read. */
export type NamedImagesOptions = z.input<typeof options>;

/** Images by the names that somebody gave. */
export interface ImagesFound {
  readonly files: readonly string[];
  /** Why a name stands for no image, in a sentence that begins with it. */
  readonly wrong: readonly string[];
}

const isPattern = (name: string): boolean => /[*?[{]/.test(name);

/** What a name stands for that may be a pattern; a file of such a name is meant itself. */
function placesOf(name: string, warn: Warn): string[] {
  if (fs.existsSync(name) || !isPattern(name)) return [name];
  const isFolder = (place: string): boolean =>
    fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const others = new Others();
  const found = byCodePoints(fs.globSync(name)).filter((place) => {
    const isTaken = isImage(path.basename(place)) || isFolder(place);
    if (!isTaken) others.add(place);
    return isTaken;
  });
  const remark = remarkOn(name, others);
  if (remark !== null) warn(remark);
  return found;
}

/** @throws DataError for what the system does not look at, as links in a loop */
function statOf(place: string): fs.Stats | undefined {
  try {
    return fs.statSync(place, { throwIfNoEntry: false });
  } catch (error) {
    const cause = systemCause(error);
    if (cause === null) throw error;
    throw new DataError(`${place}: ${cause}`, { cause: error });
  }
}

/** The images below a folder, or the file itself. @throws DataError where there are none */
async function filesAt(place: string, warn: Warn): Promise<string[]> {
  const stat = statOf(place);
  if (!stat) throw new DataError(`${place}: there is no such file or folder`);
  if (!stat.isDirectory()) return [place];
  const others = new Others();
  const found = await imagesBelow(place, '.', [], others);
  const remark = remarkOn(place, others);
  if (remark !== null) warn(remark);
  const files = byCodePoints(found.flatMap(({ images }) => images.map((name) => name.slice(2))));
  if (files.length === 0)
    throw new DataError(`${place} has no images: none of its files is a JPEG, PNG, WebP or GIF by name`);
  return files.map((file) => path.join(place, file));
}

/**
 * The images that names stand for, in their order: files, whatever they are called, folders with all that lies below, sorted by name, and
 * patterns (`photos/*.jpg`). An image that several names stand for is there once.
 *
 * @param warn  told of other files in folders, which are left out
 * @example (await findImages(['cat.jpg', 'photos'])).files // ['cat.jpg', 'photos/a.jpg', 'photos/b.png']
 */
export async function findImages(names: readonly string[], warn: Warn = () => {}): Promise<ImagesFound> {
  const files = new Map<string, string>();
  const wrong: string[] = [];
  for (const name of names) {
    const places = placesOf(name, warn);
    if (places.length === 0) wrong.push(`${name}: no image and no folder is called like this`);
    for (const place of places)
      try {
        for (const file of await filesAt(place, warn))
          if (!files.has(path.resolve(file))) files.set(path.resolve(file), file);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        wrong.push(error.message);
      }
  }
  return { files: [...files.values()], wrong };
}

/** Images in files, with the field `image` alone. One that cannot be read is left out, and `wrong` says why. */
export class NamedImages implements Dataset {
  readonly name = 'images';
  readonly size: number;
  readonly fields: Fields;
  readonly draws = true;
  /** Of those that were read and could not be, why, by their numbers. */
  readonly wrong = new Map<number, string>();
  readonly #files: readonly string[];
  readonly #reading: Reading;
  readonly #grey: boolean;

  /**
   * @param kind  what a network takes them for: of three channels, or of one, for which they are made grey
   * @param given  `workers`, `exif`, `decode`, as of any photographs
   * @throws DataError for options that are none, and other numbers of channels
   * @example new NamedImages(['cat.jpg'], { kind: 'image', channels: 3, ...normalisations.imagenet })
   */
  constructor(
    files: readonly string[],
    kind: ImageKind,
    given: NamedImagesOptions = {},
    warn: Warn = (text) => process.emitWarning(text),
  ) {
    if (kind.channels !== 1 && kind.channels !== 3)
      throw new DataError(
        `images in files have three channels, or are made grey, and a network of ${kind.channels} channels is shown neither`,
      );
    this.size = files.length;
    this.fields = { image: { ...kind, anySize: true } };
    this.#files = files;
    this.#grey = kind.channels === 1;
    const said = { onCorrupt: 'skip', ...checkedOptions(this.name, options, given) } as const;
    this.#reading = readingBy(said, () => {}, warn);
  }

  /** Of their names. */
  get fingerprint(): string {
    return createHash('sha256').update(this.#files.join('\0')).digest('hex');
  }

  read(ids: Int32Array, ahead?: Ahead): Promise<Answers> {
    const { pool, exif, decode } = this.#reading;
    return Promise.all(
      Array.from(ids, async (id, place) => {
        try {
          const how = { exif, decode, grey: this.#grey };
          return {
            image: await pool.decode(this.#files[id] ?? '', how, ahead && drawnAt(ahead, place)),
          };
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
          this.wrong.set(id, error.message);
          return new DamagedImageError(error.message, { cause: error });
        }
      }),
    );
  }
}
