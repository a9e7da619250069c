import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  type DType,
  memory,
  nn,
  ones,
  op,
  optim,
  scope,
  setNumThreads,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

// The fused updates split even the smallest tensors among the threads.
setNumThreads(1);

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'optim.safetensors');
const slice = op('aten::slice.Tensor');
const embedding = op('aten::embedding');

/** As in reference/optim.py: channels_last, 0-d, one element, none, gaps in memory; `late` has no gradient at first. */
const names = ['kernel', 'matrix', 'scalar', 'one', 'empty', 'gaps', 'late'] as const;
type Name = (typeof names)[number];
const early = names.filter((name) => name !== 'late');
type Params = Map<Name, nn.Parameter>;

function parameters(dtype: DType, which: readonly Name[] = names): Params {
  return scope(() => {
    const make = (name: Name): Tensor => {
      const start = reference(`start.${name}`).to({ dtype, copy: true });
      if (name === 'kernel') return start.contiguous({ memoryFormat: 'channels_last' });
      return name === 'gaps' ? slice(start, 1, 0, 6, 2) : start;
    };
    return new Map(which.map((name) => [name, new nn.Parameter(make(name))]));
  });
}

function lossOf(params: Params, step: number): Tensor {
  const mean = params.get('matrix')?.mean() ?? zeros([]);
  const joined = [...params].filter(([name]) => name !== 'late' || step >= 3);
  return joined
    .map(([, p], i) =>
      p
        .sin()
        .mul(i + 1)
        .add(mean.mul(0.1).mul(p).mul(p))
        .sum(),
    )
    .reduce((sum, term) => sum.add(term));
}

type Make = (
  params: nn.Parameter[],
  groups: () => { params: nn.Parameter[]; lr?: number; weightDecay?: number }[],
) => optim.Optimizer;

function trainer(params: Params, make: Make, before: (params: nn.Parameter[]) => unknown = () => {}) {
  const later = new Set<Name>(['one', 'gaps']);
  const all = [...params.values()];
  const groups = () => [
    { params: [...params].flatMap(([name, p]) => (later.has(name) ? [] : [p])) },
    { params: [...params].flatMap(([name, p]) => (later.has(name) ? [p] : [])), lr: 0.02, weightDecay: 0 },
  ];
  const optimizer = make(all, groups);
  const step = (at: number) =>
    scope(() => {
      optimizer.zeroGrad();
      lossOf(params, at).backward();
      before(all);
      optimizer.step();
    });
  return { optimizer, step };
}

