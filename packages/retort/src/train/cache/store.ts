/**
 * Rows of numbers by view and sample, in files that are mapped: one file a column, filled block by block. A journal names the blocks that
 * are there with their checksums; it is written after them, so that a block it names is whole, or damaged since.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fromFile, keep, type Tensor } from '@retort/torch';
import { RunError } from '../../runs/index.ts';
import { makeFolder } from '../../runs/write/make-folder.ts';
import { systemCode } from '../../system/system-errors.ts';

const itemSizes = { float16: 2, float32: 4, int32: 4 } as const;

/** A number or several, of each sample in a view. */
export interface Column {
  readonly name: string;
  readonly dtype: keyof typeof itemSizes;
  readonly shape: readonly number[];
}

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

const rowBytes = ({ dtype, shape }: Column): number =>
  shape.reduce((product, size) => product * size, itemSizes[dtype]);

/** Bytes of one view. */
export function viewBytes(columns: readonly Column[], samples: number): number {
  return samples * columns.reduce((sum, column) => sum + rowBytes(column), 0);
}

/** Bytes of a line of the journal: a checksum a column. */
const maxLine = 16 << 10;

/** Calls `body` with a file that is open for reading; null where it is missing, or something else is in its place. */
function regular<Result>(file: string, body: (descriptor: number) => Result): Result | null {
  if (!isRegular(file)) return null;
  let descriptor: number | null = null;
  try {
    descriptor = fs.openSync(file, 'r');
    return body(descriptor);
  } catch (error) {
    // What the disk cannot read any more is written again.
    if (['ENOENT', 'EIO'].includes(systemCode(error) ?? '')) return null;
    throw RunError.of(error, `${file} of the teacher cache could not be read`);
  } finally {
    if (descriptor !== null) fs.closeSync(descriptor);
  }
}

/** What is there, through links; null where nothing is, or nothing can be. */
function look(place: string): fs.Stats | null {
  try {
    return fs.statSync(place);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return null;
    throw RunError.of(error, `${place} of the teacher cache could not be read`);
  }
}

const isRegular = (file: string): boolean => look(file)?.isFile() ?? false;

const remove = (place: string): void => fs.rmSync(place, { recursive: true, force: true });

/** Takes away what is in the place of a file, and is none: a folder, a link that leads nowhere. */
function clear(file: string): void {
  if (!isRegular(file)) remove(file);
}

/**
 * Puts a copy in the place of a link: what it leads to may be another's, and is not written to.
 *
 * @param most  bytes that are needed of it
 */
function ownCopy(file: string, most: number): void {
  if (!fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const aside = `${file}.tmp`;
  remove(aside);
  fs.copyFileSync(file, aside);
  if (fs.statSync(aside).size > most) fs.truncateSync(aside, most);
  fs.renameSync(aside, file);
}

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
    for (const place of [folder, this.#view(view)]) {
      if (!look(place)?.isDirectory()) remove(place);
      makeFolder(place);
    }
    const record = path.join(folder, 'key.json');
    for (const file of [record, this.#journal(view)]) clear(file);
    remove(`${record}.tmp`);
    ownCopy(this.#journal(view), maxLine * (this.blocks + 1));
    if (!fs.existsSync(record)) {
      fs.writeFileSync(`${record}.tmp`, `${JSON.stringify(key, null, 2)}\n`, { flush: true });
      fs.renameSync(`${record}.tmp`, record);
    }
    for (const [i, column] of columns.entries()) {
      clear(this.#file(view, i));
      ownCopy(this.#file(view, i), samples * rowBytes(column));
      const file = fs.openSync(this.#file(view, i), 'a');
      fs.closeSync(file);
      // Grown, never cut: another process may have it mapped.
      if (fs.statSync(this.#file(view, i)).size < samples * rowBytes(column))
        fs.truncateSync(this.#file(view, i), samples * rowBytes(column));
    }
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
          let at = 0;
          const start = this.range(block).from * rowBytes(column);
          while (at < bytes.length) at += fs.writeSync(file, bytes, at, bytes.length - at, start + at);
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
        throw new RunError(`${this.#view(view)} is not whole: the teacher has not been asked yet`);
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
