/**
 * `npm run check -- boxes [--weights FILE] [--out FOLDER]`: a detector learns 16 images of COCO by heart. Its backbone begins with a ResNet18 that is trained here before, on the
 * photographs of `tiny-imagenet-20` in a data folder, or with FILE, such a one's weights; the images are the first of `coco-small`'s, also in a data folder.
 * Runs are kept in FOLDER, where it is said, and taken up there.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { dataFolders } from '../packages/retort/src/data/formats/locate.ts';

const { values } = parseArgs({
  options: { weights: { type: 'string' }, out: { type: 'string' } },
});

/** In percent, of the images that were learned. */
const least = 80;

const found = dataFolders()
  .map((folder) => path.join(folder, 'coco-small'))
  .find((folder) => fs.existsSync(folder));
if (found === undefined) throw new Error(`there is no coco-small in ${dataFolders().join(' or ')}`);

const scratch = values.out ?? fs.mkdtempSync(path.join(os.tmpdir(), 'retort-check-boxes-'));
fs.mkdirSync(scratch, { recursive: true });

/** Trains, says how long it took, and answers what came of it. */
function train(name: string, recipe: string): { readonly [metric: string]: number } {
  const file = path.join(scratch, `${name}.yaml`);
  fs.writeFileSync(file, recipe);
  const began = performance.now();
  const out = path.join(scratch, 'runs', name);
  const { status } = spawnSync(
    process.execPath,
    [path.join(import.meta.dirname, '../packages/retort/bin/retort.js'), 'train', file, '--out', out],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (status !== 0) process.exit(1);
  console.log(`${name}: ${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
  return JSON.parse(fs.readFileSync(path.join(out, 'run.json'), 'utf8')).result.last;
}

/** The first images of a COCO folder, to learn from and to be judged on. */
function firstImages(folder: string, count: number): string {
  const made = path.join(scratch, `coco-${count}`);
  fs.mkdirSync(path.join(made, 'annotations'), { recursive: true });
  const { images, annotations, categories } = JSON.parse(
    fs.readFileSync(path.join(folder, 'annotations/instances_train2017.json'), 'utf8'),
  );
  const chosen: { readonly id: number; readonly file_name: string }[] = images.slice(0, count);
  const ids = new Set(chosen.map(({ id }) => id));
  const kept = annotations.filter(({ image_id }: { image_id: number }) => ids.has(image_id));
  for (const split of ['train2017', 'val2017']) {
    fs.mkdirSync(path.join(made, split), { recursive: true });
    for (const { file_name: name } of chosen)
      fs.copyFileSync(path.join(folder, 'train2017', name), path.join(made, split, name));
    fs.writeFileSync(
      path.join(made, `annotations/instances_${split}.json`),
      JSON.stringify({ images: chosen, annotations: kept, categories }),
    );
  }
  return made;
}

function trainedBackbone(): string {
  const { top1 = 0 } = train(
    'resnet18',
    `
student: { name: resnet18, input: { size: 128 } }
data: { name: tiny-imagenet-20, train: [{ name: random-resized-crop, size: 128, scale: [0.3, 1] }, flip] }
batchSize: 64
stages:
  - methods: [cross-entropy]
    epochs: 12
    optimizer: { name: sgd, lr: 0.05, momentum: 0.9, weightDecay: 5e-4 }
    schedule: one-cycle
`,
  );
  console.log(`resnet18 on tiny-imagenet-20: top-1 ${(100 * top1).toFixed(1)} %`);
  return path.join(scratch, 'runs/resnet18/best.safetensors');
}

const weights = values.weights ?? trainedBackbone();
const steps = 300;
const { AP50 = 0, AP = 0 } = train(
  'sixteen',
  `
data: { name: ${firstImages(found, 16)} }
student:
  name: fasterrcnn_resnet18_fpn
  weights: ${path.resolve(weights)}
  newHead: true
  input: { shortest: 256, longest: 342 }
  batchNorm: trained
  samples: 64
batchSize: 4
evaluation: { every: ${steps} }
stages:
  - methods: [supervised]
    steps: ${steps}
    optimizer: { name: sgd, lr: 0.01, momentum: 0.9, weightDecay: 1e-4 }
    schedule: { name: multi-step, milestones: [${Math.round(0.75 * steps)}], counts: steps, warmUpSteps: 50 }
    clipNorm: 10
`,
);
console.log(`16 images of COCO by heart: AP50 ${(100 * AP50).toFixed(1)} %, AP ${(100 * AP).toFixed(1)} %`);
if (values.out === undefined) fs.rmSync(scratch, { recursive: true });
process.exit(100 * AP50 < least ? 1 : 0);
