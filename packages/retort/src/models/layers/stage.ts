/** A stage of networks whose maps or tokens become fewer between stages, with timm's state-dict keys. */
import { nn, scope, type Tensor } from '@retort/torch';

/** Makes maps or tokens fewer, but in a first stage, then mixes them by blocks. */
export class Stage extends nn.Layer {
  readonly downsample: nn.Layer | null;
  readonly blocks: nn.Sequential;

  constructor(downsample: nn.Layer | null, blocks: readonly nn.Layer[]) {
    super();
    this.downsample = downsample;
    this.blocks = new nn.Sequential(...blocks);
  }

  forward(x: Tensor): Tensor {
    return scope(() => this.blocks.forward(this.downsample ? this.downsample.forward(x) : x));
  }
}
