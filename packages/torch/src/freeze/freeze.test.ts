import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  arange,
  aten,
  autocast,
  freeze,
  functional,
  Generator,
  manualSeed,
  memory,
  nn,
  noGrad,
  ones,
  rand,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  TorchError,
  unique,
} from '@retort/torch';

setNumThreads(1);

/** Running statistics and gains as training leaves them. */
function trained<Model extends nn.Module>(model: Model): Model {
  noGrad(() => {
    for (const [, module] of model.namedModules()) {
      if (!(module instanceof nn.BatchNorm1d || module instanceof nn.BatchNorm2d)) continue;
      module.running_mean?.normal_(0, 0.5);
      module.running_var?.uniform_(0.5, 2);
      module.weight?.normal_(1, 0.3);
      module.bias?.normal_(0, 0.3);
    }
  });
  return model.eval();
}

class Wrapped extends nn.Layer {
  readonly inner: nn.ModuleList<nn.Layer>;
  readonly body: (x: Tensor, ...layers: nn.Layer[]) => Tensor;

  constructor(layers: nn.Layer[], body: (x: Tensor, ...layers: nn.Layer[]) => Tensor) {
    super();
    this.inner = new nn.ModuleList(layers);
    this.body = body;
  }

  forward(x: Tensor): Tensor {
    return scope(() => this.body(x, ...this.inner));
  }
}

const run = (layer: nn.Layer | undefined, x: Tensor): Tensor => {
  if (!layer) throw new Error('no layer');
  return layer.forward(x);
};
const conv = (from: number, to: number, options: ConstructorParameters<typeof nn.Conv2d>[3] = {}) =>
  new nn.Conv2d(from, to, 3, { padding: 1, bias: false, ...options });
const norm = (channels: number) => new nn.BatchNorm2d(channels);

/** Names of operators that the frozen forward must, and must not, call. */
interface Case {
  readonly model: () => nn.Layer;
  readonly input?: readonly number[];
  readonly calls?: RegExp;
  readonly never?: RegExp;
}

const cases: Readonly<Record<string, Case>> = {
  'convolution, batch norm, relu': {
    model: () => new nn.Sequential(conv(3, 8), norm(8), new nn.ReLU()),
    calls: /^mkldnn::_convolution_pointwise$/,
    never: /batch_norm|relu/,
  },
  'a residual block with changes in place': {
    model: () =>
      new Wrapped([conv(3, 6), norm(6), conv(6, 6), norm(6), new nn.Conv2d(3, 6, 1)], (x, a, b, c, d, e) => {
        const inner = run(b, run(a, x)).relu_();
        return run(d, run(c, inner)).add_(run(e, x)).relu_();
      }),
    never: /batch_norm|relu|add/,
  },
  'a residual of its own input': {
    model: () => new Wrapped([conv(3, 3), norm(3)], (x, a, b) => run(b, run(a, x)).add(x).relu()),
    never: /batch_norm|relu/,
  },
  'a depthwise convolution, strides, dilation, bias, relu6': {
    model: () =>
      new nn.Sequential(
        conv(3, 6, { stride: 2, bias: true }),
        norm(6),
        new nn.ReLU6(),
        conv(6, 6, { groups: 6, dilation: 2, padding: 2 }),
        norm(6),
        new nn.Hardswish(),
        conv(6, 4, { groups: 2 }),
        norm(4),
      ),
    never: /batch_norm|hardtanh|hardswish/,
  },
  'channels shuffled and concatenated': {
    model: () =>
      new Wrapped([conv(2, 4), norm(4)], (x, a, b) => {
        const [left = x, right = x] = x.chunk(2, 1);
        const branch = run(b, run(a, right)).relu_();
        const all = aten.cat([left, branch], 1);
        const [n = 0, c = 0, h = 0, w = 0] = all.shape;
        return all
          .view([n, 2, c / 2, h, w])
          .transpose(1, 2)
          .reshape([n, c, h, w]);
      }),
    input: [2, 4, 8, 8],
    never: /batch_norm/,
  },
  'a classifier: pooling, flatten, linear, batch norm of vectors': {
    model: () =>
      new Wrapped(
        [conv(3, 8), new nn.Linear(8, 5), new nn.BatchNorm1d(5), new nn.Linear(5, 3)],
        (x, a, b, c, d) =>
          run(d, run(c, run(b, functional.adaptive_avg_pool2d(run(a, x), [1, 1]).flatten(1))).relu()),
      ),
    never: /batch_norm|relu/,
  },
  'attention and an MLP, as in a transformer': {
    model: () =>
      new Wrapped(
        [
          new nn.LayerNorm(12),
          new nn.Linear(12, 36),
          new nn.Linear(12, 12),
          new nn.Linear(12, 24),
          new nn.GELU(),
          new nn.Linear(24, 12),
          new nn.Dropout(0.5),
        ],
        (x, ln, qkv, proj, up, gelu, down, drop) => {
          const [n = 0, l = 0, d = 0] = x.shape;
          const [q, k, v] = run(qkv, run(ln, x))
            .reshape([n, l, 3, 3, d / 3])
            .permute([2, 0, 3, 1, 4])
            .unbind(0);
          if (!q || !k || !v) throw new Error('no heads');
          const heads = functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape([n, l, d]);
          const attended = x.add(run(drop, run(proj, heads)));
          return attended.add(run(down, run(gelu, run(up, attended))));
        },
      ),
    input: [2, 5, 12],
    never: /gelu|dropout/,
  },
  'a batch norm that another takes too': {
    model: () =>
      new Wrapped([conv(3, 4), norm(4), norm(4)], (x, a, b, c) => {
        const y = run(a, x);
        return run(b, y).mul(run(c, y));
      }),
    calls: /batch_norm/,
  },
  'a value changed after it was read': {
    model: () =>
      new Wrapped([conv(3, 4), norm(4)], (x, a, b) => {
        const y = run(b, run(a, x));
        const before = y.mul(2);
        return before.add(y.relu_());
      }),
  },
  'a constant table': {
    model: () => new Wrapped([conv(3, 4)], (x, a) => run(a, x).add(arange(0, 8).to('float32').sin())),
    never: /arange|sin/,
  },
};

