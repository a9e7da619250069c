/** Which kernel computes the products of two float32 matrices on a CPU: what linear layers and both of their gradients are made of. */
import fs from 'node:fs';
import path from 'node:path';
import { TorchError } from '../dispatch/errors.ts';
import { guard, native } from '../dispatch/native.ts';
import { quoted } from '../dispatch/quoted.ts';
import { machineFile, thisMachine } from '../machine.ts';
import { makeFolder } from '../setup/make-folder.ts';

const forms = ['linear', 'plain', 'weights'] as const;
const kernels = ['standard', 'linear', 'convolution'] as const;

/** libtorch's own (`standard`, MKL mostly), oneDNN's linear layer, or oneDNN's 1x1 convolution. */
export type Kernel = (typeof kernels)[number];

/** The kernel of a class of products [rows, inner] x [inner, columns]: those of sizes above half of these, up to these. */
export interface KernelChoice {
  /** How the matrices lie: a layer's (the second transposed), its input's gradient (both plain), its weights' (the first transposed). */
  readonly form: (typeof forms)[number];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly threads: number;
  readonly kernel: Kernel;
  /** GFLOP/s of each kernel, as they were measured; none where other programs had the cores. */
  readonly speeds: Readonly<Partial<Record<Kernel, number>>>;
}

/**
 * Whether kernels are chosen; not where `RETORT_KERNELS` is `default`: libtorch's own compute all then.
 *
 * @throws TorchError for another word
 * @example areKernelsChosen() // true
 */
export function areKernelsChosen(): boolean {
  const stated = process.env.RETORT_KERNELS;
  if (stated === undefined || stated === '') return true;
  if (stated !== 'default')
    throw new TorchError(
      `RETORT_KERNELS is ${quoted(stated)}: it can be 'default', for libtorch's own kernels; without it the fastest on this machine are taken`,
    );
  return false;
}

/** Where the choices of this machine are kept: a line a class of products; they are measured again where it is removed. @example fs.rmSync(kernelsFile()); */
export function kernelsFile(): string {
  // Threads are a part of each choice.
  const { threads: _, ...machine } = thisMachine();
  return machineFile('kernels', machine, 'txt');
}

/** From now on, in the whole process. */
export function chooseKernels(): void {
  if (!areKernelsChosen()) return;
  const file = kernelsFile();
  let kept = file;
  try {
    makeFolder(path.dirname(file));
    // A pipe would wait for its writer.
    if (fs.existsSync(file) && !fs.statSync(file).isFile()) kept = '';
  } catch {
    // The disk is full, or not ours to write to: measured anew in each process.
    kept = '';
  }
  native.keepKernels(kept);
}

const lineOf = ({ form, rows, inner, columns, threads, kernel, speeds }: KernelChoice): string =>
  [form, rows, inner, columns, threads, kernel, ...Object.entries(speeds).map((pair) => pair.join('='))].join(
    ' ',
  );

function parse(line: string): KernelChoice {
  const [form, rows, inner, columns, threads, kernel, ...speeds] = line.split(' ');
  return {
    // The addon's own words.
    form: form as KernelChoice['form'],
    rows: Number(rows),
    inner: Number(inner),
    columns: Number(columns),
    threads: Number(threads),
    kernel: kernel as Kernel,
    speeds: Object.fromEntries(speeds.map((speed) => [speed.split('=')[0], Number(speed.split('=')[1])])),
  };
}

/**
 * The kernels that were chosen for products that this process computed so far. Each was measured when the first product of its class came,
 * or by an earlier process on this machine: it is one of oneDNN's where that is at least 1.15 times as fast as libtorch's own. Where other programs
 * had the cores while it was measured, it is libtorch's own, in this process only (`speeds` is empty then).
 *
 * @example kernelsInUse() // [{ form: 'linear', rows: 4096, inner: 256, columns: 1024, threads: 2, kernel: 'linear', speeds: { … } }]
 */
export function kernelsInUse(): KernelChoice[] {
  return native.kernelsInUse().map(parse);
}

/**
 * Takes these kernels from now on, whatever is faster here, so that products have the same bits as where they were chosen.
 *
 * @throws TorchError for what is no choice, and where `RETORT_KERNELS=default` has switched choices off
 * @example useKernels(kernelsInUse());
 */
export function useKernels(choices: readonly KernelChoice[]): void {
  if (choices.length > 0 && !areKernelsChosen())
    throw new TorchError("kernels cannot be chosen while RETORT_KERNELS is 'default'");
  for (const choice of choices)
    guard('useKernels', () => {
      if (!native.useKernel(lineOf(choice)))
        throw new TorchError(`useKernels: ${JSON.stringify(choice)} is no choice of a kernel`);
    });
}
