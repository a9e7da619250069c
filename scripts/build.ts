/**
 * `npm pack` runs this in a package's folder before packing: TypeScript becomes JavaScript and type declarations in dist (Node strips
 * no types below node_modules), and package.json gets the fields of its publishConfig, as other package managers do by themselves.
 * `--restore`, after packing, puts package.json back.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { isUpToDate } from './up-to-date.ts';

const root = path.join(import.meta.dirname, '..');
const folder = process.cwd();
const manifest = path.join(folder, 'package.json');
/** What lies beside the packages and is packed with those whose `files` name it: the changelog of all, and the recipes. */
const shared = ['CHANGELOG.md', 'recipes'].filter((name) =>
  JSON.parse(fs.readFileSync(manifest, 'utf8')).files.includes(name),
);
const original = path.join(folder, 'package.json.packing');

/** In order: the declarations of those before are what the next is compiled against. */
const packages = ['packages/torch', 'packages/retort', 'packages/board'];

function compile(project: string): void {
  fs.rmSync(path.join(project, 'dist'), { recursive: true, force: true });
  const tsc = path.join(root, 'node_modules', '.bin', 'tsc');
  const { status } = spawnSync(tsc, ['-p', path.join(project, 'tsconfig.build.json')], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(1);
}

/** Whether what was compiled is newer than all that it is made of. */
const isCompiled = (project: string): boolean =>
  isUpToDate(path.join(project, 'dist/index.d.ts'), project, ['src/**/*.ts', 'tsconfig.build.json']);

if (process.argv.includes('--restore')) {
  fs.renameSync(original, manifest);
  for (const name of shared) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
} else {
  const projects = packages.map((name) => path.join(root, name));
  // Of those before only declarations are wanted, which may be there from their own packing.
  for (const project of projects.slice(0, projects.indexOf(folder)))
    if (!isCompiled(project)) compile(project);
  compile(folder);
  if (folder === path.join(root, 'packages/board')) await import('./build-page.ts');
  const text = fs.readFileSync(manifest, 'utf8');
  const { publishConfig, ...fields } = JSON.parse(text);
  fs.writeFileSync(original, text);
  fs.writeFileSync(manifest, `${JSON.stringify({ ...fields, ...publishConfig }, null, 2)}\n`);
  for (const name of shared) fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
}
