/** One run, put together: the teacher checked, the student trained and evaluated, all of it written down, and gone on with after a stop. */
import { keep, type nn, noGrad } from '@retort/torch';
import type { Splits } from './data/index.ts';
import { type Accuracy, chanceOf, EvaluationError, evaluate, nearChance } from './evaluate/index.ts';
import { hashTensors } from './hash-tensors.ts';
import { inputsOf } from './inputs.ts';
import {
  type Checkpoints,
  changesOf,
  differingSettings,
  type Inputs,
  type Logged,
  machine,
  placed,
  RunError,
  RunFolder,
  readRecord,
  refuseEdited,
  refuseOtherBeginning,
  refuseOtherInputs,
  versions,
} from './runs/index.ts';
import {
  type Compute,
  type Epoch,
  isCompute,
  type StepEvent,
  Trainer,
  type TrainerOptions,
  type TrainerState,
  warnProcess,
} from './train/index.ts';

export interface ExperimentOptions extends Omit<TrainerOptions, 'data' | 'best'> {
  readonly data: Splits;
  /** Whether a teacher near chance stops the run (where it is left out), or is only warned of: false for one that is weak on purpose. */
  readonly teacherCheck?: boolean | undefined;
  /** The run folder; nothing is written where it is left out. */
  readonly out?: string | undefined;
  /**
   * Goes on with the run in `out`; where `settings` are given, they must be those of its `run.json`, or with `change` differ from them in what
   * may be changed on the way: epochs, learning rate and schedule of stages that are not over, how often is evaluated and saved. The last
   * stage of a run that is finished gets more epochs by it.
   */
  readonly resume?: boolean | 'change' | undefined;
  /** Takes a run that says it is running on another machine, where it cannot be seen. */
  readonly takeOver?: boolean | undefined;
  /** What `run.json` says the run was. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** What it is made of, by content, where files are known; the data and the teachers as they are given, where it is left out. */
  readonly inputs?: Inputs | undefined;
  /** Written into the weight files: names the architecture for whoever loads them. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Evaluates after every so many epochs, and after the last of each stage; 1 where it is left out. */
  readonly evaluateEvery?: number | undefined;
  /** A checkpoint is written after each epoch, and in an epoch after so many seconds; `keep` of them stay. */
  readonly checkpoint?: { readonly everySeconds?: number; readonly keep?: number } | undefined;
  readonly onStep?: ((step: StepEvent) => void) | undefined;
  readonly onEpoch?: ((epoch: Epoch, evaluation: Evaluation | null) => void) | undefined;
  readonly onEvaluate?: ((what: 'teacher' | 'student', done: number, total: number) => void) | undefined;
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Stops after the current step, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;
}

/** The student on the test split, and on the images held out where there are some. */
export interface Evaluation {
  readonly test: Accuracy;
  readonly validation: Accuracy | null;
}

export interface Result {
  /** The teacher on the test split, before the first step. */
  readonly teacher: Accuracy | null;
  /** The student when it was last evaluated; null if it never was. */
  readonly last: Accuracy | null;
  /**
   * The student where it was best on the images held out, in the last stage that was evaluated. Without such images it is chosen on the test
   * split, which flatters: compare `last`.
   */
  readonly best: Accuracy | null;
  readonly bestTop1: number;
  readonly epochs: number;
  readonly parameters: number;
  /** In training, evaluation aside. */
  readonly seconds: number;
  readonly stopped: boolean;
  readonly out: string | null;
}

export class TeacherError extends Error {
  override readonly name = 'TeacherError';
}

/** Each stage has a best of its own: after a stage that learns features only, the next begins far above it. */
interface Best {
  readonly stage: number;
  readonly score: number;
}

/** What a checkpoint says beside its tensors. */
interface Saved {
  readonly trainer: Omit<TrainerState, 'tensors'>;
  readonly logged: Logged | null;
  readonly best: Best | null;
  readonly result: Result;
  /** Versions before this one did not say so. */
  readonly inputs?: Inputs;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, unknown>>;
}

