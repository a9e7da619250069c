/** Where lines of a log stand, counted from the beginning of their run over all stages. */
import type { RunLog } from './run-log.ts';
import type { Table } from './table.ts';

type Epoch = readonly [epoch: number, stage: number];

/** The epochs of which there are lines, in their order. */
function epochsIn(log: RunLog): Epoch[] {
  const stages = new Map<number, number>();
  for (const { epoch, stage } of [log.epochs, log.steps, log.evaluations].map((table) => table.places))
    for (let row = 0; row < epoch.length; row++)
      // Mostly it is that of the line before.
      if ((row === 0 || epoch[row] !== epoch[row - 1]) && !stages.has(epoch[row] ?? 0))
        stages.set(epoch[row] ?? 0, stage[row] ?? 0);
  return [...stages].sort(([a], [b]) => a - b);
}

/** How many steps each has: where its own lines do not say it, as many as the nearest of its stage, or else of any. */
function stepsIn(epochs: readonly Epoch[], log: RunLog): number[] {
  const known = epochs.map(([epoch]) => log.stepsOf.get(epoch) ?? null);
  const nearest = (at: number): number => {
    const stage = epochs[at]?.[1];
    for (const fits of [(other: number) => epochs[other]?.[1] === stage, () => true])
      for (let off = 1; off < epochs.length; off++)
        for (const other of [at - off, at + off]) {
          const steps = known[other];
          if (steps != null && fits(other)) return steps;
        }
    return 0;
  };
  let before: { readonly stage: number; readonly steps: number } | null = null;
  return epochs.map(([, stage], at) => {
    // Mostly the epoch before says it.
    const steps: number = known[at] ?? (before?.stage === stage ? before.steps : nearest(at));
    before = { stage, steps };
    return steps;
  });
}

/** Positions in steps; in epochs where the run logged no steps. */
export class Positions {
  readonly unit: 'step' | 'epoch';
  /** By epoch, where it begins, and where it ends. */
  readonly #begins = new Map<number, number>();
  readonly #ends = new Map<number, number>();

  constructor(log: RunLog) {
    this.unit = log.stepsOf.size > 0 ? 'step' : 'epoch';
    const epochs = epochsIn(log);
    const steps = this.unit === 'step' ? stepsIn(epochs, log) : epochs.map(() => 1);
    let at = 0;
    let last = 0;
    for (const [index, [epoch]] of epochs.entries()) {
      const own = steps[index] ?? 0;
      // Epochs of which there is no line at all.
      at += Math.max(0, epoch - last - 1) * own;
      this.#begins.set(epoch, at);
      at += own;
      this.#ends.set(epoch, at);
      last = epoch;
    }
  }

  /** Of lines within epochs. */
  within({ places: { epoch, step } }: Table): Float64Array {
    const found = new Float64Array(epoch.length);
    let begin = 0;
    for (let row = 0; row < found.length; row++) {
      if (row === 0 || epoch[row] !== epoch[row - 1]) begin = this.#begins.get(epoch[row] ?? 0) ?? 0;
      found[row] = begin + (step[row] ?? 0);
    }
    return found;
  }

  /** Of lines of epochs, at their ends. */
  atEnds({ places: { epoch } }: Table): Float64Array {
    return Float64Array.from(epoch, (one) => this.#ends.get(one) ?? 0);
  }
}
