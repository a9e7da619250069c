import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { autocast, functional, manualSeed, op, randn, scope, type Tensor } from '@retort/torch';
import { assertClose } from '../../reference/load.ts';

const backward = op<(Tensor | null)[]>('aten::convolution_backward');

/** A strided 1x1 convolution of few channels, whose weight's gradient libtorch itself computes wrongly with some instructions. */
function few(transposed: boolean) {
  manualSeed(2);
  const wide = randn([3, 12, 10, 10]).contiguous({ memoryFormat: 'channels_last' });
  const narrow = randn([3, 4, 10, 5]).contiguous({ memoryFormat: 'channels_last' });
  const [x, gradient] = transposed ? [narrow, wide] : [wide, narrow];
  return { x, gradient, weight: randn([4, 12, 1, 1]), biases: [transposed ? 12 : 4] };
}

suite('gradients of a strided 1x1 convolution of few channels', () => {
  for (const transposed of [false, true]) {
    test(`are given as they are asked for, ${transposed ? 'transposed' : 'plain'}`, () =>
      scope(() => {
        const { x, gradient, weight, biases } = few(transposed);
        const outputPadding = transposed ? [0, 1] : [0, 0];
        const call = (wanted: boolean[], change: (given: Tensor) => Tensor) =>
          backward(
            ...[change(gradient), change(x), change(weight), biases],
            ...[[1, 2], [0], [1], transposed, outputPadding, 1, wanted],
          );
        const exact = call([true, true, true], (given) => given.to('float64'));
        for (let bits = 0; bits < 8; bits++) {
          const wanted = [1, 2, 4].map((bit) => (bits & bit) > 0);
          call(wanted, (given) => given).forEach((got, i) => {
            const expected = exact[i]?.to('float32');
            assert.equal(got !== null, wanted[i]);
            if (got && expected) assertClose(got, expected, 1e-5, `result ${i} of ${wanted}`);
          });
        }
      }));
  }
  test('are right under autocast', () =>
    scope(() => {
      const { x, gradient, weight } = few(false);
      const gradientUnder = (dtype: 'bfloat16' | null): Tensor => {
        const w = weight.clone();
        w.requiresGrad = true;
        const y = autocast(dtype, () => functional.conv2d(x, w, null, { stride: [1, 2] }));
        assert.equal(y.dtype, dtype ?? 'float32');
        y.backward(gradient.to(y.dtype));
        assert.ok(w.grad);
        return w.grad;
      };
      assertClose(gradientUnder('bfloat16'), gradientUnder(null), 0.03, 'gradient of the weight');
    }));
  test('a gradient of another shape is an error', () =>
    scope(() => {
      const { x, weight, biases } = few(false);
      for (const shape of [
        [3, 4, 11, 6],
        [3, 5, 10, 5],
        [2, 4, 10, 5],
        [3, 4, 10],
      ])
        assert.throws(
          () =>
            backward(randn(shape), x, weight, biases, [1, 2], [0], [1], false, [0, 0], 1, [true, true, true]),
          {
            name: 'TorchError',
          },
        );
    }));
});
