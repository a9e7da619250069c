/**
 * Training through its stages, a step at a time. Where it stands is a position and a few tensors: a state that was saved between two
 * steps is resumed to the same bits, since order, augmentation and everything random are functions of seed, epoch and step.
 */
import { nextTurn, type nn, noGrad, type optim, scope } from '@retort/torch';
import { checkDataset, checkSampling, type Drawing, type Renderings, withTokenizers } from '../data/index.ts';
import { defaults } from '../defaults.ts';
import { alone, type Ranks, refuseOtherRanks, refuseOtherWeights } from '../ranks/index.ts';
import { classification, type Task } from '../tasks/index.ts';
import { tensorsUnder } from '../tensors/tensors-under.ts';
import { Assembly } from './assembly.ts';
import { CachedTeacher, cacheTeachers } from './cache/index.ts';
import { notNegative, positive, TrainingError, warnProcess } from './errors.ts';
import type { Epoch, StepEvent } from './events.ts';
import { refuseFewSamples, refuseImpossible, refuseRanks, refuseUnmixable } from './impossible.ts';
import { kernelsNow, resumeKernels } from './kernels.ts';
import { Measures } from './measures.ts';
import { runningIn, type SettledPrecision, scalerFor, settlePrecision } from './precision.ts';
import { type AskedPulls, type PullsAt, pullsAt } from './pulls.ts';
import { Reached } from './reached.ts';
import { type Obstacle, obstaclesOf, stepSeed } from './rehearsal.ts';
import { remarksOf } from './remarks.ts';
import { Shown, type StepShown } from './shown.ts';
import { Source } from './source.ts';
import type { Stage } from './stage.ts';
import { StageAtWork } from './stage-at-work.ts';
import { StandIns } from './stand-ins.ts';
import { restoreStepper, resumedAt, stateOf, type TrainerState } from './state.ts';
import type { Stepper, StepSetting } from './step.ts';
import { type Draws, type Position, Timeline } from './timeline.ts';
import { refuseUntrainable } from './trained.ts';
import type { RunHow, TrainerOptions } from './trainer-options.ts';

