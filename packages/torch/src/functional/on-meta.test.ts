import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  functional,
  grad,
  ones,
  randn,
  scope,
  type Tensor,
  TorchError,
  tensor,
  withDevice,
} from '@retort/torch';

/** What a function makes of tensors of these shapes, by numbers, and on the meta device, where there are none; and the gradients' shapes. */
function alike(shapes: readonly (readonly number[])[], body: (...tensors: Tensor[]) => Tensor): void {
  scope(() => {
    const made = (): readonly number[][] => {
      const tensors = shapes.map((shape) => {
        const leaf = randn([...shape]);
        leaf.requiresGrad = true;
        return leaf;
      });
      const output = body(...tensors);
      const gradients = grad([output], tensors, { gradOutputs: [ones(output.shape)] });
      return [output, ...gradients].map((one) => [...(one?.shape ?? [])]);
    };
    assert.deepEqual(withDevice('meta', made), made());
  });
}

suite('on the meta device shapes are those that numbers have:', () => {
  const weights: Readonly<Record<string, readonly [shape: number[], options: functional.ConvOptions]>> = {
    'a convolution': [[6, 4, 3, 3], {}],
    'with stride and padding': [[6, 4, 3, 3], { stride: 2, padding: 1 }],
    'of a flat kernel': [[6, 4, 1, 5], { stride: [1, 3], padding: [0, 2] }],
    'that is dilated': [[6, 4, 3, 2], { dilation: [2, 3] }],
    'by channel': [[8, 1, 3, 3], { groups: 4, padding: 'same' }],
    'of an even kernel that keeps the size': [[6, 4, 4, 2], { padding: 'same' }],
    'that is as large as the image': [[6, 4, 9, 7], { padding: 'valid' }],
  };
  for (const [name, [shape, options]] of Object.entries(weights))
    test(name, () => {
      alike([[2, 4, 9, 7], shape], (x, weight) => functional.conv2d(x, weight, null, options));
      alike([[2, 4, 9, 7], shape, [shape[0] ?? 0]], (x, weight, bias) =>
        functional.conv2d(x, weight, bias, options),
      );
    });
  test('batch and layer norm', () => {
    for (const training of [false, true])
      alike([[3, 4, 5, 5], [4], [4]], (x, weight, bias) => {
        const [runningMean, runningVar] = [
          x.detach().mean([0, 2, 3]),
          x.detach().mean([0, 2, 3]).mul(0).add(1),
        ];
        return functional.batch_norm(x, { weight, bias, runningMean, runningVar, training });
      });
    alike([[3, 4, 6], [6], [6]], (x, weight, bias) => functional.layer_norm(x, [6], { weight, bias }));
    alike([[3, 4, 6]], (x) => functional.layer_norm(x, [4, 6]));
  });
  test('attention, masked or not', () => {
    const shape = [2, 3, 5, 4];
    alike([shape, shape, shape], (q, k, v) => functional.scaled_dot_product_attention(q, k, v));
    alike([shape, shape, shape, [5, 5]], (q, k, v, attnMask) =>
      functional.scaled_dot_product_attention(q, k, v, { attnMask }),
    );
  });
  test('rows of an embedding', () => {
    const indices = withDevice('cpu', () => tensor([[1n, 0n, 2n]]));
    alike([[5, 4]], (weight) => functional.embedding(indices, weight));
  });
  test('what does not fit is refused', () => {
    const shaped = (...shape: number[]) => withDevice('meta', () => randn(shape));
    const refused = (x: Tensor, weight: Tensor, what: RegExp, groups = 1) =>
      assert.throws(
        () => functional.conv2d(x, weight, null, { groups }),
        (error) => {
          assert.ok(error instanceof TorchError);
          assert.match(error.message, what);
          return true;
        },
      );
    refused(
      shaped(1, 3, 8, 8),
      shaped(6, 4, 3, 3),
      /^conv2d: channels do not fit: x is \[1, 3, 8, 8\], the weight \[6, 4, 3, 3\]/,
    );
    refused(shaped(1, 4, 8, 8), shaped(7, 2, 3, 3), /channels do not fit/, 2);
    refused(shaped(1, 4, 2, 8), shaped(6, 4, 3, 3), /the kernel is larger than the padded input/);
    assert.throws(() => functional.layer_norm(shaped(2, 5), [6]), TorchError);
  });
});
