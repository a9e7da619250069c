/** For the tests of int8 and for `make.ts`: small networks, the images that they are calibrated on, and elements for the calibrators alone. */
import { Generator, nn, noGrad, randn, scope, type Tensor } from '@retort/torch';
import { ResNet } from '../../src/models/index.ts';

export const side = 16;

/** So many images, in batches of 8 and one of 4. */
export const images = 20;

const { BatchNorm2d, Conv2d, ReLU6, Sequential } = nn;

class Inverted extends nn.Layer {
  readonly layers: nn.Sequential;

  constructor(width: number, hidden: number) {
    super();
    this.layers = new Sequential(
      ...[new Conv2d(width, hidden, 1, { bias: false }), new BatchNorm2d(hidden), new ReLU6()],
      ...[
        new Conv2d(hidden, hidden, 3, { padding: 1, groups: hidden, bias: false }),
        new BatchNorm2d(hidden),
      ],
      ...[new ReLU6(), new Conv2d(hidden, width, 1, { bias: false }), new BatchNorm2d(width)],
    );
  }

  forward(x: Tensor): Tensor {
    return x.add(this.layers.forward(x));
  }
}

/** MobileNetV2's blocks, and each kind of pooling. */
const inverted = (): nn.Layer =>
  new Sequential(
    ...[new Conv2d(3, 8, 3, { padding: 1, bias: false }), new BatchNorm2d(8), new ReLU6()],
    ...[new Inverted(8, 24), new nn.MaxPool2d(2), new Inverted(8, 16), new nn.AvgPool2d(2)],
    ...[new Conv2d(8, 32, 1), new ReLU6(), new nn.AdaptiveAvgPool2d(1), new nn.Flatten()],
    ...[new nn.Linear(32, 16), new nn.ReLU(), new nn.Linear(16, 10)],
  );

export const networks: Readonly<Record<string, () => nn.Layer>> = {
  resnet8: () => new ResNet({ depth: 8, widths: [4, 4, 8, 16], classes: 10 }),
  inverted,
};

/** Images with shapes in them: noise, smoothed, of several contrasts. */
export function someImages(): Tensor {
  using generator = new Generator(5);
  return scope(() =>
    noGrad(() => {
      const noise = randn([images, 3, side / 2, side / 2], { generator });
      const contrast = randn([images, 1, 1, 1], { generator }).abs().add(0.3);
      return noise.repeat_interleave(2, 2).repeat_interleave(2, 3).mul(contrast).contiguous();
    }),
  );
}
