/** A stage of training: what is learned, for how long, and how. Methods that change over time are several stages. */
import type { nn, optim } from '@retort/torch';
import type { Method } from '../methods/index.ts';
import { TrainingError } from './errors.ts';
import type { Length } from './schedule.ts';

export interface Stage {
  /** Their terms add up. */
  readonly methods: readonly Method[];
  /** How long: passes over the data, or optimizer steps. */
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
  /** Made anew for each stage. */
  optimizer(parameters: nn.Parameter[]): optim.Optimizer;
  schedule(length: Length): optim.Schedule;
  /**
   * Of all that is random in it (order, changes of samples, dropout, initial weights of a method's parts), as if it were the first of a run with this
   * seed; where it is left out they go on from the run's.
   */
  readonly seed?: number | undefined;
  /**
   * The weights it starts from: those at the end of the stage before (where it is left out), or the best that were evaluated: of the last stage that was, or of all
   * before, as `best` of the run says.
   */
  readonly start?: 'last' | 'best' | undefined;
  /** The gradients' norm is brought down to this. */
  readonly clipNorm?: number | undefined;
  /** Each element of the gradients is brought within ± this. */
  readonly clipValue?: number | undefined;
  /** Batches whose gradients are added up for one step; 1 where it is left out. */
  readonly accumulate?: number | undefined;
  /** What of the student does not learn in this stage: paths of modules (all parameters below) or of parameters. */
  readonly freeze?: readonly string[] | undefined;
  /**
   * Whether batch norms below `freeze` also keep their running statistics and normalise by them, as in evaluation. Where it is left out
   * they normalise by the batch and their statistics move, as PyTorch's do where only `requires_grad` is false.
   */
  readonly freezeStatistics?: boolean | undefined;
  /**
   * Whether nothing learns but the classifier that the student's anatomy names, in place of `freeze`: all of it is then as in evaluation (`frozen`), or
   * its batch norms normalise by the batch, and their statistics move (`train`).
   */
  readonly probe?: 'frozen' | 'train' | undefined;
  /** Evaluates and keeps an exponential moving average of the weights. */
  readonly ema?: optim.EMAOptions | undefined;
}

/** @throws TrainingError unless a stage says how long it is, in one way */
export function lengthOf(
  { epochs, steps }: Pick<Stage, 'epochs' | 'steps'>,
  stepsPerEpoch: number,
): { epochs: number; steps: number } {
  if ((epochs === undefined) === (steps === undefined))
    throw new TrainingError('a stage has either epochs or steps');
  const given = epochs ?? steps ?? 0;
  if (!Number.isInteger(given) || given < 1) {
    const name = epochs === undefined ? 'steps' : 'epochs';
    throw new TrainingError(`${name} must be a whole number from 1, got ${given}`);
  }
  if (epochs !== undefined) return { epochs, steps: epochs * stepsPerEpoch };
  return { epochs: Math.ceil(given / stepsPerEpoch), steps: given };
}
