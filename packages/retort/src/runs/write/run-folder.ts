/** What a run leaves: a folder of plain files. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadSafetensors, type nn, saveSafetensors } from '@retort/torch';
import type { Headline } from '../../headline.ts';
import { flush } from '../../system/flush.ts';
import { identify } from '../../system/process.ts';
import { notAFile } from '../../system/regular-file.ts';
import { removeFile } from '../../system/remove-file.ts';
import { heldFrom, type Reached, refuseEdited, sumOf } from '../read/changes.ts';
import { entriesOf } from '../read/entries.ts';
import { RunError } from '../read/errors.ts';
import { findRuns } from '../read/find-runs.ts';
import type { Inputs } from '../read/inputs.ts';
import { latencyFile } from '../read/latency.ts';
import { type Change, type RunRecord, readRecord } from '../read/record.ts';
import { scalarsOf } from '../read/scalars.ts';
import { Checkpoints } from './checkpoints.ts';
import { Lock } from './lock.ts';
import { Log } from './log.ts';
import { machine, versions } from './machine.ts';
import { makeFolder } from './make-folder.ts';
import { codeBlock, type EventPosition, EventWriter } from './tensorboard.ts';

const bestFile = 'best.safetensors';
const leavings = ['last.safetensors', 'checkpoints'];

/** Whether there is anything in a folder that a run measured or trained. */
export function holdsRun(folder: string): boolean {
  const log = path.join(folder, 'metrics.jsonl');
  return (
    (notAFile(log) === null && fs.statSync(log).size > 0) ||
    leavings.some((name) => fs.existsSync(path.join(folder, name)))
  );
}

/** The process that works on a run, as far as its folder says. */
function workerOf(folder: string): string {
  const record = fs.existsSync(path.join(folder, 'run.json')) ? readRecord(folder) : null;
  const pid = Number.parseInt(record?.process ?? '', 10);
  if (record?.status !== 'running' || Number.isNaN(pid)) return 'another process';
  return record.host === undefined || record.host === os.hostname()
    ? `process ${pid}`
    : `process ${pid} on ${record.host}`;
}

/**
 * Does something with a folder that no other process works on; the lock is let go of where it fails.
 *
 * @throws RunError if another has it, or may have it on another machine
 */
