/** One pass over a data set, in evaluation. */
import { nextTurn, type nn, noGrad, scope, withDeterministicAlgorithms } from '@retort/torch';
import {
  type Batch,
  type Dataset,
  fetchColumns,
  fieldOf,
  fullRendering,
  type Inputs,
  imagesOf,
  imagesOfColumn,
  isOneTensor,
  type Rendering,
  type Renderings,
  readAhead,
  sequentialBatches,
  someOf,
} from '../data/index.ts';
import { defaults } from '../defaults.ts';
import type { Outputs } from '../models/index.ts';
import { alone, type Ranks } from '../ranks/index.ts';
import { batchOf, classification, type Task } from '../tasks/index.ts';
import { inEvaluation } from '../tensors/modes.ts';
import { causeIn } from '../tensors/not-finite.ts';
import { EvaluationError } from './errors.ts';

export interface EvaluateOptions {
  /** What is learned; classification where it is left out. */
  readonly task?: Task | undefined;
  /** As many samples as `defaults.evaluation` says where it is left out, fewer of large images, one of those that would be padded to one size. */
  readonly batchSize?: number | undefined;
  /** How each network wants its images, where that is not as the data has them. */
  readonly renderings?: Renderings | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The processes that evaluate together, each a slice of the samples, and all with the scores of all; this one alone where it is left out. */
  readonly ranks?: Ranks | undefined;
  /** How errors call the model; `the model` where it is left out. */
  readonly whose?: string | undefined;
}

/**
 * What a model answered, to be scored.
 *
 * @param whose  e.g. `the teacher`
 * @throws EvaluationError where it is not what the data needs, as logits of other classes, and where a sample has no answer, as where it is
 *   NaN, with the cause
 */
export function scored(
  whose: string,
  { task, data }: { readonly task: Task; readonly data: Dataset },
  model: nn.Layer,
  inputs: Inputs,
  outputs: Outputs,
): Outputs {
  const misfit = task.misfit(outputs, data, model);
  if (misfit !== null) throw new EvaluationError(`${whose} ${misfit}`);
  const what = task.unanswered(outputs);
  if (what === null) return outputs;
  throw new EvaluationError(`${whose} cannot be scored: its ${what}; ${causeIn(model, inputs)}`);
}

/** @throws EvaluationError where a pass has shown no sample, as where none can be read */
export function refuseNone({ name }: Dataset, samples: number): void {
  if (samples === 0) throw new EvaluationError(`${name}: not one of its samples can be read`);
}

/** What a pixel that is only stored takes, of what one takes that a network sees: three bytes, and a number each while its image is resized. */
const storedShare = 1 / 16;

/** Of how many pixels an image is as a network sees it, at most; undefined where that is as it is stored. */
function pixelsSeen(data: Dataset, side: Rendering | undefined): number | undefined {
  const { size, whole } = fullRendering(imagesOf(data), side);
  if (whole?.shortest !== undefined && whole.longest !== undefined) return whole.shortest * whole.longest;
  return size === undefined ? undefined : size ** 2;
}

/** Whether images are seen whole and have several shapes, so that those of a batch are padded, and an answer depends on what else the batch has. */
function arePadded(data: Dataset, side: Rendering | undefined): boolean {
  const [first, ...others] = data.shapes ?? [];
  return others.some((shape) => shape !== first) && fullRendering(imagesOf(data), side).whole !== undefined;
}

/**
 * How many samples a batch has, by the size of the first image, as it is stored or as a network sees it, whichever is larger. Where they are
 * read, and may be of any size each, by the largest of a few; what of it no network sees, since each has it resized, counts less then. Images that would be padded are seen
 * one at a time, as torchvision and detectron2 judge them: scores are then no matter of what stands beside an image.
 *
 * @param ranks  how many processes have a slice of it each, and so one sample at least
 */
export async function batchSizeFor(
  data: Dataset,
  { student, teacher }: Renderings = {},
  ranks = 1,
): Promise<number> {
  const { batchSize, pixels } = defaults.evaluation;
  const field = fieldOf(data.fields, 'image')?.name;
  if (field === undefined) return batchSize;
  const sides = teacher ? [student, teacher] : [student];
  if (sides.some((side) => arePadded(data, side))) return ranks;
  using few = await fetchColumns(data, data.gather ? Int32Array.of(0) : someOf(data), { standIns: 'any' });
  const images = imagesOfColumn(few.columns[field]) ?? [];
  const seen = sides.map((side) => pixelsSeen(data, side));
  const share = !data.gather && !seen.includes(undefined) ? storedShare : 1;
  const stored = (isOneTensor(images) ? [images] : images).map(
    ({ shape: [, height = 1, width = 1] }) => height * width * share,
  );
  const largest = Math.max(1, ...stored, ...seen.map((pixels = 0) => pixels));
  return Math.max(ranks, Math.min(batchSize, Math.floor(pixels / largest)));
}

/**
 * Shows all samples once, but for those that cannot be read and are left out, in their order (texts by their length) and as they are, to whatever looks at them, with deterministic algorithms. Between
 * two batches and afterwards each module is in its own training mode; weights are in channels_last memory. Of several ranks each is shown a slice of each batch.
 *
 * @param after  when a batch is done, also one of which this rank was shown nothing; with the numbers of its samples, those of all ranks
 * @throws the signal's reason if it is aborted
 */
export async function pass(
  models: readonly nn.Layer[],
  data: Dataset,
  {
    task = classification,
    batchSize,
    renderings: wanted = {},
    onProgress,
    signal,
    ranks = alone,
  }: EvaluateOptions,
  look: (batch: Batch) => void,
  after?: (ids: Int32Array) => void,
): Promise<void> {
  for (const model of models) model.to({ memoryFormat: 'channels_last' });
  const drawing = { seed: 0, epoch: 0 };
  // One network is shown one side.
  const renderings = models.length > 1 ? wanted : { student: wanted.student, teacher: wanted.student };
  let done = 0;
  const batches = sequentialBatches(data, batchSize ?? (await batchSizeFor(data, renderings, ranks.count)));
  const read = async (all: Int32Array) => ({
    ...(await fetchColumns(data, sliceIn(all, ranks), { drawing, renderings, standIns: 'none' })),
    all,
  });
  for await (const fetched of readAhead(batches, read, data.gather ? 0 : 2)) {
    using _ = fetched;
    // Ranks stop together.
    if (ranks.count === 1) signal?.throwIfAborted();
    if (fetched.ids.length > 0) {
      // For one batch at a time: while the event loop turns, another pass over the same model may begin or end.
      using evaluating = new DisposableStack();
      for (const model of models) evaluating.use(inEvaluation(model));
      withDeterministicAlgorithms(() =>
        scope(() => noGrad(() => look(batchOf(data, fetched, drawing, { task, renderings })))),
      );
    }
    after?.(fetched.all);
    done += ranks.count === 1 ? fetched.ids.length : fetched.all.length;
    onProgress?.(done, data.size);
    await nextTurn();
  }
}

/** Those of a batch that a rank is shown. */
function sliceIn(ids: Int32Array, ranks: Ranks): Int32Array {
  if (ranks.count === 1) return ids;
  const share = (rank: number): number => Math.floor((rank * ids.length) / ranks.count);
  return ids.subarray(share(ranks.rank), share(ranks.rank + 1));
}
