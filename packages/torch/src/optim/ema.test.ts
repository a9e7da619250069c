import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { memory, nn, noGrad, ones, optim, scope, type Tensor, TorchError } from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'optim.safetensors');

class Model extends nn.Module {
  fc = new nn.Linear(3, 2);
  bn = new nn.BatchNorm2d(2);
  forward(x: Tensor): Tensor {
    return this.fc.forward(x);
  }
}

function start(): Model {
  const model = new Model();
  const state = Object.keys(model.stateDict()).map((key) => [key, reference(`ema.start.${key}`)]);
  model.loadStateDict(Object.fromEntries(state));
  return model;
}

/** As in reference/optim.py. */
function drift(model: Model, step: number): void {
  scope(() =>
    noGrad(() => {
      for (const [name, tensor] of Object.entries(model.stateDict())) {
        if (name === 'bn.num_batches_tracked') tensor.add_(1);
        else if (name !== 'bn.running_var') tensor.add_(0.125 * (step + 1));
      }
    }),
  );
}

const values = (model: Model) => Object.values(model.stateDict()).map((tensor) => tensor.toList());

suite('EMA', () => {
  const settings: Record<string, optim.EMAOptions> = {
    torch: { decay: 0.9 },
    warm_up: { decay: 0.75, warmUp: true },
    later: { decay: 0.9, warmUp: true, warmUpGamma: 2, warmUpPower: 0.75, minDecay: 0.3, updateAfterStep: 3 },
  };
  for (const [name, options] of Object.entries(settings)) {
    test(`${name}: 12 updates match ${name === 'torch' ? 'PyTorch' : 'timm'}, and leave no handles behind`, () => {
      const model = start();
      const ema = new optim.EMA(model, options);
      const held = memory().handles;
      for (let step = 0; step < 12; step++) {
        drift(model, step);
        ema.update();
      }
      assert.equal(memory().handles, held);
      for (const [key, value] of Object.entries(ema.stateDict().tensors))
        assertClose(value, reference(`ema.${name}.${key}`), 1e-6, key);
    });
  }

  test('buffers and initial weights are averaged on demand, but whole numbers', () => {
    const model = start();
    const { bn } = model;
    const [before, weight] = [bn.running_mean?.clone(), model.fc.weight.clone()];
    const ema = new optim.EMA(model, { decay: 0.75, buffers: true, fromStart: true });
    drift(model, 0);
    ema.update();
    const { tensors } = ema.stateDict();
    assert.ok(before && bn.running_mean);
    const between = (from: Tensor, to: Tensor) => from.mul(0.75).add(to.mul(0.25));
    for (const [key, wanted] of [
      ['bn.running_mean', between(before, bn.running_mean)],
      ['fc.weight', between(weight, model.fc.weight)],
    ] as const) {
      const own = tensors[key];
      assert.ok(own);
      assertClose(own, wanted.detach(), 1e-6, key);
    }
    assert.equal(tensors['bn.num_batches_tracked']?.item(), 1);
  });

  test('averages are swapped in for a while, and the weights come back', async () => {
    const model = start();
    const ema = new optim.EMA(model, { decay: 0.5 });
    for (let step = 0; step < 3; step++) {
      drift(model, step);
      ema.update();
    }
    const other = start();
    const [own, held] = [values(model), memory().handles];
    ema.copyTo(other);
    {
      using swapped = ema.swapIn();
      assert.deepEqual(values(model), values(other));
      assert.notDeepEqual(values(model), own);
      assert.ok(model.fc.weight.requiresGrad);
      await Promise.resolve();
      for (const act of [() => ema.swapIn(), () => ema.update(), () => ema.copyTo(other)])
        assert.throws(act, (error) => error instanceof TorchError && /swapped in/.test(error.message));
      swapped[Symbol.dispose]();
    }
    assert.deepEqual(values(model), own);
    assert.equal(memory().handles, held);
    drift(model, 3);
    ema.update();
    assert.notDeepEqual(values(model), own);
  });

  test('the averages come back too when evaluation throws', () => {
    const model = start();
    const ema = new optim.EMA(model);
    drift(model, 0);
    const own = values(model);
    assert.throws(() => {
      using _ = ema.swapIn();
      throw new Error('evaluation');
    }, /evaluation/);
    assert.deepEqual(values(model), own);
  });

  test('a model that was given other tensors is refused', () => {
    const model = start();
    const ema = new optim.EMA(model);
    model.fc = new nn.Linear(4, 2);
    assert.throws(() => ema.update(), /Model has other tensors than the averaged model had/);
    assert.throws(() => ema.swapIn(), TorchError);
  });

  test('impossible options, and a state that does not fit, are refused', () => {
    const model = start();
    assert.throws(() => new optim.EMA(model, { decay: 1.5 }), /EMA: decay must be a number from 0 to 1/);
    assert.throws(() => new optim.EMA(model, { warmUpGamma: 0 }), /warmUpGamma/);
    const ema = new optim.EMA(model);
    const { 'fc.bias': _, ...tensors } = ema.stateDict().tensors;
    const wrong = { ...tensors, 'fc.weight': ones([2]), extra: ones([1]) };
    assert.throws(
      () => ema.loadStateDict({ tensors: wrong, updates: 3 }),
      /fc.weight is \[2\], must be \[2,3\]; fc.bias is missing; extra is unexpected/,
    );
    assert.throws(() => ema.loadStateDict({ ...ema.stateDict(), updates: -1 }), /updates must be/);
  });
});
