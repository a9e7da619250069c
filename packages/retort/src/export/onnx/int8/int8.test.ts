/** Graphs in int8: beside onnxruntime's own quantiser (`reference/int8/int8.py`), what they answer, and what is refused. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { loadSafetensors, setNumThreads, type Tensor } from '@retort/torch';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { networks, side } from '../../../../reference/int8/networks.ts';
import { needOnnxRuntime, OnnxSession } from '../../../models/onnx/index.ts';
import { exportOnnx, type OnnxExport } from '../index.ts';
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
