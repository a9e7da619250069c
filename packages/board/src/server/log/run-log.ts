/** What a run logged, read as far as it is written: what comes after is read from there on. */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { asRecord, type Logged, type LoggedEpoch, measuredIn, termsOf } from 'retort/runs';
import { linesFrom } from './lines.ts';
import { type KeptTable, Table } from './table.ts';

/** So much before the end of what was read tells whether it is the same file still. */
const tailBytes = 4096;
/** So many lines are named one by one. */
const namedLines = 20;

/** What was read of which file. */
interface Read {
  readonly file: number;
  /** In bytes, behind the last whole line. */
  readonly end: number;
  /** Of the file before it was read: more than `end` where its last line was not whole, less where it grew meanwhile. */
  readonly size: number;
  readonly modified: number;
  /** The SHA-256 of the last bytes before `end`. */
  readonly tail: string;
  readonly lines: number;
}

/** As it is kept on the disk. */
export interface KeptLog extends Read {
  readonly version: number;
  readonly steps: KeptTable;
  readonly epochs: KeptTable;
  readonly evaluations: KeptTable;
  readonly stepsOf: ReadonlyMap<number, number>;
  readonly terms: ReadonlySet<string>;
  readonly epochsTotal: number | null;
  readonly unread: readonly string[];
  readonly unreadLines: number;
}

/** Changes when what is kept does. */
export const logVersion = 1;

const nothing: Read = { file: 0, end: 0, size: 0, modified: 0, tail: '', lines: 0 };

/** How long an epoch took, in its table beside its numbers. */
const secondsName = ' seconds';

const most = 2 ** 32 - 1;

/** A number that tells where something is; null for what is none. */
const place = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : null;

async function tailOf(handle: FileHandle, end: number): Promise<string> {
  const length = Math.min(tailBytes, end);
  const buffer = Buffer.alloc(length);
  await handle.read(buffer, 0, length, end - length);
  return createHash('sha256').update(buffer).digest('base64url');
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    return asRecord(JSON.parse(line));
  } catch {
    return null;
  }
}

/** The log of one run. */
export class RunLog {
  #read: Read = nothing;
  /** Lines of steps, of epochs, and of evaluations between two steps. */
  #steps = new Table('single');
  #epochs = new Table('double');
  #evaluations = new Table('double');
  /** How many steps an epoch has, as far as lines say it. */
  #stepsOf = new Map<number, number>();
  #terms = new Set<string>();
  #epochsTotal: number | null = null;
  #unread: string[] = [];
  #unreadLines = 0;

  /** @param kept  with which it begins */
  constructor(kept?: KeptLog) {
    if (!kept) return;
    const { steps, epochs, evaluations, stepsOf, terms, epochsTotal, unread, unreadLines, ...read } = kept;
    this.#read = read;
    this.#steps = new Table('single', steps);
    this.#epochs = new Table('double', epochs);
    this.#evaluations = new Table('double', evaluations);
    this.#stepsOf = new Map(stepsOf);
    this.#terms = new Set(terms);
    this.#epochsTotal = epochsTotal;
    this.#unread = [...unread];
    this.#unreadLines = unreadLines;
  }

  kept(): KeptLog {
    return {
      version: logVersion,
      ...this.#read,
      steps: this.#steps.kept(),
      epochs: this.#epochs.kept(),
      evaluations: this.#evaluations.kept(),
      stepsOf: this.#stepsOf,
      terms: this.#terms,
      epochsTotal: this.#epochsTotal,
      unread: this.#unread,
      unreadLines: this.#unreadLines,
    };
  }

  /** How much of the file was read, in bytes. */
  get end(): number {
    return this.#read.end;
  }

  /** Lines of steps, epochs and evaluations. */
  get rows(): number {
    return this.#steps.rows + this.#epochs.rows + this.#evaluations.rows;
  }

  /** Of what it takes in memory. */
  get bytes(): number {
    return this.#steps.bytes + this.#epochs.bytes + this.#evaluations.bytes;
  }

  get steps(): Table {
    return this.#steps;
  }

  get epochs(): Table {
    return this.#epochs;
  }

  get evaluations(): Table {
    return this.#evaluations;
  }

  get stepsOf(): ReadonlyMap<number, number> {
    return this.#stepsOf;
  }

  get terms(): ReadonlySet<string> {
    return this.#terms;
  }

