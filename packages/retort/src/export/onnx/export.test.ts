/** Whole networks as ONNX files: what is in them, what they answer in other precisions, and what is refused. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { aten, full, manualSeed, nn, noGrad, ones, setNumThreads, type Tensor } from '@retort/torch';
import { ModelProtoSchema } from 'onnx-buf';
import {
  assertAgrees,
  assertRefused,
  enliven,
  enlivenNetwork,
  operatorsOf,
  tried,
} from '../../../reference/exported.ts';
import { createModel } from '../../models/index.ts';
import { checkExport, ExportError, exportOnnx } from './index.ts';

setNumThreads(1);

const lively = (name: string, side = 32) => {
  manualSeed(0);
  return enlivenNetwork(createModel(name, { classes: 5 }), [3, side, side]);
};

/** A small one of each family, and the side of its images. */
const families = {
  resnet8: 19,
  resnet8x4: 16,
  ResNet50: 16,
  resnet18: 33,
  wrn_16_1: 16,
  vgg8: 32,
  MobileNetV2: 32,
  mobilenet_v2: 33,
  tf_efficientnet_lite0: 33,
  plain4_cifar10: 32,
  efficientnet_lite0: 33,
  ShuffleV1: 32,
  ShuffleV2: 32,
  vit_pico_patch8_64: 64,
  deit_tiny_distilled_patch4_32: 32,
  mixer_s4_32: 32,
  resmlp_12_32: 32,
} as const;

suite('the zoo', () => {
  for (const [name, side] of Object.entries(families))
    test(name, async () => {
      const model = lively(name, side);
      const { initialisers } = await assertAgrees(model, { images: [3, side, side], count: 6 });
      const paths = new Set(Array.from(model.namedParameters(), ([path]) => path));
      assert.ok(initialisers.filter((each) => paths.has(each)).length > 3, initialisers.join());
    });
});

