/** Finds libtorch: in `LIBTORCH`, in the active Python's torch, in the cache; or installs PyTorch's own wheel into the cache. */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder, SetupError } from './cache.ts';
import { makeFolder } from './make-folder.ts';
import { isUsable, pinnedVersion, usableReleases } from './release.ts';

const diskNeeded = 3e9;

/** A libtorch on this machine. */
export interface LibTorch {
  /** The folder with `include` and `lib`. */
  readonly path: string;
  readonly version: string;
  /** Where it was found: in the folder that the variable names, the active Python's torch, or Retort's cache. */
  readonly from: 'LIBTORCH' | 'python' | 'cache';
}

const libraries = process.platform === 'darwin' ? 'libtorch_cpu.dylib' : 'libtorch_cpu.so';

/** The version of the libtorch in a folder, or undefined if there is none. */
function versionIn(folder: string): string | undefined {
  if (!fs.existsSync(path.join(folder, 'lib', libraries))) return undefined;
  for (const header of ['include/torch/headeronly/version.h', 'include/torch/version.h']) {
    const file = path.join(folder, header);
    if (!fs.existsSync(file)) continue;
    const found = /define TORCH_VERSION[\s\\]+"([^"]+)"/.exec(fs.readFileSync(file, 'utf8'));
    if (found?.[1]) return found[1];
  }
  return undefined;
}

/** A folder that holds libtorch itself, or a `torch` package that does. */
function inFolder(folder: string, from: LibTorch['from']): LibTorch | undefined {
  for (const candidate of [folder, path.join(folder, 'torch'), path.join(folder, 'libtorch')]) {
    const version = versionIn(candidate);
    if (version) return { path: candidate, version, from };
  }
  return undefined;
}

function fromEnvironment(): LibTorch | undefined {
  const stated = process.env.LIBTORCH;
  if (!stated) return undefined;
  const found = inFolder(path.resolve(stated), 'LIBTORCH');
  if (!found) {
    throw new SetupError(
      `LIBTORCH is ${stated}, but there is no lib/${libraries} with its headers: set it to the folder of a torch package or an unpacked libtorch, or unset it`,
    );
  }
  if (!isUsable(found.version)) {
    throw new SetupError(
      `LIBTORCH is ${stated}, where libtorch is ${found.version}, and Retort runs on ${usableReleases}: set it to one of these, or unset it, and set-up finds or installs one`,
    );
  }
  return found;
}

const pythons = ['python3', 'python'];

/** The first Python that runs, or undefined. @example findPython() // 'python3' */
export function findPython(): string | undefined {
  for (const python of pythons) {
    try {
      execFileSync(python, ['--version'], { stdio: 'ignore' });
      return python;
    } catch {}
  }
  return undefined;
}

