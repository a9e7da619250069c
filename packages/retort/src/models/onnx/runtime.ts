/** Where onnxruntime-node is: in the user's project, beside Retort, or where `retort setup onnx` puts it. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheFolder, makeFolder } from '@retort/torch/setup';
import { OnnxError } from './errors.ts';

const name = 'onnxruntime-node';

/** The release that set-up installs, and that the tests run with. */
export const pinnedRuntime = '1.30.0';

/** What runs ONNX files. */
export interface OnnxRuntime {
  /** The file that is imported. */
  readonly entry: string;
  readonly version: string;
}

const ownFolder = (): string => path.join(cacheFolder(), `${name}-${pinnedRuntime}`);

/** As a module in a folder finds it. */
function runtimeFrom(folder: string): OnnxRuntime | null {
  const { resolve } = createRequire(path.join(folder, 'index.js'));
  try {
    const { version } = JSON.parse(fs.readFileSync(resolve(`${name}/package.json`), 'utf8'));
    return { entry: resolve(name), version: String(version) };
  } catch {
    return null;
  }
}

/** onnxruntime-node, where it is; null where it is not. @example findOnnxRuntime()?.version // '1.30.0' */
export function findOnnxRuntime(): OnnxRuntime | null {
  return runtimeFrom(process.cwd()) ?? runtimeFrom(import.meta.dirname) ?? runtimeFrom(ownFolder());
}

/** @param what  for which it is needed, e.g. `teacher.onnx` @throws OnnxError with the cure where it is missing */
export function needOnnxRuntime(what: string): OnnxRuntime {
  const found = findOnnxRuntime();
  if (found) return found;
  throw new OnnxError(
    `${what} is run by ${name}, which is not installed: run \`npx retort setup onnx\`, or install it in your project (ONNXRUNTIME_NODE_INSTALL=skip npm install ${name})`,
  );
}

/** @throws OnnxError with what npm said last */
function npm(args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { cwd, stdio: ['ignore', 2, 'pipe'] });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const fail = (why: string): void =>
      reject(
        new OnnxError(
          `npm could not install ${name} (${why}): check the network and npm's configuration (npm config list)`,
        ),
      );
    child.on('error', ({ message }) => fail(message));
    child.on('close', (status) => {
      if (status === 0) return resolve();
      if (/ENOSPC/.test(errors))
        return reject(
          new OnnxError(
            `the disk filled up while npm installed ${name}: free some, or set RETORT_CACHE to a folder on a larger disk`,
          ),
        );
      const lines = errors
        .split('\n')
        .filter((line) => /^npm (?:error|ERR!) (?!A complete log|code)/.test(line));
      fail((lines[0] ?? `exit code ${status}`).replace(/^npm (?:error|ERR!) /, ''));
    });
  });
}

/** The programs for other systems than this one, which are most of its bytes. */
function withoutOthers(folder: string): void {
  const own = path.join(process.platform, process.arch);
  for (const found of fs.globSync('bin/*/*/*', { cwd: folder }))
    if (!found.endsWith(own)) fs.rmSync(path.join(folder, found), { recursive: true, force: true });
}

/**
 * Installs onnxruntime-node into the cache folder.
 *
 * @param say  receives a line before what takes time
 * @throws OnnxError with one sentence and the cure
 */
export async function installOnnxRuntime(say: (line: string) => void): Promise<OnnxRuntime> {
  const folder = ownFolder();
  makeFolder(cacheFolder());
  say(`Installing ${name} ${pinnedRuntime} into ${folder} (100 MB to download, 50 MB on disk)`);
  const aside = fs.mkdtempSync(`${folder}.`);
  try {
    fs.writeFileSync(path.join(aside, 'package.json'), '{ "private": true }\n');
    // Its install script would download CUDA's part of it.
    const how = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
    await npm(['install', ...how, `${name}@${pinnedRuntime}`], aside);
    withoutOthers(path.join(aside, 'node_modules', name));
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(aside, folder);
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
  const found = runtimeFrom(folder);
  if (found) return found;
  throw new OnnxError(
    `npm installed ${name} into ${folder}, but it is not there: remove the folder and try again`,
  );
}

/**
 * Finds onnxruntime-node, or installs it into the cache folder: the release that is tested, without what it would download of CUDA.
 *
 * @param say  receives a line before what takes time
 * @throws OnnxError with one sentence and the cure
 * @example const { version } = await setupOnnx(console.error);
 */
export async function setupOnnx(say: (line: string) => void = () => {}): Promise<OnnxRuntime> {
  return findOnnxRuntime() ?? installOnnxRuntime(say);
}
