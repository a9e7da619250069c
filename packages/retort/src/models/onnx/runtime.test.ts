import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, suite, test } from 'node:test';
import { findOnnxRuntime, installOnnxRuntime, pinnedRuntime } from './runtime.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-onnxruntime-'));
const { PATH, RETORT_CACHE } = process.env;
afterEach(() => {
  Object.assign(process.env, { PATH });
  if (RETORT_CACHE === undefined) delete process.env.RETORT_CACHE;
  else process.env.RETORT_CACHE = RETORT_CACHE;
});
after(() => fs.rmSync(scratch, { recursive: true }));

/** Installs with an npm that does what is given, into an empty cache. */
function install(name: string, npm: string): Promise<unknown> {
  const folder = path.join(scratch, name);
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
  Object.assign(process.env, { PATH: `${folder}:${PATH}`, RETORT_CACHE: path.join(folder, 'cache') });
  return installOnnxRuntime(() => {});
}

suite('onnxruntime-node is installed', () => {
  test('into the cache folder, for this system alone and without its install script', async () => {
    const at = 'node_modules/onnxruntime-node';
    const found = await install(
      'works',
      `case "$*" in "install --ignore-scripts "*" onnxruntime-node@${pinnedRuntime}") ;; *) exit 3;; esac
       mkdir -p ${at}/bin/napi-v6/linux/x64 ${at}/bin/napi-v6/linux/arm64 ${at}/bin/napi-v6/darwin/arm64
       echo '{ "version": "${pinnedRuntime}", "main": "index.js" }' > ${at}/package.json
       touch ${at}/index.js`,
    );
    const folder = path.join(scratch, 'works/cache', `onnxruntime-node-${pinnedRuntime}`);
    assert.deepEqual(found, { entry: path.join(folder, at, 'index.js'), version: pinnedRuntime });
    const left = fs.globSync('bin/*/*/*', { cwd: path.join(folder, at) });
    assert.deepEqual(left, ['bin/napi-v6/linux/x64']);
  });
  for (const [what, npm, sentence] of [
    [
      'not without a network',
      'echo "npm error code ENOTFOUND" >&2; echo "npm error network request failed" >&2; exit 1',
      "npm could not install onnxruntime-node (network request failed): check the network and npm's configuration (npm config list)",
    ],
    [
      'not on a full disk',
      'echo "npm error code ENOSPC" >&2; exit 1',
      'the disk filled up while npm installed onnxruntime-node: free some, or set RETORT_CACHE to a folder on a larger disk',
    ],
  ] as const)
    test(`${what}, which is a sentence, and leaves nothing`, async () => {
      await assert.rejects(install(what, npm), { name: 'OnnxError', message: sentence });
      assert.deepEqual(fs.readdirSync(path.join(scratch, what, 'cache')), []);
    });
});

test('a project has its own before ours', () => {
  const folder = path.join(scratch, 'project/node_modules/onnxruntime-node');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "version": "1.99.0", "main": "own.js" }');
  fs.writeFileSync(path.join(folder, 'own.js'), '');
  const here = process.cwd();
  assert.notEqual(findOnnxRuntime()?.version, '1.99.0');
  process.chdir(path.join(scratch, 'project'));
  try {
    assert.deepEqual(findOnnxRuntime(), { entry: path.join(folder, 'own.js'), version: '1.99.0' });
  } finally {
    process.chdir(here);
  }
});