const cases: Record<string, Make> = {
  'sgd.plain': (p) => new optim.SGD(p, { lr: 0.01 }),
  'sgd.momentum': (p) => new optim.SGD(p, { lr: 0.01, momentum: 0.9 }),
  'sgd.decay': (p) => new optim.SGD(p, { lr: 0.01, momentum: 0.9, weightDecay: 0.05, dampening: 0.1 }),
  'sgd.nesterov': (p) => new optim.SGD(p, { lr: 0.01, momentum: 0.9, weightDecay: 0.05, nesterov: true }),
  'sgd.groups': (_, groups) => new optim.SGD(groups(), { lr: 0.01, momentum: 0.9, weightDecay: 0.1 }),
  'adam.plain': (p) => new optim.Adam(p),
  'adam.decay': (p) => new optim.Adam(p, { lr: 0.05, betas: [0.8, 0.99], eps: 1e-6, weightDecay: 0.1 }),
  'adam.amsgrad': (p) => new optim.Adam(p, { lr: 0.05, betas: [0.5, 0.6], amsgrad: true }),
  'adamw.plain': (p) => new optim.AdamW(p),
  'adamw.decay': (p) => new optim.AdamW(p, { lr: 0.05, betas: [0.8, 0.99], eps: 1e-6, weightDecay: 0.3 }),
  'adamw.amsgrad': (p) => new optim.AdamW(p, { lr: 0.05, betas: [0.5, 0.6], amsgrad: true }),
  'adamw.groups': (_, groups) => new optim.AdamW(groups(), { lr: 0.01, weightDecay: 0.1 }),
  'sgd.maximize': (p) => new optim.SGD(p, { lr: 0.01, momentum: 0.9, weightDecay: 0.05, maximize: true }),
  'adam.maximize': (p) => new optim.Adam(p, { lr: 0.01, weightDecay: 0.05, amsgrad: true, maximize: true }),
  'adamw.maximize': (p) => new optim.AdamW(p, { lr: 0.01, weightDecay: 0.3, maximize: true }),
  'rmsprop.plain': (p) => new optim.RMSprop(p),
  'rmsprop.decay': (p) => new optim.RMSprop(p, { lr: 0.02, alpha: 0.9, eps: 1e-4, weightDecay: 0.1 }),
  'rmsprop.momentum': (p) => new optim.RMSprop(p, { lr: 0.005, alpha: 0.8, momentum: 0.7 }),
  'rmsprop.centered': (p) => new optim.RMSprop(p, { lr: 0.01, alpha: 0.9, eps: 1e-3, centered: true }),
  'rmsprop.all': (p) =>
    new optim.RMSprop(p, { lr: 0.005, eps: 1e-3, weightDecay: 0.2, momentum: 0.8, centered: true }),
  'rmsprop.maximize': (p) =>
    new optim.RMSprop(p, { lr: 0.01, weightDecay: 0.1, momentum: 0.5, maximize: true }),
  'rmsprop.groups': (_, groups) => new optim.RMSprop(groups(), { lr: 0.01, momentum: 0.5, weightDecay: 0.1 }),
  'radam.plain': (p) => new optim.RAdam(p),
  'radam.decay': (p) => new optim.RAdam(p, { lr: 0.05, betas: [0.8, 0.99], eps: 1e-6, weightDecay: 0.1 }),
  'radam.decoupled': (p) =>
    new optim.RAdam(p, { lr: 0.05, betas: [0.8, 0.9], weightDecay: 0.3, decoupledWeightDecay: true }),
  'radam.intractable': (p) => new optim.RAdam(p, { lr: 0.01, betas: [0.5, 0.6] }),
  'radam.maximize': (p) => new optim.RAdam(p, { lr: 0.02, weightDecay: 0.1, maximize: true }),
  'radam.groups': (_, groups) => new optim.RAdam(groups(), { lr: 0.01, weightDecay: 0.1 }),
  'lamb.plain': (p) => new optim.LAMB(p),
  'lamb.large': (p) =>
    new optim.LAMB(p, { lr: 0.05, betas: [0.8, 0.99], eps: 1e-4, weightDecay: 0.3, maxGradNorm: 5 }),
  'lamb.free': (p) => new optim.LAMB(p, { lr: 0.02, maxGradNorm: null, biasCorrection: false }),
  'lamb.clip': (p) => new optim.LAMB(p, { lr: 0.05, trustClip: true }),
  'lamb.adapt': (p) => new optim.LAMB(p, { lr: 0.05, weightDecay: 0, alwaysAdapt: true }),
  'lamb.undecayed': (p) => new optim.LAMB(p, { lr: 0.05, weightDecay: 0 }),
  'lamb.decoupled': (p) => new optim.LAMB(p, { lr: 0.05, weightDecay: 0.2, decoupledDecay: true }),
  'lamb.groups': (_, groups) => new optim.LAMB(groups(), { lr: 0.01, weightDecay: 0.1 }),
  'lamb.late': (p) => new optim.LAMB(p, { lr: 0.05, maxGradNorm: null }),
};

const precisions = [
  ['float32', 'f32', 1e-5],
  ['float64', 'f64', 1e-10],
] as const;

suite('20 steps on awkward shapes match PyTorch (LAMB: timm)', () => {
  const follows = (name: string, make: Make, before?: (params: nn.Parameter[]) => unknown) => {
    const which = name.startsWith('lamb') && name !== 'lamb.late' ? early : names;
    for (const [dtype, suffix, tolerance] of precisions) {
      test(`${name}, ${dtype}`, () => {
        const params = parameters(dtype, which);
        const strides = params.get('kernel')?.stride();
        const { step } = trainer(params, make, before);
        for (let at = 0; at < 20; at++) step(at);
        for (const [key, p] of params)
          assertClose(p.detach(), reference(`${name}.${suffix}.${key}`), tolerance, key);
        assert.deepEqual(params.get('kernel')?.stride(), strides);
      });
    }
  };
  for (const [name, make] of Object.entries(cases)) follows(name, make);
  follows(
    'sgd.clipped',
    (p) => new optim.SGD(p, { lr: 0.01, momentum: 0.9 }),
    (p) => optim.clipGradNorm(p, 3),
  );
});

