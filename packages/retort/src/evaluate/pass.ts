/** One pass over a data set, in evaluation. */
import { nextTurn, type nn, noGrad, scope, withDeterministicAlgorithms } from '@retort/torch';
import { type Batch, type Dataset, makeBatch, sequentialBatches } from '../data/index.ts';
import { inEvaluation } from '../modes.ts';

export interface EvaluateOptions {
  readonly batchSize?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How errors call the model; `the model` where it is left out. */
  readonly whose?: string | undefined;
}

/**
 * Shows all images once, in their order and without augmentation, to whatever looks at them, with deterministic algorithms. Between
 * two batches and afterwards each module is in its own training mode; weights are in channels_last memory.
 *
 * @throws the signal's reason if it is aborted
 */
export async function pass(
  models: readonly nn.Layer[],
  data: Dataset,
  { batchSize = 250, onProgress, signal }: EvaluateOptions,
  look: (batch: Batch) => void,
): Promise<void> {
  for (const model of models) model.to({ memoryFormat: 'channels_last' });
  let done = 0;
  for (const ids of sequentialBatches(data, batchSize)) {
    signal?.throwIfAborted();
    {
      // For one batch at a time: while the event loop turns, another pass over the same model may begin or end.
      using evaluating = new DisposableStack();
      for (const model of models) evaluating.use(inEvaluation(model));
      withDeterministicAlgorithms(() =>
        scope(() => noGrad(() => look(makeBatch(data, ids, { seed: 0, epoch: 0 })))),
      );
    }
    done += ids.length;
    onProgress?.(done, data.size);
    await nextTurn();
  }
}
