/** Event files, which TensorBoard shows: `tensorboard --logdir runs`. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { notAFile } from '../../system/regular-file.ts';
import { RunError } from '../read/errors.ts';
import { AppendFile } from './append-file.ts';
import { encodeEvent, record, type What } from './event.ts';

/** Where a checkpoint found the events: what was written behind it is void. */
export interface EventPosition {
  /** The name of the event file in the run's folder. */
  readonly file: string;
  readonly offset: number;
}

export interface EventWriterOptions {
  /** What a checkpoint kept (see `flush`), where a run is resumed. */
  readonly after?: EventPosition | undefined;
  /** The first step to be written (PyTorch's `purge_step`); 0 where it is left out. Events of it and later are void for TensorBoard. */
  readonly step?: number | undefined;
  /** Seconds since 1970. */
  readonly clock?: (() => number) | undefined;
}

const named = /^events\.out\.tfevents\.(\d+)\./;

/** The event files of a folder, in the order in which TensorBoard reads them. */
function eventFiles(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => named.test(name))
    .sort();
}

/** Whether a file begins as TensorBoard's do; what is in its place otherwise is not ours to cut. */
function holdsEvents(file: string): boolean {
  if (notAFile(file) !== null) return false;
  // The length of the first record, and its checksum.
  const start = record(encodeEvent({ wallTime: 0, step: 0, what: { kind: 'version' } })).subarray(0, 12);
  const found = Buffer.alloc(start.length);
  const descriptor = fs.openSync(file, 'r');
  try {
    fs.readSync(descriptor, found, 0, found.length, 0);
  } finally {
    fs.closeSync(descriptor);
  }
  return found.equals(start);
}

/** Takes away what a checkpoint does not know of, so that whoever opens the folder anew sees no step twice. */
function cutBack(folder: string, after: EventPosition | undefined): void {
  for (const name of eventFiles(folder)) {
    const file = path.join(folder, name);
    if (!after || name > after.file) fs.rmSync(file, { recursive: true });
    else if (name === after.file && holdsEvents(file) && fs.statSync(file).size > after.offset)
      fs.truncateSync(file, after.offset);
  }
}

/**
 * Writes the events of a run into its folder, in a new file each time the run is resumed: a TensorBoard that looks on stands behind
 * the place where the old one was cut. The new file begins with the step at which it is resumed, and TensorBoard drops what it saw of that
 * step and later.
 *
 * @example using events = new EventWriter('runs/kd'); events.scalars({ 'train/loss': 0.5, lr: 0.05 }, 1); events.flush();
 */
export class EventWriter {
  readonly #file: AppendFile;
  readonly #clock: () => number;

  /** @throws RunError if the folder cannot be written */
  constructor(folder: string, { after, step = 0, clock = () => Date.now() / 1000 }: EventWriterOptions = {}) {
    this.#clock = clock;
    try {
      cutBack(folder, after);
    } catch (error) {
      throw RunError.of(error, `the event files in ${folder} could not be cut back`);
    }
    const newest = Number(named.exec(eventFiles(folder).at(-1) ?? '')?.[1] ?? 0);
    // Read in the order of their names, also where a clock went back.
    const seconds = Math.max(Math.floor(clock()), newest + 1);
    const name = `events.out.tfevents.${String(seconds).padStart(10, '0')}.${os.hostname()}.${process.pid}`;
    this.#file = AppendFile.openAt(path.join(folder, name), 0);
    this.#write({ kind: 'version' }, 0);
    this.#write({ kind: 'start' }, step);
  }

  #write(what: What, step: number): void {
    this.#file.append(record(encodeEvent({ wallTime: this.#clock(), step, what })));
  }

  get path(): string {
    return this.#file.path;
  }

  /**
   * Numbers under their tags, as one event.
   *
   * @throws RunError if the disk is full, and then the file is as before
   * @example events.scalars({ 'train/loss': 0.5, 'test/top1': 0.61 }, epoch)
   */
  scalars(values: Readonly<Record<string, number>>, step: number): void {
    this.#write({ kind: 'scalars', values }, step);
  }

  /**
   * Markdown under a tag.
   *
   * @throws RunError if the disk is full, and then the file is as before
   * @example events.text('recipe', codeBlock(yaml), 0)
   */
  text(tag: string, text: string, step: number): void {
    this.#write({ kind: 'text', tag, text }, step);
  }

  /** Waits until all events are on the disk; says where they end, for a checkpoint. */
  flush(): EventPosition {
    this.#file.flush();
    return { file: path.basename(this.path), offset: this.#file.offset };
  }

  close(): void {
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Text as it stands, in Markdown. @example codeBlock('seed: 0\nepochs: 240\n') */
export function codeBlock(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ');
}
