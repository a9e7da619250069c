/** Learning-rate schedules by name, for a run of so many epochs. */
import { optim } from '@retort/torch';

export interface Length {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** In all. */
  readonly steps: number;
}

/** What a schedule name stands for, once the length of the run is known. */
export type ScheduleFactory = (lr: number, length: Length) => optim.Schedule;

/**
 * - `multi-step`: a tenth of the rate after 150, 180 and 210 of 240 epochs (the CRD benchmark), in proportion for other lengths.
 * - `one-cycle`: up and down once with PyTorch's defaults, for short runs.
 */
export const schedules = {
  'multi-step': (lr, { epochs, stepsPerEpoch }) =>
    optim.multiStepLR({
      lr,
      milestones: [150, 180, 210].map((epoch) => Math.round((epoch / 240) * epochs) * stepsPerEpoch),
    }),
  'one-cycle': (lr, { steps }) => optim.oneCycleLR({ maxLr: lr, totalSteps: steps }),
} satisfies Record<string, ScheduleFactory>;

export type ScheduleName = keyof typeof schedules;
