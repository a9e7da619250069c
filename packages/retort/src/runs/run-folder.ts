/** What a run leaves: a folder of plain files. */
import fs from 'node:fs';
import path from 'node:path';
import { type nn, saveSafetensors } from '@retort/torch';
import { RunError } from './errors.ts';
import { machine, versions } from './machine.ts';

/** `run.json`: what was run, on what, and how it ended. */
export interface RunRecord {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, unknown>>;
  readonly started: string;
  readonly ended?: string;
  readonly status: 'running' | 'finished' | 'stopped' | 'failed';
  readonly result?: Readonly<Record<string, unknown>>;
}

/**
 * A run's folder: `run.json`, `metrics.jsonl` (a line an epoch, flushed), `last.safetensors`, `best.safetensors`. Files are replaced
 * whole, so that a reader never sees half of one.
 */
export class RunFolder {
  readonly path: string;
  #record: RunRecord;
  #best = Number.NEGATIVE_INFINITY;

  /** @throws RunError if the folder holds what a run measured or trained: nothing is overwritten */
  constructor(folder: string, settings: Readonly<Record<string, unknown>>) {
    this.path = path.resolve(folder);
    if (['metrics.jsonl', 'last.safetensors'].some((name) => fs.existsSync(path.join(this.path, name)))) {
      throw new RunError(`${folder} already holds a run: choose another --out, or remove it`);
    }
    fs.mkdirSync(this.path, { recursive: true });
    this.#record = {
      settings,
      versions: versions(),
      machine: machine(),
      started: new Date().toISOString(),
      status: 'running',
    };
    this.#write();
  }

  #write(): void {
    const file = path.join(this.path, 'run.json');
    fs.writeFileSync(`${file}.tmp`, `${JSON.stringify(this.#record, null, 2)}\n`);
    fs.renameSync(`${file}.tmp`, file);
  }

  /** Appends one line to `metrics.jsonl`. */
  log(metrics: Readonly<Record<string, unknown>>): void {
    const fd = fs.openSync(path.join(this.path, 'metrics.jsonl'), 'a');
    try {
      fs.writeSync(fd, `${JSON.stringify(metrics)}\n`);
      fs.fdatasyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Saves the weights as the last, and as the best if the score is the highest so far. */
  save(model: nn.Module, score: number, metadata: Readonly<Record<string, string>>): void {
    const state = model.stateDict();
    saveSafetensors(path.join(this.path, 'last.safetensors'), state, metadata);
    if (score <= this.#best) return;
    this.#best = score;
    saveSafetensors(path.join(this.path, 'best.safetensors'), state, metadata);
  }

  end(status: 'finished' | 'stopped' | 'failed', result: Readonly<Record<string, unknown>>): void {
    this.#record = { ...this.#record, status, result, ended: new Date().toISOString() };
    this.#write();
  }
}
