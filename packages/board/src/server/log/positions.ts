/** Where lines of a log stand, counted from the beginning of their run over all stages. */
import type { RunLog } from './run-log.ts';
import type { Table } from './table.ts';

/** How many steps an epoch has, where its own lines do not say it: those of the nearest before it in its stage, or else of any. */
function stepsIn(epochs: readonly (readonly [epoch: number, stage: number])[], log: RunLog): number[] {
  const known = epochs.map(([epoch]) => log.stepsOf.get(epoch) ?? null);
  const nearest = (at: number): number => {
    const stage = epochs[at]?.[1];
    for (const isSame of [(other: number) => epochs[other]?.[1] === stage, () => true])
      for (let off = 1; off < epochs.length; off++)
        for (const other of [at - off, at + off]) {
          const steps = known[other];
          if (steps != null && isSame(other)) return steps;
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
    if (this.unit === 'epoch') return;
    const stages = new Map<number, number>();
    for (const table of [log.epochs, log.steps, log.evaluations])
      for (let index = 0; index < table.rows; index++) {
        const { epoch, stage } = table.row(index);
        if (!stages.has(epoch)) stages.set(epoch, stage);
      }
    const epochs = [...stages].sort(([a], [b]) => a - b);
    let at = 0;
    let last = 0;
    for (const [index, steps] of stepsIn(epochs, log).entries()) {
      const epoch = epochs[index]?.[0] ?? 0;
      // Epochs of which there is no line at all.
      at += Math.max(0, epoch - last - 1) * steps;
      this.#begins.set(epoch, at);
      at += steps;
      this.#ends.set(epoch, at);
      last = epoch;
    }
  }

  /** Of a line within an epoch. */
  within(table: Table, index: number): number {
    const { epoch, step } = table.row(index);
    return this.unit === 'epoch' ? epoch : (this.#begins.get(epoch) ?? 0) + step;
  }

  /** Of the line of an epoch, at its end. */
  atEnd(table: Table, index: number): number {
    const { epoch } = table.row(index);
    return this.unit === 'epoch' ? epoch : (this.#ends.get(epoch) ?? 0);
  }
}
