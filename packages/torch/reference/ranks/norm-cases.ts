/** What ranks of a test do with SyncBatchNorm. */
import {
  type DType,
  distributed,
  functional,
  Generator,
  grad,
  nn,
  noGrad,
  ones,
  optim,
  randn,
  type Tensor,
  tensor,
} from '@retort/torch';
import { apart, type Case, initial, listOf, partOf, said, whole } from './common.ts';

const { blocking } = distributed;

export const normCases: Readonly<Record<string, Case>> = {
  norm: (kind: string, split: number, options: nn.BatchNormLayerOptions) => {
    const shapes: Record<string, number[]> = {
      '1d': [8, 3],
      sequence: [8, 3, 5],
      '2d': [8, 3, 4, 5],
      '3d': [8, 3, 2, 3, 2],
    };
    const shape = shapes[kind] ?? [];
    const make = (): nn.SyncBatchNorm => {
      const norm = new nn.SyncBatchNorm(3, { ...options, dtype: 'float64' });
      initial(norm);
      return norm;
    };
    const [alone, ours] = [make(), make()];
    // The same layer of the whole batch in one process.
    Object.assign(alone, { synced: false });
    const results: Record<string, number> = {};
    const worst = (name: string, difference: number): void => {
      results[name] = Math.max(results[name] ?? 0, difference);
    };
    for (let step = 0; step < 3; step++) {
      const x = whole(step, shape)
        .mul(3)
        .add(tensor([1, 2, -5], { dtype: 'float64' }).reshape([1, 3, ...shape.slice(2).map(() => 1)]));
      const weight = whole(100 + step, shape);
      x.requiresGrad = true;
      const mine = partOf(x.detach(), split).clone();
      mine.requiresGrad = true;
      const [y, z] = [alone.forward(x), ours.forward(mine)];
      worst('forward', apart(listOf(partOf(y, split)), listOf(z)));
      alone.zeroGrad();
      ours.zeroGrad();
      y.mul(weight).sum().backward();
      z.mul(partOf(weight, split)).sum().backward();
      worst('input', apart(listOf(partOf(x.grad ?? x, split)), listOf(mine.grad)));
      for (const [i, parameter] of ours.parameters().entries()) {
        const sum = parameter.grad;
        if (sum) blocking.allReduce(sum);
        worst('parameters', apart(listOf(sum), listOf(alone.parameters()[i]?.grad)));
      }
      for (const [i, buffer] of ours.buffers().entries())
        worst('buffers', apart(listOf(buffer), listOf(alone.buffers()[i])));
    }
    alone.eval();
    ours.eval();
    const x = whole(50, shape);
    if (options.trackRunningStats !== false)
      worst('evaluation', apart(listOf(alone.forward(x)), listOf(ours.forward(x))));
    return results;
  },
  normKinds: (dtype: DType) => {
    const norm = new nn.SyncBatchNorm(3, dtype === 'bfloat16' ? { dtype: 'float32' } : { dtype });
    const plain = new nn.BatchNorm2d(3, { dtype: 'float64' });
    const batch = whole(3, [8, 3, 4, 4]).to(dtype);
    const x = partOf(batch, 5).clone().to({ memoryFormat: 'channels_last' });
    x.requiresGrad = true;
    const all = batch.to('float64');
    all.requiresGrad = true;
    const weight = whole(5, [8, 3, 4, 4]);
    const [y, z] = [norm.forward(x), plain.forward(all)];
    y.mul(partOf(weight, 5)).sum().backward();
    z.mul(weight).sum().backward();
    return {
      dtype: [y.dtype, x.grad?.dtype, norm.weight?.grad?.dtype],
      forward: apart(listOf(y), listOf(partOf(z, 5))),
      input: apart(listOf(x.grad), listOf(partOf(all.grad ?? all, 5))),
    };
  },
  convert: () => {
    class Activated extends nn.BatchNorm2d {
      override forward(x: Tensor): Tensor {
        return super.forward(x).relu();
      }
    }
    const model = new nn.Sequential(
      new nn.Conv2d(1, 2, 1),
      new Activated(2),
      new nn.Flatten(),
      new nn.BatchNorm1d(8),
    );
    const keys = Object.keys(model.stateDict());
    const before = String(model.at(1));
    const converted = nn.SyncBatchNorm.convert(model);
    const x = partOf(randn([6, 1, 2, 2], { generator: new Generator(1) }), 2);
    noGrad(() => converted.forward(x));
    return {
      isItself: converted === model,
      keys: Object.keys(model.stateDict()).join() === keys.join(),
      stays: model.at(1) instanceof Activated,
      printed: [before, String(model.at(1))],
      means: listOf((model.at(3) as nn.BatchNorm1d).running_mean),
      plain: String(new nn.BatchNorm1d(8)),
    };
  },
  normRefusals: async () => {
    const x = ones([distributed.getRank() === 0 ? 1 : 0, 3]);
    const norm = new nn.SyncBatchNorm(3);
    const single = await said(() => norm.forward(x));
    const eps = await said(() => new nn.SyncBatchNorm(3, { eps: 0 }).forward(ones([4, 3])));
    const input = ones([4, 3], { requiresGrad: true });
    const second = await said(() =>
      grad([norm.forward(input).square().sum()], [input], { createGraph: true }),
    );
    const shape = await said(() => norm.forward(ones([4, 2])));
    return { single, eps, second, shape };
  },
  normSingles: () =>
    listOf(
      new nn.SyncBatchNorm(1, { dtype: 'float64' }).forward(
        tensor([[distributed.getRank()]], { dtype: 'float64' }),
      ),
    ),
  normInTraining: () => {
    const make = (): nn.Sequential =>
      new nn.Sequential(
        new nn.Conv2d(1, 4, 3, { dtype: 'float64' }),
        new nn.BatchNorm2d(4, { dtype: 'float64' }),
        new nn.ReLU(),
        new nn.Conv2d(4, 2, 3, { dtype: 'float64' }),
        new nn.BatchNorm2d(2, { dtype: 'float64' }),
      );
    const trained = (isWhole: boolean): unknown => {
      const model = make();
      initial(model);
      if (!isWhole) nn.SyncBatchNorm.convert(model);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
      using reducer = isWhole ? null : new distributed.Reducer(model.parameters());
      for (let step = 0; step < 4; step++) {
        const [x, goal] = [whole(step, [6, 1, 6, 6]), whole(step + 9, [6, 2, 2, 2])];
        optimizer.zeroGrad();
        reducer?.prepare();
        const [mine, wanted] = isWhole ? [x, goal] : [partOf(x, 2), partOf(goal, 2)];
        const scale = isWhole ? 1 : 2;
        functional
          .mse_loss(model.forward(mine), wanted, { reduction: 'sum' })
          .mul(scale / 48)
          .backward();
        optimizer.step();
      }
      return Object.values(model.stateDict()).map(listOf);
    };
    return apart(trained(true), trained(false));
  },
};
