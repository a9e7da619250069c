/** Logs of runs, kept in memory as long as there is room, and large ones in the index. */
import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { openWithin } from '../kept/inside.ts';
import type { Store } from '../kept/store.ts';
import { type KeptLog, logVersion, RunLog } from '../log/run-log.ts';

/** So much of logs stays in memory, beside the largest of them, and of so many runs. */
const roomBytes = 256 << 20;
const mostHeld = 64;
/** Smaller ones are read as quickly as what would be kept of them. */
const worthKeeping = 1 << 20;
/** Of a log that grows, and of one that is put away. */
const shareOfGrowing = 1 / 10;
const leastShare = 1 / 100;

const fileOf = (id: string): string =>
  `logs/${createHash('sha256').update(id).digest('base64url').slice(0, 24)}.bin`;

interface Held {
  readonly log: RunLog;
  /** How much of the file the index has, in bytes. */
  keptEnd: number;
}

export class Logs {
  readonly #root: string;
  readonly #store: Store;
  readonly #room: number;
  /** The last that was used is the last. */
  readonly #held = new Map<string, Held>();
  readonly #busy = new Map<string, Promise<RunLog>>();

  /** @param room  for logs in memory, in bytes */
  constructor(root: string, store: Store, room = roomBytes) {
    this.#root = root;
    this.#store = store;
    this.#room = room;
  }

  #keptOf(id: string): RunLog | null {
    try {
      const bytes = this.#store.read(fileOf(id));
      if (!bytes) return null;
      const kept = deserialize(bytes) as KeptLog;
      return kept.version === logVersion ? new RunLog(kept) : null;
    } catch {
      // What is damaged, or cannot be read, is made anew.
      return null;
    }
  }

  #take(id: string): Held {
    const found = this.#held.get(id);
    if (found) {
      this.#held.delete(id);
      this.#held.set(id, found);
      return found;
    }
    const kept = this.#keptOf(id);
    const held = { log: kept ?? new RunLog(), keptEnd: kept?.end ?? 0 };
    this.#held.set(id, held);
    return held;
  }

  /** @param share  of the log, by which it has grown at least since it was kept: what the index lacks is read from the log */
  #keep(id: string, held: Held, share: number): void {
    const { log } = held;
    const grown = log.end - held.keptEnd;
    const least = Math.max(worthKeeping, log.end * share);
    if (log.end < worthKeeping || grown === 0 || (grown > 0 && grown < least)) return;
    held.keptEnd = log.end;
    this.#store.tryWrite(fileOf(id), serialize(log.kept()));
  }

  /** The largest stays, however large: it is the longest to read, and would make way for any other. */
  #makeRoom(): void {
    const sizes = [...this.#held.values()].map(({ log }) => log.bytes);
    const largest = Math.max(...sizes);
    let bytes = sizes.reduce((sum, size) => sum + size, 0) - largest;
    for (const [id, held] of this.#held) {
      const isCrowded = this.#held.size > mostHeld;
      if (!isCrowded && bytes <= this.#room) return;
      if (this.#busy.has(id) || (!isCrowded && held.log.bytes === largest)) continue;
      this.#keep(id, held, leastShare);
      this.#held.delete(id);
      bytes -= held.log.bytes;
    }
  }

  async #updated(id: string): Promise<RunLog> {
    const held = this.#take(id);
    const handle = await openWithin(this.#root, `${id}/metrics.jsonl`);
    if (!handle) {
      held.log.clear();
      return held.log;
    }
    try {
      await held.log.update(handle);
    } finally {
      await handle.close();
    }
    this.#keep(id, held, shareOfGrowing);
    return held.log;
  }

  /** As it is now. @throws what the system says of a file that cannot be read */
  async of(id: string): Promise<RunLog> {
    const before = this.#busy.get(id);
    const now = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#updated(id));
    this.#busy.set(id, now);
    try {
      return await now;
    } finally {
      if (this.#busy.get(id) === now) this.#busy.delete(id);
      this.#makeRoom();
    }
  }

  forget(id: string): void {
    this.#held.delete(id);
    this.#store.remove(fileOf(id));
  }

  /** Writes down what the index lacks. */
  close(): void {
    for (const [id, held] of this.#held) this.#keep(id, held, leastShare);
    this.#held.clear();
  }
}
