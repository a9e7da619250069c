import { TorchError } from '../dispatch/errors.ts';
import { type Layer, Module } from './module.ts';
import { checkName } from './names.ts';
import { unknownName } from './paths.ts';

/**
 * Modules by name that their owner's state dict sees, in the order in which they were set; the owner's forward says what happens with
 * them.
 *
 * @example heads = new nn.ModuleDict({ label: new nn.Linear(64, 10), rotation: new nn.Linear(64, 4) });
 */
export class ModuleDict<M extends Module = Layer> extends Module {
  readonly #modules = new Map<string, M>();

  /** @throws TorchError if a name is empty or has a dot */
  constructor(modules: Readonly<Record<string, M>> = {}) {
    super();
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
  }

  /** How many modules. */
  get size(): number {
    return this.#modules.size;
  }

  /** Names with their modules. */
  [Symbol.iterator](): Iterator<[string, M]> {
    return this.#modules[Symbol.iterator]();
  }

  override *namedChildren(): Generator<[string, Module]> {
    yield* this.#modules;
    yield* super.namedChildren();
  }

  /** The names, in order. @example [...heads.keys()] */
  keys(): IterableIterator<string> {
    return this.#modules.keys();
  }

  /** The modules, in order. @example [...heads.values()] */
  values(): IterableIterator<M> {
    return this.#modules.values();
  }

  /** Whether there is a module of this name. @example heads.has('label') */
  has(name: string): boolean {
    return this.#modules.has(name);
  }

  /** @throws TorchError that lists the names there are @example heads.get('label').forward(features) */
  get(name: string): M {
    const module = this.#modules.get(name);
    if (!module) throw unknownName('ModuleDict', 'module', name, [...this.#modules.keys()]);
    return module;
  }

  /** @throws TorchError if the name is empty or has a dot @example heads.set('rotation', new nn.Linear(64, 4)) */
  set(name: string, module: M): this {
    checkName('ModuleDict', name);
    this.#modules.set(name, module);
    return this;
  }

  /** Takes a module out; whether there was one. */
  delete(name: string): boolean {
    return this.#modules.delete(name);
  }

  /** @throws TorchError always: a dictionary has no order of computation */
  forward(): never {
    throw new TorchError('a ModuleDict has no forward: call the modules in it');
  }
}
