/** Sums, means and the like as ONNX files, beside the engine. */
import { suite, test } from 'node:test';
import { aten, op, setNumThreads, type Tensor } from '@retort/torch';
import { assertRefused, type Case, testExports, tried } from '../../../../reference/exported.ts';

setNumThreads(1);

/** What is alone is shown beside the images. */
const of = (forward: (x: Tensor) => Tensor, ...nodes: readonly string[]): Case => ({
  of: () =>
    tried((x: Tensor) => {
      const made = forward(x).to('float32');
      return made.dim() > 1 && made.size(0) === x.size(0) ? made : x.mul(made.mean());
    }),
  ...(nodes.length > 0 ? { nodes } : {}),
});
const whole = (x: Tensor): Tensor => x.mul(3).to('int64');
const norm = op('aten::norm.ScalarOpt_dim');

suite('reductions', () => {
  testExports({
    'mean of images': of((x) => x.mean([2, 3]), 'GlobalAveragePool', 'Reshape'),
    'mean of images, counted from the last': of(
      (x) => x.mean([-1, -2], true),
      'GlobalAveragePool',
      'Reshape',
    ),
    'mean of one dimension': of((x) => x.mean([1]), 'ReduceMean', 'Reshape'),
    'mean of tokens': of((x) => x.flatten(2).mean(2), 'Reshape', 'ReduceMean'),
    'mean of the last, kept': of((x) => x.mean(-1, true)),
    'mean over the images': of((x) => x.mean([0, 2], true).add(x)),
    'mean of all': of((x) => x.mean().add(x)),
    'mean of no named dimension, which is all': of((x) => x.mean([]).add(x)),
    'mean of whole numbers': of((x) => whole(x).mean([2, 3], { dtype: 'float32' })),
    'mean of volumes': of((x) => x.unsqueeze(2).mean([3, 4])),
    'sum of dimensions': of((x) => x.sum([1, -1])),
    'sum of all': of((x) => x.sum().mul(0.01).add(x)),
    'sum of truths': of((x) => x.gt(0.5).sum([2, 3])),
    'sum of whole numbers as others': of((x) => whole(x).sum(1, { dtype: 'float32' })),
    'product of a dimension': of((x) => x.add(1.5).prod(3)),
    'amax and amin': of((x) => x.amax([2, 3]).sub(x.amin([-1, -2]))),
    'max and min of all': of((x) => x.mul(x.max()).sub(x.min())),
    'max of a dimension': of((x) => x.max(2)[0]),
    'max of a dimension, kept, and where': of((x) => {
      const [values, indices] = x.max(-1, true);
      return values.mul(indices);
    }),
    'min of a dimension, and where': of((x) => {
      const [values, indices] = x.min(1);
      return values.add(indices);
    }),
    'argmax and argmin': of((x) => x.argmax({ dim: -1 }).add(x.argmin({ dim: 3 }).mul(10))),
    'argmax, kept': of((x) => x.argmax({ dim: 1, keepdim: true })),
    logsumexp: of((x) => x.logsumexp([1, 2])),
    'variance of a dimension': of((x) => x.var([-1])),
    'variance without correction, kept': of((x) => x.var([1, 2], { correction: 0, keepdim: true })),
    'variance with another correction': of((x) => x.var([3], { correction: 0.5 })),
    'deviation of all': of((x) => x.flatten(1).std([1]).unsqueeze(1)),
    'deviation of a dimension': of((x) => x.std([2], { correction: 2 })),
    'norm of 2': of((x) => aten.linalg_vector_norm(x, { dim: [1] })),
    'norm of 1, kept': of((x) => aten.linalg_vector_norm(x, 1, [2, 3], true)),
    'norm of all': of((x) => aten.linalg_vector_norm(x).add(x)),
    'norm by its older name': of((x) => norm(x, 2, [3])),
    'cumulative sum': of((x) => x.cumsum(-2)),
    'cumulative sum over the images': of((x) => x.cumsum(0)),
    'cumulative sum of truths': of((x) => x.gt(0).cumsum(1)),
  });

  test('what has no form in ONNX is refused', async () => {
    await assertRefused(
      tried((x: Tensor) => aten.linalg_vector_norm(x, 3, [1])),
      /^aten::linalg_vector_norm in the network itself cannot be exported: its 'ord' is 3, and 1 or 2 can be exported$/,
    );
    await assertRefused(
      tried((x: Tensor) => x.mul(x.argmax())),
      /^aten::argmax .*: it needs a 'dim'$/,
    );
    await assertRefused(
      tried((x: Tensor) => x.var([0, 2]).mul(x.mean([2]))),
      /it is taken over the batch$/,
    );
  });
});
