/** Stages that cannot be trained whatever is in the data: without methods, or with methods that lack their teacher. */
import type { Mixing, Rank, Sampling } from '../data/index.ts';
import type { Task } from '../tasks/index.ts';
import { unknown } from '../words/unknown.ts';
import { TrainingError } from './errors.ts';
import type { Stage } from './stage.ts';

/**
 * @param teachers  by name
 * @param cached  whether what teachers say is kept
 * @throws TrainingError that names the method
 */
export function refuseImpossible(
  stages: readonly Stage[],
  teachers: ReadonlyMap<string, unknown>,
  cached: boolean,
): void {
  if (stages.length === 0) throw new TrainingError('there is no stage to train');
  for (const stage of stages) {
    const { methods } = stage;
    const missing = (['methods', 'optimizer', 'schedule'] as const).filter((name) => !stage[name]);
    if (missing.length)
      throw new TrainingError(
        `a stage lacks ${missing.map((name) => `\`${name}\``).join(', ')}: stageOf({ method, epochs }) gives one that has all`,
      );
    if (methods.length === 0) throw new TrainingError('a stage needs a method');
    for (const { name, needsTeacher, teacher, needs = {} } of methods) {
      if (cached && needs.liveTeacher)
        throw new TrainingError(
          `the method ${name} must ask its teacher in each step, and a cache has only what it said before: leave out the cache`,
          { at: ['cache'] },
        );
      if (needsTeacher && teachers.size === 0) throw new TrainingError(`the method ${name} needs a teacher`);
      if (teacher !== undefined && !teachers.has(teacher))
        throw new TrainingError(`${name}: ${unknown('teacher', teacher, [...teachers.keys()])}`);
    }
  }
}

/** What of the images of a batch, and which of them, training shows. */
export interface ShownImages {
  readonly task: Task;
  readonly batchSize: number;
  readonly mixing: Mixing | undefined;
  readonly sampling: Sampling;
  /** Whether what teachers say is kept. */
  readonly cached: boolean;
}

/** @throws TrainingError for images that cannot be mixed or repeated so */
export function refuseUnmixable({ task, batchSize, mixing, sampling, cached }: ShownImages): void {
  if (cached && mixing)
    throw new TrainingError(
      'what the teacher says cannot be kept: a mixed image is of two that chance brings together, and does not come again; leave out the cache, or mixing',
      { at: ['cache'] },
    );
  if (cached && (sampling.repeats ?? 1) > 1)
    throw new TrainingError(
      'repeats show an image changed by another draw each time, and with a cache an epoch has one view of each: leave out the cache, or repeats',
      { at: ['cache'] },
    );
  if (!mixing) return;
  if (batchSize < 2)
    throw new TrainingError(
      'images are mixed with others of their batch, and with batchSize: 1 there are none: choose a larger one, or leave out mixing',
      { at: ['batchSize'] },
    );
  if (!task.mix)
    throw new TrainingError(
      `the task ${task.name} does not say what a mixed image teaches (its \`mix\`): leave out mixing`,
      { at: ['data', 'mixing'] },
    );
}

/** @throws TrainingError where several ranks cannot have slices of a batch */
export function refuseFewSamples({ count }: Pick<Rank, 'count'>, batchSize: number): void {
  if (count > 1 && batchSize < 2 * count)
    throw new TrainingError(
      `a batch of ${batchSize} has no slice for each of ${count} ranks: batchSize must be at least ${2 * count}, two samples for each, or there must be fewer ranks`,
    );
}

/** @throws TrainingError where a student cannot be trained by several ranks */
export function refuseRanks({ count }: Pick<Rank, 'count'>, device: string): void {
  if (count > 1 && device !== 'cpu')
    throw new TrainingError(
      `ranks train on the CPU, and the student is on ${device}: what joins ranks with GPUs (NCCL) is not in Retort; train as one process`,
    );
}
