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

/** What everything random in an epoch is drawn from: the order, the changes of samples, dropout. */
export interface Draws {
  readonly seed: number;
  readonly epoch: number;
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

  /**
   * What an epoch draws from: that of the run, or in a stage that has a seed of its own what the first stage of a run with that seed would.
   *
   * @param seed  of the run
   * @param epoch  from 1, over all stages
   */
  draws(seed: number, index: number, epoch: number): Draws {
    const own = this.#options.stages[index]?.seed;
    return own === undefined ? { seed, epoch } : { seed: own, epoch: epoch - this.epochsBefore(index) };
  }

  /** The same of the initial weights of a stage's parts, by which stage it is. */
  partsDraws(seed: number, index: number): Draws {
    const own = this.#options.stages[index]?.seed;
    return own === undefined ? { seed, epoch: index } : { seed: own, epoch: 0 };
  }

  /** The stage and the epoch of the step that came last before a position; the first ones before any. */
  before({ stage, epoch, step }: Position): Pick<Position, 'stage' | 'epoch'> {
    const last = Math.max(1, step > 0 ? epoch : epoch - 1);
    const { stages } = this.#options;
    if (step > 0) return { stage, epoch };
    return { stage: stages.findLastIndex((_, i) => this.epochsBefore(i) < last), epoch: last };
  }

  /** Samples of the smallest batch that a stage will see. */
  smallestBatch(stage: Stage): number {
    const { size, batchSize } = this.#options;
    // A stage that ends within its first epoch does not reach the last batch, which has what is left.
    const rest = this.length(stage).steps < this.stepsPerEpoch(stage) ? 0 : size % batchSize;
    return rest || Math.min(batchSize, size);
  }
}

/** When a run is evaluated; at the end of each stage it always is. */
export interface Evaluations {
  /** After so many epochs of the run; 1 where it is left out. */
  readonly every?: number | undefined;
  /** After so many optimizer steps of a stage. */
  readonly everySteps?: number | undefined;
  /** Before the first step of each stage. */
  readonly atStart?: boolean | undefined;
}

const isTime = (done: number, every: number | undefined): boolean =>
  every !== undefined && done % every === 0;

/**
 * Whether it is evaluated between two steps of a stage; after the last of an epoch, `isEvaluatedEpoch` says so.
 *
 * @param step  of the epoch, 0 before its first
 * @param done  steps of the stage
 */
export function isEvaluatedStep(
  { everySteps, atStart = false }: Evaluations,
  { step, steps, done }: { readonly step: number; readonly steps: number; readonly done: number },
): boolean {
  if (done === 0) return atStart;
  return step > 0 && step < steps && isTime(done, everySteps);
}

/**
 * Whether it is evaluated after an epoch.
 *
 * @param epoch  from 1, over all stages
 * @param done  steps of the stage
 */
export const isEvaluatedEpoch = (
  { every = 1, everySteps }: Evaluations,
  { epoch, done, endsStage }: { readonly epoch: number; readonly done: number; readonly endsStage: boolean },
): boolean => endsStage || isTime(epoch, every) || isTime(done, everySteps);
