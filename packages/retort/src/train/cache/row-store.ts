/**
 * Rows of numbers by view and sample, in files that are mapped: one file a column, of which each row is written when it is there. A table
 * has a checksum for each sample, zero where there is no row: it does not grow, it is read as a view is opened, and a row is checked when it
 * is first read, so that opening takes as long for large rows as for small ones.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fromFile, keep, scope, type Tensor, tensor } from '@retort/torch';
import { RunError } from '../../runs/index.ts';
import { flush as flushFolder } from '../../system/flush.ts';
import { blockSize, type Entry, isWhole, linesOf, parseEntry } from './blocks.ts';
import { type Column, rowBytes } from './columns.ts';
import { isRegular, look, makeCache, makeFull, makeView, regular, type Sized, writeAt } from './files.ts';
import { patience, writing } from './writing.ts';

export interface RowStoreOptions {
  readonly folder: string;
  /** Written beside the rows: what they depend on. */
  readonly key: object;
  readonly samples: number;
  readonly columns: readonly Column[];
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Bytes of rows that wait to be written; 64 MiB where it is left out. */
  readonly mostWaiting?: number | undefined;
}

/** Rows that are there. */
export interface Found {
  /** Of the samples that were asked for, which: from 0, in their order. */
  readonly places: Int32Array;
  /** A column each, of these samples: [n, …]. */
  readonly columns: readonly Tensor[];
}

/** Bytes of a checksum: of SHA-256 as many as accidents need. */
const sumBytes = 16;

/** Of a row: not there, named by the table, read and as its checksum says, or of a block that a journal names. */
const [missing, named, checked, blocked] = [0, 1, 2, 3];

/** Milliseconds after which rows are written, at the next that comes. */
const waits = 2000;

/** A row is told by its sample, too, so that it is none of another's. */
function sumOf(sample: number, row: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256').update(Int32Array.of(sample));
  for (const part of row) hash.update(part);
  return hash.digest().subarray(0, sumBytes);
}

const isZero = (sum: Uint8Array): boolean => sum.every((byte) => byte === 0);

