/**
 * What waits for other ranks, written once: a generator that yields whatever it waits for. `waiting` runs it where it stands, `promised`
 * as a promise.
 */
import type { Done } from '../dispatch/native.ts';

/** A call of the addon, which waits unless it is given whom to tell. */
type Call<Value> = (done?: Done<Value>) => Value;

interface Wait {
  now(): void;
  later(): Promise<void>;
}

/** Something that takes several calls, each of which may wait for other ranks. */
export type Pending<Result> = Generator<Wait, Result, undefined>;

/** Waits for one call. What it throws comes out at the `yield*`. */
export function* until<Value>(call: Call<Value>): Pending<Value> {
  const answer: Value[] = [];
  yield {
    now: () => {
      answer.push(call());
    },
    later: () => asPromise<Value>(call).then((value) => void answer.push(value)),
  };
  // One value: whoever runs it has waited.
  return answer[0] as Value;
}

/** A call that only tells when it is done. */
export function asPromise<Value>(call: (done: Done<Value>) => unknown): Promise<Value> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error === null ? resolve(value as Value) : reject(new Error(error))));
  });
}

/** Runs it where it stands. */
export function waiting<Result>(work: Pending<Result>): Result {
  let step = work.next();
  while (!step.done) {
    try {
      step.value.now();
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next();
  }
  return step.value;
}

/** Runs it while JavaScript goes on. */
export async function promised<Result>(work: Pending<Result>): Promise<Result> {
  let step = work.next();
  while (!step.done) {
    try {
      await step.value.later();
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next();
  }
  return step.value;
}
