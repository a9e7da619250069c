/** Graphs in int8: beside onnxruntime's own quantiser (`reference/int8/int8.py`), what they answer, and what is refused. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import {
  full,
  loadSafetensors,
  manualSeed,
  nn,
  noGrad,
  randn,
  setNumThreads,
  type Tensor,
  zeros,
} from '@retort/torch';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { enlivenNetwork, operatorsOf, tried } from '../../../../reference/exported.ts';
import { networks, side } from '../../../../reference/int8/networks.ts';
import { createModel } from '../../../models/index.ts';
import { needOnnxRuntime, OnnxSession } from '../../../models/onnx/index.ts';
import { checkExport, exportOnnx, type OnnxExport } from '../index.ts';
import { Entropy } from './entropy.ts';
import type { Int8Options } from './options.ts';
import { Percentile } from './percentile.ts';
import { extremesOf, type Observer } from './range.ts';

setNumThreads(1);

const { tensors } = loadSafetensors(
  path.join(import.meta.dirname, '../../../../reference/int8/int8.safetensors'),
);

function reference(name: string): Tensor {
  const found = tensors[name];
  assert.ok(found, name);
  return found;
}

const numbers = (name: string): number[] =>
  Array.from(reference(name).toTypedArray() as Float32Array, Number);

/** What the reference has under a name, by the rest of it. */
const under = (start: string): [string, number[]][] =>
  Object.keys(tensors)
    .filter((name) => name.startsWith(start))
    .map((name) => [name.slice(start.length), numbers(name)]);

const arrays = { 1: Float32Array, 2: Uint8Array, 3: Int8Array, 6: Int32Array, 7: BigInt64Array } as const;

/** The constants of a file, by name. */
function constantsOf({ bytes }: OnnxExport): ReadonlyMap<string, number[]> {
  const { graph } = fromBinary(ModelProtoSchema, bytes) as ModelProto;
  return new Map(
    graph?.initializer.map(({ name, rawData, dataType }) => {
      const { buffer } = new Uint8Array(rawData);
      return [name, Array.from(new arrays[dataType as keyof typeof arrays](buffer), Number)];
    }),
  );
}

function assertClose(
  found: readonly number[] | undefined,
  expected: readonly number[],
  share: number,
  what: string,
): void {
  assert.equal(found?.length, expected.length, what);
  expected.forEach((each, i) => {
    const other = found?.[i] ?? Number.NaN;
    assert.ok(Math.abs(other - each) <= share * Math.abs(each), `${what}: ${other} and not ${each}`);
  });
}

function assertWithinOne(
  found: readonly number[] | undefined,
  expected: readonly number[],
  what: string,
): void {
  assert.equal(found?.length, expected.length, what);
  let others = 0;
  expected.forEach((each, i) => {
    const difference = Math.abs((found?.[i] ?? Number.NaN) - each);
    // The scale of a bias is one of float32 sums in another order.
    assert.ok(difference <= Math.max(1, 1e-5 * Math.abs(each)), `${what}: ${found?.[i]} and not ${each}`);
    if (difference > 0) others++;
  });
  assert.ok(
    others <= Math.max(1, expected.length / 20),
    `${what}: ${others} of ${expected.length} are others`,
  );
}

function answerOf({ bytes }: OnnxExport, images: Tensor): number[] {
  using session = new OnnxSession(needOnnxRuntime('a test'), bytes.slice(), { threads: 1, folder: '' });
  const { buffer } = images.toTypedArray().slice();
  const shown = { type: 'float32', dims: images.shape, bytes: new Uint8Array(buffer as ArrayBuffer) };
  const { logits } = session.run({ pixel_values: shown }, ['logits']);
  return Array.from(new Float32Array(logits?.bytes.slice().buffer ?? new ArrayBuffer()));
}

const cases: Readonly<Record<string, Omit<Int8Options, 'images'>>> = {
  'min-max': {},
  percentile: { calibration: 'percentile' },
  entropy: { calibration: 'entropy' },
  reduced: { reduceRange: true },
};

