/** What a checkpoint keeps of training, taken from what trains and given back to it. */
import type { nn, optim, Tensor } from '@retort/torch';
import { prefixed, tensorsUnder } from '../tensors/tensors-under.ts';
import { TrainingError } from './errors.ts';
import type { Kernels } from './kernels.ts';
import type { MeansState } from './means.ts';
import type { SettledPrecision } from './precision.ts';
import type { Stage } from './stage.ts';
import type { Stepper } from './step.ts';
import type { Position, Timeline } from './timeline.ts';

/** All that a checkpoint keeps of training. */
export interface TrainerState {
  /** In which it was computed; versions before this one did not say so. */
  readonly precision?: SettledPrecision;
  readonly kernels?: Kernels;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly position: Position;
  readonly means: MeansState;
  /** Samples of the epoch that were shown in place of others; versions before this one knew none. */
  readonly standIns?: number;
  readonly optimizer: optim.OptimizerState['groups'] | null;
  readonly emaUpdates: number | null;
  readonly scaler: optim.GradScalerState | null;
}

/** The student, the parts, and what the stage at work has beside them. */
export function stateOf(
  student: nn.Module,
  parts: Readonly<nn.StateDict>,
  stepper: Stepper | null,
): Pick<TrainerState, 'tensors' | 'optimizer' | 'emaUpdates'> {
  const optimizer = stepper?.optimizer.stateDict() ?? null;
  const ema = stepper?.ema?.stateDict() ?? null;
  return {
    tensors: Object.fromEntries([
      ...prefixed('student.', student.stateDict()),
      ...prefixed('parts.', parts),
      ...prefixed('optimizer.', optimizer?.tensors ?? {}),
      ...prefixed('ema.', ema?.tensors ?? {}),
    ]),
    optimizer: optimizer?.groups ?? null,
    emaUpdates: ema?.updates ?? null,
  };
}

/** Brings a stepper to where it was. @throws TorchError where the state is of other parts or another optimizer */
export function restoreStepper(
  stepper: Stepper,
  { tensors, emaUpdates }: TrainerState,
  groups: optim.OptimizerState['groups'],
): void {
  stepper.parts.loadStateDict(tensorsUnder('parts.', tensors));
  stepper.optimizer.loadStateDict({ tensors: tensorsUnder('optimizer.', tensors), groups });
  if (stepper.ema && emaUpdates !== null)
    stepper.ema.loadStateDict({ tensors: tensorsUnder('ema.', tensors), updates: emaUpdates });
}

/**
 * Where a state is resumed: one that was at its end, at the epoch that has been added since to the last stage.
 *
 * @throws TrainingError where what is added cannot be trained from this state
 */
export function resumedAt(
  { position, optimizer }: TrainerState,
  stages: readonly Stage[],
  timeline: Timeline,
): Position {
  const index = stages.length - 1;
  const stage = stages[index];
  if (!stage || position.stage < stages.length) return position;
  const { steps } = timeline.length(stage);
  const done = (position.epoch - 1 - timeline.epochsBefore(index)) * timeline.stepsPerEpoch(stage);
  if (done >= steps) return position;
  const cure = 'train on from its weights in a new run, as student=NAME:FOLDER/last.safetensors';
  if (stage.steps !== undefined)
    throw new TrainingError(`a stage counted in steps that is over has no more: ${cure}`);
  if (optimizer === null)
    throw new TrainingError(
      `training had ended, and its state does not say what the optimizer had (versions before this one did not keep it), so no epochs can be added: ${cure}`,
    );
  return { ...position, stage: index };
}
