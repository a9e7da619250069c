/**
 * Photographs a second, from files to batches as networks are called with: decoded, cropped or resized, mirrored, normalised. Ours as a run reads
 * them, beside torchvision's ImageFolder in PyTorch's DataLoader, with as many workers as there are cores on both sides. A round is a pass over the whole folder, from rest to
 * rest, so that nothing is read ahead at the other side's cost.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { arange, fromBytes, getNumThreads, manualSeed, randn, scope } from '@retort/torch';
import {
  batchOf,
  createModel,
  crossEntropy,
  type Dataset,
  dataFolders,
  draw,
  epochBatches,
  fetchColumns,
  flip,
  type ImageFolderOptions,
  imageFolder,
  type Renderings,
  randAugment,
  randomResizedCrop,
  readAhead,
  stageOf,
  Trainer,
  type Transform,
} from 'retort';
import sharp from 'sharp';
import { alternate, type Line, lineOf, print, type Side, time } from './compare.ts';
import { Peer } from './peer.ts';
import { updater } from './steps.ts';

const batchSize = 64;
const workers = os.availableParallelism();

/** Real ones where there are some, else drawn: noise under shapes, of ImageNet's usual size. */
async function photographs(): Promise<Buffer[]> {
  const folder = dataFolders()
    .map((place) => path.join(place, 'imagenet-sample'))
    .find((place) => fs.existsSync(place));
  if (folder)
    return fs
      .globSync('**/*.JPEG', { cwd: folder })
      .sort()
      .map((name) => fs.readFileSync(path.join(folder, name)));
  console.log('there is no imagenet-sample: photographs are drawn');
  const drawn = Array.from({ length: 50 }, (_, i) => {
    const noise = { type: 'gaussian', mean: 100 + i, sigma: 40 } as const;
    const create = { width: 500, height: 375, channels: 3, background: 'black', noise } as const;
    return sharp({ create }).blur(1.2).jpeg({ quality: 92 }).toBuffer();
  });
  return Promise.all(drawn);
}

const write = (file: string, bytes: Buffer = Buffer.alloc(0)): void => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, bytes);
};

/** A folder `train/CLASS/*.JPEG` of so many files, each photograph in it as often as is needed. @param longer  the longer side in pixels, where it is not as it is */
async function folderOf(
  folder: string,
  photographs: readonly Buffer[],
  count: number,
  longer?: number,
): Promise<string> {
  const files = await Promise.all(
    photographs.map((bytes) =>
      longer === undefined
        ? bytes
        : sharp(bytes)
            .toColourspace('srgb')
            .resize(longer, longer, { fit: 'inside' })
            .jpeg({ quality: 90 })
            .toBuffer(),
    ),
  );
  for (let i = 0; i < count; i++) {
    const file = path.join(folder, 'train', `class${i % 10}`, `${i}.JPEG`);
    write(file, files[i % files.length]);
    if (i < 10) write(file.replace('train', 'val'), files[i]);
  }
  return folder;
}

interface Shown {
  readonly transforms?: readonly Transform[];
  readonly renderings?: Renderings;
}

/** Passes over all of a data set, each another epoch, as a run reads it. */
function loader(data: Dataset, { transforms = [], renderings = {} }: Shown, size = batchSize): Side {
  // As a training run and an evaluation do it.
  const isEvaluation = transforms.length === 0;
  let epoch = 0;
  return async (passes) => {
    const start = performance.now();
    for (let pass = 0; pass < passes; pass++) {
      const drawing = { seed: 0, epoch: epoch++, transforms };
      const batches = epochBatches(data, { seed: 0, epoch, batchSize: size });
      for await (const fetched of readAhead(
        batches,
        (ids) => fetchColumns(data, ids, { drawing, ...(isEvaluation && { renderings }) }),
        2,
      )) {
        using _ = fetched;
        scope(() => {
          batchOf(data, fetched, drawing, { renderings });
        });
      }
    }
    return (performance.now() - start) / 1000;
  };
}

const crop = [randomResizedCrop({ size: 224 }), flip()];

const shown: Readonly<Record<string, Shown>> = {
  train: { transforms: crop },
  eval: { renderings: { student: { size: 224, resize: 256 }, teacher: { size: 224, resize: 256 } } },
  'rand-augment': {
    transforms: [randomResizedCrop({ size: 224, interpolation: 'random' }), flip(), randAugment()],
  },
};

interface PhotographsOptions {
  readonly python: string;
  readonly rounds: number;
  readonly wanted: (name: string) => boolean;
}

/** The training split of a folder; what is judged on, which this needs none of, is one image of each class. */
async function trainOf(folder: string, options: ImageFolderOptions): Promise<Dataset> {
  return (await imageFolder(folder, { workers, ...options })).train;
}

