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

/** What its lines say. */
interface Content {
  /** Lines of steps, of epochs, and of evaluations between two steps. */
  readonly steps: Table;
  readonly epochs: Table;
  readonly evaluations: Table;
  /** How many steps an epoch has, as far as lines say it. */
  readonly stepsOf: Map<number, number>;
  readonly terms: Set<string>;
  epochsTotal: number | null;
  readonly unread: string[];
  unreadLines: number;
}

const contentOf = (kept?: KeptLog): Content => ({
  steps: new Table('single', kept?.steps),
  epochs: new Table('double', kept?.epochs),
  evaluations: new Table('double', kept?.evaluations),
  stepsOf: new Map(kept?.stepsOf),
  terms: new Set(kept?.terms),
  epochsTotal: kept?.epochsTotal ?? null,
  unread: [...(kept?.unread ?? [])],
  unreadLines: kept?.unreadLines ?? 0,
});

/** The log of one run. */
export class RunLog {
  #read: Read = nothing;
  #content: Content;

  /** @param kept  with which it begins */
  constructor(kept?: KeptLog) {
    this.#content = contentOf(kept);
    if (!kept) return;
    const { file, end, size, modified, tail, lines } = kept;
    this.#read = { file, end, size, modified, tail, lines };
  }

  kept(): KeptLog {
    const { steps, epochs, evaluations, ...others } = this.#content;
    return {
      version: logVersion,
      ...this.#read,
      ...others,
      ...{ steps: steps.kept(), epochs: epochs.kept(), evaluations: evaluations.kept() },
    };
  }

  /** How much of the file was read, in bytes. */
  get end(): number {
    return this.#read.end;
  }

  get #tables(): readonly Table[] {
    const { steps, epochs, evaluations } = this.#content;
    return [steps, epochs, evaluations];
  }

  /** Lines of steps, epochs and evaluations. */
  get rows(): number {
    return this.#tables.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** Of what it takes in memory. */
  get bytes(): number {
    return this.#tables.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get steps(): Table {
    return this.#content.steps;
  }

  get epochs(): Table {
    return this.#content.epochs;
  }

  get evaluations(): Table {
    return this.#content.evaluations;
  }

  get stepsOf(): ReadonlyMap<number, number> {
    return this.#content.stepsOf;
  }

  get terms(): ReadonlySet<string> {
    return this.#content.terms;
  }

  #forget(): void {
    this.#read = nothing;
    this.#content = contentOf();
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
    this.#content.unreadLines++;
    if (this.#content.unread.length < namedLines) this.#content.unread.push(String(line));
  }

  #take(text: string, number: number): void {
    const line = parsed(text);
    if (!line) return this.#passOver(number);
    this.#content.epochsTotal = place(line.epochs) ?? this.#content.epochsTotal;
    const [stage, epoch, step] = [place(line.stage ?? 0), place(line.epoch), place(line.step ?? 0)];
    if (stage === null || epoch === null || step === null) return;
    const { kind } = line;
    const steps = place(line.steps);
    const isBetween = kind === 'step' || kind === 'evaluation';
    if (isBetween && steps !== null) this.#content.stepsOf.set(epoch, steps);
    const row = { stage, epoch, step };
    for (const term of termsOf(line)) this.#content.terms.add(term);
    if (kind === undefined) {
      const seconds = typeof line.seconds === 'number' ? line.seconds : 0;
      this.#content.epochs.append(row, { ...measuredIn(line), [secondsName]: seconds });
      return;
    }
    const { step: _, steps: __, kind: ___, ...measured } = line;
    if (kind === 'step') this.#content.steps.append(row, measuredIn(measured));
    if (kind === 'evaluation') this.#content.evaluations.append(row, measuredIn(measured));
  }

  #epochOf(table: Table, index: number, isWhole: boolean): LoggedEpoch {
    const { [secondsName]: seconds = 0, ...scalars } = table.scalars(index);
    const { stage, epoch } = table.row(index);
    const terms = Object.keys(scalars).filter((name) => this.#content.terms.has(name));
    return { isWhole, stage, epoch, seconds, scalars, terms };
  }

  /** @param file  whose lines notes are of */
  logged(file: string): Logged {
    const { epochs, evaluations, epochsTotal } = this.#content;
    const found: LoggedEpoch[] = [];
    let evaluation = 0;
    for (let index = 0; index < epochs.rows; index++) {
      const { epoch } = epochs.row(index);
      // Those within an epoch come before its end.
      for (; evaluation < evaluations.rows; evaluation++) {
        if (evaluations.row(evaluation).epoch > epoch) break;
        found.push(this.#epochOf(evaluations, evaluation, false));
      }
      found.push(this.#epochOf(epochs, index, true));
    }
    for (; evaluation < evaluations.rows; evaluation++)
      found.push(this.#epochOf(evaluations, evaluation, false));
    return { epochs: found, epochsTotal, notes: this.#notes(file) };
  }

  #notes(file: string): string[] {
    const { size, end, lines } = this.#read;
    const notes = this.#content.unread.map(
      (line) => `${file}: line ${line} is no JSON object and was passed over`,
    );
    const others = this.#content.unreadLines - this.#content.unread.length;
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
