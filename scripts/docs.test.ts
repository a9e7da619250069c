import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import { retort } from '../packages/retort/reference/command.ts';
import { check, codeBlocks, prepare, promised, root, run, write } from './code-blocks.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-docs-'));
after(() => fs.rmSync(scratch, { recursive: true }));
prepare(scratch);

const examples = path.join(root, 'examples');

/** The commands on a page, each as its arguments. */
function commandsOn(file: string): string[][] {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const lines = Array.from(text.matchAll(/^```sh\n([\s\S]*?)^```$/gm), ([, block = '']) => block.split('\n'));
  return lines
    .flat()
    .filter((line) => line.startsWith('npx retort '))
    .map((line) =>
      Array.from(line.matchAll(/'([^']*)'|\S+/g), ([whole, quoted]) => quoted ?? whole).slice(2),
    );
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Those whose commands need no data but what they make. */
const ownPages = ['docs/adding-a-data-set.md', 'docs/adding-a-task.md'];

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
    for (const name of ['stripes.ts', 'regression.ts', 'regression.yaml'])
      fs.copyFileSync(path.join(examples, name), path.join(folder, name));
    const blocks = codeBlocks(file);
    const files = write(blocks, folder);
    const outcomes = await run(files, folder);

    for (const { name, code } of blocks.filter(
      ({ name }) => name && fs.existsSync(path.join(examples, name)),
    ))
      test(`its ${name} is that of the examples`, () => {
        assert.equal(
          code.split('\n').slice(1).join('\n'),
          fs.readFileSync(path.join(examples, name ?? ''), 'utf8'),
        );
      });
    const recipe =
      ownPages.includes(file) &&
      /^```yaml\n([\s\S]*?)^```$/m.exec(fs.readFileSync(path.join(root, file), 'utf8'))?.[1];
    if (recipe)
      test('its recipe is that of the examples', () => {
        assert.equal(recipe, fs.readFileSync(path.join(examples, 'regression.yaml'), 'utf8'));
      });
    if (ownPages.includes(file))
      test('its commands run, one after another', async (context) => {
        const before = process.cwd();
        context.after(() => process.chdir(before));
        process.chdir(folder);
        setNumThreads(1);
        const commands = commandsOn(file);
        assert.ok(commands.length > 1, 'there are none');
        for (const args of commands) {
          const { code, stderr } = await retort(...args);
          assert.equal(code, 0, `retort ${args.join(' ')}: ${stderr}`);
        }
      });
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

test('the code of all pages type-checks', () => assert.equal(check(scratch), ''));
