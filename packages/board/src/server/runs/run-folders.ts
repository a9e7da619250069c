/** Folders of runs, and what each says. */
import fs from 'node:fs';
import path from 'node:path';
import {
  latenciesIn,
  latencyFile,
  noLatencies,
  RunError,
  type RunRecord,
  type RunSummary,
  readRecord,
  summaryOf,
} from 'retort/runs';
import { isGone, messageOf } from '../errors.ts';
import { isOwnFolder, liesWithin } from '../kept/inside.ts';
import type { Store } from '../kept/store.ts';
import type { RunLog } from '../log/run-log.ts';
import type { Entry } from './index-file.ts';
import { Logs } from './logs.ts';

/** Logs of more bytes than these are read after all others. */
const long = 4 << 20;

/** What a run's folder says. */
export interface ReadRun {
  readonly summary: RunSummary;
  readonly record: RunRecord;
  readonly log: RunLog;
}

/** What the system says of a file; where it has nothing to say of it, why, which is empty where there is none. */
function statOf(file: string): fs.Stats | string {
  try {
    return fs.statSync(file);
  } catch (error) {
    return isGone(error) ? '' : messageOf(error);
  }
}

function stampOf(file: string): string {
  const stat = statOf(file);
  return typeof stat === 'string' ? stat : `${stat.ino}:${stat.size}:${stat.mtimeMs}`;
}

export class RunFolders {
  /** That holds them all, as it was named. */
  readonly folder: string;
  readonly root: string;
  readonly logs: Logs;

  constructor(folder: string, store: Store) {
    this.folder = folder;
    this.root = path.resolve(folder);
    this.logs = new Logs(this.root, store);
  }

  /** The folder of a run. */
  of(id: string): string {
    return path.join(this.root, id);
  }

  /** The same from where the board was started, as sentences and commands name it. */
  named(id: string): string {
    return path.join(this.folder, id);
  }

  /** The id of the run in a folder. */
  idOf(folder: string): string {
    return path.relative(this.root, folder).split(path.sep).join('/');
  }

  /** What tells whether a run was changed. */
  stampsOf(id: string): Pick<Entry, 'record' | 'log'> {
    return {
      record: stampOf(path.join(this.of(id), 'run.json')),
      log: stampOf(path.join(this.of(id), 'metrics.jsonl')),
    };
  }

  hasRecord(id: string): boolean {
    return this.stampsOf(id).record !== '';
  }

  /** Whether a run that was found is there still, and no link took its place. */
  isThere(id: string): boolean {
    return this.hasRecord(id) && isOwnFolder(this.root, id);
  }

  /** The newest first, and those that are long to read last. */
  soonFirst(ids: readonly string[]): string[] {
    const logs = ids.map((id) => {
      const log = statOf(path.join(this.of(id), 'metrics.jsonl'));
      const { size, mtimeMs } = typeof log === 'string' ? { size: 0, mtimeMs: 0 } : log;
      return { id, isLong: Number(size > long), time: mtimeMs };
    });
    return logs.sort((a, b) => a.isLong - b.isLong || b.time - a.time).map(({ id }) => id);
  }

  /** @throws RunError, and what the system says */
  record(id: string): RunRecord {
    const folder = this.of(id);
    if (!liesWithin(this.root, path.join(folder, 'run.json')))
      throw new RunError(`${folder}/run.json leads out of ${this.folder}, and is not read`);
    return readRecord(folder);
  }

  /** @throws RunError, and what the system says */
  async read(id: string): Promise<ReadRun> {
    const record = this.record(id);
    const log = await this.logs.of(id);
    const named = this.named(id);
    const isOwn = liesWithin(this.root, path.join(this.of(id), latencyFile));
    const summary = summaryOf(
      ...([named, record, log.logged(path.join(named, 'metrics.jsonl'))] as const),
      isOwn ? latenciesIn(named) : noLatencies,
    );
    return { summary, record, log };
  }
}
