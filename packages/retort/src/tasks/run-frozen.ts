/** A network that is compiled, and that a task calls. */
import type { Frozen, nn, Tensor } from '@retort/torch';
import type { Inputs } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import type { Task } from './task.ts';

/** A model with another forward until the result is disposed of. */
function withForward(model: nn.Layer, forward: nn.Layer['forward']): Disposable {
  const before = Object.getOwnPropertyDescriptor(model, 'forward');
  Object.defineProperty(model, 'forward', { value: forward, configurable: true, writable: true });
  return {
    [Symbol.dispose]: () => {
      if (before) Object.defineProperty(model, 'forward', before);
      else Reflect.deleteProperty(model, 'forward');
    },
  };
}

/** What a compiled network answered. */
export interface FrozenAnswer {
  readonly outputs: Outputs;
  /** What was tapped, by path; null where the task does not call the network's forward, so that nothing was. */
  readonly features: Readonly<Record<string, Tensor>> | null;
}

/**
 * A task calls a model in evaluation, whose forward is the compiled one meanwhile.
 *
 * @param frozen  what `freeze` made of the model
 * @param taps  paths
 */
export function runFrozen(
  frozen: Frozen,
  model: nn.Layer,
  task: Task,
  inputs: Inputs,
  taps: readonly string[] = [],
): FrozenAnswer {
  let features: FrozenAnswer['features'] = null;
  const own = model.forward;
  const forward = (x: Tensor): Tensor => {
    using _ = withForward(model, own);
    const answer = frozen.tap(x, taps);
    features = answer.taps;
    return answer.output;
  };
  using _ = withForward(model, forward);
  const outputs = task.run(model, inputs, { training: false, targets: null });
  return { outputs, features };
}
