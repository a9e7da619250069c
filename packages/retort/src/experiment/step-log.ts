/** What is logged of steps: a line every so many, so that there are curves within an epoch. */
import type { StepRecord } from '../runs/index.ts';
import type { StepEvent } from '../train/index.ts';

/** A line of `metrics.jsonl`. */
export interface StepLine extends StepRecord {
  /** Of this step. */
  readonly losses: Readonly<Record<string, number>>;
  readonly lr: number;
  readonly gradientNorm: number;
  /** Since the line before; null where nothing was measured yet. */
  readonly samplesPerSecond: number | null;
}

export class StepLog {
  readonly every: number;
  #samples = 0;
  #epoch = 0;
  #since = performance.now();

  constructor(everySteps: number) {
    this.every = everySteps;
  }

  /** Leaves out so many milliseconds, which were no training. */
  skip(milliseconds: number): void {
    this.#since += milliseconds;
  }

  /** The line of a step; null where it has none. */
  lineOf(event: StepEvent): StepLine | null {
    const { stage, epoch, epochs, step, steps, samples, losses, lr, gradientNorm } = event;
    const now = performance.now();
    const [before, since] = [this.#samples, this.#since];
    const begins = epoch !== this.#epoch;
    const isDue = step % this.every === 0;
    // What was evaluated between two epochs is no training.
    if (begins || isDue) [this.#epoch, this.#samples, this.#since] = [epoch, samples, now];
    if (!isDue) return null;
    const samplesPerSecond = begins ? null : (1000 * (samples - before)) / (now - since);
    return { kind: 'step', stage, epoch, epochs, step, steps, losses, lr, gradientNorm, samplesPerSecond };
  }
}
