/**
 * Which attempt ranks meet in, where the store is a launcher's and outlives them. torchrun's agents count restarts each for itself
 * (`TORCHELASTIC_RESTART_COUNT`), and not those that another's fault led to, so the counts of two machines differ after a while; and keys of an
 * attempt that was broken off as it met are still there. So rank 0 names the attempt, anew each time, and makes sure that whoever answers is there now.
 */
import { randomUUID } from 'node:crypto';
import { native } from '../dispatch/native.ts';
import { asPromise } from './pending.ts';

/** Milliseconds after which a rank looks whether there is a new rank 0. */
const pace = 250;

/** What a rank was waiting for when its time was over: keys, by rank. */
export class NobodyCame extends Error {
  override readonly name = 'NobodyCame';
  readonly keys: readonly string[];

  constructor(keys: readonly string[], cause: unknown) {
    super(cause instanceof Error ? cause.message : 'time-out', { cause });
    this.keys = keys;
  }
}

const set = (store: number, key: string, value: string): Promise<void> =>
  asPromise((done) => native.storeSet(store, key, value, done));

const wait = (store: number, keys: string[], milliseconds: number): Promise<string[]> =>
  asPromise((done) => native.storeWait(store, keys, milliseconds, done));

const answers = (attempt: string, worldSize: number): string[] =>
  Array.from({ length: worldSize }, (_, rank) => `${attempt}/answer/${rank}`);

/**
 * The name of the attempt that all ranks are in now.
 *
 * @param store  one that is the same for all attempts
 * @throws NobodyCame when the time is over
 */
export async function agreedAttempt(
  store: number,
  { rank, worldSize, milliseconds }: { rank: number; worldSize: number; milliseconds: number },
): Promise<string> {
  const self = randomUUID();
  if (rank === 0) {
    await set(store, 'attempt', self);
    await set(store, `${self}/answer/0`, self);
    const keys = answers(self, worldSize);
    try {
      for (const other of await wait(store, keys, milliseconds))
        await set(store, `${self}/met/${other}`, 'met');
    } catch (error) {
      throw new NobodyCame(keys, error);
    }
    return self;
  }
  const end = performance.now() + milliseconds;
  let attempt = '';
  while (true) {
    const left = end - performance.now();
    const asked = performance.now();
    try {
      // It may be that of ranks that are gone: then another comes.
      const [named = ''] = await wait(store, ['attempt'], Math.max(1, left));
      if (named !== attempt) await set(store, `${named}/answer/${rank}`, self);
      attempt = named;
      await wait(store, [`${attempt}/met/${self}`], pace);
      return attempt;
    } catch (error) {
      // What fails before its time is no time-out: the store is gone.
      if (left <= pace || performance.now() - asked < pace / 2)
        throw new NobodyCame(attempt ? answers(attempt, worldSize) : ['attempt'], error);
    }
  }
}
