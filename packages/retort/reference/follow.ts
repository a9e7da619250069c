/** For tests: trains a model as make.py does, from seed 3 on batches from seed 4. */
import {
  functional,
  Generator,
  manualSeed,
  type nn,
  noGrad,
  type optim,
  randint,
  randn,
  scope,
  setNumThreads,
  type Tensor,
} from '@retort/torch';
import { createModel } from '../src/models/index.ts';

export type Dtype = 'float32' | 'float64';

export interface Followed {
  readonly losses: number[];
  /** Of three more images, in evaluation. */
  readonly logits: Tensor;
}

export interface FollowOptions {
  readonly model: string;
  /** Pixels of an image's side. */
  readonly size: number;
  readonly dtype: Dtype;
  readonly steps: number;
  optimizer(parameters: nn.Parameter[]): optim.Optimizer;
}

export function follow({ model: name, size, dtype, steps, optimizer: make }: FollowOptions): Followed {
  // As make.py: sums depend on it, and after many steps losses do.
  setNumThreads(2);
  manualSeed(3);
  const memoryFormat = dtype === 'float32' ? 'channels_last' : 'contiguous_format';
  const model = createModel(name, { classes: 100 }).to({ dtype, memoryFormat });
  const optimizer = make(model.parameters());
  const generator = new Generator(4);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    scope(() => {
      const x = randn([8, 3, size, size], { dtype, generator });
      const y = randint(0, 100, [8], { generator });
      optimizer.zeroGrad();
      const loss = functional.cross_entropy(model.forward(x), y);
      loss.backward();
      optimizer.step();
      losses.push(loss.item());
    });
  }
  model.eval();
  const logits = noGrad(() => model.forward(randn([3, 3, size, size], { dtype, generator })));
  return { losses, logits };
}
