import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { whyNotLoaded } from './addon.ts';
import { setup } from './index.ts';
import { recordedLibTorch, recordLibTorch } from './libtorch.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-setup-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const bin = path.join(import.meta.dirname, '../../bin/setup.js');

/** A folder of programs, each a shell script, which is all that the set-up finds. */
function programs(name: string, scripts: Record<string, string>): string {
  const folder = path.join(scratch, name);
  fs.mkdirSync(folder);
  for (const [program, body] of Object.entries(scripts)) {
    fs.writeFileSync(path.join(folder, program), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
  return folder;
}

/** Runs the set-up (or another program) with only those programs, an empty cache, and the given environment. */
function run(PATH: string, env: Record<string, string> = {}, args: string[] = [bin]) {
  const { LIBTORCH: _, CXX: __, ...inherited } = process.env;
  const cache = path.join(scratch, 'cache');
  fs.rmSync(cache, { recursive: true, force: true });
  return spawnSync(process.execPath, args, {
    cwd: import.meta.dirname,
    env: { ...inherited, RETORT_CACHE: cache, PATH, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
}

/** A folder that looks like a torch package of a version. */
function torchOf(version: string): string {
  const folder = path.join(scratch, `with ${version}`, 'torch');
  fs.mkdirSync(path.join(folder, 'lib'), { recursive: true });
  fs.mkdirSync(path.join(folder, 'include/torch'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'lib/libtorch_cpu.so'), '');
  fs.writeFileSync(path.join(folder, 'include/torch/version.h'), `#define TORCH_VERSION "${version}"\n`);
  return folder;
}

/** A Python in which `-m pip install` does what is given. */
const python = (install: string) =>
  `case "$*" in *"pip --version"*) exit 0;; *"pip install"*) ${install};; *) exit 0;; esac`;

suite('what is missing is one sentence with the cure', async () => {
  const { libtorch } = await setup();
  const cases: Record<
    string,
    [scripts: Record<string, string>, env: Record<string, string>, sentence: RegExp]
  > = {
    'no Python': [{}, {}, /Python 3 with pip .* not found: .*apt-get install python3-pip.*LIBTORCH/],
    'a Python without pip': [
      { python3: 'case "$*" in *pip*) exit 1;; esac' },
      {},
      /python3 has no pip.*apt-get install python3-pip/,
    ],
    'no network': [
      { python3: python('echo "ERROR: No matching distribution found for torch" >&2; exit 1') },
      {},
      /pip could not install libtorch \(No matching distribution found for torch\): check the network/,
    ],
    'a full disk': [
      { python3: python('echo "ERROR: [Errno 28] No space left on device" >&2; exit 1') },
      {},
      /the disk filled up.*RETORT_CACHE/,
    ],
    'a cache that cannot be made': [
      { python3: python('exit 0') },
      { RETORT_CACHE: path.join(bin, 'nowhere') },
      /setup\.js\/nowhere cannot be made.*RETORT_CACHE/,
    ],
    'a cache where there can be no folders': [
      { python3: python('exit 0') },
      { RETORT_CACHE: '/proc/retort/cache' },
      /the cache folder \/proc\/retort\/cache cannot be made .*: set RETORT_CACHE to a folder that can/,
    ],
    'a LIBTORCH that is none': [{}, { LIBTORCH: scratch }, /LIBTORCH is .* no lib\/libtorch_cpu\.so/],
    'a LIBTORCH that is too old': [
      {},
      { LIBTORCH: torchOf('2.10.0+cpu') },
      /^LIBTORCH is \S.*with 2\.10\.0\+cpu\/torch, where libtorch is 2\.10\.0\+cpu, and Retort runs on 2\.11 to 2\.15: set it to one of these, or unset it, /,
    ],
    'no compiler': [{}, { LIBTORCH: libtorch.path }, /C\+\+20 compiler is needed.*apt-get install g\+\+/],
    'a compiler that fails': [
      {
        'g++':
          'case "$1" in --version) exit 0;; esac; echo "x.h:1: fatal error: concepts: No such file" >&2; exit 1',
      },
      { LIBTORCH: libtorch.path },
      /g\+\+ could not compile the addon \(x\.h:1: fatal error: concepts/,
    ],
    'a CXX that is none': [{}, { LIBTORCH: libtorch.path, CXX: 'nonesuch' }, /CXX \(nonesuch\) does not run/],
  };
  for (const [what, [scripts, env, sentence]] of Object.entries(cases)) {
    test(what, () => {
      const { status, stderr } = run(programs(what, scripts), env);
      assert.equal(status, 1, stderr);
      const lines = stderr.trim().split('\n');
      assert.match(lines.at(-1) ?? '', sentence);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  }
  const find = `import { findLibTorch } from '@retort/torch/setup';
    console.log(JSON.stringify(findLibTorch((line) => console.error(line)) ?? null));`;
  test('LIBTORCH comes first, then the torch of the active Python', () => {
    const PATH = programs('with torch', { python3: `echo ${libtorch.path}` });
    const args = ['--input-type=module', '--eval', find];
    const { path: where, version } = libtorch;
    assert.deepEqual(JSON.parse(run(PATH, {}, args).stdout), { path: where, version, from: 'python' });
    assert.deepEqual(JSON.parse(run(PATH, { LIBTORCH: path.dirname(where) }, args).stdout).from, 'LIBTORCH');
  });
  const withPython = (folder: string) =>
    run(programs(`Python of ${path.basename(path.dirname(folder))}`, { python3: `echo '${folder}'` }), {}, [
      '--input-type=module',
      '--eval',
      find,
    ]);
  for (const version of ['2.11.0', '2.12.1+cpu', '2.13.0+cu128', '2.15.7'])
    test(`a Python's torch of ${version} is used as it is`, () => {
      const folder = torchOf(version);
      const { stdout, stderr } = withPython(folder);
      assert.deepEqual(JSON.parse(stdout), { path: folder, version, from: 'python' });
      assert.equal(stderr, '');
    });
  for (const version of ['2.6.0', '2.10.1+cu128', '2.16.0', '2.110.0', '3.12.0'])
    test(`a Python's torch of ${version} is passed over, and named with what is done instead`, () => {
      const folder = torchOf(version);
      const { stdout, stderr } = withPython(folder);
      assert.equal(stdout.trim(), 'null');
      const own = path.join(scratch, 'cache/libtorch-2.15.0');
      assert.equal(
        stderr,
        `Python's torch in ${folder} is ${version}, and Retort runs on 2.11 to 2.15: set-up installs 2.15.0 into ${own} instead\n`,
      );
    });
  test('an import before set-up names the command', () => {
    const program = ['--input-type=module', '--eval', "import '@retort/torch'"];
    const { status, stderr } = run('', {}, program);
    assert.equal(status, 1);
    assert.match(stderr, /libtorch is not set up: run `npx retort-torch-setup`/);
  });
  test('what an interrupted installation left does not count', () => {
    const { status } = run(programs('half', { python3: python('exit 1') }));
    assert.equal(status, 1);
    assert.deepEqual(fs.readdirSync(path.join(scratch, 'cache')), []);
  });
  test('a second set-up compiles and installs nothing', async () => {
    const said: string[] = [];
    await setup((line) => said.push(line));
    assert.deepEqual(said, []);
  });
});

test('what the last set-up settled on is not known where the record is damaged', async () => {
  const { libtorch } = await setup();
  const { LIBTORCH, RETORT_CACHE } = process.env;
  const cache = path.join(scratch, 'damaged');
  const record = path.join(cache, 'libtorch.json');
  delete process.env.LIBTORCH;
  process.env.RETORT_CACHE = cache;
  try {
    recordLibTorch({ ...libtorch, from: 'cache' });
    assert.deepEqual(recordedLibTorch(), { ...libtorch, from: 'cache' });
    for (const text of ['', 'null', '7', '{"path":', '{"path":7}', '{}']) {
      fs.writeFileSync(record, text);
      assert.equal(recordedLibTorch(), undefined, text);
    }
    fs.rmSync(record);
    execFileSync('mkfifo', [record]);
    assert.equal(recordedLibTorch(), undefined, 'a pipe');
  } finally {
    for (const [name, value] of Object.entries({ LIBTORCH, RETORT_CACHE }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
});

test('an addon that does not load is a sentence with the cure', () => {
  assert.equal(
    whyNotLoaded('/mnt/addon.node', '/mnt/addon.node: failed to map segment from shared object'),
    'the addon /mnt/addon.node does not load (/mnt/addon.node: failed to map segment from shared object): its disk does not let programs run (mounted noexec): set RETORT_CACHE to a folder on another',
  );
  assert.equal(
    whyNotLoaded(
      '/mnt/addon.node',
      'libcudart.so.13: cannot open shared object file: No such file or directory',
    ),
    'the addon /mnt/addon.node does not load (libcudart.so.13: cannot open shared object file: No such file or directory): its libtorch lacks a library: install all that the torch of your Python requires, or set LIBTORCH to another, and run `npx retort-torch-setup` (or `npx retort setup`)',
  );
  assert.equal(
    whyNotLoaded('/mnt/addon.node', 'file too short'),
    'the addon /mnt/addon.node does not load (file too short): remove its folder and run `npx retort-torch-setup` (or `npx retort setup`)',
  );
});
