/**
 * Builds the page of the board, `packages/board/dist/page`, by Vite. With `--if-needed` only where it is missing or older than its
 * sources, as set-up does.
 */
import fs from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const board = path.join(root, 'packages/board');

/** What the page is made of. */
const sources = [
  'packages/board/package.json',
  'packages/board/vite.config.ts',
  'packages/board/src/*.ts',
  'packages/board/src/page/**/*',
  'packages/retort/src/figures/*.ts',
];

const written = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function isUpToDate(): boolean {
  const built = written(path.join(board, 'dist/page/index.html'));
  return fs.globSync(sources, { cwd: root }).every((file) => written(path.join(root, file)) < built);
}

if (!process.argv.includes('--if-needed') || !isUpToDate()) {
  console.error('Building the page of the board');
  const { build } = await import('vite');
  await build({ configFile: path.join(board, 'vite.config.ts'), logLevel: 'warn' });
}
