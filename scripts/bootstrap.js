// Brings a fresh clone to where TypeScript runs, on any Node from 18: npm's packages (Node 24 among them), libtorch and the addon, the page of the board.
// What is done already is skipped. Then runs its arguments with Node 24 (the shell that called us may remember another `node`).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const stamp = 'node_modules/.retort-lock';
const lock = createHash('sha256').update(fs.readFileSync('package-lock.json')).digest('hex');
const node24 = 'node_modules/node/bin/node';

function installed() {
  return fs.existsSync(node24) && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === lock;
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) console.error(`${command} does not run: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

if (!installed()) {
  console.error("Installing npm's packages");
  // Else onnxruntime-node, by which the tests run ONNX files, downloads its part for CUDA.
  process.env.ONNXRUNTIME_NODE_INSTALL = 'skip';
  run('npm', ['ci', '--loglevel', 'error', '--no-audit', '--no-fund']);
  if (!fs.existsSync(node24)) {
    console.error(
      "npm did not install Node 24 (the package 'node'): its install script may be switched off; allow it, or use Node 24 yourself",
    );
    process.exit(1);
  }
  fs.writeFileSync(stamp, lock);
}
run(node24, ['packages/torch/bin/setup.js']);
run(node24, ['scripts/build-page.ts', '--if-needed']);
if (process.argv.length > 2) run(node24, process.argv.slice(2));
