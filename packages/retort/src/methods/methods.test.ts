import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tensor, zeros } from '@retort/torch';
import {
  crossEntropy,
  dkd,
  kd,
  type Method,
  type Objective,
  ofa,
  type Pair,
  type Seen,
  supervised,
} from './index.ts';

const side = { anatomy: null, ofTexts: false, shape: () => [] };
const pair: Pair = {
  student: side,
  teacher: side,
  classes: 2,
  samples: 1,
  labels: zeros([1], { dtype: 'int64' }),
};
const objective = (method: Method): Objective => method.objective(pair);

/** A batch of which nothing may be looked at but what is given. */
const seeing = (given: Partial<Seen>): Seen => ({
  student: { outputs: {}, features: {}, mask: null },
  teacher: { outputs: {}, features: {}, mask: null },
  targets: {},
  ids: zeros([1], { dtype: 'int64' }),
  progress: { epoch: 1, epochs: 1 },
  loss: () => assert.fail("the task's own loss was asked for"),
  ...given,
});

const answering = (...shape: number[]) => ({ outputs: { logits: zeros(shape) }, features: {}, mask: null });

suite('kd', () => {
  test('with gamma 0 the labels are not looked at', () => {
    const seen = seeing({ student: answering(2, 3), teacher: answering(2, 3) });
    assert.deepEqual(Object.keys(objective(kd({ gamma: 0 })).losses(seen)), ['kd']);
    assert.throws(() => objective(kd()).losses(seen), /own loss was asked for/);
  });
  test('impossible options and missing logits are refused', () => {
    assert.throws(() => kd({ temperature: 0 }), RangeError);
    assert.throws(() => kd({ alpha: -1 }), RangeError);
    assert.throws(() => kd({ alpha: 0, gamma: 0 }), RangeError);
    assert.throws(
      () => objective(kd()).losses(seeing({ student: answering(1, 2) })),
      /there is no output 'logits'; there is none at all/,
    );
  });
});

test('cross entropy needs no teacher', () => {
  const { ce } = objective(crossEntropy()).losses(
    seeing({ student: answering(1, 4), targets: { labels: tensor([2n]) } }),
  );
  assert.ok(Math.abs((ce?.item() ?? 0) - Math.log(4)) < 1e-6);
  assert.equal(crossEntropy().needsTeacher, false);
});

test("supervised is the task's own loss, whatever the task, without a teacher", () => {
  const terms = { mse: tensor(2), smooth: tensor(3) };
  assert.deepEqual(objective(supervised()).losses(seeing({ loss: () => terms })), terms);
  assert.equal(supervised().needsTeacher, false);
  assert.deepEqual(supervised().needs, { loss: true });
});

suite('the class of a mixed image is that with the larger share:', () => {
  const anatomy = { stem: 'stem', stages: ['s'], preActivations: [], penultimate: 'p', classifier: ['fc'] };
  const shape = (path: string) => (path === 'p' ? [8] : [8, 4, 4]);
  const side = { anatomy, ofTexts: false, shape };
  const logits = tensor([
    [0.5, -1, 2],
    [1, 0.25, -3],
  ]);
  const other = { outputs: { logits: logits.neg() }, features: {}, mask: null };
  const softLabels = tensor([
    [0.3, 0.7, 0],
    [0, 0.4, 0.6],
  ]);
  for (const [method, term] of [
    [ofa({ labels: 0, exits: 0, gamma: 1.5 }), 'kd'],
    [dkd({ gamma: 0 }), 'tckd'],
    [dkd({ gamma: 0 }), 'nckd'],
  ] as const)
    test(`${method.name}'s ${term}`, () => {
      const { losses } = method.objective({ ...pair, classes: 3, student: side, teacher: side });
      const of = (targets: Seen['targets']) =>
        losses(
          seeing({ student: { outputs: { logits }, features: {}, mask: null }, teacher: other, targets }),
        )[term]?.item() ?? assert.fail();
      assert.equal(of({ softLabels }), of({ labels: tensor([1n, 2n]) }));
      assert.notEqual(of({ softLabels }), of({ labels: tensor([0n, 1n]) }));
    });
});
