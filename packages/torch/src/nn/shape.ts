import type { Tensor } from '../tensor.ts';
import { Layer } from './module.ts';

/** x [N, …] → [N, the rest in one dimension]. */
export class Flatten extends Layer {
  forward(x: Tensor): Tensor {
    return x.flatten(1);
  }
}
