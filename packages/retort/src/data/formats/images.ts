/** Images that lie in files, decoded when they are asked for. */
import fs from 'node:fs';
import path from 'node:path';
import { keep, scope, type Tensor, tensor } from '@retort/torch';
import { DamagedImageError, DataError, type Dataset } from '../dataset.ts';
import type { Decoding } from '../decode/decode.ts';
import { type Place, placeText } from '../decode/place.ts';
import type { Decoded } from '../decode/pool.ts';
import { type Ahead, type DrawnImage, drawnAt } from '../drawn.ts';
import { fingerprintFiles } from '../fingerprint.ts';
import { normalisations } from '../normalisation.ts';
import { packed } from '../pack/packed.ts';
import type { Boxes, BoxesKind, Fields, Sample } from '../sample.ts';
import type { Answers } from '../stand-ins.ts';
import type { Labels } from './labels.ts';
import type { Reading } from './reading.ts';

/** What is known of the boxes in images. */
export interface KnownBoxes {
  readonly kind: BoxesKind;
  /** Of an image, as it is stored. */
  of(id: number): Boxes;
  /** How large it is said to be, and by what. */
  sizeOf(id: number): NonNullable<Decoding['size']>;
}

/** What is known of images before any is read. */
export interface Known {
  readonly size: number;
  /** Null where images are of no known class. */
  readonly labels: Labels | null;
  /** Left out where nothing is known to be in them. */
  readonly boxes?: KnownBoxes;
  /** Where all of them lie. */
  readonly root: string;
  /** Where an image lies. */
  placeOf(id: number): Place;
  /** How many bytes it has; left out where that was not looked at. */
  bytesOf?(id: number): number | undefined;
  /** Asked for once, and only where it is needed. */
  fingerprint(): string;
  /** As `Dataset.order`. */
  order?(seed: number, epoch: number): Int32Array;
  /** Lets go of what is kept of where they lie: something is not as it says. */
  forget?(): void;
}

/** So many damaged images are named. */
const named = 50;

/** From so many pixels on Pillow warns of an image. */
const manyPixels = 89_478_485;

/** A data set of images, with fields `image` and, where there are labels, `label`, where there are boxes, `boxes`. */
class Images implements Dataset {
  readonly name: string;
  readonly size: number;
  readonly fields: Fields;
  readonly order?: (seed: number, epoch: number) => Int32Array;
  readonly draws = true;
  readonly shapes?: Float64Array;
  readonly #known: Known;
  readonly #reading: Reading;
  #labels: Tensor | null = null;
  #fingerprint: string | null = null;
  #isLargeNamed = false;
  readonly #damaged = new Set<number>();

  constructor(name: string, known: Known, reading: Reading) {
    const { size, labels, boxes } = known;
    this.name = name;
    this.size = size;
    this.fields = {
      image: { kind: 'image', channels: 3, ...normalisations.imagenet, anySize: true },
      ...(labels && { label: { kind: 'class', classes: labels.classes } }),
      ...(boxes && { boxes: boxes.kind }),
    };
    if (boxes)
      this.shapes = Float64Array.from({ length: size }, (_, id) => {
        const { height, width } = boxes.sizeOf(id);
        return width / height;
      });
    if (known.order) this.order = known.order.bind(known);
    this.#known = known;
    this.#reading = reading;
  }

  /** Another where images are turned, or decoded otherwise. */
  get fingerprint(): string {
    const { exif, decode } = this.#reading;
    const how = `${exif === 'apply' ? ', turned as EXIF says' : ''}${decode === 'fast' ? ', decoded fast' : ''}`;
    try {
      this.#fingerprint ??= this.#known.fingerprint() + how;
    } catch (error) {
      throw this.#failure(error);
    }
    return this.#fingerprint;
  }

  /** @throws DataError for another field than `label`: images are read */
  column(field: string): Tensor {
    const { labels } = this.#known;
    if (field !== 'label' || labels === null)
      throw new DataError(`${this.name}: ${field} does not lie in memory`);
    this.#labels ??= keep(scope(() => tensor(labels.numbers).to('int64')));
    return this.#labels;
  }

  /** Its file from the folder of all, or what it is called in a tar. */
  nameOf(id: number): string {
    const { root } = this.#known;
    const place = this.#known.placeOf(id);
    const file = path.relative(root, typeof place === 'string' ? place : place.file);
    return typeof place === 'string' ? file : [file, place.name].filter(Boolean).join(': ');
  }

