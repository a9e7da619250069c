/** RegNetY against timm's, whose numbers reference/models/regnet.py wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noGrad, randn, scope, setNumThreads, type Tensor } from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import {
  dropsOf,
  loadedByKeys,
  readReference,
  testCases,
  testDescribed,
} from '../../reference/models/beside.ts';
import { createModel } from './index.ts';
import { regNetYs } from './regnet.ts';

setNumThreads(1);

const reference = readReference('regnet');
testDescribed(reference, regNetYs);
testCases(reference);

test('a file of torchvision’s loads, and is found by its keys', async () => {
  // torchvision's by timm's.
  const names: Readonly<Record<string, string>> = JSON.parse(reference.metadata.torchvision ?? '{}');
  const model = createModel('regnety_004', { classes: 1000 });
  const state = model.stateDict();
  const theirs = Object.entries(names).map(([own, their]): [string, Tensor] => [
    their,
    state[own] ?? assert.fail(own),
  ]);
  assert.equal(theirs.length, Object.keys(state).length);
  const loaded = await loadedByKeys(Object.fromEntries(theirs), 1000);
  assert.equal(loaded.name, 'regnety_004');
  scope(() => {
    const images = randn([1, 3, 64, 64]);
    noGrad(() => assertClose(loaded.model.eval().forward(images), model.eval().forward(images), 0, 'logits'));
  });
});

test('one channel and images of odd sides will do, and blocks are dropped the more the later they come', () =>
  scope(() => {
    const model = createModel('regnety_pico_32', { classes: 5, channels: 1, dropPath: 0.5 });
    assert.deepEqual(model.forward(randn([2, 1, 51, 38])).shape, [2, 5]);
    const drops = dropsOf(model);
    assert.deepEqual([drops[0], drops.at(-1)], [0, 0.5]);
  }));
