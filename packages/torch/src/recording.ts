/** Who is told of the operators that are called: nobody, but while `freeze()` follows a model's forward. */
import type { Argument } from './exchange.ts';
import type { Operator } from './operator.ts';
import type { Tensor } from './tensor.ts';

export interface Recorder {
  /** An operator has been called. */
  called(operator: Operator, args: readonly Argument[], result: unknown): void;
  /** A tensor has got one handle more. */
  aliased(alias: Tensor, of: Tensor): void;
  /** JavaScript has read the elements of a tensor. */
  read(tensor: Tensor): void;
}

export let recorder: Recorder | null = null;

/** Runs `body` while another listens, or nobody. */
export function recordingTo<Result>(listener: Recorder | null, body: () => Result): Result {
  const before = recorder;
  recorder = listener;
  try {
    return body();
  } finally {
    recorder = before;
  }
}
