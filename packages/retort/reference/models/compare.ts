/** For tests: a model held against a case that cases.py described. */
import assert from 'node:assert/strict';
import { aten, capabilities, manualSeed, nn, noGrad, randn, scope, type Tensor } from '@retort/torch';
import { assertClose, ofDrawn } from '../../../torch/reference/load.ts';
import { type Anatomy, createModel } from '../../src/models/index.ts';
import { hashOfKeys } from './hash-of-keys.ts';

export interface Case {
  readonly model: string;
  /** Pixels of an image's side. */
  readonly size: number;
  readonly classes: number;
  readonly parameters: number;
  readonly keys: string;
  /** The deviation of biases and running means; 0.1 where it is left out. */
  readonly spread?: number;
  /** What the model is made with beside. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A value of the state dict as cases.py draws it. */
export function drawn(key: string, shape: readonly number[], spread = 0.1): Tensor {
  const values = randn(shape);
  if (key.endsWith('running_var')) return values.square().mul(0.5).add(0.5);
  if (key.endsWith('running_mean') || key.endsWith('bias')) return values.mul(spread);
  if (shape.length === 1) return values.mul(0.1).add(0.7);
  return values.mul(Math.sqrt((2 * (shape[0] ?? 0)) / values.numel()));
}

/** The state dict's values, as cases.py draws them. */
export function fill(state: nn.StateDict, spread = 0.1): void {
  noGrad(() => {
    for (const [key, tensor] of Object.entries(state))
      if (tensor.is_floating_point()) scope(() => tensor.copy_(drawn(key, tensor.shape, spread)));
  });
}

/** Paths by the names that cases.py has for what is there. */
function pathsOf({ stem, stages, preActivations = [], penultimate }: Anatomy): Map<string, string> {
  return new Map([
    ['stem', stem],
    ...stages.map((stage, i): [string, string] => [`stage${i + 1}`, stage]),
    ...preActivations.map((before, i): [string, string] => [`pre${i + 1}`, before]),
    ['penultimate', penultimate],
  ]);
}

/** The tensors of a case, by name. */
export const tensorsOf = (
  tensors: Readonly<Record<string, Tensor>>,
  index: number,
): ReadonlyMap<string, Tensor> =>
  new Map(
    Object.entries(tensors).flatMap(([name, tensor]): [string, Tensor][] =>
      name.startsWith(`${index}.`) ? [[name.slice(`${index}.`.length), tensor]] : [],
    ),
  );

/**
 * Fails unless fresh weights have the mean, mean magnitude and deviation of others, [keys, 3], within six standard errors of the difference of two
 * samples.
 */
export function compareMoments(state: nn.StateDict, wanted: Tensor): void {
  const entries = Object.entries(state);
  assert.equal(entries.length, wanted.size(0));
  for (const [i, [key, tensor]] of entries.entries()) {
    const value = tensor.detach().to({ dtype: 'float64' });
    const [mean = 0, magnitude = 0, deviation = 0] = wanted.select(0, i).toFlatArray().map(Number);
    const off = 1e-9 + 6 * deviation * Math.sqrt(2 / value.numel());
    const near = (what: string, own: Tensor, other: number) =>
      assert.ok(Math.abs(own.item() - other) < off, `${what} of ${key}: ${own.item()}, and ${other} there`);
    near('mean', value.mean(), mean);
    near('magnitude', value.abs().mean(), magnitude);
    near('deviation', value.std({ correction: 0 }), deviation);
  }
}

/** Fails unless keys, initial weights, logits, features and gradients are those of the case. */
export function compare(
  { model: name, size, classes, parameters, keys, spread = 0.1, options = {} }: Case,
  expected: ReadonlyMap<string, Tensor>,
): void {
  const close = (what: string, actual: Tensor | undefined, tolerance: number): void => {
    const wanted = expected.get(what);
    assert.ok(actual && wanted, `no ${what}`);
    assertClose(actual.detach(), wanted, tolerance, what);
  };
  manualSeed(1);
  const model = createModel(name, { classes, dropout: 0, dropPath: 0, ...options });
  const state = model.stateDict();
  assert.equal(hashOfKeys(state), keys);
  assert.equal(model.parameterCount(), parameters);
  const moments = expected.get('moments');
  if (moments) compareMoments(state, moments);
  else {
    const sums = Object.values(state).map((tensor) => tensor.detach().to({ dtype: 'float64' }).sum());
    close('initial', aten.stack(sums), ofDrawn(1e-7, 1e-5));
  }

  manualSeed(2);
  fill(state, spread);
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
      close(what, tapped?.mean(tapped.dim() === 4 ? [0, 2, 3] : tapped.dim() === 3 ? [0, 1] : [0]), 1e-4);
    }
  });

  // In float64, as rounding can be a hundredth of float32's gradients.
  const precise = x.to({ dtype: 'float64' });
  precise.requiresGrad = true;
  const trained = model.to({ dtype: 'float64' }).train().forward(precise);
  trained.mul(direction).sum().backward();
  // Dozens of batch norms over two images, and kinks, carry other last digits of the weights far.
  close('trained', trained, ofDrawn(1e-9, 1e-2));
  const hasWeights = expected.has('weights');
  // Those of networks with ReLU6 on maps of 2x2 so far that only the same numbers have the same gradients.
  if (hasWeights && capabilities().vectorized === 'DEFAULT') return;
  close('gradient', precise.grad?.mean([3]), ofDrawn(1e-9, 0.2));
  if (!hasWeights) return;
  const lengths = model.parameters().map(({ grad }) => {
    assert.ok(grad, 'a parameter without a gradient');
    return grad.square().sum().sqrt();
  });
  close('weights', aten.stack(lengths), 1e-9);
}
