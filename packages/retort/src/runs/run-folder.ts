/** What a run leaves: a folder of plain files. */
import fs from 'node:fs';
import path from 'node:path';
import { loadSafetensors, type nn, saveSafetensors } from '@retort/torch';
import { Checkpoints } from './checkpoints.ts';
import { RunError } from './errors.ts';
import { machine, versions } from './machine.ts';
import { identify } from './process.ts';

/** `run.json`: what was run, on what, and how it ended. */
export interface RunRecord {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, unknown>>;
  readonly started: string;
  readonly ended?: string;
  readonly status: 'running' | 'finished' | 'stopped' | 'failed';
  /** The process that works on it (see `identify`). */
  readonly process: string;
  readonly result?: Readonly<Record<string, unknown>>;
}

const leavings = ['metrics.jsonl', 'last.safetensors', 'checkpoints'];

/**
 * A run's folder: `run.json`, `metrics.jsonl` (a line an epoch, flushed), `last.safetensors`, `best.safetensors`, `checkpoints/`. Files
 * are replaced whole, so that a reader never sees half of one.
 */
export class RunFolder {
  readonly path: string;
  #record: RunRecord;

  private constructor(folder: string, record: RunRecord) {
    this.path = path.resolve(folder);
    this.#record = record;
    this.#write();
  }

  /** @throws RunError if the folder holds what a run measured or trained: nothing is overwritten */
  static create(folder: string, settings: Readonly<Record<string, unknown>>): RunFolder {
    if (leavings.some((name) => fs.existsSync(path.join(folder, name))))
      throw new RunError(
        `${folder} already holds a run: choose another --out, go on with it (retort resume), or remove it`,
      );
    fs.mkdirSync(folder, { recursive: true });
    return new RunFolder(folder, {
      settings,
      versions: versions(),
      machine: machine(),
      started: new Date().toISOString(),
      status: 'running',
      process: identify(process.pid) ?? '',
    });
  }

  /** What `run.json` says. @throws RunError if the folder holds no run */
  static read(folder: string): RunRecord {
    const file = path.join(folder, 'run.json');
    if (!fs.existsSync(file)) throw new RunError(`${folder} holds no run: there is no run.json`);
    try {
      return JSON.parse(fs.readFileSync(file, 'utf8'));
    } catch (error) {
      throw new RunError(`${file} is damaged: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** The folder of a run that did not end, to go on with. @throws RunError if it holds no run, or one that another process works on */
  static reopen(folder: string): RunFolder {
    const { ended: _, result: __, ...record } = RunFolder.read(folder);
    const self = identify(process.pid) ?? '';
    const pid = Number.parseInt(record.process, 10);
    if (record.status === 'running' && record.process !== self && identify(pid) === record.process)
      throw new RunError(`${folder} is being trained by process ${pid}`);
    return new RunFolder(folder, { ...record, status: 'running', process: self });
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

  get #metrics(): string {
    return path.join(this.path, 'metrics.jsonl');
  }

  /** Bytes of `metrics.jsonl`. */
  get offset(): number {
    return fs.existsSync(this.#metrics) ? fs.statSync(this.#metrics).size : 0;
  }

  /** Takes back the lines after a byte, which belong to epochs that are trained again. */
  truncate(offset: number): void {
    if (this.offset < offset)
      throw new RunError(`${this.#metrics} is shorter than at its last checkpoint: it has been changed`);
    if (this.offset > offset) fs.truncateSync(this.#metrics, offset);
  }

  /** Appends one line to `metrics.jsonl`. */
  log(metrics: Readonly<Record<string, unknown>>): void {
    const before = this.offset;
    try {
      fs.appendFileSync(this.#metrics, `${JSON.stringify(metrics)}\n`, { flush: true });
    } catch (error) {
      // A disk that fills up takes half a line.
      if (fs.existsSync(this.#metrics)) fs.truncateSync(this.#metrics, before);
      throw RunError.of(error, `${this.#metrics} could not be written`);
    }
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

  /** The best weights so far; null where none were saved. */
  best(): nn.StateDict | null {
    const file = path.join(this.path, 'best.safetensors');
    return fs.existsSync(file) ? loadSafetensors(file).tensors : null;
  }

  end(status: 'finished' | 'stopped' | 'failed', result: Readonly<Record<string, unknown>>): void {
    this.#record = { ...this.#record, status, result, ended: new Date().toISOString() };
    this.#write();
  }
}
