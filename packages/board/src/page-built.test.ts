import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildPage } from '../reference/browsed.ts';

const built = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-board-built-'));
after(() => fs.rmSync(built, { recursive: true }));

const sizeOf = (file: string): number => gzipSync(fs.readFileSync(path.join(built, file))).length;

/** Scripts that a page loads at once, with those that these import; other chunks come when they are needed. */
function scriptsOf(page: string): string[] {
  const html = fs.readFileSync(path.join(built, page), 'utf8');
  const found = new Set(
    [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, file = '']) => file),
  );
  for (const file of found)
    for (const [, other = ''] of fs
      .readFileSync(path.join(built, file), 'utf8')
      .matchAll(/from"\.\/([^"]+\.js)"/g))
      found.add(`assets/${other}`);
  return [...found];
}

before(() => buildPage(built));

suite('the page is built', () => {
  test('with 150 kB of script at most, charts and inference aside', () => {
    const all = fs.globSync('assets/*.js', { cwd: built });
    const aside = all.filter((file) =>
      /onnxruntime|u-over|viridis/.test(fs.readFileSync(path.join(built, file), 'utf8')),
    );
    assert.ok(aside.length >= 2 && aside.length <= 5, aside.join());
    const own = all.filter((file) => !aside.includes(file));
    const bytes = own.reduce((sum, file) => sum + sizeOf(file), 0);
    assert.ok(bytes < 150_000, `${bytes} bytes of ${own.join()}`);
    const first = scriptsOf('index.html');
    assert.ok(first.length > 0 && first.every((file) => !aside.includes(file)), first.join());
  });

  test('without a script or style in its files of HTML', () => {
    for (const file of ['index.html', 'playground.html']) {
      const html = fs.readFileSync(path.join(built, file), 'utf8');
      assert.doesNotMatch(html, /<style|style=|<script(?![^>]* src=)|javascript:| on\w+=/);
    }
  });
});