function owned(folder: string, takeOver: boolean, use: (lock: Lock) => RunFolder): RunFolder {
  const lock = Lock.take(folder);
  if (!lock)
    throw new RunError(
      `${folder} is being trained by ${workerOf(folder)}: wait until it has ended, or choose another folder`,
    );
  try {
    const record = fs.existsSync(path.join(folder, 'run.json')) ? readRecord(folder) : null;
    // A lock need not be seen from one machine to another.
    if (!takeOver && record?.status === 'running' && (record.host ?? os.hostname()) !== os.hostname())
      throw new RunError(
        `${folder} says that it is running on ${record.host}, which cannot be seen from ${os.hostname()}: if it is not, resume it by npx retort resume ${folder} --take-over`,
      );
    removeHalves(folder);
    return use(lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** What is written aside before it is renamed: files of weights, `run.json`, checkpoints. */
const aside =
  /^((run|latency)\.json|recipe\.yaml|tokenizer(_config)?\.json|(best|last)\.safetensors|\d+)(\.\d+-\d+)?\.tmp$/;

/** Removes what a killed process was about to write: nobody is, under the lock. */
function removeHalves(folder: string): void {
  for (const inner of [folder, path.join(folder, 'checkpoints')]) {
    for (const name of entriesOf(inner).filter((name) => aside.test(name)))
      fs.rmSync(path.join(inner, name), { recursive: true });
  }
}

/** What a run is, for `run.json`. */
export interface RunOptions {
  /** Must be there, if empty: so the settings themselves are not taken for these options. */
  readonly settings: RunRecord['settings'];
  readonly precision?: string | undefined;
  readonly inputs?: Inputs | undefined;
  /** Of the student's weights before the first step. */
  readonly beganSha256?: string | undefined;
  /** The score by which its best weights are chosen; null where the task has none. */
  readonly headline?: Headline | null | undefined;
  /** Takes a folder that says it is being trained on another machine. */
  readonly takeOver?: boolean | undefined;
  /** How many processes compute it together; one where it is left out. */
  readonly ranks?: number | undefined;
}

/** A step, as it is logged. */
export interface StepRecord {
  readonly kind: 'step';
  readonly stage: number;
  readonly epoch: number;
  readonly epochs: number;
  /** From 1, in the epoch, of `steps`. */
  readonly step: number;
  readonly steps: number;
}

/** An evaluation between two steps: where, with its scores. */
export interface EvaluationRecord extends Omit<StepRecord, 'kind'>, Readonly<Record<string, unknown>> {
  readonly kind: 'evaluation';
}

/** Where a run's logs were at a checkpoint. */
export interface Logged {
  /** Bytes of `metrics.jsonl`. */
  readonly metrics: number;
  /** Of these bytes. Versions before this one had none. */
  readonly metricsSha256?: string | undefined;
  readonly events: EventPosition;
}

/**
 * A run's folder: `run.json`, `recipe.yaml`, `metrics.jsonl` (a line an epoch, flushed), TensorBoard's events, `last.safetensors`, `best.safetensors`, `checkpoints/`. Files
 * are replaced whole, so that a reader never sees half of one.
 */
export class RunFolder {
  readonly path: string;
  readonly #lock: Lock;
  #record: RunRecord;
  /** Whether `run.json` is this run's by now. */
  #isWritten = false;
  #log: Log | null = null;
  #events: EventWriter | null = null;

  private constructor(folder: string, record: RunRecord, lock: Lock) {
    this.path = path.resolve(folder);
    this.#record = record;
    this.#lock = lock;
  }

  /**
   * A folder for a new run, which is this process's alone until `end()`.
   *
   * @throws RunError if the folder holds what a run measured or trained, or holds runs (nothing is overwritten or hidden), or another process works on it
   */
  static create(
    folder: string,
    { settings, precision, inputs, beganSha256, headline, takeOver = false, ranks = 1 }: RunOptions,
  ): RunFolder {
    const [inner] = fs.existsSync(folder)
      ? findRuns(folder, { depth: 1 }).filter((found) => found !== folder)
      : [];
    if (inner)
      throw new RunError(
        `${folder} holds runs of its own, as ${path.basename(inner)}: choose another --out, or run the recipe with --seeds`,
      );
    makeFolder(folder);
    return owned(folder, takeOver, (lock) => {
      if (holdsRun(folder))
        throw new RunError(
          `${folder} already holds a run: choose another --out, resume it (npx retort resume), or remove it`,
        );
      const record: RunRecord = {
        settings,
        settingsSha256: sumOf(settings),
        versions: versions(),
        machine: { ...machine(), ...(ranks > 1 && { ranks }) },
        precision,
        inputs,
        beganSha256,
        headline,
        started: new Date().toISOString(),
        status: 'running',
        process: identify(process.pid) ?? '',
        host: os.hostname(),
      };
      // Of a run that was here before, whose student is another.
      fs.rmSync(path.join(folder, latencyFile), { force: true });
      const created = new RunFolder(folder, record, lock);
      created.#write();
      return created;
    });
  }

  /**
   * The folder of a run that did not end, to resume; `run.json` is as it was until `claim()`.
   *
   * @param takeOver  resumes one that says it is running on another machine, where it cannot be seen
   * @throws RunError if it holds no run, or one that another process works on, or whose settings were edited
   */
  static reopen(
    folder: string,
    { takeOver = false }: { readonly takeOver?: boolean | undefined } = {},
  ): RunFolder {
    readRecord(folder);
    return owned(folder, takeOver, (lock) => {
      const { ended: _, result: __, ...record } = readRecord(folder);
      refuseEdited(folder, record);
      const self = identify(process.pid) ?? '';
      return new RunFolder(
        folder,
        { ...record, status: 'running', process: self, host: os.hostname() },
        lock,
      );
    });
  }

  get record(): RunRecord {
    return this.#record;
  }

  checkpoints<Info extends object>(keep: number): Checkpoints<Info> {
    return new Checkpoints(path.join(this.path, 'checkpoints'), keep);
  }

  /** @throws RunError */
  #replace(name: string, text: string): void {
    const file = path.join(this.path, name);
    try {
      fs.writeFileSync(`${file}.tmp`, text, { flush: true });
      fs.renameSync(`${file}.tmp`, file);
    } catch (error) {
      throw RunError.of(error, `${file} could not be written`);
    }
  }

  #write(): void {
    this.#replace('run.json', `${JSON.stringify(this.#record, null, 2)}\n`);
    this.#isWritten = true;
  }

  /** Keeps the recipe, as one may begin another run with: nothing reads it again. */
  keepRecipe(text: string): void {
    this.#replace('recipe.yaml', text);
  }

  /** Keeps what lies beside the weights, by the names of files. */
  keepBeside(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) this.#replace(name, text);
  }

  /**
   * Says in `run.json` that it is at work: what would refuse it has been looked at.
   *
   * @param reached  where it is resumed
   * @param settings  where they are others from here on, with the changes
   */
  claim(
    reached?: Reached,
    settings: RunRecord['settings'] = this.#record.settings,
    changes: readonly Change[] = [],
  ): void {
    const { changes: before } = this.#record;
    if (before && reached) this.#record = { ...this.#record, changes: heldFrom(before, reached) };
    if (changes.length)
      this.#record = {
        ...this.#record,
        settings,
        settingsSha256: sumOf(settings),
        changes: [...(this.#record.changes ?? []), ...changes],
      };
    this.#write();
  }

  /**
   * Begins to log, or resumes where a checkpoint was: what was logged behind it is taken away, since it is trained again.
   *
   * @param epoch  the first that will be logged
   * @throws RunError if the log is not what it was at the checkpoint, or cannot be written
   */
  begin(after: Logged | null, epoch: number): void {
    this.#log = Log.openAt(path.join(this.path, 'metrics.jsonl'), after?.metrics ?? 0, after?.metricsSha256);
    this.#events = new EventWriter(this.path, { after: after?.events, step: epoch });
    if (!after) this.#events.text('recipe', codeBlock(JSON.stringify(this.#record.settings, null, 2)), 0);
  }

  /** Where the logs end, all of it on the disk. */
  get logged(): Logged {
    const { log, events } = this.#logs();
    return { metrics: log.offset, metricsSha256: log.sha256, events: events.flush() };
  }

  #logs(): { log: Log; events: EventWriter } {
    if (!this.#log || !this.#events) throw new RunError(`${this.path}: the run has not begun`);
    return { log: this.#log, events: this.#events };
  }

  /** Adds a line to `metrics.jsonl`, and its numbers to the events for TensorBoard. @throws RunError if the disk is full */
  log(metrics: Readonly<Record<string, unknown>>, epoch: number): void {
    const { log, events } = this.#logs();
    log.append(metrics);
    events.scalars(scalarsOf(metrics), epoch);
  }

  /** Adds the line of a step to `metrics.jsonl`, and its numbers to the events for TensorBoard. @throws RunError if the disk is full */
  logStep(line: StepRecord): void {
    const { log, events } = this.#logs();
    const { kind: _, stage: __, epoch, epochs: ___, step, steps, ...measured } = line;
    log.append({ ...line });
    const scalars = Object.entries(scalarsOf(measured)).map(([tag, value]) => [`step/${tag}`, value]);
    events.scalars(Object.fromEntries(scalars), (epoch - 1) * steps + step);
  }

  /** Adds the line of an evaluation between two steps. @throws RunError if the disk is full */
  logEvaluation(line: EvaluationRecord): void {
    const { log, events } = this.#logs();
    const { kind: _, stage: __, epoch, epochs: ___, step, steps, ...measured } = line;
    log.append({ ...line });
    const scalars = Object.entries(scalarsOf(measured)).map(([tag, value]) => [`step/${tag}`, value]);
    events.scalars(Object.fromEntries(scalars), (epoch - 1) * steps + step);
  }

  /** Saves weights under a name. @example folder.save('last', student, { model: 'resnet8' }) */
  save(name: 'last' | 'best', model: nn.Module, metadata: Readonly<Record<string, string>>): void {
    const file = path.join(this.path, `${name}.safetensors`);
    try {
      saveSafetensors(file, model.stateDict(), metadata);
    } catch (error) {
      throw RunError.of(error, `${file} could not be written`);
    }
  }

  /** The file of the best weights, to be kept with a checkpoint; none where none were saved. */
  get bestFiles(): Readonly<Record<string, string>> {
    const file = path.join(this.path, bestFile);
    return fs.existsSync(file) ? { [bestFile]: file } : {};
  }

  /** Brings the best weights back that a checkpoint kept: those that are there may have been found after it. */
  putBackBest(kept: Readonly<Record<string, string>>): void {
    const file = path.join(this.path, bestFile);
    const before = kept[bestFile];
    try {
      if (before === undefined) return removeFile(file);
      fs.copyFileSync(before, `${file}.tmp`);
      flush(`${file}.tmp`);
      fs.renameSync(`${file}.tmp`, file);
    } catch (error) {
      throw RunError.of(error, `${file} could not be written`);
    }
  }

  /** The best weights so far; null where none were saved. */
  best(): nn.StateDict | null {
    const file = path.join(this.path, bestFile);
    return fs.existsSync(file) ? loadSafetensors(file).tensors : null;
  }

  /** Leaves the folder to others, as it is. */
  [Symbol.dispose](): void {
    this.#log?.close();
    this.#events?.close();
    this.#lock.release();
  }

  /** Says how the run ended, where it was claimed, and leaves the folder to others. */
  end(status: 'finished' | 'stopped' | 'failed', result: Readonly<Record<string, unknown>>): void {
    try {
      if (!this.#isWritten) return;
      this.#record = { ...this.#record, status, result, ended: new Date().toISOString() };
      this.#write();
    } finally {
      this[Symbol.dispose]();
    }
  }
}
