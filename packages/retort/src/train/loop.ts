/** The training loop: the only place that knows optimizer, schedule, precision and mode. */
import {
  autocast,
  nextTurn,
  nn,
  noGrad,
  optim,
  type Precision,
  resolvePrecision,
  scope,
  type Tensor,
} from '@retort/torch';
import { type Augmentation, type Batch, type Dataset, epochBatches, makeBatch } from '../data/index.ts';
import type { Features, Method, Objective } from '../methods/index.ts';
import { type ScheduleName, schedules } from './schedule.ts';
import { allTaps, measureShapes } from './shapes.ts';

export interface Step {
  readonly epoch: number;
  /** Steps done and to do in this epoch. */
  readonly step: number;
  readonly steps: number;
  readonly images: number;
  readonly loss: number;
}

export interface TrainOptions {
  readonly student: nn.Layer;
  readonly teacher?: nn.Layer | undefined;
  readonly method: Method;
  readonly data: Dataset;
  readonly epochs: number;
  /** 64 in the CRD benchmark. */
  readonly batchSize?: number | undefined;
  /** 0.05 in the CRD benchmark (0.01 for MobileNet and ShuffleNet). */
  readonly lr?: number | undefined;
  readonly momentum?: number | undefined;
  readonly weightDecay?: number | undefined;
  readonly nesterov?: boolean | undefined;
  readonly schedule?: ScheduleName | undefined;
  readonly augmentation?: Augmentation | undefined;
  readonly precision?: Precision | undefined;
  readonly seed?: number | undefined;
  readonly onStep?: ((step: Step) => void) | undefined;
  /** Stops after the current step. */
  readonly signal?: AbortSignal | undefined;
}

export interface Epoch {
  /** From 1. */
  readonly epoch: number;
  /** The mean over the epoch of each weighted term, by name, and their sum as `loss`. */
  readonly losses: Readonly<Record<string, number>>;
  /** Share of training images that the student had right while it learned. */
  readonly trainTop1: number;
  /** At the end of the epoch. */
  readonly lr: number;
  readonly imagesPerSecond: number;
  readonly seconds: number;
}

export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}

function positive(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new TrainingError(`${name} must be a whole number from 1, got ${value}`);
}

/** Sums over an epoch, so that its means are right when the last batch is smaller. */
class Means {
  readonly #sums: Record<string, number> = {};
  #count = 0;

  add(values: Readonly<Record<string, number>>, count: number): void {
    for (const [name, value] of Object.entries(values))
      this.#sums[name] = (this.#sums[name] ?? 0) + value * count;
    this.#count += count;
  }

  get means(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.#sums).map(([name, sum]) => [name, sum / this.#count]));
  }
}

interface Machinery {
  readonly options: TrainOptions;
  readonly precision: 'fp32' | 'bf16';
  readonly optimizer: optim.SGD;
  readonly objective: Objective;
}

/** Forward, backward, update. The values come back as numbers, all tensors of the step are freed. */
function trainStep(
  { options, precision, optimizer, objective }: Machinery,
  batch: Batch,
): { losses: Record<string, number>; top1: number } {
  const { student, teacher, method } = options;
  const taps = allTaps([method]);
  const forward = (model: nn.Layer, paths: readonly string[]): { logits: Tensor; features: Features } => {
    const { output, taps: features } = nn.tap(
      model,
      paths,
      () => {
        if (precision === 'fp32') return model.forward(batch.images);
        return autocast('bfloat16', () => model.forward(batch.images)).to('float32');
      },
      { copy: true },
    );
    return { logits: output, features };
  };
  return scope(() => {
    optimizer.zeroGrad();
    // A scope of its own: during backward only the graph holds activations, and lets each go when it has been used.
    const { logits, terms, loss } = scope(() => {
      const answered = teacher && method.needsTeacher ? noGrad(() => forward(teacher, taps.teacher)) : null;
      const { logits, features } = forward(student, taps.student);
      const terms = objective.losses({
        student: logits,
        teacher: answered?.logits ?? null,
        labels: batch.labels,
        studentFeatures: features,
        teacherFeatures: answered?.features ?? {},
      });
      const loss = Object.values(terms).reduce((sum, term) => sum.add(term));
      return { logits, terms, loss };
    });
    loss.backward();
    optimizer.step();
    const losses = Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.item()]));
    const right = noGrad(() => logits.argmax(1).eq(batch.labels).to('float32').mean().item());
    return { losses: { ...losses, loss: loss.item() }, top1: right };
  });
}