async function checkTeacher(teacher: nn.Layer, options: ExperimentOptions): Promise<Accuracy> {
  const { test } = options.data;
  const accuracy = await evaluate(teacher, test, {
    whose: 'the teacher',
    onProgress: (done, total) => options.onEvaluate?.('teacher', done, total),
    signal: options.signal,
  });
  if (!nearChance(accuracy.top1, test)) return accuracy;
  const { share, majority } = chanceOf(test);
  const of = majority === null ? 'of chance' : `that always saying '${majority}' is right on`;
  const found =
    `the teacher is right on ${(100 * accuracy.top1).toFixed(2)} % of ${test.name}, near the ${(100 * share).toFixed(2)} % ${of}: ` +
    'it has other weights than its architecture needs, was trained with another normalisation or another order of classes, or on other data';
  const { teacherCheck, onWarning = warnProcess } = options;
  if (teacherCheck !== false)
    throw new TeacherError(
      `${found}; if it is weak on purpose, say teacherCheck: false (--no-teacher-check)`,
    );
  onWarning(`${found}. The student learns from it all the same, as teacherCheck is false`);
  return accuracy;
}

/** The same bits need the same libtorch and number of threads; another processor may round otherwise. */
function compareMachines(then: Saved, warn: (text: string) => void): void {
  const now = { versions: versions(), machine: machine() };
  const fixed = [
    ['libtorch', then.versions.libtorch, now.versions.libtorch],
    ['threads', then.machine.threads, now.machine.threads],
  ];
  for (const [name, before, after] of fixed) {
    if (before === after) continue;
    const cure = name === 'threads' ? `: set OMP_NUM_THREADS=${before}` : '';
    throw new RunError(
      `the run had ${name} ${before}, and here it is ${after}: it would not go on to the same bits${cure}`,
    );
  }
  if (then.machine.processor !== now.machine.processor)
    warn(`the run began on ${then.machine.processor}, this is ${now.machine.processor}: rounding may differ`);
}

/** The precision that a run had: `auto` may be another here and now. @throws RunError if another is asked for */
function precisionOf(folder: string, { precision = 'auto', onWarning }: ExperimentOptions): Compute | 'auto' {
  const { precision: had } = readRecord(folder);
  if (had === undefined) {
    if (precision === 'auto')
      onWarning?.(
        `${folder} does not say in which precision it was computed: it goes on in what is faster here`,
      );
    return precision;
  }
  if (!isCompute(had))
    throw new RunError(`${folder} was computed in precision '${had}', which there is none of`);
  if (precision !== 'auto' && precision !== had)
    throw new RunError(
      `${folder} was computed in ${had}, and ${precision} is asked for: it would not go on to the same bits`,
    );
  return had;
}

/** @throws RunError if the run in the folder is of other settings, or was begun with other contents */
function reopened(
  folder: string,
  { settings, takeOver, resume }: ExperimentOptions,
  inputs: Inputs,
): RunFolder {
  const record = readRecord(folder);
  refuseEdited(folder, record);
  if (resume === 'change' && settings) changesOf(folder, record, settings);
  const other = resume !== 'change' && settings ? differingSettings(record.settings, settings) : [];
  if (other.length)
    throw new RunError(
      `${folder} holds a run of other settings (${other.join(', ')}): it cannot be gone on with by these`,
    );
  refuseOtherInputs(folder, record.inputs, inputs);
  return RunFolder.reopen(folder, { takeOver });
}

/** A run at work. */
class Run {
  readonly #options: ExperimentOptions;
  readonly #trainer: Trainer;
  readonly #inputs: Inputs;
  /** Of the student's weights before the first step. */
  readonly #began: string;
  readonly #folder: RunFolder | null;
  readonly #checkpoints: Checkpoints<Saved> | null;
  /** Whether the run was finished, and gets more epochs. */
  readonly #isProlonged: boolean;
  #best: Best | null = null;
  #bestWeights: nn.StateDict | null = null;
  #lastCheckpoint = performance.now();
  #logged: Logged | null = null;
  result: Result;

