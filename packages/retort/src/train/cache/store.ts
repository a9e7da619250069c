/**
 * Rows of numbers by view and sample, in files that are mapped: one file a column, filled block by block. A journal names the blocks that
 * are there with their checksums; it is written after them, so that a block it names is whole, or damaged since.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fromFile, keep, scope, type Tensor, tensor } from '@retort/torch';
import { RunError } from '../../runs/index.ts';
import { type Entry, isWhole, linesOf, maxLine, parseEntry, sha256 } from './blocks.ts';
import { type Column, rowBytes } from './columns.ts';
import { clear, makeCache, makeFull, makeView, ownCopy, remove, writeAt } from './files.ts';
import { RowStore } from './row-store.ts';
import { patience, writing } from './writing.ts';

export interface StoreOptions {
  readonly folder: string;
  /** Written beside the rows: what they depend on. */
  readonly key: object;
  readonly samples: number;
  readonly columns: readonly Column[];
  /** Samples a block. */
  readonly blockSize: number;
  readonly onWarning?: ((text: string) => void) | undefined;
}

export class Store {
  readonly #options: StoreOptions;
  /** Of the views that were looked at, the blocks that are whole, and the lines of the journal that were read. */
  readonly #looked = new Map<number, { readonly whole: Set<number>; readonly lines: Set<string> }>();
  /** Rows of the same samples that were asked for one by one. */
  readonly #rows: RowStore;
  readonly #mapped = new Map<number, readonly Tensor[]>();

  constructor(options: StoreOptions) {
    this.#options = options;
    const { folder, key, samples, columns } = options;
    this.#rows = new RowStore({ folder, key, samples, columns });
  }

  get blocks(): number {
    return Math.ceil(this.#options.samples / this.#options.blockSize);
  }

  #view(view: number): string {
    return path.join(this.#options.folder, `view-${view}`);
  }

  #file(view: number, column: number): string {
    return path.join(this.#view(view), `${column}.bin`);
  }

  #journal(view: number): string {
    return path.join(this.#view(view), 'blocks.jsonl');
  }

  /** The samples of a block: the first, and the one after the last. */
  range(block: number): { readonly from: number; readonly to: number } {
    const { blockSize, samples } = this.#options;
    return { from: block * blockSize, to: Math.min((block + 1) * blockSize, samples) };
  }

  #isWhole(view: number, entry: Entry): boolean {
    const { columns } = this.#options;
    const files = columns.map((_, column) => this.#file(view, column));
    return isWhole(entry, columns, files, this.range(entry.block));
  }

  /** Reads the journal, also what others have written into it since, and every block that it names once. */
  #look(view: number): Set<number> {
    const before = this.#looked.get(view);
    const { whole, lines } = before ?? { whole: new Set<number>(), lines: new Set<string>() };
    if (!before) this.#looked.set(view, { whole, lines });
    const damaged: string[] = [];
    for (const line of linesOf(this.#journal(view), this.blocks) ?? []) {
      if (lines.has(line)) continue;
      const entry = parseEntry(line);
      const isRight = entry !== null && entry.block < this.blocks && this.#isWhole(view, entry);
      if (isRight) whole.add(entry.block);
      else damaged.push(line);
      // Another process may be in the middle of a line.
      if (entry || !before) lines.add(line);
    }
    if (damaged.length > 0 && !before) this.#drop(view, damaged, lines.size);
    return whole;
  }

  /** Takes lines of damaged blocks out of the journal; they stay for now where another process is writing. */
  #drop(view: number, damaged: readonly string[], all: number): void {
    const { folder, onWarning } = this.#options;
    onWarning?.(
      `${this.#view(view)}: ${damaged.length} of ${all} blocks of the teacher cache are damaged: the teacher is asked again`,
    );
    const journal = this.#journal(view);
    try {
      writing(folder, 1, () => {
        const kept = [...(linesOf(journal, this.blocks) ?? [])].filter((line) => !damaged.includes(line));
        remove(`${journal}.tmp`);
        fs.writeFileSync(`${journal}.tmp`, kept.map((line) => `${line}\n`).join(''), { flush: true });
        fs.renameSync(`${journal}.tmp`, journal);
      });
    } catch (error) {
      throw RunError.of(error, `${journal} of the teacher cache could not be written`);
    }
  }

