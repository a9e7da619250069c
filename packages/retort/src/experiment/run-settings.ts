/** What a run is asked for. */
import type { Splits } from '../data/index.ts';
import type { Inputs } from '../runs/index.ts';
import type { At, Epoch, Filling, Obstacle, StepEvent, Trainer, TrainerOptions } from '../train/index.ts';
import type { BestOver } from './best.ts';
import type { Evaluation } from './result.ts';

export interface RunSettings {
  readonly data: Splits;
  /** Whether a teacher with nothing to teach stops the run (where it is left out), or is only warned of: false for one that is weak on purpose. */
  readonly teacherCheck?: boolean | undefined;
  /** The run folder; nothing is written where it is left out. */
  readonly out?: string | undefined;
  /**
   * Resumes the run in `out`; where `settings` are given, they must be those of its `run.json`, or with `change` differ from them in what
   * may be changed on the way: epochs, learning rate and schedule of stages that are not over, how often is evaluated, logged and saved. The
   * last stage of a run that is finished gets more epochs by it.
   */
  readonly resume?: boolean | 'change' | undefined;
  /** Takes a run that says it is running on another machine, where it cannot be seen. */
  readonly takeOver?: boolean | undefined;
  /** What `run.json` says the run was. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** The same as the text of a recipe, which the run folder keeps as `recipe.yaml`. */
  readonly recipe?: string | undefined;
  /** Texts by the names of files that lie beside the weights: a tokenizer's. */
  readonly beside?: Readonly<Record<string, string>> | undefined;
  /** What it is made of, by content, where files are known; the data and the teachers as they are given, where it is left out. */
  readonly inputs?: Inputs | undefined;
  /** Written into the weight files: names the architecture for whoever loads them. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Evaluates after every so many epochs, and after the last of each stage; 1 where it is left out. */
  readonly evaluateEvery?: number | undefined;
  /** Evaluates after every so many optimizer steps of a stage, too: the best weights may be of any of these. */
  readonly evaluateEverySteps?: number | undefined;
  /** Evaluates before the first step of each stage, too; false where it is left out. */
  readonly evaluateAtStart?: boolean | undefined;
  /**
   * Among which weights the best is, for a later stage that starts from it and as what the run is known by: of each stage (where it is left out), so that it is
   * of the last that was evaluated, or of the whole `run`.
   */
  readonly bestOver?: BestOver | undefined;
  /**
   * A checkpoint is written after each epoch, and in an epoch after so many seconds; `keep` of them stay. With `false` there is none, and the
   * weights are saved where they are evaluated: for a run of so many short epochs that saving each takes longer than what a stop would lose.
   * Such a run begins anew where it is resumed.
   */
  readonly checkpoint?: { readonly everySeconds?: number; readonly keep?: number } | false | undefined;
  /** A line of the log every so many steps, beside one for each epoch; 50 where it is left out. */
  readonly log?: { readonly everySteps?: number } | undefined;
  readonly onFill?: ((filling: Filling) => void) | undefined;
  readonly onStep?: ((step: StepEvent) => void) | undefined;
  readonly onEpoch?: ((epoch: Epoch, evaluation: Evaluation | null) => void) | undefined;
  /** After one between two steps. */
  readonly onEvaluation?: ((at: At, evaluation: Evaluation) => void) | undefined;
  readonly onEvaluate?: ((what: 'teacher' | 'student', done: number, total: number) => void) | undefined;
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Puts what a rehearsal found into words; as it is, where it is left out. */
  readonly obstacle?: ((found: readonly Obstacle[]) => Error) | undefined;
  /** Stops after the current step, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;
}

/** A trainer, or what one is made of. */
export type ExperimentOptions = RunSettings &
  (Omit<TrainerOptions, 'data' | 'best'> | { readonly trainer: Trainer });
