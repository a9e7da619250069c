import { aliasOf } from '../functional/alias.ts';
import type { Tensor } from '../tensor.ts';
import { Layer } from './module.ts';

/** x as it is, for the place of a layer that is not wanted. @example model.fc = new nn.Identity() */
export class Identity extends Layer {
  forward(x: Tensor): Tensor {
    return aliasOf(x);
  }
}
