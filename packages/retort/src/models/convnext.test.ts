/** ConvNeXt beside timm's, its weights in Facebook's layout, and as a student of a CNN. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setNumThreads, type Tensor, zeros } from '@retort/torch';
import {
  assertSameState,
  loadedByKeys,
  readReference,
  testCases,
  testDescribed,
} from '../../reference/models/beside.ts';
import { assertLearnsFromCNN, assertReadByExits } from '../../reference/models/students.ts';
import { convNeXts } from './convnext.ts';
import { ConvNeXt, createModel } from './index.ts';

setNumThreads(1);
const reference = readReference('convnext_models');
testDescribed(reference, convNeXts, { dropPath: 0.1 });
testCases(reference);

suite('Facebook’s layout', () => {
  const facebook: Readonly<Record<string, string>> = JSON.parse(reference.metadata.facebook ?? '{}');

  test('is found by its keys, which are those that timm reads', async () => {
    const own = createModel('convnext_zepto_patch4_64', { classes: 10 }).stateDict();
    assert.equal(Object.keys(facebook).length, Object.keys(own).length);
    const state = Object.entries(facebook).map(([key, timms]): [string, Tensor] => [
      key,
      own[timms] ?? assert.fail(timms),
    ]);
    const { name, model } = await loadedByKeys(Object.fromEntries(state), 10);
    assert.equal(name, 'convnext_zepto_patch4_64');
    assertSameState(model.stateDict(), own);
  });

  test('is not timm’s own, which needs none', () => {
    const model = createModel('convnext_zepto_patch4_64', { classes: 10 });
    assert.equal(model.ownLayout?.(model.stateDict()), null);
  });
});

test('widths and depths of other numbers of stages are refused', () => {
  assert.throws(
    () => new ConvNeXt({ widths: [8, 16], depths: [1], classes: 2 }),
    /ConvNeXt has as many widths as depths, one of each stage, got 2 and 1$/,
  );
});

test('images that its last stage would have nothing left of are refused, and the smallest are not', () => {
  for (const [name, least] of [
    ['convnext_zepto_patch4_64', 32],
    ['convnext_zepto_patch2_32', 16],
  ] as const) {
    const model = createModel(name, { classes: 3 }).eval();
    assert.deepEqual(model.forward(zeros([1, 3, least, least])).shape, [1, 3]);
    assert.throws(
      () => model.forward(zeros([1, 3, least, least - 1])),
      new RegExp(`takes images of ${least}x${least} pixels or more, got \\[1, 3, ${least}, ${least - 1}\\]`),
    );
  }
});

suite('OFA-KD’s exits read each of the four stages:', () => {
  for (const name of ['convnext_zepto_patch4_64', 'convnext_zepto_patch2_32'])
    test(name, () => assertReadByExits(name));
});

test('a student learns from a CNN by OFA-KD', () =>
  assertLearnsFromCNN(
    () =>
      new ConvNeXt({
        ...{ widths: [8, 8, 16, 32], depths: [1, 1, 1, 1], patchSize: 1, layerScale: 1 },
        ...{ classes: 2, channels: 1 },
      }),
  ));
