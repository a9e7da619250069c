import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  arange,
  autocast,
  type DType,
  functional as F,
  getNumThreads,
  grad,
  loadSafetensors,
  noGrad,
  profile,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  TorchError,
  tensor,
  withDevice,
  zeros,
} from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

interface AlignCase {
  readonly name: string;
  readonly shape: readonly number[];
  readonly output: readonly [number, number];
  readonly scale: number;
  readonly ratio: number;
  readonly aligned: boolean;
}

interface NmsCase {
  readonly count: number;
  readonly dtype: DType;
  readonly grid: number;
  readonly stretch: number;
  readonly shift: number;
  readonly scores: number;
  readonly threshold: number;
  readonly factor: number;
}

const folder = path.join(import.meta.dirname, '..', '..', 'reference');
const reference = loadReference(folder, 'boxes.safetensors');
const { metadata } = loadSafetensors(path.join(folder, 'boxes.safetensors'));
const alignCases: readonly AlignCase[] = JSON.parse(metadata.align ?? '[]');
const nmsCases: readonly NmsCase[] = JSON.parse(metadata.nms ?? '[]');
const tolerances = { float32: 1e-5, float64: 1e-10 } as const;
const dtypes = ['float32', 'float64'] as const;

/** As boxes.py makes them. */
const hashed = (count: number, factor: number): Tensor => arange(0, count).mul(factor).remainder(1009);
const made = (shape: readonly number[], factor: number, dtype: DType): Tensor =>
  hashed(
    shape.reduce((all, size) => all * size, 1),
    factor,
  )
    .sub(504)
    .to('float64')
    .div(512)
    .to(dtype)
    .reshape(shape);

const optionsOf = ({ output, scale, ratio, aligned }: AlignCase): F.RoiAlignOptions => ({
  outputSize: output,
  spatialScale: scale,
  samplingRatio: ratio,
  aligned,
});

const message = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    assert.ok(error instanceof TorchError, String(error));
    return error.message;
  }
  return assert.fail('nothing was refused');
};

/** Bits, so that what is equal by chance of sign or NaN is not. */
const bits = (x: Tensor): Buffer => Buffer.from(x.contiguous().toTypedArray().buffer as ArrayBuffer);

suite("roi_align is torchvision's, with its gradient:", () => {
  test('there are enough cases', () => assert.ok(alignCases.length >= 30, `${alignCases.length}`));
  for (const each of alignCases)
    test(each.name, () =>
      scope(() => {
        for (const dtype of dtypes)
          for (const format of ['contiguous_format', 'channels_last'] as const) {
            const features = made(each.shape, 7919, dtype).contiguous({ memoryFormat: format });
            features.requiresGrad = true;
            const boxes = reference(`${each.name}/boxes`).to(dtype);
            const result = F.roi_align(features, boxes, optionsOf(each));
            const [gradient] = grad([result.mul(made(result.shape, 6421, dtype)).sum()], [features]);
            assert.ok(gradient);
            const what = `${each.name}, ${dtype}, ${format}`;
            assertClose(result, reference(`${each.name}/${dtype}/out`), tolerances[dtype], what);
            const wanted = reference(`${each.name}/${dtype}/gradient`);
            assertClose(gradient, wanted, tolerances[dtype], `${what}: gradient`);
          }
      }),
    );
});

