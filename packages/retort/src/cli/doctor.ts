/** `retort doctor`: what is on this machine, and the cure for each thing that is wrong. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  findCompiler,
  findLibTorch,
  findPython,
  locateAddon,
  pinnedVersion,
  usableReleases,
} from '@retort/torch/setup';
import { say } from './output.ts';
import { duration } from './table.ts';

/** Whether LIBTORCH names a folder that holds none: nothing that a set-up brings would be used. */
function isStatedWrong(): boolean {
  try {
    findLibTorch();
    return false;
  } catch {
    return process.env.LIBTORCH !== undefined;
  }
}

/** What is done about a libtorch or addon that is not there. */
const setupCure = (more = ''): string =>
  isStatedWrong()
    ? `set LIBTORCH to the folder of a torch package or of an unpacked libtorch, of ${usableReleases}, or unset it`
    : `run \`npx retort setup\`${more}`;

const origins = {
  LIBTORCH: 'which LIBTORCH names',
  python: 'of the active Python',
  cache: "Retort's own",
} as const;

/** The libtorch that set-up settles on, where it is from, and which other was passed over. */
function libtorchFound(): string | undefined {
  const passedOver: string[] = [];
  const found = findLibTorch((line) => passedOver.push(line));
  return found && [`${found.version} in ${found.path}, ${origins[found.from]}`, ...passedOver].join('; ');
}

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly value: string;
  readonly cure?: string;
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function finding(name: string, look: () => string | undefined, cure: string): Finding {
  try {
    const value = look();
    return value === undefined ? { name, ok: false, value: 'not found', cure } : { name, ok: true, value };
  } catch (error) {
    return { name, ok: false, value: reason(error), cure };
  }
}

/** Folders in which data sets are looked for, and the data sets that lie in each. */
function dataFindings(folders: readonly string[]): Finding[] {
  const known = /^(cifar-10|fashion|FashionMNIST|cifar10)/;
  // The second is of Retort's own, beside the first.
  const isData = (name: string): boolean => known.test(name) && !name.endsWith('.contents.json');
  const asked = process.env.RETORT_DATA === undefined ? null : path.resolve(process.env.RETORT_DATA);
  return folders.map((folder) => {
    const name = `data in ${folder}`;
    const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter(isData) : null;
    if (names?.length) return { name, ok: true, value: names.join(', ') };
    if (names === null && folder === asked)
      return { name, ok: false, value: 'no such folder', cure: 'set RETORT_DATA to a folder that exists' };
    const value = names === null ? 'not made yet' : 'no data set yet';
    return {
      name,
      ok: true,
      value: `${value}, and none is needed: what is in none of these folders is downloaded when it is used`,
    };
  });
}

const kernelForms = {
  linear: 'a layer',
  plain: "its input's gradient",
  weights: "its weight's gradient",
} as const;

/** The kernels of a layer from 256 to 1024 numbers with 4096 rows, as an example. */
function kernelFinding(torch: typeof import('@retort/torch')): Finding {
  const name = 'kernels';
  if (!torch.areKernelsChosen()) return { name, ok: true, value: "libtorch's own (RETORT_KERNELS=default)" };
  const rows = 4096;
  torch.scope(() => {
    const x = torch.ones([rows, 256]);
    const weight = torch.ones([1024, 256]);
    const gradient = x.mm(weight.t());
    gradient.mm(weight);
    gradient.t().mm(x);
  });
  const value = torch
    .kernelsInUse()
    .filter((choice) => [choice.rows, choice.inner].includes(rows))
    .map(({ form, kernel, speeds }) => {
      const each = Object.entries(speeds).map(([other, speed]) => `${other} ${speed}`);
      const measured = each.length
        ? `${each.join(', ')} GFLOP/s`
        : 'not measured: other programs had the cores';
      return `${kernelForms[form]} by ${kernel} (${measured})`;
    })
    .join('; ');
  return { name, ok: true, value };
}

