/** Looks at the folder of runs as long as somebody listens: where the system tells of changes at once, and now and then in any case. */
import fs from 'node:fs';
import type { Catalogue } from './catalogue.ts';

/** Runs at work are looked at so often, in milliseconds, and all others more rarely. */
const often = 1000;
const rarely = 10_000;
/** Where a look at all takes long, it is taken no more than this share of the time. */
const share = 1 / 50;
/** What the system tells of comes many times at once. */
const settled = 200;
/** The system watches so many folders for us, at most. */
const mostWatched = 200;

export class Watch {
  readonly #catalogue: Catalogue;
  #listeners = 0;
  #timer: NodeJS.Timeout | null = null;
  readonly #watched = new Map<string, fs.FSWatcher>();
  readonly #due = new Set<string>();
  #isAllDue = false;
  #lastAll = 0;
  #allTook = 0;
  #soon: NodeJS.Timeout | null = null;
  #isLooking = false;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  begin(): void {
    if (this.#listeners++ > 0) return;
    this.#timer = setInterval(() => this.#tick(), often).unref();
    this.#follow();
    this.#isAllDue = true;
    void this.#look();
  }

  end(): void {
    if (--this.#listeners > 0) return;
    this.close();
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    if (this.#soon) clearTimeout(this.#soon);
    this.#soon = null;
    for (const watcher of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  #tick(): void {
    this.#catalogue.lookAtMine();
    for (const id of this.#catalogue.running) this.#due.add(id);
    if (performance.now() - this.#lastAll >= Math.max(rarely, this.#allTook / share)) this.#isAllDue = true;
    void this.#look();
  }

  /** Has the system tell of the folder itself, and of runs at work. */
  #follow(): void {
    const wanted = new Set(['', ...this.#catalogue.running.slice(0, mostWatched)]);
    for (const [id, watcher] of this.#watched)
      if (!wanted.has(id)) {
        watcher.close();
        this.#watched.delete(id);
      }
    for (const id of wanted) if (!this.#watched.has(id)) this.#watchOne(id);
  }

  #watchOne(id: string): void {
    const drop = (): void => {
      this.#watched.get(id)?.close();
      this.#watched.delete(id);
    };
    try {
      const watcher = fs.watch(this.#catalogue.folderOf(id), { persistent: false }, (_, name) => {
        // What the board itself keeps.
        if (name === '.board') return;
        if (id === '') this.#isAllDue = true;
        else this.#due.add(id);
        this.#soon ??= setTimeout(() => {
          this.#soon = null;
          void this.#look();
        }, settled).unref();
      });
      watcher.on('error', drop);
      this.#watched.set(id, watcher);
    } catch {
      // The system watches no more, or the folder has gone: it is looked at now and then all the same.
    }
  }

  async #look(): Promise<void> {
    if (this.#isLooking || this.#listeners === 0) return;
    this.#isLooking = true;
    try {
      while (this.#isAllDue || this.#due.size > 0) {
        const [isAll, ids] = [this.#isAllDue, [...this.#due]];
        this.#isAllDue = false;
        this.#due.clear();
        if (!isAll) {
          await this.#catalogue.look(ids);
          continue;
        }
        const began = performance.now();
        await this.#catalogue.refresh();
        this.#lastAll = performance.now();
        this.#allTook = this.#lastAll - began;
      }
      if (this.#listeners > 0) this.#follow();
    } catch {
      // Whoever asks next is told of it; the next look may go well.
    } finally {
      this.#isLooking = false;
    }
  }
}
