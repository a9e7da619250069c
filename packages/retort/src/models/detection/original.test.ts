/** Faster R-CNN beside torchvision's and detectron2's, whose numbers reference/models/detectors.py wrote. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  cat,
  functional,
  Generator,
  manualSeed,
  nn,
  noGrad,
  randn,
  scope,
  setNumThreads,
  stack,
  type Tensor,
  tensor,
  withDevice,
  withGenerator,
} from '@retort/torch';
import { assertClose, ofDrawn } from '../../../../torch/reference/load.ts';
import { readReference } from '../../../reference/models/beside.ts';
import { fill, tensorsOf } from '../../../reference/models/compare.ts';
import { hashOfKeys } from '../../../reference/models/hash-of-keys.ts';
import { type Detector, isDetector } from '../detector.ts';
import { createModel, detectors } from '../registry.ts';

setNumThreads(1);

interface DetectorCase {
  readonly model: string;
  readonly classes: number;
  readonly dtype: 'float32' | 'float64';
  readonly options: Readonly<Record<string, unknown>>;
  readonly trained: readonly string[];
}

interface Shown {
  readonly size: readonly [height: number, width: number];
  readonly boxes: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

const { tensors, metadata, described } = readReference('detectors');
const cases: readonly DetectorCase[] = JSON.parse(metadata.cases ?? '[]');
const shown: readonly Shown[] = JSON.parse(metadata.images ?? '[]');
const few: Readonly<Record<string, number>> = JSON.parse(metadata.few ?? '{}');

const counts = (count = 0) => ({ training: count, evaluation: count });
const small = {
  proposals: { samples: few.samples, before: counts(few.before), after: counts(few.after) },
  heads: { samples: few.heads },
};

function detectorOf(name: string, options: Readonly<Record<string, unknown>>): Detector {
  const model = createModel(name, { classes: 80, ...options });
  assert.ok(isDetector(model));
  return model;
}

/** What the script draws. */
function imagesOf(dtype: DetectorCase['dtype']): Tensor {
  const images = shown.map(({ size: [height, width] }) =>
    functional.pad(randn([3, height, width]), [0, 160 - width, 0, 128 - height]),
  );
  return stack(images).to(dtype);
}

const most = Math.max(...shown.map(({ labels }) => labels.length));

/** A tensor [B, M, …] of what each image has, with others behind. */
const padded = (of: (image: Shown) => readonly unknown[], other: unknown): unknown[] =>
  shown.map((image) => [...of(image), ...Array.from({ length: most - of(image).length }, () => other)]);

const sizes = tensor(
  shown.map(({ size }) => [...size]),
  { dtype: 'int64' },
);
const truth = {
  boxes: tensor(padded(({ boxes }) => boxes, [0, 0, 0, 0]) as number[][][]),
  classes: tensor(padded(({ labels }) => labels, -1) as number[][], { dtype: 'int64' }),
};

/** The parameters that are trained, by name. */
const trainedOf = (model: nn.Module): [string, nn.Parameter][] =>
  [...model.namedParameters()].filter(([, { requiresGrad }]) => requiresGrad);

/** The rows of each image that do not pad. */
const rowsOf = (all: Tensor, image: number, classes: Tensor): Tensor =>
  all.select(0, image).index_select(0, classes.select(0, image).ge(0).nonzero().reshape([-1]));

const isLast = /(?:cls_logits|objectness_logits|anchor_deltas|cls_score|bbox_pred)\.weight$/;

function compareCase({ model: name, classes, dtype, options, trained }: DetectorCase, index: number): void {
  const wanted = tensorsOf(tensors, index);
  const of = (key: string): Tensor => wanted.get(key) ?? assert.fail(key);
  const isExact = dtype === 'float64';
  const tolerance = isExact ? 1e-9 : 1e-5;
  // They are moved by exponentials of rounding.
  const ofBoxes = isExact ? tolerance : 5e-5;
  manualSeed(1);
  const model = detectorOf(name, { classes, ...small, ...options });
  const state = model.stateDict();
  for (const [i, [key, value]] of Object.entries(state).entries()) {
    // Frozen statistics that nothing was read into are no network's.
    if (options.pretrained && key.endsWith('.running_var')) continue;
    assertClose(value.to('float64').sum(), of('initial').get(i), ofDrawn(1e-9), `fresh ${key}`);
  }
  manualSeed(2);
  fill(state);
  noGrad(() => {
    for (const [key, value] of Object.entries(state)) if (isLast.test(key)) value.mul_(0.1);
  });
  const images = imagesOf(dtype);
  model.to({ dtype });
  model.train();

  const { output: learned, taps } = nn.tap(model, model.anatomy.stages, () =>
    withGenerator(new Generator(3), () => model.learn(images, sizes, truth)),
  );
  const levels = model.anatomy.stages.map(
    (stage) => taps[stage]?.mean([0, 1]).flatten() ?? assert.fail(stage),
  );
  assertClose(cat(levels), of('levels'), tolerance, 'pyramid');
  for (const image of shown.keys()) {
    const { proposals, proposalClasses } = learned;
    const labels = rowsOf(proposalClasses, image, proposalClasses);
    assertClose(labels, of(`labels.${image}`), 0, `classes of proposals of image ${image}`);
    const drawn = rowsOf(proposals, image, proposalClasses);
    assertClose(drawn, of(`drawn.${image}`), ofBoxes, `proposals drawn of image ${image}`);
  }
  const losses = model.losses(learned);
  const all = [losses.objectness, losses.rpnBoxes, losses.classes, losses.boxes];
  assertClose(stack(all), of('losses'), tolerance, 'losses');

  stack(all).sum().backward();
  assert.deepEqual(
    trainedOf(model).map(([key]) => key),
    trained,
  );
  // Rounding takes some values over the edge of a ReLU.
  const ofGradients = isExact ? 1e-8 : 4e-3;
  for (const [i, [key, parameter]] of trainedOf(model).entries()) {
    const { grad } = parameter;
    assert.ok(grad, key);
    const [sum, length] = of('gradients').select(0, i).unbind(0);
    assert.ok(sum && length);
    assertClose(grad.norm(), length, ofGradients, `length of the gradient of ${key}`);
    // Much of a sum cancels.
    const scale = Number(length.item()) * Math.sqrt(grad.numel());
    assertClose(grad.sum(), sum, ofGradients, `sum of the gradient of ${key}`, scale);
  }

  const found = noGrad(() => model.eval().forward(images, sizes));
  const scores = found.slice(2, 5, 6).squeeze(2);
  assert.deepEqual(found.shape, [shown.length, 100, 6]);
  for (const image of shown.keys()) {
    const own = rowsOf(found, image, scores);
    assertClose(own, of(`detections.${image}`), ofBoxes, `detections of image ${image}`);
  }
}

suite('keys, shapes and numbers of parameters are the original’s:', () => {
  for (const [name, { keys, parameters }] of Object.entries(described))
    test(name, () => {
      const model = withDevice('meta', () => detectorOf(name, { pretrained: true, trainableLayers: 5 }));
      assert.equal(hashOfKeys(model.stateDict()), keys);
      assert.equal(model.parameterCount(), parameters);
    });
  test('all that there are', () =>
    assert.deepEqual(Object.keys(detectors).sort(), Object.keys(described).sort()));
});

suite('fresh weights, the pyramid, samples, losses, gradients and detections are the original’s:', () => {
  assert.ok(cases.length > 0);
  for (const [i, each] of cases.entries())
    test(`${each.model} in ${each.dtype}, ${JSON.stringify(each.options)}`, () =>
      scope(() => compareCase(each, i)));
});
