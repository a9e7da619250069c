/**
 * Hooks around a module's forward. Callers say `module.forward(x)`, so a hook stands in the way there: while a module has hooks it has a
 * `forward` of its own (not enumerable) that calls them around the one of its class; without hooks there is nothing.
 */

import { refusePromise } from '../dispatch/scope.ts';
import type { RemovableHandle } from '../hooks.ts';

/** A module, as its hooks see it. */
interface Forwarding {
  forward(...inputs: never[]): unknown;
}

/** What a module's forward takes. */
export type Inputs<M extends Forwarding> =
  Parameters<M['forward']> extends never[] ? unknown[] : Parameters<M['forward']>;

/** What a module's forward returns. */
export type Output<M extends Forwarding> = ReturnType<M['forward']>;

/** Called after a module's forward; what it returns, unless that is nothing, takes the place of the output. */
export type ForwardHook<M extends Forwarding> = (
  module: M,
  inputs: Inputs<M>,
  output: Output<M>,
) => Output<M> | undefined;

/** Called before a module's forward; inputs that it returns, an array or a single one, take the place of those given. */
export type ForwardPreHook<M extends Forwarding> = (
  module: M,
  inputs: Inputs<M>,
) => readonly Inputs<M>[number][] | Inputs<M>[0] | undefined;

interface Hooks {
  readonly before: Set<(inputs: unknown[]) => unknown>;
  readonly after: Set<(inputs: unknown[], output: unknown) => unknown>;
  /** The `forward` that calls them, and what the module itself had in its place. */
  readonly forward: (...inputs: unknown[]) => unknown;
  readonly replaced: PropertyDescriptor | undefined;
}

const hooked = new WeakMap<Forwarding, Hooks>();

function hooksOf(module: Forwarding): Hooks {
  const present = hooked.get(module);
  if (present) return present;
  const replaced = Object.getOwnPropertyDescriptor(module, 'forward');
  const inner: (...inputs: never[]) => unknown = module.forward;
  const before: Hooks['before'] = new Set();
  const after: Hooks['after'] = new Set();
  const forward = (...given: unknown[]): unknown => {
    let inputs = given;
    // Copies: a hook may remove itself, or add another, for the next call.
    for (const hook of [...before]) {
      const result = hook(inputs);
      refusePromise(result, 'registerForwardPreHook()');
      if (result !== undefined) inputs = Array.isArray(result) ? result : [result];
    }
    let output: unknown = Reflect.apply(inner, module, inputs);
    for (const hook of [...after]) {
      const result = hook(inputs, output);
      refusePromise(result, 'registerForwardHook()');
      if (result !== undefined) output = result;
    }
    return output;
  };
  const hooks: Hooks = { before, after, forward, replaced };
  Object.defineProperty(module, 'forward', { value: forward, configurable: true, writable: true });
  hooked.set(module, hooks);
  return hooks;
}

function release(module: Forwarding, hooks: Hooks): void {
  if (hooks.before.size + hooks.after.size > 0 || hooked.get(module) !== hooks) return;
  hooked.delete(module);
  // Something assigned since then is not ours to take away.
  if (Object.getOwnPropertyDescriptor(module, 'forward')?.value !== hooks.forward) return;
  if (hooks.replaced) Object.defineProperty(module, 'forward', hooks.replaced);
  else Reflect.deleteProperty(module, 'forward');
}

function handle(remove: () => void): RemovableHandle {
  return { remove, [Symbol.dispose]: remove };
}

/** @internal */
export function addForwardHook<M extends Forwarding>(module: M, hook: ForwardHook<M>): RemovableHandle {
  const hooks = hooksOf(module);
  // What passes through the module's forward is of the types of its forward.
  const call = (inputs: unknown[], output: unknown) => hook(module, inputs as Inputs<M>, output as Output<M>);
  hooks.after.add(call);
  return handle(() => {
    if (hooks.after.delete(call)) release(module, hooks);
  });
}

/** @internal */
export function addForwardPreHook<M extends Forwarding>(module: M, hook: ForwardPreHook<M>): RemovableHandle {
  const hooks = hooksOf(module);
  const call = (inputs: unknown[]) => hook(module, inputs as Inputs<M>);
  hooks.before.add(call);
  return handle(() => {
    if (hooks.before.delete(call)) release(module, hooks);
  });
}
