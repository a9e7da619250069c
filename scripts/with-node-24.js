// Runs its arguments, a TypeScript program, with the Node 24 that set-up brought, in the folder where it is called: npm's scripts run with whichever Node the shell has.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const node24 = path.join(import.meta.dirname, '../node_modules/node/bin/node');
if (!fs.existsSync(node24)) {
  console.error('The clone is not set up: run `npm run setup` in it first.');
  process.exit(1);
}
const { status } = spawnSync(node24, process.argv.slice(2), { stdio: 'inherit' });
process.exit(status ?? 1);
