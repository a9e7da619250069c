/** What changes, told to each page that listens. */
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { BoardEvents } from '../../api.ts';
import type { Catalogue, Changes } from '../runs/catalogue.ts';
import type { Watch } from '../runs/watch.ts';

/** A line now and then keeps the connection, in milliseconds. */
const heartbeat = 15_000;
/** Changes that come together are told together. */
const together = 100;

/** What one page has not been told of yet. */
class Untold {
  readonly rows = new Set<string>();
  readonly gone = new Set<string>();
  readonly logged = new Set<string>();
  readonly diagnosed = new Set<string>();
  #wake: () => void = () => {};

  add({ rows, gone, logged }: Changes): void {
    for (const id of rows) {
      this.rows.add(id);
      this.gone.delete(id);
    }
    for (const id of gone) {
      this.gone.add(id);
      this.rows.delete(id);
      this.logged.delete(id);
    }
    for (const id of logged) this.logged.add(id);
    this.#wake();
  }

  diagnosis(id: string): void {
    this.diagnosed.add(id);
    this.#wake();
  }

  wake(): void {
    this.#wake();
  }

  /** All of it, which then is told. */
  taken(): Readonly<Record<'rows' | 'gone' | 'logged' | 'diagnosed', readonly string[]>> {
    const all = {
      ...{ rows: [...this.rows], gone: [...this.gone] },
      ...{ logged: [...this.logged], diagnosed: [...this.diagnosed] },
    };
    for (const set of [this.rows, this.gone, this.logged, this.diagnosed]) set.clear();
    return all;
  }

  /** Until something is to be told, or so long. */
  async wait(milliseconds: number): Promise<void> {
    if (this.rows.size + this.gone.size + this.logged.size + this.diagnosed.size > 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
    this.#wake = () => {};
  }
}

export class Events {
  readonly #catalogue: Catalogue;
  readonly #watch: Watch;
  readonly #listening = new Set<Untold>();
  #isClosed = false;

  constructor(catalogue: Catalogue, watch: Watch) {
    this.#catalogue = catalogue;
    this.#watch = watch;
    catalogue.onChange((changes) => {
      for (const untold of this.#listening) untold.add(changes);
    });
  }

  /** Diagnoses of a run have begun or ended. */
  diagnosis(id: string): void {
    for (const untold of this.#listening) untold.diagnosis(id);
  }

  answer(c: Context): Response {
    return streamSSE(c, async (stream) => {
      const untold = new Untold();
      this.#listening.add(untold);
      this.#watch.begin();
      stream.onAbort(() => untold.wake());
      try {
        await stream.write(': retort board\n\n');
        while (!stream.aborted && !stream.closed && !this.#isClosed) {
          await untold.wait(heartbeat);
          await stream.sleep(together);
          if (stream.aborted || this.#isClosed) break;
          await this.#told(stream, untold);
        }
      } finally {
        this.#listening.delete(untold);
        this.#watch.end();
      }
    });
  }

  async #told(stream: SSEStreamingApi, untold: Untold): Promise<void> {
    const send = async <Name extends keyof BoardEvents>(
      event: Name,
      data: BoardEvents[Name],
    ): Promise<void> => {
      await stream.writeSSE({ event, data: JSON.stringify(data) });
    };
    const { rows, gone, logged, diagnosed } = untold.taken();
    if (rows.length + gone.length > 0) await send('runs', { rows: this.#catalogue.rows(rows), gone });
    for (const id of logged) await send('series', { id, rows: this.#catalogue.logged(id) });
    for (const id of diagnosed) await send('diagnoses', { id });
    if (rows.length + gone.length + logged.length + diagnosed.length === 0)
      await stream.write(': still here\n\n');
  }

  close(): void {
    this.#isClosed = true;
    for (const untold of this.#listening) untold.wake();
  }
}
