/** The CIFAR ResNet of He et al. 2016 (section 4.2) with parameter-free shortcuts, as a user's own modules; learns Fashion-MNIST. */
import { functional, nn, optim, scope, type Tensor } from '@retort/torch';
import { cropFlip, type Dataset, epochBatches, evaluate, fashionMnist, makeBatch } from 'retort';

const convolve = (from: number, to: number, stride = 1): nn.Layer[] => [
  new nn.Conv2d(from, to, 3, { stride, padding: 1, bias: false }),
  new nn.BatchNorm2d(to),
];

/** x [N, from, H, W] → [N, to, H / stride, W / stride]: where the channels double, height and width halve. */
export class Block extends nn.Layer {
  residual: nn.Sequential;
  #shortcut: (x: Tensor) => Tensor;

  constructor(from: number, to: number, stride = to / from) {
    super();
    this.residual = new nn.Sequential(...convolve(from, to, stride), new nn.ReLU(), ...convolve(to, to));
    // Option A: every stride-th pixel, and zeros for the channels that x does not have.
    const pixels = `::${stride}` as const;
    this.#shortcut = (x) => functional.pad(x.get('...', pixels, pixels), [0, 0, 0, 0, 0, to - from]);
  }

  forward(x: Tensor): Tensor {
    return this.residual.forward(x).add(this.#shortcut(x)).relu();
  }
}

/** Images [N, channels, H, W] → logits [N, classes]: 6n + 2 layers, n blocks each with 16, 32 and 64 channels. */
export function heResNet(n: number, { channels = 3, classes = 10 } = {}): nn.Sequential {
  const widths = [16, 32, 64].flatMap((width) => Array.from({ length: n }, () => width));
  const blocks = widths.map((to, i) => new Block(widths[i - 1] ?? 16, to));
  const head = [new nn.AdaptiveAvgPool2d(1), new nn.Flatten(), new nn.Linear(64, classes)];
  const model = new nn.Sequential(...convolve(channels, 16), new nn.ReLU(), ...blocks, ...head);
  const weights = model.parameters().filter((parameter) => parameter.dim() > 1);
  for (const weight of weights) nn.init.kaimingNormal_(weight, { nonlinearity: 'relu' });
  return model;
}

/** As in the paper: a rate of 0.1, a tenth of it after half of the steps, and of that after three quarters. */
export function train(model: nn.Layer, data: Dataset, epochs: number, batchSize = 128): void {
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9, weightDecay: 1e-4 });
  const steps = epochs * Math.ceil(data.size / batchSize);
  const schedule = optim.multiStepLR({ lr: 0.1, milestones: [steps >> 1, (3 * steps) >> 2] });
  for (let epoch = 0, step = 0; epoch < epochs; epoch++)
    for (const ids of epochBatches(data, { seed: 0, epoch, batchSize }))
      scope(() => {
        const { inputs, targets } = makeBatch(data, ids, { seed: 0, epoch, transforms: [cropFlip()] });
        optimizer.apply(schedule(step++));
        optimizer.zeroGrad();
        functional.cross_entropy(model.forward(inputs.student.images), targets.labels).backward();
        optimizer.step();
      });
}

if (import.meta.main) {
  const [data, model] = [await fashionMnist(), heResNet(3, { channels: 1 })];
  train(model, data.train, 2);
  console.log(`top-1 ${(100 * (await evaluate(model, data.test)).top1).toFixed(2)} %`);
}
