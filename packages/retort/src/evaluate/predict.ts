/** What a classifier says of images. */
import { functional, type nn, type Tensor } from '@retort/torch';
import type { Dataset, Rendering } from '../data/index.ts';
import { classification } from '../tasks/index.ts';
import { EvaluationError } from './errors.ts';
import { type EvaluateOptions, pass, scored } from './pass.ts';

/** A class that an image may be of. */
export interface Prediction {
  /** The number of the class, which is the place of its logit. */
  readonly class: number;
  readonly probability: number;
}

export interface PredictOptions
  extends Pick<EvaluateOptions, 'batchSize' | 'onProgress' | 'signal' | 'whose'> {
  /** How many classes of each image, the likeliest first; 5 where it is left out, and all where there are fewer. */
  readonly top?: number;
  /** How the network wants its images, where that is not as the data has them. */
  readonly rendering?: Rendering | undefined;
}

/** The rows of a tensor [N, K] as numbers. */
function rows(values: Tensor): number[][] {
  const [count = 0, width = 0] = values.shape;
  const flat = values.toFlatArray().map(Number);
  return Array.from({ length: count }, (_, row) => flat.slice(row * width, (row + 1) * width));
}

/**
 * The likeliest classes of each image of a data set, by the softmax of the logits, in evaluation.
 *
 * @param model  that answers logits [N, C] of images
 * @returns one list for each image; null for one that could not be read, where the data set leaves such out
 * @throws EvaluationError where an answer is NaN or infinite, or no logits
 * @throws the signal's reason if it is aborted
 * @example const [found] = await predict(student, test, { top: 1 });
 */
export async function predict(
  model: nn.Layer,
  data: Dataset,
  { top = 5, rendering, whose = 'the network', ...options }: PredictOptions = {},
): Promise<(readonly Prediction[] | null)[]> {
  const found: (readonly Prediction[] | null)[] = new Array(data.size).fill(null);
  const renderings = { student: rendering };
  await pass([model], data, { ...options, renderings }, ({ inputs, ids }) => {
    const outputs = classification.run(model, inputs.student, { training: false, targets: null });
    const { logits } = scored(whose, { task: classification, data }, model, inputs.student, outputs);
    if (!logits) throw new EvaluationError(`${whose} answers no logits`);
    const probabilities = functional.softmax(logits.to('float64'), 1);
    const [values, indices] = probabilities.topk(Math.min(top, logits.size(1)), 1);
    const [likely, classes] = [rows(values), rows(indices)];
    for (const [row, id] of ids.toFlatArray().entries())
      found[Number(id)] = (classes[row] ?? []).map((number, i) => ({
        class: number,
        probability: likely[row]?.[i] ?? Number.NaN,
      }));
  });
  return found;
}
