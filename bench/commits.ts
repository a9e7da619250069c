/**
 * `node bench/commits.ts COMMIT [COMMIT] [--rounds 15] [--only TEXT]`: the speed of one commit beside another's (HEAD where it is left out):
 * training steps, batches, cached distillation. Each runs in a process of its own, by turns; ratios are the second's speed over the first's.
 */
import { type ChildProcess, fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkOut, commitOf, remove, titleOf } from '../scripts/same-bits/checkout.ts';
import { alternate, lineOf, print, type Side } from './compare.ts';

/** What is timed: how many a round, and by how much a call stands for more than one. */
const kinds = {
  'resnet20 step': { count: 2, unit: 1 },
  'resnet8x4 step': { count: 2, unit: 1 },
  'input pipeline, batches of 64': { count: 200, unit: 1 },
  'cached distillation, resnet32x4 to resnet8x4': { count: 2, unit: 1 },
} as const;
type Kind = keyof typeof kinds;

/** In a process of its own, the sides of a checkout: it is told a kind and how many, and answers in how many seconds. */
async function serve(checkout: string): Promise<void> {
  const load = (file: string) => import(path.join(checkout, file));
  const [retort, torch, steps] = await Promise.all(
    ['packages/retort/src/index.ts', 'packages/torch/src/index.ts', 'bench/steps.ts'].map(load),
  );
  const seconds = (step: () => void) => (count: number) => {
    const start = performance.now();
    for (let i = 0; i < count; i++) step();
    return (performance.now() - start) / 1000;
  };
  const distillation = (): Side => {
    const size = 512;
    const data = retort.inMemory({
      images: new Uint8Array(size * 3072).map((_, i) => (i * 2654435761) % 251),
      labels: Array.from({ length: size }, (_, i) => i % 100),
      ...{ height: 32, width: 32, channels: 3 },
      classes: Array.from({ length: 100 }, (_, i) => String(i)),
      ...{ mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    });
    const network = (name: string) => {
      torch.manualSeed(1);
      return retort.createModel(name, { classes: 100 });
    };
    const trainer = new retort.Trainer({
      student: network('resnet8x4'),
      teachers: [network('resnet32x4')],
      data,
      batchSize: 64,
      precision: 'fp32',
      cache: { views: 1, folder: fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bench-cache-')) },
      stages: [retort.stageOf({ method: retort.kd(), epochs: 1_000_000, schedule: 'constant' })],
      // As older commits call it.
      ...(retort.cropFlip ? { transforms: [retort.cropFlip()] } : { augmentation: retort.cropAndFlip }),
    });
    const events = trainer.run();
    return async (count) => {
      const start = performance.now();
      for (let done = 0; done < count; ) if ((await events.next()).value?.kind === 'step') done++;
      return (performance.now() - start) / 1000;
    };
  };
  const makers: Readonly<Record<Kind, () => Side>> = {
    'resnet20 step': () => seconds(steps.trainingStep({ model: 'resnet20', batch: 64, bf16: false })),
    'resnet8x4 step': () => seconds(steps.trainingStep({ model: 'resnet8x4', batch: 64, bf16: false })),
    'input pipeline, batches of 64': () => seconds(steps.batchStep(64)),
    'cached distillation, resnet32x4 to resnet8x4': distillation,
  };
  const sides = new Map<Kind, Side>();
  process.on('message', async ({ kind, count }: { kind: Kind; count: number }) => {
    const side = sides.get(kind) ?? makers[kind]();
    sides.set(kind, side);
    process.send?.({ seconds: await side(count) });
  });
  process.send?.({ ready: true });
}

function ask(child: ChildProcess, message?: object): Promise<{ readonly seconds: number }> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error('the process of a commit ended'));
    child.once('exit', fail).once('message', (answer: { readonly seconds: number }) => {
      child.off('exit', fail);
      resolve(answer);
    });
    if (message) child.send(message);
  });
}

async function main(): Promise<void> {
  const { values: flags, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '15' }, only: { type: 'string', default: '' } },
  });
  const [first, second = 'HEAD'] = positionals;
  if (first === undefined) throw new Error('name a commit to compare with');
  const root = path.join(import.meta.dirname, '..');
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bench-'));
  const children: ChildProcess[] = [];
  try {
    for (const [i, name] of [first, second].entries()) {
      const commit = commitOf(root, name);
      console.log(`${i ? 'second' : 'first'}: ${titleOf(root, commit)}`);
      checkOut(root, commit, path.join(scratch, String(i)));
      const child = fork(import.meta.filename, ['--serve', path.join(scratch, String(i))]);
      children.push(child);
      await ask(child);
    }
    const [theirs, ours] = children;
    if (!theirs || !ours) throw new Error('two processes were made');
    for (const [kind, { count, unit }] of Object.entries(kinds)) {
      if (!kind.includes(flags.only)) continue;
      const side = (child: ChildProcess) => async (n: number) =>
        (await ask(child, { kind, count: n })).seconds;
      const took = await alternate({ ours: side(ours), theirs: side(theirs) }, count, Number(flags.rounds));
      print(lineOf(kind, took.ours, took.theirs, count, unit));
    }
  } finally {
    for (const child of children) child.kill('SIGKILL');
    for (const i of [0, 1]) remove(root, path.join(scratch, String(i)));
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

const [flag, checkout = ''] = process.argv.slice(2);
await (flag === '--serve' ? serve(checkout) : main());
