/** Our side of the bench: what one step of each benchmark does. */

import {
  arange,
  autocast,
  functional,
  manualSeed,
  nn,
  ones,
  optim,
  randn,
  scope,
  type Tensor,
} from '@retort/torch';
import { createModel, cropFlip, epochBatches, inMemory, madeFor, makeBatch } from 'retort';
import { Block } from '../packages/retort/src/models/layers/transformer.ts';

export interface Training {
  readonly model: string;
  readonly batch: number;
  readonly bf16: boolean;
}

/** The pre-norm transformer of the bench, on tokens that are embedded already: [N, L, 384] → logits [N, 100]. */
class Transformer extends nn.Module {
  readonly blocks = new nn.Sequential(
    ...Array.from({ length: 4 }, () => new Block({ width: 384, heads: 6 })),
  );
  readonly norm = new nn.LayerNorm(384, { eps: 1e-6 });
  readonly head = new nn.Linear(384, 100);

  forward(x: Tensor): Tensor {
    return scope(() => this.head.forward(this.norm.forward(this.blocks.forward(x)).mean(1)));
  }
}

/** zero_grad, forward, backward, the optimizer, the loss read: as in peer.py, from the same seed. */
export function updater({ model: name, bf16 }: Training): (x: Tensor, y: Tensor) => number {
  manualSeed(0);
  const model =
    name === 'transformer_384'
      ? new Transformer()
      : createModel(name, { classes: 100, dropout: 0, dropPath: 0 }).to({ memoryFormat: 'channels_last' });
  const optimizer = /^(vit|transformer|deit|swin|convnext)/.test(name)
    ? new optim.AdamW(model.parameters(), { lr: 1e-3, weightDecay: 0.05 })
    : new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9, weightDecay: 5e-4 });
  return (x, y) =>
    scope(() => {
      optimizer.zeroGrad();
      const loss = scope(() => {
        const logits = bf16 ? autocast('bfloat16', () => model.forward(x)).to('float32') : model.forward(x);
        return functional.cross_entropy(logits, y);
      });
      loss.backward();
      optimizer.step();
      return loss.item();
    });
}

export function trainingStep(options: Training): () => void {
  const update = updater(options);
  const size = madeFor(options.model)?.pixels ?? 32;
  const x =
    options.model === 'transformer_384'
      ? randn([options.batch, 64, 384])
      : randn([options.batch, 3, size, size]).to({ memoryFormat: 'channels_last' });
  const y = arange(0, options.batch);
  return () => update(x, y);
}

/** A fresh training batch of CIFAR's shape: order, crop, flip, normalisation. */
export function batchStep(batch: number): () => void {
  const size = 10_000;
  const data = inMemory({
    images: new Uint8Array(size * 3072).map((_, i) => i % 251),
    labels: Array.from({ length: size }, (_, i) => i % 100),
    height: 32,
    width: 32,
    channels: 3,
    classes: Array.from({ length: 100 }, (_, i) => String(i)),
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
  });
  const transforms = [cropFlip()];
  let epoch = 0;
  let batches = epochBatches(data, { seed: 0, epoch, batchSize: batch });
  return () => {
    let next = batches.next();
    if (next.done) {
      epoch++;
      batches = epochBatches(data, { seed: 0, epoch, batchSize: batch });
      next = batches.next();
    }
    const ids = next.value ?? new Int32Array();
    scope(() => {
      makeBatch(data, ids, { seed: 0, epoch, transforms });
    });
  };
}

/** Ten thousand calls of something small on float32[2, 2]. */
export function smallCalls(call: (small: Tensor) => unknown): () => void {
  const small = ones([2, 2]);
  return () => {
    for (let i = 0; i < 100; i++) {
      scope(() => {
        for (let j = 0; j < 100; j++) call(small);
      });
    }
  };
}