suite('optimizers', () => {
  test('elements between those of a parameter stay as they are', () => {
    const whole = ones([4, 6]);
    const view = new nn.Parameter(slice(whole, 1, 0, 6, 2));
    view.grad = ones([4, 3]);
    for (const make of [optim.SGD, optim.AdamW, optim.LAMB, optim.RMSprop, optim.RAdam])
      new make([view], { lr: 0.25 }).step();
    const [even, odd] = [slice(whole, 1, 0, 6, 2), slice(whole, 1, 1, 6, 2)];
    assert.ok(even.lt(1).all().item() && odd.eq(1).all().item());
  });

  test('a gradient, or a parameter after its first step, may lie in another order than the state', () => {
    for (const make of [
      (p: Tensor[]) => new optim.SGD(p, { lr: 0.1, momentum: 0.9 }),
      (p: Tensor[]) => new optim.AdamW(p, { amsgrad: true }),
      (p: Tensor[]) => new optim.LAMB(p),
      (p: Tensor[]) => new optim.RMSprop(p, { momentum: 0.9, centered: true }),
      (p: Tensor[]) => new optim.RAdam(p),
    ]) {
      const run = (isMixed: boolean) => {
        const start = tensor(
          Float64Array.from({ length: 24 }, (_, i) => Math.sin(i)),
          { shape: [2, 3, 2, 2] },
        );
        const layer = new (class extends nn.Module {
          p = new nn.Parameter(start.clone());
          forward() {}
        })();
        const optimizer = make([layer.p]);
        for (let step = 0; step < 4; step++) {
          const gradient = start.cos().mul(step + 1);
          layer.p.grad =
            isMixed && step !== 1 ? gradient.contiguous({ memoryFormat: 'channels_last' }) : gradient;
          if (isMixed && step === 2) layer.to({ memoryFormat: 'channels_last' });
          optimizer.step();
        }
        return layer.p;
      };
      const [mixed, plain] = [run(true), run(false)];
      assertClose(mixed.detach(), plain.detach(), 1e-15, optim.SGD.name);
      assert.deepEqual(mixed.stride(), [12, 1, 6, 3]);
    }
  });

  test('parameters of several dtypes move together', () => {
    for (const make of [optim.SGD, optim.Adam, optim.LAMB, optim.RMSprop, optim.RAdam]) {
      const params = (['float32', 'float64', 'bfloat16'] as const).map(
        (dtype) => new nn.Parameter(ones([2], { dtype })),
      );
      for (const p of params) p.grad = ones([2], { dtype: p.dtype });
      new make(params, { lr: 0.5 }).step();
      for (const p of params) assert.ok(p.lt(1).all().item(), `${make.name} ${p.dtype}`);
    }
  });

  test('a step leaves no handles behind but its state', () => {
    for (const [name, make] of Object.entries(cases)) {
      const params = parameters('float32');
      const { optimizer, step } = trainer(params, make);
      step(0);
      step(3);
      const held = memory().handles;
      for (let at = 4; at < 8; at++) step(at);
      assert.equal(memory().handles, held, name);
      const tensors = Object.keys(optimizer.stateDict().tensors);
      assert.ok(
        tensors.every((key) =>
          /^\d\.(step|momentum_buffer|(max_)?exp_avg(_sq)?|square_avg|grad_avg)$/.test(key),
        ),
        name,
      );
    }
  });

  test('LAMB gives large parameters, which it takes in pieces, what it gives each alone', () => {
    const make = () =>
      [2 ** 18, 3, 2 ** 17, 2 ** 17, 5].map((size, i) => {
        const p = new nn.Parameter(ones([size]).mul(i + 1));
        p.grad = ones([size]).mul(i + 2);
        return p;
      });
    const [together, alone] = [make(), make()];
    const options = { lr: 0.1, maxGradNorm: null };
    for (const list of [together, ...alone.map((p) => [p])]) new optim.LAMB(list, options).step();
    for (const [i, p] of together.entries())
      assert.deepEqual(p.narrow(0, 0, 3).toList(), alone[i]?.narrow(0, 0, 3).toList());
  });

  test('gradients are left as they are, and zeroGrad takes them away', () => {
    const p = new nn.Parameter(ones([3]));
    p.grad = tensor([3, 4, 12]);
    const optimizer = new optim.LAMB([p]);
    optimizer.step();
    assert.deepEqual(p.grad?.toList(), [3, 4, 12]);
    optimizer.zeroGrad();
    assert.equal(p.grad, null);
    const before = p.toList();
    optimizer.step();
    assert.deepEqual(p.toList(), before);
  });

  test('a step that fails moves nothing and leaves no state', () => {
    const [a, b] = [new nn.Parameter(ones([2])), new nn.Parameter(ones([4, 2]))];
    a.grad = ones([2]);
    embedding(b, tensor([1n]), -1, false, true)
      .sum()
      .backward();
    const optimizer = new optim.Adam([a, b]);
    const held = memory().handles;
    assert.throws(() => optimizer.step(), TorchError);
    assert.equal(memory().handles, held);
    assert.deepEqual([a.toList(), optimizer.stateDict().tensors], [[1, 1], {}]);
  });

  test('the rate of a group may be set between steps, and groups added', () => {
    const [a, b] = [new nn.Parameter(zeros([1])), new nn.Parameter(zeros([1]))];
    const optimizer = new optim.SGD([a], { lr: 1 });
    optimizer.addParamGroup({ params: [b], lr: 3 });
    for (const p of [a, b]) p.grad = ones([1]);
    for (const group of optimizer.groups) group.lr *= 2;
    optimizer.step();
    assert.deepEqual([a.item(), b.item()], [-2, -6]);
    optimizer.apply({ lr: 0.5 });
    optimizer.step();
    assert.deepEqual([a.item(), b.item()], [-2.5, -7.5]);
  });
});

