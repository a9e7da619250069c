/**
 * For tests: a small run over a folder of images with RandAugment, mixed images and batches that are read ahead, which leaves damaged images out. As a
 * script it makes the run in the folder of its second argument over the images in that of its first, and kills itself (-9) after the step of
 * the third, where there is one.
 */
import fs from 'node:fs';
import path from 'node:path';
import { manualSeed, setNumThreads } from '@retort/torch';
import {
  createModel,
  type ImageFolderOptions,
  imageFolder,
  kd,
  mixing,
  type RunSettings,
  randAugment,
  randomResizedCrop,
  run,
  stageOf,
  type TrainerOptions,
} from 'retort';
import sharp from 'sharp';

/** Noise of two classes, of several sizes: 20 images each to learn from, and 4 to be judged on. */
export async function drawFolder(folder: string): Promise<void> {
  for (const [split, count] of [
    ['train', 20],
    ['val', 4],
  ] as const)
    for (const [label, name] of ['dark', 'light'].entries())
      for (let i = 0; i < count; i++) {
        const [width, height] = [18 + (i % 3), 16 + (i % 4)];
        const first = 97 * i + 13 * label + split.length;
        const pixels = Uint8Array.from(
          { length: 3 * width * height },
          (_, at) => 128 * label + ((at * (first + 7) + first) % 127),
        );
        const file = path.join(folder, split, name, `${i}.png`);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        await sharp(pixels, { raw: { width, height, channels: 3 } })
          .png()
          .toFile(file);
      }
}

/** Two epochs of ten steps. */
export async function ofFolder(
  photos: string,
  out: string,
  options: ImageFolderOptions = { workers: 2, onCorrupt: 'skip' },
  onWarning: (text: string) => void = () => {},
): Promise<RunSettings & Omit<TrainerOptions, 'data' | 'best'>> {
  // Tensors of this size are not worth a second thread.
  setNumThreads(1);
  const network = (seed: number) => {
    manualSeed(seed);
    return createModel('resnet8', { classes: 2, channels: 3 });
  };
  const [student, teacher] = [network(1), network(2)];
  return {
    student,
    teachers: [teacher],
    stages: [stageOf({ method: kd(), epochs: 2, lr: 0.01 })],
    data: await imageFolder(photos, options, undefined, onWarning),
    batchSize: 4,
    transforms: [randomResizedCrop({ size: 16 }), randAugment({ policy: 'rand-m9-mstd0.5-inc1' })],
    mixing: mixing({ mixup: 0.8, cutmix: 1, mode: 'elem' }),
    renderings: { student: { size: 16 }, teacher: { size: 16 } },
    precision: 'fp32',
    seed: 3,
    readAhead: 2,
    teacherCheck: false,
    log: { everySteps: 3 },
    onWarning,
    out,
  };
}

if (import.meta.main) {
  const [, , photos = '', out = '', last] = process.argv;
  let steps = 0;
  const given = await ofFolder(photos, out);
  await run({
    ...given,
    checkpoint: { everySeconds: 0.05 },
    onStep: () => {
      if (++steps === Number(last)) process.kill(process.pid, 'SIGKILL');
    },
  });
}
