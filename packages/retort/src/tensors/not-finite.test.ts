import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tensor, zeros } from '@retort/torch';
import { notFinite, notFiniteIn, unanswered } from './not-finite.ts';

const [nan, inf] = [Number.NaN, Number.POSITIVE_INFINITY];

suite('what is not finite', () => {
  test('is counted by kind; minus infinity masks, and is not meant', () => {
    assert.equal(
      notFinite(tensor([1, nan, inf, nan, -inf])),
      '2 of its 5 numbers are NaN and 1 of its 5 numbers is infinite',
    );
    assert.equal(notFinite(tensor([1, -inf, 3e38])), null);
    assert.equal(notFinite(tensor([-inf])), null);
    for (const dtype of ['float64', 'float16', 'bfloat16'] as const)
      assert.equal(notFinite(tensor([[nan]]).to(dtype)), '1 of its 1 numbers is NaN');
    assert.equal(notFinite(zeros([0])), null);
    assert.equal(notFinite(tensor([1, 2], { dtype: 'int64' })), null);
  });

  test('is named, but not all of it where there is much', () => {
    const bad = (): ReturnType<typeof tensor> => tensor([nan]);
    assert.equal(
      notFiniteIn({ a: bad(), b: tensor([1]), c: bad(), d: bad(), e: bad() }),
      "'a' (1 of its 1 numbers is NaN), 'c' (1 of its 1 numbers is NaN), 'd' (1 of its 1 numbers is NaN) and 1 more",
    );
  });

  test('is no answer where it is the largest logit', () => {
    assert.equal(unanswered(tensor([[1, -inf]])), null);
    assert.equal(
      unanswered(
        tensor([
          [1, 2],
          [3, nan],
        ]),
      ),
      'NaN for 1 of 2 samples',
    );
    assert.equal(
      unanswered(
        tensor([
          [1, inf],
          [inf, 0],
          [1, 2],
        ]),
      ),
      'infinite for 2 of 3 samples',
    );
    assert.equal(unanswered(tensor([[-inf, -inf]])), '-inf for every class for 1 of 1 samples');
  });
});
