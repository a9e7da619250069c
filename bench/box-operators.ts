/**
 * What a detector computes of boxes beside torchvision's compiled operators: RoIAlign of 512 boxes on the pyramid of one image of 800 x 1088, forward
 * and backward, and the suppression of 2000 proposals of each of five levels of two images. Torchvision has the layout in which it is fastest; ours
 * is channels_last, in which Retort trains.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  aten,
  functional,
  getNumThreads,
  grad,
  manualSeed,
  rand,
  randn,
  saveSafetensors,
  scope,
  type Tensor,
  tensor,
} from '@retort/torch';
import { alternate, type Line, lineOf, print, time } from './compare.ts';
import { Peer } from './peer.ts';

const image = [800, 1088] as const;
const strides = [4, 8, 16, 32] as const;
const boxesOfLevel = 128;
const channels = 256;
const proposals = { images: 2, levels: 5, each: 2000 };

/** Boxes within the image, of about such a side: [count, 4]. */
function boxesOf(count: number, side: number): Tensor {
  const size = tensor([image[1], image[0]]);
  const centres = rand([count, 2]).mul(size);
  const halves = rand([count, 2])
    .add(0.5)
    .mul(side / 2);
  const from = centres.sub(halves).clamp({ min: 0 });
  return aten.cat([from, centres.add(halves).minimum(size)], 1);
}

/** Boxes of each level, as large as are pooled from it, and those that are suppressed with their scores. */
function drawn(): Record<string, Tensor> {
  manualSeed(0);
  const found: Record<string, Tensor> = {};
  for (const stride of strides) {
    const numbers = rand([boxesOfLevel, 1]).mul(0);
    found[`level ${stride}`] = aten.cat([numbers, boxesOf(boxesOfLevel, 14 * stride)], 1);
  }
  for (let i = 0; i < proposals.images; i++) {
    const levels = Array.from({ length: proposals.levels }, (_, level) =>
      boxesOf(proposals.each, 32 * 2 ** level),
    );
    found[`boxes ${i}`] = aten.cat(levels, 0);
    found[`scores ${i}`] = rand([proposals.levels * proposals.each]);
  }
  return found;
}

export interface BoxesOptions {
  /** One with PyTorch and torchvision. */
  readonly python: string;
  readonly pairs: number;
}

/** Both lines. */
export async function boxOperatorsBench({ python, pairs }: BoxesOptions): Promise<Line[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bench-boxes-'));
  const peer = new Peer(python);
  const given = drawn();
  const of = (name: string): Tensor => given[name] ?? tensor([]);
  const maps = strides.map((stride) =>
    randn([1, channels, image[0] / stride, image[1] / stride]).to({ memoryFormat: 'channels_last' }),
  );
  for (const map of maps) map.requiresGrad = true;
  const align = (): void =>
    scope(() => {
      const pooled = strides.map((stride, i) =>
        functional.roi_align(maps[i] as Tensor, of(`level ${stride}`), {
          outputSize: 7,
          spatialScale: 1 / stride,
          samplingRatio: 2,
        }),
      );
      grad([aten.cat(pooled).sum()], maps);
    });
  const levels = aten.cat(
    Array.from({ length: proposals.levels }, (_, level) => tensor([BigInt(level)]).expand([proposals.each])),
    0,
  );
  const suppress = (): void =>
    scope(() => {
      for (let i = 0; i < proposals.images; i++)
        functional.batched_nms(of(`boxes ${i}`), of(`scores ${i}`), levels, 0.7);
    });
  const lines: Line[] = [];
  try {
    const file = path.join(folder, 'boxes.safetensors');
    saveSafetensors(file, given);
    for (const [kind, name, step] of [
      ['roi_align', 'roi_align, 512 boxes of p2 to p5, 256 channels, forward and backward', align],
      ['nms', 'batched_nms, 2000 proposals of five levels of two images', suppress],
    ] as const) {
      time(step, 2);
      const asked = {
        do: 'prepare',
        kind: 'box-operators',
        what: kind,
        file,
        channels,
        image,
        strides,
        threads: getNumThreads(),
      };
      const { variant } = await peer.ask<{ variant: string }>(asked);
      const took = await alternate({ ours: (n) => time(step, n), theirs: (n) => peer.seconds(n) }, 1, pairs);
      const line = lineOf(`${name} (torchvision: ${variant})`, took.ours, took.theirs, 1);
      lines.push(line);
      print(line);
    }
    return lines;
  } finally {
    peer.close();
    fs.rmSync(folder, { recursive: true });
  }
}
