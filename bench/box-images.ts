/**
 * Images with boxes a second, from files to batches as detectors are called with: decoded, mirrored with their boxes, resized by the shorter side, normalised, padded. Ours as a run reads
 * them, beside torchvision's reference loader and the first thing that its detectors do, with as many workers as there are cores on both sides.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { scope } from '@retort/torch';
import {
  coco,
  type Dataset,
  dataFolders,
  drawnTogether,
  fetchColumns,
  flip,
  readAhead,
  render,
  shownBatches,
} from 'retort';
import { alternate, type Line, lineOf, print, type Side } from './compare.ts';
import { Peer } from './peer.ts';

const batchSize = 8;
const workers = os.availableParallelism();

/** How many images of the folder a pass has at least. */
const least = 256;

/** A folder of COCO with each of its images as often as is needed, the others as they are; null where there is none. */
function folderOf(scratch: string): string | null {
  const from = dataFolders()
    .map((place) => path.join(place, 'coco-small'))
    .find((place) => fs.existsSync(place));
  if (!from) return null;
  fs.cpSync(from, scratch, { recursive: true });
  const file = path.join(scratch, 'annotations', 'instances_train2017.json');
  fs.chmodSync(scratch, 0o755);
  for (const name of ['annotations', 'train2017']) fs.chmodSync(path.join(scratch, name), 0o755);
  fs.chmodSync(file, 0o644);
  const { images, annotations, ...rest } = JSON.parse(fs.readFileSync(file, 'utf8'));
  const times = Math.ceil(least / images.length);
  const step = 1_000_000;
  const all = { images: [] as object[], annotations: [] as object[] };
  for (let time = 0; time < times; time++) {
    for (const image of images) {
      const name = `${time}-${image.file_name}`;
      fs.cpSync(path.join(scratch, 'train2017', image.file_name), path.join(scratch, 'train2017', name));
      all.images.push({ ...image, id: image.id + time * 10 ** 9, file_name: name });
    }
    for (const one of annotations)
      all.annotations.push({
        ...one,
        id: one.id + time * step,
        image_id: one.image_id + time * 10 ** 9,
      });
  }
  fs.writeFileSync(file, JSON.stringify({ ...rest, ...all }));
  return scratch;
}

const bounds = { shortest: 800, longest: 1333 };

/** Passes over all of a data set, each another epoch, as a run reads it. */
function loader(data: Dataset, by: 'shuffled' | 'shape'): Side {
  let epoch = 0;
  const renderings = { student: bounds, teacher: bounds };
  return async (passes) => {
    const start = performance.now();
    for (let pass = 0; pass < passes; pass++) {
      const drawing = { seed: 0, epoch: epoch++, transforms: [flip()] };
      const batches = shownBatches(data, { seed: 0, epoch, batchSize }, { by });
      for await (const fetched of readAhead(
        batches,
        ({ ids }) => fetchColumns(data, ids, { drawing, renderings }),
        2,
      )) {
        using _ = fetched;
        scope(() => {
          const { columns, ids, applied } = fetched;
          const drawn = drawnTogether(data, columns, ids, drawing, applied);
          render(data, drawn, ids, drawing, renderings, { applied: drawing.transforms.length });
        });
      }
    }
    return (performance.now() - start) / 1000;
  };
}

interface BoxesBenchOptions {
  readonly python: string;
  readonly rounds: number;
}

export async function boxImagesBench({ python, rounds }: BoxesBenchOptions): Promise<Line[]> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-boxes-'));
  const peer = new Peer(python);
  try {
    const folder = folderOf(scratch);
    if (folder === null) {
      console.log('there is no coco-small: images with boxes are not measured');
      return [];
    }
    const { train } = await coco(folder, { workers, withoutBoxes: 'keep' });
    await peer.ask({
      ...{ do: 'prepare', kind: 'box-images', threads: workers, batch: batchSize, folder, workers },
      ...bounds,
    });
    const took = await alternate(
      {
        theirs: (passes: number) => peer.seconds(passes),
        shuffled: loader(train, 'shuffled'),
        shape: loader(train, 'shape'),
      },
      1,
      rounds,
    );
    const lines = (['shuffled', 'shape'] as const).map((by) =>
      lineOf(
        `boxes, COCO at 800, mirrored by chance, ${by}, against torchvision's loader, images a second`,
        took[by],
        took.theirs,
        1,
        train.size,
      ),
    );
    for (const line of lines) print(line);
    return lines;
  } finally {
    peer.close();
    fs.rmSync(scratch, { recursive: true });
  }
}
