/** How good a model is on a data set. */
import { type nn, noGrad, scope } from '@retort/torch';
import type { Dataset } from '../data/index.ts';
import type { AccuracyScores, Scores } from '../metrics/index.ts';
import { alone } from '../ranks/index.ts';
import { classification } from '../tasks/index.ts';
import { Answering } from './answering.ts';
import { Judge } from './judge.ts';
import { batchSizeFor, type EvaluateOptions, pass, refuseNone, scored } from './pass.ts';
import { type Answered, Together } from './together.ts';

/** Scores by name, and how many samples they are of: all but those that cannot be read and are left out. */
export interface Evaluated extends Scores {
  readonly samples: number;
  /** In the model's forward. */
  readonly samplesPerSecond: number;
}

/**
 * Evaluates a model on all samples as they are; its training mode is as before afterwards. What is scored is the task's: of a
 * classification `top1`, `top5` and `crossEntropy`. A network with batch norms is compiled (`freeze` of `@retort/torch`) where many batches
 * come; its scores are the same but for rounding.
 *
 * @throws DataError for data without classes where no task is named; of a task that is named, there are no scores then
 * @throws EvaluationError where a sample's answer is NaN or infinite: it is none, and not counted as one; where a score is NaN, or a metric throws
 * @throws the signal's reason if it is aborted
 * @example const { top1 } = await evaluate(student, test);
 */
export async function evaluate(
  model: nn.Layer,
  data: Dataset,
  options?: EvaluateOptions & { readonly task?: undefined },
): Promise<Evaluated & AccuracyScores>;
export async function evaluate(model: nn.Layer, data: Dataset, options?: EvaluateOptions): Promise<Evaluated>;
export async function evaluate(
  model: nn.Layer,
  data: Dataset,
  options: EvaluateOptions = {},
): Promise<Evaluated> {
  const { task = classification, whose = 'the model', ranks = alone, signal } = options;
  // Whoever names no task asks for accuracy, and needs classes.
  if (options.task === undefined) classification.width(data);
  const judge = new Judge(task, data);
  const batchSize = options.batchSize ?? (await batchSizeFor(data, options.renderings, options.ranks?.count));
  using answering = new Answering(model, task, Math.floor(data.size / batchSize));
  let [samples, seconds] = [0, 0];
  const judged = ({ outputs, targets, ids }: Answered): void => {
    judge.add(outputs, targets, ids);
    samples += ids.size(0);
  };
  const together = ranks.count > 1 ? new Together(ranks, signal, task.padding) : null;
  await pass(
    [model],
    data,
    { ...options, batchSize },
    ({ inputs: { student: inputs }, targets, ids }) => {
      const start = performance.now();
      const answered = answering.answer(inputs);
      seconds += (performance.now() - start) / 1000;
      const outputs = scored(whose, { task, data }, model, inputs, answered);
      if (together) together.add({ outputs, targets, ids });
      else judged({ outputs, targets, ids });
    },
    together
      ? (ids) =>
          scope(() =>
            noGrad(() => {
              const all = together.all(ids);
              if (all) judged(all);
            }),
          )
      : undefined,
  );
  refuseNone(data, samples);
  // A rank may have had none.
  const longest = Math.max(...ranks.exchange(seconds));
  return {
    ...judge.scores(whose),
    samples,
    samplesPerSecond: samples / longest,
  };
}