/**
 * Trains the student, one epoch an iteration: what the caller does between epochs (evaluate, save) is its own affair, and leaving the
 * loop ends training. Between steps the event loop turns. Parameters stay where they are, in channels_last memory.
 *
 * @throws TrainingError for impossible settings, or when a loss is no longer finite
 * @example for await (const epoch of train({ student, teacher, method: kd(), data: train, epochs: 10 })) console.log(epoch);
 */
export async function* train(options: TrainOptions): AsyncGenerator<Epoch, void, void> {
  const { student, teacher, method, data, epochs, batchSize = 64, lr = 0.05, seed = 0, signal } = options;
  positive('epochs', epochs);
  positive('batchSize', batchSize);
  if (method.needsTeacher && !teacher) throw new TrainingError(`the method ${method.name} needs a teacher`);
  const precision = resolvePrecision(options.precision ?? 'auto');
  student.to({ memoryFormat: 'channels_last' });
  teacher?.to({ memoryFormat: 'channels_last' }).requiresGrad(false).eval();
  const stepsPerEpoch = Math.ceil(data.size / batchSize);
  const schedule = schedules[options.schedule ?? 'multi-step'](lr, { epochs, stepsPerEpoch });
  const { momentum = 0.9, weightDecay = 5e-4, nesterov = false } = options;
  const objective = scope(() => {
    const few = makeBatch(data, Int32Array.of(0, 0), { seed, epoch: 0 });
    const networks = { student, teacher: teacher ?? null };
    return method.objective(measureShapes(networks, allTaps([method]), few.images, data.classes.length));
  });
  objective.parts?.to({ memoryFormat: 'channels_last' });
  const parameters = [...student.parameters(), ...(objective.parts?.parameters() ?? [])];
  const optimizer = new optim.SGD(parameters, { lr, momentum, weightDecay, nesterov });
  const machinery = { options, precision, optimizer, objective };

  for (let epoch = 1; epoch <= epochs; epoch++) {
    student.train();
    const means = new Means();
    const start = performance.now();
    let step = 0;
    let images = 0;
    let rate = lr;
    for (const ids of epochBatches(data, { seed, epoch, batchSize })) {
      const settings = schedule((epoch - 1) * stepsPerEpoch + step);
      optimizer.apply(settings);
      rate = settings.lr;
      const { losses, top1 } = scope(() => {
        const batch = makeBatch(data, ids, { seed, epoch, augmentation: options.augmentation });
        return trainStep(machinery, batch);
      });
      for (const [name, value] of Object.entries(losses)) {
        if (!Number.isFinite(value)) {
          throw new TrainingError(
            `the loss '${name}' is ${value} at step ${step + 1} of epoch ${epoch}: a lower learning rate (now ${settings.lr}) is the usual cure`,
          );
        }
      }
      step++;
      images += ids.length;
      means.add({ ...losses, top1 }, ids.length);
      options.onStep?.({ epoch, step, steps: stepsPerEpoch, images, loss: losses.loss ?? Number.NaN });
      await nextTurn();
      if (signal?.aborted) return;
    }
    const seconds = (performance.now() - start) / 1000;
    const { top1: trainTop1 = 0, ...losses } = means.means;
    yield { epoch, losses, trainTop1, lr: rate, imagesPerSecond: images / seconds, seconds };
  }
}
