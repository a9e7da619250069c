import type { Tensor } from '../tensor.ts';
import { Layer } from './module.ts';

/** max(x, 0), any shape. */
export class ReLU extends Layer {
  forward(x: Tensor): Tensor {
    return x.relu();
  }
}
