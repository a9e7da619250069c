/** Swin beside timm's, its weights in the layouts of other programs, and as a student of a CNN. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { manualSeed, type nn, noGrad, randn, scope, setNumThreads, type Tensor, zeros } from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { loadedByKeys, readReference, testCases, testDescribed } from '../../reference/models/beside.ts';
import { fill } from '../../reference/models/compare.ts';
import { assertLearnsFromCNN, assertReadByExits } from '../../reference/models/students.ts';
import { createModel, type SwinOptions, SwinTransformer } from './index.ts';
import { swins } from './swin.ts';

setNumThreads(1);
const reference = readReference('swin_models');
testDescribed(reference, swins);
testCases(reference);

suite('the layout of timm before 0.9, and of the authors,', () => {
  const { tensors: earlier, metadata: said } = readReference('swin_earlier');
  const shapes: Readonly<Record<string, number[]>> = JSON.parse(said.shapes ?? '{}');
  const isComputed = (key: string) => /relative_position_index$|attn_mask$/.test(key);

  /** The weights and images that swin_earlier.py draws. */
  function drawn(): { state: nn.StateDict; images: Tensor } {
    const state = Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, zeros(shape)]));
    manualSeed(2);
    fill(Object.fromEntries(Object.entries(state).filter(([key]) => !isComputed(key))));
    return { state, images: randn([2, 3, 64, 64]) };
  }

  test('is found by its keys, without what is computed, and answers as there', async () => {
    const { state, images } = drawn();
    assert.ok(Object.keys(state).some(isComputed));
    const { name, model } = await loadedByKeys(state, 10);
    assert.equal(name, 'swin_femto_patch4_window4_64');
    const logits = scope(() => noGrad(() => model.eval().forward(images)));
    assertClose(logits, earlier.logits ?? logits.neg(), 1e-4, 'logits');
  });

  test('is what has patches merged at the end of a stage, or buffers; timm’s own needs none', () => {
    const model = createModel('swin_femto_patch4_window4_64', { classes: 10 });
    const own = model.stateDict();
    assert.equal(model.ownLayout?.(own), null);
    assert.equal(model.ownLayout?.({ 'conv1.weight': zeros([1]) }), null);
    const buffered = { ...own, 'layers.0.blocks.1.attn_mask': zeros([16, 16, 16]) };
    assert.deepEqual(model.ownLayout?.(buffered), own);
    const { state } = drawn();
    assert.deepEqual(Object.keys(model.ownLayout?.(state) ?? {}).sort(), Object.keys(own).sort());
  });
});

test('sizes that do not fit are refused', () => {
  const options = {
    ...{ imageSize: 16, patchSize: 2, width: 8, depths: [1, 1], heads: [1, 2], window: 4, classes: 2 },
  };
  const make = (given: Partial<SwinOptions>) => () => new SwinTransformer({ ...options, ...given });
  assert.throws(make({ imageSize: 15 }), /images of 15 pixels do not divide into patches of 2$/);
  assert.throws(make({ imageSize: 14, window: 7 }), /a grid of 7x7 tokens cannot be halved$/);
  assert.throws(make({ window: 3 }), /a grid of 8x8 tokens does not divide into windows of 3x3$/);
  assert.throws(make({ heads: [1, 3] }), /a width of 16 does not divide into 3 heads$/);
  assert.throws(make({ heads: [1] }), /as many heads as depths, one of each stage, got 1 and 2$/);
  assert.throws(() => make({})().forward(zeros([1, 3, 32, 32])), /takes images of 16x16 pixels/);
});

suite('OFA-KD’s exits read each of the four stages:', () => {
  for (const name of ['swin_pico_patch4_window7_224', 'swin_femto_patch2_window4_32'])
    test(name, () => assertReadByExits(name));
});

test('a student learns from a CNN by OFA-KD', () =>
  assertLearnsFromCNN(
    () =>
      new SwinTransformer({
        ...{ imageSize: 8, patchSize: 1, width: 8, depths: [2, 1, 1, 1], heads: [2, 2, 2, 2], window: 2 },
        ...{ classes: 2, channels: 1 },
      }),
  ));
