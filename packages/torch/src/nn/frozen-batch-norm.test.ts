import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  arange,
  type DType,
  freeze,
  grad,
  loadWeights,
  manualSeed,
  nn,
  noGrad,
  randn,
  saveSafetensors,
  scope,
  type Tensor,
  TorchError,
} from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

const reference = loadReference(path.join(import.meta.dirname, '..', '..', 'reference'), 'boxes.safetensors');

class Block extends nn.Layer {
  readonly conv = new nn.Conv2d(3, 4, 3, { padding: 1, bias: false });
  readonly bn = new nn.BatchNorm2d(4, { eps: 1e-3 });
  readonly after = new nn.Sequential(
    new nn.Conv2d(4, 2, 1),
    new nn.BatchNorm2d(2),
    new nn.ReLU(),
    new nn.Flatten(),
  );

  forward(x: Tensor): Tensor {
    return this.after.forward(this.bn.forward(this.conv.forward(x)));
  }
}

/** With statistics that show. */
function trained<Model extends nn.Module>(model: Model): Model {
  manualSeed(1);
  noGrad(() => {
    for (const [, module] of model.namedModules()) {
      if (!(module instanceof nn.BatchNorm2d)) continue;
      module.running_mean?.normal_(0, 0.5);
      module.running_var?.uniform_(0.5, 2);
      module.weight?.normal_(1, 0.3);
      module.bias?.normal_(0, 0.3);
    }
  });
  return model;
}

suite('FrozenBatchNorm2d', () => {
  for (const [dtype, tolerance] of [
    ['float32', 1e-6],
    ['float64', 1e-12],
  ] satisfies [DType, number][])
    test(`computes what torchvision's does, in training too, in ${dtype}`, () =>
      scope(() => {
        const of = (name: string): Tensor => reference(`frozen/${dtype}/${name}`);
        const norm = new nn.FrozenBatchNorm2d(4, { eps: 1e-3, dtype });
        norm.loadStateDict(
          Object.fromEntries(
            ['weight', 'bias', 'running_mean', 'running_var'].map((name) => [name, of(name)]),
          ),
        );
        const made = (factor: number): Tensor =>
          arange(0, 48)
            .mul(factor)
            .remainder(1009)
            .sub(504)
            .to('float64')
            .div(512)
            .to(dtype)
            .reshape([2, 4, 3, 2]);
        const x = made(7919);
        x.requiresGrad = true;
        const result = norm.forward(x);
        const [gradient] = grad([result.mul(made(6421)).sum()], [x]);
        assertClose(result, of('out'), tolerance, 'output');
        assertClose(gradient as Tensor, of('gradient'), tolerance, 'gradient');
        assert.deepEqual(norm.parameters(), []);
        assertClose(norm.running_mean, of('running_mean'), 0, 'statistics stay');
      }));

  test("takes the state of a batch norm, whose counter it passes over, but no other's", () => {
    const norm = new nn.FrozenBatchNorm2d(4);
    const state = trained(new nn.BatchNorm2d(4)).stateDict();
    assert.deepEqual(norm.loadStateDict(state), { missing: [], unexpected: [] });
    assertClose(norm.running_var, state.running_var as Tensor, 0, 'running_var');
    assert.throws(
      () =>
        new nn.Linear(2, 2).loadStateDict({
          ...new nn.Linear(2, 2).stateDict(),
          num_batches_tracked: randn([]),
        }),
      /unexpected: num_batches_tracked/,
    );
  });

  test('is found in a file with counters', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-frozen-'));
    try {
      const file = path.join(folder, 'block.safetensors');
      saveSafetensors(file, trained(new Block()).stateDict());
      const model = new Block();
      nn.FrozenBatchNorm2d.convert(model);
      const said: string[] = [];
      const state = await loadWeights(file, { model, onWarning: (text) => said.push(text) });
      assert.deepEqual(said, []);
      assert.deepEqual(model.loadStateDict(state), { missing: [], unexpected: [] });
      const { running_var: wanted } = trained(new Block()).bn;
      assertClose(model.bn.running_var as Tensor, wanted as Tensor, 0, 'running_var');
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  test('takes the place of every batch norm of a model, which computes as before', () =>
    scope(() => {
      const model = trained(new Block()).eval();
      const x = randn([2, 3, 5, 5]);
      const before = model.forward(x);
      assert.equal(nn.FrozenBatchNorm2d.convert(model), model);
      assert.deepEqual(
        Array.from(model.namedModules(), ([, module]) => module.constructor.name).filter((name) =>
          /Norm/.test(name),
        ),
        ['FrozenBatchNorm2d', 'FrozenBatchNorm2d'],
      );
      assertClose(model.forward(x), before, 1e-6, 'evaluation');
      assertClose(model.train().forward(x), before, 1e-6, 'training');
    }));

  test('stays one norm where one was in two places', () => {
    const norm = new nn.BatchNorm2d(2);
    const list = new nn.ModuleList<nn.Layer>([norm, norm]);
    const dictionary = new nn.ModuleDict<nn.Module>({ list, norm });
    nn.FrozenBatchNorm2d.convert(dictionary);
    assert.ok(list.at(0) instanceof nn.FrozenBatchNorm2d);
    assert.equal(list.at(0), list.at(1));
    assert.equal(dictionary.get('norm'), list.at(0));
  });

  test('is made of a batch norm by itself, with its eps and dtype', () => {
    const frozen = nn.FrozenBatchNorm2d.convert(new nn.BatchNorm2d(3, { eps: 0, dtype: 'float64' }));
    assert.match(String(frozen), /^FrozenBatchNorm2d\(numFeatures: 3, eps: 0\)$/);
    assert.equal(frozen.buffers()[0]?.dtype, 'float64');
  });

  test('is folded into the convolution before it where a model is compiled', () =>
    scope(() => {
      const model = trained(new Block()).eval();
      nn.FrozenBatchNorm2d.convert(model);
      using frozen = freeze(model);
      const x = randn([2, 3, 5, 5]);
      const wanted = noGrad(() => model.forward(x));
      assertClose(frozen.forward(x), wanted, 1e-5, 'compiled');
      assert.equal(frozen.reason, null);
      assert.ok(!frozen.operators.some((name) => /norm/.test(name)), `${frozen.operators}`);
    }));

  test('refuses other shapes, and norms without weights or statistics, by their path', () => {
    const refused: readonly [RegExp, () => unknown][] = [
      [
        /takes \[N, C, H, W\] with C = 4, got/,
        () => new nn.FrozenBatchNorm2d(4).forward(randn([2, 3, 2, 2])),
      ],
      [/takes \[N, C, H, W\] with C = 4, got/, () => new nn.FrozenBatchNorm2d(4).forward(randn([2, 4, 2]))],
      [
        /the batch norm '1' has no weight and bias to be frozen/,
        () =>
          nn.FrozenBatchNorm2d.convert(
            new nn.Sequential(new nn.Identity(), new nn.BatchNorm2d(2, { affine: false })),
          ),
      ],
      [
        /the batch norm given has no running statistics/,
        () => nn.FrozenBatchNorm2d.convert(new nn.BatchNorm2d(2, { trackRunningStats: false })),
      ],
    ];
    for (const [sentence, call] of refused)
      assert.throws(
        call,
        (error) => error instanceof TorchError && sentence.test(error.message),
        String(sentence),
      );
  });
});
