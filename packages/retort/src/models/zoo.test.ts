/** The CRD benchmark's and Annealing-KD's models against the released code, whose numbers reference/models/zoo.py wrote. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  aten,
  loadSafetensors,
  manualSeed,
  nn,
  noGrad,
  randn,
  scope,
  setNumThreads,
  type Tensor,
} from '@retort/torch';
import { assertClose, ofDrawn } from '../../../torch/reference/load.ts';
import { hashOfKeys } from '../../reference/models/hash-of-keys.ts';
import { type Anatomy, createModel, WideResNet } from './index.ts';

setNumThreads(1);

interface Case {
  readonly model: string;
  /** Pixels of an image's side. */
  readonly size: number;
  readonly classes: number;
  readonly parameters: number;
  readonly keys: string;
}

const file = path.join(import.meta.dirname, '../../reference/models/zoo.safetensors');
const { tensors, metadata } = loadSafetensors(file);
const cases: Case[] = JSON.parse(metadata.cases ?? '[]');

function drawn(key: string, shape: readonly number[]): Tensor {
  const values = randn(shape);
  if (key.endsWith('running_var')) return values.square().mul(0.5).add(0.5);
  if (key.endsWith('running_mean') || key.endsWith('bias')) return values.mul(0.1);
  if (shape.length === 1) return values.mul(0.1).add(0.7);
  return values.mul(Math.sqrt((2 * (shape[0] ?? 0)) / values.numel()));
}

/** The state dict's values, as zoo.py draws them. */
function fill(state: nn.StateDict): void {
  noGrad(() => {
    for (const [key, tensor] of Object.entries(state))
      if (!key.endsWith('num_batches_tracked')) scope(() => tensor.copy_(drawn(key, tensor.shape)));
  });
}

/** Paths by the names that zoo.py has for what is there. */
function pathsOf({ stem, stages, preActivations = [], penultimate }: Anatomy): Map<string, string> {
  return new Map([
    ['stem', stem],
    ...stages.map((stage, i): [string, string] => [`stage${i + 1}`, stage]),
    ...preActivations.map((before, i): [string, string] => [`pre${i + 1}`, before]),
    ['penultimate', penultimate],
  ]);
}

function compare(
  { model: name, size, classes, parameters, keys }: Case,
  expected: Map<string, Tensor>,
): void {
  const close = (what: string, actual: Tensor | undefined, tolerance: number): void => {
    const wanted = expected.get(what);
    assert.ok(actual && wanted, `no ${what}`);
    assertClose(actual.detach(), wanted, tolerance, what);
  };
  manualSeed(1);
  const model = createModel(name, { classes });
  const state = model.stateDict();
  assert.equal(hashOfKeys(state), keys);
  assert.equal(model.parameterCount(), parameters);
  const sums = Object.values(state).map((tensor) => tensor.detach().to({ dtype: 'float64' }).sum());
  close('initial', aten.stack(sums), ofDrawn(1e-7, 1e-5));

  manualSeed(2);
  fill(state);
  const x = randn([2, 3, size, size]);
  const direction = randn([2, classes]);
  const paths = pathsOf(model.anatomy);
  const features = [...expected.keys()].filter((what) => /^(stem|stage\d|pre\d|penultimate)$/.test(what));
  assert.equal(features.filter((what) => what.startsWith('stage')).length, model.anatomy.stages.length);
  noGrad(() => {
    const run = () => model.eval().forward(x);
    const { output, taps } = nn.tap(model, [...new Set(paths.values())], run, { copy: true });
    close('logits', output, 1e-4);
    for (const what of features) {
      const tapped = taps[paths.get(what) ?? ''];
      close(what, tapped?.mean(what === 'penultimate' ? [0] : [0, 2, 3]), 1e-4);
    }
  });

  // In float64, as rounding can be a hundredth of float32's gradients.
  const precise = x.to({ dtype: 'float64' });
  precise.requiresGrad = true;
  const trained = model.to({ dtype: 'float64' }).train().forward(precise);
  trained.mul(direction).sum().backward();
  // Dozens of batch norms over two images, and kinks, carry other last digits of the weights far.
  close('trained', trained, ofDrawn(1e-9, 1e-2));
  close('gradient', precise.grad?.mean([3]), ofDrawn(1e-9, 0.2));
}

suite('keys, initial weights, logits, features and gradients are those of the released code', () => {
  for (const [i, each] of cases.entries()) {
    const own = Object.entries(tensors).flatMap(([name, tensor]): [string, Tensor][] =>
      name.startsWith(`${i}.`) ? [[name.slice(`${i}.`.length), tensor]] : [],
    );
    test(`${each.model} with ${each.classes} classes, on images of ${each.size} pixels`, () =>
      scope(() => compare(each, new Map(own))));
  }
});

test('one channel and other sizes will do, but for the linear layers of plain CNNs', () => {
  const forward = (name: string, size: number) =>
    createModel(name, { classes: 5, channels: 1 }).forward(randn([2, 1, size, size]));
  scope(() => {
    for (const name of ['wrn_16_1', 'vgg8', 'MobileNetV2', 'ShuffleV1', 'ShuffleV2'])
      assert.deepEqual(forward(name, 28).shape, [2, 5]);
    assert.deepEqual(forward('plain2_cifar10', 32).shape, [2, 5]);
    assert.throws(() => forward('plain2_cifar10', 28), /takes images of 32x32 pixels, got 28x28/);
  });
});

test('a wide ResNet of a depth that there is not is refused', () => {
  assert.throws(() => new WideResNet({ depth: 29, widen: 2, classes: 5 }), /6n \+ 4 layers, not 29/);
});
