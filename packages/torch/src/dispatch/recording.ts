/** Who is told of the operators that are called: nobody, but while a computation is followed. */
import type { Argument } from './exchange.ts';
import type { Schema } from './schema.ts';
import type { Handle } from './scope.ts';

/** An operator, as those who are told of it see it. */
export interface Callable {
  /** With its overload: `aten::add.Tensor`. */
  readonly name: string;
  readonly schema: Schema;
  /** Calls it with arguments in the order of the schema. */
  call(args: readonly Argument[]): unknown;
}

export interface Recorder {
  /** An operator has been called. */
  called(operator: Callable, args: readonly Argument[], result: unknown): void;
  /** A tensor has got one handle more. */
  aliased(alias: Handle, of: Handle): void;
  /** JavaScript has read the elements of a tensor. */
  read(tensor: Handle): void;
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
