import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const root = path.join(import.meta.dirname, '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-pack-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const run = (cwd: string, command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

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

test('both packages, packed, install in an empty project, import, type-check and run', () => {
  const source = copy();
  const tarballs = ['torch', 'retort'].map((name) => {
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
      names.includes('dist/index.js') && names.includes('dist/index.d.ts') && names.includes('LICENSE'),
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
  run(project, tsc, '--noEmit', '--strict', '--target', 'esnext', '--module', 'nodenext', ...types, 'use.ts');
  assert.equal(run(project, process.execPath, 'use.ts').trim(), '[ 2, 3 ] 78042 kd function');
  assert.equal(run(project, 'npx', 'retort', '--version').trim(), '0.1.0');
  const findings: { name: string; ok: boolean }[] = JSON.parse(
    run(project, 'npx', 'retort', 'doctor', '--json'),
  );
  assert.ok(findings.some(({ name, ok }) => name === 'libtorch loaded' && ok));
});
