/**
 * Rows of numbers by view and sample, in files that are mapped: one file a column, filled block by block. A journal names the blocks that
 * are there with their checksums; it is written after them, so that a block it names is whole, or damaged since.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fromFile, keep, type Tensor } from '@retort/torch';
import { RunError } from '../../runs/index.ts';
import { type Entry, isWhole, linesOf, maxLine, parseEntry, sha256 } from './blocks.ts';
import { type Column, rowBytes } from './columns.ts';
import { clear, makeCache, makeFull, makeView, ownCopy, remove, writeAt } from './files.ts';

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
  /** Blocks found whole, of the views that were looked at. */
  readonly #whole = new Map<number, Set<number>>();
  readonly #mapped = new Map<number, readonly Tensor[]>();

  constructor(options: StoreOptions) {
    this.#options = options;
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

  /** Reads the journal, and every block that it names once. */
  #look(view: number): Set<number> {
    const known = this.#whole.get(view);
    if (known) return known;
    const whole = new Set<number>();
    this.#whole.set(view, whole);
    const journal = this.#journal(view);
    const lines = linesOf(journal, this.blocks);
    if (lines === null) return whole;
    const kept: string[] = [];
    let damaged = 0;
    for (const line of lines) {
      const entry = parseEntry(line);
      if (entry && entry.block < this.blocks && this.#isWhole(view, entry)) {
        whole.add(entry.block);
        kept.push(line);
      } else {
        damaged++;
      }
    }
    if (damaged > 0) {
      this.#options.onWarning?.(
        `${this.#view(view)}: ${damaged} of ${kept.length + damaged} blocks of the teacher cache are damaged: the teacher is asked again`,
      );
      try {
        remove(`${journal}.tmp`);
        fs.writeFileSync(`${journal}.tmp`, kept.map((line) => `${line}\n`).join(''), { flush: true });
        fs.renameSync(`${journal}.tmp`, journal);
      } catch (error) {
        throw RunError.of(error, `${journal} of the teacher cache could not be written`);
      }
    }
    return whole;
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

  /**
   * Writes a block: its rows, flushed, then its line in the journal.
   *
   * @param tensors  a column each, [n, …]
   * @throws RunError if the disk is full
   */
  write(view: number, block: number, tensors: readonly Tensor[]): void {
    const { columns } = this.#options;
    try {
      this.#create(view);
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
      fs.appendFileSync(this.#journal(view), `${JSON.stringify({ block, sha256: sums })}\n`, { flush: true });
    } catch (error) {
      throw RunError.of(error, `the teacher cache ${this.#view(view)} could not be written`);
    }
    this.#look(view).add(block);
  }

  /** The rows of samples [B], int64, a column each: [B, …]. The view must be whole. */
  read(view: number, ids: Tensor): Tensor[] {
    const { columns, samples } = this.#options;
    let mapped = this.#mapped.get(view);
    if (!mapped) {
      if (this.missing(view).length)
        throw new RunError(
          `${this.#view(view)} is not complete: the teacher has not been asked about all of its images`,
        );
      mapped = columns.map(({ dtype, shape }, i) =>
        keep(fromFile(this.#file(view, i), { dtype, shape: [samples, ...shape] })),
      );
      this.#mapped.set(view, mapped);
    }
    return mapped.map((column) => column.index_select(0, ids));
  }
}
