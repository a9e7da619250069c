import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { pipeline } from '@huggingface/transformers';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { build } from 'vite';
import { findChromium } from '../../retort/reference/chromium.ts';
import { makeRun } from '../reference/made-runs.ts';
import { type Board, serveBoard } from './index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-board-page-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const built = path.join(scratch, 'page');
const runs = path.join(scratch, 'runs');
const many = path.join(scratch, 'many');
const retort = path.join(import.meta.dirname, '../../retort/bin/retort.js');
const shades = path.join(import.meta.dirname, '../reference/shades.ts');
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const evil = '<img src=x onerror=document.title=1>';

const environment = { ...process.env, OMP_NUM_THREADS: '1', RETORT_KERNELS: 'default' };
const options = { cwd: scratch, env: environment };
const run = (...args: string[]) => promisify(execFile)(process.execPath, [retort, ...args], options);
const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [retort, ...args], { ...options, stdio: 'ignore' });

const recipe = (methods: string, epochs: number): string => `
task: classification
data: { name: ${shades}#shades, train: [] }
student: resnet8
batchSize: 16
precision: fp32
log: { everySteps: 1 }
stages:
  - methods: [${methods}]
    epochs: ${epochs}
    optimizer: { name: sgd, lr: 0.02 }
`;

/** What the page asked of others than its own server, and what the browser complained of. */
interface Watched {
  readonly page: Page;
  readonly said: string[];
  readonly foreign: string[];
}

async function open(context: BrowserContext): Promise<Watched> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const [said, foreign]: [string[], string[]] = [[], []];
  page.on('console', (message) => {
    if (message.type() !== 'log') said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(String(error)));
  await page.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => {
      foreign.push(route.request().url());
      return route.abort();
    },
  );
  return { page, said, foreign };
}

/** Keeps a latency with a run. */
function measured(id: string, processor: string): void {
  const latency = {
    ...{ p50: 0.002, p95: 0.003, batch: 1, precision: 'fp32', runtime: 'onnxruntime-node 1.27.0' },
    ...{ threads: 1, processor, cores: 4, platform: 'linux-x64', images: [3, 32, 32], texts: null },
    measured: '2026-11-29T18:00:00.000Z',
  };
  fs.writeFileSync(path.join(runs, id, 'latency.json'), JSON.stringify([latency]));
}