  read(ids: Int32Array, ahead?: Ahead): Promise<Answers> {
    return Promise.all(Array.from(ids, (id, place) => this.#sample(id, ahead && drawnAt(ahead, place))));
  }

  async #sample(id: number, drawn: DrawnImage | undefined): Promise<Sample | DamagedImageError> {
    const { labels, boxes } = this.#known;
    const own = boxes?.of(id);
    try {
      const { boxes: changed, ...image } = await this.#decode(id, drawn && { ...drawn, boxes: own?.rows });
      return {
        image,
        ...(labels && { label: labels.numbers[id] ?? 0 }),
        ...(own && { boxes: changed ? { rows: changed } : own }),
      };
    } catch (error) {
      if (!(error instanceof DamagedImageError) || this.#reading.onCorrupt !== 'skip') throw error;
      this.#nameDamaged(id, error.message);
      return error;
    }
  }

  /** Each once. */
  #nameDamaged(id: number, message: string): void {
    if (this.#damaged.has(id)) return;
    this.#damaged.add(id);
    const { size } = this.#damaged;
    const { warn } = this.#reading;
    if (size <= named)
      warn(
        `${message}; it is left out: training shows the next${this.#known.labels ? ' of its class' : ''} in its place, and evaluation does not count it`,
      );
    if (size === named)
      warn(`${named} images are damaged and left out; further ones are counted, and not named`);
  }

  async #decode(id: number, drawn: DrawnImage | undefined): Promise<Decoded> {
    const { pool, exif, decode } = this.#reading;
    const { boxes } = this.#known;
    const place = this.#known.placeOf(id);
    const said = { bytes: this.#known.bytesOf?.(id), size: boxes?.sizeOf(id) };
    try {
      const image = await pool.decode(place, { exif, decode, ...said }, drawn);
      this.#remarkOn(place, image);
      return image;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** What went wrong with a file; where it is no damaged image what is kept is to be made anew, and all of it may be gone. */
  #failure(error: unknown): unknown {
    if (!(error instanceof DataError)) return error;
    if (error instanceof DamagedImageError)
      return this.#reading.onCorrupt === 'skip'
        ? error
        : new DamagedImageError(
            `${error.message}: put a whole one in its place, take it away, or leave out what is damaged by the option onCorrupt: skip of the data`,
            { cause: error },
          );
    const { root } = this.#known;
    this.#known.forget?.();
    if (fs.existsSync(root)) return error;
    return new DataError(`${root} is not there any more: ${error.message}`, { cause: error });
  }

  #remarkOn(place: Place, { stored }: Decoded): void {
    if (stored <= manyPixels || this.#isLargeNamed) return;
    this.#isLargeNamed = true;
    this.#reading.warn(
      `${placeText(place)} has ${stored.toLocaleString('en-US')} pixels, which are decoded each time that it is shown: made smaller, it takes less time and memory`,
    );
  }
}

/**
 * A data set of images; those to learn from packed, where that is asked for.
 *
 * @param isLearned  whether it is learned from, or only judged on
 */
export function imagesOf(name: string, known: Known, reading: Reading, isLearned: boolean): Dataset {
  const images = new Images(name, known, reading);
  const { pack, pool, report } = reading;
  return pack && isLearned && images.size > 0 ? packed(images, pack, pool, report) : images;
}

/** Files below a folder, by their places. */
export interface FilesBelow {
  readonly length: number;
  at(place: number): string | undefined;
  /** In bytes, of each, where they are known. */
  readonly sizes?: Float64Array;
}

/**
 * Images in files of a folder, or those of them that were chosen.
 *
 * @param files  from the folder
 * @param chosen  places in the list; all where it is null
 * @example filesKnown('photos', ['1.jpg', '2.jpg'], null, [1]).size // 1
 */
export function filesKnown(
  folder: string,
  files: FilesBelow,
  labels: Labels | null,
  chosen: readonly number[] | null,
): Known {
  const size = chosen?.length ?? files.length;
  const placeIn = (id: number): number => (chosen ? (chosen[id] ?? -1) : id);
  const { sizes } = files;
  const own = (values: ArrayLike<number>) =>
    Array.from({ length: size }, (_, id) => values[placeIn(id)] ?? 0);
  const numbers = labels && (chosen ? Int32Array.from(own(labels.numbers)) : labels.numbers);
  const names = { length: size, at: (id: number) => files.at(placeIn(id)) };
  return {
    size,
    labels: labels && numbers && { classes: labels.classes, numbers },
    root: folder,
    placeOf: (id) => path.join(folder, names.at(id) ?? ''),
    ...(sizes && { bytesOf: (id: number) => sizes[placeIn(id)] }),
    fingerprint: () =>
      fingerprintFiles(folder, names, sizes && (chosen ? Float64Array.from(own(sizes)) : sizes)),
  };
}
