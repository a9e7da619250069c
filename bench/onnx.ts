/** Images a second of an ONNX teacher as training asks it, beside onnxruntime from Python with as many threads. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { getNumThreads, manualSeed, noGrad, randn, scope } from '@retort/torch';
import { loadOnnx } from 'retort';
import { alternate, type Line, lineOf, print, time } from './compare.ts';
import { Peer } from './peer.ts';

const batch = 64;

/** Each with the side of its images. */
const models = { resnet20: 32, resnet8x4: 32, vit_tiny_patch8_64: 64 };

export interface OnnxOptions {
  /** One with PyTorch, onnx and onnxruntime. */
  readonly python: string;
  readonly pairs: number;
}

/** The models, written by PyTorch with any number of images a batch. */
export async function onnxTeachers({ python, pairs }: OnnxOptions): Promise<Line[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bench-onnx-'));
  const peer = new Peer(python);
  const lines: Line[] = [];
  try {
    for (const [name, side] of Object.entries(models)) {
      const file = path.join(folder, `${name}.onnx`);
      const command = { do: 'prepare', kind: 'onnx', model: name, batch, threads: getNumThreads(), file };
      const { variant } = await peer.ask<{ variant: string }>(command);
      const { model } = await loadOnnx(file, { classes: 100 });
      manualSeed(0);
      const images = randn([batch, 3, side, side]);
      const step = (): void => scope(() => void noGrad(() => model.forward(images)));
      time(step, 2);
      const count = Math.max(2, Math.round(0.8 / (time(step, 3) / 3)));
      const sides = { ours: (n: number) => time(step, n), theirs: (n: number) => peer.seconds(n) };
      const took = await alternate(sides, count, pairs);
      const line = lineOf(
        `${name} as an ONNX teacher, batch ${batch} (${variant})`,
        took.ours,
        took.theirs,
        count,
        batch,
      );
      lines.push(line);
      print(line);
    }
  } finally {
    peer.close();
    fs.rmSync(folder, { recursive: true });
  }
  return lines;
}
