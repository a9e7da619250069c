/** For tests: trains a model as make.py does, from seed 3 on batches from seed 4, and compares it with what PyTorch made of it. */
import assert from 'node:assert/strict';
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
import { loadReference } from '../../torch/reference/load.ts';
import { createModel } from '../src/models/index.ts';

const reference = loadReference(import.meta.dirname, 'numbers.safetensors');

export type Dtype = 'float32' | 'float64';

export interface Followed {
  readonly losses: number[];
  /** Of three other images, in evaluation, after the last step. */
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

/**
 * Random numbers of float32, which the initial weights are, have the same last digits on processors with AVX2 alone; normals of float64
 * have them anywhere.
 */
function drawExactly(model: nn.Module): void {
  const generator = new Generator(6);
  noGrad(() =>
    scope(() => {
      for (const parameter of model.parameters()) {
        if (parameter.shape.length === 1) {
          // A drawn bias to 0; what is 0 or 1 stays.
          parameter.round_();
        } else {
          const normals = randn(parameter.shape, { dtype: 'float64', generator });
          parameter.copy_(normals.mul(Math.sqrt(parameter.size(0) / parameter.numel())));
        }
      }
    }),
  );
}

export function follow({ model: name, size, dtype, steps, optimizer: make }: FollowOptions): Followed {
  // As make.py: sums depend on it, and after many steps losses do.
  setNumThreads(2);
  manualSeed(3);
  const memoryFormat = dtype === 'float32' ? 'channels_last' : 'contiguous_format';
  const model = createModel(name, { classes: 100 }).to({ dtype, memoryFormat });
  if (dtype === 'float64') drawExactly(model);
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
  const others = randn([3, 3, size, size], { dtype, generator: new Generator(5) });
  return { losses, logits: noGrad(() => model.eval().forward(others)) };
}

/**
 * How many times as far as PyTorch's losses are carried by a rounding of the first weights others may be from them: every sum rounds, not
 * the weights alone, and another processor sums in another order. Training carries roundings on, resnet20's to 10^9 times their size in 50
 * steps, so that no fixed tolerance would do: the first steps are held to the last digits, later ones to what is left of them.
 */
const drifts = 16;

/** Fails unless training went as PyTorch's did, as far as rounding lets it. */
export function assertFollows({ losses, logits }: Followed, key: string): void {
  const [expected, allowed] = [`${key}`, `${key}.drift`].map((name) =>
    reference(name).toFlatArray().map(Number),
  );
  losses.forEach((loss, i) => {
    const [theirs = Number.NaN, drift = 0] = [expected?.[i], allowed?.[i]];
    assert.ok(
      Math.abs(loss - theirs) <= drifts * drift,
      `the loss of step ${i + 1} is ${loss}, PyTorch's is ${theirs}, which rounding moves by ${drift}`,
    );
  });
  const off = logits
    .sub(reference(`${key}.logits`))
    .abs()
    .max()
    .item();
  const drift = reference(`${key}.logits.drift`).item();
  assert.ok(off <= drifts * drift, `logits are off by ${off}, rounding moves PyTorch's by ${drift}`);
}
