/** Detectors as ONNX files, beside the engine: what lies between their layers is computed by onnxruntime as their forward computes it. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setNumThreads, tensor } from '@retort/torch';
import { operatorsOf } from '../../../../reference/exported.ts';
import { fewProposals, findingDetector } from '../../../../reference/finding-detector.ts';
import { checkExport } from '../check.ts';
import { exportOnnx } from '../export.ts';
import { compared, type Detection } from './compared.ts';

setNumThreads(1);

suite('detectors', () => {
  const small = findingDetector('fasterrcnn_mobilenet_v2_fpn');

  for (const name of ['fasterrcnn_mobilenet_v2_fpn', 'faster_rcnn_R_18_FPN'])
    test(`${name} finds the same in images of three sizes, none a multiple of 32`, async () => {
      const model = name === 'fasterrcnn_mobilenet_v2_fpn' ? small : findingDetector(name);
      const exported = await exportOnnx(model);
      const { found, agreement, difference, images } = checkExport(model, exported);
      assert.equal(images, 3);
      assert.ok(Number(found) > 50, `${found} detections say little`);
      assert.equal(agreement, 1);
      assert.ok(difference < 1e-4, String(difference));
      const operators = operatorsOf(exported);
      for (const wanted of ['NonMaxSuppression', 'RoiAlign', 'TopK', 'Resize'])
        assert.ok(operators.includes(wanted), wanted);
    });

  test('in float16 boxes are still float32, and most of what is found is the same', async () => {
    const half = await exportOnnx(small, { precision: 'fp16' });
    assert.ok(half.bytes.length < 2.05 * small.parameterCount());
    const { found, agreement, beyond } = checkExport(small, half);
    assert.ok(Number(found) > 50 && agreement > 0.7, `${agreement} of ${found}`);
    assert.equal(beyond, null);
  });

  test('nothing is found where no proposal is long enough, and where no score is high enough', async () => {
    for (const options of [
      { proposals: { ...fewProposals, shortest: 1e6 } },
      { detections: { score: 0.9999 } },
    ]) {
      const model = findingDetector('fasterrcnn_mobilenet_v2_fpn', options);
      const exported = await exportOnnx(model);
      const tiny = { images: tensor([0]).to('float32').expand([1, 3, 32, 32]).contiguous() };
      const { found } = checkExport(model, exported, {
        ...tiny,
        sizes: tensor([[5, 20]], { dtype: 'int64' }),
      });
      assert.equal(found, 0);
    }
  });

  test('pixels from 0 to 1 are normalised in the graph, before they are padded', async () => {
    const bakeNormalisation = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4] };
    const { found, agreement } = checkExport(small, await exportOnnx(small, { bakeNormalisation }));
    assert.ok(Number(found) > 50);
    assert.equal(agreement, 1);
  });

  test('what no file of a detector is made with is said', async () => {
    await assert.rejects(exportOnnx(small, { precision: 'int8' }), {
      message: 'a detector has no graph in int8 here: export it in fp32 or fp16',
    });
    await assert.rejects(
      exportOnnx(small, { size: 64 }),
      /^ExportError: size is of networks that classify images/,
    );
    await assert.rejects(exportOnnx(small, { channels: 1 }), /takes images of 3 channels, not of 1$/);
  });
});

test('detections are paired by class, place and score, each once', () => {
  const at = (x: number, score: number, of = 0): Detection => ({ box: [x, 0, x + 10, 10], score, class: of });
  assert.deepEqual(
    compared([at(0, 0.9), at(0, 0.8), at(50, 0.7)], [at(0.05, 0.8), at(0, 0.9), at(50, 0.7, 1)], 0.1),
    {
      ...{ all: 3, same: 2, difference: 0 },
    },
  );
  assert.deepEqual(compared([], [at(0, 0.9)], 0.1), { all: 1, same: 0, difference: 0 });
});