/** What runs ONNX files, where it is there: nothing else needs it. */
async function onnxFinding(): Promise<Finding> {
  const { findOnnxRuntime } = await import('../models/index.ts');
  const found = findOnnxRuntime();
  const value = found
    ? `${found.version} in ${found.entry}`
    : 'not installed, and needed for ONNX files alone (`npx retort setup onnx` installs it)';
  return { name: 'onnxruntime-node', ok: true, value };
}

/** Everything that needs libtorch loaded. */
async function engineFindings(): Promise<Finding[]> {
  try {
    const torch = await import('@retort/torch');
    const { dataFolders } = await import('../data/index.ts');
    const { convolution, product, gain, precision, steady } = torch.autoPrecision();
    const timed = ({ fp32, bf16 }: { fp32: number; bf16: number }): string =>
      `${duration(fp32 / 1000)} in fp32, ${duration(bf16 / 1000)} in bf16`;
    const { avx2, vectorized } = torch.capabilities();
    return [
      { name: 'libtorch loaded', ok: true, value: torch.version },
      { name: 'CUDA', ok: true, value: torch.cudaIsAvailable() ? 'available' : 'none: the CPU is used' },
      { name: 'threads', ok: true, value: `${torch.getNumThreads()} of ${os.availableParallelism()} cores` },
      {
        name: 'instructions',
        ok: avx2 === true,
        value: String(vectorized),
        ...(avx2 === true
          ? {}
          : { cure: 'this processor has no AVX2: everything works, several times slower' }),
      },
      {
        name: 'native bf16',
        ok: true,
        value: torch.hasNativeBf16() ? 'yes' : 'no',
      },
      {
        name: 'precision auto',
        ok: true,
        value:
          `${precision}, as bf16 is ${gain.toPrecision(3)} times as fast: a small convolution takes ${timed(convolution)}; a product ${timed(product)}` +
          (steady ? '' : ' (the machine is too busy to measure it: it will be measured again)'),
      },
      kernelFinding(torch),
      {
        name: 'memory limit',
        ok: true,
        value: `${(torch.memory().limit / 2 ** 30).toFixed(1)} GiB (RETORT_MEMORY_LIMIT)`,
      },
      await onnxFinding(),
      ...dataFindings(dataFolders()),
    ];
  } catch (error) {
    const [limit, kernels] = ['RETORT_MEMORY_LIMIT', 'RETORT_KERNELS'].map((name) =>
      reason(error).startsWith(name),
    );
    const cure = limit
      ? 'set RETORT_MEMORY_LIMIT to bytes, or unset it'
      : kernels
        ? "set RETORT_KERNELS to 'default', or unset it"
        : setupCure();
    return [{ name: 'libtorch loaded', ok: false, value: reason(error), cure }];
  }
}

export async function doctorCommand(flags: { json?: boolean }): Promise<void> {
  const findings: Finding[] = [
    { name: 'Node', ok: true, value: process.version },
    { name: 'processor', ok: true, value: os.cpus()[0]?.model ?? 'unknown' },
    finding(
      'Python 3',
      findPython,
      'install it (Debian and Ubuntu: apt-get install python3-pip); it is needed to fetch libtorch only',
    ),
    finding(
      'C++ compiler',
      findCompiler,
      'install one (Debian and Ubuntu: apt-get install g++); it is needed to compile the addon only',
    ),
    finding('libtorch', libtorchFound, setupCure(`, which installs ${pinnedVersion}, or set LIBTORCH`)),
    finding('addon', locateAddon, setupCure()),
    ...(await engineFindings()),
  ];
  if (flags.json) say(JSON.stringify(findings));
  else {
    for (const { name, ok, value, cure } of findings) {
      say(`${ok ? 'ok  ' : 'BAD '} ${name}: ${value}${cure ? `\n       -> ${cure}` : ''}`);
    }
  }
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
}
