/** What a detector finds in images that nobody has judged. */
import type { nn } from '@retort/torch';
import type { Dataset } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import { detection } from '../tasks/index.ts';
import { type AskOptions, ask } from './ask.ts';
import { EvaluationError } from './errors.ts';

/** An object that was found in an image. */
export interface FoundObject {
  /** The number of its class. */
  readonly class: number;
  /** In [0, 1]. */
  readonly score: number;
  /** Its left and upper edge and its extent, in pixels of the image as it was read. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

export interface PredictBoxesOptions extends AskOptions {
  /** Objects of at least this score; all that the network answers where it is left out. */
  readonly threshold?: number;
}

/** What was found in each image of a batch, best first, by the outputs of detection in evaluation. @throws EvaluationError where there are none */
export function objectsIn({ boxes, scores, classes }: Outputs, whose: string): FoundObject[][] {
  if (!boxes || !scores || !classes) throw new EvaluationError(`${whose} answers no boxes`);
  const [count = 0, most = 0] = scores.shape;
  const [edges, shares, numbers] = [boxes, scores, classes].map((of) => of.toFlatArray().map(Number));
  return Array.from({ length: count }, (_, image) =>
    Array.from({ length: most }, (_, i): FoundObject => {
      const at = image * most + i;
      const [x = 0, y = 0, width = 0, height = 0] = edges?.slice(4 * at, 4 * at + 4) ?? [];
      return { class: numbers?.[at] ?? -1, score: shares?.[at] ?? 0, box: { x, y, width, height } };
    }).filter(({ class: number }) => number >= 0),
  );
}

/**
 * The objects in each image of a data set, best first, in evaluation.
 *
 * @param model  a detector
 * @returns one list for each image; null for one that could not be read, where the data set leaves such out
 * @throws EvaluationError where an answer is NaN or infinite, or the network is no detector; the signal's reason if it is aborted
 * @example const [found] = await predictBoxes(student, test, { threshold: 0.5 });
 */
export function predictBoxes(
  model: nn.Layer,
  data: Dataset,
  { threshold = 0, ...options }: PredictBoxesOptions = {},
): Promise<(readonly FoundObject[] | null)[]> {
  const { whose = 'the network' } = options;
  return ask(detection, model, data, options, (outputs) =>
    objectsIn(outputs, whose).map((found) => found.filter(({ score }) => score >= threshold)),
  );
}
