/** One run, put together: the teacher checked, the student trained and evaluated, all of it written down, and resumed after a stop. */
import { DataError } from '../data/index.ts';
import { chosenBy } from '../evaluate/beside-teacher.ts';
import { costOf } from '../evaluate/index.ts';
import { rehearseEvaluation } from '../evaluate/rehearse.ts';
import { StoppedError } from '../evaluate/together.ts';
import type { Headline } from '../headline.ts';
import { type Ranks, shareTensors, shareValue } from '../ranks/index.ts';
import {
  type Checkpoints,
  type Inputs,
  type Logged,
  placed,
  RunError,
  RunFolder,
  readRecord,
  refuseOtherBeginning,
  refuseOtherInputs,
} from '../runs/index.ts';
import { hashTensors } from '../tensors/hash-tensors.ts';
import {
  type At,
  type Epoch,
  type Evaluations,
  isEvaluatedEpoch,
  isEvaluatedStep,
  type StepEvent,
  Trainer,
  type TrainerState,
  TrainingError,
  warnProcess,
} from '../train/index.ts';
import { type Best, improves, KeptWeights } from './best.ts';
import { checkTeacher } from './check-teacher.ts';
import { evaluateStudent } from './evaluate-student.ts';
import { inputsOf, ownCodeOf } from './inputs.ts';
import { refuseOthers, wishesOfAll } from './of-all-ranks.ts';
import { type Evaluation, fromJson, type Result } from './result.ts';
import { comparePlatforms, type Platform, platform, precisionOf, reopened } from './resume.ts';
import type { ExperimentOptions, RunSettings } from './run-settings.ts';
import { StepLog } from './step-log.ts';

/** How many steps of a stage are done. */
interface Done {
  readonly stage: number;
  readonly done: number;
}

/** What a checkpoint says beside its tensors. */
interface Saved extends Platform {
  readonly trainer: Omit<TrainerState, 'tensors'>;
  readonly logged: Logged | null;
  readonly best: Best | null;
  /** Where it was last evaluated between two steps. */
  readonly evaluated?: Done | null;
  readonly result: Result;
  /** Versions before this one did not say so. */
  readonly inputs?: Inputs;
}

/** Its trainer, made in the precision that a run which is resumed had. @throws RunError, TrainingError */
function trainerFor(options: ExperimentOptions): Trainer {
  const { out, resume, onWarning = warnProcess } = options;
  const had = (asked: Parameters<typeof precisionOf>[1]) =>
    resume && out ? precisionOf(out, asked, onWarning) : null;
  if ('trainer' in options) {
    had(options.trainer.precision);
    return options.trainer;
  }
  const { precision = 'auto' } = options;
  return new Trainer({ ...options, precision: had(precision) ?? precision, data: options.data.train });
}

/** @throws TrainingError, or what `obstacle` makes of it, with what would stop the first step of a stage; EvaluationError where the task cannot judge */
async function rehearse(trainer: Trainer, { obstacle, data }: RunSettings): Promise<void> {
  const obstacles = await trainer.rehearse();
  const [first] = obstacles;
  if (first) {
    const message = obstacles.map(({ message }) => message).join('\n');
    throw obstacle?.(obstacles) ?? new TrainingError(message, { cause: first.cause });
  }
  const { student, task, renderings } = trainer;
  await rehearseEvaluation(student, data.test, { task, renderings });
}

/** What is written into a file of weights. */
type Metadata = Readonly<Record<string, string>>;

/** What was found of weights, and what their file says. */
interface Judged {
  readonly evaluation: Evaluation;
  readonly saved: Metadata;
}

