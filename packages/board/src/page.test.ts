import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { buildPage, isTooWide, launched, open, violations, without } from '../reference/browsed.ts';
import { makeRun } from '../reference/made-runs.ts';
import { type Board, serveBoard } from './index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-board-page-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const built = path.join(scratch, 'page');
const runs = path.join(scratch, 'runs');
const many = path.join(scratch, 'many');
const evil = '<img src=x onerror=document.title=1>';

/** The keys that docs/board.md names. */
const documented = new Set(
  fs
    .readFileSync(path.join(import.meta.dirname, '../../../docs/board.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => Array.from((line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g), ([, key = '']) => key)),
);

/** Keeps a latency with a run. */
function measured(id: string, processor: string): void {
  const latency = {
    ...{ p50: 0.002, p95: 0.003, batch: 1, precision: 'fp32', runtime: 'onnxruntime-node 1.27.0' },
    ...{ threads: 1, processor, cores: 4, platform: 'linux-x64', images: [3, 32, 32], texts: null },
    measured: '2026-11-29T18:00:00.000Z',
  };
  fs.writeFileSync(path.join(runs, id, 'latency.json'), JSON.stringify([latency]));
}

/** Keeps with a run what its student and its teacher find in an image of 40 x 20 pixels. */
function found(id: string): void {
  const content = `weights of ${id}`;
  fs.writeFileSync(path.join(runs, id, 'best.safetensors'), content);
  const sha256 = hash('sha256', content);
  const object = (name: string, score: number | null, x: number) => ({
    ...{ class: name, score, x, y: 2, width: 10, height: 15 },
  });
  const image = {
    ...{ index: 7, name: evil, width: 40, height: 20, picture: 'data:image/svg+xml,<svg/>' },
    truth: [object('cat', null, 1), object(evil, null, 20)],
    student: [object('cat', 0.9, 2), object('cat', 0.3, 12), object(evil, 0.6, 21)],
    teacher: [object(evil, 0.95, 20)],
  };
  const finding = {
    ...{ what: 'detections', title: 'Detections', from: 'the test split' },
    ...{ images: [image], classes: ['cat', evil], withoutTeacher: null },
  };
  const kept = {
    ...{ samples: 1, split: 'test', weights: { file: 'best', sha256, epoch: 4 }, results: [finding] },
  };
  fs.mkdirSync(path.join(runs, '.board/diagnoses'), { recursive: true });
  fs.writeFileSync(path.join(runs, '.board/diagnoses', `${sha256}.json`), JSON.stringify(kept));
}

suite('the board in a browser', { skip: without }, () => {
  let browser: Browser;
  let board: Board;
  const address = (hash = ''): string => `${board.url}${hash}`;

  before(async () => {
    await buildPage(built);
    for (const seed of [0, 1]) makeRun(path.join(runs, `made/seed-${seed}`), { seed, epochs: 8 });
    makeRun(path.join(runs, 'made-hot'), { temperature: 8, settings: { name: evil } });
    measured('made/seed-1', 'here');
    measured('made-hot', 'there');
    makeRun(path.join(runs, evil), { temperature: 2 });
    fs.mkdirSync(path.join(runs, 'broken'));
    fs.writeFileSync(path.join(runs, 'broken/run.json'), '{ "settings": ');
    for (let i = 0; i < 1000; i++)
      makeRun(path.join(many, `run-${i}`), { seed: i % 3, epochs: 2, temperature: 1 + i / 3 });
    board = await serveBoard({ folder: runs, port: 0, page: built });
    browser = await launched();
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
    await page.getByText('2 of 5 runs').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.locator('[role=row]:focus').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.locator('[data-key="made/seed-0"]:focus, [data-key="made/seed-1"]:focus').waitFor();
    await page.keyboard.press('p');
    await page.keyboard.press('e');
    await page.locator('dialog input:focus').waitFor();
    await page.getByRole('textbox', { name: 'Tags' }).fill('paper, good');
    await page.getByRole('textbox', { name: 'Note' }).fill('<b>mine</b>');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('<b>mine</b>').waitFor();
    assert.equal(await page.getByText('paper', { exact: true }).count(), 1);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    const keys = (await page.locator('kbd').allInnerTexts()).flatMap((text) => text.split(' '));
    assert.ok(keys.length > 15);
    assert.deepEqual(
      keys.filter((key) => !documented.has(key)),
      [],
    );
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

    await page.getByText('What the loss is added up of').press('Enter');
    await page.locator('.stacked .picture > svg').waitFor();
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
    await page.getByRole('checkbox', { name: 'Logarithmic', checked: true }).waitFor();
    await page.getByLabel('Smoothing').focus();
    await page.keyboard.press('ArrowRight');

    await page.keyboard.press('?');
    const keys = (await page.locator('kbd').allInnerTexts()).flatMap((text) => text.split(' '));
    assert.deepEqual(
      keys.filter((key) => !documented.has(key)),
      [],
    );
    await page.keyboard.press('Escape');

    await page.keyboard.press('r');
    await page.getByRole('heading', { name: 'Run it again' }).waitFor();
    await page.getByRole('button', { name: 'Copy the command' }).press('Enter');
    await page.getByText('Copied').waitFor();
    assert.match(await page.evaluate('navigator.clipboard.readText()'), /^npx retort .*seed-0|^npx retort /);
    await page.getByLabel('From').fill('made-hot');
    await page.getByRole('rowheader', { name: 'stages.0.methods.0.temperature' }).waitFor();
    assert.equal(await isTooWide(page), false);
    assert.deepEqual(await violations(page), []);

    fs.rmSync(path.join(runs, 'made-hot/recipe.yaml'));
    await page.goto(address('#/run/made-hot/recipe'));
    await page.getByText('It keeps no recipe, as a program trained it.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Copy the command' }).count(), 0);

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
    // Another seed of a group counts as soon as it is there.
    const counts = page.getByRole('row', { name: /^Runs / }).getByRole('cell');
    await counts.filter({ hasText: /^2$/ }).waitFor();
    makeRun(path.join(runs, 'made/seed-2'), { seed: 2, epochs: 8 });
    await counts.filter({ hasText: /^3$/ }).waitFor();
    assert.deepEqual({ said, foreign }, { said: [], foreign: [] });
  });

  test('a run whose folder goes while it is watched says so, and stays as it was', async () => {
    makeRun(path.join(runs, 'short'));
    await using context = await browser.newContext();
    const { page } = await open(context);
    await page.goto(address('#/run/short'));
    await page.locator('.plot canvas').first().waitFor();
    fs.rmSync(path.join(runs, 'short'), { recursive: true });
    await page.getByText('Its folder is gone').waitFor();
    assert.ok((await page.locator('.plot canvas').count()) > 3);
    await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
    await page.getByRole('link', { name: 'made-hot' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'short' }).count(), 0);
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

  test('what student and teacher find is drawn beside what is there, from a score on and of a class', async () => {
    makeRun(path.join(runs, 'boxes'));
    found('boxes');
    await using context = await browser.newContext();
    const { page, said, foreign } = await open(context);
    await page.goto(address('#/run/boxes'));
    await page.locator('.plot canvas').first().waitFor();
    await page.keyboard.press('d');
    const list = page.getByRole('list', { name: 'Images with what is found in them' });
    const shown = () => list.locator('figcaption').allInnerTexts();
    const isShown = async (...captions: string[]) => {
      const [first = '', ...rest] = captions;
      await list.locator('figcaption', { hasText: first }).waitFor();
      for (const caption of rest) await list.locator('figcaption', { hasText: caption }).waitFor();
    };
    await isShown('There is: 2', 'Student: 2', 'Teacher: 1');
    // As an address that is no picture of ours, it is not asked for; names are text.
    assert.equal(await list.locator('img').count(), 0);
    assert.equal(await list.locator('strong').innerText(), evil);
    const labels = list.locator('figure', { hasText: 'Student' }).locator('svg text');
    // The surest is drawn last, over the others; long names are cut.
    assert.deepEqual(await labels.allTextContents(), [`${evil} 60…`, 'cat 90 %']);
    const edges = await list
      .locator('figure', { hasText: 'There is' })
      .locator('svg rect')
      .evaluateAll((all) => all.map((rect) => rect.getAttribute('x')));
    assert.ok(edges.includes('1') && edges.includes('20'), edges.join());
    const drawn = await list.locator('svg').first().boundingBox();
    assert.ok(drawn && drawn.height > 20, 'an image without a picture has room for its boxes');
    await page.getByRole('slider', { name: /^Score from/ }).fill('0.1');
    await isShown('There is: 2', 'Student: 3', 'Teacher: 1');
    await page.getByRole('combobox', { name: 'Class' }).selectOption('cat');
    await isShown('There is: 1', 'Student: 2', 'Teacher: 0');
    assert.deepEqual(await shown(), ['There is: 1', 'Student: 2', 'Teacher: 0']);
    assert.deepEqual(await violations(page), []);
    await page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await isTooWide(page), false);
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

  test('boards in the background leave the server to the one that is looked at, and catch up', async () => {
    const folder = path.join(scratch, 'tabs');
    makeRun(path.join(folder, 'first'));
    const own = await serveBoard({ folder, port: 0, page: built });
    try {
      await using context = await browser.newContext();
      const look = (isHidden: boolean): string => `
        Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`;
      const pages: Page[] = [];
      // A browser has six connections to a server.
      for (let i = 0; i < 8; i++) {
        const { page } = await open(context);
        await page.goto(own.url);
        await page.getByRole('link', { name: 'first' }).waitFor();
        await page.evaluate(look(true));
        pages.push(page);
      }
      makeRun(path.join(folder, 'second'), { temperature: 8 });
      await pages[0]?.evaluate(look(false));
      await pages[0]?.getByRole('link', { name: 'second' }).waitFor();
    } finally {
      await own.close();
    }
  });

  test('what a run calls as JavaScript calls its own is text like any', async () => {
    const folder = path.join(scratch, 'names');
    for (const metric of ['__proto__', 'constructor', 'toString']) {
      const run = path.join(folder, metric);
      const settings = { name: metric };
      makeRun(run, { settings, record: { headline: { metric, better: 'lower' } } });
      fs.appendFileSync(path.join(run, 'metrics.jsonl'), `{"epoch":5,"test":{"${metric}":0.5}}\n`);
    }
    const own = await serveBoard({ folder, port: 0, page: built });
    try {
      await using context = await browser.newContext();
      const { page, said } = await open(context);
      await page.goto(own.url);
      for (const metric of ['__proto__', 'constructor', 'toString']) {
        await page.goto(`${own.url}#/run/${metric}`);
        await page.getByRole('heading', { name: metric, level: 1 }).waitFor();
        await page.getByRole('heading', { name: 'Loss and its terms' }).waitFor();
      }
      await page.goto(`${own.url}#/compare/__proto__,constructor`);
      await page.getByRole('heading', { name: 'Scores' }).waitFor();
      const polluted = await page.evaluate('Object.keys(Object.prototype)');
      assert.deepEqual({ said, polluted }, { said: [], polluted: [] });
    } finally {
      await own.close();
    }
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

  test('runs of one name are told apart by the folders that they lie in', async () => {
    makeRun(path.join(runs, 'elsewhere/made-hot'), { temperature: 3 });
    await using context = await browser.newContext();
    const { page } = await open(context);
    await page.goto(address());
    await page.locator('.of-name', { hasText: /^elsewhere\/made-hot$/ }).waitFor();
    await page.locator('.of-name', { hasText: /^made-hot$/ }).waitFor();
  });
});
