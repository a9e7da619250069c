/** How many samples of an epoch were shown in place of others, which could not be read. */
import type { Ranks } from '../ranks/index.ts';

export class StandIns {
  readonly #ranks: Ranks;
  /** Of all ranks, but for this one's own since they told each other. */
  #all = 0;
  #own = 0;

  constructor(ranks: Ranks) {
    this.#ranks = ranks;
  }

  /** Of this rank. */
  add(count: number): void {
    this.#own += count;
  }

  /** All ranks at once: what each has counted is known to all. */
  tell(): void {
    this.#all += this.#ranks.exchange(this.#own).reduce((sum, count) => sum + count, 0);
    this.#own = 0;
  }

  /** Those of the epoch, which ends with this on all ranks at once. */
  end(): number {
    this.tell();
    const count = this.#all;
    this.#all = 0;
    return count;
  }

  /** What is known of the epoch until now. */
  get count(): number {
    return this.#all + this.#own;
  }

  set count(count: number) {
    this.#all = count;
    this.#own = 0;
  }
}
