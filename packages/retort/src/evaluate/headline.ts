/** The score by which a task chooses the best weights, held against those that its metrics give. */
import type { Dataset } from '../data/index.ts';
import type { Headline } from '../headline.ts';
import type { Task } from '../tasks/index.ts';
import { EvaluationError } from './errors.ts';

/** A task's own; null where it has none. @throws EvaluationError where it does not say which of two scores is better */
export function headlineOf(task: Task, data: Dataset): Headline | null {
  const headline = task.headline(data);
  if (headline && !['higher', 'lower'].includes(headline.better))
    throw new EvaluationError(
      `the task ${task.name}: the score by which the best weights are chosen is better where it is 'higher' or 'lower', and not '${headline.better}'`,
    );
  return headline;
}

/** @param names  of the scores that there are @throws EvaluationError where the headline's is none of them */
export function refuseUnscored({ name }: Task, headline: Headline | null, names: readonly string[]): void {
  if (headline && !names.includes(headline.metric))
    throw new EvaluationError(
      `the task ${name}: the best weights are chosen by its score '${headline.metric}', and its metrics give ${names.join(', ') || 'no score'}`,
    );
}
