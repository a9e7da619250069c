/**
 * `npm run bench`: our training step beside PyTorch's, in one run, alternating, on one libtorch. Ratios are speeds, ours over theirs;
 * medians over pairs. `--json FILE` writes them, `--only NAME` picks some, `--pairs N` changes their number, `--no-compile` leaves
 * torch.compile out. `--mdistiller DIR`, a checkout of megvii-research/mdistiller, runs its loop beside ours.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Tensor } from '@retort/torch';
import { setup } from '@retort/torch/setup';
import { alternate, type Line, lineOf, median, print, type Side, time } from './compare.ts';
import {
  addPackages,
  exportPython,
  onnxPython,
  photographsPython,
  pythonEnvironment,
  trainerPython,
} from './python.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    pairs: { type: 'string', default: '11' },
    'no-compile': { type: 'boolean', default: false },
    mdistiller: { type: 'string' },
  },
});

const environment = pythonEnvironment();
if (process.env.LIBTORCH !== environment.libtorch) {
  // Both sides on the same libtorch: ours is loaded at import, so this starts over with it.
  process.env.LIBTORCH = environment.libtorch;
  await setup((line) => console.error(line));
  const again = spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit', env: process.env });
  process.exit(again.status ?? 1);
}

const { getNumThreads, hasNativeBf16 } = await import('@retort/torch');
const { Peer } = await import('./peer.ts');
const { batchStep, smallCalls, trainingStep } = await import('./steps.ts');
const { distillation } = await import('./distillation.ts');
const { onnxTeachers } = await import('./onnx.ts');

/** Each with its batch size. */
const small = { resnet20: 64, resnet8x4: 64, vit_tiny_patch8_64: 64, transformer_384: 32 };
/** Of images of 224 pixels, beside timm's. */
const timm = {
  swin_tiny_patch4_window7_224: 16,
  convnext_tiny: 16,
  deit_tiny_patch16_224: 16,
  mobilenetv2_100: 16,
};
const pairs = Number(flags.pairs);
const threads = getNumThreads();
const lines: Line[] = [];

/** `unit` is how many calls a step stands for. */
async function compare(name: string, ours: Side, theirs: Side, count: number, unit = 1): Promise<void> {
  const took = await alternate({ ours, theirs }, count, pairs);
  const line = lineOf(name, took.ours, took.theirs, count, unit);
  lines.push(line);
  print(line);
}

/** Peak resident memory of five steps in fresh processes, above what each took before the model; three runs, medians. */
async function compareMemory(name: string, model: string, batch: number, python: string): Promise<void> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < 3; run++) {
    const child = spawnSync(
      process.execPath,
      [path.join(import.meta.dirname, 'memory.ts'), model, String(batch), String(threads)],
      { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
    );
    ours.push(JSON.parse(child.stdout).bytes);
    const fresh = new Peer(python);
    const command = { do: 'memory', model, batch, bf16: false, threads, steps: 5 };
    theirs.push((await fresh.ask<{ bytes: number }>(command)).bytes);
    fresh.close();
  }
  const line = {
    name,
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ours) / median(theirs),
    pairs: 3,
  };
  lines.push(line);
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  console.log(
    `${name}: ${mebibytes(line.ours)} against ${mebibytes(line.theirs)} MiB, ratio ${line.ratio.toFixed(3)}`,
  );
}

const wanted = (name: string) => !flags.only || name.includes(flags.only);

const peer = new Peer(environment.python);
const { version } = await peer.ask<{ version: string }>({ do: 'version' });
console.log(`${os.cpus()[0]?.model}, ${threads} threads, PyTorch ${version}, Node ${process.version}`);

const precisions = hasNativeBf16() ? [false, true] : [false];
if (!hasNativeBf16()) console.log('bf16 is left out: this processor has no bf16 matrix instructions');

/** Steps of models beside a peer's, who has them by the same names. */
async function trainingSteps(
  models: Readonly<Record<string, number>>,
  { beside, of, isCompiled }: { readonly beside: InstanceType<typeof Peer>; of: string; isCompiled: boolean },
): Promise<void> {
  for (const [model, batch] of Object.entries(models)) {
    for (const bf16 of precisions) {
      const name = stepName(model, batch, bf16);
      if (!wanted(name)) continue;
      const ours = trainingStep({ model, batch, bf16 });
      time(ours, 2);
      const count = Math.max(2, Math.round(0.8 / (time(ours, 3) / 3)));
      const asked = { do: 'prepare', kind: 'training', model, batch, bf16, threads };
      const { variant } = await beside.ask<{ variant: string }>(asked);
      const theirs: Side = (n) => beside.seconds(n);
      await compare(`${name} (${of}: ${variant})`, (n) => time(ours, n), theirs, count);
      if (!isCompiled) continue;
      await beside.ask({ do: 'compile' });
      await compare(`${name} (${of}: torch.compile, the next goal)`, (n) => time(ours, n), theirs, count);
    }
  }
}
const stepName = (model: string, batch: number, bf16: boolean): string =>
  `${model} training step, batch ${batch}, ${bf16 ? 'bf16' : 'fp32'}`;

