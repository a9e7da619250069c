/** Elements in other places, as ONNX files, beside the engine. */
import { suite, test } from 'node:test';
import { aten, functional, nn, op, randn, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { assertRefused, type Case, testExports, tried } from '../../../../reference/exported.ts';

setNumThreads(1);

const of = (forward: (x: Tensor) => Tensor, ...nodes: readonly string[]): Case => ({
  of: () => tried(forward),
  ...(nodes.length > 0 ? { nodes } : {}),
});
const slice = op('aten::slice.Tensor');
const pad = functional.pad;
const places = (at: number[]): Tensor => tensor(at, { dtype: 'int64' });

suite('shapes', () => {
  testExports({
    'reshape with the batch': of((x) => x.reshape([x.size(0), 54, 7]).exp(), 'Reshape', 'Exp', 'Reshape'),
    'reshape that guesses the batch': of((x) => x.reshape([-1, 378]).exp(), 'Reshape', 'Exp'),
    'reshape that has the batch within': of((x) =>
      x
        .reshape([2, 3, -1, 7])
        .exp()
        .reshape([x.size(0), -1]),
    ),
    'reshape of images into tokens and back': of(
      (x) =>
        x
          .reshape([x.size(0) * 6, 63])
          .softmax(1)
          .reshape([x.size(0), 6, 9, 7])
          .mul(x),
      'Reshape',
      'Softmax',
      'Reshape',
      'Mul',
      'Reshape',
    ),
    'two reshapes, one of them': of(
      (x) =>
        x
          .flatten(2)
          .reshape([x.size(0), 9, 42])
          .exp(),
      'Reshape',
      'Exp',
      'Reshape',
    ),
    'view, view_as and unflatten': of((x) =>
      x
        .view([x.size(0), -1])
        .unflatten(1, [3, 2, 63])
        .exp()
        .view_as(x),
    ),
    'squeeze and unsqueeze': of((x) => x.unsqueeze(1).unsqueeze(-1).exp().squeeze(1).squeeze(-1)),
    'windows and back': of((x) =>
      x
        .reshape([x.size(0), 6, 3, 3, 7])
        .permute([0, 2, 3, 4, 1])
        .reshape([-1, 21, 6])
        .softmax(1)
        .reshape([x.size(0), 3, 3, 7, 6]),
    ),
    transpose: of((x) => x.transpose(1, -1).exp(), 'Transpose', 'Exp', 'Reshape'),
    'two transposes that are none': of((x) => x.transpose(1, 2).transpose(2, 1).exp()),
    'two transposes, one of them': of((x) =>
      x.permute([0, 2, 3, 1]).permute([0, 3, 1, 2]).transpose(1, 3).exp(),
    ),
    'permute from the last': of((x) => x.permute([0, -1, 1, -2]).exp()),
    'permute that moves the batch': of((x) => x.permute([1, 0, 2, 3]).softmax(1).permute([1, 0, 3, 2])),
    't, mT and swapaxes': of((x) => x.flatten(1).t().exp().t().reshape([-1, 6, 63]).mT.exp().swapaxes(1, -1)),
    'expand of a token for each image': {
      of: () =>
        tried((x, { token }) => aten.cat([token.expand([x.size(0), -1, -1]), x.flatten(2)], 1).exp(), {
          token: new nn.Parameter(randn([1, 2, 63])),
        }),
    },
    'expand of images': of((x) => x.mean([2, 3], true).expand([-1, -1, 9, 7]).mul(x)),
    'expand by a dimension more': of((x) =>
      x
        .expand([2, x.size(0), 6, 9, 7])
        .exp()
        .mean(0),
    ),
    expand_as: of((x) => x.mean([1], true).expand_as(x).mul(x)),
    'expand of the batch that is one': of((x) =>
      x
        .mean([0], true)
        .expand([x.size(0), -1, -1, -1])
        .mul(x),
    ),
    repeat: of((x) => x.repeat([1, 2, 1, 3])),
    'repeat with a dimension more': of((x) => x.mean([1, 2, 3]).repeat([2, 3, 1]).mean(0).transpose(0, 1)),
    'repeat of a parameter for each image': {
      of: () =>
        tried((x, { token }) => token.repeat([x.size(0), 1, 1, 1]).mul(x), {
          token: new nn.Parameter(randn([1, 6, 1, 7])),
        }),
    },
    narrow: of((x) => x.narrow(1, 2, 3), 'Slice', 'Reshape'),
    'narrow from the end': of((x) => x.narrow(-1, -3, 3)),
    'narrow from the end, but not to it': of((x) => x.narrow(-1, -5, 3)),
    'narrow of the whole': of((x) => x.narrow(1, 0, 6).exp(), 'Exp', 'Reshape'),
    'narrow to one image': of((x) => x.narrow(0, 0, 1).mul(x)),
    'slice with steps': of((x) => slice(x, 2, 1, null, 3)),
    'slice with all steps, beyond the end': of((x) =>
      aten.cat([slice(x, 3, 0, 100, 2), slice(x, -1, -4, -1, 2)], 3),
    ),
    'slice from before the beginning': of((x) => slice(x, 1, -100, 4)),
    'indices as Python has them': of((x) => x.get(':', '1:-1', '::2', -1)),
    'select from both ends': of(
      (x) => x.select(1, 2).add(x.select(1, -1)),
      'Gather',
      'Gather',
      'Add',
      'Reshape',
    ),
    'select one image': of((x) => x.select(0, -1).mul(x)),
    unbind: of((x) => {
      const [one, , three] = x.narrow(1, 0, 3).unbind(1) as Tensor[];
      return (one as Tensor).sub(three as Tensor);
    }),
    'split into equal pieces and a rest': of((x) => aten.cat(x.split(4, 1).toReversed(), 1)),
    'split into sizes': of((x) => aten.cat((x.split_with_sizes([1, 3, 3], -1) as Tensor[]).toReversed(), 3)),
    chunks: of((x) => aten.cat(x.chunk(4, 2).toReversed(), 2)),
    'one chunk': of((x) => (x.chunk(1, 1)[0] as Tensor).exp(), 'Exp', 'Reshape'),
    'cat of several types': of((x) => aten.cat([x, x.mul(2).to('int64')], 1)),
    'cat from the last': of((x) => aten.cat([x, x.exp()], -1)),
    'cat of the batch': of((x) => aten.cat([x, x.exp()], 0).reshape([2, -1, 378]).mean(0)),
    'stack first, in the middle, last': of((x) =>
      aten
        .stack([x, x.exp()], 0)
        .mean(0)
        .add(aten.stack([x, x.abs()], 2).mean(2))
        .add(aten.stack([x, x.neg()], -1).get('...', 0)),
    ),
    'pad with zeros': of((x) => pad(x, [1, 2, 0, 3])),
    'pad with a number': of((x) => pad(x, [1, 2], { value: -1.5 })),
    'pad with negative numbers': of((x) => pad(x, [-1, 2, 1, -2])),
    'pad of channels': of((x) => pad(x, [0, 0, 0, 0, 2, 1])),
    'pad by reflection': of((x) => pad(x, [1, 2, 3, 0], { mode: 'reflect' })),
    'pad by the edge': of((x) => pad(x, [1, 2, 3, 0], { mode: 'replicate' })),
    'pad by the other end': of((x) => pad(x, [1, 2, 3, 0], { mode: 'circular' })),
    'pad of sequences by the other end': of((x) => pad(x.flatten(2), [0, 5], { mode: 'circular' })),
    'pad of whole numbers': of((x) => pad(x.mul(3).to('int64'), [1, 1], { value: 7 }).to('float32')),
    'channel shuffle': of((x) => x.channel_shuffle(3)),
    'pixel shuffle': { ...of((x) => functional.pixel_shuffle(x, 2)), images: [8, 3, 5] },
    'roll forth and back': of((x) => x.roll([2, -3], [2, -1])),
    'roll by more than there is': of((x) => x.roll([15], [1])),
    'roll by nothing': of((x) => x.roll([7], [3]).exp(), 'Exp', 'Reshape'),
    flip: of((x) => x.flip([1, -1])),
    'flip of the batch': of((x) => x.flip([0])),
    index_select: of((x) => x.index_select(-2, places([4, 0, 4, 8]))),
    'indexed by a list': of((x) => x.get(':', ':', places([1, -1, 0, 3]).reshape([2, 2]))),
    'indexed by a list, first': of((x) =>
      x
        .flatten(1)
        .t()
        .get(places([5, 3, -2]))
        .t(),
    ),
    gather: of((x) => x.gather(1, x.narrow(1, 0, 2).abs().clamp({ max: 5 }).to('int64'))),
    'gather of fewer elsewhere': of((x) =>
      x.gather(3, x.narrow(1, 0, 2).narrow(2, 1, 4).abs().clamp({ max: 5 }).to('int64')),
    ),
    embedding: {
      of: () =>
        tried((x, { words }) => words.forward(x.abs().mul(3).clamp({ max: 9 }).to('int64')), {
          words: new nn.Embedding(10, 3),
        }),
    },
  });

  test('what cannot be the same for any number of images is refused', async () => {
    await assertRefused(
      tried((x: Tensor) => aten.cat(x.split(1, 0).toReversed(), 0)),
      /images/,
    );
    await assertRefused(
      tried((x: Tensor) => aten.cat(x.unbind(0) as Tensor[], 0)),
      /images/,
    );
    await assertRefused(
      tried((x: Tensor) => x.narrow(0, x.size(0) - 1, 1).mul(x)),
      /its 'start'/,
    );
    await assertRefused(
      tried((x: Tensor) => x.roll([1], [0])),
      /^aten::roll .*: it rolls the batch$/,
    );
    await assertRefused(
      tried((x: Tensor) => x.repeat([x.size(0), 1, 1, 1]).reshape([x.size(0), -1])),
      /images/,
    );
  });

  test('what has no form in ONNX is refused', async () => {
    await assertRefused(
      tried((x: Tensor) => x.roll([3])),
      /it needs a 'dims' for each of its 'shifts'$/,
    );
    await assertRefused(
      tried((x: Tensor) => x.mul(x.get(x.gt(0)).mean())),
      /depends on the elements$/,
    );
    await assertRefused(
      tried((x: Tensor) => x.get(':', places([1, 2]), places([3, 4]))),
      /^aten::index\.Tensor .*: it indexes several dimensions at once: index one after the other$/,
    );
  });
});
