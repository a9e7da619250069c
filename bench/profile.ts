/**
 * `node bench/profile.ts [MODEL…] [--batch 64] [--steps 5] [--rows 12]`: where the time of a training step goes, by kernel, in
 * GFLOP/s and GB/s beside the most that this machine was seen to do. Operators of one kind are one row, whatever their shapes. The model `MiniLM-L6` is
 * fine-tuned on 32 sentences of SST-2, and `--pytorch` adds what the same operators take there in the same step of transformers' network.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { functional, getNumThreads, ones, profile, type Spent, scope, type Tensor } from '@retort/torch';
import { median, time } from './compare.ts';
import { Peer } from './peer.ts';
import { pythonEnvironment, trainerPython } from './python.ts';
import { fineTuningStep } from './sentences.ts';
import { trainingStep } from './steps.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: 'string', default: '64' },
    steps: { type: 'string', default: '5' },
    rows: { type: 'string', default: '12' },
    pytorch: { type: 'boolean', default: false },
  },
});
const models = positionals.length
  ? positionals
  : ['resnet20', 'resnet8x4', 'vit_tiny_patch8_64', 'MobileNetV2'];

/** The most that a product of large matrices, a convolution of many channels and a copy of large tensors came to, of some rounds. */
function peaks() {
  const least = (body: () => void) =>
    Math.min(...Array.from({ length: 9 }, () => time(() => scope(body), 1)));
  return scope(() => {
    const [a, b] = [ones([2048, 2048]), ones([2048, 2048])];
    const product = least(() => a.mm(b.t()));
    const [images, weight] = [ones([64, 256, 16, 16]), ones([256, 256, 3, 3])].map((tensor) =>
      tensor.contiguous({ memoryFormat: 'channels_last' }),
    ) as [Tensor, Tensor];
    const convolution = least(() => functional.conv2d(images, weight, null, { padding: 1 }));
    const [from, to] = [ones([2 ** 25]), ones([2 ** 25])];
    const copy = least(() => to.copy_(from));
    return {
      product: (2 * 2048 ** 3) / product / 1e9,
      convolution: (2 * 64 * 256 ** 2 * 16 ** 2 * 3 ** 2) / convolution / 1e9,
      gigabytes: (2 * 4 * 2 ** 25) / copy / 1e9,
    };
  });
}

const sizesIn = (shapes: string): number[][] =>
  shapes.split(' ').flatMap((shape) => (shape === '' ? [] : [shape.slice(1, -1).split(',').map(Number)]));

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** Multiplications and additions of one call; 0 for what is no product. */
function flops({ operator, shapes }: Spent): number {
  const [[one = [], two = [], three = []], [result = []]] = shapes.split(' -> ').map(sizesIn) as [
    number[][],
    number[][],
  ];
  switch (operator) {
    case 'aten::mm':
    case 'aten::bmm':
      return 2 * product(result) * (one.at(-1) ?? 0);
    case 'aten::addmm':
      return 2 * product(result) * (two.at(-1) ?? 0);
    case 'aten::mkldnn_convolution':
    case 'aten::_slow_conv2d_forward':
      return 2 * product(result) * product(two.slice(1));
    // Of the gradient, the input, the weight: both gradients, each of which takes as much as what it is of.
    case 'aten::convolution_backward':
      return 4 * product(one) * product(three.slice(1));
    default:
      return 0;
  }
}

const products = 'products of two matrices';

/**
 * What it computes. The kind of a convolution tells more than its operator: what is slow are the small and the depthwise ones. The kernels that a
 * product is left to count as the product.
 */
function kindOf({ operator, shapes }: Pick<Spent, 'operator' | 'shapes'>): string {
  const name = operator.replace(/^aten::(_)?/, '');
  if (/^(mm|addmm|mkldnn::_linear_pointwise)$/.test(name)) return products;
  if (!/mkldnn_convolution|convolution_backward|slow_conv/.test(operator)) return name;
  const [inputs = ''] = shapes.split(' -> ');
  // An image of one column is a matrix.
  if (sizesIn(inputs)[0]?.[3] === 1) return products;
  const weight = sizesIn(inputs)[operator.endsWith('backward') ? 2 : 1] ?? [];
  const [, channels = 0, height = 0, width = 0] = weight;
  const way = operator.endsWith('backward') ? ', gradients' : '';
  return `convolution ${height}x${width}${channels === 1 ? ', depthwise' : `, ${channels} channels`}${way}`;
}

