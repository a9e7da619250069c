/** The CRD benchmark's and Annealing-KD's models against the released code, whose numbers reference/models/zoo.py wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randn, scope, setNumThreads } from '@retort/torch';
import { readReference, testCases } from '../../reference/models/beside.ts';
import { createModel, WideResNet } from './index.ts';

setNumThreads(1);

testCases(readReference('zoo'));

test('one channel and other sizes will do, but for the linear layers of plain CNNs', () => {
  const forward = (name: string, size: number) =>
    createModel(name, { classes: 5, channels: 1 }).forward(randn([2, 1, size, size]));
  scope(() => {
    for (const name of ['wrn_16_1', 'vgg8', 'MobileNetV2', 'ShuffleV1', 'ShuffleV2'])
      assert.deepEqual(forward(name, 28).shape, [2, 5]);
    assert.deepEqual(forward('plain2_cifar10', 32).shape, [2, 5]);
    assert.throws(
      () => forward('plain2_cifar10', 28),
      /takes images of 32x32 pixels, got \[2, 1, 28, 28\]: say `input: { size: 32 }` of it$/,
    );
  });
});

test('a wide ResNet of a depth that there is not is refused', () => {
  assert.throws(() => new WideResNet({ depth: 29, widen: 2, classes: 5 }), /6n \+ 4 layers, not 29/);
});
