/**
 * Images that are decoded and made smaller once, and kept in a pack in the cache folder: reading one is then a copy. The pack is known by what it
 * depends on, so that other data or another size is another pack.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Tensor } from '@retort/torch';
import { makeFolder } from '../../runs/write/make-folder.ts';
import { systemCause } from '../../system/system-errors.ts';
import { DamagedImageError, DataError, type Dataset } from '../dataset.ts';
import type { DecodePool } from '../decode/pool.ts';
import { type Ahead, type DrawnImage, drawnAt } from '../drawn.ts';
import { moveInto, removeLeftBehind, scratchFor } from '../formats/aside.ts';
import type { Report } from '../formats/download.ts';
import { dataCache } from '../formats/locate.ts';
import { someOf } from '../order.ts';
import { readAhead } from '../read-ahead.ts';
import { type Fields, fieldOf, type Picture } from '../sample.ts';
import type { Answers } from '../stand-ins.ts';
import { mend, type Packed, PackIndex, PackWriter } from './files.ts';

/** How images are packed. */
export interface PackOptions {
  /** The shorter side in pixels; what is smaller stays as it is. */
  readonly size: number;
}

/** What packs of other versions are not: how images are decoded, made smaller and written. */
const version = 3;

/** Images that are read at a time while a pack is made. */
const atOnce = 64;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 0)} GB`;

/** Images as they are packed: no draw, the shorter side shrunk. */
const shrunk = (samples: Int32Array, { size }: PackOptions): Ahead => ({
  seed: 0,
  epoch: 0,
  view: 0,
  transforms: '[]',
  count: 0,
  shrink: size,
  samples,
});

/** An image, or why it cannot be packed. */
type Packable = Picture | DamagedImageError;

/** See the head of the file. */
class PackedDataset implements Dataset {
  readonly name: string;
  readonly size: number;
  readonly fields: Fields;
  readonly draws = true;
  readonly #data: Dataset;
  readonly #image: string;
  readonly #options: PackOptions;
  readonly #pool: DecodePool;
  readonly #report: Report;
  #opened: Promise<PackIndex> | null = null;

  constructor(data: Dataset, image: string, options: PackOptions, pool: DecodePool, report: Report) {
    this.name = data.name;
    this.size = data.size;
    this.fields = data.fields;
    this.#data = data;
    this.#image = image;
    this.#options = options;
    this.#pool = pool;
    this.#report = report;
  }

  get fingerprint(): string {
    return `${this.#data.fingerprint}, packed at ${this.#options.size}`;
  }

  column(field: string): Tensor {
    const column = this.#data.column?.(field);
    if (!column) throw new DataError(`${this.name}: ${field} does not lie in memory`);
    return column;
  }

  async read(ids: Int32Array, ahead?: Ahead): Promise<Answers> {
    this.#opened ??= this.#open();
    const index = await this.#opened;
    const others = await this.#others(ids);
    return Promise.all(
      Array.from(ids, async (id, place) => {
        const image = await this.#unpacked(id, index.at(id), ahead && drawnAt(ahead, place));
        return image instanceof DamagedImageError ? image : { ...others[place], [this.#image]: image };
      }),
    );
  }

  async #unpacked(id: number, packed: Packed, drawn: DrawnImage | undefined): Promise<Packable> {
    const image = packed.height > 0 ? await this.#pool.unpack(packed, drawn) : null;
    return image ?? this.#again(id, packed, drawn);
  }

  /** The other fields of samples, which lie in memory. */
  async #others(ids: Int32Array): Promise<Record<string, number>[]> {
    const columns = Object.keys(this.fields)
      .filter((field) => field !== this.#image)
      .map((field) => [field, this.#numbers(field)] as const);
    return Array.from(ids, (id) =>
      Object.fromEntries(columns.map(([field, numbers]) => [field, numbers[id] ?? Number.NaN])),
    );
  }

  readonly #columns = new Map<string, Float64Array>();

  #numbers(field: string): Float64Array {
    const known = this.#columns.get(field) ?? Float64Array.from(this.column(field).toFlatArray(), Number);
    this.#columns.set(field, known);
    return known;
  }

  /** An image that is not what was packed: packed again, and read. One that was damaged when it was packed is looked at again, which says how. */
  async #again(id: number, packed: Packed, drawn: DrawnImage | undefined): Promise<Packable> {
    const [picture] = await this.#pictures(Int32Array.of(id));
    if (picture instanceof DamagedImageError) return picture;
    const isSame = picture?.height === packed.height && picture.width === packed.width;
    if (!picture || !isSame)
      throw new DataError(
        `${packed.file}: image ${id} of ${this.name} is damaged, and the image that it was made of is no more what it was: remove the folder, so that all are packed again`,
      );
    mend(packed, picture);
    const image = await this.#pool.unpack(packed, drawn);
    if (image) return image;
    throw new DataError(
      `${packed.file}: image ${id} of ${this.name} is damaged, and was written again to no avail: is the disk full or failing? Remove the folder, or leave out \`pack\``,
    );
  }

  async #pictures(ids: Int32Array): Promise<Packable[]> {
    const answers = (await this.#data.read?.(ids, shrunk(ids, this.#options))) ?? [];
    return answers.map((answer) =>
      answer instanceof DamagedImageError ? answer : (answer[this.#image] as Picture),
    );
  }

  async #open(): Promise<PackIndex> {
    const key = JSON.stringify([version, this.#data.fingerprint, this.#options.size]);
    const folder = path.join(
      dataCache(),
      `packed-${createHash('sha256').update(key).digest('hex').slice(0, 24)}`,
    );
    const there = PackIndex.open(folder, this.size);
    if (there) return there;
    removeLeftBehind(folder);
    try {
      await this.#refuseTooLarge();
      await this.#make(folder);
    } catch (error) {
      const cause = systemCause(error);
      if (!cause) throw error;
      throw new DataError(
        `${this.name} cannot be packed into ${dataCache()}: ${cause}; leave out \`pack\`, or make room there`,
        {
          cause: error,
        },
      );
    }
    const made = PackIndex.open(folder, this.size);
    if (made) return made;
    throw new DataError(
      `${this.name} was packed into ${folder}, and is damaged there: is the disk full or failing?`,
    );
  }

  /** @throws DataError where the disk has no room for what a few images say that all of them will take */
  async #refuseTooLarge(): Promise<void> {
    const few = (await this.#pictures(someOf(this))).filter(
      (one) => !(one instanceof DamagedImageError),
    ) as Picture[];
    if (few.length === 0) return;
    const each = few.reduce((sum, { pixels }) => sum + pixels.length, 0) / few.length;
    const needed = 1.05 * each * this.size;
    const cache = dataCache();
    makeFolder(cache);
    const { bavail, bsize } = fs.statfsSync(cache);
    if (needed < bavail * bsize) return;
    throw new DataError(
      `${this.name}, packed at ${this.#options.size} pixels, takes about ${gigabytes(needed)}, and ${cache} has ${gigabytes(bavail * bsize)} left: choose a smaller \`size\`, leave out \`pack\`, or set RETORT_CACHE to a folder with room`,
    );
  }

  async #make(folder: string): Promise<void> {
    const scratch = scratchFor(folder);
    const what = `Packing ${this.name} at ${this.#options.size} pixels`;
    try {
      using writer = new PackWriter(scratch, this.size);
      const parts = Array.from({ length: Math.ceil(this.size / atOnce) }, (_, part) =>
        Int32Array.from({ length: Math.min(atOnce, this.size - part * atOnce) }, (_, i) => part * atOnce + i),
      );
      const read = async (ids: Int32Array) => ({
        pictures: await this.#pictures(ids),
        [Symbol.dispose]() {},
      });
      let done = 0;
      for await (const { pictures } of readAhead(parts, read, 2)) {
        for (const picture of pictures) writer.add(picture instanceof DamagedImageError ? null : picture);
        done += pictures.length;
        this.#report(what, done, this.size);
      }
      writer.finish();
      await moveInto(scratch, folder, async () => PackIndex.open(folder, this.size) !== null);
    } finally {
      fs.rmSync(scratch, { recursive: true, force: true });
    }
  }
}

/**
 * The same samples, their images decoded and made smaller once, and kept in the cache folder: made when the first is read, whole or not at all, so that
 * processes that make it at the same time do each other no harm. An image whose checksum is another is made again.
 *
 * @param pool  whose threads unpack
 * @throws DataError where the data set does not draw, has not one image, or another field that does not lie in memory
 */
export function packed(
  data: Dataset,
  options: PackOptions,
  pool: DecodePool,
  report: Report = () => {},
): Dataset {
  const image = fieldOf(data.fields, 'image')?.name;
  if (!data.draws || image === undefined)
    throw new DataError(`${data.name} cannot be packed: its images are not read from files`);
  return new PackedDataset(data, image, options, pool, report);
}
