/** What a network says of samples that nobody has judged: classes, numbers, or several classes of each. */
import { functional, type nn, type Tensor } from '@retort/torch';
import type { Dataset } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import { classification, multiLabel, regression, type Task } from '../tasks/index.ts';
import { type AskOptions, ask } from './ask.ts';
import { EvaluationError } from './errors.ts';

/** A class that a sample may be of. */
export interface Prediction {
  /** The number of the class, which is the place of its logit. */
  readonly class: number;
  readonly probability: number;
}

export interface PredictOptions extends AskOptions {
  /** How many classes of each sample, the likeliest first; 5 where it is left out, and all where there are fewer. */
  readonly top?: number;
}

/** The rows of a tensor [N, K] as numbers. */
function rows(values: Tensor): number[][] {
  const [count = 0, width = 0] = values.shape;
  const flat = values.toFlatArray().map(Number);
  return Array.from({ length: count }, (_, row) => flat.slice(row * width, (row + 1) * width));
}

/** Asks for logits [B, C] in float64. @param said  of them what is said of each of the B @throws EvaluationError where an answer is none */
const askForLogits = <Said>(
  task: Task,
  model: nn.Layer,
  data: Dataset,
  options: AskOptions,
  said: (logits: Tensor) => readonly Said[],
): Promise<(Said | null)[]> =>
  ask(task, model, data, options, ({ logits }: Outputs) => {
    if (!logits) throw new EvaluationError(`${options.whose ?? 'the network'} answers no logits`);
    return said(logits.to('float64'));
  });

/**
 * The likeliest classes of each image or text of a data set, by the softmax of the logits, in evaluation.
 *
 * @param model  that answers logits [N, C]
 * @returns one list for each sample; null for one that could not be read, where the data set leaves such out
 * @throws EvaluationError where an answer is NaN or infinite, or no logits
 * @throws the signal's reason if it is aborted
 * @example const [found] = await predict(student, test, { top: 1 });
 */
export function predict(
  model: nn.Layer,
  data: Dataset,
  { top = 5, ...options }: PredictOptions = {},
): Promise<(readonly Prediction[] | null)[]> {
  return askForLogits(classification, model, data, options, (logits) => {
    const [values, indices] = functional.softmax(logits, 1).topk(Math.min(top, logits.size(1)), 1);
    const [likely, classes] = [rows(values), rows(indices)];
    return classes.map((numbers, row) =>
      numbers.map((number, i) => ({ class: number, probability: likely[row]?.[i] ?? Number.NaN })),
    );
  });
}

/**
 * The number of each sample, as a regression says it.
 *
 * @param model  that answers [N, 1]
 * @returns null for a sample that could not be read, where the data set leaves such out
 * @throws what `predict` throws
 * @example const [score] = await predictNumbers(student, test);
 */
export const predictNumbers = (
  model: nn.Layer,
  data: Dataset,
  options: AskOptions = {},
): Promise<(number | null)[]> =>
  askForLogits(regression, model, data, options, (logits) => logits.toFlatArray().map(Number));

/**
 * All classes that each sample is said to be of, the likeliest first: those whose logit is above 0, with the sigmoid of it. There may be none.
 *
 * @param model  that answers logits [N, C], trained for several classes to a sample
 * @returns null for a sample that could not be read, where the data set leaves such out
 * @throws what `predict` throws
 * @example const [classes] = await predictLabels(student, test);
 */
export const predictLabels = (
  model: nn.Layer,
  data: Dataset,
  options: AskOptions = {},
): Promise<(readonly Prediction[] | null)[]> =>
  askForLogits(multiLabel, model, data, options, (logits) =>
    rows(logits.sigmoid()).map((shares) =>
      shares
        .map((probability, number) => ({ class: number, probability }))
        .filter(({ probability }) => probability > 0.5)
        .sort((a, b) => b.probability - a.probability),
    ),
  );