await trainingSteps(small, { beside: peer, of: 'PyTorch', isCompiled: !flags['no-compile'] });
if (
  Object.entries(timm).some(([model, batch]) =>
    precisions.some((bf16) => wanted(stepName(model, batch, bf16))),
  )
) {
  const beside = new Peer(photographsPython(environment));
  await trainingSteps(timm, { beside, of: 'timm', isCompiled: false });
  beside.close();
}

const calls = [
  { kind: 'operator', name: 'small operator, float32[2, 2] + itself', call: (x: Tensor) => x.add(x) },
  { kind: 'slicing', name: 'slicing, float32[2, 2][:, 0:1]', call: (x: Tensor) => x.get(':', '0:1') },
];
for (const { kind, name, call } of calls) {
  if (!wanted(kind)) continue;
  const ours = smallCalls(call);
  time(ours, 5);
  await peer.ask({ do: 'prepare', kind, threads });
  await compare(
    name,
    (n) => time(ours, n),
    (n) => peer.seconds(n),
    5,
    10_000,
  );
}

if (wanted('pipeline')) {
  const batch = batchStep(64);
  const step = trainingStep({ model: 'resnet20', batch: 64, bf16: false });
  time(step, 2);
  time(batch, 20);
  const name = 'input pipeline: augmented batches of 64, against resnet20 steps';
  // A hundred batches take about as long as one step.
  await compare(
    name,
    (n) => time(batch, 100 * n) / 100,
    (n) => time(step, n),
    3,
  );
}

peer.close();

if (wanted('distillation')) {
  const { mdistiller } = flags;
  if (mdistiller) addPackages(environment, ['torchvision', 'tqdm', 'yacs', 'scipy']);
  lines.push(...(await distillation({ python: environment.python, rounds: pairs, mdistiller })));
}

if (wanted('onnx')) {
  const { findOnnxRuntime } = await import('retort');
  // The same release on both sides.
  const python = onnxPython(environment, findOnnxRuntime()?.version ?? '');
  lines.push(...(await onnxTeachers({ python, pairs })));
}

if (wanted('exports')) {
  const { exportsBench } = await import('./exports.ts');
  lines.push(...(await exportsBench({ python: exportPython(environment), pairs })));
}

if (wanted('boxes') || flags.only?.startsWith('roi_align')) {
  const { boxOperatorsBench } = await import('./box-operators.ts');
  lines.push(...(await boxOperatorsBench({ python: photographsPython(environment), pairs })));
}

if (wanted('int8')) lines.push(...(await (await import('./int8.ts')).int8Bench(pairs)));

if (wanted('ranks')) {
  const { ranksBench } = await import('./ranks.ts');
  lines.push(...(await ranksBench({ python: environment.python, pairs })));
}

if (wanted('photographs') || flags.only?.startsWith('photographs')) {
  const { photographsBench } = await import('./photographs.ts');
  const python = photographsPython(environment);
  lines.push(...(await photographsBench({ python, rounds: pairs, wanted })));
}

if (wanted('detector') || flags.only?.startsWith('detector')) {
  const { detectorsBench } = await import('./detectors.ts');
  lines.push(...(await detectorsBench({ python: photographsPython(environment), pairs })));
}

if (wanted('boxes') || flags.only?.startsWith('boxes')) {
  const { boxImagesBench } = await import('./box-images.ts');
  lines.push(...(await boxImagesBench({ python: photographsPython(environment), rounds: pairs })));
}

if (wanted('texts') || flags.only?.startsWith('texts')) {
  const { textsBench } = await import('./texts.ts');
  lines.push(...(await textsBench({ python: trainerPython(environment), rounds: pairs, wanted })));
}

for (const [models, python] of [
  [small, () => environment.python],
  [timm, () => photographsPython(environment)],
] as const)
  for (const [model, batch] of Object.entries(models)) {
    const name = `${model} peak memory of a step, batch ${batch}, fp32`;
    if (wanted(name)) await compareMemory(name, model, batch, python());
  }

if (flags.json) fs.writeFileSync(flags.json, `${JSON.stringify(lines, null, 2)}\n`);
