/** Batches, of samples that were read or that lie in memory. */
import { scope, type Tensor, tensor } from '@retort/torch';
import {
  type Batch,
  DataError,
  type Dataset,
  type Drawing,
  type Fetched,
  oneTensorEach,
  type Renderings,
  render,
} from '../data/index.ts';
import { classification } from './classification.ts';
import type { Task } from './task.ts';

export interface BatchOptions {
  /** What is learned; classification where it is left out. */
  readonly task?: Task | undefined;
  /** How each side wants its images, where that is not as the data has them. */
  readonly renderings?: Renderings | undefined;
}

/** The batch of samples that were read. @throws DataError where they lack what the task needs */
export function batchOf(
  data: Dataset,
  { ids, columns }: Pick<Fetched, 'ids' | 'columns'>,
  drawing: Drawing,
  { task = classification, renderings }: BatchOptions = {},
): Batch {
  return {
    ids: tensor(ids, { dtype: 'int64' }),
    size: ids.length,
    inputs: render(data, columns, ids, drawing, renderings),
    targets: task.targets(oneTensorEach(columns), data),
    address: { epoch: drawing.epoch, view: drawing.view ?? 0, turns: drawing.turns ?? 1 },
  };
}

/** A batch of a classification. */
export interface ClassifiedBatch extends Batch {
  /** `images` float32 [V·B, C, H, W]. */
  readonly inputs: {
    readonly student: { readonly images: Tensor };
    readonly teacher: { readonly images: Tensor };
  };
  /** `labels` int64 [B]. */
  readonly targets: { readonly labels: Tensor };
}

/**
 * The batch of samples of a data set in memory, for a training loop of one's own.
 *
 * @throws DataError where the data does not lie in memory: read it by `fetchColumns`, and make the batch by `batchOf`
 * @example const { inputs, targets } = makeBatch(train, ids, { seed: 0, epoch, transforms: [cropFlip()] });
 */
export function makeBatch(
  data: Dataset,
  ids: Int32Array,
  drawing: Drawing,
  options?: BatchOptions & { readonly task?: undefined },
): ClassifiedBatch;
export function makeBatch(data: Dataset, ids: Int32Array, drawing: Drawing, options: BatchOptions): Batch;
export function makeBatch(
  data: Dataset,
  ids: Int32Array,
  drawing: Drawing,
  options: BatchOptions = {},
): Batch {
  return scope(() => {
    const columns = data.gather?.(ids);
    if (!columns)
      throw new DataError(`${data.name} does not lie in memory: use fetchColumns() and batchOf()`);
    return batchOf(data, { ids, columns }, drawing, options);
  });
}
