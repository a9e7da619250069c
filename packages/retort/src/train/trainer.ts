/**
 * Training through its stages, a step at a time. Where it stands is a position and a few tensors: what was saved between two steps goes
 * on to the same bits, since order, augmentation and everything random are functions of seed, epoch and step.
 */
import {
  cudaIsAvailable,
  keep,
  nextTurn,
  type nn,
  optim,
  type Precision,
  resolvePrecision,
  scope,
  type Tensor,
} from '@retort/torch';
import {
  type Augmentation,
  checkDataset,
  type Dataset,
  draw,
  epochBatches,
  onlyClass,
  type View,
} from '../data/index.ts';
import { tensorsUnder } from '../tensors-under.ts';
import { unknown } from '../unknown.ts';
import { Assembly, type Rehearsal } from './assembly.ts';
import { CachedTeacher, type CacheOptions, cacheTeachers } from './cache/index.ts';
import { carryOver } from './carry-over.ts';
import { positive, TrainingError, warnProcess } from './errors.ts';
import { Means, type MeansState } from './means.ts';
import { lengthOf, type Stage } from './stage.ts';
import { type Compute, forwardIn, type Stepper } from './step.ts';
import type { Filling } from './teacher.ts';
import { refuseUntrainable } from './trained.ts';
import { Views } from './views.ts';

export interface TrainerOptions {
  /** Its weights are in channels_last memory from then on; those of teachers too. */
  readonly student: nn.Layer;
  /** Several teachers' logits are averaged, unless a method names the one that it learns from. */
  readonly teachers?: readonly nn.Layer[] | Readonly<Record<string, nn.Layer>> | undefined;
  readonly stages: readonly Stage[];
  readonly data: Dataset;
  /** 64 in the CRD benchmark. */
  readonly batchSize?: number | undefined;
  readonly augmentation?: Augmentation | undefined;
  /** `auto`, where it is left out, is the faster of fp32 and bf16 (see `autoPrecision()`), on a GPU fp32. fp16 scales its losses, and needs a GPU. */
  readonly precision?: Precision | 'fp16' | undefined;
  readonly seed?: number | undefined;
  /** Keeps what the teachers say in files, and asks each once for an image in a view. */
  readonly cache?: CacheOptions | undefined;
  /** While a cache is filled. */
  readonly onFill?: ((filling: Filling) => void) | undefined;
  /** Warnings go to the process where it is left out. */
  readonly onWarning?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Says that these stages, networks and data have been rehearsed: `run` does it else, before the first step. */
  readonly rehearsed?: boolean | undefined;
  /** The best weights so far, for a stage that starts from them; null where none were evaluated. */
  readonly best?: (() => nn.StateDict | null) | undefined;
}

/** Where training stands: what is done next. */
export interface Position {
  readonly stage: number;
  /** From 1, over all stages. */
  readonly epoch: number;
  /** Optimizer steps done of this epoch. */
  readonly step: number;
}

export interface StepEvent {
  readonly kind: 'step';
  readonly stage: number;
  /** From 1, over all stages. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done, and to do, in this epoch. */
  readonly step: number;
  readonly steps: number;
  /** Done in this epoch. */
  readonly images: number;
  readonly loss: number;
}

export interface Epoch {
  readonly kind: 'epoch';
  readonly stage: number;
  /** From 1, over all stages. */
  readonly epoch: number;
  readonly epochs: number;
  /** The mean over the epoch of each weighted term, by name, and their sum as `loss`. */
  readonly losses: Readonly<Record<string, number>>;
  /** Share of training images that the student had right while it learned. */
  readonly trainTop1: number;
  /** At the end of the epoch. */
  readonly lr: number;
  readonly imagesPerSecond: number;
  readonly seconds: number;
}

/** Why a stage could not be trained. */
export interface Obstacle {
  readonly stage: number;
  /** Which method of the stage. */
  readonly method: number;
  readonly message: string;
  /** What was thrown. */
  readonly cause: unknown;
}

/** All that a checkpoint keeps of training. */
export interface TrainerState {
  /** In which it was computed; versions before this one did not say so. */
  readonly precision?: Compute;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly position: Position;
  readonly means: MeansState;
  readonly optimizer: optim.OptimizerState['groups'] | null;
  readonly emaUpdates: number | null;
  readonly scaler: optim.GradScalerState | null;
}