/** Loader and step together, of resnet18 at 224 pixels, beside each alone and beside PyTorch's step under its own loader. */
async function training(data: Dataset, folder: string, peer: Peer, rounds: number): Promise<Line[]> {
  const size = 32;
  manualSeed(0);
  const trainer = new Trainer({
    student: createModel('resnet18', { classes: 10 }),
    teachers: [],
    data,
    batchSize: size,
    transforms: crop,
    precision: 'fp32',
    stages: [stageOf({ method: crossEntropy(), epochs: 1_000_000, schedule: 'constant' })],
  });
  const events = trainer.run();
  const both: Side = async (passes) => {
    const start = performance.now();
    for (let done = 0; done < passes; ) if ((await events.next()).value?.kind === 'epoch') done++;
    return (performance.now() - start) / 1000;
  };
  const update = updater({ model: 'resnet18', batch: size, bf16: false });
  const images = randn([size, 3, 224, 224]).to({ memoryFormat: 'channels_last' });
  const labels = arange(0, size);
  const steps = Math.ceil(data.size / size);
  const step: Side = (passes) => time(() => update(images, labels), passes * steps);
  await peer.ask({
    do: 'prepare',
    kind: 'photographs',
    threads: getNumThreads(),
    batch: size,
    folder,
    transform: 'train',
    workers,
    trains: true,
  });
  const sides = {
    both,
    step,
    loader: loader(data, { transforms: crop }, size),
    theirs: (passes: number) => peer.seconds(passes),
  };
  const took = await alternate(sides, 1, rounds);
  const apart = took.step.map((seconds, i) => seconds + (took.loader[i] ?? 0));
  const lines = [
    lineOf(
      'photographs, training, loader and step together, against one after the other, images a second',
      took.both,
      apart,
      1,
      data.size,
    ),
    lineOf(
      "photographs, training, resnet18 at 224, against PyTorch's step under its own loader, images a second",
      took.both,
      took.theirs,
      1,
      data.size,
    ),
  ];
  for (const line of lines) print(line);
  return lines;
}

/** RandAugment of pictures of 224 pixels alone, on one thread each. */
async function operations(
  files: readonly Buffer[],
  peer: Peer,
  folder: string,
  rounds: number,
): Promise<Line> {
  const pictures = await Promise.all(
    files
      .slice(0, 50)
      .map((bytes) => sharp(bytes).toColourspace('srgb').removeAlpha().resize(224, 224).raw().toBuffer()),
  );
  const images = pictures.map((pixels) => fromBytes(pixels, 'uint8', [1, 224, 224, 3]));
  const transform = randAugment();
  let sample = 0;
  const ours: Side = (passes) =>
    time(() => {
      for (const image of images)
        scope(() => {
          const random = {
            words: (number = 0) => draw({ seed: 0, epoch: 0, sample, purpose: 'augmentation', number }),
          };
          transform.on.image?.(image, [transform.draw(random)]);
          sample++;
        });
    }, passes);
  await peer.ask({
    do: 'prepare',
    kind: 'photographs',
    threads: 1,
    folder,
    transform: 'operations',
    workers: 0,
  });
  const took = await alternate({ ours, theirs: (passes: number) => peer.seconds(passes) }, 8, rounds);
  const line = lineOf(
    "photographs, RandAugment alone, against timm's, images a second",
    took.ours,
    took.theirs,
    8,
    images.length,
  );
  print(line);
  return line;
}

export async function photographsBench({ python, rounds, wanted }: PhotographsOptions): Promise<Line[]> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-photographs-'));
  const peer = new Peer(python);
  const lines: Line[] = [];
  try {
    const all = await photographs();
    const isWanted = (...titles: string[]): boolean => titles.some(wanted);
    if (isWanted('photographs, RandAugment alone'))
      lines.push(
        await operations(all, peer, await folderOf(path.join(scratch, 'operations'), all, 50), rounds),
      );
    if (isWanted('photographs, training')) {
      const folder = await folderOf(path.join(scratch, 'training'), all, 256);
      lines.push(...(await training(await trainOf(folder, {}), folder, peer, rounds)));
    }
    for (const [size, longer, count] of [
      ['as in ImageNet', undefined, 640],
      ['of 1600 pixels', 1600, 192],
    ] as const) {
      const titled = Object.entries(shown).map(([name, how]) => ({
        name,
        how,
        title: `photographs ${size}, ${name}`,
      }));
      if (!isWanted(...titled.map(({ title }) => title))) continue;
      const folder = await folderOf(path.join(scratch, size), all, count, longer);
      for (const { name, how, title } of titled) {
        if (!wanted(title)) continue;
        await peer.ask({
          do: 'prepare',
          kind: 'photographs',
          threads: workers,
          batch: batchSize,
          folder,
          transform: name,
          workers,
        });
        const sides: Record<string, Side> = {
          theirs: (passes) => peer.seconds(passes),
          exact: loader(await trainOf(folder, {}), how),
          fast: loader(await trainOf(folder, { decode: 'fast' }), how),
          packed: loader(await trainOf(folder, { pack: { size: 256 } }), how),
        };
        const took = await alternate(sides, 1, rounds);
        for (const ours of Object.keys(sides).slice(1)) {
          const line = lineOf(
            `${title}, ${ours}, against torchvision, images a second`,
            took[ours] ?? [],
            took.theirs ?? [],
            1,
            count,
          );
          lines.push(line);
          print(line);
        }
      }
    }
    return lines;
  } finally {
    peer.close();
    fs.rmSync(scratch, { recursive: true });
  }
}
