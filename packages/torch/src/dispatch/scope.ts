/**
 * When tensors are freed. Inside a scope everything is freed when it ends, but for what it returns; `using` frees a single one.
 * A tensor made outside of every scope has a net below it: it is freed when JavaScript has collected its object, which happens only
 * while the event loop turns.
 */
import { TorchError } from './errors.ts';
import { free, markScope } from './exchange.ts';

type Scope = Handle[];

let current: Scope | null = null;

const net = new FinalizationRegistry<number>((handle) => free([handle]));

/** An object that owns something in the addon: a tensor or a generator. */
export class Handle {
  /** @internal */
  readonly handle: number;
  #scope: Scope | null;

  /** @internal */
  constructor(handle: number) {
    this.handle = handle;
    this.#scope = current;
    if (current) current.push(this);
    else net.register(this, handle, this);
  }

  /** What it is, in a few words, for messages; never throws. @example x.summary() // 'Tensor float32[2, 3]' */
  summary(): string {
    return this.constructor.name;
  }

  /** Frees it now. Using it afterwards is an error; disposing of it twice is not. @example x.dispose(); */
  dispose(): void {
    if (!this.#scope) net.unregister(this);
    free([this.handle]);
  }

  /** What `using` calls at the end of a block. @example using y = x.square(); */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal Moves it from one scope to another; `null` is no scope, where the net catches it. */
  move(from: Scope | null | undefined, to: Scope | null): void {
    if (from !== undefined && this.#scope !== from) return;
    if (this.#scope === to) return;
    if (!this.#scope) net.unregister(this);
    this.#scope = to;
    if (to) to.push(this);
    else net.register(this, this.handle, this);
  }

  /** @internal Moves it into the scope of another. */
  moveBeside(other: Handle): void {
    this.move(undefined, other.#scope);
  }

  /** @internal */
  belongsTo(scope: Scope): boolean {
    return this.#scope === scope;
  }
}

function forEachHandle(value: unknown, visit: (handle: Handle) => void, seen = new Set<object>()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Handle) visit(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return;
  if (value instanceof Map) for (const [key, item] of value) forEachHandle([key, item], visit, seen);
  else if (value instanceof Set) for (const item of value) forEachHandle(item, visit, seen);
  else for (const item of Object.values(value)) forEachHandle(item, visit, seen);
}

/** Throws when a callback that must be synchronous returned a promise: modes and scopes do not follow code across `await`. */
export function refusePromise(result: unknown, what: string): void {
  if (
    typeof result === 'object' &&
    result !== null &&
    'then' in result &&
    typeof result.then === 'function'
  ) {
    throw new TorchError(`${what} takes a synchronous function: what it sets would leak across await`);
  }
}

/**
 * Runs `body` and frees every tensor it made, except those reachable from what it returns (a tensor, or arrays, maps and objects that
 * hold tensors): these pass to the enclosing scope. Scopes nest; the body is synchronous.
 *
 * @throws TorchError if the body returns a promise
 * @example const loss = scope(() => model.forward(x).sub(y).square().mean());
 */
export function scope<Result>(body: () => Result): Result {
  const outer = current;
  const mine: Scope = [];
  current = mine;
  if (!outer) markScope(true);
  try {
    const result = body();
    if (result instanceof Handle) {
      result.move(mine, outer);
    } else {
      refusePromise(result, 'scope()');
      forEachHandle(result, (handle) => handle.move(mine, outer));
    }
    return result;
  } finally {
    current = outer;
    if (!outer) markScope(false);
    const ended: number[] = [];
    for (const item of mine) if (item.belongsTo(mine)) ended.push(item.handle);
    free(ended);
  }
}

/**
 * Takes tensors out of every scope, alone or held by arrays, maps and objects: they live until they are disposed of or collected. Parameters
 * and buffers are kept by themselves.
 *
 * @example cache.push(keep(features.detach()));
 */
export function keep<Value>(value: Value): Value {
  forEachHandle(value, (handle) => handle.move(undefined, null));
  return value;
}

/**
 * Lets tensors live as long as another does, alone or held by arrays, maps and objects: they pass to the scope that it belongs to, or out of
 * every scope as it is. For what is made late, in a scope within the one that its owner belongs to.
 *
 * @example const small = keepBeside(images, images.mean([2, 3]));
 */
export function keepBeside<Value>(owner: Handle, value: Value): Value {
  forEachHandle(value, (handle) => handle.moveBeside(owner));
  return value;
}
