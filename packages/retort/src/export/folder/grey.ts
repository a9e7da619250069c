/** Students of one channel: their graphs take colours, as whoever shows them pictures has these. */
import { nn, type Tensor } from '@retort/torch';

/** A graph that takes colours, shown images of one channel [N, 1, H, W]: in each colour the same. */
export class ShownGrey extends nn.Layer {
  readonly network: nn.Layer;

  constructor(network: nn.Layer) {
    super();
    this.network = network;
  }

  override forward(images: Tensor): Tensor {
    return this.network.forward(images.expand([-1, 3, -1, -1])) as Tensor;
  }
}
