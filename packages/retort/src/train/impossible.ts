/** Stages that cannot be trained whatever is in the data: without methods, or with methods that lack their teacher. */
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
  for (const { methods } of stages) {
    if (methods.length === 0) throw new TrainingError('a stage needs a method');
    for (const { name, needsTeacher, teacher, needs = {} } of methods) {
      if (cached && needs.liveTeacher)
        throw new TrainingError(
          `the method ${name} must ask its teacher in each step, and a cache has only what it said before: leave out the cache`,
        );
      if (needsTeacher && teachers.size === 0) throw new TrainingError(`the method ${name} needs a teacher`);
      if (teacher !== undefined && !teachers.has(teacher))
        throw new TrainingError(`${name}: ${unknown('teacher', teacher, [...teachers.keys()])}`);
    }
  }
}

/** What methods see otherwise where batches are accumulated, a sentence each. */
export const seenInParts = (stages: readonly Stage[], batchSize: number): string[] =>
  stages.flatMap(({ methods, accumulate = 1 }) =>
    methods.flatMap(({ name, needs }) =>
      accumulate > 1 && needs?.wholeBatch
        ? [
            `${name} looks at the samples of a batch together, and with accumulate: ${accumulate} it sees ${batchSize} of them at a time, not ${batchSize * accumulate}`,
          ]
        : [],
    ),
  );
