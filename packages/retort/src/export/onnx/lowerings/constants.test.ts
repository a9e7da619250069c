/** Tensors of equal elements as ONNX files, beside the engine. */
import { suite, test } from 'node:test';
import { aten, full, ones, setNumThreads, type Tensor, tensor, zeros } from '@retort/torch';
import { assertRefused, testExports, tried } from '../../../../reference/exported.ts';

setNumThreads(1);

suite('constants', () => {
  testExports({
    'zeros for each image': {
      of: () => tried((x: Tensor) => aten.cat([x, zeros([x.size(0), 2, 9, 7])], 1)),
      nodes: ['Shape', 'Concat', 'Expand', 'Concat', 'Reshape'],
    },
    'ones for each token': {
      of: () =>
        tried((x: Tensor) =>
          aten.cat([x.reshape([-1, 7]), ones([x.size(0) * 54, 1])], 1).reshape([x.size(0), -1]),
        ),
    },
    'a number for each image': {
      of: () => tried((x: Tensor) => aten.cat([x.flatten(1), full([x.size(0), 3], 0.7)], 1)),
    },
    'a number for some of the images at once': {
      of: () =>
        tried((x: Tensor) =>
          x.add(
            full([2 * x.size(0), 1], 0.7)
              .reshape([-1, 2, 1, 1])
              .mean([1], true),
          ),
        ),
    },
    'like the images': {
      of: () =>
        tried((x: Tensor) => aten.where(x.gt(0), x.full_like(1.5), x.ones_like()).sub(x.zeros_like()).add(x)),
    },
    'new ones': {
      of: () =>
        tried((x: Tensor) =>
          x
            .add(x.new_full([x.size(0), 6, 1, 1], 2))
            .add(x.new_ones([9, 1]))
            .add(x.new_zeros([1])),
        ),
    },
    'whole ones': {
      of: () => tried((x: Tensor) => x.add(ones([x.size(0), 6, 1, 1], { dtype: 'int64' }))),
    },
    'of fixed sizes are constants': {
      of: () => tried((x: Tensor) => x.mul(full([7], 0.5).add(ones([7])))),
      nodes: ['Mul', 'Reshape'],
    },
  });

  test('what is made of the number of images by other than an operator is refused', () =>
    assertRefused(
      tried((x: Tensor) =>
        x.add(tensor(Array.from({ length: x.size(0) }, (_, i) => i)).reshape([-1, 1, 1, 1])),
      ),
      /it takes a tensor that depends on the number of images, and that no operator of the forward made: make it with one of the engine, as zeros\(\)$/,
    ));
});
