import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { memory, nn, ones, optim, scope, TorchError, tensor } from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'optim.safetensors');
const { POSITIVE_INFINITY: inf, NaN: nan } = Number;

function session() {
  const p = new nn.Parameter(reference('start.matrix').to('float32'));
  const optimizer = new optim.SGD([p], { lr: 0.01, momentum: 0.9 });
  const scaler = new optim.GradScaler({
    initScale: 1000,
    growthFactor: 1.7,
    backoffFactor: 0.3,
    growthInterval: 3,
  });
  const step = (at: number) =>
    scope(() => {
      optimizer.zeroGrad();
      scaler.scale(p.sin().sum()).backward();
      if (at === 2 || at === 9)
        p.grad
          ?.select(0, 1)
          .narrow(0, 2, 1)
          .fill_(at === 2 ? inf : nan);
      if (at % 2) {
        scaler.unscale_(optimizer);
        optim.clipGradNorm([p], 0.5);
      }
      assert.equal(scaler.step(optimizer), at !== 2 && at !== 9);
      scaler.update();
    });
  return { p, optimizer, scaler, step };
}

suite('GradScaler', () => {
  test('14 steps, two of them with overflow, match PyTorch', () => {
    const { p, scaler, step } = session();
    step(0);
    const held = memory().handles;
    const scales = [scaler.getScale()];
    for (let at = 1; at < 14; at++) {
      step(at);
      scales.push(scaler.getScale());
    }
    assert.equal(memory().handles, held);
    assert.deepEqual(scales, reference('scaler.scales').toList());
    assertClose(p.detach(), reference('scaler.matrix'), 1e-6, 'matrix');
    assert.equal(scaler.stateDict().growthTracker, reference('scaler.tracker').item());
  });

  test('a saved state goes on as if nothing had happened', () => {
    const [first, second] = [session(), session()];
    for (let at = 0; at < 5; at++) first.step(at);
    second.scaler.loadStateDict(JSON.parse(JSON.stringify(first.scaler.stateDict())));
    for (let at = 5; at < 14; at++) {
      first.step(at);
      second.step(at);
      assert.deepEqual(second.scaler.stateDict(), first.scaler.stateDict());
    }
  });

  test('an overflow in one of two optimizers leaves out its own step only, and lowers the scale', () => {
    const params = [1, 2].map(() => new nn.Parameter(ones([1])));
    const optimizers = params.map((p) => new optim.SGD([p], { lr: 1 }));
    const scaler = new optim.GradScaler({ initScale: 4 });
    for (const [i, p] of params.entries()) p.grad = tensor([i === 0 ? 4 : inf]);
    assert.deepEqual(
      optimizers.map((optimizer) => scaler.step(optimizer)),
      [true, false],
    );
    scaler.update();
    assert.deepEqual([scaler.getScale(), ...params.map((p) => p.item())], [2, 0, 1]);
    scaler.update(64);
    assert.equal(scaler.getScale(), 64);
  });

  test('a float16 loss does not overflow', () => {
    const loss = tensor(3, { dtype: 'float16' });
    const scaled = new optim.GradScaler().scale(loss);
    assert.deepEqual([scaled.dtype, scaled.item()], ['float32', 3 * 65536]);
  });

  test('a scale that would not be finite does not grow', () => {
    const p = new nn.Parameter(ones([1]));
    const optimizer = new optim.SGD([p], { lr: 0 });
    const scaler = new optim.GradScaler({ initScale: 2 ** 127, growthInterval: 1 });
    p.grad = ones([1]);
    scaler.step(optimizer);
    scaler.update();
    assert.equal(scaler.getScale(), 2 ** 127);
  });

  test('not enabled, it passes everything through', () => {
    const p = new nn.Parameter(ones([1]));
    const optimizer = new optim.SGD([p], { lr: 1 });
    const scaler = new optim.GradScaler({ enabled: false });
    scaler.scale(p.sum()).backward();
    scaler.unscale_(optimizer);
    assert.ok(scaler.step(optimizer));
    scaler.update();
    assert.deepEqual([p.item(), scaler.getScale()], [0, 1]);
  });

  test('what is done in the wrong order, or is impossible, is refused', () => {
    const p = new nn.Parameter(ones([1]));
    const optimizer = new optim.SGD([p], { lr: 1 });
    const scaler = new optim.GradScaler();
    const refuses = (act: () => unknown, message: RegExp) =>
      assert.throws(act, (error) => error instanceof TorchError && message.test(error.message));
    refuses(() => scaler.update(), /no gradients were unscaled/);
    refuses(() => scaler.step(optimizer), /has no gradients/);
    p.grad = ones([1]);
    scaler.unscale_(optimizer);
    refuses(() => scaler.unscale_(optimizer), /unscaled already/);
    scaler.step(optimizer);
    refuses(() => scaler.step(optimizer), /step\(\) was called already/);
    const half = new nn.Parameter(ones([1], { dtype: 'float16' }));
    half.grad = ones([1], { dtype: 'float16' });
    refuses(() => scaler.step(new optim.SGD([half])), /float16 gradient cannot be unscaled/);
    refuses(() => new optim.GradScaler({ growthFactor: 1 }), /growthFactor must be a finite number above 1/);
    refuses(() => new optim.GradScaler({ backoffFactor: 1 }), /backoffFactor/);
    refuses(
      () => scaler.loadStateDict({ ...scaler.stateDict(), scale: -1 }),
      /the state dict: scale must be/,
    );
    refuses(() => scaler.update(0), /newScale/);
  });
});
