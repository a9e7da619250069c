/** A student as it is, on the splits that a run judges it on. */

import type { Dataset } from '../data/index.ts';
import { evaluateBeside } from '../evaluate/beside-teacher.ts';
import { refuseUnscored } from '../evaluate/headline.ts';
import { type Evaluated, EvaluationError, evaluate } from '../evaluate/index.ts';
import type { Headline } from '../headline.ts';
import type { Trainer } from '../train/index.ts';
import type { Evaluation } from './result.ts';
import type { RunSettings } from './run-settings.ts';

/** @throws EvaluationError for a score that is infinite or NaN, or where that which chooses the best weights is not among them */
export async function evaluateStudent(
  { student, teachers, task, renderings, ranks }: Trainer,
  headline: Headline | null,
  { data, onEvaluate, signal }: RunSettings,
): Promise<Evaluation> {
  const options = {
    task,
    renderings,
    whose: 'the student',
    onProgress: (done: number, total: number) => onEvaluate?.('student', done, total),
    signal,
    ranks,
  };
  const [teacher] = teachers.values();
  const judged = async (split: Dataset): Promise<Evaluated> => {
    const scores = await evaluate(student, split, options);
    // The run's headline, whatever this split has.
    if (!teacher || headline?.metric !== task.beside?.(split).headline.metric) return scores;
    return { ...scores, ...(await evaluateBeside(student, teacher, split, options)) };
  };
  const validation = data.validation ? await judged(data.validation) : null;
  const test = await judged(data.test);
  for (const [split, scores] of [
    [data.validation, validation],
    [data.test, test],
  ] as const)
    for (const [name, value] of Object.entries(scores ?? {}))
      if (!Number.isFinite(value))
        throw new EvaluationError(
          `the student's ${name} on ${split?.name} is ${value}: its answers are too far apart for float32, and training has diverged; a lower learning rate may help`,
        );
  for (const { samples: _, samplesPerSecond: __, ...scores } of [test, ...(validation ? [validation] : [])])
    refuseUnscored(task, headline, Object.keys(scores));
  return { validation, test };
}
