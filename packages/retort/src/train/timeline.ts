/** Where in training a step is: pure arithmetic of stages, sizes and batches. */
import { positive } from './errors.ts';
import { lengthOf, type Stage } from './stage.ts';

/** Where training stands: what is done next. */
export interface Position {
  readonly stage: number;
  /** From 1, over all stages. */
  readonly epoch: number;
  /** Optimizer steps done of this epoch. */
  readonly step: number;
}

/** An epoch of a stage. */
export interface EpochPlan {
  /** From 1, in the stage. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps of the stage before it. */
  readonly before: number;
  /** Its own: the last of a stage that counts steps may have fewer. */
  readonly steps: number;
  /** Of the stage. */
  readonly total: number;
  readonly stepsPerEpoch: number;
  readonly isLast: boolean;
}

export interface TimelineOptions {
  readonly stages: readonly Stage[];
  /** Samples of an epoch. */
  readonly size: number;
  readonly batchSize: number;
}

export class Timeline {
  readonly #options: TimelineOptions;

  /** @throws TrainingError for stages of no length, or of two */
  constructor(options: TimelineOptions) {
    this.#options = options;
    positive('batchSize', options.batchSize);
    for (const stage of options.stages) lengthOf(stage, this.stepsPerEpoch(stage));
  }

  /** Samples of a step. */
  groupSize({ accumulate = 1 }: Stage): number {
    positive('accumulate', accumulate);
    return this.#options.batchSize * accumulate;
  }

  stepsPerEpoch(stage: Stage): number {
    return Math.ceil(this.#options.size / this.groupSize(stage));
  }

  length(stage: Stage): { readonly epochs: number; readonly steps: number } {
    return lengthOf(stage, this.stepsPerEpoch(stage));
  }

  /** Epochs of the stages before one. */
  epochsBefore(index: number): number {
    return this.#options.stages.slice(0, index).reduce((sum, stage) => sum + this.length(stage).epochs, 0);
  }

  /** Epochs of all stages. */
  get epochs(): number {
    return this.epochsBefore(this.#options.stages.length);
  }

  /** @param epoch  from 1, over all stages */
  plan(stage: Stage, index: number, epoch: number): EpochPlan {
    const stepsPerEpoch = this.stepsPerEpoch(stage);
    const { epochs, steps: total } = this.length(stage);
    const own = epoch - this.epochsBefore(index);
    const before = (own - 1) * stepsPerEpoch;
    const steps = Math.min(stepsPerEpoch, total - before);
    return { epoch: own, epochs, before, steps, total, stepsPerEpoch, isLast: before + steps >= total };
  }

  /** Samples of the smallest batch that a stage will see. */
  smallestBatch(stage: Stage): number {
    const { size, batchSize } = this.#options;
    // A stage that ends within its first epoch does not reach the last batch, which has what is left.
    const rest = this.length(stage).steps < this.stepsPerEpoch(stage) ? 0 : size % batchSize;
    return rest || Math.min(batchSize, size);
  }
}
