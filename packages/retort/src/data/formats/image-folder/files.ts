/** Names and sizes of many files in little memory: a million strings and numbers take hundreds of megabytes in arrays, and tens here. */

/** Names of files by their places from 0, as an array has them too. */
export interface FileNames {
  readonly length: number;
  at(place: number): string | undefined;
}

/** Files below a root, by their places. */
export class Files implements FileNames {
  readonly length: number;
  /** UTF-8, one after another. */
  readonly names: Buffer;
  /** Where each name ends. */
  readonly ends: Uint32Array;
  /** In bytes, of each. */
  readonly sizes: Float64Array;

  constructor(names: Buffer, ends: Uint32Array, sizes: Float64Array) {
    this.length = ends.length;
    this.names = names;
    this.ends = ends;
    this.sizes = sizes;
  }

  /** The name of one, with `/`; undefined where there is none. */
  at(place: number): string | undefined {
    const end = this.ends[place];
    return end === undefined ? undefined : this.names.toString('utf8', this.ends[place - 1] ?? 0, end);
  }

  /** Those at some places, in that order. */
  only(places: Iterable<number>): Files {
    const chosen = new FilesBuilder();
    for (const place of places) chosen.add(this.at(place) ?? '', this.sizes[place] ?? 0);
    return chosen.files();
  }
}

/** Makes `Files`, one after another. */
export class FilesBuilder {
  #names = Buffer.alloc(1 << 12);
  #ends = new Uint32Array(1 << 8);
  #sizes = new Float64Array(1 << 8);
  #count = 0;
  #used = 0;

  /** @param size  in bytes */
  add(name: string, size: number): void {
    const most = this.#used + 3 * name.length;
    if (most > this.#names.length) {
      const larger = Buffer.alloc(Math.max(most, 2 * this.#names.length));
      this.#names.copy(larger);
      this.#names = larger;
    }
    if (this.#count === this.#ends.length) {
      const [ends, sizes] = [new Uint32Array(2 * this.#count), new Float64Array(2 * this.#count)];
      ends.set(this.#ends);
      sizes.set(this.#sizes);
      [this.#ends, this.#sizes] = [ends, sizes];
    }
    this.#used += this.#names.write(name, this.#used);
    this.#ends[this.#count] = this.#used;
    this.#sizes[this.#count] = size;
    this.#count++;
  }

  get count(): number {
    return this.#count;
  }

  /** All of them, in the memory that they were added to. */
  files(): Files {
    const [ends, sizes] = [this.#ends.subarray(0, this.#count), this.#sizes.subarray(0, this.#count)];
    return new Files(this.#names.subarray(0, this.#used), ends, sizes);
  }
}