suite('roi_align', () => {
  const boxes = (): Tensor =>
    tensor([
      [0, 1, 1, 30, 20],
      [1, 4, -3, 60, 44],
      [1, 0, 0, 40, 40],
    ]);
  const options = { outputSize: [3, 2], spatialScale: 1 / 4 } as const;

  test('answers the same bits with any number of threads, and so does its gradient', () =>
    scope(() => {
      const threads = getNumThreads();
      // Channels beyond whole vectors, and a map that is looked at one number at a time.
      for (const [shape, format] of [
        [[2, 85, 12, 16], 'channels_last'],
        [[2, 85, 40, 50], 'contiguous_format'],
      ] as const) {
        const features = randn(shape).contiguous({ memoryFormat: format });
        features.requiresGrad = true;
        const computed = (count: number): readonly Buffer[] => {
          setNumThreads(count);
          const result = F.roi_align(features, boxes(), options);
          return [result, ...grad([result.square().sum()], [features])].map((x) => bits(x as Tensor));
        };
        try {
          const one = computed(1);
          for (const count of [2, 3, 5, 8]) assert.deepEqual(computed(count), one, `${count} threads`);
        } finally {
          setNumThreads(threads);
        }
      }
    }));

  test('keeps the memory format, as its gradient does', () =>
    scope(() => {
      for (const format of ['contiguous_format', 'channels_last'] as const) {
        const features = randn([2, 6, 11, 9]).contiguous({ memoryFormat: format });
        features.requiresGrad = true;
        const result = F.roi_align(features, boxes(), options);
        const [gradient] = grad([result.square().sum()], [features]);
        const strides = (x: Tensor | null | undefined): string => `${x?.stride()}`;
        assert.equal(strides(result), strides(result.contiguous({ memoryFormat: format })));
        assert.equal(strides(gradient), strides(gradient?.contiguous({ memoryFormat: format })));
      }
    }));

  test('takes views, and boxes of another dtype than its features', () =>
    scope(() => {
      const features = randn([2, 12, 6, 7], { dtype: 'float64' });
      const view = features.slice(1, 0, 12, 2).transpose(2, 3);
      const wanted = F.roi_align(view.contiguous(), boxes().to('float64'), options);
      assertClose(F.roi_align(view, boxes(), options), wanted, 0, 'a view');
    }));

  test('computes half precision in float32, also under autocast', () =>
    scope(() => {
      const features = randn([2, 6, 11, 9]).to('bfloat16');
      features.requiresGrad = true;
      const result = autocast('bfloat16', () => F.roi_align(features, boxes(), options));
      const wanted = F.roi_align(features.detach().to('float32'), boxes(), options);
      assertClose(result.detach(), wanted.to('bfloat16'), 0, 'bfloat16');
      const [gradient] = grad([result.sum()], [features]);
      assert.equal(gradient?.dtype, 'bfloat16');
    }));

  test('has no history in noGrad, and is an operator of profiles', () =>
    scope(() => {
      const features = randn([2, 6, 11, 9], { requiresGrad: true });
      assert.equal(noGrad(() => F.roi_align(features, boxes(), options)).requiresGrad, false);
      const names = profile(() => F.roi_align(features, boxes(), options).sum().backward()).map(
        ({ operator }) => operator,
      );
      assert.ok(
        names.includes('retort::roi_align') && names.includes('retort::roi_align_backward'),
        `${names}`,
      );
    }));

  test('has no second derivative, and says so', () =>
    scope(() => {
      const features = randn([2, 6, 11, 9], { requiresGrad: true });
      const result = F.roi_align(features, boxes(), options);
      const [gradient] = grad([result.square().sum()], [features], { createGraph: true });
      assert.match(
        message(() => gradient?.sum().backward()),
        /roi_align has a first derivative alone/,
      );
    }));

  test('has shapes on the meta device', () =>
    scope(() =>
      withDevice('meta', () => {
        const features = randn([2, 6, 11, 9], { requiresGrad: true });
        const result = F.roi_align(features, zeros([4, 5]), options);
        assert.deepEqual(result.shape, [4, 6, 3, 2]);
        const [gradient] = grad([result.sum()], [features]);
        assert.deepEqual(gradient?.shape, [2, 6, 11, 9]);
        assert.deepEqual(F.nms(zeros([2, 9, 4]), zeros([2, 9]), 0.5, { most: 3 }).shape, [2, 3]);
        assert.match(
          message(() => F.nms(zeros([9, 4]), zeros([9]), 0.5)),
          /on the meta device there are none: say most/,
        );
      }),
    ));

  test('refuses what is no box, no map and no size, each in a sentence', () =>
    scope(() => {
      const map = zeros([2, 3, 5, 5]);
      const size = { outputSize: 2 };
      const box = (...given: number[]): Tensor => tensor([given]);
      const refused: readonly [RegExp, () => unknown][] = [
        [
          /box 0 is of image 2, and there are 2, counted from 0/,
          () => F.roi_align(map, box(2, 0, 0, 1, 1), size),
        ],
        [/box 0 is of image -1/, () => F.roi_align(map, box(-1, 0, 0, 1, 1), size)],
        [/box 0 is of image 0\.5/, () => F.roi_align(map, box(0.5, 0, 0, 1, 1), size)],
        [/box 0 is of image nan/, () => F.roi_align(map, box(Number.NaN, 0, 0, 1, 1), size)],
        [
          /box 0 is \[0, nan, 1, 1\], which is no box/,
          () => F.roi_align(map, box(0, 0, Number.NaN, 1, 1), size),
        ],
        [/box 0 is \[0, 0, inf, 1\]/, () => F.roi_align(map, box(0, 0, 0, Infinity, 1), size)],
        [/boxes are to be within their images/, () => F.roi_align(map, box(0, 0, 0, 1e9, 1), size)],
        [/takes boxes \[K, 5\]/, () => F.roi_align(map, box(0, 0, 1, 1), size)],
        [
          /boxes of float32 or float64, got int64/,
          () => F.roi_align(map, zeros([1, 5], { dtype: 'int64' }), size),
        ],
        [
          /takes features \[N, C, H, W\], got \[3, 5, 5\]/,
          () => F.roi_align(map.get(0), box(0, 0, 0, 1, 1), size),
        ],
        [/the map has no pixels/, () => F.roi_align(zeros([1, 3, 0, 5]), box(0, 0, 0, 1, 1), size)],
        [
          /features of floating point, got int64/,
          () => F.roi_align(map.to('int64'), box(0, 0, 0, 1, 1), size),
        ],
        [
          /the output size is two numbers from 1/,
          () => F.roi_align(map, box(0, 0, 0, 1, 1), { outputSize: 0 }),
        ],
        [
          /spatialScale is a number above 0/,
          () => F.roi_align(map, box(0, 0, 0, 1, 1), { ...size, spatialScale: 0 }),
        ],
      ];
      for (const [sentence, call] of refused) assert.match(message(call), sentence);
    }));
});

