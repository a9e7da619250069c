/**
 * A teacher of data that is read: it is asked in the step that shows samples it has not seen, while their images are at hand, so that they
 * are read and decoded once.
 *
 * A batch of which any row is missing is asked for whole, and of its answers those rows are kept that were missing: what is said of a sample
 * may differ in the last bits between batches, and so the rows that a run sees are a function of its batches and of what was there when
 * it began. Rows are on the disk before a checkpoint that comes after them (`flush`). Those after it may be lost with the process; the run
 * that is resumed shows the same batches, and the same is said of them again.
 */
import { nextTurn, scope, type Tensor, tensor } from '@retort/torch';
import type { Batch } from '../../data/index.ts';
import type { Answer, Filling } from '../teacher.ts';
import { askedAtOnce, CachedTeacher, type Place } from './cached-teacher.ts';
import { RowStore } from './row-store.ts';

/** Of a sample that is in the batch more than once, as sampling may have it, what is kept: what was said of the first. */
function asKept(columns: readonly Tensor[], ids: Int32Array): readonly Tensor[] {
  const first = new Map<number, number>();
  for (const [place, id] of ids.entries()) if (!first.has(id)) first.set(id, place);
  if (first.size === ids.length) return columns;
  const index = tensor(ids.map((id) => first.get(id) ?? 0));
  return columns.map((column) => column.index_select(0, index));
}

export class LazyTeacher extends CachedTeacher<RowStore> {
  protected store(place: Place): RowStore {
    return new RowStore(place);
  }

  missing(view: number): number {
    return this.rows.missing(view);
  }

  /** Looks at every row, also at those that are there: a damaged one is asked for again. */
  async ahead(view: number, onProgress?: (progress: Filling) => void, signal?: AbortSignal): Promise<void> {
    await this.open();
    const { samples: total, fetch, batch } = this.options;
    try {
      for (let from = 0; from < total; from += askedAtOnce) {
        signal?.throwIfAborted();
        const to = Math.min(from + askedAtOnce, total);
        const missing = scope(() => this.#missingOf(view, from, to));
        if (missing.length) {
          using fetched = await fetch(missing, view);
          scope(() => this.rows.add(view, missing, this.#asked(batch(fetched, view), missing)));
        }
        onProgress?.({ view, done: to, total });
        await nextTurn();
      }
    } finally {
      this.flush();
    }
  }

  #missingOf(view: number, from: number, to: number): Int32Array {
    const ids = Int32Array.from({ length: to - from }, (_, i) => from + i);
    const there = new Set(this.rows.find(view, ids).places);
    return ids.filter((_, place) => !there.has(place));
  }

  async fill(view: number): Promise<void> {
    await this.open();
    this.rows.open(view);
  }

  /** Rows are on the disk when it returns; before it is opened there are none, as where a run that is resumed is stopped while it evaluates. */
  flush(): void {
    if (this.isOpen) this.rows.flush();
  }

  /** The columns of all samples of a batch, on the CPU. */
  #asked(shown: Batch, ids: Int32Array): Tensor[] {
    return this.ask(shown, ids).map((column) => column.to('cpu'));
  }

  #rowsOf(shown: Batch): readonly Tensor[] {
    const { view } = shown.address;
    const ids = Int32Array.from(shown.ids.to('cpu').toFlatArray(), Number);
    const { places, columns } = this.rows.find(view, ids);
    if (places.length === ids.length) return columns;
    const asked = asKept(this.#asked(shown, ids), ids);
    this.rows.add(view, ids, asked);
    if (places.length === 0) return asked;
    const index = tensor(places, { dtype: 'int64' });
    return asked.map((column, i) => {
      const there = columns[i];
      return there ? column.index_copy(0, index, there) : column;
    });
  }

  answer(shown: Batch): Answer {
    return scope(() => {
      const { device } = shown.ids;
      return this.said(this.#rowsOf(shown).map((column) => column.to(device)));
    });
  }
}
