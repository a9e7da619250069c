import assert from 'node:assert/strict';
import fs from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { suite, test } from 'node:test';
import { chromium } from 'playwright-core';
import { findChromium } from '../../reference/chromium.ts';

const packages = path.join(import.meta.dirname, '../../../../node_modules');
const source = path.join(import.meta.dirname, '..');

const page = `<!doctype html><div></div>
<script src="/node_modules/d3/dist/d3.min.js"></script>
<script src="/node_modules/@observablehq/plot/dist/plot.umd.min.js"></script>`;

/** What a server would answer; types are taken off, as a bundler does it. */
function answer(place: string): { readonly contentType: string; readonly body: string } {
  if (place === '/') return { contentType: 'text/html', body: page };
  const inPackages = place.startsWith('/node_modules/');
  const file = inPackages ? path.join(packages, place.slice(14)) : path.join(source, place);
  const text = fs.readFileSync(file, 'utf8');
  return { contentType: 'text/javascript', body: inPackages ? text : stripTypeScriptTypes(text) };
}

const browser = findChromium();

suite('retort/figures in a page', { skip: browser === null && 'there is no Chromium' }, () => {
  test('draws with what the page has, in its colours, under a policy that forbids styles', async () => {
    await using open = await chromium.launch({ executablePath: browser ?? '', args: ['--no-sandbox'] });
    const tab = await open.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    tab.on('console', (message) => said.push(message.text()));
    tab.on('pageerror', (error) => said.push(String(error)));
    await tab.route('**/*', (route) => {
      const { pathname } = new URL(route.request().url());
      asked.push(pathname);
      const headers = { 'Content-Security-Policy': "default-src 'none'; script-src 'self'" };
      return route.fulfill({ ...answer(pathname), headers });
    });
    await tab.goto('http://figures.test/');
    const text = await tab.evaluate(`(async () => {
      const { linesFigure, heatMap } = await import('/figures/index.ts');
      document.documentElement.style.color = 'rgb(1, 2, 3)';
      const pen = { Plot, document };
      const points = [{ x: 1, mean: 2, deviation: 0 }, { x: 2, mean: 3, deviation: 0.5 }];
      const lines = await linesFigure({ lines: [{ name: 'a\\u00a0<b>', points }], x: 'epoch', y: 'score' }, pen);
      const map = { rows: ['r'], columns: ['c'], values: [[0.5]], ofRows: 'student', ofColumns: 'teacher', what: 'CKA' };
      const [at] = document.getElementsByTagName('div');
      at.innerHTML = lines + await heatMap(map, pen);
      const isXml = new DOMParser().parseFromString(lines, 'image/svg+xml').querySelector('parsererror') === null;
      const label = [...at.querySelectorAll('text')].find((one) => one.textContent === 'epoch');
      return {
        isXml,
        names: [...at.querySelectorAll('text')].filter((one) => one.textContent === 'a\\u00a0<b>').length,
        titles: [...at.querySelectorAll('title')].map((one) => one.textContent),
        colour: getComputedStyle(label).fill,
        figures: at.children.length,
      };
    })()`);
    assert.deepEqual(text, {
      isXml: true,
      names: 1,
      titles: ['a\u00a0<b>, 1: 2.0000 ± 0.0000', 'a\u00a0<b>, 2: 3.0000 ± 0.5000', 'r, c: 0.500'],
      colour: 'rgb(1, 2, 3)',
      figures: 2,
    });
    assert.deepEqual(said, []);
    assert.ok(!asked.includes('/figures/installed-pen.ts'), 'what needs Node was loaded');
  });
});