suite("onnxruntime's quantiser", () => {
  const images = reference('images');
  for (const [name, create] of Object.entries(networks))
    for (const [each, options] of Object.entries(cases))
      test(`${name}, ${each}: the same values, scales, zeros and weights in whole numbers, and logits`, async () => {
        const model = create();
        const start = `${name}.weights.`;
        const keys = Object.keys(tensors).filter((key) => key.startsWith(start));
        model.loadStateDict(Object.fromEntries(keys.map((key) => [key.slice(start.length), reference(key)])));
        const made = await exportOnnx(model, {
          size: side,
          precision: 'int8',
          int8: { images: [images], ...options },
        });
        const constants = constantsOf(made);
        const of = `${name}.${each}`;
        const scales = under(`${of}.scale.`);
        const own = Array.from(constants.keys()).filter(
          (key) =>
            constants.has(key.replace(/scale$/, 'zero')) &&
            /\/scale$/.test(key) &&
            constants.get(key.replace(/scale$/, 'uint8')) === undefined,
        );
        assert.ok(scales.length > 8);
        const others = scales.filter(([value, [expected = 0]]) => {
          const [scale = 0] = constants.get(`${value}/scale`) ?? [];
          if (Math.abs(scale - expected) <= 1e-5 * expected) {
            assert.deepEqual(constants.get(`${value}/zero`), numbers(`${of}.zero.${value}`), value);
            return false;
          }
          assert.ok(Math.abs(scale - expected) <= 0.03 * expected, `${value}: ${scale} and not ${expected}`);
          return true;
        });
        // Divergences of two ranges that are as good in float32 are told apart by how they are added up.
        assert.ok(others.length <= (each === 'entropy' ? 1 : 0), others.join());
        const weights = under(`${of}.weights.`);
        assert.ok(weights.length > 8);
        for (const [key, expected] of weights)
          assertWithinOne(constants.get(`${key}/int8`) ?? constants.get(`${key}/int32`), expected, key);
        assert.equal(own.length, scales.length + weights.length);
        const logits = numbers(`${of}.logits`);
        const largest = Math.max(...logits.map(Math.abs));
        answerOf(made, images).forEach((logit, i) => {
          assert.ok(Math.abs(logit - (logits[i] ?? 0)) <= 0.02 * largest, `${logit} and not ${logits[i]}`);
        });
      });

  const observers: Readonly<Record<string, () => Observer>> = {
    percentile: () => new Percentile(99.99),
    entropy: () => new Entropy(),
  };
  for (const [method, create] of Object.entries(observers))
    for (const set of ['normal', 'growing', 'positive', 'tails', 'away', 'zeros first'])
      test(`${method} of elements: ${set}`, () => {
        const observer = create();
        for (const i of [0, 1, 2]) {
          const elements = reference(`${set}.${i}`).toTypedArray() as Float32Array;
          observer.observe(elements, extremesOf(elements));
        }
        const { least, most } = observer.range();
        assertClose([least, most], numbers(`${set}.${method}`), 1e-6, set);
      });
});

/** A network with lively weights, images for it, and its graph in int8. */
async function made(
  model: nn.Layer,
  images: readonly [channels: number, height: number, width: number],
  options: Omit<Int8Options, 'images'> = {},
) {
  manualSeed(1);
  const [channels, ...size] = images;
  const shown = randn([24, ...images]);
  const exported = await exportOnnx(model, {
    ...{ size, channels, precision: 'int8' },
    int8: { images: [shown], ...options },
  });
  return { exported, shown, check: checkExport(model, exported, { images: shown }) };
}

const lively = (name: string, side: number, classes = 5): nn.Layer => {
  manualSeed(0);
  return enlivenNetwork(createModel(name, { classes }), [3, side, side]);
};

const count = (operators: readonly string[], operator: string): number =>
  operators.filter((each) => each === operator).length;

