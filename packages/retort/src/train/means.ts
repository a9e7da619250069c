/** Means over an epoch, right also when the last batch is smaller. */
export class Means {
  #sums: Record<string, number> = {};
  #count = 0;

  add(values: Readonly<Record<string, number>>, count: number): void {
    for (const [name, value] of Object.entries(values))
      this.#sums[name] = (this.#sums[name] ?? 0) + value * count;
    this.#count += count;
  }

  get means(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.#sums).map(([name, sum]) => [name, sum / this.#count]));
  }

  /** What a checkpoint in mid-epoch keeps. */
  get state(): MeansState {
    return { sums: { ...this.#sums }, count: this.#count };
  }

  set state({ sums, count }: MeansState) {
    this.#sums = { ...sums };
    this.#count = count;
  }
}

export interface MeansState {
  readonly sums: Readonly<Record<string, number>>;
  readonly count: number;
}
