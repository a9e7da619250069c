/** The simplest form of training: one stage, with the CRD benchmark's settings unless others are given. */
import { type nn, optim, type Precision, refuseUnknown } from '@retort/torch';
import type { Dataset, Transform } from '../data/index.ts';
import { defaults } from '../defaults.ts';
import type { Method } from '../methods/index.ts';
import { positive } from './errors.ts';
import type { Epoch, StepEvent } from './events.ts';
import { type ScheduleName, schedules } from './schedule.ts';
import type { Stage } from './stage.ts';
import { Trainer } from './trainer.ts';

export interface StageSettings {
  readonly method: Method;
  readonly epochs: number;
  /** 0.05 in the CRD benchmark (0.01 for MobileNet and ShuffleNet). */
  readonly lr?: number | undefined;
  readonly momentum?: number | undefined;
  readonly weightDecay?: number | undefined;
  readonly nesterov?: boolean | undefined;
  readonly schedule?: ScheduleName | undefined;
  /** What of the student does not learn: paths of modules (all parameters below) or of parameters. */
  readonly freeze?: readonly string[] | undefined;
  /** Whether batch norms below `freeze` keep their running statistics too, and normalise by them. */
  readonly freezeStatistics?: boolean | undefined;
}

export interface TrainOptions extends StageSettings {
  readonly student: nn.Layer;
  readonly teacher?: nn.Layer | undefined;
  readonly data: Dataset;
  /** 64 in the CRD benchmark. */
  readonly batchSize?: number | undefined;
  /** How samples are changed by chance, one after another. */
  readonly transforms?: readonly Transform[] | undefined;
  readonly precision?: Precision | undefined;
  readonly seed?: number | undefined;
  readonly onStep?: ((step: StepEvent) => void) | undefined;
  /** Stops after the current step. */
  readonly signal?: AbortSignal | undefined;
}

const stageNames: Readonly<Record<keyof StageSettings, true>> = {
  method: true,
  epochs: true,
  lr: true,
  momentum: true,
  weightDecay: true,
  nesterov: true,
  schedule: true,
  freeze: true,
  freezeStatistics: true,
};

const trainNames: Readonly<Record<keyof TrainOptions, true>> = {
  ...stageNames,
  student: true,
  teacher: true,
  data: true,
  batchSize: true,
  transforms: true,
  precision: true,
  seed: true,
  onStep: true,
  signal: true,
};

/**
 * A stage of SGD from a few settings.
 *
 * @throws TorchError for a setting that there is none of, with the one that was probably meant
 * @example stageOf({ method: kd(), epochs: 240 })
 */
export function stageOf(settings: StageSettings): Stage {
  refuseUnknown('stageOf', settings, stageNames);
  return stageFrom(settings);
}

function stageFrom(settings: StageSettings): Stage {
  const { sgd } = defaults;
  const { freeze, freezeStatistics } = settings;
  const { method, epochs, lr = sgd.lr, momentum = sgd.momentum } = settings;
  const { weightDecay = sgd.weightDecay, nesterov = sgd.nesterov } = settings;
  positive('epochs', epochs);
  const schedule = schedules[settings.schedule ?? defaults.schedule].create({});
  return {
    methods: [method],
    epochs,
    freeze,
    freezeStatistics,
    optimizer: (parameters) => new optim.SGD(parameters, { lr, momentum, weightDecay, nesterov }),
    schedule: (length) => schedule(lr, length),
  };
}

/**
 * Trains the student, one epoch an iteration: what the caller does between epochs (evaluate, save) is its own affair, and leaving the
 * loop ends training. Between steps the event loop turns. Parameters stay where they are, in channels_last memory.
 *
 * @throws TrainingError for impossible settings, or when a loss or gradient is no longer finite
 * @example for await (const epoch of train({ student, teacher, method: kd(), data: train, epochs: 10 })) console.log(epoch);
 */
export async function* train(options: TrainOptions): AsyncGenerator<Epoch, void, void> {
  refuseUnknown('train', options, trainNames);
  const { student, teacher, data, batchSize, transforms, precision, seed, signal } = options;
  const trainer = new Trainer({
    student,
    teachers: teacher ? [teacher] : [],
    stages: [stageFrom(options)],
    data,
    batchSize,
    transforms,
    precision,
    seed,
  });
  for await (const event of trainer.run()) {
    if (event.kind === 'epoch') {
      yield event;
      continue;
    }
    options.onStep?.(event);
    if (signal?.aborted) return;
  }
}