  constructor(options: ExperimentOptions) {
    const { out, resume, settings = {}, checkpoint, student, data, takeOver } = options;
    if (out === '')
      throw new RunError(
        'the name of the run folder (`out`) is empty: name one, or leave it out to write nothing',
      );
    if (resume && !out) throw new RunError('a run is gone on with in its folder: name it');
    this.#options = options;
    this.#trainer = new Trainer({
      ...options,
      precision: resume && out ? precisionOf(out, options) : options.precision,
      data: data.train,
      best: () => this.#folder?.best() ?? this.#bestWeights,
    });
    const { precision } = this.#trainer;
    // They are for the folder alone.
    const inputs = out ? (options.inputs ?? inputsOf(student, data, options.teachers)) : {};
    this.#inputs = inputs;
    const beganSha256 = out ? hashTensors(student.stateDict()) : '';
    this.#began = beganSha256;
    this.#isProlonged = resume === 'change' && out !== undefined && readRecord(out).status === 'finished';
    this.#folder = out
      ? resume
        ? reopened(out, options, inputs)
        : RunFolder.create(out, { settings, precision, inputs, beganSha256, takeOver })
      : null;
    this.#checkpoints = this.#folder?.checkpoints<Saved>(checkpoint?.keep ?? 2) ?? null;
    this.result = {
      teacher: null,
      last: null,
      best: null,
      bestTop1: 0,
      epochs: 0,
      parameters: student.parameterCount(),
      seconds: 0,
      stopped: false,
      out: this.#folder?.path ?? null,
    };
  }

  /** Goes back to the newest whole checkpoint, or to the start; the log is cut to what belongs to it. */
  #restore(): void {
    const warn = (text: string): void => this.#options.onWarning?.(text);
    const checkpoint = this.#checkpoints?.newest(warn);
    if (!checkpoint && this.#isProlonged)
      throw new RunError(
        `${this.#options.out} is finished, and no checkpoint is left to which epochs could be added: train on from its weights in another folder (--out), as student=NAME:${this.#options.out}/last.safetensors`,
      );
    if (!checkpoint) {
      refuseOtherBeginning(this.#folder?.path ?? '', this.#folder?.record.beganSha256, this.#began);
      return this.#folder?.putBackBest({});
    }
    const { record, tensors, files } = checkpoint;
    refuseOtherInputs(this.#folder?.path ?? '', record.inputs, this.#inputs);
    compareMachines(record, warn);
    this.#trainer.restore({ ...record.trainer, tensors });
    // Versions before this one kept none.
    if (files) this.#folder?.putBackBest(files);
    this.#logged = record.logged;
    this.#best = record.best;
    this.result = { ...record.result, out: this.result.out };
  }

  /** Writes where training stands, between two events. */
  #save(): void {
    if (!this.#checkpoints) return;
    const { tensors, ...trainer } = this.#trainer.state();
    this.#checkpoints.write({
      tensors,
      files: this.#folder?.bestFiles ?? {},
      record: {
        trainer,
        logged: this.#folder?.logged ?? null,
        best: this.#best,
        result: this.result,
        inputs: this.#inputs,
        versions: versions(),
        machine: machine(),
      },
    });
    this.#lastCheckpoint = performance.now();
  }

  async #evaluate(): Promise<Evaluation> {
    const { student, data, onEvaluate, signal } = this.#options;
    const options = {
      whose: 'the student',
      onProgress: (done: number, total: number) => onEvaluate?.('student', done, total),
      signal,
    };
    const validation = data.validation ? await evaluate(student, data.validation, options) : null;
    const test = await evaluate(student, data.test, options);
    for (const [split, accuracy] of [
      [data.validation, validation],
      [data.test, test],
    ] as const)
      if (accuracy && !Number.isFinite(accuracy.crossEntropy))
        throw new EvaluationError(
          `the student's cross entropy on ${split?.name} is ${accuracy.crossEntropy}: its logits are too far apart for float32, and training has diverged; a lower learning rate may help`,
        );
    return { validation, test };
  }

  /** Evaluates and saves the weights: their average, where the stage keeps one. */
  async #endEpoch(epoch: Epoch): Promise<void> {
    const { student, evaluateEvery = 1, metadata = {}, onEpoch } = this.#options;
    const { kind: _, ...measured } = epoch;
    this.result = { ...this.result, epochs: epoch.epoch, seconds: this.result.seconds + epoch.seconds };
    let evaluation: Evaluation | null = null;
    {
      using _averaged = this.#trainer.ema?.swapIn();
      const endsStage = this.#trainer.position.stage !== epoch.stage;
      if (epoch.epoch % evaluateEvery === 0 || endsStage) {
        evaluation = await this.#evaluate();
        const { test, validation } = evaluation;
        const score = (validation ?? test).top1;
        const saved = { ...metadata, epoch: String(epoch.epoch), top1: String(test.top1) };
        this.result = { ...this.result, last: test };
        if (this.#best?.stage !== epoch.stage || score > this.#best.score) {
          this.#best = { stage: epoch.stage, score };
          this.result = { ...this.result, best: test, bestTop1: test.top1 };
          if (this.#folder) this.#folder.save('best', student, saved);
          else this.#keepBest(student);
        }
        this.#folder?.save('last', student, saved);
      } else {
        this.#folder?.save('last', student, { ...metadata, epoch: String(epoch.epoch) });
      }
    }
    this.#folder?.log({ ...measured, ...evaluation }, epoch.epoch);
    this.#save();
    onEpoch?.(epoch, evaluation);
  }

  #keepBest(student: nn.Layer): void {
    for (const tensor of Object.values(this.#bestWeights ?? {})) tensor.dispose();
    const copies = noGrad(() =>
      Object.entries(student.stateDict()).map(([name, tensor]) => [name, keep(tensor.clone())]),
    );
    this.#bestWeights = Object.fromEntries(copies);
  }

  async #train(): Promise<void> {
    const { stages, teachers = [], resume, settings, checkpoint, signal, onStep } = this.#options;
    const everySeconds = checkpoint?.everySeconds ?? 300;
    if (resume) this.#restore();
    if (this.#folder && resume === 'change' && settings) {
      const { path, record } = this.#folder;
      const { reached } = this.#trainer;
      this.#folder.claim(reached, settings, placed(path, record.settings, settings, reached));
    } else {
      this.#folder?.claim(resume ? this.#trainer.reached : undefined);
    }
    const asksTeacher = stages.some(({ methods }) => methods.some(({ needsTeacher }) => needsTeacher));
    if (asksTeacher && !this.result.teacher) {
      const [first, ...others] = Object.values(teachers);
      if (first) this.result = { ...this.result, teacher: await checkTeacher(first, this.#options) };
      for (const teacher of others) await checkTeacher(teacher, this.#options);
    }
    // Not before: a teacher that is refused leaves nothing that must be removed before the next try.
    this.#folder?.begin(this.#logged, this.#trainer.position.epoch);
    for await (const event of this.#trainer.run()) {
      if (event.kind === 'epoch') {
        await this.#endEpoch(event);
        continue;
      }
      onStep?.(event);
      const isDue = performance.now() - this.#lastCheckpoint >= 1000 * everySeconds;
      // The last step of an epoch is followed by the epoch's own.
      if ((isDue && event.step < event.steps) || signal?.aborted) this.#save();
      if (signal?.aborted) return;
    }
  }

  async start(): Promise<Result> {
    const { signal } = this.#options;
    try {
      await this.#train();
    } catch (error) {
      // Being told to stop is no failure; anything else is, also while stopping.
      if (!signal?.aborted || error !== signal.reason) {
        const message = error instanceof Error ? error.message : String(error);
        this.#folder?.end('failed', { ...this.result, error: message });
        throw error;
      }
    }
    this.result = { ...this.result, stopped: signal?.aborted ?? false };
    this.#folder?.end(this.result.stopped ? 'stopped' : 'finished', { ...this.result });
    return this.result;
  }
}

/**
 * Trains a student, from teachers where a method asks for them, and evaluates it. With a folder it can be stopped at any moment, by
 * `kill -9` too, and gone on with (`resume`) to the same bits as without the stop.
 *
 * @throws TeacherError if the teacher is near chance on the test split, before the first step
 * @throws TrainingError, RunError
 * @example const { last } = await run({ student, teachers: [teacher], stages: [stageOf({ method: kd(), epochs: 10 })], data, out: 'runs/first' });
 */
export async function run(options: ExperimentOptions): Promise<Result> {
  return new Run(options).start();
}
