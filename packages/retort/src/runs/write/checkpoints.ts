/**
 * Checkpoints of a run: a folder each, written aside, flushed and renamed, with the checksum of what it holds. The newest that is whole
 * is the one to resume from.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { loadSafetensors, saveSafetensors, type Tensor } from '@retort/torch';
import { flush } from '../../system/flush.ts';
import { systemCause, systemCode } from '../../system/system-errors.ts';
import { oneLine } from '../../words/shown.ts';
import { entriesOf } from '../read/entries.ts';
import { RunError } from '../read/errors.ts';

export interface Checkpoint<Info> {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly record: Info;
  /** Files that belong to it as they were, by name. They are linked, not copied, so they must be replaced whole, never written to. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What `checkpoint.json` says; the seal is the checksum of the rest. */
interface Sealed<Info> {
  readonly record: Info;
  readonly sha256: string;
  /** Checksums of other files; none before there were such. */
  readonly files?: Readonly<Record<string, string>>;
  readonly seal: string;
}

const recordFile = 'checkpoint.json';
const tensorFile = 'tensors.safetensors';

/** Bytes of `checkpoint.json`: far more than it has to say. */
const maxRecord = 64 << 20;

/** What is wrong with a checkpoint itself, so that it is of no use any more. */
class Damaged extends RunError {}

/** Codes of what has become of a file; with others it may be read another time. */
const lost: readonly (string | null)[] = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENXIO', 'EIO'];

/**
 * Reads a file of a checkpoint.
 *
 * @throws Damaged that says what is wrong with it; RunError where it may be read another time
 */
function reading<Result>(file: string, body: (descriptor: number) => Result): Result {
  const name = path.basename(file);
  let descriptor: number | null = null;
  try {
    // A pipe would wait for its writer.
    descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const stat = fs.fstatSync(descriptor);
    if (!stat.isFile() && !stat.isDirectory())
      throw new Damaged(`${name}: it is a pipe, a device or a socket, not a file`);
    return body(descriptor);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new Damaged(`${name} is missing`);
    if (lost.includes(systemCode(error))) throw new Damaged(`${name}: ${systemCause(error)}`);
    throw RunError.of(error, `${file} could not be read`);
  } finally {
    if (descriptor !== null) fs.closeSync(descriptor);
  }
}

const digest = (file: string): string =>
  reading(file, (descriptor) => {
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(1 << 20);
    for (let read = fs.readSync(descriptor, chunk); read > 0; read = fs.readSync(descriptor, chunk))
      hash.update(chunk.subarray(0, read));
    return hash.digest('hex');
  });

