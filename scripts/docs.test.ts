import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { check, codeBlocks, prepare, promised, root, run, write } from './code-blocks.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-docs-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const pages = fs.globSync('docs/*.md', { cwd: root }).filter((file) => codeBlocks(file).length > 0);

for (const file of pages.sort()) {
  suite(file, async () => {
    const folder = path.join(scratch, path.basename(file, '.md'));
    fs.mkdirSync(folder);
    prepare(folder);
    // What the pages read beside their code.
    fs.copyFileSync(
      path.join(root, 'packages/torch/reference/files/zip.pth'),
      path.join(folder, 'checkpoint.pth'),
    );
    const blocks = codeBlocks(file);
    const files = write(blocks, folder);
    const outcomes = await run(files, folder);

    test('its code type-checks', () => assert.equal(check(folder), ''));
    blocks.forEach(({ title, code }, i) => {
      test(`${title} runs, and prints what stands behind each console.log`, () => {
        const { printed = [], error } = outcomes[i] ?? {};
        assert.equal(error, null, error ?? 'it was not run');
        assert.deepEqual(printed.map(oneLine), promised(code));
        assert.equal(printed.length, code.split('console.log(').length - 1, 'each says what it prints');
      });
    });
  });
}
