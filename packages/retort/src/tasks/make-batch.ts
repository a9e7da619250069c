/** Batches, of samples that were read or that lie in memory. */
import { scope, type Tensor, tensor } from '@retort/torch';
import {
  type Batch,
  DataError,
  type Dataset,
  type Drawing,
  drawnTogether,
  type Fetched,
  type Images,
  type Mixing,
  mixable,
  mixed,
  oneTensorEach,
  type Renderings,
  render,
  type Shares,
} from '../data/index.ts';
import { classification } from './classification.ts';
import type { Task } from './task.ts';

export interface BatchOptions {
  /** What is learned; classification where it is left out. */
  readonly task?: Task | undefined;
  /** How each side wants its images, where that is not as the data has them. */
  readonly renderings?: Renderings | undefined;
}

/** Samples that were read. */
type FetchedPart = Pick<Fetched, 'ids' | 'columns'> & Partial<Pick<Fetched, 'applied'>>;

/** A batch whose images are mixed with one another, and so are their targets. @throws DataError where that cannot be */
function mixedBatch(
  data: Dataset,
  { ids, columns, applied }: FetchedPart,
  drawing: Drawing & { readonly mixing: Mixing },
  { task = classification, renderings }: BatchOptions,
): Pick<Batch, 'inputs' | 'targets'> {
  const { mixing, seed, epoch, batch = 0, slice } = drawing;
  if (!task.mix)
    throw new DataError(
      `the task ${task.name} does not say what a mixed image teaches (its \`mix\`): leave out mixing`,
    );
  const ofAll = mixing.draw({ seed, epoch, batch }, slice?.of ?? ids.length);
  const drawn = slice ? Array.from(slice.places, (place) => ofAll[place] ?? { share: 1, box: null }) : ofAll;
  let shares: Shares = { own: [], partner: [] };
  const change = (images: Images): Images => {
    const { images: shown, ...mix } = mixed(mixable(data.name, images), drawn, mixing);
    shares = mix.shares;
    return shown;
  };
  const inputs = render(data, columns, ids, drawing, renderings, { applied, change });
  return { inputs, targets: task.mix(task.targets(oneTensorEach(columns), data), shares, data) };
}

/** The batch of samples that were read. @throws DataError where they lack what the task needs, or cannot be mixed */
export function batchOf(
  data: Dataset,
  fetched: FetchedPart,
  drawing: Drawing,
  options: BatchOptions = {},
): Batch {
  const { ids, columns, applied } = fetched;
  const { task = classification, renderings } = options;
  const { mixing, epoch, view = 0, turns = 1, slice } = drawing;
  // What has a place in an image is drawn with it, before targets are made of it.
  const drawn = drawnTogether(data, columns, ids, drawing, applied);
  const done = drawn === columns ? applied : drawing.transforms?.length;
  return {
    ids: tensor(ids, { dtype: 'int64' }),
    size: ids.length,
    ...(mixing
      ? mixedBatch(data, fetched, { ...drawing, mixing }, options)
      : {
          inputs: render(data, drawn, ids, drawing, renderings, { applied: done }),
          targets: task.targets(oneTensorEach(drawn), data),
        }),
    address: { epoch, view, turns },
    slice,
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
  drawing: Drawing & { readonly mixing?: undefined },
  options?: BatchOptions & { readonly task?: undefined },
): ClassifiedBatch;
export function makeBatch(data: Dataset, ids: Int32Array, drawing: Drawing, options?: BatchOptions): Batch;
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