/** The rows of columns [n, …], each the bytes of its columns. */
function rowsOf(tensors: readonly Tensor[], columns: readonly Column[], count: number): Uint8Array[][] {
  const all = columns.map((column, i) => {
    const length = rowBytes(column);
    const values = tensors[i]?.contiguous().toTypedArray();
    if (values?.byteLength !== count * length)
      throw new RangeError(`the number of rows is not ${count} in column ${column.name}`);
    return { length, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
  });
  return Array.from({ length: count }, (_, row) =>
    all.map(({ bytes, length }) => bytes.subarray(row * length, (row + 1) * length)),
  );
}

/** Samples that follow one another, in pieces of a file each. */
function* runsOf(samples: readonly number[]): Generator<readonly number[]> {
  let from = 0;
  for (let at = 1; at <= samples.length; at++) {
    if (samples[at] === (samples[at - 1] ?? 0) + 1) continue;
    yield samples.slice(from, at);
    from = at;
  }
}

function withFile<Result>(file: string, body: (descriptor: number) => Result): Result {
  const descriptor = fs.openSync(file, 'r+');
  try {
    return body(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** What is known of a view. */
interface View {
  /** Of each sample. */
  readonly states: Uint8Array;
  /** Blocks that a journal names. */
  readonly blocks: Map<number, Entry>;
  mapped: readonly Tensor[] | null;
  /** Whether its files were made, or found to be there, by this process. */
  isMade: boolean;
  /** Whether rows were written that may not be on the disk yet. */
  isDirty: boolean;
  hasWarned: boolean;
  /** Rows that wait to be written, by sample. */
  readonly waiting: Map<number, readonly Uint8Array[]>;
}

export class RowStore {
  readonly #options: RowStoreOptions;
  readonly #views = new Map<number, View>();
  #waitingBytes = 0;
  #waitingSince = 0;

  constructor(options: RowStoreOptions) {
    this.#options = options;
  }

  #folder(view: number): string {
    return path.join(this.#options.folder, `view-${view}`);
  }

  #table(view: number): Sized {
    return { file: path.join(this.#folder(view), 'rows.bin'), bytes: this.#options.samples * sumBytes };
  }

  #columns(view: number): Sized[] {
    const { columns, samples } = this.#options;
    return columns.map((column, i) => ({
      file: path.join(this.#folder(view), `${i}.bin`),
      bytes: samples * rowBytes(column),
    }));
  }

  #range(block: number): { readonly from: number; readonly to: number } {
    return { from: block * blockSize, to: Math.min((block + 1) * blockSize, this.#options.samples) };
  }

  /** What a store of blocks has written. */
  #blocks(view: number): Map<number, Entry> {
    const count = Math.ceil(this.#options.samples / blockSize);
    const lines = linesOf(path.join(this.#folder(view), 'blocks.jsonl'), count) ?? [];
    const entries = Array.from(lines, parseEntry).filter((entry) => entry !== null);
    return new Map(entries.filter(({ block }) => block < count).map((entry) => [entry.block, entry]));
  }

  /** Reads the table of a view, once: which rows are there, as far as it says. */
  open(view: number): void {
    this.#opened(view);
  }

  #opened(view: number): View {
    const known = this.#views.get(view);
    if (known) return known;
    const { samples } = this.#options;
    const states = new Uint8Array(samples);
    const isThere =
      regular(this.#table(view).file, (file) => {
        // A piece at a time: the table of a million samples has 16 MB.
        const piece = Buffer.alloc(sumBytes << 16);
        for (let at = 0; at < samples; ) {
          const read = fs.readSync(file, piece, 0, piece.length, at * sumBytes);
          const count = Math.min(Math.floor(read / sumBytes), samples - at);
          for (let i = 0; i < count; i++)
            if (!isZero(piece.subarray(i * sumBytes, (i + 1) * sumBytes))) states[at + i] = named;
          if (count === 0) break;
          at += count;
        }
        return true;
      }) ?? false;
    const blocks = this.#blocks(view);
    for (const block of blocks.keys()) {
      const { from, to } = this.#range(block);
      states.fill(blocked, from, to);
    }
    const opened: View = {
      states,
      blocks,
      mapped: null,
      isMade: false,
      isDirty: false,
      hasWarned: false,
      waiting: new Map(),
    };
    this.#views.set(view, opened);
    // Rows of a file that is missing or was cut short are found to be damaged where they are read.
    const areFull = this.#columns(view).every(
      ({ file, bytes }) => isRegular(file) && (look(file)?.size ?? 0) >= bytes,
    );
    if ((isThere || blocks.size > 0) && !areFull)
      this.#locked(view, patience, () => this.#make(view, opened));
    return opened;
  }

  /** Samples that have no row in a view, as far as its table says. */
  missing(view: number): number {
    const { states, waiting } = this.#opened(view);
    return states.reduce((sum, state, sample) => sum + Number(state === missing && !waiting.has(sample)), 0);
  }

  /** @throws RunError for what the system says */
  #writing<Result>(view: number, body: () => Result): Result {
    try {
      return body();
    } catch (error) {
      throw RunError.of(error, `the teacher cache ${this.#folder(view)} could not be written`);
    }
  }

  /** Makes the files of a view, in their full length. Under the lock. */
  #make(view: number, opened: View): void {
    if (opened.isMade) return;
    makeView(this.#folder(view));
    for (const file of [this.#table(view), ...this.#columns(view)]) makeFull(file);
    // One that was a link is another file now.
    for (const column of opened.mapped ?? []) column.dispose();
    opened.mapped = null;
    opened.isMade = true;
  }

  /** The checksums in the table, of each sample; null where there is none. */
  #sums(view: number, samples: readonly number[]): readonly Buffer[] | null {
    return regular(this.#table(view).file, (file) =>
      samples.map((sample) => {
        const sum = Buffer.alloc(sumBytes);
        fs.readSync(file, sum, 0, sumBytes, sample * sumBytes);
        return sum;
      }),
    );
  }

  /** [n, …] of each column. */
  #select(view: number, opened: View, samples: readonly number[]): Tensor[] {
    const { columns, samples: size } = this.#options;
    const files = this.#columns(view);
    opened.mapped ??= columns.map(({ dtype, shape }, i) =>
      keep(fromFile(files[i]?.file ?? '', { dtype, shape: [size, ...shape] })),
    );
    using index = tensor(Int32Array.from(samples));
    return opened.mapped.map((column) => column.index_select(0, index));
  }

  /** Which of the samples have a row that is as its checksum says; each is looked at once. */
  #check(view: number, opened: View, samples: readonly number[]): void {
    const { columns } = this.#options;
    const { states } = opened;
    const sums = this.#sums(view, samples);
    scope(() => {
      const rows = rowsOf(this.#select(view, opened, samples), columns, samples.length);
      let damaged = 0;
      for (const [i, sample] of samples.entries()) {
        const isRight = sums?.[i]?.equals(sumOf(sample, rows[i] ?? [])) ?? false;
        states[sample] = isRight ? checked : missing;
        damaged += Number(!isRight);
      }
      if (damaged > 0) this.#warn(view, opened);
    });
  }

  #warn(view: number, opened: View): void {
    if (opened.hasWarned) return;
    opened.hasWarned = true;
    this.#options.onWarning?.(
      `${this.#folder(view)}: rows of the teacher cache are damaged: the teacher is asked again`,
    );
  }

  /** Checks the blocks of samples. Answers which samples are of one that is damaged: the table may name them. */
  #checkBlocks(view: number, { states, blocks }: View, samples: readonly number[]): number[] {
    const { columns } = this.#options;
    const files = this.#columns(view).map(({ file }) => file);
    for (const block of new Set(samples.map((sample) => Math.floor(sample / blockSize)))) {
      const range = this.#range(block);
      const entry = blocks.get(block);
      const state = entry && isWhole(entry, columns, files, range) ? checked : missing;
      states.fill(state, range.from, range.to);
    }
    return samples.filter((sample) => states[sample] === missing);
  }

  /**
   * The rows of samples [B] that are there. One that another process has written since the view was opened is; one that is damaged is not.
   *
   * @throws RunError where what waits cannot be written, or files cannot be read
   */
  find(view: number, ids: Int32Array): Found {
    const opened = this.#opened(view);
    if (ids.some((id) => opened.waiting.has(id))) this.#write(patience);
    const { states } = opened;
    const inBlocks = Array.from(ids).filter((id) => states[id] === blocked);
    const lost = inBlocks.length ? this.#checkBlocks(view, opened, inBlocks) : [];
    const absent = Array.from(ids).filter((id) => states[id] === missing);
    const sums = absent.length ? this.#sums(view, absent) : null;
    for (const [i, id] of absent.entries()) if (sums?.[i] && !isZero(sums[i])) states[id] = named;
    if (lost.some((id) => states[id] === missing)) this.#warn(view, opened);
    const unchecked = Array.from(ids).filter((id) => states[id] === named);
    if (unchecked.length) this.#check(view, opened, unchecked);
    const places = Int32Array.from(ids.keys()).filter((place) => states[ids[place] ?? 0] === checked);
    const found = Array.from(places, (place) => ids[place] ?? 0);
    return { places, columns: found.length ? this.#select(view, opened, found) : [] };
  }

  /**
   * Keeps the rows of samples that have none, [B, …] of each column. They are written after two seconds, at the next rows that come, or
   * when there are many of them; `find` has them at once, and `flush` puts them on the disk.
   *
   * @throws RunError if the disk is full
   */
  add(view: number, ids: Int32Array, tensors: readonly Tensor[]): void {
    const { columns, mostWaiting = 64 << 20 } = this.#options;
    const { states, waiting } = this.#opened(view);
    if (this.#waitingBytes === 0) this.#waitingSince = performance.now();
    for (const [i, row] of rowsOf(tensors, columns, ids.length).entries()) {
      const id = ids[i] ?? 0;
      if (states[id] !== missing || waiting.has(id)) continue;
      waiting.set(id, row);
      this.#waitingBytes += row.reduce((sum, { length }) => sum + length, 0);
    }
    const isDue = performance.now() - this.#waitingSince >= waits;
    if (this.#waitingBytes >= mostWaiting) this.#write(patience);
    else if (isDue) this.#write(1);
    // What could not be written now waits as long again.
    if (isDue) this.#waitingSince = performance.now();
  }

  /** Puts all that was added on the disk, where it outlives a crash of the machine. @throws RunError if it cannot be written */
  flush(): void {
    this.#write(patience);
    for (const [view, opened] of this.#views) {
      if (!opened.isDirty) continue;
      this.#writing(view, () => {
        for (const { file } of [...this.#columns(view), this.#table(view)])
          withFile(file, (descriptor) => fs.fdatasyncSync(descriptor));
        flushFolder(this.#folder(view));
        flushFolder(this.#options.folder);
      });
      opened.isDirty = false;
    }
  }

  /**
   * Does something while no other process writes to the cache.
   *
   * @param tries  for the lock; after several it is an error that it cannot be had, after one nothing is done
   */
  #locked(view: number, tries: number, body: () => void): void {
    const { folder, key } = this.#options;
    this.#writing(view, () => {
      makeCache(folder, key);
      writing(folder, tries, body);
    });
  }

  /** Writes what waits, as far as the lock can be had. */
  #write(tries: number): void {
    for (const [view, opened] of this.#views) {
      if (opened.waiting.size > 0) this.#locked(view, tries, () => this.#writeRows(view, opened));
    }
  }

  /** Looks for blocks that another process has written since the view was opened, and at those of them that samples are in. */
  #findBlocks(view: number, opened: View, samples: readonly number[]): void {
    const { states, blocks } = opened;
    for (const [block, entry] of this.#blocks(view)) {
      if (blocks.has(block)) continue;
      blocks.set(block, entry);
      const { from, to } = this.#range(block);
      for (let sample = from; sample < to; sample++) if (states[sample] !== checked) states[sample] = blocked;
    }
    const inBlocks = samples.filter((sample) => states[sample] === blocked);
    if (inBlocks.length) this.#checkBlocks(view, opened, inBlocks);
  }

  /** Under the lock. Rows that another process has written meanwhile stay: what was read of them does not change. */
  #writeRows(view: number, opened: View): void {
    this.#make(view, opened);
    const { states, waiting } = opened;
    const samples = [...waiting.keys()].sort((a, b) => a - b);
    this.#findBlocks(view, opened, samples);
    const sums = this.#sums(view, samples);
    const others = samples.filter((id, i) => states[id] === missing && sums?.[i] && !isZero(sums[i]));
    if (others.length) this.#check(view, opened, others);
    const own = samples.filter((sample) => states[sample] === missing);
    const write = (file: string, length: number, bytesOf: (sample: number) => Uint8Array): void =>
      withFile(file, (descriptor) => {
        for (const run of runsOf(own))
          writeAt(descriptor, Buffer.concat(run.map(bytesOf)), (run[0] ?? 0) * length);
      });
    const rowOf = (sample: number): readonly Uint8Array[] => waiting.get(sample) ?? [];
    for (const [i, { file, bytes }] of this.#columns(view).entries())
      write(file, bytes / this.#options.samples, (sample) => rowOf(sample)[i] ?? new Uint8Array());
    write(this.#table(view).file, sumBytes, (sample) => sumOf(sample, rowOf(sample)));
    for (const sample of own) states[sample] = checked;
    for (const row of waiting.values())
      this.#waitingBytes -= row.reduce((sum, { length }) => sum + length, 0);
    waiting.clear();
    opened.isDirty = true;
  }
}
