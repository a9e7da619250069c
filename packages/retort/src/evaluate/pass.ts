/** One pass over a data set, in evaluation. */
import { nextTurn, type nn, noGrad, scope } from '@retort/torch';
import { type Batch, type Dataset, makeBatch, sequentialBatches } from '../data/index.ts';

export interface EvaluateOptions {
  readonly batchSize?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How errors call the model; `the model` where it is left out. */
  readonly whose?: string | undefined;
}

/**
 * Shows all images once, in their order and without augmentation, to whatever looks at them. The models' training modes are as before
 * afterwards.
 *
 * @throws the signal's reason if it is aborted
 */
export async function pass(
  models: readonly nn.Layer[],
  data: Dataset,
  { batchSize = 250, onProgress, signal }: EvaluateOptions,
  look: (batch: Batch) => void,
): Promise<void> {
  const modes = models.map(({ training }) => training);
  for (const model of models) model.to({ memoryFormat: 'channels_last' }).eval();
  let done = 0;
  try {
    for (const ids of sequentialBatches(data, batchSize)) {
      signal?.throwIfAborted();
      scope(() => noGrad(() => look(makeBatch(data, ids, { seed: 0, epoch: 0 }))));
      done += ids.length;
      onProgress?.(done, data.size);
      await nextTurn();
    }
  } finally {
    for (const [i, model] of models.entries()) model.train(modes[i] ?? false);
  }
}
