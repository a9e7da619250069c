/** What a recipe says beside what timm 0.6.5 makes of the flags of OFA-KD's configurations (reference/timm_flags.py). */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { loadSafetensors, nn, noGrad, optim, type Tensor, zeros } from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { classificationBy } from '../tasks/index.ts';
import { optimizers } from './optimizer.ts';
import { schedules } from './schedule.ts';

const { tensors, metadata } = loadSafetensors(
  path.join(import.meta.dirname, '../../reference/timm_flags.safetensors'),
);

function reference(name: string): Tensor {
  const found = tensors[name];
  assert.ok(found, name);
  return found;
}

const under = (prefix: string): [string, Tensor][] =>
  Object.entries(tensors).flatMap(([name, tensor]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as [string, Tensor]] : [],
  );

suite('rates are those of timm in each epoch, whatever step of it:', () => {
  const timm = { warmUpInstead: true, changes: 'epoch' };
  const said = {
    'cifar/cnn': { name: 'cosine', lr: 0.05, minLr: 1e-3, warmUpEpochs: 3, warmUpLr: 1e-4 },
    'cifar/vit_mlp': { name: 'cosine', lr: 5e-4, minLr: 1e-5, warmUpEpochs: 20, warmUpLr: 5e-7 },
    'imagenet/cnn': { name: 'step', lr: 0.1, every: 30, warmUpEpochs: 3, warmUpLr: 1e-4 },
    'imagenet/vit_mlp': { name: 'cosine', lr: 5e-4, minLr: 1e-6, warmUpEpochs: 20, warmUpLr: 5e-7 },
    'imagenet/stronger': { name: 'cosine', lr: 5e-3, minLr: 1e-6, warmUpEpochs: 5, warmUpLr: 1e-6 },
  } as const;
  const known: Record<string, { epochs: number; rates: number[] }> = JSON.parse(metadata.schedules ?? '{}');
  test('all of its configurations are there', () => assert.deepEqual(Object.keys(known), Object.keys(said)));
  for (const [config, { name, lr, ...options }] of Object.entries(said))
    test(config, () => {
      const { epochs = 0, rates = [] } = known[config] ?? {};
      assert.ok(rates.length === epochs && epochs > 0);
      const stepsPerEpoch = 7;
      const length = { epochs, stepsPerEpoch, steps: epochs * stepsPerEpoch };
      const rate = schedules[name].create({ ...options, ...timm })(lr, length);
      for (const [epoch, wanted] of rates.entries())
        for (const step of [0, 3, 6]) {
          const { lr: own } = rate(epoch * stepsPerEpoch + step);
          assert.ok(Math.abs(own - wanted) < 1e-12 * lr + 1e-9 * wanted, `epoch ${epoch}: ${own}, ${wanted}`);
        }
    });
});

suite('what warm-up is told:', () => {
  const length = { epochs: 10, stepsPerEpoch: 4, steps: 40 };
  test('it begins at a rate, and the schedule after it', () => {
    const rate = schedules.cosine.create({ warmUpEpochs: 2, warmUpLr: 0.02 })(0.1, length);
    assert.deepEqual([rate(0).lr, rate(4).lr, rate(8).lr], [0.02, 0.06, 0.1]);
    assert.ok(rate(39).lr > 0 && rate(39).lr < 1e-3);
  });
  test('a stage shorter than a warm-up in its place has the first of the same rates', () => {
    const instead = { warmUpEpochs: 3, warmUpLr: 0.01, warmUpInstead: true };
    const rates = (epochs: number, changes: 'epoch' | 'step') => {
      const rate = schedules.step.create({ ...instead, changes })(0.1, {
        epochs,
        stepsPerEpoch: 4,
        steps: 4 * epochs,
      });
      return Array.from({ length: epochs }, (_, epoch) => rate(4 * epoch).lr);
    };
    for (const changes of ['epoch', 'step'] as const) {
      const whole = rates(5, changes);
      assert.deepEqual(whole[0], 0.01);
      assert.ok(whole.slice(0, 3).every((lr) => lr < 0.1));
      for (const epochs of [1, 2, 3]) assert.deepEqual(rates(epochs, changes), whole.slice(0, epochs));
    }
  });
  test('two beginnings are none', () =>
    assert.throws(
      () => schedules.step.create({ warmUpEpochs: 2, warmUpLr: 0.02, warmUpFrom: 0.1 }),
      /warmUpFrom and warmUpLr both say where warm-up starts: leave one of them out/,
    ));
  test('it does not fall', () =>
    assert.throws(
      () => schedules.step.create({ warmUpEpochs: 2, warmUpLr: 0.2 })(0.1, length),
      /warmUpLr is 0.2, and warm-up rises to the rate of the optimizer, 0.1: choose one below it/,
    ));
});

