/** Two processes are ranks of one group, whose batches SyncBatchNorm normalises as one; `reference/ranks/norm-cases.ts` says what they do. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { close, join, leave, values } from '../../reference/ranks/pair.ts';

suite('SyncBatchNorm', () => {
  before(() => join());
  after(() => leave());

  const kinds: [name: string, kind: string, split: number, options: object][] = [
    ['[N, C]', '1d', 4, {}],
    ['[N, C], parts of 3 and 5', '1d', 3, { momentum: 0.3 }],
    ['[N, C, L]', 'sequence', 6, { eps: 1e-3 }],
    ['[N, C, H, W]', '2d', 4, {}],
    ['[N, C, H, W], parts of 1 and 7, momentum null', '2d', 1, { momentum: null }],
    ['[N, C, H, W], a rank without samples', '2d', 8, {}],
    ['[N, C, D, H, W]', '3d', 5, {}],
    ['without weight and bias', '2d', 3, { affine: false }],
    ['without running statistics', '2d', 3, { trackRunningStats: false }],
  ];
  for (const [name, kind, split, options] of kinds)
    test(`is the batch norm of the whole batch: ${name}`, async () => {
      for (const results of await values<Record<string, number>>('norm', kind, split, options)) {
        const has = { affine: true, trackRunningStats: true, ...options };
        assert.deepEqual(
          Object.keys(results).sort(),
          [
            'forward',
            'input',
            ...(has.affine ? ['parameters'] : []),
            ...(has.trackRunningStats ? ['buffers', 'evaluation'] : []),
          ].sort(),
        );
        for (const [what, difference] of Object.entries(results)) close(difference, 1e-12, what);
      }
    });

  for (const [dtype, most] of [
    ['float32', 1e-5],
    ['bfloat16', 0.04],
    ['float16', 0.005],
  ] as const)
    test(`of ${dtype}, channels last`, async () => {
      for (const { dtype: dtypes, forward, input } of await values<{
        dtype: string[];
        forward: number;
        input: number;
      }>('normKinds', dtype)) {
        assert.deepEqual(dtypes, [dtype, dtype, dtype === 'bfloat16' ? 'float32' : dtype]);
        close(forward, most, 'forward');
        close(input, most, 'input');
      }
    });

  test('converts a network, whose layers stay what they are', async () => {
    const [one, other] = await values<Record<string, unknown>>('convert');
    assert.deepEqual(one, other);
    assert.deepEqual([one?.isItself, one?.keys, one?.stays], [true, true, true]);
    const [before, afterwards] = one?.printed as string[];
    assert.doesNotMatch(before ?? '', /synced/);
    assert.match(afterwards ?? '', /synced: true/);
    assert.doesNotMatch(String(one?.plain), /synced/);
  });

  test('trains with a Reducer as one process does with the whole batch', async () => {
    for (const difference of await values<number>('normInTraining')) close(difference, 1e-12, 'difference');
  });

  test('takes one value of a channel a rank', async () => {
    for (const normalised of await values<number[][]>('normSingles'))
      close(Math.abs(Math.abs(normalised[0]?.[0] ?? 0) - 1), 1e-4, 'normalised');
  });

  test('says what it does not do', async () => {
    for (const { single, eps, second, shape } of await values<Record<string, string>>('normRefusals')) {
      assert.match(single ?? '', /more than one value per channel over all ranks, which have 1/);
      assert.match(eps ?? '', /eps must be more than 0/);
      assert.match(second ?? '', /has no second derivative/);
      assert.match(shape ?? '', /SyncBatchNorm takes \[N, C, …\] with C = 3, got Tensor float32\[4, 2\]/);
    }
  });
});
