/** A student as it is, on the splits that a run judges it on. */
import { refuseUnscored } from '../evaluate/headline.ts';
import { EvaluationError, evaluate } from '../evaluate/index.ts';
import type { Headline } from '../headline.ts';
import type { Trainer } from '../train/index.ts';
import type { Evaluation } from './result.ts';
import type { RunSettings } from './run-settings.ts';

/** @throws EvaluationError for a score that is infinite or NaN, or where that which chooses the best weights is not among them */
export async function evaluateStudent(
  { student, task, renderings, ranks }: Trainer,
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
  const validation = data.validation ? await evaluate(student, data.validation, options) : null;
  const test = await evaluate(student, data.test, options);
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
