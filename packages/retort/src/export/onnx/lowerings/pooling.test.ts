/** Pooling as ONNX files, beside the engine. */
import { suite, test } from 'node:test';
import { functional, setNumThreads, type Tensor } from '@retort/torch';
import { assertRefused, type Case, type Images, testExports, tried } from '../../../../reference/exported.ts';

setNumThreads(1);

const of = (forward: (x: Tensor) => Tensor, images?: Images, ...nodes: readonly string[]): Case => ({
  of: () => tried(forward),
  ...(images ? { images } : {}),
  ...(nodes.length > 0 ? { nodes: [...nodes, 'Reshape'] } : {}),
});
const { max_pool2d: max, avg_pool2d: average } = functional;
const images: Images = [3, 9, 8];

suite('pooling', () => {
  testExports({
    'the largest of each window': of((x) => max(x, 3), images, 'MaxPool'),
    'strided and padded': of((x) => max(x.sub(5), 3, { stride: 2, padding: 1 }), images, 'Sub', 'MaxPool'),
    'other by side, dilated': of(
      (x) => max(x, [3, 2], { stride: [1, 2], dilation: [2, 3], padding: [1, 0] }),
      images,
    ),
    'rounded up': of((x) => max(x.sub(5), 2, { ceilMode: true }), images),
    'rounded up, padded and dilated': of(
      (x) => max(x.sub(5), 3, { stride: 2, padding: 1, dilation: [1, 2], ceilMode: true }),
      images,
    ),
    'rounded up where that changes nothing': of(
      (x) => max(x, 3, { stride: 3, ceilMode: true }),
      [3, 9, 6],
      'MaxPool',
    ),
    'rounded up by a stride larger than the window': of(
      (x) => max(x, 2, { stride: 3, ceilMode: true }),
      [3, 9, 7],
    ),
    'of sequences': of((x) => functional.max_pool1d(x.flatten(2), 3, { stride: 2, padding: 1 }), images),
    'of volumes': of((x) => x.unsqueeze(1).max_pool3d(2, 2, 1), images),
    'the mean of each window': of((x) => average(x, 3), images, 'AveragePool'),
    'the mean, strided, padding counted': of((x) => average(x, 3, { stride: 2, padding: 1 }), images),
    'the mean, strided, padding not counted': of(
      (x) => average(x, [3, 4], { stride: 2, padding: [1, 2], countIncludePad: false }),
      images,
    ),
    'the mean with a divisor': of((x) => x.avg_pool2d(2, { padding: [1], divisorOverride: 3 }), images),
    'the mean, rounded up where that changes nothing': of(
      (x) => average(x, 3, { ceilMode: true }),
      [3, 9, 6],
    ),
    'the mean, rounded up': of((x) => average(x, 2, { ceilMode: true }), images),
    'the mean, rounded up, padding not counted': of(
      (x) => average(x, 3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }),
      images,
    ),
    'the mean of sequences': of(
      (x) => functional.avg_pool1d(x.flatten(2), 4, { stride: 3, padding: 2 }),
      images,
    ),
    'the mean of volumes': of((x) => x.unsqueeze(1).avg_pool3d([3, 2, 2], [1, 2, 2]), images),
    'to one pixel': of((x) => functional.adaptive_avg_pool2d(x, 1), images, 'GlobalAveragePool'),
    'to the pixels that there are': of((x) => functional.adaptive_avg_pool2d(x.exp(), [9, 8]), images, 'Exp'),
    'to the sides that there are': of((x) => functional.adaptive_avg_pool2d(x, [9, null]), images),
    'to a divisor of the pixels': of((x) => functional.adaptive_avg_pool2d(x, [3, 4]), images, 'AveragePool'),
    'to pixels of windows that overlap': of((x) => functional.adaptive_avg_pool2d(x, [4, 5]), images),
    'to more pixels': of((x) => functional.adaptive_avg_pool2d(x, [9, 12]), images),
    'to a row': of((x) => functional.adaptive_avg_pool2d(x, [1, 4]), images, 'AveragePool'),
    'of sequences to one': of((x) => functional.adaptive_avg_pool1d(x.flatten(2), 1), images),
    'of sequences to several': of((x) => functional.adaptive_avg_pool1d(x.flatten(2), 7), images),
    'the largest, to one pixel': of((x) => functional.adaptive_max_pool2d(x, 1), images, 'GlobalMaxPool'),
    'the largest, to a divisor of the pixels': of(
      (x) => functional.adaptive_max_pool2d(x, [3, 2]),
      images,
      'MaxPool',
    ),
  });

  test('what runtimes pool differently is refused', async () => {
    await assertRefused(
      tried((x: Tensor) => functional.adaptive_max_pool2d(x, [2, 3])),
      /^aten::adaptive_max_pool2d in the network itself cannot be exported: windows of several sizes make 2x3 of 9x7: choose/,
    );
    await assertRefused(
      tried((x: Tensor) => average(x, 3, { padding: 1, ceilMode: true })),
      /it counts its padding and rounds its size up \(ceilMode\): leave out one of them$/,
    );
    await assertRefused(
      tried((x: Tensor) => x.adaptive_max_pool2d([3, 7])[1].to('float32')),
      /it takes a result of aten::adaptive_max_pool2d beyond those that ONNX has \(its number 2\)$/,
    );
  });
});
