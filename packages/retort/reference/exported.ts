/** For tests: small networks exported to ONNX, and asked in onnxruntime beside the engine. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { Generator, manualSeed, nn, noGrad, randn, scope, type Tensor } from '@retort/torch';
import { ModelProtoSchema, type NodeProto } from 'onnx-buf';
import { checkExport, exportOnnx, type OnnxExport } from '../src/export/onnx/index.ts';

/** Channels, height, width. */
export type Images = readonly [channels: number, height: number, width: number];

export const defaultImages: Images = [6, 9, 7];

/** A network of a function and of what it has of modules and parameters, by name. Whatever the function answers is flattened to logits. */
class Tried<Parts extends Readonly<Record<string, nn.Module | nn.Parameter>>> extends nn.Layer {
  readonly #forward: (x: Tensor, parts: Parts) => Tensor;
  readonly #parts: Parts;

  constructor(forward: (x: Tensor, parts: Parts) => Tensor, parts: Parts) {
    super();
    this.#forward = forward;
    this.#parts = parts;
    Object.assign(this, parts);
  }

  forward(x: Tensor): Tensor {
    const made = this.#forward(x, this.#parts);
    return made.dim() === 2 ? made : made.flatten(1);
  }
}

/** A network that computes what a function says. @example tried((x, { conv }) => conv.forward(x), { conv: new nn.Conv2d(6, 4, 3) }) */
export const tried = <Parts extends Readonly<Record<string, nn.Module | nn.Parameter>>>(
  forward: (x: Tensor, parts: Parts) => Tensor,
  parts: Parts = {} as Parts,
): nn.Layer => new Tried(forward, parts);

/** Weights and statistics that show in every logit: biases, norms and heads that start as 0 or 1 do not. */
export function enliven<Model extends nn.Module>(model: Model): Model {
  const generator = new Generator(3);
  noGrad(() =>
    scope(() => {
      const drawn = (tensor: Tensor) => randn(tensor.shape, { generator });
      for (const parameter of model.parameters()) {
        const flat = parameter.reshape([-1]);
        if (
          parameter.numel() > 1 &&
          flat
            .sub(flat.narrow(0, 0, 1))
            .abs()
            .max()
            .item() > 0
        )
          continue;
        parameter.add_(drawn(parameter).mul(parameter.dim() > 1 ? 0.2 : 0.3));
      }
      for (const [path, buffer] of model.namedBuffers()) {
        if (path.endsWith('running_var')) buffer.copy_(drawn(buffer).mul(0.3).exp());
        else if (path.endsWith('running_mean')) buffer.copy_(drawn(buffer).mul(0.5));
      }
    }),
  );
  return model;
}

/** A network of the zoo whose logits tell images apart: its batch norms have the statistics of images, and weights that start small are larger. */
export function enlivenNetwork<Model extends nn.Layer>(
  model: Model,
  [channels, height, width]: Images,
): Model {
  enliven(model);
  const modules = Array.from(model.namedModules(), ([, module]) => module);
  const norms = modules.filter(
    (module) => module instanceof nn.BatchNorm2d || module instanceof nn.BatchNorm1d,
  );
  noGrad(() =>
    scope(() => {
      // Without any norm each block would multiply what comes to it.
      const levelled = modules.some((module) => module instanceof nn.LayerNorm);
      if (norms.length === 0 && levelled)
        for (const parameter of model.parameters()) if (parameter.dim() > 1) parameter.mul_(3);
      const momenta = norms.map(({ momentum }) => momentum);
      for (const norm of norms) Object.assign(norm, { momentum: 1 });
      using generator = new Generator(4);
      if (norms.length > 0) model.train().forward(randn([8, channels, height, width], { generator }));
      norms.forEach((norm, i) => {
        Object.assign(norm, { momentum: momenta[i] });
      });
    }),
  );
  return model;
}

/** The nodes of a file. */
export const nodesOf = ({ bytes }: OnnxExport): readonly NodeProto[] =>
  fromBinary(ModelProtoSchema, bytes).graph?.node ?? [];

/** The operators of a file, in their order. */
export const operatorsOf = (exported: OnnxExport): readonly string[] =>
  nodesOf(exported).map(({ opType }) => opType);

let kept = 0;

/** For `npm run check -- exports`, which has each file of the tests looked at in Python. */
export function keepFile({ bytes }: OnnxExport): void {
  const folder = process.env.RETORT_KEEP_EXPORTS;
  if (folder) fs.writeFileSync(path.join(folder, `${process.pid}-${kept++}.onnx`), bytes);
}

export interface AgreeOptions {
  readonly images?: Images;
  /** Of how many images; neither it nor the batches that it is cut into were followed. */
  readonly count?: number;
}

/** Exports a network and fails unless the file answers as it does, and as one that looks at its images. */
export async function assertAgrees(
  model: nn.Layer,
  { images = defaultImages, count = 7 }: AgreeOptions = {},
): Promise<OnnxExport> {
  const [channels, height, width] = images;
  const exported = await exportOnnx(model, { size: [height, width], channels });
  keepFile(exported);
  using generator = new Generator(1);
  const shown = randn([count, channels, height, width], { generator });
  const { difference, largest } = checkExport(model, exported, { images: shown });
  assert.ok(difference <= 1e-4 * largest, `differs by ${difference} of ${largest}`);
  const spread = scope(() =>
    noGrad(() => {
      const logits = model.eval().forward(shown);
      return Number(
        logits
          .sub(logits.narrow(0, 0, 1))
          .abs()
          .max()
          .item(),
      );
    }),
  );
  assert.ok(spread > 0.05 * largest, `logits up to ${largest} differ between images by ${spread} alone`);
  return exported;
}

/** One way to call an operator: what it computes of images, and what of modules and parameters it has. */
export interface Case {
  readonly of: () => nn.Layer;
  readonly images?: Images;
  /** The operators that the file has of it. */
  readonly nodes?: readonly string[];
}

/** A test for each case. */
export function testExports(cases: Readonly<Record<string, Case>>): void {
  for (const [name, { of, images, nodes }] of Object.entries(cases))
    test(name, async () => {
      manualSeed(0);
      const exported = await assertAgrees(enliven(of()), images ? { images } : {});
      if (nodes) assert.deepEqual(operatorsOf(exported), nodes);
    });
}

/** Fails unless the export is refused with such a sentence. */
export async function assertRefused(
  model: nn.Layer,
  sentence: RegExp,
  images = defaultImages,
): Promise<void> {
  const [channels, height, width] = images;
  await assert.rejects(exportOnnx(model, { size: [height, width], channels }), (error: Error) => {
    assert.equal(error.name, 'ExportError');
    assert.match(error.message, sentence);
    return true;
  });
}
