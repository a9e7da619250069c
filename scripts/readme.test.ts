import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { promisify } from 'node:util';

const root = path.join(import.meta.dirname, '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-readme-'));
after(() => fs.rmSync(scratch, { recursive: true }));
fs.symlinkSync(path.join(root, 'node_modules'), path.join(scratch, 'node_modules'));
fs.writeFileSync(path.join(scratch, 'package.json'), '{ "type": "module" }');

const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
const examples = Array.from(readme.matchAll(/```ts\n([\s\S]*?)```/g), (found) => found[1] ?? '');

/** Runs an example of the README as it stands there. */
async function run(code: string): Promise<string> {
  const file = path.join(scratch, 'example.ts');
  fs.writeFileSync(file, code);
  return (await promisify(execFile)(process.execPath, [file], { cwd: scratch })).stdout;
}

suite('the README', () => {
  test('its library example distils a student that is far above chance', async () => {
    const [distil = ''] = examples;
    assert.ok(distil.split('\n').filter((line) => line.trim()).length <= 20, 'it has 20 lines or fewer');
    const top1 = Number(/student: top-1 ([\d.]+) %/.exec(await run(distil))?.[1]);
    assert.ok(top1 > 40, `top-1 is ${top1} %`);
  });
  test('its engine example learns its eight points', async () => {
    const losses = Array.from((await run(examples[1] ?? '')).matchAll(/^\d+ ([\d.e-]+)$/gm), (found) =>
      Number(found[1]),
    );
    assert.equal(losses.length, 5);
    assert.ok((losses.at(-1) ?? 1) < 0.5 * (losses[0] ?? 0), losses.join());
  });
  test('every command that it names exists', async () => {
    const bin = path.join(root, 'packages/retort/bin/retort.js');
    const help = (await promisify(execFile)(process.execPath, [bin, '--help'])).stdout;
    for (const [, command = ''] of readme.matchAll(/npx retort (\w+)/g))
      assert.match(help, new RegExp(`^  ${command}\\b`, 'm'));
    const { scripts } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
    for (const [, script = ''] of readme.matchAll(/npm (?:run )?(quickstart|test|bench|\w+)\b/g))
      assert.ok(script in scripts, script);
  });
});
