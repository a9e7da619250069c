import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tensor, zeros } from '@retort/torch';
import { crossEntropy, kd, type Method, type Objective } from './index.ts';

const objective = (method: Method): Objective =>
  method.objective({
    student: null,
    teacher: null,
    classes: 2,
    labels: zeros([1], { dtype: 'int64' }),
    studentShape: () => [],
    teacherShape: () => [],
  });

/** What is the same in all that these methods see. */
const nothing = {
  ids: zeros([1], { dtype: 'int64' }),
  studentFeatures: {},
  teacherFeatures: {},
  progress: { epoch: 1, epochs: 1 },
};

suite('kd', () => {
  test('with gamma 0 the labels are not looked at', () => {
    const seen = { ...nothing, student: zeros([2, 3]), teacher: zeros([2, 3]), labels: tensor([-5n, 99n]) };
    assert.deepEqual(Object.keys(objective(kd({ gamma: 0 })).losses(seen)), ['kd']);
  });
  test('impossible options and a missing teacher are refused', () => {
    assert.throws(() => kd({ temperature: 0 }), RangeError);
    assert.throws(() => kd({ alpha: -1 }), RangeError);
    assert.throws(() => kd({ alpha: 0, gamma: 0 }), RangeError);
    assert.throws(
      () =>
        objective(kd()).losses({ ...nothing, student: zeros([1, 2]), teacher: null, labels: tensor([0n]) }),
      /teacher/,
    );
  });
});

test('cross entropy needs no teacher', () => {
  const { ce } = objective(crossEntropy()).losses({
    ...nothing,
    student: zeros([1, 4]),
    teacher: null,
    labels: tensor([2n]),
  });
  assert.ok(Math.abs((ce?.item() ?? 0) - Math.log(4)) < 1e-6);
});