suite("nms and batched_nms keep torchvision's boxes, in its order:", () => {
  for (const [i, { count, dtype, grid, stretch, shift, scores, threshold, factor }] of nmsCases.entries())
    test(`${count} boxes on ${grid} pixels, ${dtype}, ${threshold.toFixed(2)}`, () =>
      scope(() => {
        const near = hashed(2 * count, 7919 + factor)
          .reshape([count, 2])
          .remainder(grid);
        const size = hashed(2 * count, 6421 + factor)
          .reshape([count, 2])
          .remainder(Math.floor(grid / 2));
        const whole = near.get(':', ':').to(dtype);
        const boxes = F.pad(whole, [0, 2])
          .add(F.pad(near.add(size).to(dtype), [2, 0]))
          .mul(stretch)
          .sub(shift);
        const drawn = hashed(count, 3571 + factor)
          .remainder(scores)
          .to(dtype)
          .div(7);
        const classes = hashed(count, 2377 + factor).remainder(5);
        const kept = F.nms(boxes, drawn, threshold);
        const wanted = reference(`nms ${i}/kept`).to('int64');
        assert.deepEqual(kept.toList(), wanted.toList());
        assert.deepEqual(
          F.batched_nms(boxes, drawn, classes, threshold).toList(),
          reference(`nms ${i}/kept by class`).to('int64').toList(),
        );
        // Several sets, each as by itself, filled up.
        if (count === 0) return;
        const most = Math.max(1, Math.floor((3 * wanted.numel()) / 4), 50 - count);
        const two = (x: Tensor): Tensor => x.unsqueeze(0).expand([2, ...x.shape]);
        const several = F.nms(two(boxes), two(drawn), threshold, { most });
        const filled = F.pad(wanted, [0, most], { value: -1 }).narrow(0, 0, most).toList();
        assert.deepEqual(several.toList(), [filled, filled]);
      }));
});

