/** What a user keeps of runs: tags, notes, which are pinned and hidden. */
import { isDeepStrictEqual } from 'node:util';
import { asRecord } from 'retort/runs';
import { z } from 'zod';
import type { Mine } from '../../api.ts';
import { BoardError } from '../errors.ts';
import type { Store } from './store.ts';

const file = 'mine.json';

const limits = { tags: 50, tag: 100, note: 20_000 };

/** What a request may change. */
export const mineChange = z.strictObject({
  tags: z.array(z.string().trim().min(1).max(limits.tag)).max(limits.tags).optional(),
  note: z.string().max(limits.note).optional(),
  isPinned: z.boolean().optional(),
  isHidden: z.boolean().optional(),
});

export type MineChange = z.output<typeof mineChange>;

const nothing: Mine = { tags: [], note: '', isPinned: false, isHidden: false };

const kept = z.object({
  tags: z.array(z.string()).catch([]),
  note: z.string().catch(''),
  isPinned: z.boolean().catch(false),
  isHidden: z.boolean().catch(false),
});

export class MineKeeper {
  readonly #store: Store;
  #runs: Map<string, Mine>;
  /** Of the file as it was read. */
  #stamp = '';

  constructor(store: Store) {
    this.#store = store;
    this.#stamp = this.#stampNow();
    this.#runs = this.#read() ?? new Map();
  }

  #stampNow(): string {
    try {
      return this.#store.stampOf(file);
    } catch {
      // What may not be looked at is as it was.
      return this.#stamp;
    }
  }

  /** Null where the file is damaged, or cannot be read. */
  #read(): Map<string, Mine> | null {
    try {
      const text = this.#store.read(file);
      if (!text) return new Map();
      const runs = asRecord(JSON.parse(text.toString('utf8')));
      return runs && new Map(Object.entries(runs).map(([id, mine]) => [id, kept.parse(mine)]));
    } catch {
      return null;
    }
  }

  /**
   * Looks whether another board, which serves the same folder, has kept something.
   *
   * @returns ids of runs of which something else is kept now
   */
  look(): ReadonlySet<string> {
    const stamp = this.#stampNow();
    if (stamp === this.#stamp) return new Set();
    this.#stamp = stamp;
    const before = this.#runs;
    this.#runs = this.#read() ?? before;
    const ids = new Set([...before.keys(), ...this.#runs.keys()]);
    return new Set([...ids].filter((id) => !isDeepStrictEqual(before.get(id), this.#runs.get(id))));
  }

  of(id: string): Mine {
    return this.#runs.get(id) ?? nothing;
  }

  /** @throws BoardError where it cannot be kept, and then it is as before */
  change(id: string, { tags, ...others }: MineChange): Mine {
    // What another board has kept is not lost.
    const runs = this.#read();
    if (!runs)
      throw new BoardError(
        503,
        `${this.#store.folder}/${file} is damaged or cannot be read, and what it has of other runs would be lost: mend it, or remove it`,
      );
    const before = runs.get(id) ?? nothing;
    const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
    const mine: Mine = { ...before, ...given, tags: tags ? [...new Set(tags)] : before.tags };
    runs.set(id, mine);
    this.#store.write(file, `${JSON.stringify(Object.fromEntries(runs), null, 1)}\n`);
    this.#runs = runs;
    return mine;
  }
}