suite('a graph in int8', () => {
  /** Each with the side of its images, the share of float32's bytes, and how far logits may be from the network's, of the largest. */
  const families = {
    resnet8: [32, 0.31, 0.1],
    plain4_cifar10: [32, 0.33, 0.1],
    vgg8: [32, 0.26, 0.1],
    wrn_16_1: [32, 0.3, 0.1],
    vit_pico_patch8_64: [64, 0.3, 0.1],
    deit_tiny_distilled_patch4_32: [32, 0.28, 0.1],
  } as const;
  for (const [name, [side, share, most]] of Object.entries(families))
    test(`${name} is about a quarter as large, and answers as the network`, async () => {
      const model = lively(name, side);
      const fp32 = await exportOnnx(model, { size: side });
      const { exported, check } = await made(model, [3, side, side]);
      assert.ok(
        exported.bytes.length < share * fp32.bytes.length,
        `${exported.bytes.length} of ${fp32.bytes.length}`,
      );
      assert.equal(exported.parameters, fp32.parameters);
      assert.ok(check.difference <= most * check.largest, `${check.difference} of ${check.largest}`);
      assert.ok(check.agreement >= 0.85, String(check.agreement));
    });

  test('of a residual network has whole numbers from the images to the pooling, and between', async () => {
    const { exported } = await made(lively('resnet8', 32), [3, 32, 32]);
    const operators = operatorsOf(exported);
    assert.equal(count(operators, 'Relu'), 0);
    const { graph } = fromBinary(ModelProtoSchema, exported.bytes) as ModelProto;
    const wholes = new Set(
      graph?.node.filter(({ opType }) => opType === 'DequantizeLinear').flatMap(({ output }) => output),
    );
    const taken =
      graph?.node.filter(({ opType }) => /^(Conv|Add|GlobalAveragePool|Reshape|Gemm)$/.test(opType)) ?? [];
    assert.equal(taken.length, 15);
    for (const { name, input } of taken)
      for (const each of input.filter((one) => !/^int64/.test(one)))
        assert.ok(wholes.has(each), `${name}: ${each}`);
  });

  test('of a transformer leaves norms, softmax, products of attention and what is added up in float32', async () => {
    const { exported } = await made(lively('vit_pico_patch8_64', 64), [3, 64, 64]);
    const { graph } = fromBinary(ModelProtoSchema, exported.bytes) as ModelProto;
    const wholes = new Set(
      graph?.node.filter(({ opType }) => opType === 'DequantizeLinear').flatMap(({ output }) => output),
    );
    const from = (operator: string) =>
      graph?.node
        .filter(({ opType }) => opType === operator)
        .map(({ input }) => input.filter((each) => wholes.has(each)).length) ?? [];
    assert.ok(from('LayerNormalization').every((inputs) => inputs === 0));
    assert.ok(from('Softmax').every((inputs) => inputs === 0));
    assert.ok(from('Add').every((inputs) => inputs === 0));
    assert.ok(from('MatMul').length > 0 && from('MatMul').every((inputs) => inputs === 0));
    assert.ok(from('Gemm').length > 20 && from('Gemm').every((inputs) => inputs === 3));
  });

  test('has no constant of float32 that is a weight', async () => {
    const model = lively('resnet8', 32);
    const { exported } = await made(model, [3, 32, 32]);
    for (const [path] of model.namedParameters()) assert.ok(!exported.initialisers.includes(path), path);
  });

  test('leaves the first and the last layer alone where that is asked', async () => {
    const model = lively('resnet8', 32);
    const { exported } = await made(model, [3, 32, 32], { keep: { first: true, last: true } });
    const { exported: whole } = await made(model, [3, 32, 32]);
    const kept = exported.initialisers.filter((name) => /^(conv1|fc)\.weight$/.test(name));
    assert.deepEqual(kept.sort(), ['conv1.weight', 'fc.weight']);
    assert.ok(exported.initialisers.includes('layer1.0.conv1.weight/int8'));
    assert.ok(
      whole.initialisers.includes('conv1.weight/int8') && whole.initialisers.includes('fc.weight/int8'),
    );
  });

  test('of one channel, one class, and images that are no squares', async () => {
    manualSeed(0);
    const model = enlivenNetwork(createModel('resnet8', { classes: 1, channels: 1 }), [1, 12, 20]);
    const { check } = await made(model, [1, 12, 20]);
    assert.ok(check.difference <= 0.1 * check.largest, `${check.difference} of ${check.largest}`);
  });

  test('that makes colours grey and normalises itself, of images as the network takes them', async () => {
    manualSeed(0);
    const model = enlivenNetwork(createModel('resnet8', { classes: 5, channels: 1 }), [1, 16, 16]);
    const shown = randn([12, 1, 16, 16]);
    const exported = await exportOnnx(model, {
      ...{ size: 16, channels: 1, fromColour: true, precision: 'int8' },
      bakeNormalisation: { mean: [0.3], std: [0.2] },
      int8: { images: [shown] },
    });
    assert.deepEqual(exported.shown.ports[0]?.sizes.slice(1), [3, 16, 16]);
    const check = checkExport(model, exported, { images: shown });
    assert.ok(check.difference <= 0.1 * check.largest, `${check.difference} of ${check.largest}`);
  });

  test('cuts where Clip does, and where zero is not within it by a node', async () => {
    manualSeed(0);
    const of = (least: number, most: number) =>
      tried((x, { conv, last }) => last.forward(conv.forward(x).clamp({ min: least, max: most })), {
        conv: new nn.Conv2d(3, 8, 3),
        last: new nn.Conv2d(8, 4, 3),
      });
    const { exported, check } = await made(of(-0.2, 0.3), [3, 8, 8]);
    assert.equal(count(operatorsOf(exported), 'Clip'), 0);
    assert.ok(check.difference <= 0.1 * check.largest);
    const apart = await made(of(0.2, 0.6), [3, 8, 8]);
    assert.equal(count(operatorsOf(apart.exported), 'Clip'), 1);
    assert.ok(apart.check.difference <= 0.1 * apart.check.largest);
  });

  test('of a network of one layer, within which there is nothing', async () => {
    manualSeed(0);
    const model = new nn.Sequential(new nn.Flatten(), new nn.Linear(768, 4));
    const images = randn([8, 3, 16, 16]);
    const exported = await exportOnnx(model, { size: 16, precision: 'int8', int8: { images: [images] } });
    const { difference, largest } = checkExport(model, exported, { images });
    assert.ok(difference < 0.05 * largest, `${difference} of ${largest}`);
  });

  test('of a layer that answers nothing but zeros', async () => {
    manualSeed(0);
    const model = tried(
      (x, { one, two, three }) => three.forward(one.forward(x).add(two.forward(x)).relu()),
      {
        one: new nn.Conv2d(3, 4, 3),
        two: new nn.Conv2d(3, 4, 3),
        three: new nn.Conv2d(4, 2, 3),
      },
    );
    const { two } = model as unknown as { two: nn.Conv2d };
    noGrad(() => {
      for (const parameter of two.parameters()) parameter.zero_();
    });
    const { check } = await made(model, [3, 8, 8]);
    assert.ok(check.difference <= 0.1 * check.largest, `${check.difference} of ${check.largest}`);
  });

  test('of batches that come one after the other is that of one batch', async () => {
    const model = lively('resnet8', 16);
    manualSeed(2);
    const shown = randn([24, 3, 16, 16]);
    async function* batches() {
      for (const start of [0, 8, 16]) yield shown.narrow(0, start, 8);
    }
    for (const calibration of ['min-max', 'percentile', 'entropy'] as const) {
      const of = (images: NonNullable<Int8Options['images']>) =>
        exportOnnx(model, { size: 16, precision: 'int8', int8: { images, calibration } });
      assert.deepEqual((await of(batches())).bytes, (await of([shown])).bytes, calibration);
    }
  });

  test('of what is first dark and then a million times as bright is made in bounded memory', () => {
    manualSeed(0);
    for (const observer of [new Percentile(99.99), new Entropy()]) {
      for (const size of [1e-6, 1]) {
        const elements = randn([5000]).mul(size).toTypedArray() as Float32Array;
        observer.observe(elements, extremesOf(elements));
      }
      const { least, most } = observer.range();
      assert.ok(most > 1 && most < 5 && least < -1 && least > -5, `${least} to ${most}`);
    }
  });
});