/** Activations after a convolution, none of which oneDNN has but hardtanh: the batch norm is folded all the same. */
const activations: Readonly<Record<string, (inplace: boolean) => nn.Layer>> = {
  ELU: (inplace) => new nn.ELU(0.7, { inplace }),
  SELU: (inplace) => new nn.SELU({ inplace }),
  Mish: (inplace) => new nn.Mish({ inplace }),
  Hardtanh: (inplace) => new nn.Hardtanh(-0.5, 0.8, { inplace }),
  Softplus: () => new nn.Softplus(2, 3),
  PReLU: () => new nn.PReLU(6),
  GLU: () => new nn.GLU(1),
};
const afterNorms = Object.entries(activations).flatMap(([name, make]): [string, Case][] =>
  [false, true].map((inplace) => [
    `${name}${inplace ? ' in place, read again' : ''}`,
    {
      model: () =>
        new Wrapped(
          [conv(3, 6), norm(6), make(inplace), conv(name === 'GLU' ? 3 : 6, 6)],
          (x, a, b, c, d) => {
            const y = run(c, run(b, run(a, x)));
            return run(d, y).add(inplace ? y.mean() : 0);
          },
        ),
      never: name === 'Hardtanh' ? /batch_norm|hardtanh/ : /batch_norm/,
    },
  ]),
);
const newer: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(afterNorms),
  'RMSNorm and GLU, as in a transformer': {
    model: () =>
      new Wrapped(
        [new nn.RMSNorm(12, { eps: 1e-6 }), new nn.Linear(12, 24), new nn.GLU(), new nn.RMSNorm(12)],
        (x, a, b, c, d) => run(d, run(c, run(b, run(a, x))).add(x)),
      ),
    input: [2, 5, 12],
  },
  'InstanceNorm with and without running statistics': {
    model: () =>
      new nn.Sequential(
        conv(3, 4),
        new nn.InstanceNorm2d(4, { affine: true }),
        conv(4, 4),
        new nn.InstanceNorm2d(4, { trackRunningStats: true }),
        new nn.Dropout2d(),
      ),
    never: /dropout|bernoulli/,
  },
  'padding, sub-pixels, resizing': {
    model: () =>
      new nn.Sequential(
        new nn.ReflectionPad2d([1, 2, 0, 1]),
        conv(3, 8),
        norm(8),
        new nn.PixelShuffle(2),
        new nn.Upsample({ scaleFactor: 0.5, mode: 'bilinear' }),
        new nn.ConstantPad2d(1, 0.5),
        new nn.ReplicationPad2d([0, 1, 0, 1]),
        new nn.ZeroPad2d([0, -1, 0, -1]),
      ),
    never: /batch_norm/,
  },
  'windows taken apart and put together': {
    model: () =>
      new nn.Sequential(new nn.Unfold(2, { stride: 2 }), new nn.Fold(8, 2, { stride: 2 }), conv(3, 2)),
  },
  'a spatial transformer': {
    model: () =>
      new Wrapped([new nn.Linear(3 * 64, 6)], (x, a) => {
        const theta = run(a, x.flatten(1)).view([-1, 2, 3]);
        return functional.grid_sample(x, functional.affine_grid(theta, x.shape), { paddingMode: 'border' });
      }),
  },
};

