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

/** A Python with the same PyTorch, and a release of onnxruntime beside it: what writes ONNX files and runs them. */
export function onnxPython({ libtorch }: PythonEnvironment, release: string): string {
  const folder = path.join(cacheFolder(), `python-onnxruntime-${release}`);
  const python = path.join(folder, 'bin', 'python');
  const done = path.join(folder, 'installed');
  if (fs.existsSync(done)) return python;
  console.error(`Installing onnxruntime for Python into ${folder} (100 MB)`);
  run(findPython() ?? 'python3', ['-m', 'venv', folder]);
  run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    'onnx==1.23.2',
    `onnxruntime==${release}`,
  ]);
  const [packages] = fs.globSync('lib/python3*/site-packages', { cwd: folder });
  fs.writeFileSync(path.join(folder, packages ?? '', 'torch.pth'), `${path.dirname(libtorch)}\n`);
  fs.writeFileSync(done, '');
  return python;
}

/** A Python with the same PyTorch, and what exports networks of other libraries from it and checks ONNX files. */
export function exportPython({ libtorch }: PythonEnvironment): string {
  const libraries = ['torchvision==0.29.2', 'timm==1.0.31', 'pillow==13.0.0'];
  const folder = path.join(cacheFolder(), 'python-onnxscript-0.7.2');
  const python = path.join(folder, 'bin', 'python');
  const done = path.join(folder, 'installed');
  if (fs.existsSync(done)) return python;
  console.error(`Installing onnx and onnxscript for Python into ${folder} (200 MB)`);
  run(findPython() ?? 'python3', ['-m', 'venv', folder]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  run(python, [...pip, 'onnx==1.23.2', 'onnxscript==0.7.2', 'safetensors']);
  // PyTorch and its dependencies are those of the bench.
  run(python, [...pip, '--no-deps', ...libraries]);
  const [packages] = fs.globSync('lib/python3*/site-packages', { cwd: folder });
  fs.writeFileSync(path.join(folder, packages ?? '', 'torch.pth'), `${path.dirname(libtorch)}\n`);
  fs.writeFileSync(done, '');
  return python;
}

/** A Python with the same PyTorch, and what reads photographs for it. */
export function photographsPython({ libtorch }: PythonEnvironment): string {
  const packages = ['torchvision==0.29.2', 'timm==1.0.31', 'pillow==13.0.0'];
  const folder = path.join(cacheFolder(), 'python-torchvision-0.29.2');
  const python = path.join(folder, 'bin', 'python');
  const done = path.join(folder, 'installed');
  if (fs.existsSync(done)) return python;
  console.error(`Installing ${packages.join(', ')} for Python into ${folder} (20 MB)`);
  run(findPython() ?? 'python3', ['-m', 'venv', folder]);
  // PyTorch and its dependencies are those of the bench.
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', ...packages]);
  const [installed] = fs.globSync('lib/python3*/site-packages', { cwd: folder });
  fs.writeFileSync(path.join(folder, installed ?? '', 'torch.pth'), `${path.dirname(libtorch)}\n`);
  fs.writeFileSync(done, '');
  return python;
}

/** A Python with the same PyTorch, and what runs an exported folder there: transformers, onnxruntime. */
export function transformersPython({ libtorch }: PythonEnvironment): string {
  const folder = path.join(cacheFolder(), 'python-transformers-5.23.0');
  const python = path.join(folder, 'bin', 'python');
  const done = path.join(folder, 'installed');
  if (fs.existsSync(done)) return python;
  console.error(`Installing transformers and onnxruntime for Python into ${folder} (200 MB)`);
  run(findPython() ?? 'python3', ['-m', 'venv', folder]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  run(python, [...pip, 'transformers==5.23.0', 'onnxruntime==1.31.1', 'pillow==13.0.0']);
  // PyTorch is that of the bench.
  run(python, [...pip, '--no-deps', 'torchvision==0.29.2']);
  const [packages] = fs.globSync('lib/python3*/site-packages', { cwd: folder });
  fs.writeFileSync(path.join(folder, packages ?? '', 'torch.pth'), `${path.dirname(libtorch)}\n`);
  fs.writeFileSync(done, '');
  return python;
}

/** Packages that a peer needs beside PyTorch. */
export function addPackages({ python }: PythonEnvironment, packages: readonly string[]): void {
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
}