/** Serious violations that axe finds on the page as it is, as sentences. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`);
}

const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(
    'document.documentElement.scrollWidth > innerWidth || document.querySelector("main").scrollWidth > innerWidth',
  );

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

suite('the page is built', () => {
  before(async () => {
    await build({
      configFile: path.join(import.meta.dirname, '../vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: built },
    });
  });

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

const executablePath = findChromium();
const absent = 'browser tests were not run: there is no /usr/bin/chromium, and RETORT_CHROMIUM names none';

suite('the board in a browser', { skip: executablePath === null && absent }, () => {
  let browser: Browser;
  let board: Board;
  const address = (hash = '', page = ''): string => `${board.url}${page}${hash}`;

  before(async () => {
    fs.writeFileSync(path.join(scratch, 'teacher.yaml'), recipe('cross-entropy', 2));
    const teacher = 'teacher: { name: resnet8, weights: runs/teacher }\n';
    fs.writeFileSync(path.join(scratch, 'kd.yaml'), `${recipe('kd', 6)}${teacher}`);
    for (const seed of [0, 1]) makeRun(path.join(runs, `made/seed-${seed}`), { seed, epochs: 8 });
    makeRun(path.join(runs, 'made-hot'), { temperature: 8, settings: { name: evil } });
    measured('made/seed-1', 'here');
    measured('made-hot', 'there');
    makeRun(path.join(runs, evil), { temperature: 2 });
    fs.mkdirSync(path.join(runs, 'broken'));
    fs.writeFileSync(path.join(runs, 'broken/run.json'), '{ "settings": ');
    for (let i = 0; i < 1000; i++)
      makeRun(path.join(many, `run-${i}`), { seed: i % 3, epochs: 2, temperature: 1 + i / 3 });
    await run('train', 'teacher.yaml', '--out', 'runs/teacher');
    board = await serveBoard({ folder: runs, port: 0, page: built, command: [process.execPath, retort] });
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
  });
  after(async () => {
    await browser?.close();
    await board?.close();
  });

  test('runs are filtered, opened, pinned and noted by keyboard', async () => {
    await using context = await browser.newContext();
    const { page, said, foreign } = await open(context);
    await page.goto(address());
    await page.getByRole('link', { name: 'made-hot' }).waitFor();
    assert.equal(await page.getByText(evil).count(), 1, 'a run called as HTML shows as text');
    assert.equal(await page.locator('img[src=x]').count(), 0);
    await page.getByText('unreadable').waitFor();
    assert.deepEqual(await violations(page), []);

    await page.keyboard.press('/');
    await page.keyboard.type('made/');
    await page.getByText('2 of 6 runs').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    assert.equal(await page.locator('[role=row]:focus').count(), 1);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('j');
    await page.locator('[data-key="made/seed-0"]:focus, [data-key="made/seed-1"]:focus').waitFor();
    await page.keyboard.press('p');
    await page.keyboard.press('e');
    await page.getByRole('textbox', { name: 'Tags' }).fill('paper, good');
    await page.getByRole('textbox', { name: 'Note' }).fill('<b>mine</b>');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('<b>mine</b>').waitFor();
    assert.equal(await page.getByText('paper', { exact: true }).count(), 1);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /seed-/ }).waitFor();
    await page.goBack();
    await page.reload();
    await page.getByRole('link', { name: 'made-hot' }).waitFor();
    assert.ok(fs.existsSync(path.join(runs, '.board')), 'notes lie with the board, not with the run');
    assert.deepEqual(fs.readdirSync(path.join(runs, 'made/seed-0')).sort(), [
      'metrics.jsonl',
      'recipe.yaml',
      'run.json',
    ]);
    assert.deepEqual({ said, foreign }, { said: [], foreign: [] });
  });

  test('a run shows its curves, recipe and log, also dark and on a phone', async () => {
    await using context = await browser.newContext({
      colorScheme: 'dark',
      viewport: { width: 320, height: 640 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page, said, foreign } = await open(context);
    await page.goto(address('#/run/made%2Fseed-0'));
    await page.getByRole('heading', { name: 'Loss and its terms' }).waitFor();
    await page.locator('.plot canvas').first().waitFor();
    assert.equal(await isTooWide(page), false);
    assert.deepEqual(await violations(page), []);

    await page.keyboard.press('/');
    await page.keyboard.type('gradient');
    await page.getByRole('heading', { name: 'Loss and its terms' }).waitFor({ state: 'detached' });
    const chart = page.locator('.plot');
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText(/^step \d/).waitFor();
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'All of it' }).waitFor();
    await page.keyboard.press('0');
    await page.getByRole('button', { name: 'All of it' }).waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    assert.equal(await page.getByLabel('Logarithmic').isChecked(), true);
    await page.getByLabel('Smoothing').focus();
    await page.keyboard.press('ArrowRight');

    await page.keyboard.press('r');
    await page.getByRole('heading', { name: 'Run it again' }).waitFor();
    await page.getByRole('button', { name: 'Copy the command' }).press('Enter');
    await page.getByText('Copied').waitFor();
    assert.match(await page.evaluate('navigator.clipboard.readText()'), /^npx retort .*seed-0|^npx retort /);
    await page.getByLabel('From').fill('made-hot');
    await page.getByRole('rowheader', { name: 'stages.0.methods.0.temperature' }).waitFor();
    assert.equal(await isTooWide(page), false);
    assert.deepEqual(await violations(page), []);

    await page.keyboard.press('Tab');
    await page.goto(address('#/run/made%2Fseed-0/log'));
    await page.getByText('"gradientNorm"').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.goto(address('#/run/there-is-none'));
    await page.getByRole('alert').waitFor();
    assert.match(await page.getByRole('alert').innerText(), /there-is-none/);
    const own = said.filter((line) => !/404/.test(line));
    assert.deepEqual({ own, foreign }, { own: [], foreign: [] });
  });

  test('groups of seeds are compared, with spreads, differences and cost', async () => {
    await using context = await browser.newContext();
    const { page, said, foreign } = await open(context);
    await page.goto(address());
    await page.getByRole('link', { name: 'made-hot' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('made');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('c');
    await page.getByRole('heading', { name: 'Compare', level: 1 }).waitFor();
    await page.getByRole('rowheader', { name: 'test top-1 (best)' }).waitFor();
    await page.getByText('±').first().waitFor();
    await page.getByRole('rowheader', { name: 'stages.0.methods.0.temperature' }).waitFor();
    await page.locator('.plot canvas').first().waitFor();
    await page.locator('.picture > svg').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await isTooWide(page), false);
    assert.deepEqual({ said, foreign }, { said: [], foreign: [] });
  });

  test('what students cost is drawn a machine at a time, with the command that measures it', async () => {
    await using context = await browser.newContext();
    const { page, said, foreign } = await open(context);
    await page.goto(address('#/compare/made%2Fseed-0,made-hot'));
    await page.locator('.picture > svg').waitFor();
    const command = page.getByRole('region', { name: 'The command that measures latency' });
    assert.match(await command.innerText(), /^npx retort measure \S*made\/seed-0 \S*made-hot --keep$/);
    await page.getByRole('radio', { name: 'multiply-adds of a sample' }).check();
    await page.locator('.picture > svg', { hasText: 'multiply-adds of a sample' }).waitFor();
    // Each was measured on a machine of its own.
    await page.getByRole('radio', { name: 'latency (2), ms' }).check();
    await page.getByText(/measured on there, 4 cores.*; not known of \S*made$/).waitFor();
    assert.equal(await page.locator('.picture > svg circle').count(), 1);
    assert.equal(await page.getByText(/^latency \(1\): the median for one sample on here/).count(), 1);
    assert.deepEqual(await violations(page), []);
    await page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await isTooWide(page), false);
    await page.goto(address('#/run/made-hot'));
    await page.getByText('2 ms on there, 4 cores').waitFor();
    assert.equal(await page.getByText('12.5 M', { exact: true }).count(), 1);
    assert.deepEqual({ said, foreign }, { said: [], foreign: [] });
  });

  test('of 1,000 runs a few rows are there, and any is reached', async () => {
    const large = await serveBoard({ folder: many, port: 0, page: built });
    try {
      await using context = await browser.newContext();
      const { page, said } = await open(context);
      await page.goto(large.url);
      await page.getByText('1,000 runs').waitFor();
      await page.getByLabel('Group seeds').uncheck();
      await page.getByLabel('Filter runs').fill('run-99');
      await page.getByText('11 of 1,000 runs').waitFor();
      await page.getByLabel('Filter runs').fill('');
      await page.getByText('1,000 runs').waitFor();
      assert.ok((await page.locator('.grid [role=row]').count()) < 70);
      await page.evaluate('document.querySelector(".grid").scrollTop = 1e6');
      await page.locator('[aria-rowindex="1001"]').waitFor();
      assert.deepEqual(said, []);
    } finally {
      await large.close();
    }
  });

  test('a run is watched as it goes, diagnosed, exported and tried', async () => {
    await using context = await browser.newContext();
    const { page, said, foreign } = await open(context);
    await page.goto(address());
    await page.getByRole('link', { name: 'made-hot' }).waitFor();
    const training = start('distill', 'kd.yaml', '--out', 'runs/kd');
    const ended = once(training, 'exit');
    await page.getByRole('link', { name: 'kd', exact: true }).waitFor();
    await page.goto(address('#/run/kd'));
    const loss = page.locator('.chart', { hasText: 'Loss and its terms' }).locator('.legend');
    await loss.waitFor();
    const before = await loss.innerText();
    while ((await loss.innerText()) === before) await page.waitForTimeout(100);
    assert.deepEqual(await ended, [0, null]);
    await page.getByText('finished').waitFor();

    await page.keyboard.press('d');
    await page.getByRole('button', { name: 'Compute all' }).waitFor();
    await page.getByRole('button', { name: 'Compute Student against teacher, by class' }).press('Enter');
    await page.locator('.picture > svg').first().waitFor();
    assert.ok((await page.locator('.drawn svg text').allTextContents()).includes('white'));
    assert.deepEqual(await violations(page), []);

    await run('export', 'runs/kd', '--out', 'runs/kd/student', '--precisions', 'fp32', '--images', '16');
    const file = path.join(scratch, 'white.png');
    const pixels = Uint8Array.from({ length: 3 * 16 * 16 }, (_, i) => 205 + ((i * 31) % 40));
    await sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } }).toFile(file);
    const classify = await pipeline('image-classification', path.join(runs, 'kd/student'), { dtype: 'fp32' });
    const [expected] = await classify(file, { top_k: 1 });
    await classify.dispose();

    await page.goto(address('#/playground/kd', 'playground.html'));
    await page.getByText('The student runs in this page.').waitFor();
    assert.deepEqual(await violations(page), []);
    await drop(page, file);
    const student = page.locator('.answers', { hasText: 'Student' });
    const teacher = page.locator('.answers', { hasText: 'Teacher' });
    await student.waitFor();
    assert.ok(expected && 'label' in expected);
    assert.equal((await student.locator('.name').first().innerText()).trim(), expected.label);
    const shown = Number.parseFloat(await student.locator('.number').first().innerText());
    assert.ok(Math.abs(shown - 100 * expected.score) < 0.06, `${shown} ${expected.score}`);
    await page.getByText(/\d m?s in this page/).waitFor();
    await teacher.waitFor();
    assert.equal(await teacher.locator('.name').count(), 4);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual({ said, foreign }, { said: [], foreign: [] });
  });

  test('a server that is gone is said, and found again', async () => {
    const first = await serveBoard({ folder: runs, port: 0, page: built });
    await using context = await browser.newContext();
    const { page } = await open(context);
    await page.goto(first.url);
    await page.getByText('Live', { exact: true }).waitFor();
    await first.close();
    await page.getByText('The server is gone').waitFor();
    await page.getByRole('link', { name: 'made-hot' }).waitFor();
    const second = await serveBoard({ folder: runs, port: first.port, page: built });
    try {
      await page.getByText('Live', { exact: true }).waitFor();
    } finally {
      await second.close();
    }
  });
});

/** Drops a file where images are dropped. */
async function drop(page: Page, file: string): Promise<void> {
  const bytes = fs.readFileSync(file).toString('base64');
  const transfer = await page.evaluateHandle(`(() => {
    const bytes = Uint8Array.from(atob('${bytes}'), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'white.png', { type: 'image/png' }));
    return transfer;
  })()`);
  await page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer });
}