  /** The blocks of a view that are not there, or damaged. */
  missing(view: number): number[] {
    const whole = this.#look(view);
    return Array.from({ length: this.blocks }, (_, block) => block).filter((block) => !whole.has(block));
  }

  /** Makes the files of a view, in their full length. */
  #create(view: number): void {
    const { folder, key, columns, samples } = this.#options;
    makeCache(folder, key);
    makeView(this.#view(view));
    clear(this.#journal(view));
    ownCopy(this.#journal(view), maxLine * (this.blocks + 1));
    for (const [i, column] of columns.entries())
      makeFull({ file: this.#file(view, i), bytes: samples * rowBytes(column) });
  }

  /** Rows of a block, but for those that are there: what was read of them does not change. Under the lock. */
  #merged(view: number, block: number, tensors: readonly Tensor[]): Tensor[] {
    const { from, to } = this.range(block);
    const { places, columns: there } = this.#rows.find(
      view,
      Int32Array.from({ length: to - from }, (_, i) => from + i),
    );
    if (places.length === 0) return [...tensors];
    const index = tensor(places, { dtype: 'int64' });
    return tensors.map((column, i) => column.index_copy(0, index, there[i] ?? column));
  }

  /** Its rows, flushed, then its line in the journal. Under the lock. */
  #append(view: number, block: number, tensors: readonly Tensor[]): void {
    const { columns } = this.#options;
    const sums = columns.map((column, i) => {
      const values = tensors[i]?.contiguous().toTypedArray();
      if (!values) throw new RangeError(`there is no column ${column.name}`);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      const file = fs.openSync(this.#file(view, i), 'r+');
      try {
        writeAt(file, bytes, this.range(block).from * rowBytes(column));
        fs.fdatasyncSync(file);
      } finally {
        fs.closeSync(file);
      }
      return sha256(bytes);
    });
    const line = JSON.stringify({ block, sha256: sums });
    fs.appendFileSync(this.#journal(view), `${line}\n`, { flush: true });
    const { whole, lines } = this.#looked.get(view) ?? {};
    whole?.add(block);
    lines?.add(line);
  }

  /**
   * Writes a block, unless another process has written it meanwhile: that one stays, and so do rows of it that were asked for one by one.
   *
   * @param tensors  a column each, [n, …]
   * @throws RunError if the disk is full
   */
  write(view: number, block: number, tensors: readonly Tensor[]): void {
    try {
      this.#look(view);
      this.#create(view);
      this.#rows.open(view);
      writing(this.#options.folder, patience, () => {
        if (!this.#look(view).has(block))
          scope(() => this.#append(view, block, this.#merged(view, block, tensors)));
      });
    } catch (error) {
      throw RunError.of(error, `the teacher cache ${this.#view(view)} could not be written`);
    }
  }

  /** The rows of samples [B], int64, a column each: [B, …]. The view must be whole. */
  read(view: number, ids: Tensor): Tensor[] {
    const { columns, samples } = this.#options;
    let mapped = this.#mapped.get(view);
    if (!mapped) {
      if (this.missing(view).length)
        throw new RunError(
          `${this.#view(view)} is not complete: the teacher has not been asked about all of its samples`,
        );
      mapped = columns.map(({ dtype, shape }, i) =>
        keep(fromFile(this.#file(view, i), { dtype, shape: [samples, ...shape] })),
      );
      this.#mapped.set(view, mapped);
    }
    return mapped.map((column) => column.index_select(0, ids));
  }
}
