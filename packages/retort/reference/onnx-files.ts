/** For tests: ONNX files, the network that they were written of, and recipes that learn from them, in a folder that is removed after the tests of a file. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { loadSafetensors, scope, type Tensor } from '@retort/torch';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { loadModel, OnnxNetwork, ResNet } from '../src/models/index.ts';

export const folder: string = path.join(import.meta.dirname, 'models/onnx');
export const scratch: string = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-onnx-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const { tensors, metadata } = loadSafetensors(path.join(folder, 'reference.safetensors'));
export const taps: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  metadata.taps ?? '{}',
);

export function reference(name: string): Tensor {
  const found = tensors[name];
  assert.ok(found, name);
  return found;
}
export const images: Tensor = reference('images');

/** The same network as ours. */
export const network: ResNet = new ResNet({ depth: 8, widths: [4, 4, 8, 16], classes: 10 });
network.loadStateDict(
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith('weights.') ? [[name.slice('weights.'.length), tensor]] : [],
    ),
  ),
);
network.eval();

/** The largest difference as a share of the largest value. */
export const off = (value: Tensor, wanted: Tensor): number =>
  scope(() => value.sub(wanted).abs().amax().item() / wanted.abs().amax().item());

/** @param share  how far the values may be apart, of the largest */
export function assertNear(value: Tensor, wanted: Tensor, share: number, what: string): void {
  assert.deepEqual([value.dtype, value.shape], ['float32', wanted.shape], what);
  assert.ok(off(value, wanted) <= share, `${what} is off by ${off(value, wanted)}`);
}

export const load = async (name: string, said: string[] = []): Promise<OnnxNetwork> => {
  const file = path.isAbsolute(name) ? name : path.join(folder, name);
  const { model } = await loadModel(file, { classes: 10 }, { onWarning: (text) => said.push(text) });
  assert.ok(model instanceof OnnxNetwork);
  return model;
};

export const data: string = path.join(import.meta.dirname, 'ten-classes.ts');

/** A recipe of two steps with a tap. @param teacher  as YAML */
export function write(name: string, teacher: string, tap: string, more = ''): string {
  const file = path.join(scratch, `${name}.yaml`);
  const text = `data: { name: '${data}#tenClasses', train: [] }
teacher: ${teacher}
student: resnet8
batchSize: 6
precision: fp32
${more}
stages:
  - steps: 2
    methods: [kd, { name: fitnet, student: layer3, teacher: '${tap}' }]
    schedule: constant
`;
  fs.writeFileSync(file, text);
  return file;
}

/** A file like one of ours, but for a change. */
export function changed(name: string, change: (model: ModelProto) => void, of = 'dynamic.onnx'): string {
  const model = fromBinary(ModelProtoSchema, fs.readFileSync(path.join(folder, of)));
  change(model);
  const file = path.join(scratch, name);
  fs.writeFileSync(file, toBinary(ModelProtoSchema, model));
  return file;
}
