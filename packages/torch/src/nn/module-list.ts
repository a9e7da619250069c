import { TorchError } from '../dispatch/errors.ts';
import { type Layer, Module } from './module.ts';
import { place } from './names.ts';

/**
 * Modules in an array that their owner's state dict sees, named 0, 1, 2, …; the owner's forward says what happens with them.
 *
 * @example blocks = new nn.ModuleList(Array.from({ length: 12 }, () => new Block(192)));
 */
export class ModuleList<M extends Module = Layer> extends Module {
  readonly #modules: M[];

  constructor(modules: Iterable<M> = []) {
    super();
    this.#modules = [...modules];
  }

  /** How many modules. */
  get length(): number {
    return this.#modules.length;
  }

  /** The modules in order. */
  [Symbol.iterator](): Iterator<M> {
    return this.#modules[Symbol.iterator]();
  }

  override *namedChildren(): Generator<[string, Module]> {
    for (const [i, module] of this.#modules.entries()) yield [String(i), module];
    yield* super.namedChildren();
  }

  /** The module at an index, negative from the end. @throws TorchError if there is none @example blocks.at(-1) */
  at(index: number): M {
    const module = this.#modules[place('ModuleList', this.length, index)];
    if (!module) throw new TorchError(`ModuleList has no module at ${index}`);
    return module;
  }

  /** Adds modules at the end. @example blocks.append(new Block(192)) */
  append(...modules: M[]): this {
    this.#modules.push(...modules);
    return this;
  }

  /** Puts a module in the place of another, which it returns. @throws TorchError if there is none @example blocks.replace(0, other) */
  replace(index: number, module: M): M {
    const replaced = this.at(index);
    this.#modules[place('ModuleList', this.length, index)] = module;
    return replaced;
  }

  /** @throws TorchError always: a list has no order of computation */
  forward(): never {
    throw new TorchError('a ModuleList has no forward: call the modules in it, or use Sequential');
  }
}
