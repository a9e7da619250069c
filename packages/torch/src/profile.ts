/** Where the time of a computation goes, by operator. */
import { guard, native } from './dispatch/native.ts';
import { refusePromise } from './dispatch/scope.ts';

/** What an operator did with tensors of some shapes. */
export interface Spent {
  /** As libtorch names it, e.g. `aten::addmm`; gradients appear as the operators that they are made of. */
  readonly operator: string;
  /** Of the tensors that it was given and gave, e.g. `[64,192] [192,768] -> [64,768]`. */
  readonly shapes: string;
  readonly calls: number;
  /** In the operator itself, without those that it calls, all calls together. */
  readonly milliseconds: number;
  /** Of the tensors that it was given and gave, all calls together. */
  readonly bytes: number;
}

/**
 * Runs `body` and says where its time went, the longest first. Timing itself costs about a microsecond an operator. It sees the operators of
 * the whole process.
 *
 * @throws TorchError if the body returns a promise
 * @example const [first] = profile(() => model.forward(images).sum().backward());
 */
export function profile(body: () => unknown): Spent[] {
  guard('profile', () => native.startProfile());
  let rows: ReturnType<typeof native.stopProfile>;
  try {
    refusePromise(body(), 'profile()');
  } finally {
    rows = native.stopProfile();
  }
  return rows
    .map(([operator, shapes, calls, milliseconds, bytes]) => ({
      operator,
      shapes,
      calls,
      milliseconds,
      bytes,
    }))
    .sort((one, other) => other.milliseconds - one.milliseconds);
}