/** A run at work. */
class Run {
  readonly #options: ExperimentOptions;
  readonly #trainer: Trainer;
  readonly #inputs: Inputs;
  /** Of the student's weights before the first step. */
  readonly #began: string;
  readonly #ranks: Ranks;
  /** Of the first rank alone, which writes. */
  readonly #folder: RunFolder | null;
  readonly #checkpoints: Checkpoints<Saved> | null;
  /** Whether the run was finished, and gets more epochs. */
  readonly #isProlonged: boolean;
  readonly #headline: Headline | null;
  readonly #steps: StepLog;
  readonly #kept = new KeptWeights();
  #best: Best | null = null;
  #evaluated: Done | null = null;
  #lastCheckpoint = performance.now();
  /** Whether there is one. */
  #hasCheckpoint = false;
  #logged: Logged | null = null;
  /** Whether it was told to stop before its end. */
  #isStopped = false;
  result: Result;

  constructor(options: ExperimentOptions, trainer: Trainer) {
    const { out, resume, settings = {}, checkpoint, data, takeOver } = options;
    const { precision, student, teachers, task, ranks } = trainer;
    this.#options = options;
    this.#ranks = ranks;
    this.#trainer = trainer;
    this.#steps = new StepLog(options.log?.everySteps ?? 50);
    this.#headline = chosenBy(task, data.test, teachers.size > 0);
    // They are for the folder, and for ranks to compare.
    const inputs = out || ranks.count > 1 ? (options.inputs ?? inputsOf(student, data, teachers)) : {};
    this.#inputs = inputs;
    const beganSha256 = out ? hashTensors(student.stateDict()) : '';
    this.#began = beganSha256;
    refuseOthers(trainer, settings, inputs);
    const writes = ranks.rank === 0;
    this.#isProlonged = shareValue(
      ranks,
      () => resume === 'change' && out !== undefined && readRecord(out).status === 'finished',
    );
    this.#folder =
      out && writes
        ? resume
          ? reopened(out, { settings: options.settings, takeOver, mayChange: resume === 'change', inputs })
          : RunFolder.create(out, {
              settings,
              precision,
              inputs,
              beganSha256,
              headline: this.#headline,
              takeOver,
              ranks: ranks.count,
            })
        : null;
    this.#checkpoints =
      checkpoint === false ? null : (this.#folder?.checkpoints<Saved>(checkpoint?.keep ?? 2) ?? null);
    this.result = {
      headline: this.#headline,
      teacher: null,
      last: null,
      best: null,
      epochs: 0,
      parameters: student.parameterCount(),
      multiplyAdds: null,
      seconds: 0,
      stopped: false,
      out: this.#folder?.path ?? null,
    };
    // Where the first rank cannot open the folder, the others hear of it here.
    shareValue(ranks, () => true);
  }