suite('a file', () => {
  test('says what it is: opset 17, IR version 8, images and logits of a batch that is named', async () => {
    const { bytes, nodes, parameters } = await exportOnnx(lively('resnet8'), {
      size: [19, 32],
      metadata: { recipe: 'kd' },
    });
    const file = fromBinary(ModelProtoSchema, bytes);
    const sizes = (port: NonNullable<typeof file.graph>['input'][number] | undefined) =>
      port?.type?.value.case === 'tensorType'
        ? port.type.value.value.shape?.dim.map(({ value }) => value.value)
        : undefined;
    assert.deepEqual(
      [file.irVersion, file.opsetImport[0]?.version, file.producerName, file.metadataProps[0]?.value],
      [8n, 17n, 'retort', 'kd'],
    );
    assert.deepEqual(
      file.graph?.input.map(({ name }) => name),
      ['pixel_values'],
    );
    assert.deepEqual(
      file.graph?.output.map(({ name }) => name),
      ['logits'],
    );
    assert.deepEqual(sizes(file.graph?.input[0]), ['batch', 3n, 19n, 32n]);
    assert.deepEqual(sizes(file.graph?.output[0]), ['batch', 5n]);
    assert.equal(file.graph?.node.length, nodes);
    assert.ok(parameters > 0);
  });

  test('calls vectors of a network without a classifier as Hugging Face does, where that is asked', async () => {
    const model = createModel('resnet8', { classes: 0 });
    const exported = await exportOnnx(model, { size: 32, output: 'image_embeds' });
    assert.deepEqual([exported.output, exported.width], ['image_embeds', 64]);
    const { graph } = fromBinary(ModelProtoSchema, exported.bytes);
    assert.deepEqual(
      graph?.output.map(({ name }) => name),
      ['image_embeds'],
    );
    const { agreement, difference, largest } = checkExport(model, exported, { says: 'vector' });
    assert.ok(agreement === 1 && difference <= 1e-4 * Math.max(1, largest));
    const half = await exportOnnx(model, { size: 32, output: 'image_embeds', precision: 'fp16' });
    const away = tried((x) => (model.forward(x) as Tensor).neg(), { model });
    const agreements = [model, away].map((one) => checkExport(one, half, { says: 'vector' }).agreement);
    assert.deepEqual(agreements, [1, 0]);
    // Where all lie close together, what tells them apart is compared.
    const close = (sign: number) => tried((x) => (model.forward(x) as Tensor).mul(sign).add(50), { model });
    const far = await exportOnnx(close(1), { size: 32, output: 'image_embeds', precision: 'fp16' });
    assert.deepEqual(
      [1, -1].map((sign) => checkExport(close(sign), far, { says: 'vector' }).agreement > 0.5),
      [true, false],
    );
    await assert.rejects(
      exportOnnx(model, { size: 32, output: 'vectors' as 'logits' }),
      new ExportError("output: logits or image_embeds, not 'vectors'"),
    );
  });

  test('has what the logits need alone: no projector, no tap, nothing of a teacher', async () => {
    const student = lively('resnet8');
    const teacher = lively('resnet8x4');
    const model = tried(
      (x, parts) => {
        const { output } = nn.tap(parts.student, ['layer2'], () => parts.student.forward(x));
        parts.projector.forward(x);
        parts.teacher.forward(x);
        return output;
      },
      { student, teacher, projector: new nn.Conv2d(3, 4, 1) },
    );
    const { initialisers, nodes } = await assertAgrees(model, { images: [3, 16, 16] });
    const alone = await assertAgrees(student, { images: [3, 16, 16] });
    assert.equal(nodes, alone.nodes);
    assert.deepEqual(
      initialisers.filter((name) => !name.startsWith('student.') && !/^\w+\/\[|^\w+\/-?\d/.test(name)),
      [],
    );
  });

  test('of a weight that is shared has it once', async () => {
    const { initialisers } = await assertAgrees(
      enliven(
        tried((x, { conv }) => conv.forward(conv.forward(x)), {
          conv: new nn.Conv2d(6, 6, 3, { padding: 1 }),
        }),
      ),
    );
    assert.deepEqual(initialisers.filter((name) => name.startsWith('conv')).sort(), [
      'conv.bias',
      'conv.weight',
    ]);
  });

  test('of images of one channel', async () => {
    await assertAgrees(
      enliven(
        tried((x, { conv, fc }) => fc.forward(conv.forward(x).relu().mean([2, 3])), {
          conv: new nn.Conv2d(1, 8, 3),
          fc: new nn.Linear(8, 5),
        }),
      ),
      { images: [1, 14, 10] },
    );
  });

  test('with the normalisation in it takes images from 0 to 1', async () => {
    const model = lively('resnet8');
    const bakeNormalisation = { mean: [0.4, 0.5, 0.6], std: [0.2, 0.3, 0.25] };
    const exported = await exportOnnx(model, { size: 16, bakeNormalisation });
    assert.deepEqual(operatorsOf(exported).slice(0, 3), ['Sub', 'Div', 'Conv']);
    const { difference, largest } = checkExport(model, exported);
    assert.ok(difference < 1e-4 * largest);
    for (const wrong of [
      { mean: [0.4], std: [0.2] },
      { mean: [0, 0, 0], std: [1, 0, 1] },
    ])
      await assert.rejects(
        exportOnnx(model, { size: 16, bakeNormalisation: wrong }),
        /^ExportError: bakeNormalisation: a mean and a positive std for each of the 3 channels are needed/,
      );
  });
});

suite('float16', () => {
  for (const [name, side] of Object.entries({ resnet8x4: 16, MobileNetV2: 32, vit_pico_patch8_64: 64 }))
    test(`${name} answers nearly the same in half the bytes, of images and logits of float32`, async () => {
      const model = lively(name, side);
      const whole = await exportOnnx(model, { size: side });
      const exported = await exportOnnx(model, { size: side, precision: 'fp16' });
      const { difference, largest } = checkExport(model, exported);
      assert.ok(difference > 0 && difference < 0.03 * largest, `${difference} of ${largest}`);
      assert.ok(exported.bytes.length < 0.6 * whole.bytes.length);
      const file = fromBinary(ModelProtoSchema, exported.bytes);
      for (const port of [file.graph?.input[0], file.graph?.output[0]])
        assert.equal(port?.type?.value.case === 'tensorType' && port.type.value.value.elemType, 1);
    });

  test('has not weights beyond 65504, which are refused by name', async () => {
    const model = tried((x, { fc }) => fc.forward(x.mean([2, 3])), { fc: new nn.Linear(6, 2) });
    noGrad(() => model.getSubmodule('fc').parameters()[0]?.fill_(70000));
    await assert.rejects(
      exportOnnx(model, { size: 8, channels: 6, precision: 'fp16' }),
      /^ExportError: 'fc\.weight' has 70000, and float16 goes up to 65504: export this network in fp32 alone$/,
    );
  });

  test('computes with numbers that it has not in float32: masks of -1e9, squares of large numbers, a tiny eps', async () => {
    const model = tried((x: Tensor) => {
      const masked = x.masked_fill(x.gt(0.5), -1e9).softmax(-1);
      const large = x.mul(300);
      return masked.add(large.div(large.square().mean([3], true).add(1e-9).sqrt().clamp({ min: 1e-12 })));
    });
    const { difference, largest } = checkExport(
      model,
      await exportOnnx(model, { size: [9, 7], channels: 6, precision: 'fp16' }),
    );
    assert.ok(difference < 0.01 * largest, `${difference} of ${largest}`);
  });
});

suite('networks that depend on how many images there are', () => {
  test('by a size that is taken for a number', () =>
    assertRefused(
      tried((x: Tensor) => x.mul(x.size(0))),
      /^aten::mul\.(Tensor|Scalar) in the network itself cannot be exported: its 'other' depends on the number of images, and must be the same for any$/,
    ));

  test('by a size that something is added to', () =>
    assertRefused(
      tried((x: Tensor) => x.mul(x.size(0) + 1)),
      /: its 'other' is 3 with 2 images and 4 with 3: a number that depends on how many there are must be a multiple of it$/,
    ));

  test('by a branch', async () => {
    await assertRefused(
      tried((x: Tensor) => (x.size(0) > 2 ? x.exp() : x.sin())),
      /^the network calls aten::sin in the network itself with 2 images, and aten::exp in the network itself with 3: what a network computes must not/,
    );
    await assertRefused(
      tried((x: Tensor) => (x.size(0) > 2 ? x.exp().exp() : x.exp())),
      /with 3|with 2/,
    );
  });

  test('by a branch that neither 2 nor 3 images take is found where the file is checked', async () => {
    const model = tried((x: Tensor) => (x.size(0) === 1 ? x.exp() : x.sin()));
    const exported = await exportOnnx(model, { size: 8 });
    assert.throws(
      () => checkExport(model, exported),
      /^ExportError: the exported file \(fp32\) differs from the network by/,
    );
  });

  test('by a constant that is made of it', () =>
    assertRefused(
      tried((x: Tensor) => x.mul(full([1], x.size(0)))),
      /: its 'fill_?[vV]alue' depends on the number of images, and must be the same for any$/,
    ));

  test('by a size that is no multiple of it', () =>
    assertRefused(
      tried((x: Tensor) => aten.cat([x, ones([1, 6, 9, 7])], 0).mean([2, 3])),
      /a size that depends on how many there are must be a multiple of it$/,
    ));

  test('by logits of as many classes', () =>
    assertRefused(
      tried((x: Tensor) => x.flatten(1).matmul(x.flatten(1).t())),
      /^a network is exported that answers logits \[batch, classes\], and this one answers \[batch, batch\]$/,
    ));
});

suite('what is no network to export', () => {
  test('is answered by a sentence', async () => {
    const model = lively('resnet8');
    await assert.rejects(
      exportOnnx(model, { size: 0 }),
      /whole numbers of channels and pixels, not 3 x 0 x 0$/,
    );
    await assert.rejects(
      exportOnnx(lively('resnet8').to({ dtype: 'float64' }), { size: 16 }),
      /is float64, and a network is exported from float32/,
    );
    await assertRefused(
      tried((x: Tensor) => x.argmax({ dim: 1 })),
      /^logits are float32, and the network answers int64$/,
    );
  });
});