const largest = (x: Tensor): number => x.abs().max().item();

function assertSame(actual: Tensor, expected: Tensor): void {
  assert.deepEqual([actual.shape, actual.dtype], [expected.shape, expected.dtype]);
  const off = actual.sub(expected).abs().max().item();
  assert.ok(off <= 1e-5 * largest(expected), `off by ${off} of ${largest(expected)}`);
}

suite('a frozen model', () => {
  for (const [name, made] of Object.entries({ ...cases, ...newer })) {
    const { model: make, input = [2, 3, 8, 8], calls, never } = made;
    test(`answers as the model does: ${name}`, () => {
      manualSeed(1);
      const model = trained(make());
      using frozen = freeze(model);
      const [, ...rest] = input;
      for (const n of [1, 3, 2, 5]) {
        for (const format of ['contiguous', 'channels_last'] as const) {
          if (format === 'channels_last' && rest.length !== 3) continue;
          const x =
            format === 'contiguous' ? randn([n, ...rest]) : randn([n, ...rest]).to({ memoryFormat: format });
          // The second time it is other elements that the plan has not seen.
          for (const given of [x, x.mul(-0.7).add(0.1)]) {
            const before = given.clone();
            assertSame(
              frozen.forward(given),
              noGrad(() => model.forward(given)),
            );
            assert.equal(given.sub(before).abs().max().item(), 0, 'its input is as before');
          }
        }
      }
      assert.equal(frozen.reason, null);
      const called = frozen.operators.join(' ');
      if (calls) assert.match(called, calls);
      if (never) assert.doesNotMatch(called, never);
    });
  }

  test('has taps as the module returned them, and inputs of modules', () => {
    manualSeed(2);
    const model = trained(
      new Wrapped(
        [conv(3, 4), norm(4), new nn.ReLU({ inplace: true }), conv(4, 4), norm(4)],
        (x, a, b, c, d, e) => {
          const y = run(c, run(b, run(a, x)));
          return run(e, run(d, y)).add_(y).relu_();
        },
      ),
    );
    using frozen = freeze(model);
    const paths = ['inner.0', 'inner.1', 'inner.2', 'inner.2:input', 'inner.4'] as const;
    for (const n of [2, 3]) {
      const x = randn([n, 3, 6, 6]);
      const plain = noGrad(() => nn.tap(model, paths, () => model.forward(x), { copy: true }));
      const { output, taps } = frozen.tap(x, paths);
      assertSame(output, plain.output);
      for (const path of paths) assertSame(taps[path], plain.taps[path]);
    }
    assert.throws(() => frozen.tap(randn([1, 3, 6, 6]), ['inner.9']), /'inner\.9'/);
    assert.equal(frozen.reason, null);
  });

  test('computes in float64, and under autocast, as the model does', () => {
    manualSeed(3);
    const model = trained(new nn.Sequential(conv(3, 4), norm(4), new nn.ReLU()).to({ dtype: 'float64' }));
    using frozen = freeze(model);
    const x = randn([2, 3, 5, 5], { dtype: 'float64' });
    const off = frozen
      .forward(x)
      .sub(noGrad(() => model.forward(x)))
      .abs()
      .max()
      .item();
    assert.ok(off < 1e-12);
    const single = trained(new nn.Sequential(conv(3, 4), norm(4)));
    using half = freeze(single);
    const y = randn([2, 3, 5, 5]);
    const expected = autocast('bfloat16', () => noGrad(() => single.forward(y)));
    const actual = autocast('bfloat16', () => half.forward(y));
    assert.equal(actual.dtype, expected.dtype);
    assert.ok(actual.sub(expected).abs().max().item() <= 0.05 * largest(expected));
  });

  test('is the plain forward where its course depends on elements, and says so', () => {
    const model = new Wrapped([new nn.Linear(4, 4)], (x, a) =>
      run(a, x).sum().item() > 0 ? x.mul(2) : x.neg(),
    ).eval();
    using frozen = freeze(model);
    for (let i = 0; i < 6; i++) {
      const x = randn([3, 4]);
      assertSame(
        frozen.forward(x),
        noGrad(() => model.forward(x)),
      );
    }
    assert.match(frozen.reason ?? '', /the forward reads what aten::item answers/);
    assert.equal(frozen.form, 'plain');
  });

  test('is the plain forward where distinct elements are counted', () => {
    const model = new Wrapped([new nn.Linear(4, 4)], (x, a) => run(a, x).mul(unique(x).numel())).eval();
    using frozen = freeze(model);
    for (const x of [arange(0, 8).to('float32').view([2, 4]), ones([2, 4])])
      assertSame(
        frozen.forward(x),
        noGrad(() => model.forward(x)),
      );
    assert.equal(frozen.reason, 'the shape of what aten::_unique2 answers depends on the elements');
  });

  test('is the plain forward where it is random, and says so', () => {
    const generator = new Generator(5);
    const draws: Record<string, (x: Tensor) => Tensor> = {
      'aten::randn.generator': (x) => x.add(randn([3])),
      'aten::bernoulli_.float': (x) => functional.dropout(x, 0.5),
      'aten::dropout': (x) => aten.dropout(x, 0.5, true),
      'aten::normal_': (x) => x.clone().normal_(0, 1, { generator }),
      'aten::rand.generator': (x) => x.add(rand([3])),
    };
    for (const [operator, draw] of Object.entries(draws)) {
      const model = new Wrapped([new nn.Linear(3, 3)], (x, a) => draw(run(a, x))).eval();
      using frozen = freeze(model);
      const x = randn([2, 3]);
      const twice = [0, 1].map(() => {
        manualSeed(7);
        generator.manualSeed(7);
        return [frozen.forward(x), frozen.forward(x)];
      });
      const [[first, second] = [], [again] = []] = twice;
      assert.ok(first && second && again);
      assertSame(again, first);
      assert.notDeepEqual(second.toList(), first.toList(), operator);
      assert.equal(frozen.reason, `the forward draws random numbers (${operator})`);
      assert.equal(frozen.form, 'plain');
    }
  });

  test('keeps its weights, and does not mix them with the model’s new ones', () => {
    const model = new nn.Sequential(new nn.Linear(3, 3), new nn.ReLU()).eval();
    using frozen = freeze(model);
    const x = randn([2, 3]);
    const before = frozen.forward(x).clone();
    noGrad(() => model.parameters()[0]?.add_(1));
    assertSame(frozen.forward(x), before);
    assert.throws(() => frozen.forward(randn([4, 3])), /weights of the model have changed/);
  });

  test('has no graph, and holds no more memory after many calls', () => {
    const model = trained(new nn.Sequential(conv(3, 4), norm(4), new nn.ReLU()));
    using frozen = freeze(model);
    const x = randn([2, 3, 8, 8]);
    assert.equal(frozen.forward(x).requiresGrad, false);
    const { handles, bytes } = memory();
    for (let i = 0; i < 200; i++) scope(() => void frozen.forward(x));
    assert.deepEqual([memory().handles, memory().bytes], [handles, bytes]);
  });

  test('refuses what trains, or is gone', () => {
    const model = new nn.Sequential(new nn.Linear(3, 3), new nn.Dropout(0.5));
    assert.throws(() => freeze(model), /takes a model in evaluation, and it is in training/);
    const moving = new Wrapped([new nn.BatchNorm1d(3)], (x, a) => {
      const { running_mean: runningMean = null, running_var: runningVar = null } =
        a instanceof nn.BatchNorm1d ? a : {};
      return functional.batch_norm(x, { runningMean, runningVar, training: true });
    });
    assert.throws(
      () => freeze(moving.eval()).forward(randn([2, 3])),
      /takes a model in evaluation: aten::batch_norm: this batch norm is in training and would move its running statistics/,
    );
    const frozen = freeze(model.eval());
    assert.throws(() => frozen.forward(randn([2, 4])), TorchError);
    frozen.dispose();
    assert.throws(() => frozen.forward(randn([2, 3])), /has been disposed of/);
  });
});
