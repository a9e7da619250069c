/** Where batches come from: samples read, drawn in a view, and put into the forms of task and networks. */
import {
  type Batch,
  type Columns,
  type Dataset,
  type Drawing,
  type Fetched,
  fetchColumns,
  hasPlaces,
  type Mixing,
  mapSides,
  narrowed,
  type Renderings,
  type ShownBatch,
  type Transform,
} from '../data/index.ts';
import { batchOf, type Task } from '../tasks/index.ts';
import type { Draws } from './timeline.ts';

/** How often a batch shows each image. */
export interface Turning {
  readonly turns: number;
  /** Whether its turns are upright. */
  readonly upright: boolean;
}

export interface SourceOptions {
  readonly data: Dataset;
  readonly task: Task;
  readonly transforms: readonly Transform[];
  readonly mixing?: Mixing | undefined;
  readonly renderings: Renderings;
  /** Of the views that come again. */
  readonly cacheSeed: number;
  readonly device: string;
}

/** Samples that were read for a step. */
export type FetchedShown = Fetched & Pick<ShownBatch, 'times'>;

const onDevice = (named: Columns, device: string): Columns =>
  Object.fromEntries(Object.entries(named).map(([name, held]) => [name, held.to(device)]));

export class Source {
  readonly options: SourceOptions;
  /** The first samples of the data, to try networks on. */
  #first: Fetched | null = null;

  constructor(options: SourceOptions) {
    this.options = options;
  }

  /** As never before. */
  fresh({ seed, epoch }: Draws, { turns, upright }: Turning): Drawing {
    const { transforms, mixing } = this.options;
    return { seed, epoch, transforms, turns, upright, mixing };
  }

  /** The same whenever it is shown. */
  kept(view: number, { turns, upright }: Turning): Drawing {
    const { cacheSeed, transforms } = this.options;
    return { seed: cacheSeed, epoch: 0, view, transforms, turns, upright };
  }

  /** @param drawing  of `batch`, where it is known already: a part of it may be done by the threads that read */
  fetch(ids: Int32Array, drawing?: Drawing): Promise<Fetched> {
    const { data, renderings } = this.options;
    // What is seen whole takes longest to be made larger.
    return fetchColumns(data, ids, { drawing, ...(drawing && hasPlaces(data) && { renderings }) });
  }

  /** The same of what an epoch shows, with which time each sample is shown in it. */
  async fetchShown({ ids, times }: ShownBatch, drawing: Drawing): Promise<FetchedShown> {
    // A view that is kept is the same each time.
    const again = drawing.view === undefined && times ? times : undefined;
    return { ...(await this.fetch(ids, { ...drawing, times: again })), times };
  }

  /** Reads so many samples, to try networks on; before `first`. */
  async prime(count: number): Promise<void> {
    const wanted = Math.min(count, this.options.data.size);
    if (this.#first && this.#first.ids.length >= wanted) return;
    this.release();
    this.#first = await this.fetch(Int32Array.from({ length: wanted }, (_, i) => i));
  }

  /** Lets go of the samples that networks were tried on. */
  release(): void {
    this.#first?.[Symbol.dispose]();
    this.#first = null;
  }

  /** The first samples, at most as many as were read. */
  first(count: number, drawing: Drawing): Batch {
    if (!this.#first) throw new RangeError('nothing was read to try networks on');
    const { ids, columns } = this.#first;
    const few = Math.min(count, ids.length);
    return this.batch({ ids: ids.subarray(0, few), columns: narrowed(columns, 0, few), applied: 0 }, drawing);
  }

  /** What a step is shown of samples that were read. */
  batch(fetched: Pick<Fetched, 'ids' | 'columns' | 'applied'>, drawing: Drawing): Batch {
    const { data, device } = this.options;
    const batch = batchOf(data, fetched, drawing, this.options);
    if (device === 'cpu') return batch;
    return {
      ...batch,
      ids: batch.ids.to(device),
      inputs: mapSides(batch.inputs, (inputs) => onDevice(inputs, device)),
      targets: onDevice(batch.targets, device),
    };
  }
}
