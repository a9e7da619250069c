/**
 * `npm run check -- exports [--only TEXT] [--python FILE]`: every model as an ONNX file, on random weights that tell images or texts apart, at
 * the size that it is made for (convolutional ones at 64 pixels at most; texts of up to 12 tokens). In onnxruntime float32 is to be as near to the engine's float64 as the
 * engine's float32 is (three times as far at most, or 1e-5 of the largest logit), float16 to say the same class of 5 images or texts of 6, within a
 * fifth of the largest logit. These files, and those of the exporter's tests, then pass onnx's checker with strict shape inference.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  fromBytes,
  Generator,
  getNumThreads,
  manualSeed,
  type nn,
  noGrad,
  randn,
  scope,
  type Tensor,
} from '@retort/torch';
import { cacheFolder, findPython } from '@retort/torch/setup';
import { enlivenNetwork } from '../packages/retort/reference/exported.ts';
import type { Inputs } from '../packages/retort/src/data/index.ts';
import { exportOnnx, type OnnxExport, ShownTexts } from '../packages/retort/src/export/onnx/index.ts';
import {
  createModel,
  isTextClassifier,
  madeFor,
  models,
  textModels,
} from '../packages/retort/src/models/index.ts';
import { needOnnxRuntime, OnnxSession } from '../packages/retort/src/models/onnx/index.ts';
import { answer } from '../packages/retort/src/tasks/index.ts';

const { values: flags } = parseArgs({ options: { only: { type: 'string' }, python: { type: 'string' } } });
const root = path.join(import.meta.dirname, '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-exports-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true }));

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  if (error) throw error;
  return status === 0;
}

function pythonWithOnnx(): string {
  if (flags.python !== undefined) return flags.python;
  const folder = path.join(cacheFolder(), 'check-onnx');
  const python = path.join(folder, 'bin/python');
  if (!fs.existsSync(python)) run(findPython() ?? 'python3', ['-m', 'venv', folder]);
  if (!run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'onnx==1.23.2']))
    throw new Error('onnx could not be installed');
  return python;
}

const python = pythonWithOnnx();
let failures = 0;

/** The logits of a file. */
function answerOf({ bytes, shown }: OnnxExport, inputs: Inputs): Tensor {
  const runtime = needOnnxRuntime('an exported network');
  using session = new OnnxSession(runtime, bytes.slice(), { threads: getNumThreads(), folder: '' });
  const { logits } = session.run(shown.feed(inputs), ['logits']);
  if (!logits) throw new Error('there are no logits');
  return fromBytes(logits.bytes, 'float32', [...logits.dims]).to('float64');
}

const logitsOf = (model: nn.Layer, inputs: Inputs): Tensor =>
  noGrad(() => answer(model.eval(), inputs)).to('float64');

/** Of which size its images are; null of texts. */
function sizeOf(name: string): number | null {
  if (Object.hasOwn(textModels, name)) return null;
  const { pixels = 32, isConvolutional = true } = madeFor(name) ?? {};
  return isConvolutional ? Math.min(pixels, 64) : pixels;
}

/** Six images or texts. */
function inputsOf(model: nn.Layer, size: number | null): Inputs {
  if (isTextClassifier(model)) {
    const { types, ...texts } = new ShownTexts(model.takes).noise(6);
    return model.takes.types > 1 && types ? { ...texts, types } : texts;
  }
  using generator = new Generator(1);
  return { images: randn([6, 3, size ?? 32, size ?? 32], { generator }) };
}

/** Weights and images in float64; tokens stay as they are. */
const exactly = (inputs: Inputs): Inputs =>
  inputs.images ? { images: inputs.images.to('float64') } : inputs;

/** Random weights of a hundred layers carry roundings far: the engine's own distance from float64 is how far. */
async function tryModel(name: string): Promise<void> {
  const size = sizeOf(name);
  manualSeed(0);
  const model = enlivenNetwork(createModel(name, { classes: 10 }), [3, size ?? 0, size ?? 0]);
  const inputs = inputsOf(model, size);
  const files: Partial<Record<'fp32' | 'fp16', OnnxExport>> = {};
  for (const precision of ['fp32', 'fp16'] as const)
    try {
      files[precision] = await exportOnnx(model, { ...(size === null ? {} : { size }), precision });
    } catch (error) {
      failures++;
      console.log(`${name}, ${precision}: FAILED, ${error instanceof Error ? error.message : error}`);
    }
  scope(() => {
    const own = logitsOf(model, inputs);
    const exact = logitsOf(model.to({ dtype: 'float64' }), exactly(inputs));
    const largest = Number(exact.abs().max().item());
    const off = (logits: Tensor) => Number(logits.sub(exact).abs().max().item()) / largest;
    const rounding = off(own);
    for (const [precision, exported] of Object.entries(files)) {
      const logits = answerOf(exported, inputs);
      const same = Number(
        logits
          .argmax({ dim: 1 })
          .eq(exact.argmax({ dim: 1 }))
          .sum()
          .item(),
      );
      const isRight =
        precision === 'fp32' ? off(logits) <= Math.max(1e-5, 3 * rounding) : off(logits) <= 0.2 && same >= 5;
      if (!isRight) failures++;
      console.log(
        `${name}, ${precision}: ${exported.nodes} nodes, off by ${off(logits).toExponential(1)} of the largest logit, the engine by ${rounding.toExponential(1)}; the same class of ${same} of 6${isRight ? '' : ': WRONG'}`,
      );
      fs.writeFileSync(path.join(scratch, `${name}-${precision}.onnx`), exported.bytes);
    }
  });
  for (const tensor of Object.values(inputs)) tensor.dispose();
  scope(() => {
    for (const tensor of [...model.parameters(), ...model.buffers()]) tensor.dispose();
  });
  if (!run(python, [path.join(root, 'scripts/check-exports/python.py'), scratch])) failures++;
  for (const file of fs.readdirSync(scratch)) fs.rmSync(path.join(scratch, file));
}

for (const name of Object.keys(models)) if (name.includes(flags.only ?? '')) await tryModel(name);

console.log('The files of the tests');
const tests = fs.globSync('packages/retort/src/export/onnx/**/*.test.ts', { cwd: root });
const env = { ...process.env, RETORT_KEEP_EXPORTS: scratch };
const isRun = run(
  process.execPath,
  ['--test', '--test-reporter=dot', ...tests.map((file) => path.join(root, file))],
  env,
);
if (!isRun || !run(python, [path.join(root, 'scripts/check-exports/python.py'), scratch])) failures++;
if (failures > 0) process.exitCode = 1;
console.log(failures === 0 ? 'All exports are as they should be' : `${failures} exports or checks FAILED`);
