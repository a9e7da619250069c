/** Boxes as ONNX files, beside the engine. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { arange, aten, functional, nn, randn, setNumThreads, type Tensor, tensor } from '@retort/torch';
import {
  assertAgrees,
  assertRefused,
  type Case,
  enliven,
  testExports,
  tried,
} from '../../../../reference/exported.ts';
import { checkExport, exportOnnx } from '../index.ts';

setNumThreads(1);

/** Of each image [B, C, H, W] so many boxes [B, count, 4] that its elements make, of some pixels each, on a coarse grid so that they overlap. */
function boxesOf(x: Tensor, count: number): Tensor {
  const drawn = x
    .flatten(1)
    .narrow(1, 0, 4 * count)
    .sigmoid()
    .unflatten(1, [count, 4]);
  const from = drawn.narrow(2, 0, 2).mul(5);
  return aten.cat([from, from.add(drawn.narrow(2, 2, 2).mul(6)).add(0.5)], 2);
}
const scoresOf = (x: Tensor, count: number): Tensor => x.flatten(1).narrow(1, 50, count).sigmoid();

/** Boxes [B, count, 4] as RoIAlign takes them, [B * count, 5]. */
function ofImages(boxes: Tensor): Tensor {
  const [images = 0, count = 0] = boxes.shape;
  const numbers = arange(0, images).to('float32').reshape([images, 1, 1]).expand([images, count, 1]);
  return aten.cat([numbers, boxes], 2).reshape([images * count, 5]);
}

const aligned = (options: functional.RoiAlignOptions): Case => ({
  of: () => tried((x) => functional.roi_align(x, ofImages(boxesOf(x, 3)), options).reshape([x.size(0), -1])),
});

/** The boxes and scores that are kept, which follow from their numbers; 0 where there is none. */
function picked(kept: Tensor, scores: Tensor): Tensor {
  const found = scores.gather(1, kept.clamp({ min: 0 }));
  return aten.cat([found.mul(kept.ge(0).to('float32')), kept.to('float32').mul(0.1)], 1);
}

suite('RoIAlign', () => {
  testExports({
    'of two samples a side': aligned({ outputSize: [3, 2], samplingRatio: 2 }),
    'by the size of the box': aligned({ outputSize: 2 }),
    'aligned, with a scale': aligned({ outputSize: 2, spatialScale: 1 / 2, samplingRatio: 1, aligned: true }),
    'aligned, by the size of the box': aligned({ outputSize: [1, 2], aligned: true }),
    'of boxes that are the same for every image': {
      of: () =>
        tried((x) => {
          const size = { outputSize: 2, samplingRatio: 2 };
          const boxes = tensor([
            [0, 1, 1, 5, 6],
            [0, 0, 2, 3, 4],
          ]);
          return x
            .flatten(1)
            .narrow(1, 0, 4)
            .add(functional.roi_align(x.narrow(0, 0, 1), boxes, size).mean());
        }),
    },
  });
});

suite('non-maximum suppression', () => {
  testExports({
    'of each image': {
      of: () =>
        tried((x) => {
          const scores = scoresOf(x, 20);
          return picked(functional.nms(boxesOf(x, 20), scores, 0.3, { most: 7 }), scores);
        }),
    },
    'of which fewer are kept than are asked for': {
      of: () =>
        tried((x) => {
          const scores = scoresOf(x, 20);
          return picked(functional.nms(boxesOf(x, 20), scores, 0.1, { most: 19 }), scores);
        }),
    },
    'of classes by themselves': {
      of: () =>
        tried((x) => {
          const scores = scoresOf(x, 20);
          const classes = x.flatten(1).narrow(1, 90, 20).gt(0).to('int64');
          return picked(functional.batched_nms(boxesOf(x, 20), scores, classes, 0.3, { most: 9 }), scores);
        }),
    },
    'without those that are no boxes': {
      of: () =>
        tried((x) => {
          const scores = scoresOf(x, 20);
          const some = scores.masked_fill(scores.lt(0.5), Number.NEGATIVE_INFINITY);
          return picked(functional.nms(boxesOf(x, 20), some, 0.5, { most: 9 }), scores);
        }),
    },
    'of one set, whatever the batch': {
      of: () => {
        const kernel = new nn.Parameter(randn([6, 4]).abs());
        return tried(
          (x, { kernel }) => {
            const from = kernel.narrow(1, 0, 2);
            const boxes = aten.cat([from, from.add(kernel.narrow(1, 2, 2)).add(1)], 1);
            const scores = x.mean([0, 2, 3]).sigmoid();
            const kept = functional.nms(boxes, scores, 0.3, { most: 4 });
            return x.mean([2, 3]).add(kept.to('float32').sum().mul(0.1));
          },
          { kernel },
        );
      },
    },
  });

  test('in float16 compares with its thresholds as they are, and places boxes in float32', async () => {
    const model = tried((x) => {
      const scores = scoresOf(x, 20);
      const boxes = boxesOf(x, 20);
      const kept = functional.nms(boxes, scores, 0.3, { most: 3 }).clamp({ min: 0 });
      const chosen = boxes.gather(1, kept.unsqueeze(2).expand([x.size(0), 3, 4]));
      return functional.roi_align(x, ofImages(chosen), { outputSize: 2 }).reshape([x.size(0), -1]);
    });
    const exported = await exportOnnx(model, { size: [9, 7], channels: 6, precision: 'fp16' });
    const { difference, largest } = checkExport(model, exported, { says: 'number' });
    assert.ok(difference <= 0.02 * largest, `${difference} of ${largest}`);
  });

  test('is refused where its shape would depend on boxes', () =>
    assertRefused(
      tried((x) => {
        const kept = functional.nms(boxesOf(x, 20).get(0), scoresOf(x, 20).get(0), 0.3);
        return x.flatten(1).narrow(1, 0, 3).add(kept.to('float32').sum());
      }),
      /the shape of what retort::nms answers depends on the elements/,
    ));
});

test('a detector in small: proposals of a map, the best of them, and what lies there', async () => {
  const model = tried(
    (x, { body, scores, deltas, head }) => {
      const map = body.forward(x).relu();
      const [images = 0, , height = 0, width = 0] = map.shape;
      const objectness = scores
        .forward(map)
        .permute([0, 2, 3, 1])
        .reshape([images, height * width]);
      const [best, places] = objectness.topk(30, 1);
      const rows = places.to('float32').div(width).floor();
      const centres = aten.stack([places.to('float32').sub(rows.mul(width)), rows], 2).add(0.5);
      const sides = deltas
        .forward(map)
        .permute([0, 2, 3, 1])
        .reshape([images, height * width, 2])
        .gather(1, places.unsqueeze(2).expand([images, 30, 2]))
        .sigmoid()
        .mul(3)
        .add(0.5);
      const proposals = aten.cat([centres.sub(sides), centres.add(sides)], 2).clamp({ min: 0, max: 8 });
      const kept = functional.nms(proposals, best, 0.4, { most: 5 }).clamp({ min: 0 });
      const chosen = proposals.gather(1, kept.unsqueeze(2).expand([images, 5, 4]));
      const seen = functional.roi_align(map, ofImages(chosen), {
        outputSize: 3,
        samplingRatio: 2,
        aligned: true,
      });
      return head.forward(seen.flatten(1)).reshape([images, 5 * 4]);
    },
    {
      body: new nn.Conv2d(6, 8, 3, { padding: 1 }),
      scores: new nn.Conv2d(8, 1, 1),
      deltas: new nn.Conv2d(8, 2, 1),
      head: new nn.Linear(72, 4),
    },
  );
  await assertAgrees(enliven(model));
});