interface Row {
  readonly kind: string;
  calls: number;
  milliseconds: number;
  flops: number;
  bytes: number;
}

function rowsOf(spent: readonly Spent[], steps: number): Row[] {
  const rows = new Map<string, Row>();
  for (const one of spent) {
    const kind = kindOf(one);
    const row = rows.get(kind) ?? { kind, calls: 0, milliseconds: 0, flops: 0, bytes: 0 };
    rows.set(kind, row);
    row.milliseconds += one.milliseconds / steps;
    // Once for a product and the kernel that it is left to.
    if (kind === products && !/mm$/.test(one.operator)) continue;
    row.calls += one.calls / steps;
    row.flops += (flops(one) * one.calls) / steps;
    row.bytes += one.bytes / steps;
  }
  return [...rows.values()].sort((one, other) => other.milliseconds - one.milliseconds);
}

const { product: productPeak, convolution, gigabytes } = peaks();
const gigaflops = Math.max(productPeak, convolution);
console.log(
  `${os.cpus()[0]?.model}, ${getNumThreads()} threads: ${productPeak.toFixed(0)} GFLOP/s in a product of 2048 x 2048, ${convolution.toFixed(0)} in a 3x3 convolution of 256 channels, ${gigabytes.toFixed(1)} GB/s in a copy of 128 MiB`,
);
const [batch, steps, shown] = [flags.batch, flags.steps, flags.rows].map(Number) as [number, number, number];
/** The only one that is of texts, and its batch. */
const ofTexts = 'MiniLM-L6';
const sentences = 32;
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-profile-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true }));
const tokensFile = path.join(scratch, 'sentences.json');

/** What a step takes in PyTorch, by kind. */
async function inPyTorch(): Promise<Map<string, number>> {
  const peer = new Peer(trainerPython(pythonEnvironment()));
  const threads = getNumThreads();
  await peer.ask({
    do: 'prepare',
    kind: 'texts',
    loop: 'plain',
    file: tokensFile,
    batch: sentences,
    threads,
  });
  const { operators } = await peer.ask<{ operators: [string, number, number][] }>({
    do: 'profile',
    count: steps,
  });
  peer.close();
  const took = new Map<string, number>();
  for (const [operator, , milliseconds] of operators) {
    const kind = kindOf({ operator, shapes: '' });
    took.set(kind, (took.get(kind) ?? 0) + milliseconds);
  }
  return took;
}

for (const model of models) {
  const isOfTexts = model === ofTexts;
  const step = isOfTexts
    ? await fineTuningStep(tokensFile, sentences)
    : trainingStep({ model, batch, bf16: false });
  time(step, 3);
  const whole = median(Array.from({ length: steps }, () => 1000 * time(step, 1)));
  const rows = rowsOf(
    profile(() => {
      for (let i = 0; i < steps; i++) step();
    }),
    steps,
  );
  const sum = rows.reduce((total, row) => total + row.milliseconds, 0);
  console.log(
    `\n${model}, batch ${isOfTexts ? sentences : batch}: ${whole.toFixed(1)} ms a step; operators alone, while they are timed, ${sum.toFixed(1)} ms\n`,
  );
  const theirs = isOfTexts && flags.pytorch ? await inPyTorch() : null;
  const heads = [
    ...['kernel', 'calls', 'ms', 'share', 'GFLOP/s', 'of the peak', 'GB/s'],
    ...(theirs ? ['PyTorch, ms'] : []),
  ];
  const cells = rows.slice(0, shown).map(({ kind, calls, milliseconds, flops, bytes }) => {
    const speed = flops / milliseconds / 1e6;
    return [
      kind,
      String(Math.round(calls)),
      milliseconds.toFixed(2),
      `${((100 * milliseconds) / sum).toFixed(1)} %`,
      ...(flops ? [speed.toFixed(0), `${((100 * speed) / gigaflops).toFixed(0)} %`] : ['', '']),
      (bytes / milliseconds / 1e6).toFixed(1),
      ...(theirs ? [(theirs.get(kind) ?? 0).toFixed(2)] : []),
    ];
  });
  if (theirs) {
    const all = [...theirs.values()].reduce((total, milliseconds) => total + milliseconds, 0);
    console.log(`PyTorch's operators alone, while they are timed, ${all.toFixed(1)} ms\n`);
  }
  console.log([heads, heads.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n'));
}
