import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { setNumThreads } from '@retort/torch';
import { type BrowserContext, chromium } from 'playwright-core';
import sharp from 'sharp';
import { findChromium } from '../packages/retort/reference/chromium.ts';
import { livelyStudent, pictures } from '../packages/retort/reference/students.ts';
import { exportFolder } from '../packages/retort/src/export/folder/index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-browser-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const here = path.join(import.meta.dirname, 'browser');
const packages = path.join(import.meta.dirname, '../node_modules');
const student = path.join(scratch, 'student');

const size = 32;
const count = 20;
const files = Array.from({ length: count }, (_, i) => path.join(scratch, `${i}.png`));

/** The file of a package that the CDN would answer with. */
function fromCdn(url: URL): string {
  const [, name = '', file] = /^\/npm\/((?:@[^/]+\/)?[^@/]+)@[^/]+(?:\/(.+))?$/.exec(url.pathname) ?? [];
  const folder = path.join(packages, name);
  const { jsdelivr } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, file ?? jsdelivr);
}

/** Serves the page and the student; answers where. */
async function served(): Promise<{ readonly server: ChildProcess; readonly address: string }> {
  const server = spawn(process.execPath, [path.join(here, 'serve.js'), student, '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  return { server, address: String(line).trim() };
}

suite('an exported student without Retort', () => {
  let fromNode: string[] = [];

  before(async () => {
    const images = [3, size, size] as const;
    await exportFolder(livelyStudent('resnet8', images), student, {
      ...{ name: 'resnet8', classes: 10, labels: null, size: [size, size], channels: 3 },
      rendering: { size, interpolation: 'bilinear', mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    });
    const pixels = pictures(count, images);
    for (const [i, file] of files.entries()) {
      const image = pixels.subarray(i * 3 * size * size, (i + 1) * 3 * size * size);
      await sharp(image, { raw: { width: size, height: size, channels: 3 } }).toFile(file);
    }
  });

  test('is run by a page of 35 lines at most', () => {
    const lines = fs.readFileSync(path.join(here, 'index.html'), 'utf8').trimEnd().split('\n');
    assert.ok(lines.length <= 35, `${lines.length}`);
  });

  test('says in Node what is on pictures', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[path.join(here, 'classify.js'), student],
      ...files,
    ]);
    fromNode = stdout.trimEnd().split('\n');
    assert.equal(fromNode.length, count);
    assert.ok(new Set(fromNode.map((line) => / (LABEL_\d) /.exec(line)?.[1])).size > 2);
  });

  test('says the same in the browser, by WebAssembly', async (context) => {
    const executablePath = findChromium();
    if (executablePath === null) {
      context.skip(
        'browser tests were not run: there is no /usr/bin/chromium, and RETORT_CHROMIUM names none',
      );
      return;
    }
    const { server, address } = await served();
    let browser: BrowserContext | null = null;
    try {
      browser = await chromium.launchPersistentContext(path.join(scratch, 'profile'), {
        executablePath,
        args: [
          ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
          ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
        ],
      });
      const page = await browser.newPage();
      const asked: string[] = [];
      await page.route(
        (url) => url.hostname !== 'localhost',
        (route) => {
          const url = new URL(route.request().url());
          if (url.hostname !== 'cdn.jsdelivr.net') return route.abort();
          asked.push(url.pathname);
          return route.fulfill({ path: fromCdn(url), headers: { 'Access-Control-Allow-Origin': '*' } });
        },
      );
      page.on('pageerror', (error) => console.error(error));
      const failing = await browser.newPage();
      await failing.route('https://**', (route) => route.abort());
      await failing.goto(address);
      await failing.getByText(/^It failed: .*transformers/).waitFor();
      await page.goto(address);
      await page.getByText('Choose pictures.').waitFor();
      await page.locator('input').setInputFiles(files);
      await page.getByText('Done.').waitFor();
      const said = await page.locator('li').allTextContents();
      const first = (lines: readonly string[]) => lines.map((line) => line.split(' ')[1]);
      assert.deepEqual(first(said), first(fromNode));
      assert.ok(
        asked.some((file) => file.endsWith('.wasm')),
        asked.join(),
      );
    } finally {
      await browser?.close();
      server.kill();
    }
  });
});
