/**
 * JavaScript functions that libtorch's engine calls. What they throw stays here while the engine unwinds, and is thrown again when it
 * has: it arrives as itself.
 */
import { free } from './dispatch/exchange.ts';
import { type EngineCallback, guard, type HandleNumber, native } from './dispatch/native.ts';
import { type Handle, scope } from './dispatch/scope.ts';

let thrown: unknown[] = [];

let explain = (error: unknown): unknown => error;

/** Says what an error of the engine itself means, where more is known of it elsewhere. */
export function explainEngineErrors(explanation: (error: unknown) => unknown): void {
  explain = explanation;
}

/** Calls the addon where it may call back. */
export function guardEngine<Result>(what: string, body: () => Result): Result {
  const outer = thrown;
  const mine: unknown[] = [];
  thrown = mine;
  try {
    return guard(what, body);
  } catch (error) {
    throw mine.length > 0 ? mine[0] : explain(error);
  } finally {
    thrown = outer;
  }
}

/** Second handles to tensors, for the addon to free. */
function handOver(results: readonly (Handle | null)[]): (HandleNumber | null)[] {
  const handles: HandleNumber[] = [];
  const alias = ({ handle }: Handle): HandleNumber => {
    handles.push(native.alias(handle));
    return handles.at(-1) ?? handle;
  };
  try {
    return results.map((result) => (result === null ? null : alias(result)));
  } catch (error) {
    free(handles);
    throw error;
  }
}

/**
 * A function for the engine. It runs in a scope of its own; what it returns is moved out.
 *
 * @param what  names it in messages, e.g. `a hook`
 * @param wrap  makes a tensor of a handle
 */
export function engineCallback<Tensor extends Handle>(
  what: string,
  wrap: (handle: HandleNumber) => Tensor,
  body: (tensors: readonly (Tensor | null)[], flags: readonly boolean[]) => readonly (Tensor | null)[],
): EngineCallback {
  return (handles, flags) => {
    try {
      return scope(() => {
        const tensors = handles.map((handle) => (handle === null ? null : wrap(handle)));
        const results = body(tensors, flags);
        return guard(what, () => handOver(results));
      });
    } catch (error) {
      thrown.push(error);
      return false;
    }
  };
}