  #warn(text: string): void {
    const { onWarning = warnProcess } = this.#options;
    onWarning(text);
  }

  /** Goes back to the newest whole checkpoint, or to the start; the log is cut to what belongs to it. */
  async #restore(): Promise<void> {
    const warn = (text: string): void => this.#warn(text);
    const ranks = this.#ranks;
    const checkpoint = this.#checkpoints?.newest(warn);
    const record = shareValue(ranks, () => checkpoint?.record ?? null);
    if (!record && this.#isProlonged)
      throw new RunError(
        `${this.#options.out} is finished, and no checkpoint is left to which epochs could be added: train on from its weights in another folder (--out), as student=NAME:${this.#options.out}/last.safetensors`,
      );
    if (!record) {
      refuseOtherBeginning(this.#folder?.path ?? '', this.#folder?.record.beganSha256, this.#began);
      return this.#folder?.putBackBest({});
    }
    this.#hasCheckpoint = true;
    refuseOtherInputs(this.#folder?.path ?? '', record.inputs, this.#inputs);
    comparePlatforms(record, ranks.count, warn);
    const tensors = shareTensors(ranks, () => checkpoint?.tensors ?? {});
    await this.#trainer.restore({ ...record.trainer, tensors });
    // Versions before this one kept none.
    if (checkpoint?.files) this.#folder?.putBackBest(checkpoint.files);
    this.#logged = record.logged;
    this.#best = record.best;
    this.#evaluated = record.evaluated ?? null;
    // The others have no folder to find them in.
    if (ranks.count > 1 && this.#best) {
      const weights = shareTensors(ranks, () => this.#folder?.best() ?? {});
      if (!this.#folder) this.#kept.put(weights);
    }
    const { teacher, last, best } = record.result;
    this.result = {
      ...record.result,
      teacher: fromJson(teacher),
      last: fromJson(last),
      best: fromJson(best),
      headline: this.#headline,
      // Of all that is done in the end.
      multiplyAdds: null,
      out: this.result.out,
    };
  }

  /** Writes where training stands, between two events: on all ranks at once. */
  #save(): void {
    if (this.#ranks.count > 1) this.#trainer.flush();
    if (!this.#checkpoints) return;
    const { tensors, ...trainer } = this.#trainer.state();
    this.#checkpoints.write({
      tensors,
      files: this.#folder?.bestFiles ?? {},
      record: {
        trainer,
        logged: this.#folder?.logged ?? null,
        best: this.#best,
        evaluated: this.#evaluated,
        result: this.result,
        inputs: this.#inputs,
        ...platform(this.#ranks.count),
      },
    });
    this.#lastCheckpoint = performance.now();
    this.#hasCheckpoint = true;
  }

  /**
   * Whether a checkpoint is to be made after a step. The last one of an epoch is evaluated, and followed by a checkpoint: a run that is stopped
   * meanwhile is trained again from the one before, so that there should be one, and not a much older one.
   */
  #isDue({ step, steps }: At, everySeconds: number): boolean {
    const seconds = (performance.now() - this.#lastCheckpoint) / 1000;
    return step < steps ? seconds >= everySeconds : !this.#hasCheckpoint || seconds >= everySeconds / 10;
  }

  /** Whether an error says that this run, on whichever rank, was told to stop: that is no failure. */
  #isStop(error: unknown): boolean {
    const { signal } = this.#options;
    return error instanceof StoppedError || (signal?.aborted === true && error === signal.reason);
  }

  /** The evaluations that were asked for. */
  get #evaluations(): Evaluations {
    const { evaluateEvery, evaluateEverySteps, evaluateAtStart } = this.#options;
    return { every: evaluateEvery, everySteps: evaluateEverySteps, atStart: evaluateAtStart };
  }

  /**
   * Evaluates the student as it is, and keeps it where it is the best.
   *
   * @param after  how many epochs
   * @param metadata  of its file, to which its score is added
   */
  async #judged(stage: number, after: number, metadata: Metadata): Promise<Judged> {
    this.#trainer.shareBuffers();
    const evaluation = await evaluateStudent(this.#trainer, this.#headline, this.#options);
    const { test, validation } = evaluation;
    const { student } = this.#trainer;
    const metric = this.#headline?.metric;
    const score = metric === undefined ? 0 : ((validation ?? test)[metric] ?? Number.NaN);
    const saved = metric === undefined ? metadata : { ...metadata, [metric]: String(test[metric]) };
    const { bestOver = 'stage' } = this.#options;
    if (improves(this.#best, stage, this.#headline, score, bestOver)) {
      this.#best = { stage, score };
      const { after: before } = this.result;
      this.result = { ...this.result, best: test, after: { last: before?.last ?? null, best: after } };
      if (this.#folder) this.#folder.save('best', student, saved);
      else this.#kept.keep(student);
    }
    return { evaluation, saved };
  }

  /** Evaluates between two steps where that is asked for, once: also where it was left to a run that is resumed. */
  async #evaluateAt({ stage, epoch, epochs, step, steps }: At): Promise<void> {
    const { metadata = {}, onEvaluation } = this.#options;
    const { done } = this.#trainer.reached;
    if (!isEvaluatedStep(this.#evaluations, { step, steps, done })) return;
    if (this.#evaluated?.stage === stage && this.#evaluated.done === done) return;
    const began = performance.now();
    const judged = async (): Promise<Evaluation> => {
      using _averaged = this.#trainer.ema?.swapIn();
      const of = { ...metadata, epoch: String(epoch), step: String(step) };
      return (await this.#judged(stage, epoch - 1 + step / steps, of)).evaluation;
    };
    try {
      const evaluation = await judged();
      this.#evaluated = { stage, done };
      this.#folder?.logEvaluation({ kind: 'evaluation', stage, epoch, epochs, step, steps, ...evaluation });
      onEvaluation?.({ stage, epoch, epochs, step, steps }, evaluation);
    } catch (error) {
      // It is evaluated when it is resumed.
      if (this.#isStop(error) && done > 0) this.#save();
      throw error;
    }
    this.#steps.skip(performance.now() - began);
  }

  /** Evaluates and saves the weights: their average, where the stage keeps one. */
  async #endEpoch(epoch: Epoch): Promise<void> {
    const { metadata = {}, onEpoch } = this.#options;
    const { kind: _, ...measured } = epoch;
    const { position, reached, student } = this.#trainer;
    let evaluation: Evaluation | null = null;
    {
      using _averaged = this.#trainer.ema?.swapIn();
      let saved: Metadata = { ...metadata, epoch: String(epoch.epoch) };
      const endsStage = position.stage !== epoch.stage;
      if (isEvaluatedEpoch(this.#evaluations, { epoch: epoch.epoch, done: reached.done, endsStage })) {
        const judged = await this.#judged(epoch.stage, epoch.epoch, saved).catch((error: unknown) => {
          throw this.#withRun(error);
        });
        ({ evaluation, saved } = judged);
        const { after } = this.result;
        this.result = {
          ...this.result,
          last: evaluation.test,
          after: after && { ...after, last: epoch.epoch },
        };
      }
      if (this.#checkpoints || evaluation) this.#folder?.save('last', student, saved);
    }
    // Not before: one that is stopped while it is evaluated goes on from the checkpoint before.
    this.result = { ...this.result, epochs: epoch.epoch, seconds: this.result.seconds + epoch.seconds };
    this.#folder?.log({ ...measured, ...evaluation }, epoch.epoch);
    this.#save();
    onEpoch?.(epoch, evaluation);
  }

  /** What cannot be read while an epoch is evaluated, or by one of several ranks, leaves the run at its last checkpoint. */
  #withRun(error: unknown): unknown {
    if (!(error instanceof DataError) || !this.#checkpoints) return error;
    return new DataError(
      `${error.message}; the run in ${this.#folder?.path} can be resumed from its last checkpoint when the data can be read`,
      { cause: error },
    );
  }

  async #checkTeachers(): Promise<void> {
    const { data, teacherCheck, inputs, onEvaluate, signal } = this.#options;
    const { stages, teachers, task, renderings } = this.#trainer;
    const asksTeacher = stages.some(({ methods }) => methods.some(({ needsTeacher }) => needsTeacher));
    if (!asksTeacher || this.result.teacher) return;
    for (const [i, teacher] of [...teachers.values()].entries()) {
      const found = await checkTeacher(teacher, data.test, {
        task,
        renderings: { student: renderings.teacher },
        ownCode: ownCodeOf(inputs),
        stops: teacherCheck !== false,
        warn: (text) => this.#warn(text),
        onProgress: (done, total) => onEvaluate?.('teacher', done, total),
        signal,
        ranks: this.#ranks,
      });
      if (i === 0) this.result = { ...this.result, teacher: found };
    }
  }

  /** What cannot be read any more between two steps, as of a folder that has gone, leaves a checkpoint that says where training stood. */
  #withCheckpoint(error: unknown): unknown {
    if (!(error instanceof DataError) || !this.#checkpoints) return error;
    // The other ranks are elsewhere by now.
    if (this.#ranks.count > 1) return this.#withRun(error);
    this.#save();
    const { epoch, step } = this.#trainer.position;
    return new DataError(
      `${error.message}; a checkpoint after step ${step} of epoch ${epoch} is kept in ${this.#folder?.path}, which can be resumed when the data can be read`,
      { cause: error },
    );
  }

  /** The same events, with a checkpoint where what comes next cannot be read. */
  async *#keeping(events: AsyncGenerator<StepEvent | Epoch, void, void>): typeof events {
    try {
      yield* events;
    } catch (error) {
      throw this.#withCheckpoint(error);
    }
  }

  async #train(): Promise<void> {
    const { resume, settings, recipe, beside, checkpoint, signal, onStep, onFill } = this.#options;
    const { everySeconds = 300 } = checkpoint || {};
    if (resume) await this.#restore();
    if (this.#folder && resume === 'change' && settings) {
      const { path, record } = this.#folder;
      const { reached } = this.#trainer;
      this.#folder.claim(reached, settings, placed(path, record.settings, settings, reached));
    } else {
      this.#folder?.claim(resume ? this.#trainer.reached : undefined);
    }
    if (recipe !== undefined) this.#folder?.keepRecipe(recipe);
    this.#folder?.keepBeside(beside ?? {});
    await this.#checkTeachers();
    // Not before: a teacher that is refused leaves nothing that must be removed before the next try.
    this.#folder?.begin(this.#logged, this.#trainer.position.epoch);
    const best = () => this.#folder?.best() ?? this.#kept.weights;
    const begins = (at: At): Promise<void> => this.#evaluateAt(at);
    const events = this.#trainer.run({ best, signal, onFill, begins, logEvery: this.#steps.every });
    for await (const event of this.#keeping(events)) {
      if (event.kind === 'epoch') {
        await this.#endEpoch(event);
        continue;
      }
      onStep?.(event);
      const line = this.#steps.lineOf(event);
      if (line) this.#folder?.logStep(line);
      const { stop, save } = wishesOfAll(this.#ranks, {
        stop: signal?.aborted ?? false,
        save: this.#ranks.rank === 0 && this.#isDue(event, everySeconds),
      });
      if (!stop)
        await this.#evaluateAt(event).catch((error: unknown) => {
          throw this.#withCheckpoint(error);
        });
      if (save || stop) this.#save();
      if (stop) {
        this.#isStopped = true;
        return;
      }
    }
  }

  /** Counted when all is trained, so that nothing of that is another for it; no run fails by it. */
  async #multiplyAdds(): Promise<number | null> {
    const { student, task, renderings } = this.#trainer;
    try {
      return (await costOf(student, this.#options.data.test, { task, renderings })).multiplyAdds;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#warn(`the student's multiply-adds could not be counted, and are left out of the result: ${why}`);
      return null;
    }
  }

  async start(): Promise<Result> {
    try {
      await this.#train();
    } catch (error) {
      // Being told to stop is no failure; anything else is, also while stopping.
      if (!this.#isStop(error)) {
        const message = error instanceof Error ? error.message : String(error);
        this.#folder?.end('failed', { ...this.result, error: message });
        throw error;
      }
      this.#isStopped = true;
    }
    const stopped = this.#isStopped;
    const multiplyAdds = stopped || this.#ranks.rank > 0 ? null : await this.#multiplyAdds();
    this.result = { ...this.result, multiplyAdds, stopped };
    this.#folder?.end(stopped ? 'stopped' : 'finished', { ...this.result });
    return this.result;
  }
}

/**
 * Trains a student, from teachers where a method asks for them, and evaluates it. With a folder it can be stopped at any moment, by
 * `kill -9` too, and resumed to the same bits as without the stop.
 *
 * @throws TeacherError if the teacher has nothing to teach by its scores on the test split, before the first step
 * @throws TrainingError, RunError
 * @example const { last } = await run({ student, teachers: [teacher], stages: [stageOf({ method: kd(), epochs: 10 })], data, out: 'runs/first' });
 */
export async function run(options: ExperimentOptions): Promise<Result> {
  const { out, resume } = options;
  if (out === '')
    throw new RunError(
      'the name of the run folder (`out`) is empty: name one, or leave it out to write nothing',
    );
  if (resume && !out) throw new RunError('a run is resumed in its folder: name it');
  const trainer = trainerFor(options);
  await rehearse(trainer, options);
  return new Run(options, trainer).start();
}
