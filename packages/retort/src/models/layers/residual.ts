/** The residual blocks of He et al. 2016 ("Deep Residual Learning for Image Recognition", figure 5), which its CIFAR and ImageNet forms share. */
import { nn, scope, type Tensor } from '@retort/torch';

/** A 1x1 convolution in the shortcut where a block changes the size; null where it does not. */
export const projection = (inChannels: number, outChannels: number, stride: number): nn.Sequential | null =>
  stride === 1 && inChannels === outChannels
    ? null
    : new nn.Sequential(
        new nn.Conv2d(inChannels, outChannels, 1, { stride, bias: false }),
        new nn.BatchNorm2d(outChannels),
      );

/** Two 3x3 convolutions around an identity or 1x1 shortcut: [N, in, H, W] → [N, width, H / stride, W / stride]. */
export class BasicBlock extends nn.Layer {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly downsample: nn.Sequential | null;
  readonly relu: nn.ReLU;

  /** By how much its output is wider than `width`. */
  static readonly expansion = 1;

  constructor(inChannels: number, width: number, stride: number) {
    super();
    this.downsample = projection(inChannels, width, stride);
    this.conv1 = new nn.Conv2d(inChannels, width, 3, { stride, padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(width);
    this.conv2 = new nn.Conv2d(width, width, 3, { padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(width);
    this.relu = new nn.ReLU({ inplace: true });
  }

  /** The norm that ends the residual. */
  get last(): nn.BatchNorm2d {
    return this.bn2;
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      // In place where backward does not need the value: batch norm looks at its input, relu at its result.
      const inner = this.bn1.forward(this.conv1.forward(x)).relu_();
      const residual = this.bn2.forward(this.conv2.forward(inner));
      return this.relu.forward(residual.add_(this.downsample ? this.downsample.forward(x) : x));
    });
  }
}

/**
 * A 3x3 convolution between two of 1x1: [N, in, H, W] → [N, 4 width, H / stride, W / stride]. What the shortcut beside them is called in the state
 * dict is the family's.
 */
export abstract class BottleneckBlock extends nn.Layer {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly conv3: nn.Conv2d;
  readonly bn3: nn.BatchNorm2d;

  /** By how much its output is wider than its 3x3 convolution. */
  static readonly expansion = 4;

  /** @param strideFirst  whether the first convolution has the stride, as in the paper, and not the 3x3 one */
  constructor(inChannels: number, width: number, stride: number, strideFirst = false) {
    super();
    const outChannels = BottleneckBlock.expansion * width;
    const [first, second] = strideFirst ? [stride, 1] : [1, stride];
    this.conv1 = new nn.Conv2d(inChannels, width, 1, { stride: first, bias: false });
    this.bn1 = new nn.BatchNorm2d(width);
    this.conv2 = new nn.Conv2d(width, width, 3, { stride: second, padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(width);
    this.conv3 = new nn.Conv2d(width, outChannels, 1, { bias: false });
    this.bn3 = new nn.BatchNorm2d(outChannels);
  }

  /** The norm that ends the residual. */
  get last(): nn.BatchNorm2d {
    return this.bn3;
  }

  /** What is added to the shortcut. */
  protected residual(x: Tensor): Tensor {
    return scope(() => {
      // In place where backward does not need the value: batch norm looks at its input, relu at its result.
      const first = this.bn1.forward(this.conv1.forward(x)).relu_();
      const second = this.bn2.forward(this.conv2.forward(first)).relu_();
      return this.bn3.forward(this.conv3.forward(second));
    });
  }
}