const prefixed = (prefix: string, tensors: Readonly<Record<string, Tensor>>): [string, Tensor][] =>
  Object.entries(tensors).map(([name, tensor]) => [`${prefix}.${name}`, tensor]);

function computeIn(precision: Precision | 'fp16', device: 'cpu' | 'cuda'): Compute {
  // What is measured is the processor.
  if (precision === 'auto' && device === 'cuda') return 'fp32';
  if (precision !== 'fp16') return resolvePrecision(precision);
  if (device !== 'cuda') {
    const why = cudaIsAvailable() ? 'the student is on the CPU' : 'there is none here';
    throw new TrainingError(`fp16 needs a GPU, and ${why}: use fp32, bf16 or auto`);
  }
  return 'fp16';
}

/** See the head of the file. @example const trainer = new Trainer({ student, stages, data }); for await (const event of trainer.run()) … */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #assembly: Assembly;
  readonly #views: Views;
  readonly #seed: number;
  readonly #batchSize: number;
  readonly #device: string;
  /** What the precision that was asked for is here. */
  readonly precision: Compute;
  readonly #scaler: optim.GradScaler | null;
  readonly #means = new Means();
  readonly #warned = new Set<string>();
  #position: Position = { stage: 0, epoch: 1, step: 0 };
  #stepper: Stepper | null = null;
  /** The stage that the stepper is for. */
  #stepperStage = -1;
  /** Parts of the stage before the one that begins next, where they were restored. */
  #carried: Readonly<nn.StateDict> = {};

  /** @throws TrainingError for impossible settings */
  constructor(options: TrainerOptions) {
    const { student, stages, batchSize = 64, seed = 0, precision = 'auto', teachers = [], cache } = options;
    if (cache) positive('cache.views', cache.views);
    const named = new Map(Object.entries(teachers));
    positive('batchSize', batchSize);
    checkDataset(options.data);
    if (stages.length === 0) throw new TrainingError('there is no stage to train');
    for (const { methods } of stages) {
      if (methods.length === 0) throw new TrainingError('a stage needs a method');
      for (const { name, needsTeacher, teacher } of methods) {
        if (needsTeacher && named.size === 0) throw new TrainingError(`the method ${name} needs a teacher`);
        if (teacher !== undefined && !named.has(teacher))
          throw new TrainingError(`${name}: ${unknown('teacher', teacher, [...named.keys()])}`);
      }
    }
    this.#options = options;
    this.#batchSize = batchSize;
    this.#seed = seed;
    this.#device = student.parameters()[0]?.device ?? 'cpu';
    const kind = this.#device.startsWith('cuda') ? 'cuda' : 'cpu';
    this.precision = computeIn(precision, kind);
    this.#scaler = this.precision === 'fp16' ? new optim.GradScaler() : null;
    student.to({ memoryFormat: 'channels_last' });
    const { data, augmentation } = options;
    this.#views = new Views({ data, augmentation, seed, cacheSeed: cache?.seed ?? 0, device: this.#device });
    this.#assembly = new Assembly({
      student,
      teachers: named,
      data,
      device: this.#device,
      precise: {
        forward: forwardIn(this.precision, kind),
        compiles: this.precision === 'fp32' && kind === 'cpu',
      },
      scaler: this.#scaler,
      images: () => this.#views.batch(Int32Array.of(0, 0), this.#views.fresh(0, 1)).images,
      cached: cache && cacheTeachers(this.#views, cache, this.precision, (text) => this.#warn(text)),
      warn: (text) => this.#warn(text),
    });
    for (const stage of stages) {
      lengthOf(stage, this.#stepsPerEpoch(stage));
      this.#refuseUntrainable(stage);
    }
  }

  #refuseUntrainable(stage: Stage): void {
    const asked = this.#assembly.asked(stage.methods).map(([, model]) => model);
    refuseUntrainable(stage, this.#options.student, asked);
  }

  /** Says something once, to the process where nobody listens. */
  #warn(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    const { onWarning = warnProcess } = this.#options;
    onWarning(text);
  }

  get position(): Position {
    return this.#position;
  }

  /** Where it stands, with the first epoch of the stage and how many of its steps are done. */
  get reached(): Position & { readonly first: number; readonly done: number } {
    const { stage: index, epoch, step } = this.#position;
    const first = this.#epochsBefore(index) + 1;
    const stage = this.#options.stages[index];
    const done = stage ? (epoch - first) * this.#stepsPerEpoch(stage) + step : 0;
    return { ...this.#position, first, done };
  }

  /** Epochs of all stages. */
  get epochs(): number {
    return this.#options.stages.reduce((sum, stage) => sum + this.#length(stage).epochs, 0);
  }

  /** The average of the student's weights, where the stage keeps one. */
  get ema(): optim.EMA | null {
    return this.#stepper?.ema ?? null;
  }

  #stepsPerEpoch({ accumulate = 1 }: Stage): number {
    positive('accumulate', accumulate);
    return Math.ceil(this.#options.data.size / (this.#batchSize * accumulate));
  }

  #length(stage: Stage): { epochs: number; steps: number } {
    return lengthOf(stage, this.#stepsPerEpoch(stage));
  }

  /** Epochs of the stages before. */
  #epochsBefore(index: number): number {
    return this.#options.stages.slice(0, index).reduce((sum, stage) => sum + this.#length(stage).epochs, 0);
  }

  /**
   * Tries each method of each stage in a step with the smallest batch that will come, and says what would stop it. Changes nothing; caches
   * are not asked.
   */
  rehearse(): Obstacle[] {
    const { stages } = this.#options;
    return stages.flatMap((stage, index) =>
      stage.methods.flatMap((method, i): Obstacle[] => {
        const before = stages[index - 1]?.methods ?? [];
        const tried = (images: number): unknown => {
          try {
            this.#assembly.rehearse(stage, method, before, this.#rehearsal(index, stage, images));
          } catch (error) {
            return error;
          }
          return null;
        };
        const smallest = this.#smallestBatch(stage);
        const cause = tried(smallest);
        if (cause === null) return [];
        const said = cause instanceof Error ? cause.message : String(cause);
        const isTooSmall = smallest < this.#batchSize && tried(this.#batchSize) === null;
        const message = isTooSmall ? this.#tooSmall(smallest, said) : said;
        return [{ stage: index, method: i, message, cause }];
      }),
    );
  }

  /** @throws TrainingError with what a rehearsal finds */
  #refuseObstacles(): void {
    for (const stage of this.#options.stages) this.#refuseUntrainable(stage);
    const obstacles = this.rehearse();
    const [first] = obstacles;
    if (first)
      throw new TrainingError(obstacles.map(({ message }) => message).join('\n'), { cause: first.cause });
  }

  #tooSmall(smallest: number, why: string): string {
    const images = smallest === 1 ? 'one image' : `${smallest} images`;
    const { size } = this.#options.data;
    return `the last batch of each epoch has ${images} (${size} in batches of ${this.#batchSize}), which is too few: ${why}. Choose another batch size`;
  }

  #smallestBatch(stage: Stage): number {
    const { size } = this.#options.data;
    // A stage that ends within its first epoch does not reach the last batch, which has what is left.
    const rest = this.#length(stage).steps < this.#stepsPerEpoch(stage) ? 0 : size % this.#batchSize;
    return rest || Math.min(this.#batchSize, size);
  }

  /** The first step of a stage, but with so many images. */
  #rehearsal(index: number, stage: Stage, images: number): Rehearsal {
    const { epochs, steps } = this.#length(stage);
    const { lr } = stage.schedule({ epochs, stepsPerEpoch: this.#stepsPerEpoch(stage), steps })(0);
    const epoch = this.#epochsBefore(index) + 1;
    const ids = Int32Array.from({ length: Math.min(images, this.#options.data.size) }, (_, i) => i);
    return {
      batch: (views) => this.#views.batch(ids, this.#views.fresh(epoch, views)),
      seed: this.#stepSeed(epoch, 1, 'step'),
      progress: { epoch: 1, epochs },
      place: { epoch, step: 1, lr },
    };
  }

  /** The caches that the stages need, without what is in them; none without `cache`. */
  caches(): CachedTeacher[] {
    const all = this.#options.stages.flatMap((stage) => [
      ...(this.#assembly.stepper(stage, 0n).teachers?.byName().values() ?? []),
    ]);
    const cached = all.filter((teacher) => teacher instanceof CachedTeacher);
    return [...new Map(cached.map((teacher) => [teacher.folder, teacher])).values()];
  }

  #makeStepper(index: number, stage: Stage): Stepper {
    return this.#assembly.stepper(stage, this.#stepSeed(index, 0, 'parts'));
  }

  /** What a step, or the parts of a stage, draw from. */
  #stepSeed(epoch: number, step: number, purpose: 'step' | 'parts'): bigint {
    const [high, low] = draw({ seed: this.#seed, epoch, sample: step, purpose });
    return (BigInt(high) << 32n) | BigInt(low);
  }

  /** The stepper of a stage, made as it begins. */
  #enter(index: number, stage: Stage): Stepper {
    if (this.#stepper && this.#stepperStage === index) return this.#stepper;
    const { student, best } = this.#options;
    // The caller may have frozen something since the trainer was made.
    this.#refuseUntrainable(stage);
    if (stage.start === 'best' && index > 0) {
      const weights = best?.();
      if (!weights)
        throw new TrainingError(`stage ${index} starts from the best weights, but none were evaluated`);
      student.loadStateDict(weights);
    }
    const stepper = this.#makeStepper(index, stage);
    carryOver(this.#stepper?.parts.stateDict() ?? this.#carried, stepper.parts);
    this.#stepper = stepper;
    this.#stepperStage = index;
    return stepper;
  }

  /** The view that an epoch shows; where teachers are cached, they have seen it then. */
  async #viewOf({ teachers, objectives }: Stepper, epoch: number): Promise<View> {
    const { cache, onFill, signal } = this.#options;
    if (!cache || !teachers) return this.#views.fresh(epoch, objectives.views);
    const view = (epoch - 1) % cache.views;
    await teachers.fill(view, onFill, signal);
    return this.#views.kept(view, objectives.views);
  }

  /**
   * Trains from where it stands. Between two events nothing runs: what the caller does meanwhile (evaluate, save the state) is its own
   * affair, and leaving the loop ends training. What a step sets (training modes of student and teachers, which parameters require
   * gradients, deterministic algorithms) is as it was when the step is over.
   *
   * @throws TrainingError before the first step with what a rehearsal finds, and when a loss or a gradient is not finite; no weight has been changed by the step then, but running statistics of batch norms
   * and memories have seen its batch
   */
  async *run(): AsyncGenerator<StepEvent | Epoch, void, void> {
    const { stages, data } = this.#options;
    if (!this.#options.rehearsed) this.#refuseObstacles();
    const only = onlyClass(data);
    if (only !== null)
      this.#warn(
        `all ${data.size.toLocaleString('en')} images of ${data.name} are of one class, '${only}': of labels the student learns only to say that always`,
      );
    for (;;) {
      const { stage: index, epoch } = this.#position;
      const stage = stages[index];
      if (!stage) return;
      const stepper = this.#enter(index, stage);
      const stepsPerEpoch = this.#stepsPerEpoch(stage);
      const { epochs, steps: total } = this.#length(stage);
      const before = (epoch - 1 - this.#epochsBefore(index)) * stepsPerEpoch;
      const steps = Math.min(stepsPerEpoch, total - before);
      const { accumulate = 1 } = stage;
      const progress = { epoch: epoch - this.#epochsBefore(index), epochs };
      const schedule = stage.schedule({ epochs, stepsPerEpoch, steps: total });
      const view = await this.#viewOf(stepper, epoch);
      let images = this.#means.state.count;
      const start = performance.now();
      const seen = images;
      stepper.parts.train();
      const groups = epochBatches(data, {
        seed: this.#seed,
        epoch,
        batchSize: this.#batchSize * accumulate,
      });
      let step = 0;
      for (const ids of groups) {
        if (step >= steps) break;
        if (step++ < this.#position.step) continue;
        const setting = schedule(before + step - 1);
        stepper.optimizer.apply(setting);
        const {
          losses,
          right,
          images: count,
        } = scope(() => {
          const batches = Array.from({ length: Math.ceil(ids.length / this.#batchSize) }, (_, i) =>
            this.#views.batch(ids.subarray(i * this.#batchSize, (i + 1) * this.#batchSize), view),
          );
          const seed = this.#stepSeed(epoch, step, 'step');
          return stepper.step(batches, { seed, progress, place: { epoch, step, lr: setting.lr } });
        });
        images += count;
        this.#means.add({ ...losses, top1: right / count }, count);
        this.#position = { stage: index, epoch, step };
        const loss = losses.loss ?? Number.NaN;
        yield { kind: 'step', stage: index, epoch, epochs: this.epochs, step, steps, images, loss };
        await nextTurn();
      }
      const { top1: trainTop1 = 0, ...losses } = this.#means.means;
      this.#means.state = { sums: {}, count: 0 };
      const isLast = before + steps >= total;
      this.#position = { stage: isLast ? index + 1 : index, epoch: epoch + 1, step: 0 };
      const seconds = (performance.now() - start) / 1000;
      yield {
        kind: 'epoch',
        stage: index,
        epoch,
        epochs: this.epochs,
        losses,
        trainTop1,
        lr: schedule(before + steps - 1).lr,
        imagesPerSecond: (images - seen) / seconds,
        seconds,
      };
    }
  }

  /** What to save between two events. The tensors are live: write them before training goes on. */
  state(): TrainerState {
    const { student } = this.#options;
    // That of the last stage is kept when it is over: more epochs may be added to it.
    const last = Math.min(this.#position.stage, this.#options.stages.length - 1);
    const stepper = this.#stepperStage === last ? this.#stepper : null;
    const parts = this.#stepper?.parts.stateDict() ?? this.#carried;
    const optimizer = stepper?.optimizer.stateDict() ?? null;
    const ema = stepper?.ema?.stateDict() ?? null;
    return {
      tensors: Object.fromEntries([
        ...prefixed('student', student.stateDict()),
        ...prefixed('parts', parts),
        ...prefixed('optimizer', optimizer?.tensors ?? {}),
        ...prefixed('ema', ema?.tensors ?? {}),
      ]),
      precision: this.precision,
      position: this.#position,
      means: this.#means.state,
      optimizer: optimizer?.groups ?? null,
      emaUpdates: ema?.updates ?? null,
      scaler: this.#scaler?.stateDict() ?? null,
    };
  }

  /**
   * Goes back to a state, whose tensors are copied.
   *
   * @throws TrainingError or TorchError if it is of other stages, another student or another precision
   */
  restore(state: TrainerState): void {
    const { precision = this.precision } = state;
    if (precision !== this.precision)
      throw new TrainingError(
        `the state was computed in ${precision}, and this trainer computes in ${this.precision}: it would not go on to the same bits; ask for precision ${precision}`,
      );
    const { student, stages } = this.#options;
    const position = this.#prolonged(state);
    const stage = stages[position.stage];
    student.loadStateDict(tensorsUnder('student.', state.tensors));
    this.#stepper = null;
    this.#stepperStage = -1;
    const parts = tensorsUnder('parts.', state.tensors);
    this.#carried = Object.fromEntries(
      Object.entries(parts).map(([name, tensor]) => [name, keep(tensor.clone())]),
    );
    if (stage && state.optimizer) {
      const stepper = this.#makeStepper(position.stage, stage);
      stepper.parts.loadStateDict(parts);
      stepper.optimizer.loadStateDict({
        tensors: tensorsUnder('optimizer.', state.tensors),
        groups: state.optimizer,
      });
      if (stepper.ema && state.emaUpdates !== null)
        stepper.ema.loadStateDict({
          tensors: tensorsUnder('ema.', state.tensors),
          updates: state.emaUpdates,
        });
      this.#stepper = stepper;
      this.#stepperStage = position.stage;
    }
    if (this.#scaler && state.scaler) this.#scaler.loadStateDict(state.scaler);
    this.#means.state = state.means;
    this.#position = position;
  }

  /** Where a state goes on: one that was at its end, at the epoch that has been added since to the last stage. */
  #prolonged({ position, optimizer }: TrainerState): Position {
    const { stages } = this.#options;
    const index = stages.length - 1;
    const stage = stages[index];
    if (!stage || position.stage < stages.length) return position;
    const { steps } = this.#length(stage);
    const done = (position.epoch - 1 - this.#epochsBefore(index)) * this.#stepsPerEpoch(stage);
    if (done >= steps) return position;
    const cure = 'train on from its weights in a new run, as student=NAME:FOLDER/last.safetensors';
    if (stage.steps !== undefined)
      throw new TrainingError(`a stage counted in steps that is over has no more: ${cure}`);
    if (optimizer === null)
      throw new TrainingError(
        `training had ended, and its state does not say what the optimizer had (versions before this one did not keep it), so that no epochs can be added: ${cure}`,
      );
    return { ...position, stage: index };
  }
}
