/** What a network says of samples that nobody has judged. */
import type { nn } from '@retort/torch';
import type { Dataset, Rendering } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import type { Task } from '../tasks/index.ts';
import { type EvaluateOptions, pass, scored } from './pass.ts';

/** How a network is asked. */
export interface AskOptions extends Pick<EvaluateOptions, 'batchSize' | 'onProgress' | 'signal' | 'whose'> {
  /** How the network wants its images or texts, where that is not as the data has them. */
  readonly rendering?: Rendering | undefined;
}

/**
 * Asks a network of all samples, without a gradient, in evaluation.
 *
 * @param said  of a batch's outputs what is said of each of its samples
 * @returns null for a sample that could not be read, where the data set leaves such out
 */
export async function ask<Said>(
  task: Task,
  model: nn.Layer,
  data: Dataset,
  { rendering, whose = 'the network', ...options }: AskOptions,
  said: (outputs: Outputs) => readonly Said[],
): Promise<(Said | null)[]> {
  const found: (Said | null)[] = new Array(data.size).fill(null);
  const renderings = { student: rendering };
  await pass([model], data, { ...options, task, renderings }, ({ inputs, ids }) => {
    const outputs = task.run(model, inputs.student, { training: false, targets: null });
    const answers = said(scored(whose, { task, data }, model, inputs.student, outputs));
    for (const [row, id] of ids.toFlatArray().map(Number).entries()) found[id] = answers[row] ?? null;
  });
  return found;
}
