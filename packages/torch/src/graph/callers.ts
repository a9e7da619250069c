/** Which module of a model is at work, while its forward runs. */
import type { Module } from '../nn/module.ts';

/**
 * Listens to all modules of a model until it is disposed of.
 *
 * @example using callers = new Callers(model);
 */
export class Callers implements Disposable {
  readonly #within: string[] = [];
  readonly #hooks: Disposable[];

  constructor(model: Module) {
    this.#hooks = Array.from(model.namedModules()).flatMap(([path, module]) => [
      module.registerForwardPreHook(() => {
        this.#within.push(path);
      }),
      module.registerForwardHook(() => {
        // Those within it that threw have not left.
        this.#within.length = Math.max(this.#within.lastIndexOf(path), 0);
        return undefined;
      }),
    ]);
  }

  /** The path of the innermost; empty for the model itself. */
  get path(): string {
    return this.#within.at(-1) ?? '';
  }

  [Symbol.dispose](): void {
    for (const hook of this.#hooks) hook[Symbol.dispose]();
  }
}
