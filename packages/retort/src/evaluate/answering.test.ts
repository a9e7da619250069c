import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { manualSeed, nn, noGrad, setNumThreads, type Tensor } from '@retort/torch';
import { classification, type Dataset, type Task } from 'retort';
import { halves } from '../../reference/halves.ts';
import { evaluate } from './index.ts';

setNumThreads(1);

/** It counts how often it is called. */
class Counting extends nn.Layer {
  readonly conv = new nn.Conv2d(1, 4, 3, { padding: 1, bias: false });
  readonly norm: nn.Layer;
  readonly head = new nn.Linear(4 * 64, 2);
  calls = 0;

  constructor(norm: nn.Layer = new nn.BatchNorm2d(4)) {
    super();
    this.norm = norm;
  }

  forward(x: Tensor): Tensor {
    this.calls++;
    return this.head.forward(this.norm.forward(this.conv.forward(x)).relu().flatten(1));
  }
}

/** One of it that has been shown something, so that there are statistics to fold. */
function made<Made extends Counting>(create: () => Made): Made {
  manualSeed(1);
  const model = create();
  noGrad(() => {
    const statistics = model.norm.stateDict();
    statistics.running_mean?.add_(0.3);
    statistics.running_var?.mul_(2);
  });
  return model;
}

/** 33 batches of 2, and one left. */
const data = halves(67);
const batchSize = 2;

async function scored(model: Counting, of: Dataset = data, size = batchSize, task?: Task) {
  model.calls = 0;
  const { top1, crossEntropy = Number.NaN } = await evaluate(model, of, { batchSize: size, task });
  return { top1, crossEntropy, calls: model.calls };
}

/** What the plain forward scores, in few batches. */
async function plainly(model: Counting) {
  const found = await scored(model, data, 8);
  assert.equal(found.calls, 9);
  return found;
}

type Scored = Awaited<ReturnType<typeof scored>>;

function near(actual: Scored, wanted: Scored): void {
  assert.equal(actual.top1, wanted.top1);
  const off = Math.abs(actual.crossEntropy - wanted.crossEntropy);
  assert.ok(off <= 1e-5 * wanted.crossEntropy, `${actual.crossEntropy}, not ${wanted.crossEntropy}`);
}

suite('a network that is evaluated in many batches', () => {
  test('is compiled, and scores what it scores plainly', async () => {
    const model = made(() => new Counting());
    const found = await scored(model);
    // It is followed, compared with, and called for the one that is left.
    assert.equal(found.calls, 3);
    near(found, await plainly(model));
    assert.equal(Object.hasOwn(model, 'forward'), false);
    assert.ok(model.training && model.norm.training);
  });

  test('is compiled anew for weights that have changed', async () => {
    const model = made(() => new Counting());
    const before = await scored(model);
    noGrad(() => model.head.weight.mul_(3));
    const after = await scored(model);
    assert.equal(after.calls, 3);
    near(after, await plainly(model));
    assert.ok(Math.abs(after.crossEntropy - before.crossEntropy) > 1e-3);
  });

  test('is compiled for images of one size only', async () => {
    // Batches are of 8x8 and 8x16 in turn.
    const grown: Dataset = {
      name: 'grown',
      size: 68,
      fields: data.fields,
      fingerprint: 'grown',
      read: async (ids) =>
        Array.from(ids, (id) => {
          const width = 8 + 8 * (Math.floor(id / 2) % 2);
          return { image: { pixels: new Uint8Array(8 * width).fill(id), height: 8, width }, label: id % 2 };
        }),
    };
    class Pooled extends Counting {
      override forward(x: Tensor): Tensor {
        return super.forward(x.narrow(3, 0, 8));
      }
    }
    const model = made(() => new Pooled());
    const { calls } = await scored(model, grown);
    assert.equal(calls, 2 + 17);
  });

  test('is called as it is where there is little to gain, or where it cannot be compiled', async () => {
    class Looking extends Counting {
      override forward(x: Tensor): Tensor {
        return x.sum().item() > 1e9 ? x.flatten(1) : super.forward(x);
      }
    }
    for (const [model, size] of [
      [made(() => new Counting(new nn.GroupNorm(2, 4))), 2],
      [made(() => new Counting()), 3],
      [made(() => new Looking()), 2],
    ] as const) {
      const found = await scored(model, data, size);
      assert.equal(found.calls, Math.ceil(67 / size));
      near(found, await plainly(model));
    }
  });

  test('is scored where the task does not call its forward', async () => {
    const task: Task = {
      ...classification,
      run: (model, { images }) => {
        if (!(model instanceof Counting) || !images) throw new RangeError('another network');
        const { conv, norm, head } = model;
        return { logits: head.forward(norm.forward(conv.forward(images)).relu().flatten(1)) };
      },
    };
    const model = made(() => new Counting());
    const found = await scored(model, data, batchSize, task);
    assert.equal(found.calls, 0);
    near(found, await plainly(model));
  });
});
