import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { nn, optim, scope, TorchError, tensor } from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'named.safetensors');

suite('SGD', () => {
  const settings: Record<string, Partial<optim.SGDOptions>> = {
    plain: {},
    momentum: { momentum: 0.9 },
    decay: { momentum: 0.9, weightDecay: 0.01, dampening: 0.1 },
    nesterov: { momentum: 0.9, weightDecay: 0.01, nesterov: true },
  };
  for (const [name, options] of Object.entries(settings)) {
    test(`${name}: 20 steps match PyTorch, with a parameter that joins at the fourth`, () => {
      const a = new nn.Parameter(reference('sgd.a').clone());
      const b = new nn.Parameter(reference('sgd.b').clone());
      const optimizer = new optim.SGD([a, b], { lr: 0.1, ...options });
      for (let step = 0; step < 20; step++) {
        scope(() => {
          optimizer.zeroGrad();
          const first = a.sin().mul(2).sum();
          const loss = step < 3 ? first : first.add(b.square().sum().mul(a.mean()));
          loss.backward();
          optimizer.step();
        });
      }
      assertClose(a.detach(), reference(`sgd.${name}.a`), 1e-5, 'a');
      assertClose(b.detach(), reference(`sgd.${name}.b`), 1e-5, 'b');
    });
  }
  test('impossible settings are refused', () => {
    const p = [new nn.Parameter(tensor([1]))];
    assert.throws(() => new optim.SGD(p, { lr: -1 }), TorchError);
    assert.throws(() => new optim.SGD(p, { lr: Number.NaN }), TorchError);
    assert.throws(() => new optim.SGD(p, { lr: 1, nesterov: true }), TorchError);
    assert.throws(() => new optim.SGD([], { lr: 1 }), TorchError);
  });
});

suite('schedules', () => {
  const follows = (name: string, schedule: optim.Schedule, momentum: number) => {
    const expected = reference(`schedule.${name}`);
    const actual = Array.from({ length: expected.size(0) }, (_, t) => {
      const at = schedule(t);
      return [at.lr, at.momentum ?? momentum];
    });
    assertClose(tensor(actual, { dtype: 'float64' }), expected, 1e-12, name);
  };
  test('one cycle follows PyTorch', () => {
    follows('one_cycle_10', optim.oneCycleLR({ maxLr: 1, totalSteps: 10 }), 0.9);
    follows('one_cycle_37', optim.oneCycleLR({ maxLr: 0.05, totalSteps: 37, pctStart: 0.25 }), 0.9);
  });
  test('multi-step follows PyTorch', () => {
    follows('multi_step', optim.multiStepLR({ lr: 0.3, milestones: [3, 5, 9], gamma: 0.2 }), 0.9);
  });
  test('one cycle is finite where it is as short as can be', () => {
    for (let totalSteps = 1; totalSteps < 8; totalSteps++) {
      const schedule = optim.oneCycleLR({ maxLr: 1, totalSteps });
      for (let t = 0; t < totalSteps; t++)
        assert.ok(schedule(t).lr > 0 && schedule(t).lr <= 1, `step ${t} of ${totalSteps}`);
    }
  });
});
