/** MobileNetV1 against mdistiller's, whose numbers reference/models/mobilenet_v1.py wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randn, scope, setNumThreads } from '@retort/torch';
import { readReference, testCases } from '../../reference/models/beside.ts';
import { createModel } from './index.ts';

setNumThreads(1);

const reference = readReference('mobilenet_v1');

testCases(reference);

test('one channel and images of odd sides will do', () =>
  scope(() => {
    const model = createModel('MobileNetV1', { classes: 5, channels: 1 }).eval();
    assert.deepEqual(model.forward(randn([1, 1, 51, 38])).shape, [1, 5]);
  }));
