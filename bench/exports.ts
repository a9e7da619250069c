/** Students as ONNX files beside PyTorch's own export of the same weights: both in onnxruntime-node, images a second. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { getNumThreads, manualSeed, randn, saveSafetensors } from '@retort/torch';
import { createModel } from 'retort';
import { exportOnnx } from '../packages/retort/src/export/onnx/index.ts';
import { needOnnxRuntime, OnnxSession, type PassedTensor } from '../packages/retort/src/models/onnx/index.ts';
import { alternate, type Line, lineOf, print, time } from './compare.ts';

/** Each with the side of its images. */
const networks = { resnet8x4: 32, resnet18: 224, mobilenet_v2: 224, vit_tiny_patch16_224: 224 };
const batches = [1, 8];

export interface ExportsOptions {
  /** One with PyTorch, torchvision, timm and onnxscript. */
  readonly python: string;
  readonly pairs: number;
}

interface File {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly nodes: number;
}

/** PyTorch's, of the weights in a file. */
function exportedByPyTorch(python: string, name: string, side: number, weights: string, file: string): File {
  const args = [path.join(import.meta.dirname, 'export.py'), name, weights, String(side), file];
  const { status, stdout } = spawnSync(python, args, { stdio: ['ignore', 'pipe', 2], encoding: 'utf8' });
  if (status !== 0) throw new Error(`PyTorch did not export ${name}`);
  return { bytes: new Uint8Array(fs.readFileSync(file)), nodes: JSON.parse(stdout).nodes };
}

const asFloats = (tensor: PassedTensor | undefined): Float32Array =>
  new Float32Array((tensor?.bytes ?? new Uint8Array()).slice().buffer);

/** Answers, and how a run of them is timed. */
function runnerOf({ bytes }: File, batch: number, side: number) {
  const runtime = needOnnxRuntime('an exported network');
  const session = new OnnxSession(runtime, bytes.slice(), { threads: getNumThreads(), folder: '' });
  manualSeed(1);
  const images = new Uint8Array(randn([batch, 3, side, side]).toTypedArray().buffer as ArrayBuffer);
  const answer = () =>
    session.run({ pixel_values: { type: 'float32', dims: [batch, 3, side, side], bytes: images.slice() } }, [
      'logits',
    ]).logits;
  return { session, answer };
}

/** @throws Error where the two files do not answer the same */
export async function exportsBench({ python, pairs }: ExportsOptions): Promise<Line[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bench-exports-'));
  const lines: Line[] = [];
  try {
    for (const [name, side] of Object.entries(networks)) {
      manualSeed(0);
      const model = createModel(name, { classes: 100 });
      const weights = path.join(folder, 'weights.safetensors');
      saveSafetensors(weights, model.stateDict());
      const files = {
        ours: await exportOnnx(model, { size: side }),
        theirs: exportedByPyTorch(python, name, side, weights, path.join(folder, 'theirs.onnx')),
      };
      const says = ({ nodes, bytes }: File) => `${nodes} nodes, ${(bytes.length / 1e6).toFixed(2)} MB`;
      console.log(`${name}: ${says(files.ours)} against ${says(files.theirs)}`);
      for (const batch of batches) {
        const ours = runnerOf(files.ours, batch, side);
        const theirs = runnerOf(files.theirs, batch, side);
        const [own, others] = [asFloats(ours.answer()), asFloats(theirs.answer())];
        const largest = others.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
        if (
          own.length === 0 ||
          own.some((logit, i) => !(Math.abs(logit - (others[i] ?? 0)) <= 1e-3 * largest))
        )
          throw new Error(`${name}: the two files do not answer the same`);
        const step = (answer: () => unknown) => (count: number) => time(() => void answer(), count);
        const count = Math.max(2, Math.round(0.4 / (time(ours.answer, 3) / 3)));
        const took = await alternate({ ours: step(ours.answer), theirs: step(theirs.answer) }, count, pairs);
        const line = lineOf(`${name} exported, batch ${batch}`, took.ours, took.theirs, count, batch);
        lines.push(line);
        print(line);
        ours.session[Symbol.dispose]();
        theirs.session[Symbol.dispose]();
      }
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  return lines;
}
