import { TorchError } from '../dispatch/errors.ts';
import { scope } from '../dispatch/scope.ts';
import { aliasOf } from '../functional/alias.ts';
import type { Tensor } from '../tensor.ts';
import { Layer, type Module } from './module.ts';
import { checkName, place } from './names.ts';
import { unknownName } from './paths.ts';

function namedLayers(named: Readonly<Record<string, Layer>>): [string, Layer][] {
  const entries = Object.entries(named);
  for (const [name] of entries) {
    checkName('Sequential', name);
    if (/^\d+$/.test(name))
      throw new TorchError(
        `Sequential: JavaScript sorts names such as '${name}': give the layers without names`,
      );
  }
  return entries;
}

/**
 * Layers one after another; the state dict names them 0, 1, 2, …, or as they are named in an object.
 *
 * @example new nn.Sequential(new nn.Linear(8, 4), new nn.ReLU()); new nn.Sequential({ conv, norm, act: new nn.ReLU() })
 */
export class Sequential extends Layer {
  readonly #names: string[];
  readonly #layers: Layer[];

  constructor(...layers: Layer[]);
  /** @throws TorchError if a name is empty, has a dot, or is a number, by which JavaScript would sort */
  constructor(named: Readonly<Record<string, Layer>>);
  constructor(...given: Layer[] | [Readonly<Record<string, Layer>>]) {
    super();
    const entries = given.flatMap((item, i): [string, Layer][] =>
      item instanceof Layer ? [[String(i), item]] : namedLayers(item),
    );
    this.#names = entries.map(([name]) => name);
    this.#layers = entries.map(([, layer]) => layer);
  }

  /** How many layers. */
  get length(): number {
    return this.#layers.length;
  }

  /** The layers in order. */
  [Symbol.iterator](): Iterator<Layer> {
    return this.#layers[Symbol.iterator]();
  }

  override *namedChildren(): Generator<[string, Module]> {
    for (const [i, layer] of this.#layers.entries()) yield [this.#names[i] ?? String(i), layer];
    yield* super.namedChildren();
  }

  /**
   * A layer by its index, negative from the end, or by its name.
   *
   * @throws TorchError if there is none
   * @example model.at(-1)
   */
  at(index: number | string): Layer {
    const i =
      typeof index === 'string' ? this.#names.indexOf(index) : place('Sequential', this.length, index);
    const layer = this.#layers[i];
    if (!layer) throw unknownName('Sequential', 'layer', String(index), this.#names);
    return layer;
  }

  /** Adds a layer at the end, named by its index. @example model.append(new nn.Linear(64, 10)) */
  append(layer: Layer): this {
    const name = String(this.length);
    if (this.#names.includes(name)) throw new TorchError(`Sequential: there is a layer named '${name}'`);
    this.#names.push(name);
    this.#layers.push(layer);
    return this;
  }

  /** Puts a layer in the place of another, which it returns. @throws TorchError if there is none @example model.replace(-1, new nn.Identity()) */
  replace(index: number | string, layer: Layer): Layer {
    const replaced = this.at(index);
    const i =
      typeof index === 'string' ? this.#names.indexOf(index) : place('Sequential', this.length, index);
    this.#layers[i] = layer;
    return replaced;
  }

  forward(x: Tensor): Tensor {
    if (this.#layers.length === 0) return aliasOf(x);
    // What passes between layers is let go at once, but for what the graph keeps for backward.
    return scope(() => this.#layers.reduce((value, layer) => layer.forward(value), x));
  }
}
