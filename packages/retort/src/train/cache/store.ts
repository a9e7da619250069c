/**
 * Rows of numbers by view and sample, in files that are mapped: one file a column, filled block by block. A journal names the blocks that
 * are there with their checksums; it is written after them, so that a block it names is whole, or damaged since.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fromFile, keep, type Tensor } from '@retort/torch';
import { RunError } from '../../runs/index.ts';
import { type Column, rowBytes } from './columns.ts';
import { clear, makeCache, makeFull, makeView, ownCopy, regular, remove, writeAt } from './files.ts';

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

interface Entry {
  readonly block: number;
  readonly sha256: readonly string[];
}

/** Bytes of a line of the journal: a checksum a column. */
const maxLine = 16 << 10;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

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

  #bytesOf(view: number, column: number, block: number): Uint8Array | null {
    const spec = this.#options.columns[column];
    if (!spec) return null;
    const { from, to } = this.range(block);
    return regular(this.#file(view, column), (file) => {
      const bytes = Buffer.alloc((to - from) * rowBytes(spec));
      return fs.readSync(file, bytes, 0, bytes.length, from * rowBytes(spec)) === bytes.length ? bytes : null;
    });
  }

  #isWhole(view: number, { block, sha256: sums }: Entry): boolean {
    return this.#options.columns.every((_, column) => {
      const bytes = this.#bytesOf(view, column, block);
      return bytes !== null && sha256(bytes) === sums[column];
    });
  }

  /** Reads the journal, and every block that it names once. */
  #look(view: number): Set<number> {
    const known = this.#whole.get(view);
    if (known) return known;
    const whole = new Set<number>();
    this.#whole.set(view, whole);
    const journal = this.#journal(view);
    const written = regular(journal, (file) => {
      // What is longer has lines that say the same again, or is no journal.
      const bytes = Buffer.alloc(Math.min(fs.fstatSync(file).size, maxLine * (this.blocks + 1)));
      return bytes.toString('utf8', 0, fs.readSync(file, bytes, 0, bytes.length, 0));
    });
    if (written === null) return whole;
    const kept: string[] = [];
    let damaged = 0;
    for (const line of new Set(written.split('\n'))) {
      if (!line) continue;
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

function parseEntry(line: string): Entry | null {
  try {
    const entry: unknown = JSON.parse(line);
    const { block, sha256 } = entry as Entry;
    return Number.isInteger(block) && block >= 0 && Array.isArray(sha256) ? { block, sha256 } : null;
  } catch {
    // The last line of a process that was killed.
    return null;
  }
}
