/** A classification's own loss: smoothed, weighted, of mixed images, by each class alone. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { type Tensor, tensor } from '@retort/torch';
import { assertClose, loadReference } from '../../../torch/reference/load.ts';
import { halves } from '../../reference/halves.ts';
import { reading } from '../../reference/reading.ts';
import { tenClasses } from '../../reference/ten-classes.ts';
import { inMemory, subset } from '../data/index.ts';
import { classification, classificationBy, type LossOptions, weightsOf } from './index.ts';

const reference = loadReference(
  path.join(import.meta.dirname, '../../reference'),
  'classification_loss.safetensors',
);

/** Data whose samples are of these classes. */
const classed = (labels: readonly number[], classes: readonly string[]) =>
  inMemory({
    images: new Uint8Array(labels.length),
    labels: [...labels],
    height: 1,
    width: 1,
    channels: 1,
    classes: [...classes],
    mean: [0.5],
    std: [0.5],
  });

const counted = classed(reference('counted').toFlatArray().map(Number), ['a', 'b', 'c', 'd']);

const cases: Readonly<Record<string, LossOptions>> = {
  smoothing: { smoothing: 0.1 },
  soft: { smoothing: 0.1 },
  weighted: { classWeights: 'balanced' },
  'weighted.smoothing': { classWeights: 'balanced', smoothing: 0.1 },
  'weighted.soft': { classWeights: 'balanced' },
  bce: { kind: 'bce' },
  'bce.smoothing': { kind: 'bce', smoothing: 0.1 },
  'bce.soft': { kind: 'bce', smoothing: 0.1 },
  'bce.weighted': { kind: 'bce', smoothing: 0.1, classWeights: 'balanced' },
};

suite('the loss and its gradient are those of timm and PyTorch:', () => {
  for (const [name, options] of Object.entries(cases))
    test(name, () => {
      const logits = reference('logits').clone();
      logits.requiresGrad = true;
      const targets: Record<string, Tensor> = name.endsWith('soft')
        ? { softLabels: reference('soft') }
        : { labels: reference('labels') };
      const terms = classificationBy(options, counted).loss?.({ logits }, targets) ?? {};
      assert.deepEqual(Object.keys(terms), [name.startsWith('bce') ? 'bce' : 'ce']);
      const [loss] = Object.values(terms);
      loss?.backward();
      assertClose(loss ?? assert.fail(), reference(`${name}.loss`), 1e-6, name);
      assertClose(logits.grad ?? assert.fail(), reference(`${name}.gradient`), 1e-6, name);
    });
});

suite('weights of classes', () => {
  test('that are balanced are scikit-learn’s', () => {
    assert.deepEqual(weightsOf('balanced', counted), reference('weights').toFlatArray());
  });

  test('are a list, or by name, where classes that are not named count 1', () => {
    assert.deepEqual(weightsOf([1, 2, 3, 4], counted), [1, 2, 3, 4]);
    assert.deepEqual(weightsOf({ c: 5, a: 0 }, counted), [0, 1, 5, 1]);
    const proto = classed([0, 1], ['constructor', '__proto__']);
    assert.deepEqual(weightsOf({ constructor: 3 }, proto), [3, 1]);
  });

  test('that do not fit the data are refused', () => {
    assert.throws(() => weightsOf([1, 2], counted), {
      name: 'DataError',
      message: 'classWeights: there are 2 weights, and in memory has 4 classes',
    });
    assert.throws(() => weightsOf({ cc: 1 }, counted), {
      message: "classWeights: there is no class of in memory 'cc': did you mean 'c'? There are a, b, c, d",
    });
    assert.throws(() => weightsOf([0, 0, 0, 0], counted), /all are 0/);
    assert.throws(() => weightsOf('balanced', classed([0, 0, 2], ['a', 'b', 'c'])), {
      message:
        "classWeights: in memory has no samples of 'b', so that there is no balanced weight: give weights by the names of classes",
    });
    const { column: _, ...blind } = reading(halves(4));
    assert.throws(() => weightsOf('balanced', blind), /does not give the classes of all samples at once/);
    assert.throws(() => classificationBy({ classWeights: [1, -1] }, halves(4)), /must be at least 0, is -1/);
    assert.throws(() => classificationBy({ classWeights: [1, 1] }), /are of the classes of data/);
  });
});

test('the accuracy that is watched is that of the class with the larger share', () => {
  const logits = tensor([
    [2, 1, 0],
    [0, 2, 1],
  ]);
  const softLabels = tensor([
    [0.4, 0.6, 0],
    [0.1, 0.9, 0],
  ]);
  assert.equal(classification.watched?.({ logits }, { softLabels }).top1?.item(), 1);
});

test('classes of very different sizes are remarked, unless something is done about it', () => {
  const labels = [...Array<number>(11).fill(0), 1, ...Array<number>(5).fill(2)];
  const uneven = classed(labels, ['cat', 'dog', 'cow', 'none']);
  assert.equal(
    classification.remark?.(uneven),
    "the classes of in memory are of very different sizes, from 1 of 'dog' to 11 of 'cat': `loss: { classWeights: balanced }` has each class count alike in the loss, `data: { sampling: balanced }` shows each equally often",
  );
  assert.equal(classification.remark?.(uneven, { by: 'balanced' }), null);
  assert.equal(classificationBy({ classWeights: { dog: 9 } }, uneven).remark?.(uneven), null);
  assert.equal(
    classification.remark?.(
      subset(
        uneven,
        Int32Array.from({ length: 16 }, (_, i) => i + 1),
      ),
    ),
    null,
  );
  assert.equal(classification.remark?.(tenClasses().train), null);
});
