/**
 * For tests: a small run of two stages with all that resuming must bring back (a projector, momentum, an average of the weights,
 * accumulated gradients, dropout), and with images that are mixed, repeated and balanced. As a script it makes the run in the folder of its argument, and kills itself (-9) after the step of the
 * second argument, where there is one; with a third, `often`, it is evaluated between steps too, and its stages have a seed of their own.
 */
import { functional, manualSeed, nn, optim, setNumThreads, type Tensor } from '@retort/torch';
import {
  cropFlip,
  type ExperimentOptions,
  fitnet,
  holdOut,
  kd,
  mixing,
  type Result,
  type RunSettings,
  run,
  type Stage,
  stageOf,
  type TrainerOptions,
} from 'retort';
import { halves } from './halves.ts';

class Network extends nn.Layer {
  readonly features: nn.Sequential;
  readonly drop = new nn.Dropout(0.1);
  readonly head: nn.Linear;

  constructor(width: number) {
    super();
    this.features = new nn.Sequential(
      new nn.Conv2d(1, width, 3, { padding: 1, bias: false }),
      new nn.BatchNorm2d(width),
      new nn.ReLU(),
    );
    this.head = new nn.Linear(width * 2, 2);
  }

  forward(x: Tensor): Tensor {
    const pooled = functional.adaptive_avg_pool2d(this.features.forward(x), [1, 2]).flatten(1);
    return this.head.forward(this.drop.forward(pooled));
  }
}

/** A network that knows the classes without having been trained: it weighs the brightness of both halves. */
function teacher(isGood: boolean): Network {
  const network = new Network(4);
  nn.init.constant_(network.features.at(0).parameters()[0] ?? network.head.weight, 0.1);
  nn.init.zeros_(network.head.weight);
  for (const [column, sign] of [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [i, i % 2 ? -1 : 1] as const)) {
    network.head.weight.detach().set_([0, column], isGood ? sign : 0);
    network.head.weight.detach().set_([1, column], isGood ? -sign : 0);
  }
  return network.eval();
}

/** 64 images, 8 steps an epoch; two epochs of KD and FitNet with everything on, two more from the best of KD alone. */
export function interruptible(
  out: string,
  { goodTeacher = true, often = false } = {},
): RunSettings & Omit<TrainerOptions, 'data' | 'best'> {
  // Tensors of this size are not worth a second thread.
  setNumThreads(1);
  manualSeed(1);
  const stages: Stage[] = [
    {
      methods: [kd({ gamma: 0.5 }), fitnet({ student: 'features', teacher: 'features', beta: 1, gamma: 0 })],
      epochs: 2,
      accumulate: 2,
      clipNorm: 5,
      ema: { decay: 0.9 },
      optimizer: (parameters) => new optim.AdamW(parameters, { lr: 0.01 }),
      schedule: ({ steps }) => optim.oneCycleLR({ maxLr: 0.01, totalSteps: steps }),
    },
    { ...stageOf({ method: kd(), epochs: 2, lr: 0.05 }), start: 'best', accumulate: 2 },
  ];
  return {
    student: new Network(3),
    teachers: [teacher(goodTeacher)],
    stages: often ? stages.map((stage) => ({ ...stage, seed: 7 })) : stages,
    ...(often && { evaluateEverySteps: 3, evaluateAtStart: true, bestOver: 'run' }),
    data: holdOut({ train: halves(80), test: halves(20, 7), source: 'made up' }, 16, { seed: 0 }),
    batchSize: 4,
    transforms: [cropFlip({ padding: 1, flip: false })],
    mixing: mixing({ mixup: 0.2, cutmix: 1, prob: 0.8, mode: 'elem' }),
    sampling: { by: 'balanced', repeats: 2 },
    precision: 'fp32',
    seed: 3,
    checkpoint: { everySeconds: 0.05 },
    log: { everySteps: 3 },
    out,
  };
}

/** Resumes it. */
export const resumed = (out: string, more: Partial<ExperimentOptions> = {}): Promise<Result> =>
  run({ ...interruptible(out), resume: true, ...more });

if (import.meta.main) {
  const [, , out = '', last, how] = process.argv;
  let steps = 0;
  await run({
    ...interruptible(out, { often: how === 'often' }),
    onStep: () => {
      if (++steps === Number(last)) process.kill(process.pid, 'SIGKILL');
    },
  });
}
