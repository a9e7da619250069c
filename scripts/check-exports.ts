/**
 * `npm run check -- exports [--only TEXT] [--python FILE]`: every model of the zoo as an ONNX file, of float32 and of float16, beside the engine in
 * onnxruntime on random weights that tell images apart, at the size that it is made for (convolutional ones at 64 pixels at most); then these
 * files, and those of the exporter's tests, in onnx's checker with strict shape inference.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Generator, manualSeed, randn, scope } from '@retort/torch';
import { cacheFolder, findPython } from '@retort/torch/setup';
import { enlivenNetwork } from '../packages/retort/reference/exported.ts';
import { checkExport, exportOnnx } from '../packages/retort/src/export/onnx/index.ts';
import { createModel, madeFor, models } from '../packages/retort/src/models/index.ts';

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

const checksOf = { fp32: 1e-4, fp16: 0.05 } as const;
const python = pythonWithOnnx();
let failures = 0;

async function tryModel(name: string): Promise<void> {
  const { pixels = 32, isConvolutional = true } = madeFor(name) ?? {};
  const size = isConvolutional ? Math.min(pixels, 64) : pixels;
  manualSeed(0);
  const model = enlivenNetwork(createModel(name, { classes: 10 }), [3, size, size]);
  using generator = new Generator(1);
  const images = randn([6, 3, size, size], { generator });
  for (const [precision, tolerance] of Object.entries(checksOf) as [keyof typeof checksOf, number][])
    try {
      const exported = await exportOnnx(model, { size, precision });
      const { difference, largest, agreement } = checkExport(model, exported, { images });
      const off = difference / largest;
      const isWrong = !(off <= tolerance);
      if (isWrong) failures++;
      console.log(
        `${name}, ${precision}: ${exported.nodes} nodes, off by ${off.toExponential(1)} of the largest logit, ${(100 * agreement).toFixed(0)} % the same class${isWrong ? ': WRONG' : ''}`,
      );
      fs.writeFileSync(path.join(scratch, `${name}-${precision}.onnx`), exported.bytes);
    } catch (error) {
      failures++;
      console.log(`${name}, ${precision}: FAILED, ${error instanceof Error ? error.message : error}`);
    }
  images.dispose();
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
