/** Compiles the addon, and knows where the compiled one is. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder, SetupError } from './cache.ts';
import { type LibTorch, recordedLibTorch } from './libtorch.ts';
import { makeFolder } from './make-folder.ts';

const nativeFolder = path.join(import.meta.dirname, '..', '..', 'native');

const flags = [
  '-std=c++20',
  '-O2',
  '-fPIC',
  '-shared',
  '-DNAPI_VERSION=9',
  '-DNODE_ADDON_API_CPP_EXCEPTIONS',
  // A worker that is being ended takes no exception, which is no reason to end the process.
  '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
  // As libtorch is: some of its types are of another layout without.
  '-DNDEBUG',
  // Worker threads may still run its code while Node unloads it.
  '-Wl,-z,nodelete',
  // For other builds of it, such as one under a sanitizer.
  ...(process.env.RETORT_CXXFLAGS?.split(' ') ?? []),
];

/** Those in folders too, which stand for headers that libtorch lacks. */
function sources(): string[] {
  return fs
    .readdirSync(nativeFolder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort();
}

/** Whether ranks can meet by it: a build of libtorch may lack c10d, or its Gloo backend, and then has no such name in its library. */
function hasGloo({ path: folder }: LibTorch): boolean {
  const header = path.join(folder, 'include/torch/csrc/distributed/c10d/ProcessGroupGloo.hpp');
  const [library] = fs.globSync('libtorch_cpu.{so,dylib}', { cwd: path.join(folder, 'lib') });
  if (!library || !fs.existsSync(header)) return false;
  const name = Buffer.from('ProcessGroupGloo7Options14create_default');
  const descriptor = fs.openSync(path.join(folder, 'lib', library), 'r');
  try {
    const room = Buffer.alloc(2 ** 24);
    // A name may lie across the end of what is read at once.
    for (let at = 0; ; at += room.length - name.length) {
      const read = fs.readSync(descriptor, room, 0, room.length, at);
      if (room.subarray(0, read).includes(name)) return true;
      if (read < room.length) return false;
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Everything that the binary depends on decides its name, so a change compiles anew and a switch back finds the old one. */
function addonFile(libtorch: LibTorch): string {
  const hash = createHash('sha256');
  const inputs = [...flags, libtorch.path, libtorch.version, process.arch, process.env.CXX ?? ''];
  for (const input of inputs) hash.update(`${input}\n`);
  for (const name of sources()) hash.update(name).update(fs.readFileSync(path.join(nativeFolder, name)));
  return path.join(cacheFolder(), 'addon', hash.digest('hex').slice(0, 16), 'retort_torch.node');
}

/**
 * The compiled addon for the libtorch that set-up settled on.
 *
 * @throws SetupError with the command that sets everything up, if there is none
 * @example process.dlopen(module, locateAddon());
 */
export function locateAddon(): string {
  const cure = 'run `npx retort-torch-setup` (or `npx retort setup`) once';
  const libtorch = recordedLibTorch();
  if (!libtorch) throw new SetupError(`libtorch is not set up: ${cure}`);
  const file = addonFile(libtorch);
  if (!fs.existsSync(file))
    throw new SetupError(`the addon for libtorch ${libtorch.version} is not compiled: ${cure}`);
  return file;
}

/**
 * @internal What to do about an addon that does not load.
 *
 * @example whyNotLoaded(locateAddon(), 'failed to map segment from shared object')
 */
export function whyNotLoaded(file: string, said: string): string {
  const cure = /failed to map segment|Operation not permitted/.test(said)
    ? 'its disk does not let programs run (mounted noexec): set RETORT_CACHE to a folder on another'
    : /cannot open shared object file/.test(said)
      ? 'its libtorch lacks a library: install all that the torch of your Python requires, or set LIBTORCH to another, and run `npx retort-torch-setup` (or `npx retort setup`)'
      : 'remove its folder and run `npx retort-torch-setup` (or `npx retort setup`)';
  return `the addon ${file} does not load (${said}): ${cure}`;
}

/** `CXX`, else the first C++ compiler that runs; undefined if none does. @example findCompiler() // 'g++' */
export function findCompiler(): string | undefined {
  const stated = process.env.CXX;
  for (const compiler of stated ? [stated] : ['g++', 'c++', 'clang++']) {
    try {
      execFileSync(compiler, ['--version'], { stdio: 'ignore' });
      return compiler;
    } catch {}
  }
  return undefined;
}

function compile(compiler: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(compiler, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status === 0) return resolve();
      const first =
        errors.split('\n').find((line) => /error|No space left|fatal/i.test(line)) ??
        signal ??
        `status ${status}`;
      reject(
        new SetupError(
          `${compiler} could not compile the addon (${first.trim()}): it needs C++20 (g++ 11 or later) and about 2 GB of memory`,
        ),
      );
    });
  });
}

/** Compiles the addon unless the compiled one is there. Answers its file. */
export async function ensureAddon(libtorch: LibTorch, say: (line: string) => void): Promise<string> {
  const file = addonFile(libtorch);
  if (fs.existsSync(file)) return file;
  const compiler = findCompiler();
  if (!compiler) {
    throw new SetupError(
      `a C++20 compiler is needed and ${process.env.CXX ? `CXX (${process.env.CXX}) does not run` : 'none was found (g++, c++, clang++)'}: install one (Debian and Ubuntu: apt-get install g++) or set CXX`,
    );
  }
  say('Compiling the addon (half a minute)');
  const require = createRequire(import.meta.url);
  const lib = path.join(libtorch.path, 'lib');
  const folder = path.dirname(file);
  makeFolder(folder);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-addon-'));
  const aside = `${file}.${process.pid}`;
  try {
    // One translation unit: libtorch's headers cost more than all of the addon, and are read once this way.
    const unit = path.join(scratch, 'unit.cc');
    const parts = sources().filter((name) => name.endsWith('.cc'));
    fs.writeFileSync(unit, parts.map((name) => `#include "${name}"\n`).join(''));
    await compile(compiler, [
      ...(hasGloo(libtorch) ? ['-DUSE_C10D_GLOO'] : []),
      ...flags,
      `-I${nativeFolder}`,
      `-I${path.join(nativeFolder, 'gloo-stubs')}`,
      `-I${path.dirname(require.resolve('node-addon-api'))}`,
      `-I${require('node-api-headers').include_dir}`,
      '-isystem',
      path.join(libtorch.path, 'include'),
      '-isystem',
      path.join(libtorch.path, 'include/torch/csrc/api/include'),
      unit,
      '-o',
      aside,
      `-L${lib}`,
      '-ltorch_cpu',
      '-lc10',
      `-Wl,-rpath,${lib}`,
    ]);
    fs.renameSync(aside, file);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
    fs.rmSync(aside, { force: true });
  }
  return file;
}
