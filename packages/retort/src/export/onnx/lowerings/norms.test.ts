/** Norms as ONNX files, beside the engine. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { functional, nn, setNumThreads, type Tensor } from '@retort/torch';
import {
  assertAgrees,
  assertRefused,
  enliven,
  type Images,
  testExports,
  tried,
} from '../../../../reference/exported.ts';

setNumThreads(1);

const conv = () => new nn.Conv2d(6, 4, 3, { bias: false });

suite('batch norms', () => {
  testExports({
    'after a convolution are in its weights': {
      of: () =>
        tried((x, { conv, bn }) => bn.forward(conv.forward(x)), { conv: conv(), bn: new nn.BatchNorm2d(4) }),
      nodes: ['Conv', 'Reshape'],
    },
    'without parameters of their own, after a convolution': {
      of: () =>
        tried((x, { conv, bn }) => bn.forward(conv.forward(x)), {
          conv: conv(),
          bn: new nn.BatchNorm2d(4, { affine: false, eps: 0.1 }),
        }),
      nodes: ['Conv', 'Reshape'],
    },
    'after a grouped convolution with a bias': {
      of: () =>
        tried((x, { conv, bn }) => bn.forward(conv.forward(x)), {
          conv: new nn.Conv2d(6, 4, 3, { groups: 2 }),
          bn: new nn.BatchNorm2d(4),
        }),
      nodes: ['Conv', 'Reshape'],
    },
    'after a linear layer': {
      of: () =>
        tried((x, { fc, bn }) => bn.forward(fc.forward(x.flatten(1))), {
          fc: new nn.Linear(6 * 63, 5),
          bn: new nn.BatchNorm1d(5),
        }),
      nodes: ['Reshape', 'Gemm'],
    },
    'after a linear layer of tokens, where the second dimension is not its channels': {
      of: () =>
        tried((x, { fc, bn }) => bn.forward(fc.forward(x.flatten(2))), {
          fc: new nn.Linear(63, 5),
          bn: new nn.BatchNorm1d(6),
        }),
      nodes: ['Reshape', 'Gemm', 'Reshape', 'BatchNormalization', 'Reshape'],
    },
    'after a convolution whose answer something else takes too': {
      of: () =>
        tried(
          (x, { conv, bn }) => {
            const made = conv.forward(x);
            return bn.forward(made).add(made);
          },
          { conv: conv(), bn: new nn.BatchNorm2d(4) },
        ),
      nodes: ['Conv', 'BatchNormalization', 'Add', 'Reshape'],
    },
    'after one convolution that is called twice are in the weights of the one call': {
      of: () =>
        tried((x, { conv, bn }) => bn.forward(conv.forward(x)).add(conv.forward(x.mul(2))), {
          conv: conv(),
          bn: new nn.BatchNorm2d(4),
        }),
      nodes: ['Conv', 'Mul', 'Conv', 'Add', 'Reshape'],
    },
    'one for two convolutions': {
      of: () =>
        tried((x, { one, other, bn }) => bn.forward(one.forward(x)).mul(bn.forward(other.forward(x))), {
          one: conv(),
          other: conv(),
          bn: new nn.BatchNorm2d(4),
        }),
      nodes: ['Conv', 'Conv', 'Mul', 'Reshape'],
    },
    'before a convolution': {
      of: () =>
        tried((x, { bn, conv }) => conv.forward(bn.forward(x).relu()), {
          bn: new nn.BatchNorm2d(6),
          conv: conv(),
        }),
      nodes: ['BatchNormalization', 'Relu', 'Conv', 'Reshape'],
    },
    'of features, without parameters': {
      of: () =>
        tried((x, { bn }) => bn.forward(x.flatten(1)), { bn: new nn.BatchNorm1d(378, { affine: false }) }),
      nodes: ['Reshape', 'BatchNormalization'],
    },
    'of sequences': {
      of: () => tried((x, { bn }) => bn.forward(x.flatten(2)), { bn: new nn.BatchNorm1d(6) }),
    },
  });

  test('without running statistics are refused', () =>
    assertRefused(
      tried((x, { bn }) => bn.forward(x), { bn: new nn.BatchNorm2d(6, { trackRunningStats: false }) }),
      /^aten::batch_norm in 'bn' cannot be exported: it has no running statistics/,
    ));

  test('of a network in training are those of evaluation, and it is in training afterwards', async () => {
    const model = enliven(
      tried((x, { conv, bn }) => bn.forward(conv.forward(x)), { conv: conv(), bn: new nn.BatchNorm2d(4) }),
    ).train();
    await assertAgrees(model);
    model.train();
    const { nodes } = await assertAgrees(model);
    assert.equal(nodes, 2);
  });
});

const layerNorm = (images: Images, shape: readonly number[], options: nn.LayerNormOptions = {}) => ({
  of: () => tried((x, { norm }) => norm.forward(x), { norm: new nn.LayerNorm(shape, options) }),
  images,
  nodes: ['LayerNormalization', 'Reshape'],
});

suite('layer norms', () => {
  testExports({
    'over the last dimension': layerNorm([3, 5, 7], [7]),
    'over two dimensions': layerNorm([3, 5, 7], [5, 7], { eps: 0.1 }),
    'over all but the batch': layerNorm([3, 5, 7], [3, 5, 7]),
    'without parameters': layerNorm([3, 5, 7], [5, 7], { elementwiseAffine: false }),
    'without bias': layerNorm([3, 5, 7], [7], { bias: false }),
    'over channels that were last for a while': {
      of: () =>
        tried((x, { norm }) => norm.forward(x.permute([0, 2, 3, 1])).permute([0, 3, 1, 2]), {
          norm: new nn.LayerNorm([6]),
        }),
      nodes: ['Transpose', 'LayerNormalization', 'Transpose', 'Reshape'],
    },
  });
});

suite('group and instance norms', () => {
  testExports({
    'of groups': { of: () => tried((x, { norm }) => norm.forward(x), { norm: new nn.GroupNorm(3, 6) }) },
    'of one group': {
      of: () => tried((x, { norm }) => norm.forward(x), { norm: new nn.GroupNorm(1, 6, { eps: 0.1 }) }),
    },
    'of groups of one': {
      of: () => tried((x, { norm }) => norm.forward(x), { norm: new nn.GroupNorm(6, 6) }),
    },
    'of groups, without parameters': {
      of: () => tried((x, { norm }) => norm.forward(x), { norm: new nn.GroupNorm(2, 6, { affine: false }) }),
    },
    'of groups of features': {
      of: () => tried((x, { norm }) => norm.forward(x.flatten(1)), { norm: new nn.GroupNorm(6, 378) }),
    },
    'of groups of sequences': {
      of: () => tried((x, { norm }) => norm.forward(x.flatten(2)), { norm: new nn.GroupNorm(3, 6) }),
    },
    'of instances': {
      of: () => tried((x, { norm }) => norm.forward(x), { norm: new nn.InstanceNorm2d(6, { affine: true }) }),
      nodes: ['InstanceNormalization', 'Reshape'],
    },
    'of instances, without parameters': {
      of: () => tried((x, { norm }) => norm.forward(x), { norm: new nn.InstanceNorm2d(6, { eps: 0.1 }) }),
    },
    'of instances, by running statistics': {
      of: () =>
        tried((x, { norm }) => norm.forward(x), {
          norm: new nn.InstanceNorm2d(6, { affine: true, trackRunningStats: true }),
        }),
      nodes: ['BatchNormalization', 'Reshape'],
    },
    'of sequences of instances': {
      of: () => tried((x, { norm }) => norm.forward(x.flatten(2)), { norm: new nn.InstanceNorm1d(6) }),
    },
  });
});

suite('root mean squares', () => {
  const rms = (shape: readonly number[], options: nn.RMSNormLayerOptions = {}) => ({
    of: () => tried((x, { norm }) => norm.forward(x), { norm: new nn.RMSNorm(shape, options) }),
  });
  testExports({
    'over the last dimension': rms([7]),
    'over two dimensions, with an eps': rms([9, 7], { eps: 0.1 }),
    'without parameters': rms([7], { elementwiseAffine: false }),
    'of very small numbers, which the default eps is larger than': {
      of: () => tried((x, { norm }) => norm.forward(x.mul(1e-4)), { norm: new nn.RMSNorm([7]) }),
    },
    'of lengths, as normalize() has them': {
      of: () => tried((x: Tensor) => functional.normalize(x, { dim: 1 })),
    },
  });
});
