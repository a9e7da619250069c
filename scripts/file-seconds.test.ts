import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-seconds-'));
after(() => fs.rmSync(scratch, { recursive: true }));

test('files are listed with their seconds, the slowest first, also one that fails and one whose process dies', () => {
  const code = {
    quick: '',
    slow: 'await new Promise((resolve) => setTimeout(resolve, 600));',
    fails: 'throw new Error();',
    dies: 'process.kill(process.pid, "SIGKILL"); await new Promise((resolve) => setTimeout(resolve, 10_000));',
  };
  const files = Object.entries(code).map(([name, body]) => {
    const file = path.join(scratch, `${name}.test.mjs`);
    fs.writeFileSync(file, `import { test } from 'node:test';\ntest('${name}', async () => { ${body} });\n`);
    return file;
  });
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const reporter = `--test-reporter=${path.join(import.meta.dirname, 'file-seconds.ts')}`;
  const { stdout, status } = spawnSync(process.execPath, ['--test', reporter, ...files], {
    cwd: scratch,
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  const [title, ...lines] = stdout.trim().split('\n');
  assert.equal(title, 'Seconds of each file:');
  const listed = lines.map((line) => line.trim().split(/ {2,}/));
  assert.match(listed.pop()?.join(' ') ?? '', /^\d+\.\d in all, 4 files$/);
  assert.deepEqual(
    listed.map(([, file]) => file).sort(),
    Object.keys(code)
      .map((name) => `${name}.test.mjs`)
      .sort(),
  );
  const seconds = listed.map(([number]) => Number(number));
  assert.deepEqual(
    seconds,
    seconds.toSorted((a, b) => b - a),
  );
  assert.ok(Number(listed.find(([, file]) => file === 'slow.test.mjs')?.[0]) >= 0.6);
});
