/**
 * Images a second of KD from resnet32x4 to resnet8x4 on CIFAR-100, as a user runs it: loader, augmentation and the loop included. The
 * teacher asked live, asked before (four views in a cache), and not at all; beside the same step in PyTorch on one batch that is there
 * already, and beside mdistiller's own loop, with its loader and without.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { getNumThreads, hasNativeBf16, manualSeed } from '@retort/torch';
import {
  cifar100,
  createModel,
  cropFlip,
  crossEntropy,
  kd,
  permutation,
  stageOf,
  subset,
  Trainer,
} from 'retort';
import { alternate, type Line, lineOf, print, type Side } from './compare.ts';
import { Peer } from './peer.ts';

const batchSize = 64;
const teacherName = 'resnet32x4';
const studentName = 'resnet8x4';
/** Views that the cache holds, of so many images: the teacher takes half a minute for a thousand. */
const views = 4;
const cachedImages = 1024;

type Given = Partial<ConstructorParameters<typeof Trainer>[0]> & { readonly distils: boolean };

function network(name: string, seed: number) {
  manualSeed(seed);
  return createModel(name, { classes: 100 });
}

/** Steps of the trainer, one after another, over as many epochs as are asked for. */
function loop(data: Awaited<ReturnType<typeof cifar100>>['train'], { distils, ...given }: Given): Side {
  const trainer = new Trainer({
    student: network(studentName, 1),
    teachers: distils ? [network(teacherName, 2)] : [],
    data,
    batchSize,
    transforms: [cropFlip()],
    precision: 'fp32',
    stages: [stageOf({ method: distils ? kd() : crossEntropy(), epochs: 1_000_000, schedule: 'constant' })],
    ...given,
  });
  const events = trainer.run();
  return async (count) => {
    const start = performance.now();
    for (let steps = 0; steps < count; ) if ((await events.next()).value?.kind === 'step') steps++;
    return (performance.now() - start) / 1000;
  };
}

export interface DistillationOptions {
  readonly python: string;
  readonly rounds: number;
  /** A checkout of megvii-research/mdistiller. */
  readonly mdistiller?: string | undefined;
}

export async function distillation({ python, rounds, mdistiller }: DistillationOptions): Promise<Line[]> {
  const { train } = await cifar100();
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bench-'));
  const threads = getNumThreads();
  const few = subset(
    train,
    permutation(train.size, { seed: 0, epoch: 0, purpose: 'subset' }).slice(0, cachedImages),
  );
  const cache = { views, folder: path.join(scratch, 'teachers') };
  const peers: Peer[] = [];
  const peer = async (command: Record<string, unknown>): Promise<Peer> => {
    const made = new Peer(python);
    peers.push(made);
    await made.ask({ do: 'prepare', threads, batch: batchSize, ...command });
    return made;
  };
  try {
    const sides: Record<string, Side> = {
      live: loop(train, { distils: true }),
      cached: loop(few, { distils: true, cache }),
      alone: loop(train, { distils: false }),
    };
    if (hasNativeBf16()) {
      sides['cached, bf16'] = loop(few, { distils: true, cache, precision: 'bf16' });
      sides['live, bf16'] = loop(train, { distils: true, precision: 'bf16' });
    }
    const eager = await peer({ kind: 'distillation' });
    sides['PyTorch eager'] = (count) => eager.seconds(count);
    if (mdistiller) {
      const pixels = path.join(scratch, 'cifar-100.bin');
      const [image, label] = [train.column?.('image'), train.column?.('label')];
      fs.writeFileSync(pixels, image?.toTypedArray() as Uint8Array);
      const labels = label?.toFlatArray().map(Number);
      fs.writeFileSync(`${pixels}.json`, JSON.stringify(labels));
      const theirs = await peer({ kind: 'mdistiller', folder: path.resolve(mdistiller), pixels });
      sides.mdistiller = (count) => theirs.seconds(count);
      const still = await peer({
        kind: 'mdistiller',
        folder: path.resolve(mdistiller),
        pixels,
        loader: false,
      });
      sides['mdistiller without its loader'] = (count) => still.seconds(count);
    }
    console.log(
      `${teacherName} -> ${studentName}, KD, batch ${batchSize}: filling a cache of ${views} views`,
    );
    // Every view is shown, and so asked for, before the clock runs.
    for (const name of ['cached', 'cached, bf16']) await sides[name]?.((views * cachedImages) / batchSize);

    const count = 2;
    const took = await alternate(sides, count, rounds);
    const compared: [name: string, ours: string, theirs: string][] = [
      ['cached teacher against the student alone', 'cached', 'alone'],
      ['live teacher against PyTorch eager', 'live', 'PyTorch eager'],
      ['cached teacher against PyTorch eager', 'cached', 'PyTorch eager'],
      ['cached teacher against a live one', 'cached', 'live'],
      ['cached teacher in bf16 against in fp32', 'cached, bf16', 'cached'],
      ['live teacher in bf16 against in fp32', 'live, bf16', 'live'],
      ["live teacher against mdistiller's loop", 'live', 'mdistiller'],
      ["cached teacher against mdistiller's loop", 'cached', 'mdistiller'],
      [
        "mdistiller's loop against the same without its loader",
        'mdistiller',
        'mdistiller without its loader',
      ],
    ];
    const lines = compared.flatMap(([name, ours, theirs]) => {
      const [a, b] = [took[ours], took[theirs]];
      return a && b ? [lineOf(`distillation, images a second: ${name}`, a, b, count, batchSize)] : [];
    });
    for (const line of lines) print(line);
    return lines;
  } finally {
    for (const each of peers) each.close();
    fs.rmSync(scratch, { recursive: true });
  }
}
