import { scope } from '../scope.ts';
import type { Tensor } from '../tensor.ts';
import { Layer, type Module } from './module.ts';

/** Layers one after another; the state dict names them 0, 1, 2, … @example new nn.Sequential(conv, norm, new nn.ReLU()) */
export class Sequential extends Layer {
  readonly #layers: readonly Layer[];

  constructor(...layers: Layer[]) {
    super();
    this.#layers = layers;
  }

  override *namedChildren(): Generator<[string, Module]> {
    for (const [i, layer] of this.#layers.entries()) yield [String(i), layer];
  }

  forward(x: Tensor): Tensor {
    // What passes between layers is let go at once, but for what the graph keeps for backward.
    return scope(() => this.#layers.reduce((value, layer) => layer.forward(value), x));
  }
}
