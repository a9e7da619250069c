import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { check, codeBlocks, prepare, root, run, write } from './code-blocks.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-readme-'));
after(() => fs.rmSync(scratch, { recursive: true }));
prepare(scratch);

const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
const blocks = codeBlocks('README.md');
const files = write(blocks, scratch);

/** What an example of the README prints. */
async function printed(example: number): Promise<string> {
  const [outcome] = await run(files.slice(example, example + 1), scratch);
  assert.equal(outcome?.error, null, outcome?.error ?? 'it was not run');
  return outcome.printed.join('\n');
}

suite('the README', () => {
  test('its library example distils a student that is far above chance', async () => {
    const distil = blocks[0]?.code ?? '';
    assert.ok(distil.split('\n').filter((line) => line.trim()).length <= 20, 'it has 20 lines or fewer');
    const top1 = Number(/student: top-1 ([\d.]+) %/.exec(await printed(0))?.[1]);
    assert.ok(top1 > 40, `top-1 is ${top1} %`);
  });
  test('its engine example learns its eight points', async () => {
    const losses = Array.from((await printed(1)).matchAll(/^\d+ ([\d.e-]+)$/gm), (found) => Number(found[1]));
    assert.equal(losses.length, 5);
    assert.ok((losses.at(-1) ?? 1) < 0.5 * (losses[0] ?? 0), losses.join());
  });
  test('its links lead somewhere, and no file of tests stands in it without one', () => {
    const headings = Array.from(readme.matchAll(/^#+ (.*)$/gm), ([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = Array.from(readme.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g), ([, text = '', to = '']) => ({
      text,
      to,
    }));
    assert.ok(links.length > 10, 'there are none');
    for (const { text, to } of links) {
      assert.doesNotMatch(text, /\.test\.ts/, 'what a link to a test is of is said in words');
      if (/^https?:/.test(to)) continue;
      const [file = '', heading] = to.split('#');
      if (file) assert.ok(fs.existsSync(path.join(root, file)), to);
      else assert.ok(headings.includes(heading ?? ''), to);
    }
    assert.doesNotMatch(readme.replace(/\[[^\]]*\]\([^)]*\)/g, ''), /\.test\.ts/);
  });
  test('its code type-checks', () => assert.equal(check(scratch), ''));
  test('every command that it names exists', async () => {
    const bin = path.join(root, 'packages/retort/bin/retort.js');
    const help = (await promisify(execFile)(process.execPath, [bin, '--help'])).stdout;
    for (const [, command = ''] of readme.matchAll(/npx retort (\w+)/g))
      assert.match(help, new RegExp(`^  ${command}\\b`, 'm'));
    const { scripts } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
    for (const [, script = ''] of readme.matchAll(/npm (?:run )?(?!install\b)([\w:]+)/g))
      assert.ok(script in scripts, script);
  });
});
