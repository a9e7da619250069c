/** What a run leaves: a folder of plain files. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadSafetensors, type nn, saveSafetensors } from '@retort/torch';
import { Checkpoints } from './checkpoints.ts';
import { RunError } from './errors.ts';
import { findRuns } from './find-runs.ts';
import { flush } from './flush.ts';
import { Log } from './log.ts';
import { machine, versions } from './machine.ts';
import { makeFolder } from './make-folder.ts';
import { identify } from './process.ts';
import { type RunRecord, readRecord } from './record.ts';
import { scalarsOf } from './scalars.ts';
import { codeBlock, type EventPosition, EventWriter } from './tensorboard.ts';

const bestFile = 'best.safetensors';
const leavings = ['metrics.jsonl', 'last.safetensors', 'checkpoints'];

/** Where a run's logs were at a checkpoint. */
export interface Logged {
  /** Bytes of `metrics.jsonl`. */
  readonly metrics: number;
  readonly events: EventPosition;
}

/**
 * A run's folder: `run.json`, `metrics.jsonl` (a line an epoch, flushed), TensorBoard's events, `last.safetensors`, `best.safetensors`, `checkpoints/`. Files
 * are replaced whole, so that a reader never sees half of one.
 */
export class RunFolder {
  readonly path: string;
  #record: RunRecord;
  #log: Log | null = null;
  #events: EventWriter | null = null;

  private constructor(folder: string, record: RunRecord) {
    this.path = path.resolve(folder);
    this.#record = record;
    this.#write();
  }

  /** @throws RunError if the folder holds what a run measured or trained, or holds runs: nothing is overwritten or hidden */
  static create(folder: string, settings: Readonly<Record<string, unknown>>, precision?: string): RunFolder {
    if (leavings.some((name) => fs.existsSync(path.join(folder, name))))
      throw new RunError(
        `${folder} already holds a run: choose another --out, go on with it (retort resume), or remove it`,
      );
    const [inner] = fs.existsSync(folder) ? findRuns(folder, 1).filter((found) => found !== folder) : [];
    if (inner)
      throw new RunError(
        `${folder} holds runs of its own, as ${path.basename(inner)}: choose another --out, or run the recipe with --seeds`,
      );
    makeFolder(folder);
    return new RunFolder(folder, {
      settings,
      versions: versions(),
      machine: machine(),
      precision,
      started: new Date().toISOString(),
      status: 'running',
      process: identify(process.pid) ?? '',
      host: os.hostname(),
    });
  }

  /** The folder of a run that did not end, to go on with. @throws RunError if it holds no run, or one that another process works on */
  static reopen(folder: string): RunFolder {
    const { ended: _, result: __, ...record } = readRecord(folder);
    const self = identify(process.pid) ?? '';
    const pid = Number.parseInt(record.process, 10);
    if (record.status === 'running' && record.process !== self && identify(pid) === record.process)
      throw new RunError(`${folder} is being trained by process ${pid}`);
    return new RunFolder(folder, { ...record, status: 'running', process: self, host: os.hostname() });
  }

  get record(): RunRecord {
    return this.#record;
  }

  checkpoints<Info extends object>(keep: number): Checkpoints<Info> {
    return new Checkpoints(path.join(this.path, 'checkpoints'), keep);
  }

  #write(): void {
    const file = path.join(this.path, 'run.json');
    try {
      fs.writeFileSync(`${file}.tmp`, `${JSON.stringify(this.#record, null, 2)}\n`, { flush: true });
      fs.renameSync(`${file}.tmp`, file);
    } catch (error) {
      throw RunError.of(error, `${file} could not be written`);
    }
  }

  /**
   * Begins to log, or goes on where a checkpoint was: what was logged behind it is taken away, since it is trained again.
   *
   * @param epoch  the first that will be logged
   * @throws RunError if the log is not what it was at the checkpoint, or cannot be written
   */
  begin(after: Logged | null, epoch: number): void {
    this.#log = Log.openAt(path.join(this.path, 'metrics.jsonl'), after?.metrics ?? 0);
    this.#events = new EventWriter(this.path, { after: after?.events, step: epoch });
    if (!after) this.#events.text('recipe', codeBlock(JSON.stringify(this.#record.settings, null, 2)), 0);
  }

  /** Where the logs end, all of it on the disk. */
  get logged(): Logged {
    const { log, events } = this.#logs();
    return { metrics: log.offset, events: events.flush() };
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
    if (before === undefined) return fs.rmSync(file, { force: true });
    try {
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

  end(status: 'finished' | 'stopped' | 'failed', result: Readonly<Record<string, unknown>>): void {
    this.#record = { ...this.#record, status, result, ended: new Date().toISOString() };
    this.#write();
    this.#log?.close();
    this.#events?.close();
  }
}
