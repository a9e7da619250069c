/** What ranks of a test do. Each case is run by all ranks at once. */
import fs from 'node:fs';
import {
  type DType,
  distributed,
  memory,
  nn,
  noGrad,
  ones,
  op,
  optim,
  scope,
  setNumThreads,
  type Tensor,
  tensor,
  zeros,
} from '@retort/torch';
import {
  apart,
  type Case,
  gradients,
  gradientsOf,
  initial,
  listOf,
  mlp,
  partOf,
  said,
  whole,
} from './common.ts';
import { normCases } from './norm-cases.ts';

setNumThreads(1);

const { blocking } = distributed;

const forms = {
  promised: distributed,
  blocking,
} as const;

export const cases: Readonly<Record<string, Case>> = {
  join: async (options: distributed.GroupOptions, variables: Record<string, string> = {}) => {
    for (const name of Object.keys(process.env))
      if (/^(MASTER_|RANK$|WORLD_SIZE$|TORCHELASTIC_)/.test(name)) delete process.env[name];
    Object.assign(process.env, variables);
    await distributed.initProcessGroup(options);
    return [distributed.getRank(), distributed.getWorldSize(), distributed.isInitialized()];
  },
  leave: async () => {
    await distributed.destroyProcessGroup();
    return distributed.isInitialized();
  },
  barrier: () => distributed.barrier(),

  reduce: async (form: 'promised' | 'blocking', dtype: DType, op: distributed.ReduceOp) => {
    const values = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]).add(distributed.getRank() * 2);
    const x = dtype === 'bool' ? values.eq(tensor([1, 2, 3])) : values.to(dtype);
    await forms[form].allReduce(x, { op });
    return dtype.startsWith('complex') ? listOf(x.real()) : listOf(x);
  },
  shapes: async (form: 'promised' | 'blocking') => {
    const rank = distributed.getRank();
    const { allReduce, broadcast, allGather } = forms[form];
    const transposed = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
      .add(rank)
      .t();
    await allReduce(transposed);
    const column = zeros([3, 4]);
    await allReduce(column.select(1, 2).add_(rank + 1));
    const scalar = tensor(rank + 1);
    await allReduce(scalar);
    const empty = zeros([0, 3]);
    await allReduce(empty);
    const leaf = new nn.Parameter(tensor([rank, 1]));
    await broadcast(leaf, { src: 1 });
    const sent = tensor([
      [rank, 2],
      [3, 4],
    ]).t();
    await broadcast(sent, { src: 0 });
    const none = zeros([2, 0]);
    await broadcast(none, { src: 0 });
    const gathered = await allGather(
      tensor([
        [rank, 5],
        [6, 7],
      ]).t(),
    );
    const scalars = await allGather(tensor(BigInt(rank), { dtype: 'int64' }));
    const nothing = await allGather(zeros([0, 2]));
    return {
      transposed: listOf(transposed),
      column: listOf(column),
      scalar: listOf(scalar),
      empty: empty.shape,
      leaf: [listOf(leaf), leaf.requiresGrad],
      sent: listOf(sent),
      gathered: gathered.map(listOf),
      scalars: scalars.map((x) => [listOf(x), x.dtype, x.shape]),
      nothing: nothing.map(({ shape }) => shape),
    };
  },
  dtypes: async (form: 'promised' | 'blocking', names: DType[]) => {
    const rank = distributed.getRank();
    const { broadcast, allGather } = forms[form];
    const results: Record<string, unknown> = {};
    for (const name of names) {
      const x = tensor([rank, 1, 0]).to(name);
      const all = await allGather(x);
      await broadcast(x, { src: 1 });
      results[name] = [
        Array.from(x.toTypedArray(), Number),
        ...all.map((y) => Array.from(y.toTypedArray(), Number)),
      ];
    }
    return results;
  },
  saved: () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.mul(1);
    const held = y.detach();
    const loss = y.square().sum();
    blocking.allReduce(held);
    return said(() => loss.backward());
  },
  rows: (many: number) => {
    const rank = distributed.getRank();
    const given = Array.from({ length: many }, (_, i) =>
      tensor(new Float64Array(rank * (i + 1) * 2).fill(10 * rank + i), { shape: [rank * (i + 1), 2] }),
    );
    const all = blocking.allGatherRows([...given, tensor([rank > 0, true])]);
    return all.map((tensors) =>
      tensors.map((x) => [x.shape, x.dtype, x.numel() > 0 ? listOf(x.flatten().get(0)) : null]),
    );
  },
  objects: async (form: 'promised' | 'blocking') => {
    const rank = distributed.getRank();
    const { allGatherObject, broadcastObject } = forms[form];
    const value = {
      rank,
      text: 'é ✓ 蒸留 😀',
      nested: [[null, true, -1.5]],
      long: 'x'.repeat(rank * 100_000),
    };
    const all = await allGatherObject(value);
    return {
      same: all.map(
        (each, i) =>
          JSON.stringify(each) === JSON.stringify({ ...value, rank: i, long: 'x'.repeat(i * 100_000) }),
      ),
      src: await broadcastObject(rank === 1 ? ['ü', 1] : 'not this', { src: 1 }),
      empty: await allGatherObject(''),
      nothing: await broadcastObject(null, { src: 0 }),
    };
  },
  atOnce: async () => {
    const xs = Array.from({ length: 40 }, (_, i) => ones([i * 37 + 1]).mul(i));
    const texts = Promise.all([distributed.allGatherObject('a'), distributed.allGatherObject('b')]);
    await Promise.all(xs.map((x) => distributed.allReduce(x)));
    return [
      xs.every(
        (x, i) =>
          x
            .eq(2 * i)
            .all()
            .item() === 1,
      ),
      await texts,
    ];
  },
  between: async () => {
    const under = distributed.barrier();
    const first = await said(() => blocking.barrier());
    await under;
    return [first, await said(() => blocking.barrier())];
  },
  refusals: async () => {
    const model = new nn.Linear(2, 2);
    const frozen = new nn.Linear(2, 2).requiresGrad(false);
    const x = tensor([1, 2]);
    const bad: Record<string, () => unknown> = {
      op: () => distributed.allReduce(x, { op: 'mean' as 'avg' }),
      option: () => distributed.allReduce(x, { opp: 'sum' } as object),
      noTensor: () => distributed.allReduce([1, 2] as unknown as Tensor),
      meta: () => distributed.allReduce(x.to('meta')),
      computed: () => distributed.allReduce(tensor([1], { requiresGrad: true }).mul(2)),
      expanded: () => distributed.broadcast(x.expand([3, 2]), { src: 0 }),
      sparse: () => distributed.allGather(op('aten::to_sparse')(x)),
      bool: () => distributed.allReduce(x.gt(1)),
      average: () => distributed.allReduce(tensor([1n]), { op: 'avg' }),
      complex: () => distributed.allReduce(x.to('complex64'), { op: 'max' }),
      int16: () => distributed.allReduce(x.to('int16')),
      src: () => distributed.broadcast(x, { src: 2 }),
      srcObject: () => distributed.broadcastObject(1, { src: -1 }),
      rows: () => blocking.allGatherRows([tensor(1)]),
      nan: () => distributed.allGatherObject({ loss: Number.NaN }),
      undefined: () => distributed.allGatherObject(undefined),
      bigint: () => distributed.allGatherObject([1n]),
      again: () => distributed.initProcessGroup(),
      none: () => new distributed.Reducer([]),
      frozen: () => new distributed.Reducer([...model.parameters(), ...frozen.parameters()]),
      twice: () => new distributed.Reducer([model.weight, model.weight]),
      notLeaf: () => new distributed.Reducer([model.weight.mul(2)]),
      bucket: () => new distributed.Reducer(model.parameters(), { bucketMegabytes: 0 }),
      reducerOption: () => new distributed.Reducer(model.parameters(), { buckets: 1 } as object),
    };
    const answers: Record<string, string> = {};
    for (const [name, body] of Object.entries(bad)) answers[name] = await said(body);
    await distributed.barrier();
    return answers;
  },
  alone: async () => {
    const calls: Record<string, () => unknown> = {
      allReduce: () => distributed.allReduce(tensor([1])),
      barrier: () => blocking.barrier(),
      getRank: () => distributed.getRank(),
      getWorldSize: () => distributed.getWorldSize(),
      destroy: () => distributed.destroyProcessGroup(),
      Reducer: () => new distributed.Reducer(new nn.Linear(1, 1).parameters()),
    };
    const answers: Record<string, unknown> = { isInitialized: distributed.isInitialized() };
    for (const [name, body] of Object.entries(calls)) answers[name] = await said(body);
    const norm = new nn.SyncBatchNorm(3);
    answers.norm = listOf(
      norm.forward(
        tensor([
          [1, 2, 3],
          [3, 2, 1],
        ]),
      ),
    );
    return answers;
  },
  listens: () => {
    const own = new Set(
      fs.readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? [];
        } catch {
          return [];
        }
      }),
    );
    return ['tcp', 'tcp6'].flatMap((table) =>
      fs
        .readFileSync(`/proc/self/net/${table}`, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((row) => row[3] === '0A' && own.has(row[9] ?? ''))
        .map((row) => row[1]?.split(':')[0]),
    );
  },

  average: async (split: number, options: distributed.ReducerOptions = {}) => {
    const model = mlp();
    initial(model);
    const batch = whole(9, [8, 5]);
    const expected = gradientsOf(model, batch);
    using reducer = new distributed.Reducer(model.parameters(), options);
    const differences: number[] = [];
    const own = partOf(batch, split);
    for (let step = 0; step < 3; step++) {
      model.zeroGrad();
      reducer.prepare();
      // A mean over the whole batch is the average of what each rank's rows add to it, times the ranks.
      model
        .forward(own)
        .square()
        .sum()
        .mul(2 / (8 * 3))
        .backward();
      differences.push(apart(gradients(model), expected));
    }
    return { differences, buckets: reducer.buckets };
  },
  training: () => {
    const batches = Array.from({ length: 6 }, (_, i) => whole(i, [8, 5]));
    const trained = (isWhole: boolean): unknown => {
      const model = mlp();
      initial(model);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9, weightDecay: 0.01 });
      using reducer = isWhole
        ? null
        : new distributed.Reducer(model.parameters(), {
            bucketMegabytes: 0.0002,
            firstBucketMegabytes: 0.0001,
          });
      for (const batch of batches) {
        optimizer.zeroGrad();
        reducer?.prepare();
        model
          .forward(isWhole ? batch : partOf(batch, 4))
          .square()
          .mean()
          .backward();
        optim.clipGradNorm(model.parameters(), 0.5);
        optimizer.step();
      }
      return model.parameters().map(listOf);
    };
    return apart(trained(true), trained(false));
  },
  accumulate: (how: 'dropped' | 'zeroed') => {
    const model = mlp();
    initial(model);
    const [first, second] = [whole(1, [8, 5]), whole(2, [8, 5])];
    const expected = [first, second].map((batch) => gradientsOf(model, batch));
    using reducer = new distributed.Reducer(model.parameters());
    const loss = (batch: Tensor): Tensor => model.forward(partOf(batch, 4)).square().mean();
    const results: number[] = [];
    for (let step = 0; step < 3; step++) {
      if (how === 'dropped') model.zeroGrad();
      else for (const { grad } of model.parameters()) grad?.zero_();
      loss(first).backward();
      reducer.prepare();
      loss(second).backward();
      const both = gradients(model);
      const sums = expected[0]?.map((one, i) => plus(one, expected[1]?.[i]));
      results.push(apart(both, sums));
    }
    return results;
  },
  views: () => {
    const model = mlp();
    using reducer = new distributed.Reducer(model.parameters());
    const storages: unknown[] = [];
    for (let step = 0; step < 3; step++) {
      model.zeroGrad();
      reducer.prepare();
      model
        .forward(whole(step, [2, 5]))
        .square()
        .mean()
        .backward();
      // In one bucket: each begins where another ends, and none at the beginning but one.
      storages.push(model.parameters().map(({ grad }) => grad?.storageOffset()));
    }
    return storages;
  },
  unused: () => {
    const rank = distributed.getRank();
    const used = new nn.Linear(3, 2, { dtype: 'float64' });
    const sometimes = new nn.Linear(3, 2, { dtype: 'float64' });
    const never = new nn.Linear(3, 2, { dtype: 'float64' });
    for (const layer of [used, sometimes, never]) initial(layer);
    const all = [used, sometimes, never].flatMap((layer) => layer.parameters());
    using reducer = new distributed.Reducer(all, { unused: true });
    const x = whole(rank, [4, 3]);
    const results: unknown[] = [];
    for (let step = 0; step < 3; step++) {
      for (const parameter of all) parameter.grad = null;
      const one = used.forward(x).sum();
      const isUsed = step === 0 ? rank === 1 : step === 1;
      const loss = isUsed ? one.add(sometimes.forward(x).sum()) : one;
      reducer.prepare([loss]);
      loss.backward();
      results.push([used, sometimes, never].map(({ weight }) => listOf(weight.grad)));
    }
    const sumOf = (r: number): unknown => listOf(whole(r, [4, 3]).sum({ dim: 0 }));
    return { results, sums: [sumOf(0), sumOf(1)] };
  },
  accumulatedThenUnused: () => {
    const rank = distributed.getRank();
    const [one, two] = [0, 1].map(() => new nn.Linear(3, 1, { dtype: 'float64', bias: false })) as [
      nn.Linear,
      nn.Linear,
    ];
    using reducer = new distributed.Reducer([one.weight, two.weight], { unused: true });
    const x = ones([1, 3], { dtype: 'float64' }).mul(rank + 1);
    const results: unknown[] = [];
    for (let step = 0; step < 2; step++) {
      one.zeroGrad();
      two.zeroGrad();
      one.forward(x).sum().add(two.forward(x).sum()).backward();
      const loss = one.forward(x).sum();
      reducer.prepare([loss]);
      loss.backward();
      results.push([listOf(one.weight.grad), listOf(two.weight.grad)]);
    }
    return results;
  },
  kinds: (dtype: DType) => {
    const conv = new nn.Conv2d(3, 4, 3, { dtype }).to({ memoryFormat: 'channels_last' });
    const frozen = new nn.Linear(2, 2, { dtype }).requiresGrad(false);
    const trained = [...conv.parameters(), ...frozen.parameters()].filter(({ requiresGrad }) => requiresGrad);
    for (const parameter of trained) noGrad(() => parameter.fill_(0.5));
    using reducer = new distributed.Reducer(trained);
    const results: unknown[] = [];
    for (let step = 0; step < 2; step++) {
      conv.zeroGrad();
      reducer.prepare();
      const x = ones([2, 3, 4, 4], { dtype })
        .mul(distributed.getRank() + 1)
        .to({ memoryFormat: 'channels_last' });
      conv.forward(x).sum().backward();
      const { grad } = conv.weight;
      results.push([
        grad?.dtype,
        grad?.stride().join() === conv.weight.stride().join(),
        listOf(grad?.flatten().get(7)),
        listOf(conv.bias?.grad),
      ]);
    }
    return results;
  },
  several: async () => {
    const [one, two] = [mlp(), mlp()];
    initial(one);
    initial(two);
    using first = new distributed.Reducer(one.parameters());
    using second = new distributed.Reducer(two.parameters());
    const batch = whole(4, [8, 5]);
    const expected = gradientsOf(one, batch);
    second.prepare();
    first.prepare();
    const x = partOf(batch, 4);
    one.forward(x).square().mean().add(two.forward(x).square().mean()).backward();
    const differences = [apart(gradients(one), expected), apart(gradients(two), expected)];
    const again = await said(() => {
      first.prepare();
      first.prepare();
    });
    two.zeroGrad();
    one.forward(x).square().mean().backward();
    return { differences, again };
  },
  reducerEnds: () => {
    const model = mlp();
    const reducer = new distributed.Reducer(model.parameters());
    reducer[Symbol.dispose]();
    reducer[Symbol.dispose]();
    model
      .forward(whole(1, [2, 5]))
      .sum()
      .backward();
    return said(() => reducer.prepare());
  },
  allUsed: () => {
    const model = mlp();
    using reducer = new distributed.Reducer(model.parameters(), { unused: true });
    for (let step = 0; step < 2; step++) {
      const loss = model.forward(whole(step, [2, 5])).sum();
      reducer.prepare([loss]);
      loss.backward();
    }
    return model.parameters().every(({ grad }) => grad !== null);
  },
  leaks: async () => {
    const model = mlp();
    nn.SyncBatchNorm.convert(model);
    const norm = new nn.SyncBatchNorm(3, { dtype: 'float64' });
    using reducer = new distributed.Reducer([...model.parameters(), ...norm.parameters()]);
    const x = whole(1, [4, 5]);
    const step = async (): Promise<void> => {
      scope(() => {
        for (const parameter of [...model.parameters(), ...norm.parameters()]) parameter.grad = null;
        reducer.prepare();
        norm.forward(model.forward(x)).square().sum().backward();
        blocking.allGatherRows([x]);
      });
      await distributed.allReduce(x);
      for (const gathered of await distributed.allGather(x)) gathered.dispose();
      await distributed.allGatherObject({ rank: 1 });
    };
    await step();
    const before = memory();
    for (let i = 0; i < 20; i++) await step();
    const { handles, bytes } = memory();
    return [handles - before.handles, bytes - before.bytes];
  },
  leftExit: () => {
    void distributed.allReduce(zeros([2])).catch(() => {});
    setTimeout(() => process.exit(0), 50);
  },
  withoutOutputs: () => {
    using reducer = new distributed.Reducer(mlp().parameters(), { unused: true });
    return said(() => reducer.prepare());
  },

  ...normCases,

  differ: async (form: 'promised' | 'blocking', what: string) => {
    const isFirst = distributed.getRank() === 0;
    const { allReduce, broadcast, allGather, allGatherObject, barrier } = forms[form];
    const bodies: Record<string, () => unknown> = {
      shape: () => allReduce(zeros(isFirst ? [2, 3] : [3, 2])),
      size: () => allReduce(zeros(isFirst ? [1_000_000] : [1])),
      dtype: () => allReduce(zeros([2], { dtype: isFirst ? 'float32' : 'float64' })),
      op: () => allReduce(zeros([2]), { op: isFirst ? 'sum' : 'max' }),
      src: () => broadcast(zeros([2]), { src: isFirst ? 0 : 1 }),
      operation: () => (isFirst ? allReduce(zeros([2])) : allGather(zeros([2]))),
      barrier: () => (isFirst ? barrier() : allGatherObject(1)),
      rows: () => blocking.allGatherRows([zeros(isFirst ? [2, 3] : [2, 4])]),
      count: () => blocking.allGatherRows(isFirst ? [zeros([2])] : [zeros([2]), zeros([2])]),
    };
    await bodies[what]?.();
  },
  late: async (form: 'promised' | 'blocking') => {
    if (distributed.getRank() === 0) await forms[form].allReduce(zeros([2]));
    return null;
  },
  afterwards: async () => [
    await said(() => distributed.allReduce(zeros([2]))),
    await said(() => blocking.barrier()),
    await said(() => new distributed.Reducer(mlp().parameters())),
  ],
  backward: async (what: string) => {
    const isFirst = distributed.getRank() === 0;
    const model = mlp();
    const other = new nn.Linear(5, 1, { dtype: 'float64' });
    using reducer = new distributed.Reducer([
      ...model.parameters(),
      ...(what === 'left out' ? other.parameters() : []),
    ]);
    const x = whole(1, [2, 5]);
    const loss = (): Tensor => model.forward(x).square().mean();
    if (what === 'left out') {
      reducer.prepare();
      loss().backward();
    } else if (what === 'nothing') {
      reducer.prepare();
      other.forward(x).sum().backward();
    } else if (what === 'late') {
      if (!isFirst) return null;
      reducer.prepare();
      loss().backward();
    } else if (what === 'other') {
      if (isFirst) {
        reducer.prepare();
        loss().backward();
      } else await distributed.allReduce(zeros([100_000]));
    } else if (what === 'hook') {
      reducer.prepare();
      model
        .at(0)
        .parameters()[0]
        ?.registerHook(() => {
          if (isFirst) throw new RangeError('of my own');
          return undefined;
        });
      loss().backward();
    }
    return null;
  },
  parameters: (what: string) => {
    const isFirst = distributed.getRank() === 0;
    const sizes: Record<string, number> = { shape: isFirst ? 3 : 4, number: 3, settings: 3 };
    const model = new nn.Linear(2, sizes[what] ?? 0, { bias: what !== 'number' || isFirst });
    new distributed.Reducer(model.parameters(), { bucketMegabytes: what === 'settings' && isFirst ? 1 : 25 });
  },
  hang: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
};

function plus(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return one.map((item, i) => plus(item, other[i]));
  return Number(one) + Number(other);
}