suite('int8 that cannot be', () => {
  const refused = (options: object, sentence: RegExp, model: nn.Layer = lively('resnet8', 16)) =>
    assert.rejects(exportOnnx(model, { size: 16, precision: 'int8', ...options }), (error: Error) => {
      assert.equal(error.name, 'ExportError');
      assert.match(error.message, sentence);
      return true;
    });

  test('is refused with a sentence', async () => {
    const images = [randn([2, 3, 16, 16])];
    await refused({}, /^a graph in int8 is made with real images: pass int8: \{ images \}/);
    await refused({ int8: { images: [] } }, /^int8\.images came to their end before the first/);
    await refused(
      { int8: { images: [randn([2, 3, 8, 16])] } },
      /batches of float32 \[N, 3, 16, 16\] are needed, not float32 \[2, 3, 8, 16\]$/,
    );
    await refused({ int8: { images: [images[0]?.to('float64')] } }, /not float64 \[2, 3, 16, 16\]$/);
    await refused(
      { int8: { images: [full([2, 3, 16, 16], Number.NaN)] } },
      /^'pixel_values' is NaN or infinite/,
    );
    await refused({ int8: { images: [zeros([2, 3, 16, 16])] } }, /^int8\.images are all of one colour, 0/);
    await refused(
      { int8: { images, calibration: 'mean' } },
      /^int8\.calibration: min-max, percentile, entropy, not 'mean'$/,
    );
    await refused(
      { int8: { images, percentile: 99 } },
      /is for calibration 'percentile', and this is 'min-max'$/,
    );
    await refused(
      { int8: { images, calibration: 'percentile', percentile: 0.5 } },
      /from 50 to 100 percent, not 0\.5$/,
    );
    await refused(
      { precision: 'fp16', int8: { images } },
      /^int8 says how precision 'int8' is made, and this is 'fp16'$/,
    );
    await refused(
      { int8: { images } },
      /^nothing of this network can be computed in int8/,
      tried((x) => x.mean([2, 3])),
    );
    const one = new nn.Sequential(new nn.Flatten(), new nn.Linear(768, 2));
    await refused(
      { int8: { images, keep: { last: true } } },
      /^nothing of this network would be in int8/,
      one,
    );
  });

  test('as a value within is no number, is told by its name', async () => {
    const model = tried((x, { one, two }) => two.forward(one.forward(x).log()), {
      one: new nn.Conv2d(3, 4, 3),
      two: new nn.Conv2d(4, 2, 3),
    });
    await refused(
      { int8: { images: [randn([2, 3, 16, 16])] } },
      /^'Log' is NaN or infinite for one of int8\.images/,
      model,
    );
  });
});