suite('nms', () => {
  const boxes = (): Tensor =>
    tensor([
      [0, 0, 10, 10],
      [1, 1, 10, 10],
      [20, 0, 30, 10],
    ]);

  test('with most passes over a score of -Infinity, which is of no box', () =>
    scope(() => {
      const scores = tensor([Number.NEGATIVE_INFINITY, 0.5, Number.NEGATIVE_INFINITY]);
      assert.deepEqual(F.nms(boxes(), scores, 0.5, { most: 2 }).toList(), [1n, -1n]);
      assert.deepEqual(F.nms(boxes(), scores, 0.5).toList(), [1n, 2n]);
    }));

  test('takes boxes and scores that have gradients, and passes none on', () =>
    scope(() => {
      const [given, scores] = [boxes(), tensor([0.9, 0.8, 0.7])];
      given.requiresGrad = true;
      scores.requiresGrad = true;
      const kept = F.nms(given, scores, 0.5);
      assert.deepEqual([kept.requiresGrad, kept.toList()], [false, [0n, 2n]]);
    }));

  test('of no boxes and of no sets', () =>
    scope(() => {
      assert.deepEqual(F.nms(zeros([0, 4]), zeros([0]), 0.5).shape, [0]);
      assert.deepEqual(F.nms(zeros([0, 4]), zeros([0]), 0.5, { most: 2 }).toList(), [-1n, -1n]);
      assert.deepEqual(F.nms(zeros([0, 3, 4]), zeros([0, 3]), 0.5, { most: 2 }).shape, [0, 2]);
    }));

  test('refuses what is no box or score, each in a sentence', () =>
    scope(() => {
      const scores = tensor([0.9, 0.8, 0.7]);
      const nan = tensor([0.9, Number.NaN, 0.7]);
      const refused: readonly [RegExp, () => unknown][] = [
        [/a score for each box, got scores \[2\] for boxes \[3, 4\]/, () => F.nms(boxes(), zeros([2]), 0.5)],
        [/takes boxes \[N, 4\]/, () => F.nms(zeros([3, 5]), scores, 0.5)],
        [/the score of box 1 is NaN: what made it has diverged/, () => F.nms(boxes(), nan, 0.5)],
        [
          /box 2 has a NaN/,
          () =>
            F.nms(
              boxes()
                .mul(nan.flip([0]).unsqueeze(1))
                .roll([1], [0]),
              scores,
              0.5,
            ),
        ],
        [/boxes of float32 or float64, got int64/, () => F.nms(boxes().to('int64'), scores, 0.5)],
        [/scores of floating point, got int64/, () => F.nms(boxes(), scores.to('int64'), 0.5)],
        [/iouThreshold is a number from 0 to 1, got 1\.5/, () => F.nms(boxes(), scores, 1.5)],
        [/iouThreshold is a number from 0 to 1, got nan/, () => F.nms(boxes(), scores, Number.NaN)],
        [/most is a whole number from 1, got 0/, () => F.nms(boxes(), scores, 0.5, { most: 0 })],
        [/each keeps as many as it does: say most/, () => F.nms(zeros([2, 3, 4]), zeros([2, 3]), 0.5)],
        [/a class for each box/, () => F.batched_nms(boxes(), scores, zeros([2], { dtype: 'int64' }), 0.5)],
        [/classes of whole numbers, got float32/, () => F.batched_nms(boxes(), scores, scores, 0.5)],
      ];
      for (const [sentence, call] of refused) assert.match(message(call), sentence);
    }));
});

suite('box_iou', () => {
  for (const dtype of dtypes)
    test(`is torchvision's, to the bit, in ${dtype}`, () =>
      scope(() => {
        const [a, b, out] = ['a', 'b', 'out'].map((name) => reference(`iou/${dtype}/${name}`)) as [
          Tensor,
          Tensor,
          Tensor,
        ];
        assertClose(F.box_iou(a, b), out, 0, 'iou');
        const several = F.box_iou(a.unsqueeze(0).expand([3, 6, 4]), b);
        assert.deepEqual(several.shape, [3, 6, 5]);
        assertClose(several.get(2), out, 0, 'iou of several');
      }));

  test('refuses other shapes and whole numbers', () => {
    assert.match(
      message(() => F.box_iou(zeros([3, 5]), zeros([3, 4]))),
      /takes boxes \[\*, N, 4\]/,
    );
    assert.match(
      message(() => F.box_iou(zeros([3, 4]), zeros([3, 4], { dtype: 'int64' }))),
      /boxes of floating point, got .*int64/,
    );
  });
});
