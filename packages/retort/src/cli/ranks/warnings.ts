/** What ranks warn of, as of files that only one of them has read: the first says it, once. */
import type { Ranks } from '../../ranks/index.ts';

export class Warnings {
  readonly #ranks: Pick<Ranks, 'exchange'> | null;
  readonly #tell: (text: string) => void;
  readonly #known = new Set<string>();
  #own: string[] = [];

  /** @param ranks  null for a process alone */
  constructor(ranks: Pick<Ranks, 'exchange'> | null, tell: (text: string) => void) {
    this.#ranks = ranks;
    this.#tell = tell;
  }

  /** Of this rank. */
  add(text: string): void {
    this.#tell(text);
    if (!this.#ranks || this.#known.has(text)) return;
    this.#known.add(text);
    this.#own.push(text);
  }

  /** Tells of what others have warned of since: all ranks at once. */
  share(): void {
    const all = this.#ranks?.exchange(this.#own) ?? [];
    this.#own = [];
    for (const text of all.flat()) {
      if (this.#known.has(text)) continue;
      this.#known.add(text);
      this.#tell(text);
    }
  }
}
