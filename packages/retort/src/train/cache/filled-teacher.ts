/** A teacher of data in memory: it is asked for a view, block by block, before the epoch that shows it. */
import { aten, keep, nextTurn, scope, type Tensor } from '@retort/torch';
import type { Batch } from '../../data/index.ts';
import type { Answer, Filling } from '../teacher.ts';
import { blockSize } from './blocks.ts';
import { askedAtOnce, CachedTeacher, type Place } from './cached-teacher.ts';
import { Store } from './store.ts';

export class FilledTeacher extends CachedTeacher<Store> {
  protected store(place: Place): Store {
    return new Store({ ...place, blockSize });
  }

  missing(view: number): number {
    return this.rows
      .missing(view)
      .map((block) => this.rows.range(block))
      .reduce((sum, { from, to }) => sum + to - from, 0);
  }

  async ahead(view: number, onProgress?: (progress: Filling) => void, signal?: AbortSignal): Promise<void> {
    await this.open();
    const { samples: total, fetch, batch, rank: own = { rank: 0, count: 1 } } = this.options;
    const isOwn = (block: number): boolean => block % own.count === own.rank;
    const missing = this.rows.missing(view);
    // Each rank asks for its own blocks, and then for what others have not come to yet.
    for (const block of [...missing.filter(isOwn), ...missing.filter((block) => !isOwn(block))]) {
      // Another process may have asked for it since.
      if (!this.rows.missing(view).includes(block)) continue;
      let done = total - this.missing(view);
      const { from, to } = this.rows.range(block);
      const parts: Tensor[][] = [];
      for (let at = from; at < to; at += askedAtOnce) {
        signal?.throwIfAborted();
        const ids = Int32Array.from({ length: Math.min(askedAtOnce, to - at) }, (_, i) => at + i);
        using fetched = await fetch(ids, view);
        parts.push(keep(scope(() => this.ask(batch(fetched, view), ids))));
        done += ids.length;
        onProgress?.({ view, done, total });
        await nextTurn();
      }
      scope(() => {
        this.rows.write(
          view,
          block,
          this.columns.map((_, i) =>
            aten.cat(
              parts.flatMap((tensors) => tensors[i] ?? []),
              0,
            ),
          ),
        );
      });
      for (const tensor of parts.flat()) tensor.dispose();
    }
  }

  fill(view: number, onProgress?: (progress: Filling) => void, signal?: AbortSignal): Promise<void> {
    return this.ahead(view, onProgress, signal);
  }

  answer({ ids, address: { view } }: Batch): Answer {
    return scope(() => {
      const { device } = ids;
      return this.said(this.rows.read(view, ids.to('cpu')).map((column) => column.to(device)));
    });
  }
}
