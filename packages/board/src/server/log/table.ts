/** The numbers of a log's lines, compact: a row a line, a column a name. */

/** Stands in a column for what was no finite number; a line that has nothing under the name has NaN. */
export const notFinite = Number.POSITIVE_INFINITY;

type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** As it is kept on the disk. */
export interface KeptTable {
  readonly stage: Uint32Array<ArrayBuffer>;
  readonly epoch: Uint32Array<ArrayBuffer>;
  readonly step: Uint32Array<ArrayBuffer>;
  readonly columns: ReadonlyMap<string, Numbers>;
}

const smallest = 64;

function longer<Array extends Uint32Array | Float32Array | Float64Array>(array: Array, size: number): Array {
  const Kind = array.constructor as new (size: number) => Array;
  const found = new Kind(size);
  found.set(array);
  return found;
}

/** Where a line stands in its run. */
export interface Row {
  readonly stage: number;
  readonly epoch: number;
  readonly step: number;
}

export class Table {
  #rows = 0;
  #stage = new Uint32Array(0);
  #epoch = new Uint32Array(0);
  #step = new Uint32Array(0);
  readonly #columns = new Map<string, Numbers>();
  readonly #Numbers: typeof Float32Array | typeof Float64Array;

  /** @param kept  which it begins with */
  constructor(precision: 'single' | 'double', kept?: KeptTable) {
    this.#Numbers = precision === 'single' ? Float32Array : Float64Array;
    if (!kept) return;
    this.#rows = kept.epoch.length;
    // As they are: they are full, so that whatever comes next is written into longer ones.
    this.#stage = kept.stage;
    this.#epoch = kept.epoch;
    this.#step = kept.step;
    for (const [name, values] of kept.columns) this.#columns.set(name, values);
  }

  get rows(): number {
    return this.#rows;
  }

  get names(): string[] {
    return [...this.#columns.keys()];
  }

  /** Of what it takes in memory. */
  get bytes(): number {
    const columns = [...this.#columns.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    return 3 * this.#epoch.byteLength + columns;
  }

  #makeRoom(): void {
    if (this.#rows < this.#epoch.length) return;
    const size = Math.max(smallest, Math.ceil(1.5 * this.#rows));
    this.#stage = longer(this.#stage, size);
    this.#epoch = longer(this.#epoch, size);
    this.#step = longer(this.#step, size);
    for (const [name, values] of this.#columns)
      this.#columns.set(name, longer(values, size).fill(Number.NaN, this.#rows));
  }

  #column(name: string): Numbers {
    const found = this.#columns.get(name) ?? new this.#Numbers(this.#epoch.length).fill(Number.NaN);
    this.#columns.set(name, found);
    return found;
  }

  append({ stage, epoch, step }: Row, values: Readonly<Record<string, number | null>>): void {
    this.#makeRoom();
    const row = this.#rows++;
    this.#stage[row] = stage;
    this.#epoch[row] = epoch;
    this.#step[row] = step;
    for (const [name, value] of Object.entries(values)) this.#column(name)[row] = value ?? notFinite;
  }

  row(index: number): Row {
    return {
      stage: this.#stage[index] ?? 0,
      epoch: this.#epoch[index] ?? 0,
      step: this.#step[index] ?? 0,
    };
  }

  /** Where all rows stand. */
  get places(): { readonly stage: Uint32Array; readonly epoch: Uint32Array; readonly step: Uint32Array } {
    return {
      stage: this.#stage.subarray(0, this.#rows),
      epoch: this.#epoch.subarray(0, this.#rows),
      step: this.#step.subarray(0, this.#rows),
    };
  }

  /** The finite numbers of a row, by their names. */
  scalars(index: number): Record<string, number> {
    const found: Record<string, number> = {};
    for (const [name, values] of this.#columns) {
      const value = values[index];
      if (value !== undefined && Number.isFinite(value)) found[name] = value;
    }
    return found;
  }

  /** As many as there are rows; null for a name that it has not. */
  column(name: string): Numbers | null {
    return this.#columns.get(name)?.subarray(0, this.#rows) ?? null;
  }

  kept(): KeptTable {
    const columns = [...this.#columns.keys()].map((name) => [name, this.column(name)?.slice()] as const);
    return {
      stage: this.#stage.slice(0, this.#rows),
      epoch: this.#epoch.slice(0, this.#rows),
      step: this.#step.slice(0, this.#rows),
      columns: new Map(columns.flatMap(([name, values]) => (values ? [[name, values]] : []))),
    };
  }
}