/** What `checkpoint.json` says. @throws Damaged if that is not what was written */
function readSealed<Info>(file: string): Sealed<Info> {
  const text = reading(file, (descriptor) =>
    fs.fstatSync(descriptor).size > maxRecord ? '' : fs.readFileSync(descriptor, 'utf8'),
  );
  try {
    const sealed: Sealed<Info> | null = JSON.parse(text);
    if (sealed && sealOf(sealed) === sealed.seal) return sealed;
  } catch (error) {
    throw new Damaged(`${recordFile}: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  }
  throw new Damaged(`${recordFile} was changed`);
}

const sealOf = ({ record, sha256, files }: Omit<Sealed<unknown>, 'seal'>): string =>
  createHash('sha256').update(JSON.stringify({ record, sha256, files })).digest('hex');

const nameOf = (number: number): string => String(number).padStart(6, '0');

/** The same file under a second name, or a copy where the file system has no links. */
function link(file: string, to: string): void {
  try {
    fs.linkSync(file, to);
  } catch {
    fs.copyFileSync(file, to);
    flush(to);
  }
}

/** The checkpoints under a folder. @example new Checkpoints('runs/kd/checkpoints', 2) */
export class Checkpoints<Info extends object> {
  readonly #folder: string;
  readonly #keep: number;

  /** @param keep  how many are kept; older ones are removed when a new one is whole */
  constructor(folder: string, keep = 2) {
    this.#folder = folder;
    this.#keep = keep;
  }

  /** The numbers of the checkpoints that are there, newest first; whether they are whole is not looked at. */
  #numbers(): number[] {
    return entriesOf(this.#folder)
      .flatMap((name) => (/^\d+$/.test(name) && name === nameOf(Number(name)) ? [Number(name)] : []))
      .sort((a, b) => b - a);
  }

  #path(number: number): string {
    return path.join(this.#folder, nameOf(number));
  }

  /**
   * Writes the next checkpoint; what is there stays until it is whole.
   *
   * @throws RunError if the disk is full, and then nothing is lost
   */
  write({ tensors, record, files = {} }: Checkpoint<Info>): void {
    const number = (this.#numbers()[0] ?? 0) + 1;
    const aside = `${this.#path(number)}.tmp`;
    try {
      fs.rmSync(aside, { recursive: true, force: true });
      fs.mkdirSync(aside, { recursive: true });
      const file = path.join(aside, tensorFile);
      saveSafetensors(file, tensors);
      for (const [name, other] of Object.entries(files)) link(other, path.join(aside, name));
      const sums = Object.keys(files).map((name) => [name, digest(path.join(aside, name))]);
      const content = { record, sha256: digest(file), files: Object.fromEntries(sums) };
      const sealed: Sealed<Info> = { ...content, seal: sealOf(content) };
      fs.writeFileSync(path.join(aside, recordFile), `${JSON.stringify(sealed)}\n`, { flush: true });
      flush(aside);
      fs.renameSync(aside, this.#path(number));
      flush(this.#folder);
    } catch (error) {
      fs.rmSync(aside, { recursive: true, force: true });
      throw RunError.of(error, `the checkpoint ${this.#path(number)} could not be written`);
    }
    for (const old of this.#numbers().slice(this.#keep)) fs.rmSync(this.#path(old), { recursive: true });
  }

  /** @throws Damaged that says what is wrong with it */
  #read(number: number): Checkpoint<Info> {
    const folder = this.#path(number);
    const { record, sha256, files } = readSealed<Info>(path.join(folder, recordFile));
    for (const [name, sum] of Object.entries({ [tensorFile]: sha256, ...files }))
      if (digest(path.join(folder, name)) !== sum)
        throw new Damaged(`${name} does not have the checksum that was recorded`);
    return {
      tensors: loadSafetensors(path.join(folder, tensorFile)).tensors,
      record,
      ...(files && {
        files: Object.fromEntries(Object.keys(files).map((name) => [name, path.join(folder, name)])),
      }),
    };
  }

  /**
   * The newest checkpoint that is whole, by its name, and nothing is touched: also while another process works on the run, which may remove the
   * one that is just read.
   *
   * @param warn  told of damaged ones, which are passed over
   */
  whole(warn: (text: string) => void): (Checkpoint<Info> & { readonly name: string }) | null {
    for (const number of this.#numbers()) {
      try {
        return { ...this.#read(number), name: nameOf(number) };
      } catch (error) {
        if (!fs.existsSync(this.#path(number))) continue;
        if (!(error instanceof Damaged)) throw error;
        warn(`the checkpoint ${this.#path(number)} is damaged (${error.message}), and is passed over`);
      }
    }
    return null;
  }

  /** The newest checkpoint that is whole; null where there is none. Damaged ones are told to `warn`, and removed. */
  newest(warn: (text: string) => void): Checkpoint<Info> | null {
    for (const number of this.#numbers()) {
      try {
        return this.#read(number);
      } catch (error) {
        if (!(error instanceof Damaged)) throw error;
        warn(
          `the checkpoint ${this.#path(number)} is damaged (${error.message}): going back to the one before`,
        );
        fs.rmSync(this.#path(number), { recursive: true, force: true });
      }
    }
    return null;
  }
}