  #forget(): void {
    const fresh = new RunLog();
    this.#read = nothing;
    this.#steps = fresh.#steps;
    this.#epochs = fresh.#epochs;
    this.#evaluations = fresh.#evaluations;
    this.#stepsOf = new Map();
    this.#terms = new Set();
    this.#epochsTotal = null;
    this.#unread = [];
    this.#unreadLines = 0;
  }

  /** Whether what was read of a file stands in it still: a run that is resumed cuts its log, and writes it anew. */
  async #isAsItWas(handle: FileHandle, { ino, size, mtimeMs }: Stats): Promise<boolean> {
    const { file, end, tail, modified, size: before } = this.#read;
    if (file !== ino || size < end) return false;
    if (size === before && mtimeMs !== modified) return false;
    return (await tailOf(handle, end)) === tail;
  }

  /** Reads what is new; all of it where the file is not what it was. */
  async update(handle: FileHandle): Promise<void> {
    const stats = await handle.stat();
    const { file, size, modified } = this.#read;
    if (file === stats.ino && size === stats.size && modified === stats.mtimeMs) return;
    if (this.#read !== nothing && !(await this.#isAsItWas(handle, stats))) this.#forget();
    try {
      await this.#readOn(handle, stats);
    } catch (error) {
      // What was taken of it would be taken again.
      this.#forget();
      throw error;
    }
  }

  async #readOn(handle: FileHandle, { ino, size, mtimeMs }: Stats): Promise<void> {
    let { end, lines } = this.#read;
    for await (const stretch of linesFrom(handle, end)) {
      if (stretch.isAfterTooLong) this.#passOver(++lines);
      for (const line of stretch.lines) this.#take(line, ++lines);
      end = stretch.end;
    }
    const tail = await tailOf(handle, end);
    this.#read = { file: ino, end, size, modified: mtimeMs, tail, lines };
  }

  /** There is no file, or none any more. */
  clear(): void {
    this.#forget();
  }

  #passOver(line: number): void {
    this.#unreadLines++;
    if (this.#unread.length < namedLines) this.#unread.push(String(line));
  }

  #take(text: string, number: number): void {
    const line = parsed(text);
    if (!line) return this.#passOver(number);
    this.#epochsTotal = place(line.epochs) ?? this.#epochsTotal;
    const [stage, epoch, step] = [place(line.stage ?? 0), place(line.epoch), place(line.step ?? 0)];
    if (stage === null || epoch === null || step === null) return;
    const { kind } = line;
    const steps = place(line.steps);
    const isBetween = kind === 'step' || kind === 'evaluation';
    if (isBetween && steps !== null) this.#stepsOf.set(epoch, steps);
    const row = { stage, epoch, step };
    for (const term of termsOf(line)) this.#terms.add(term);
    if (kind === undefined) {
      const seconds = typeof line.seconds === 'number' ? line.seconds : 0;
      this.#epochs.append(row, { ...measuredIn(line), [secondsName]: seconds });
      return;
    }
    const { step: _, steps: __, kind: ___, ...measured } = line;
    if (kind === 'step') this.#steps.append(row, measuredIn(measured));
    if (kind === 'evaluation') this.#evaluations.append(row, measuredIn(measured));
  }

  #epochOf(table: Table, index: number, isWhole: boolean): LoggedEpoch {
    const { [secondsName]: seconds = 0, ...scalars } = table.scalars(index);
    const { stage, epoch } = table.row(index);
    const terms = Object.keys(scalars).filter((name) => this.#terms.has(name));
    return { isWhole, stage, epoch, seconds, scalars, terms };
  }

  /** @param file  whose lines notes are of */
  logged(file: string): Logged {
    const found: LoggedEpoch[] = [];
    let evaluation = 0;
    for (let index = 0; index < this.#epochs.rows; index++) {
      const { epoch } = this.#epochs.row(index);
      // Those within an epoch come before its end.
      for (; evaluation < this.#evaluations.rows; evaluation++) {
        if (this.#evaluations.row(evaluation).epoch > epoch) break;
        found.push(this.#epochOf(this.#evaluations, evaluation, false));
      }
      found.push(this.#epochOf(this.#epochs, index, true));
    }
    for (; evaluation < this.#evaluations.rows; evaluation++)
      found.push(this.#epochOf(this.#evaluations, evaluation, false));
    return { epochs: found, epochsTotal: this.#epochsTotal, notes: this.#notes(file) };
  }

  #notes(file: string): string[] {
    const { size, end, lines } = this.#read;
    const notes = this.#unread.map((line) => `${file}: line ${line} is no JSON object and was passed over`);
    const others = this.#unreadLines - this.#unread.length;
    if (others > 0) notes.push(`${file}: ${others} more lines are no JSON objects and were passed over`);
    if (size > end) notes.push(`${file}: line ${lines + 1} is not whole and was passed over`);
    return notes;
  }
}

/** The names of an epoch's numbers. */
export const namesOf = (table: Table): string[] => table.names.filter((name) => name !== secondsName);

/** Seconds of training of each epoch. */
export const secondsOf = (log: RunLog): Float64Array =>
  Float64Array.from(log.epochs.column(secondsName) ?? []);
