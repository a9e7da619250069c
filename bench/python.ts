/** The bench's own Python: a virtual environment with PyTorch, made once in the cache. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder, findPython, pinnedVersion } from '@retort/torch/setup';

export interface PythonEnvironment {
  readonly python: string;
  /** Its torch package, whose libtorch both sides of the bench use. */
  readonly libtorch: string;
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (error || status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

/** torch in Python needs all of its dependencies: 5 GB. */
export function pythonEnvironment(): PythonEnvironment {
  const folder = path.join(cacheFolder(), `python-torch-${pinnedVersion}`);
  const python = path.join(folder, 'bin', 'python');
  const libtorchOf = (): string | undefined => {
    const lib = path.join(folder, 'lib');
    const version = fs.existsSync(lib)
      ? fs.readdirSync(lib).find((name) => name.startsWith('python3'))
      : undefined;
    const found = version && path.join(lib, version, 'site-packages', 'torch');
    return found && fs.existsSync(path.join(found, 'lib', 'libtorch_cpu.so')) ? found : undefined;
  };
  if (!libtorchOf()) {
    console.error(`Installing PyTorch ${pinnedVersion} for Python into ${folder} (5 GB)`);
    const system = findPython();
    if (!system) throw new Error('Python 3 was not found');
    run(system, ['-m', 'venv', folder]);
    run(python, [
      '-m',
      'pip',
      'install',
      '--disable-pip-version-check',
      `torch==${pinnedVersion}`,
      'numpy',
      'safetensors',
    ]);
  }
  const libtorch = libtorchOf();
  if (!libtorch) throw new Error(`there is no libtorch in ${folder}: remove it and try again`);
  return { python, libtorch };
}

/** What a virtual environment of its own holds beside the bench's PyTorch. */
interface Beside {
  /** Of its folder in the cache, after `python-`. */
  readonly name: string;
  readonly megabytes: number;
  readonly packages: readonly string[];
  /** Those that would bring another PyTorch with them. */
  readonly alone?: readonly string[];
}

/** A Python with the same PyTorch, and packages beside it; made once. */
function pythonWith(
  { libtorch }: PythonEnvironment,
  { name, megabytes, packages, alone = [] }: Beside,
): string {
  const folder = path.join(cacheFolder(), `python-${name}`);
  const python = path.join(folder, 'bin', 'python');
  const done = path.join(folder, 'installed');
  if (fs.existsSync(done)) return python;
  console.error(
    `Installing ${[...packages, ...alone].join(', ')} for Python into ${folder} (${megabytes} MB)`,
  );
  run(findPython() ?? 'python3', ['-m', 'venv', folder]);
  const install = (...what: string[]): void =>
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...what]);
  if (packages.length > 0) install(...packages);
  if (alone.length > 0) install('--no-deps', ...alone);
  const [installed] = fs.globSync('lib/python3*/site-packages', { cwd: folder });
  fs.writeFileSync(path.join(folder, installed ?? '', 'torch.pth'), `${path.dirname(libtorch)}\n`);
  fs.writeFileSync(done, '');
  return python;
}

/** With a release of onnxruntime: what writes ONNX files and runs them. */
export const onnxPython = (environment: PythonEnvironment, release: string): string =>
  pythonWith(environment, {
    name: `onnxruntime-${release}`,
    megabytes: 100,
    packages: ['onnx==1.23.2', `onnxruntime==${release}`],
  });

/** With what exports networks of other libraries, and checks ONNX files. */
export const exportPython = (environment: PythonEnvironment): string =>
  pythonWith(environment, {
    name: 'onnxscript-0.7.2',
    megabytes: 200,
    packages: ['onnx==1.23.2', 'onnxscript==0.7.2', 'safetensors'],
    alone: ['torchvision==0.29.2', 'timm==1.0.31', 'pillow==13.0.0'],
  });

/** With what reads photographs for it. */
export const photographsPython = (environment: PythonEnvironment): string =>
  pythonWith(environment, {
    name: 'torchvision-0.29.2',
    megabytes: 20,
    packages: [],
    alone: ['torchvision==0.29.2', 'timm==1.0.31', 'pillow==13.0.0'],
  });

/** With what runs an exported folder there: transformers, onnxruntime. */
export const transformersPython = (environment: PythonEnvironment): string =>
  pythonWith(environment, {
    name: 'transformers-5.23.0',
    megabytes: 200,
    packages: ['transformers==5.23.0', 'onnxruntime==1.31.1', 'pillow==13.0.0'],
    alone: ['torchvision==0.29.2'],
  });

/** With what fine-tunes networks of texts there: transformers' Trainer. */
export const trainerPython = (environment: PythonEnvironment): string =>
  pythonWith(environment, {
    name: 'accelerate-1.15.0',
    megabytes: 200,
    packages: ['transformers==5.23.0', 'psutil'],
    alone: ['accelerate==1.15.0'],
  });

/** Packages that a peer needs beside PyTorch. */
export function addPackages({ python }: PythonEnvironment, packages: readonly string[]): void {
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
}
