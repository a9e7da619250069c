/** One run, put together: the teacher checked, the student trained and evaluated each epoch, what it leaves written down. */
import type { nn } from '@retort/torch';
import type { Splits } from './data/index.ts';
import { type Accuracy, evaluate, nearChance } from './evaluate/index.ts';
import { RunFolder } from './runs/index.ts';
import { type Epoch, type TrainOptions, train } from './train/index.ts';

export interface ExperimentOptions extends Omit<TrainOptions, 'data'> {
  readonly data: Splits;
  /** The run folder; nothing is written where it is left out. */
  readonly out?: string | undefined;
  /** What `run.json` says the run was. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Written into the weight files: names the architecture for whoever loads them. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly onEpoch?: ((epoch: Epoch, test: Accuracy) => void) | undefined;
  readonly onEvaluate?: ((what: 'teacher' | 'student', done: number, total: number) => void) | undefined;
}

export interface Result {
  /** The teacher on the test split, before the first step. */
  readonly teacher: Accuracy | null;
  /** The student after the last epoch that ended; null if none did. */
  readonly last: Accuracy | null;
  /** The highest top-1 of any epoch. It is chosen on the test split, so it flatters: compare `last`. */
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

async function checkTeacher(teacher: nn.Layer, options: ExperimentOptions): Promise<Accuracy> {
  const { test } = options.data;
  const accuracy = await evaluate(teacher, test, {
    onProgress: (done, total) => options.onEvaluate?.('teacher', done, total),
    signal: options.signal,
  });
  if (nearChance(accuracy.top1, test.classes.length)) {
    throw new TeacherError(
      `the teacher is right on ${(100 * accuracy.top1).toFixed(2)} % of ${test.name}, near the ${(100 / test.classes.length).toFixed(2)} % of chance: ` +
        'it has other weights than its architecture needs, was trained with another normalisation or another order of classes, or on other data',
    );
  }
  return accuracy;
}

/**
 * Trains a student, from a teacher where the method asks for one, and evaluates it on the test split after each epoch.
 *
 * @throws TeacherError if the teacher is near chance on the test split, before the first step
 * @throws TrainingError, RunError
 * @example const { last } = await run({ student, teacher, method: kd(), data: await cifar100(), epochs: 10, out: 'runs/first' });
 */
export async function run(options: ExperimentOptions): Promise<Result> {
  const { student, teacher, method, data, signal, metadata = {} } = options;
  const folder = options.out ? new RunFolder(options.out, options.settings ?? {}) : null;
  let result: Result = {
    teacher: null,
    last: null,
    bestTop1: 0,
    epochs: 0,
    parameters: student.parameterCount(),
    seconds: 0,
    stopped: false,
    out: folder?.path ?? null,
  };
  try {
    if (teacher && method.needsTeacher) {
      result = { ...result, teacher: await checkTeacher(teacher, options) };
    }
    for await (const epoch of train({ ...options, data: data.train })) {
      const test = await evaluate(student, data.test, {
        onProgress: (done, total) => options.onEvaluate?.('student', done, total),
        signal,
      });
      result = {
        ...result,
        last: test,
        bestTop1: Math.max(result.bestTop1, test.top1),
        epochs: epoch.epoch,
        seconds: result.seconds + epoch.seconds,
      };
      folder?.log({ ...epoch, test });
      folder?.save(student, test.top1, { ...metadata, epoch: String(epoch.epoch), top1: String(test.top1) });
      options.onEpoch?.(epoch, test);
    }
  } catch (error) {
    // Being told to stop is no failure; anything else is, also while stopping.
    if (!signal?.aborted || error !== signal.reason) {
      folder?.end('failed', { ...result, error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }
  result = { ...result, stopped: signal?.aborted ?? false };
  folder?.end(result.stopped ? 'stopped' : 'finished', { ...result });
  return result;
}
