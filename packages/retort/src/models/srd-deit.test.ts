/** SRD's DeiT student against its description in PyTorch, whose numbers reference/models/srd_deit_models.py wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeze, nn, noGrad, randn, scope, setNumThreads, zeros } from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import {
  assertSameState,
  loadedByKeys,
  readReference,
  testCases,
  testDescribed,
} from '../../reference/models/beside.ts';
import { createModel, SrdDeiT } from './index.ts';
import { madeFor } from './made-for.ts';
import { srdDeiTs } from './srd-deit.ts';

setNumThreads(1);
const reference = readReference('srd_deit_models');
testDescribed(reference, srdDeiTs);
testCases(reference);

test('each is made for images of the size that its name ends with', () => {
  for (const name of Object.keys(srdDeiTs))
    assert.deepEqual(madeFor(name), { pixels: Number(name.split('_').at(-1)), isConvolutional: false });
});

test('the logits are the mean of both heads’, and the norm gives two tokens before the patches', () =>
  scope(() => {
    const model = createModel('srd_deit_pico_patch4_32', { classes: 3, channels: 1 });
    const paths = ['head', 'head_conv', 'norm', ...model.anatomy.stages];
    const { output, taps } = nn.tap(model, paths, () => model.forward(randn([2, 1, 32, 32])));
    const { head, head_conv: other, norm } = taps;
    assert.ok(head && other && norm);
    assertClose(output, head.add(other).div(2), 1e-6, 'logits');
    assert.ok(head.sub(other).abs().max().item() > 0.01);
    assert.deepEqual([norm.shape, model.anatomy.prefixTokens], [[2, 66, 128], 2]);
  }));

test('the authors’ files, which keep the projector beside the student, load by their keys alone', async () => {
  const model = createModel('srd_deit_pico_patch4_32', { classes: 3 }) as SrdDeiT;
  const own = model.stateDict();
  const beside = {
    'distillation_loss.embed.weight': zeros([3024, 128]),
    'distillation_loss.bn_s.running_mean': zeros([3024]),
  };
  assert.equal(model.ownLayout(own), null);
  assert.equal(model.ownLayout(beside), null);
  const loaded = await loadedByKeys({ ...own, ...beside }, 3);
  assert.equal(loaded.name, 'srd_deit_pico_patch4_32');
  assertSameState(loaded.model.stateDict(), own);
});

test('compiled, it answers the same', () =>
  scope(() => {
    const model = createModel('srd_deit_pico_patch4_32', { classes: 3 }).eval();
    const images = randn([2, 3, 32, 32]);
    noGrad(() => assertClose(freeze(model).forward(images), model.forward(images), 1e-5, 'logits'));
  }));

test('what does not fit is said', () => {
  const options = { imageSize: 32, patchSize: 4, width: 16, depth: 2, heads: 2, classes: 2 };
  assert.throws(
    () => new SrdDeiT({ ...options, imageSize: 30 }),
    /images of 30 pixels do not divide into patches of 4/,
  );
  assert.throws(
    () => new SrdDeiT({ ...options, imageSize: 33, patchSize: 3 }),
    /patches of 3 pixels have no half/,
  );
  assert.throws(
    () => new SrdDeiT(options).forward(randn([1, 3, 30, 32])),
    /takes images of 32x32 pixels, got \[1, 3, 30, 32\]/,
  );
});