/** The torch package that the active Python would import, found without importing it. */
function fromPython(): LibTorch | undefined {
  const python = findPython();
  if (!python) return undefined;
  const question =
    'import importlib.util as u; s = u.find_spec("torch"); print(s.submodule_search_locations[0] if s else "")';
  try {
    const folder = execFileSync(python, ['-c', question], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return folder ? inFolder(folder, 'python') : undefined;
  } catch {
    return undefined;
  }
}

const ownFolder = (version: string) => path.join(cacheFolder(), `libtorch-${version}`);

/** The one of this version that set-up has put into the cache, or undefined. */
export const installedLibTorch = (version: string): LibTorch | undefined =>
  inFolder(ownFolder(version), 'cache');

const recordFile = () => path.join(cacheFolder(), 'libtorch.json');

/**
 * Looks everywhere, without installing. A Python's torch of another release than those that are usable is passed over, and named to `say`.
 *
 * @throws SetupError if `LIBTORCH` names a folder without one, or with one that is not usable
 * @example findLibTorch()?.version // '2.15.0'
 */
export function findLibTorch(say: (line: string) => void = () => {}): LibTorch | undefined {
  const stated = fromEnvironment();
  if (stated) return stated;
  const python = fromPython();
  if (python && isUsable(python.version)) return python;
  const own = installedLibTorch(pinnedVersion);
  if (python) {
    const instead = own
      ? `${own.version} in ${own.path} is used instead`
      : `set-up installs ${pinnedVersion} into ${ownFolder(pinnedVersion)} instead`;
    say(
      `Python's torch in ${python.path} is ${python.version}, and Retort runs on ${usableReleases}: ${instead}`,
    );
  }
  return own;
}

/** What is on record; undefined where that is missing or damaged. */
function readRecord(): Omit<LibTorch, 'version'> | undefined {
  try {
    // A pipe would wait for its writer.
    if (!fs.statSync(recordFile()).isFile()) return undefined;
    const record = JSON.parse(fs.readFileSync(recordFile(), 'utf8'));
    return typeof record.path === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

/** What the last set-up settled on, without running anything: `LIBTORCH` or the folder on record. */
export function recordedLibTorch(): LibTorch | undefined {
  const stated = fromEnvironment();
  if (stated) return stated;
  const record = readRecord();
  const version = record && versionIn(record.path);
  return record && version ? { ...record, version } : undefined;
}

export function recordLibTorch(found: LibTorch): void {
  if (found.from === 'LIBTORCH') return;
  makeFolder(cacheFolder());
  const aside = `${recordFile()}.${process.pid}`;
  fs.writeFileSync(aside, JSON.stringify(found));
  fs.renameSync(aside, recordFile());
}

function hasNvidiaGpu(): boolean {
  return fs.existsSync('/proc/driver/nvidia/version');
}

function checkPip(python: string): void {
  try {
    execFileSync(python, ['-m', 'pip', '--version'], { stdio: 'ignore' });
  } catch {
    throw new SetupError(
      `${python} has no pip, which fetches libtorch: install it (Debian and Ubuntu: apt-get install python3-pip), or set LIBTORCH to a libtorch that you have`,
    );
  }
}

function checkDisk(folder: string): void {
  const { bavail, bsize } = fs.statfsSync(folder);
  const free = bavail * bsize;
  if (free < diskNeeded) {
    throw new SetupError(
      `${folder} has ${(free / 1e9).toFixed(1)} GB left and libtorch needs ${diskNeeded / 1e9} GB: free some, or set RETORT_CACHE to a folder on a larger disk`,
    );
  }
}

/** Runs pip with the user's own configuration. Its progress goes to the terminal, its errors into a sentence. */
function pip(python: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-m', 'pip', 'install', ...args], {
      stdio: ['ignore', 2, 'pipe'],
      env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) return resolve();
      const lines = errors.split('\n').filter((line) => /error/i.test(line));
      const reason = (lines.at(-1) ?? errors.trim().split('\n').at(-1) ?? '').replace(/^ERROR:\s*/, '');
      const disk = /No space left/.test(errors);
      reject(
        new SetupError(
          disk
            ? `the disk filled up while pip installed libtorch: free some, or set RETORT_CACHE to a folder on a larger disk (TMPDIR holds the download)`
            : `pip could not install libtorch (${reason}): check the network and pip's configuration (pip config list), or set LIBTORCH to a libtorch that you have`,
        ),
      );
    });
  });
}

/** The CUDA release that a torch wheel is built for, e.g. `13.2`, or undefined for a wheel without CUDA. */
function cudaRelease(folder: string): string | undefined {
  const info = fs.readdirSync(folder).find((name) => /^torch-.*\.dist-info$/.test(name));
  if (!info) return undefined;
  const metadata = fs.readFileSync(path.join(folder, info, 'METADATA'), 'utf8');
  return /^Requires-Dist: cuda-toolkit\[[^\]]*\]==(\d+\.\d+)/m.exec(metadata)?.[1];
}

/**
 * Installs PyTorch's wheel into the cache. Without a GPU only the wheel and the two small libraries that libtorch_cpu is linked to,
 * of the CUDA release that the wheel names; with one, all that the wheel requires.
 */
export async function installLibTorch(
  say: (line: string) => void,
  version: string = pinnedVersion,
): Promise<LibTorch> {
  const python = findPython();
  if (!python) {
    throw new SetupError(
      'Python 3 with pip fetches libtorch and was not found: install it (Debian and Ubuntu: apt-get install python3-pip), or set LIBTORCH to a libtorch that you have',
    );
  }
  checkPip(python);
  const folder = ownFolder(version);
  try {
    makeFolder(cacheFolder());
  } catch (error) {
    throw new SetupError(
      `the cache folder ${cacheFolder()} cannot be made (${error instanceof Error ? error.message : error}): set RETORT_CACHE to a folder that can`,
    );
  }
  checkDisk(cacheFolder());
  const aside = fs.mkdtempSync(`${folder}.`);
  const target = ['--target', aside, '--upgrade', '--only-binary', ':all:'];
  // The Python that runs does not matter, only its pip: any wheel of this release carries the same libraries.
  const anyPython = ['--no-deps', '--python-version', '3.12', '--implementation', 'cp'];
  try {
    if (hasNvidiaGpu()) {
      say(`Installing libtorch ${version} with CUDA into ${folder} (5 GB)`);
      await pip(python, [...target, `torch==${version}`]);
    } else {
      say(`Installing libtorch ${version} into ${folder} (540 MB to download, 1.3 GB on disk)`);
      await pip(python, [...target, ...anyPython, `torch==${version}`]);
      const cuda = cudaRelease(aside);
      if (cuda) {
        await pip(python, [
          ...target,
          ...anyPython,
          `nvidia-cuda-runtime==${cuda}.*`,
          `nvidia-cuda-cupti==${cuda}.*`,
        ]);
      }
    }
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(aside, folder);
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
  const found = installedLibTorch(version);
  if (!found)
    throw new SetupError(
      `pip installed torch into ${folder}, but no libtorch is there: remove the folder and try again`,
    );
  return found;
}
