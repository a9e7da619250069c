/** What the runs are made of whose files are damaged: recipes, weights, images. */
import fs from 'node:fs';
import path from 'node:path';
import { manualSeed, saveSafetensors, setNumThreads } from '@retort/torch';
import { createModel } from 'retort';
import { thisMachine } from '../../packages/torch/src/machine.ts';
import { fileOf } from '../../packages/torch/src/precision/kept.ts';

/** Kinds of runs: a cached teacher, in two stages, from weights; or a data set in its official files, without a teacher. */
export type Kind = 'taught' | 'of-files';

/** What a run of a kind is, where weights lie in a place. */
export const recipes: Readonly<Record<Kind, (place: string) => string>> = {
  taught: (place) => `data: { name: fashion-mnist, trainImages: 48, holdOut: 16, train: [crop-flip] }
teacher: resnet8:${place}/teacher.safetensors
student: resnet8:${place}/student.safetensors
teacherCheck: false
cache: { views: 2 }
batchSize: 8
checkpoint: { everySeconds: 0.01 }
stages:
  - methods: [{ name: kd, gamma: 0.5 }, fitnet]
    epochs: 2
    accumulate: 2
    clipNorm: 5
    ema: { decay: 0.9 }
    optimizer: adamw
    schedule: one-cycle
  - methods: [kd]
    epochs: 2
    start: best
`,
  'of-files': () => `data: { name: fashion-mnist, trainImages: 48, train: [crop-flip] }
student: resnet8
batchSize: 8
precision: fp32
evaluation: { every: 2 }
checkpoint: { everySeconds: 0.01 }
stages:
  - { methods: [cross-entropy], epochs: 2 }
`,
};

/** A resnet8's weights under a name, by their seed. */
export function saveWeights(file: string, seed: number): void {
  manualSeed(seed);
  const model = createModel('resnet8', { classes: 2, channels: 1 });
  saveSafetensors(file, model.stateDict(), { model: 'resnet8' });
}

/** What a cache says of precisions on this machine, with one thread: that fp32 is faster. */
export function savePrecision(cache: string): void {
  setNumThreads(1);
  const machine = thisMachine();
  const each = { fp32: 1, bf16: 2 };
  const folder = path.join(cache, 'precision');
  fs.mkdirSync(folder);
  fs.writeFileSync(
    path.join(folder, path.basename(fileOf(machine))),
    `${JSON.stringify({ machine, times: { convolution: each, product: each } }, null, 2)}\n`,
  );
}

/** The four files of Fashion-MNIST, of images that nobody drew. */
export function saveImages(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const [prefix, size] of [
    ['train', 60_000],
    ['t10k', 10_000],
  ] as const) {
    // Of a length that is none of an image: no two in a row are the same.
    const pattern = Uint8Array.from({ length: 251 }, (_, i) => (i * 2654435761) % 251);
    const images = Buffer.alloc(size * 28 * 28, pattern);
    const labels = Uint8Array.from({ length: size }, (_, i) => i % 10);
    for (const [name, sizes, bytes] of [
      ['images-idx3', [size, 28, 28], images],
      ['labels-idx1', [size], labels],
    ] as const) {
      const header = Buffer.alloc(4 + 4 * sizes.length);
      header.writeUInt32BE(0x800 + sizes.length);
      for (const [i, count] of sizes.entries()) header.writeUInt32BE(count, 4 + 4 * i);
      fs.writeFileSync(path.join(folder, `${prefix}-${name}-ubyte`), Buffer.concat([header, bytes]));
    }
  }
}
