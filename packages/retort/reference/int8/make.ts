/**
 * Writes our networks as ONNX files with their weights and images, and has `int8.py` say what onnxruntime's quantiser makes of them.
 *
 *     node packages/retort/reference/int8/make.ts PYTHON      (one with onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6, safetensors)
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { manualSeed, saveSafetensors, setNumThreads } from '@retort/torch';
import { exportOnnx } from '../../src/export/onnx/index.ts';
import { enlivenNetwork } from '../exported.ts';
import { networks, side, someImages } from './networks.ts';

setNumThreads(1);
const [python = 'python3'] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-int8-'));
const images = someImages();
for (const [name, create] of Object.entries(networks)) {
  manualSeed(0);
  const model = enlivenNetwork(create(), [3, side, side]);
  const { bytes } = await exportOnnx(model, { size: side });
  fs.writeFileSync(path.join(folder, `${name}.onnx`), bytes);
  saveSafetensors(path.join(folder, `${name}.safetensors`), model.stateDict());
}
saveSafetensors(path.join(folder, 'images.safetensors'), { images });
const { status } = spawnSync(python, [path.join(import.meta.dirname, 'int8.py'), folder], {
  stdio: 'inherit',
});
fs.rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