suite('what optimizers refuse', () => {
  const p = () => new nn.Parameter(tensor([1]));
  const refuses = (what: string, make: () => unknown, message: RegExp) =>
    test(what, () =>
      assert.throws(make, (error) => error instanceof TorchError && message.test(error.message)),
    );

  refuses(
    'a negative rate',
    () => new optim.SGD([p()], { lr: -1 }),
    /^SGD: lr must be .* not negative, got -1$/,
  );
  refuses(
    'a rate that is no number',
    () => new optim.AdamW([p()], { lr: Number.NaN }),
    /AdamW: lr .* got NaN/,
  );
  refuses(
    'betas of 1',
    () => new optim.Adam([p()], { betas: [0.9, 1] }),
    /betas must be two numbers .* got \[0.9,1\]/,
  );
  refuses('a negative eps', () => new optim.LAMB([p()], { eps: -1 }), /LAMB: eps/);
  refuses(
    'a negative decay',
    () => new optim.SGD([{ params: [p()], weightDecay: -1 }]),
    /SGD: group 0: weightDecay/,
  );
  refuses(
    'an option by another name',
    () => new optim.SGD([p()], Object.fromEntries([['weight_decay', 1]])),
    /^SGD has no option 'weight_decay': did you mean 'weightDecay'\? It has lr, momentum, dampening, weightDecay, nesterov, maximize$/,
  );
  refuses(
    'an option by another name in a group',
    () => new optim.Adam([{ params: [p()], ...Object.fromEntries([['beta', 1]]) }]),
    /^Adam: group 0 has no option 'beta'/,
  );
  refuses("Nesterov's without momentum", () => new optim.SGD([p()], { nesterov: true }), /Nesterov/);
  refuses(
    "Nesterov's with dampening in a group",
    () => new optim.SGD([{ params: [p()], nesterov: true }], { momentum: 0.9, dampening: 0.1 }),
    /group 0: Nesterov/,
  );
  refuses(
    'an alpha of 1',
    () => new optim.RMSprop([p()], { alpha: 1 }),
    /^RMSprop: alpha must be a number from 0 to below 1, got 1$/,
  );
  refuses(
    'a flag that is none',
    () => new optim.RMSprop([p()], Object.fromEntries([['centered', 1]])),
    /^RMSprop: centered must be true or false, got 1$/,
  );
  refuses(
    'betas of RAdam',
    () => new optim.RAdam([p()], { betas: [-0.1, 0.9] }),
    /^RAdam: betas must be two numbers from 0 to below 1: \[beta1, beta2\], got \[-0.1,0.9\]$/,
  );
  refuses('no parameters', () => new optim.SGD([]), /there are no parameters/);
  refuses(
    'a group of none',
    () => new optim.SGD([{ params: [p()] }, { params: [] }]),
    /group 1 has no parameters/,
  );
  refuses(
    'a parameter twice',
    () => {
      const twice = p();
      return new optim.SGD([{ params: [p(), twice] }, { params: [twice] }]);
    },
    /group 1: parameter 0 is in the optimizer already/,
  );
  refuses(
    'a tensor computed from others',
    () => new optim.SGD([p().mul(2)]),
    /parameter 0 was computed from others/,
  );
  refuses(
    'an option that became impossible',
    () => {
      const optimizer = new optim.Adam([p()]);
      for (const group of optimizer.groups) group.lr = -0.1;
      optimizer.step();
    },
    /Adam: group 0: lr/,
  );
  refuses(
    'a schedule for a group whose rate has no ratio',
    () => new optim.SGD([{ params: [p()], lr: 1 }], { lr: 0 }).apply({ lr: 1 }),
    /has no ratio/,
  );
  refuses(
    'a sparse gradient',
    () => {
      const weight = new nn.Parameter(ones([4, 2]));
      embedding(weight, tensor([1n, 3n]), -1, false, true)
        .sum()
        .backward();
      new optim.AdamW([weight]).step();
    },
    /group 0, parameter 0 has a sparse gradient/,
  );
});
