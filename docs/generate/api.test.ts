import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { apiFolder, writeApi } from './api.ts';
import { operatorPages } from './operators.ts';
import { root } from './pages.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-api-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** The pages in a folder, by path. */
function pagesIn(folder: string): Map<string, string> {
  const files = fs.globSync('**/*.md', { cwd: folder }).sort();
  return new Map(files.map((file) => [file, fs.readFileSync(path.join(folder, file), 'utf8')]));
}

suite('the API reference', () => {
  test('is current (npm run docs writes it)', async () => {
    await writeApi(scratch);
    const [now, checkedIn] = [pagesIn(scratch), pagesIn(apiFolder)];
    const changed = [...new Set([...now.keys(), ...checkedIn.keys()])].filter(
      (file) => now.get(file) !== checkedIn.get(file),
    );
    assert.deepEqual(changed, [], 'these pages are not: run `npm run docs`');
  });

  test('shows parameters with defaults, what is thrown, an example', () => {
    const text = pagesIn(apiFolder).get('create.md') ?? '';
    assert.match(text, /^function arange\(start: number, end: number, step: number = 1, /m);
    assert.match(text, /\*\*Throws\*\* TorchError if the step is 0/);
    assert.match(text, /^arange\(0, 10, 2\)/m);
    const code = [...pagesIn(apiFolder).values()].flatMap(
      (page) => page.match(/^```ts$[\s\S]*?^```$/gm) ?? [],
    );
    assert.deepEqual(
      code.filter((block) => /\bany\b|__namedParameters/.test(block)),
      [],
    );
  });

  test('has a call and the schemas of every generated operator', () => {
    const { operators, aten } = operatorPages();
    assert.match(
      operators,
      /### add\n\n`x\.add\(other, \{ alpha: 1 \}\)`, in place `x\.add_\(other, \{ alpha: 1 \}\)`\n\n- `aten::add\.Scalar\(/,
    );
    assert.match(aten, /### linalg_inv\n\n`aten\.linalg_inv\(A\)`\n\n- `aten::linalg_inv\(/);
    assert.ok(operators.length + aten.length < 200_000, 'the pages stay compact');
  });
});

/** What GitHub makes of a heading; only letters, digits, - and _ stay. */
const slug = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

function anchors(text: string): Set<string> {
  const headings = Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) => slug(heading));
  return new Set([...headings, ...Array.from(text.matchAll(/<a id="([^"]+)"/g), ([, id = '']) => id)]);
}

test('links between the documents lead somewhere', () => {
  const documents = ['README.md', 'ARCHITECTURE.md', ...fs.globSync('docs/{*,api/**/*}.md', { cwd: root })];
  const texts = new Map(documents.map((file) => [file, fs.readFileSync(path.join(root, file), 'utf8')]));
  const broken: string[] = [];
  for (const [file, text] of texts) {
    const prose = text.replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
    for (const [, target = ''] of prose.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [name = '', anchor] = target.split('#');
      const place = name ? path.join(path.dirname(file), name) : file;
      const exists = fs.existsSync(path.join(root, place));
      const page = texts.get(place);
      if (!exists || (anchor && page && !anchors(page).has(anchor))) broken.push(`${file}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});
