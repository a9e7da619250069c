import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { cacheFolder } from '@retort/torch/setup';
import { drawFolder } from '../packages/retort/reference/of-folder.ts';

const root = path.join(import.meta.dirname, '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-pack-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** Packages are used with this Node, whichever the shell has. */
const env = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` };

const run = (cwd: string, command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** A copy of the sources, so that packing touches nothing that other tests use. */
function copy(): string {
  const place = path.join(scratch, 'source');
  const left = new Set(['node_modules', 'docs', '.git', 'runs', 'dist'].map((name) => path.join(root, name)));
  fs.cpSync(root, place, {
    recursive: true,
    filter: (source) => !left.has(source) && path.basename(source) !== 'dist',
  });
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(place, 'node_modules'));
  return place;
}

/** The cache folder as it is, but for what `retort setup onnx` puts there. */
function cacheWithoutOnnx(): string {
  const folder = path.join(scratch, 'cache');
  fs.mkdirSync(folder);
  for (const name of fs.readdirSync(cacheFolder()))
    if (!name.startsWith('onnxruntime-node'))
      fs.symlinkSync(path.join(cacheFolder(), name), path.join(folder, name));
  return folder;
}

/** An ONNX file in a project that has onnxruntime-node itself, and in one that has not. */
function runOnnx(project: string): void {
  const file = path.join(root, 'packages/retort/reference/models/onnx/dynamic.onnx');
  fs.writeFileSync(
    path.join(project, 'onnx.ts'),
    `import { loadOnnx } from 'retort';
     import { zeros } from '@retort/torch';
     const { model } = await loadOnnx(process.argv[2] ?? '', { classes: 10 });
     console.log(model.forward(zeros([3, 3, 16, 16])).shape);`,
  );
  const { stderr } = spawnSync(process.execPath, ['onnx.ts', file], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, RETORT_CACHE: cacheWithoutOnnx() },
  });
  assert.match(stderr, /is run by onnxruntime-node, which is not installed: run `npx retort setup onnx`/);
  for (const name of ['onnxruntime-node', 'onnxruntime-common'])
    fs.symlinkSync(path.join(root, 'node_modules', name), path.join(project, 'node_modules', name));
  assert.equal(run(project, process.execPath, 'onnx.ts', file).trim(), '[ 3, 10 ]');
}

/** The first block of code in a language of a package's README. */
function exampleOf(name: string, language: string): string {
  const text = fs.readFileSync(path.join(root, 'packages', name, 'README.md'), 'utf8');
  const [, code] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(text) ?? [];
  assert.ok(code, `packages/${name}/README.md has an example`);
  return code;
}

/** What the READMEs show runs as it is written, as JavaScript and as strict TypeScript, and teaches something. */
function runExamples(project: string, check: (file: string) => void): void {
  const example = exampleOf('retort', 'ts');
  for (const file of ['example.mjs', 'example.mts']) {
    fs.writeFileSync(path.join(project, file), example);
    if (file.endsWith('.mts')) check(file);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
      cwd: project,
      env,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /Warning/);
    const top1 = Number(/student: top-1 ([\d.]+) %/.exec(stdout)?.[1]);
    assert.ok(top1 > 50 && top1 < 95, `${top1} % of the test images`);
  }
  fs.writeFileSync(path.join(project, 'engine.ts'), exampleOf('torch', 'ts'));
  check('engine.ts');
  assert.match(run(project, process.execPath, 'engine.ts'), /^80 0\.\d+$/m);
}

/** A folder of images, from nothing but that folder to a student that is exported. */
async function runCommands(project: string): Promise<void> {
  await drawFolder(path.join(project, 'photos'));
  const flags = ['--data', './photos', '--epochs', '1', '--batch-size', '8', '--size', '32', '--no-augment'];
  run(project, 'npx', 'retort', 'train', '--model', 'resnet8', ...flags, '--out', 'runs/teacher');
  const student = ['--teacher', 'runs/teacher', '--student', 'resnet8', '--no-teacher-check'];
  run(project, 'npx', 'retort', 'distill', ...student, ...flags, '--out', 'runs/student');
  assert.ok(fs.existsSync(path.join(project, 'runs/student/best.safetensors')));
  const exported = ['export', 'runs/student', '--out', 'student', '--json'];
  const { forms }: { forms: { agreement: number }[] } = JSON.parse(
    run(project, 'npx', 'retort', ...exported),
  );
  assert.equal(forms[0]?.agreement, 1);
  assert.ok(fs.existsSync(path.join(project, 'student/onnx/model.onnx')));
}

/** The board as its README shows it, with its page, which nobody built there, and the runs that the commands left. */
async function runBoard(project: string, check: (file: string) => void): Promise<void> {
  fs.writeFileSync(path.join(project, 'board.ts'), exampleOf('board', 'ts'));
  check('board.ts');
  assert.match(run(project, process.execPath, 'board.ts'), /^http:\/\/127\.0\.0\.1:\d+\/$/m);
  const bin = path.join(project, 'node_modules/retort/bin/retort.js');
  const child = spawn(process.execPath, [bin, 'board', '--port', '0', '--json'], { cwd: project, env });
  const closed = new Promise((resolve) => child.once('close', resolve));
  try {
    const said = await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve));
    const { url } = JSON.parse(String(said));
    const text = async (place: string): Promise<string> => (await fetch(new URL(place, url))).text();
    const page = await text('/');
    assert.match(page, /<!doctype html>/i);
    const [, script = ''] = /src="([^"]+\.js)"/.exec(page) ?? [];
    assert.ok((await text(script)).length > 1000, 'the page has its script');
    const { runs }: { runs: { id: string; status: string }[] } = JSON.parse(await text('/api/runs'));
    assert.deepEqual(runs.map(({ id, status }) => `${id} ${status}`).sort(), [
      'student finished',
      'teacher finished',
    ]);
  } finally {
    child.kill('SIGINT');
    assert.equal(await closed, 0);
  }
}

test('all packages, packed, install in an empty project, import, type-check and run', async () => {
  const source = copy();
  const tarballs = ['torch', 'retort', 'board'].map((name) => {
    const folder = path.join(source, 'packages', name);
    const before = fs.readFileSync(path.join(folder, 'package.json'), 'utf8');
    const [packed]: { filename: string; files: { path: string }[] }[] = JSON.parse(
      run(folder, 'npm', 'pack', '--json', '--loglevel', 'error', '--pack-destination', scratch),
    );
    assert.equal(
      fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
      before,
      'package.json is put back',
    );
    const names = packed?.files.map((file) => file.path) ?? [];
    assert.ok(
      ['dist/index.js', 'dist/index.d.ts', 'LICENSE', 'README.md', 'CHANGELOG.md'].every((name) =>
        names.includes(name),
      ),
    );
    assert.ok(
      !names.some((file) => /\.test\.|(?<!\.d)\.ts$/.test(file)),
      `TypeScript in the package: ${names.join()}`,
    );
    return path.join(scratch, path.basename(packed?.filename ?? ''));
  });
  const project = path.join(scratch, 'project');
  fs.mkdirSync(project);
  fs.writeFileSync(
    path.join(project, 'package.json'),
    '{ "name": "empty", "type": "module", "private": true }',
  );
  run(
    project,
    'npm',
    'install',
    '--loglevel',
    'error',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...tarballs,
  );
  fs.writeFileSync(
    path.join(project, 'use.ts'),
    `import { createModel, type Dataset, kd } from 'retort';
     import { type Tensor, tensor } from '@retort/torch';
     const x: Tensor = tensor([1, 2]).add(1);
     const size = (data: Dataset): number => data.size;
     console.log(x.toList(), createModel('resnet8', { classes: 10 }).parameterCount(), kd().name, typeof size);`,
  );
  const tsc = path.join(root, 'node_modules', '.bin', 'tsc');
  const types = ['--typeRoots', path.join(root, 'node_modules', '@types'), '--types', 'node'];
  const check = (file: string): void => {
    run(project, tsc, '--noEmit', '--strict', '--target', 'esnext', '--module', 'nodenext', ...types, file);
  };
  check('use.ts');
  assert.equal(run(project, process.execPath, 'use.ts').trim(), '[ 2, 3 ] 78042 kd function');
  assert.equal(run(project, 'npx', 'retort', '--version').trim(), '0.1.0');
  // The recipes of papers come with it.
  const rows: { command: string }[] = JSON.parse(
    run(project, 'npx', 'retort', 'reproduce', 'transfer', '--json'),
  );
  assert.match(rows[0]?.command ?? '', /^npx retort train recipes\/transfer\/\S+\.yaml /);
  const recipe = 'recipes/transfer/tiny-imagenet/teacher.yaml';
  assert.match(
    run(project, 'npx', 'retort', 'train', recipe, '--print'),
    /^name: transfer-tiny-imagenet-teacher$/m,
  );
  const installed = fs
    .globSync('node_modules/**', { cwd: project, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + fs.statSync(path.join(parentPath, name)).size, 0);
  // Of these sharp, which decodes photographs, is 19 million, what runs students in the board's page 15 million, and recipes are one.
  assert.ok(installed < 81e6, `${installed} bytes are installed`);
  const findings: { name: string; ok: boolean }[] = JSON.parse(
    run(project, 'npx', 'retort', 'doctor', '--json'),
  );
  assert.ok(findings.some(({ name, ok }) => name === 'libtorch loaded' && ok));
  runOnnx(project);
  runExamples(project, check);
  await runCommands(project);
  await runBoard(project, check);
});
