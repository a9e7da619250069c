/** What steps show: their samples, read when they are wanted or a little before, as batches; of several ranks each reads its slices of them. */
import {
  type Batch,
  type Dataset,
  type Drawing,
  narrowed,
  readAhead,
  type Sampling,
  type ShownBatch,
  type Slice,
  shownBatches,
} from '../data/index.ts';
import { sliceOf } from '../data/slice.ts';
import type { Ranks } from '../ranks/index.ts';
import { stepSeed } from './rehearsal.ts';
import type { FetchedShown, Source } from './source.ts';
import type { Draws } from './timeline.ts';

export interface ShownOptions {
  readonly source: Source;
  readonly data: Dataset;
  readonly sampling: Sampling | undefined;
  readonly batchSize: number;
  readonly ranks: Ranks;
  /** How many steps are read ahead, where data is read. */
  readonly ahead: number;
}

/** What a step shows. */
export interface StepShown extends FetchedShown {
  /** Of each batch that is accumulated. */
  readonly slices: readonly Slice[];
}

/** The steps of an epoch. */
export interface EpochShown {
  readonly draws: Draws;
  readonly drawing: Drawing;
  /** Samples of a step. */
  readonly samples: number;
  readonly steps: number;
  /** How many of them are done. */
  readonly done: number;
}

/** What is to be read for a step. */
type ReadShown = ShownBatch & Pick<StepShown, 'slices'>;

export class Shown {
  readonly #options: ShownOptions;

  constructor(options: ShownOptions) {
    this.#options = options;
  }

  /** What this rank reads for a step: of each of its batches a slice. */
  #slicesOf({ ids, times }: ShownBatch): ReadShown {
    const { batchSize: size, ranks } = this.#options;
    const slices = Array.from({ length: Math.ceil(ids.length / size) }, (_, i) =>
      sliceOf(Math.min(size, ids.length - i * size), ranks),
    );
    if (ranks.count === 1) return { ids, times, slices };
    const places = slices.flatMap((slice, i) => Array.from(slice.places, (place) => i * size + place));
    const own = (of: Int32Array): Int32Array => Int32Array.from(places, (place) => of[place] ?? 0);
    return { ids: own(ids), times: times && own(times), slices };
  }

  /** What is left of an epoch, step by step. */
  steps({ draws, drawing, samples, steps, done }: EpochShown): AsyncGenerator<StepShown> {
    const { source, data, sampling, ahead } = this.#options;
    const left = shownBatches(data, { ...draws, batchSize: samples }, sampling)
      .take(steps)
      .drop(done)
      .map((shown) => this.#slicesOf(shown));
    const fetch = async ({ slices, ...shown }: ReadShown): Promise<StepShown> => ({
      ...(await source.fetchShown(shown, drawing)),
      slices,
    });
    return readAhead(left, fetch, data.gather ? 0 : ahead);
  }

  /** The batches of a step. @param first  which batch of the epoch the first of them is, from 0 */
  batches({ ids, columns, times, applied, slices }: StepShown, drawing: Drawing, first: number): Batch[] {
    const { source, ranks } = this.#options;
    let at = 0;
    return slices.map((slice, i) => {
      const [from, to] = [at, at + slice.places.length];
      at = to;
      const few = ids.subarray(from, to);
      const own = few.length === ids.length ? columns : narrowed(columns, from, few.length);
      // A view that is kept is the same each time.
      const again = drawing.view === undefined ? times?.subarray(from, to) : undefined;
      const of = ranks.count > 1 ? slice : undefined;
      return source.batch(
        { ids: few, columns: own, applied },
        { ...drawing, batch: first + i, times: again, slice: of },
      );
    });
  }

  /** How many samples of a step are shown in place of others. What all ranks have is counted by the first alone. */
  standIns({ slices, standIns }: StepShown): number {
    const counts = slices.flatMap(({ places, isWhole }) =>
      Array.from(places, () => !isWhole || this.#options.ranks.rank === 0),
    );
    return standIns.filter((place) => counts[place]).length;
  }

  /** What a step draws from: all that is random in it; and where ranks have slices, the student's own chance, as dropout, other numbers on each. */
  seeds(draws: Draws, step: number, { slices }: StepShown): { seed: bigint; sliceSeed: bigint | undefined } {
    const { count, rank } = this.#options.ranks;
    const seed = stepSeed(draws, step, 'step');
    if (count === 1) return { seed, sliceSeed: undefined };
    const areWhole = slices.every(({ isWhole }) => isWhole);
    return { seed, sliceSeed: stepSeed(draws, step, 'step', areWhole ? 1 : 1 + rank) };
  }
}