/** See the head of the file. @example const trainer = new Trainer({ student, stages, data }); for await (const event of trainer.run()) … */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #assembly: Assembly;
  readonly #timeline: Timeline;
  readonly #source: Source;
  readonly #shown: Shown;
  readonly #seed: number;
  readonly #batchSize: number;
  readonly #ranks: Ranks;
  /** What the precision that was asked for is here. */
  readonly precision: SettledPrecision;
  readonly #scaler: optim.GradScaler | null;
  readonly #measures: Measures;
  readonly #warned = new Set<string>();
  #rehearsed: boolean;
  #position: Position = { stage: 0, epoch: 1, step: 0 };
  readonly #standIns: StandIns;
  readonly #work = new StageAtWork();

  /** @throws TrainingError for impossible settings */
  constructor(options: TrainerOptions) {
    const {
      student,
      stages,
      batchSize = defaults.batchSize,
      seed = defaults.seed,
      precision = defaults.precision,
      teachers = [],
      cache,
      ranks = alone,
    } = options;
    const { data, transforms = [], task = classification, mixing, sampling = {} } = options;
    const renderings = withTokenizers(options.renderings ?? {});
    if (cache) positive('cache.views', cache.views);
    if (options.readAhead !== undefined) notNegative('readAhead', options.readAhead);
    const named = new Map(Object.entries(teachers));
    checkDataset(data);
    checkSampling(data, sampling);
    refuseImpossible(stages, named, cache !== undefined);
    refuseUnmixable({ task, batchSize, mixing, sampling, cached: cache !== undefined });
    this.#options = options;
    this.#rehearsed = options.rehearsed ?? false;
    this.#batchSize = batchSize;
    this.#ranks = ranks;
    this.#standIns = new StandIns(ranks);
    this.#seed = seed;
    this.#timeline = new Timeline({ stages, size: data.size, batchSize });
    const device = student.parameters()[0]?.device ?? 'cpu';
    const kind = device.startsWith('cuda') ? 'cuda' : 'cpu';
    refuseFewSamples(ranks, batchSize);
    refuseRanks(ranks, kind);
    this.precision = settlePrecision(precision, kind);
    const { readEvery = kind === 'cuda' ? 50 : 1 } = options;
    positive('readEvery', readEvery);
    this.#scaler = scalerFor(this.precision);
    this.#measures = new Measures({ every: readEvery, scaled: this.#scaler !== null });
    student.to({ memoryFormat: 'channels_last' });
    const cacheSeed = cache?.seed ?? 0;
    this.#source = new Source({ data, task, transforms, mixing, renderings, cacheSeed, device });
    const { readAhead: ahead = 2 } = options;
    this.#shown = new Shown({ source: this.#source, data, sampling, batchSize, ranks, ahead });
    const warn = (text: string): void => this.#warn(text);
    this.#assembly = new Assembly({
      student,
      teachers: named,
      device,
      task,
      ranks,
      syncBatchNorm: options.syncBatchNorm ?? false,
      running: runningIn(this.precision, kind),
      scaler: this.#scaler,
      deferred: readEvery > 1,
      specimen: () => ({
        task,
        data,
        batch: this.#source.first(2, this.#source.fresh({ seed, epoch: 0 }, { turns: 1, upright: false })),
        isMixed: mixing !== undefined,
      }),
      cached: cache && cacheTeachers(this.#source, cache, this.precision, warn, ranks),
      warn,
    });
    for (const stage of stages) this.#refuseUntrainable(stage);
    const about = { task, timeline: this.#timeline, batchSize };
    for (const sentence of remarksOf(stages, about)) warn(sentence);
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

  get student(): nn.Layer {
    return this.#options.student;
  }

  /** By name; those of a list by their places. */
  get teachers(): ReadonlyMap<string, nn.Layer> {
    return new Map(Object.entries(this.#options.teachers ?? []));
  }

  /** Those that train the student together. */
  get ranks(): Ranks {
    return this.#ranks;
  }

  get stages(): readonly Stage[] {
    return this.#options.stages;
  }

  get task(): Task {
    return this.#options.task ?? classification;
  }

  get renderings(): Renderings {
    return this.#source.options.renderings;
  }

  /** Where it stands, with the first epoch of the stage and how many of its steps are done. */
  get reached(): Position & { readonly first: number; readonly done: number } {
    const { stage: index, epoch, step } = this.#position;
    const first = this.#timeline.epochsBefore(index) + 1;
    const stage = this.#options.stages[index];
    const done = stage ? (epoch - first) * this.#timeline.stepsPerEpoch(stage) + step : 0;
    return { ...this.#position, first, done };
  }

  /** Epochs of all stages. */
  get epochs(): number {
    return this.#timeline.epochs;
  }

  /** The average of the student's weights, where the stage keeps one. */
  get ema(): optim.EMA | null {
    return this.#work.stepper?.ema ?? null;
  }

  /**
   * Tries each method of each stage in a step with the smallest batch that will come, and says what would stop it. Changes nothing; caches
   * are not asked.
   */
  async rehearse(): Promise<Obstacle[]> {
    await this.#source.prime(this.#batchSize);
    const { stages, student } = this.#options;
    const reached = new Reached();
    const obstacles = obstaclesOf({
      stages,
      reached,
      timeline: this.#timeline,
      assembly: this.#assembly,
      source: this.#source,
      seed: this.#seed,
      batchSize: this.#batchSize,
      ranks: this.#ranks,
    });
    this.#rehearsed = obstacles.length === 0;
    const remark = this.#rehearsed ? reached.remark(student, stages) : null;
    if (remark !== null) this.#warn(remark);
    return obstacles;
  }

  /** @throws TrainingError with what a rehearsal finds */
  async #refuseObstacles(): Promise<void> {
    for (const stage of this.#options.stages) this.#refuseUntrainable(stage);
    const obstacles = await this.rehearse();
    const [first] = obstacles;
    if (first)
      throw new TrainingError(obstacles.map(({ message }) => message).join('\n'), { cause: first.cause });
  }

  /** @throws RanksError where ranks would not train one student on one sequence of batches */
  #refuseOthers(): void {
    const { data, student } = this.#options;
    const [seed, batchSize] = [this.#seed, this.#batchSize];
    refuseOtherRanks(this.#ranks, { seed, batchSize, 'the number of samples': data.size });
    refuseOtherWeights(this.#ranks, student);
  }

  /**
   * How each term of the loss pulls at the student as it is: the mean of its gradients over the first batches of the epoch that was trained last, drawn and
   * computed as a step of it does. Teachers are asked; neither student nor training is changed.
   *
   * @throws TrainingError where methods have parts, and nothing is known of them
   */
  async termGradients(asked: AskedPulls): Promise<PullsAt> {
    await this.#source.prime(this.#batchSize);
    return pullsAt(
      {
        ...this.#options,
        ...{ timeline: this.#timeline, source: this.#source, seed: this.#seed, batchSize: this.#batchSize },
        stepper: (index, stage) => this.#makeStepper(index, stage),
      },
      asked,
    );
  }

  /** The caches that the stages need, opened, without what is in them; none without `cache`. */
  async caches(): Promise<CachedTeacher[]> {
    await this.#source.prime(this.#batchSize);
    const all = this.#options.stages.flatMap(({ methods }) => [
      ...(this.#assembly.teachers(methods)?.byName().values() ?? []),
    ]);
    const cached = all.filter((teacher) => teacher instanceof CachedTeacher);
    for (const teacher of cached) await teacher.open();
    return [...new Map(cached.map((teacher) => [teacher.folder, teacher])).values()];
  }

  #makeStepper(index: number, stage: Stage): Stepper {
    return this.#assembly.stepper(stage, stepSeed(this.#timeline.partsDraws(this.#seed, index), 0, 'parts'));
  }

  /** The stepper of a stage, made as it begins. */
  #enter(index: number, stage: Stage, { best }: RunHow): Stepper {
    const begun = this.#work.of(index);
    if (begun) return begun;
    const { student } = this.#options;
    // The caller may have frozen something since the trainer was made.
    this.#refuseUntrainable(stage);
    // Frozen ones count in training; what was evaluated, and got those of the first rank, may have been an average.
    this.shareBuffers();
    if (stage.start === 'best' && index > 0) {
      const weights = best?.();
      if (!weights)
        throw new TrainingError(`stage ${index} starts from the best weights, but none were evaluated`);
      student.loadStateDict(weights);
    }
    const stepper = this.#makeStepper(index, stage);
    this.#work.begin(index, stepper);
    return stepper;
  }

  /** How an epoch draws its samples; where teachers are cached, one of the views, which they have seen then. */
  async #drawingOf(
    { teachers, objectives }: Stepper,
    draws: Draws,
    { onFill, signal }: RunHow,
  ): Promise<Drawing> {
    const { cache } = this.#options;
    if (!cache || !teachers) return this.#source.fresh(draws, objectives);
    const view = (draws.epoch - 1) % cache.views;
    await teachers.fill(view, onFill, signal);
    return this.#source.kept(view, objectives);
  }

  /** One step over samples that were read, by as many batches as are accumulated, from the `first` of the epoch on; answers how many samples. */
  #step(
    stepper: Stepper,
    shown: StepShown,
    drawing: Drawing,
    { first, ...how }: StepSetting & { readonly first: number },
  ): number {
    return scope(() => {
      const stepped = stepper.step(this.#shown.batches(shown, drawing, first), how);
      this.#measures.add(how.place, stepped);
      return stepped.samples;
    });
  }

  /**
   * Trains from where it stands. Between two events nothing runs: what the caller does meanwhile (evaluate, save the state) is its own
   * affair, and leaving the loop ends training. What a step sets (training modes of student and teachers, which parameters require
   * gradients, deterministic algorithms) is as it was when the step is over.
   *
   * @param given  in place of what the trainer was made with
   * @throws RanksError before the first step where ranks have other weights, samples or seeds than the first
   * @throws TrainingError before the first step with what a rehearsal finds, and when a loss or a gradient is not finite; no weight has been changed by the step then, but running statistics of batch norms
   * and memories have seen its batch
   */
  async *run(given: RunHow = {}): AsyncGenerator<StepEvent | Epoch, void, void> {
    let hasFailed = false;
    try {
      yield* this.#run(given);
    } catch (error) {
      hasFailed = true;
      throw error;
    } finally {
      this.#source.release();
      this.#flush(hasFailed);
    }
  }

  /** Puts on the disk what teachers said. @param hasFailed  whether there is an error already, which is the one to tell */
  #flush(hasFailed = false): void {
    try {
      this.#work.stepper?.teachers?.flush();
    } catch (error) {
      if (!hasFailed) throw error;
    }
  }

  async *#run(given: RunHow): AsyncGenerator<StepEvent | Epoch, void, void> {
    const { stages, data, sampling, onFill, signal, best } = this.#options;
    const how: RunHow = { onFill, signal, best, ...given };
    const { logEvery = Number.POSITIVE_INFINITY } = how;
    if (this.#rehearsed) await this.#source.prime(this.#batchSize);
    else await this.#refuseObstacles();
    this.#refuseOthers();
    const remark = this.task.remark?.(data, sampling);
    if (remark) this.#warn(remark);
    for (;;) {
      const { stage: index, epoch } = this.#position;
      const stage = stages[index];
      if (!stage) return;
      const stepper = this.#enter(index, stage, how);
      const plan = this.#timeline.plan(stage, index, epoch);
      const { epochs, steps, before, total, stepsPerEpoch } = plan;
      const progress = { epoch: plan.epoch, epochs };
      const schedule = stage.schedule({ epochs, stepsPerEpoch, steps: total });
      const draws = this.#timeline.draws(this.#seed, index, epoch);
      await how.begins?.({ stage: index, epoch, epochs: this.epochs, step: this.#position.step, steps });
      const drawing = await this.#drawingOf(stepper, draws, how);
      let samples = this.#measures.samples;
      const start = performance.now();
      let waited = 0;
      const seen = samples;
      stepper.parts.train();
      const groupSize = this.#timeline.groupSize(stage);
      const epochShown = { draws, drawing, samples: groupSize, steps, done: this.#position.step };
      for await (const shown of this.#shown.steps(epochShown)) {
        using _ = shown;
        const step = this.#position.step + 1;
        const setting = schedule(before + step - 1);
        const { lr } = setting;
        stepper.optimizer.apply(setting);
        const first = (step - 1) * (stage.accumulate ?? 1);
        const place = { epoch, step, lr };
        const seeds = this.#shown.seeds(draws, step, shown);
        samples += this.#step(stepper, shown, drawing, { ...seeds, progress, place, first });
        this.#standIns.add(this.#shown.standIns(shown));
        this.#measures.readIfDue(step, step === steps || step % logEvery === 0);
        this.#position = { stage: index, epoch, step };
        const { losses, gradientNorm } = this.#measures.last;
        const loss = losses.loss ?? Number.NaN;
        const at = { stage: index, epoch, epochs: this.epochs, step, steps };
        const told = performance.now();
        yield { kind: 'step', ...at, samples, loss, losses, lr, gradientNorm };
        // What is done meanwhile, as an evaluation, is no training.
        waited += performance.now() - told;
        await nextTurn();
      }
      this.#flush();
      this.#position = { stage: plan.isLast ? index + 1 : index, epoch: epoch + 1, step: 0 };
      const seconds = (performance.now() - start - waited) / 1000;
      const standIns = this.#standIns.end();
      yield {
        kind: 'epoch',
        stage: index,
        epoch,
        epochs: this.epochs,
        ...this.#measures.endEpoch(),
        ...(standIns > 0 ? { standIns } : {}),
        lr: schedule(before + steps - 1).lr,
        samplesPerSecond: (samples - seen) / seconds,
        seconds,
      };
    }
  }

  /** Gives all ranks what the first has of the student beside its parameters: running statistics, of which each has those of its slices. */
  shareBuffers(): void {
    const { student } = this.#options;
    noGrad(() => this.#ranks.share_([...student.buffers(), ...(this.#work.stepper?.parts.buffers() ?? [])]));
  }

  /**
   * What all ranks do before the first writes a checkpoint: what their teachers said is on the disk when it returns, and what they counted is
   * known to all.
   *
   * @throws RunError where it cannot be written
   */
  flush(): void {
    this.#flush();
    this.#standIns.tell();
  }

  /**
   * What to save between two events. The tensors are live: write them before training goes on. What teachers said until now is on the disk
   * when it returns.
   *
   * @throws TrainingError where a step since the last reading was not finite: nothing of it is to be saved; RunError where it cannot be written
   */
  state(): TrainerState {
    this.#measures.read();
    const { student } = this.#options;
    this.#flush();
    // That of the last stage is kept when it is over: more epochs may be added to it.
    const last = Math.min(this.#position.stage, this.#options.stages.length - 1);
    return {
      ...stateOf(student, this.#work.parts, this.#work.of(last)),
      precision: this.precision,
      kernels: kernelsNow(),
      position: this.#position,
      means: this.#measures.state,
      standIns: this.#standIns.count,
      scaler: this.#scaler?.stateDict() ?? null,
    };
  }

  /**
   * Goes back to a state, whose tensors are copied.
   *
   * @throws TrainingError or TorchError if it is of other stages, another student or another precision
   */
  async restore(state: TrainerState): Promise<void> {
    const { precision = this.precision } = state;
    if (precision !== this.precision)
      throw new TrainingError(
        `the state was computed in ${precision}, and this trainer computes in ${this.precision}: resumed, it would not come to the same bits; ask for precision ${precision}`,
      );
    resumeKernels(state.kernels, (text) => this.#warn(text));
    const { student, stages } = this.#options;
    await this.#source.prime(this.#batchSize);
    const position = resumedAt(state, stages, this.#timeline);
    const stage = stages[position.stage];
    student.loadStateDict(tensorsUnder('student.', state.tensors));
    this.#work.restore(tensorsUnder('parts.', state.tensors), () => {
      if (!stage || !state.optimizer) return null;
      const stepper = this.#makeStepper(position.stage, stage);
      restoreStepper(stepper, state, state.optimizer);
      return { index: position.stage, stepper };
    });
    if (this.#scaler && state.scaler) this.#scaler.loadStateDict(state.scaler);
    this.#measures.state = state.means;
    this.#standIns.count = state.standIns ?? 0;
    this.#position = position;
  }
}
