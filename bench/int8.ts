/** Students as ONNX files in int8 beside the same in float32: both in onnxruntime-node, images a second. What VNNI or the like makes of it, and nothing else does. */
import { getNumThreads, manualSeed, randn } from '@retort/torch';
import { createModel } from 'retort';
import { exportOnnx, type OnnxExport } from '../packages/retort/src/export/onnx/index.ts';
import { needOnnxRuntime, OnnxSession } from '../packages/retort/src/models/onnx/index.ts';
import { alternate, type Line, lineOf, print, time } from './compare.ts';

/** Each with the side of its images. */
const networks = { resnet18: 224, mobilenet_v2: 224, vit_tiny_patch16_224: 224 };
const batches = [1, 8];

/** How a run of a file is timed. */
function runnerOf({ bytes }: OnnxExport, batch: number, side: number) {
  const runtime = needOnnxRuntime('an exported network');
  const session = new OnnxSession(runtime, bytes.slice(), { threads: getNumThreads(), folder: '' });
  const dims = [batch, 3, side, side];
  const images = new Uint8Array(randn(dims).toTypedArray().buffer as ArrayBuffer);
  const run = () =>
    session.run({ pixel_values: { type: 'float32', dims, bytes: images.slice() } }, ['logits']);
  return { session, run };
}

export async function int8Bench(pairs: number): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [name, side] of Object.entries(networks)) {
    manualSeed(0);
    const model = createModel(name, { classes: 100 });
    const int8 = await exportOnnx(model, {
      size: side,
      precision: 'int8',
      int8: { images: [randn([8, 3, side, side])] },
    });
    const fp32 = await exportOnnx(model, { size: side });
    const size = ({ bytes }: OnnxExport) => (bytes.length / 1e6).toFixed(2);
    console.log(`${name}: ${size(int8)} MB in int8, ${size(fp32)} MB in fp32`);
    for (const batch of batches) {
      const ours = runnerOf(int8, batch, side);
      const theirs = runnerOf(fp32, batch, side);
      const step = (run: () => unknown) => (count: number) => time(() => void run(), count);
      const count = Math.max(2, Math.round(0.4 / (time(ours.run, 3) / 3)));
      const took = await alternate({ ours: step(ours.run), theirs: step(theirs.run) }, count, pairs);
      const line = lineOf(
        `${name} in int8 against fp32, batch ${batch}`,
        took.ours,
        took.theirs,
        count,
        batch,
      );
      lines.push(line);
      print(line);
      ours.session[Symbol.dispose]();
      theirs.session[Symbol.dispose]();
    }
  }
  return lines;
}
