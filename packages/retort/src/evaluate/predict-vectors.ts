/** Vectors of samples that nobody has judged. */
import type { nn } from '@retort/torch';
import type { Dataset } from '../data/index.ts';
import { embedding, output } from '../tasks/index.ts';
import { type AskOptions, ask } from './ask.ts';

/**
 * What a network without a classifier answers of each sample of a data set, in evaluation.
 *
 * @param model  answers [N, D]
 * @returns D numbers for each sample; null for one that could not be read, where the data set leaves such out
 * @throws EvaluationError where an answer is NaN or infinite, or no vector; the signal's reason if it is aborted
 * @example const [vector] = await predictVectors(student, photos);
 */
export function predictVectors(
  model: nn.Layer,
  data: Dataset,
  options: AskOptions = {},
): Promise<(readonly number[] | null)[]> {
  return ask(embedding, model, data, options, (outputs) => {
    const vectors = output(outputs, 'embedding');
    const [count = 0, width = 0] = vectors.shape;
    const numbers = Array.from(vectors.to('float32').toFlatArray(), Number);
    return Array.from({ length: count }, (_, i) => numbers.slice(i * width, (i + 1) * width));
  });
}
