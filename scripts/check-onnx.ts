/**
 * `npm run check -- onnx`: an ONNX classifier that others use, rapidocr-onnxruntime's of the direction of text (a MobileNetV3 for images of
 * 48x192 pixels, with a softmax at its end), run here and by onnxruntime in Python: what it answers, and a value within.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder, findPython } from '@retort/torch/setup';

const folder = path.join(cacheFolder(), 'check-onnx');
const python = path.join(folder, 'bin/python');

function run(command: string, ...args: string[]): string {
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  return stdout;
}

if (!fs.existsSync(python)) {
  console.log(`Installing onnxruntime and rapidocr-onnxruntime for Python into ${folder} (60 MB)`);
  run(findPython() ?? 'python3', '-m', 'venv', folder);
}
const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
run(python, ...pip, 'onnx==1.23.2', 'onnxruntime==1.31.1');
run(python, ...pip, '--no-deps', 'rapidocr-onnxruntime==1.4.4');

const { manualSeed, nn, randn, tensor } = await import('@retort/torch');
const { loadModel } = await import('retort');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-check-onnx-'));
try {
  manualSeed(0);
  const images = randn([9, 3, 48, 192]);
  const file = path.join(scratch, 'images');
  fs.writeFileSync(file, new Uint8Array(images.toTypedArray().buffer));
  const script = path.join(import.meta.dirname, 'check-onnx/python.py');
  const theirs: { file: string; tap: string; answer: number[]; feature: number[]; shape: number[] } =
    JSON.parse(run(python, script, file));
  const { model, name } = await loadModel(
    theirs.file,
    { classes: 2 },
    { onWarning: (text) => console.log(text) },
  );
  const { output, taps } = nn.tap(model, [theirs.tap], () => model.forward(images));
  const off = (ours: typeof output, wanted: number[]): number =>
    ours
      .sub(tensor(wanted, { shape: ours.shape }))
      .abs()
      .amax()
      .item();
  const [answer, feature] = [off(output.softmax(1), theirs.answer), taps[theirs.tap]];
  if (!feature) throw new Error(`nothing was tapped as ${theirs.tap}`);
  const inner = off(feature, theirs.feature) / feature.abs().amax().item();
  console.log(
    `${name}: its answers are off by ${answer.toExponential(1)}, '${theirs.tap}' [${feature.shape.join(', ')}] by ${inner.toExponential(1)} of its largest value`,
  );
  if (!(answer < 1e-4 && inner < 1e-4)) process.exitCode = 1;
} finally {
  fs.rmSync(scratch, { recursive: true });
}
