/**
 * Builds the page of the board, `packages/board/dist/page`, by Vite. With `--if-needed` only where it is missing or older than its
 * sources, as set-up does.
 */
import path from 'node:path';
import { isUpToDate } from './up-to-date.ts';

const root = path.join(import.meta.dirname, '..');
const board = path.join(root, 'packages/board');

/** What the page is made of. */
const sources = [
  'packages/board/package.json',
  'packages/board/vite.config.ts',
  'packages/board/src/*.ts',
  'packages/board/src/page/**/*',
  'packages/retort/src/scores.ts',
  'packages/retort/src/{figures,metrics,runs/read,words}/*.ts',
];

const page = path.join(board, 'dist/page/index.html');

if (!process.argv.includes('--if-needed') || !isUpToDate(page, root, sources)) {
  console.error('Building the page of the board');
  const { build } = await import('vite');
  await build({ configFile: path.join(board, 'vite.config.ts'), logLevel: 'warn' });
}