class Network extends nn.Module {
  cls_token = new nn.Parameter(zeros([1, 1, 4]));
  pos_embed = new nn.Parameter(zeros([1, 3, 4]));
  relative_position_bias_table = new nn.Parameter(zeros([9, 2]));
  alpha = new nn.Parameter(zeros([1, 1, 4]));
  beta = new nn.Parameter(zeros([1, 1, 4]));
  ls1 = new nn.Parameter(zeros([4]));
  norm = new nn.LayerNorm(4);
  fc = new nn.Linear(4, 5);
  bn = new nn.BatchNorm1d(5);

  forward(x: Tensor): Tensor {
    return x;
  }
}

/** As a step has it: the student, and the parts of a method. */
class Distiller extends nn.Module {
  student = new Network();
  projector = new nn.Linear(4, 3);

  forward(x: Tensor): Tensor {
    return x;
  }
}

suite(
  'steps are those of timm, which leaves out what is of one dimension and nothing else from decay:',
  () => {
    const said = {
      sgd: { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-2 },
      adamw: { lr: 5e-3, weightDecay: 0.05 },
      lamb: { lr: 5e-3, weightDecay: 0.02 },
    } as const;
    for (const name of ['sgd', 'adamw', 'lamb'] as const)
      test(
        name === 'adamw'
          ? 'adamw, of clipped gradients, and the average of the student and its buffers'
          : name,
        () => {
          const distiller = new Distiller();
          distiller.loadStateDict(Object.fromEntries(under('start.')));
          const named = new Map(distiller.namedParameters());
          const optimizer = optimizers[name].create({ ...said[name], decay: 'weights' })(
            distiller.parameters(),
          );
          const ema = new optim.EMA(distiller.student, { decay: 0.9, buffers: true, fromStart: true });
          const state = distiller.stateDict();
          for (let step = 0; step < 12; step++) {
            for (const [key, gradient] of under(`grad.${step}.`)) {
              const parameter = named.get(key);
              assert.ok(parameter, key);
              parameter.grad = gradient.clone();
            }
            if (name === 'adamw') optim.clipGradNorm(distiller.parameters(), 5);
            optimizer.step();
            noGrad(() => {
              for (const [key, drift] of under(`drift.${step}.`)) state[key]?.add_(drift);
            });
            ema.update();
            for (const [key, wanted] of under(`${name}.${step}.`)) {
              const own = distiller.stateDict()[key];
              assert.ok(own, key);
              assertClose(own, wanted, 2e-6, key);
            }
            for (const [key, wanted] of name === 'adamw' ? under(`ema.${step}.`) : []) {
              const own = ema.stateDict().tensors[key];
              // How many batches there were is averaged by timm as well.
              if (own?.dtype.startsWith('float')) assertClose(own, wanted, 2e-6, key);
            }
          }
        },
      );
  },
);

suite("the head's losses are those of timm:", () => {
  const outputs = { logits: reference('loss.logits') };
  const [labels, softLabels] = [reference('loss.labels'), reference('loss.targets')];
  const lossOf = (by: Parameters<typeof classificationBy>[0], targets: Record<string, Tensor>): Tensor => {
    const [loss] = Object.values(classificationBy(by).loss?.(outputs, targets) ?? {});
    assert.ok(loss);
    return loss;
  };
  test('smoothed labels', () =>
    assertClose(lossOf({ smoothing: 0.1 }, { labels }), reference('loss.smoothed'), 1e-6, 'smoothed'));
  test('mixed targets', () =>
    assertClose(lossOf({ smoothing: 0.1 }, { softLabels }), reference('loss.soft'), 1e-6, 'soft'));
  test('binary cross entropy, the mean over images and classes', () => {
    // The same without the share that all classes have in common.
    const plain = softLabels.sub(0.1 / 5).div(0.9);
    assertClose(lossOf({ kind: 'bce' }, { softLabels: plain }), reference('loss.bce'), 1e-6, 'bce');
  });
});
