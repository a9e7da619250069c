import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { AutoModelForSequenceClassification, AutoTokenizer, pipeline } from '@huggingface/transformers';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { livelyTexts, wordPieces } from '../../retort/reference/lively-texts.ts';
import { exportFolder } from '../../retort/src/export/folder/index.ts';
import { createModel } from '../../retort/src/models/index.ts';
import { embedding } from '../../retort/src/tasks/index.ts';
import { buildPage, launched, open, violations, without } from '../reference/browsed.ts';
import { makeRun, weightsThatSay } from '../reference/made-runs.ts';
import { type Board, serveBoard } from './index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-board-runs-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const built = path.join(scratch, 'page');
const runs = path.join(scratch, 'runs');
const retort = path.join(import.meta.dirname, '../../retort/bin/retort.js');
const shades = path.join(import.meta.dirname, '../reference/shades.ts');
const readable = path.join(scratch, 'epochs-that-may-be-read');

const environment = { ...process.env, OMP_NUM_THREADS: '1', RETORT_KERNELS: 'default' };
const options = { cwd: scratch, env: environment };
/** What is held is not left behind by a test that fails. */
const closing = new AbortController();
after(() => closing.abort());
const run = (...args: string[]) => promisify(execFile)(process.execPath, [retort, ...args], options);
const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [retort, ...args], { ...options, stdio: 'ignore', signal: closing.signal });

const recipe = (methods: string, epochs: number, options = ''): string => `
task: classification
data: { name: ${shades}#shades, train: [], options: { ${options} } }
student: resnet8
batchSize: 16
precision: fp32
log: { everySteps: 1 }
stages:
  - methods: [${methods}]
    epochs: ${epochs}
    optimizer: { name: sgd, lr: 0.02 }
`;

interface Likely {
  readonly label: string;
  readonly score: number;
}

suite('real runs on the board', { skip: without }, () => {
  let browser: Browser;
  let board: Board;
  const address = (hash = '', page = ''): string => `${board.url}${page}${hash}`;

  before(async () => {
    await buildPage(built);
    fs.writeFileSync(path.join(scratch, 'teacher.yaml'), recipe('cross-entropy', 2));
    const teacher = 'teacher: { name: resnet8, weights: runs/teacher }\n';
    fs.writeFileSync(path.join(scratch, 'kd.yaml'), `${recipe('kd', 12, `epochs: ${readable}`)}${teacher}`);
    await run('train', 'teacher.yaml', '--out', 'runs/teacher');
    board = await serveBoard({ folder: runs, port: 0, page: built, command: [process.execPath, retort] });
    browser = await launched();
  });
  after(async () => {
    await browser?.close();
    await board?.close();
  });

  test('a run is watched as it goes, diagnosed, exported and tried', async () => {
    await using context = await browser.newContext();
    const { page, said, foreign } = await open(context);
    await page.goto(address());
    await page.getByRole('link', { name: 'teacher', exact: true }).waitFor();
    fs.writeFileSync(readable, '1');
    const ended = once(start('distill', 'kd.yaml', '--out', 'runs/kd'), 'exit');
    await page.getByRole('link', { name: 'kd', exact: true }).waitFor();
    await page.goto(address('#/run/kd'));
    const loss = page.locator('.chart', { hasText: 'Loss and its terms' }).locator('.legend');
    const before = await loss.innerText();
    fs.writeFileSync(readable, '2');
    // It is not over: the others are still held back.
    await loss.and(page.locator('*', { hasNotText: before })).waitFor();
    fs.writeFileSync(readable, 'Infinity');
    assert.deepEqual(await ended, [0, null]);
    await page.getByText('finished').waitFor();

    await page.keyboard.press('d');
    await page.getByRole('button', { name: 'Compute all', disabled: false }).press('Enter');
    await page.getByRole('list', { name: 'Samples, those furthest apart first' }).waitFor();
    await page.locator('.picture > svg').first().waitFor();
    await page.locator('.drawn svg text').getByText('white', { exact: true }).first().waitFor();
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
    assert.equal(page.workers().length, 1, 'it computes beside the page');
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

  test('a student of texts says what it says in Node, and a teacher that cannot answer says why', async () => {
    const folder = path.join(runs, 'texts/student');
    makeRun(path.join(runs, 'texts'));
    await exportFolder(livelyTexts('bert', { padding: 0 }), folder, {
      ...{ name: 'small', classes: 3, labels: ['bad', 'fair', 'good'], precisions: ['fp32'] },
      rendering: { tokenizer: wordPieces(path.join(scratch, 'words')), maxLength: 20, padding: 'longest' },
    });
    const texts = ['a fine film', 'the story was cold, and never moving!'];
    const classify = await pipeline('text-classification', folder, { dtype: 'fp32' });
    const expected = await classify(texts);
    await classify.dispose();

    await using context = await browser.newContext();
    const { page, foreign } = await open(context);
    await page.goto(address('#/playground/texts', 'playground.html'));
    await page.getByText('The student runs in this page.').waitFor();
    for (const [i, text] of texts.entries()) {
      await page.getByLabel('A sentence').fill(text);
      await page.keyboard.press('Enter');
      const { label, score } = expected[i] as Likely;
      const shown = `${(100 * score).toFixed(1)} %`;
      await page.locator('.answers li', { hasText: label }).filter({ hasText: shown }).waitFor();
      assert.equal(await page.locator('.answers .name').first().innerText(), label);
    }
    assert.match(
      await page.getByRole('alert').innerText(),
      /^The teacher could not answer: .*teacher\.safetensors/,
    );
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(foreign, []);
  });

  test('a student without a classifier says why it tells no classes', async () => {
    makeRun(path.join(runs, 'vectors'), { settings: { teacher: undefined } });
    const three = [0.5, 0.5, 0.5];
    await exportFolder(createModel('resnet8', { classes: 0 }), path.join(runs, 'vectors/student'), {
      ...{ name: 'resnet8', classes: 0, labels: null, size: [16, 16], channels: 3, task: embedding },
      ...{
        precisions: ['fp32'],
        rendering: { size: 16, interpolation: 'bilinear', mean: three, std: three },
      },
    });
    const file = path.join(scratch, 'grey.png');
    await sharp({ create: { width: 16, height: 16, channels: 3, background: 'grey' } }).toFile(file);
    await using context = await browser.newContext();
    const { page, foreign } = await open(context);
    await page.goto(address('#/playground/vectors', 'playground.html'));
    await page.getByText('The student runs in this page.').waitFor();
    await drop(page, file);
    await page.getByText('The student could not answer: it answers vectors, and no classes').waitFor();
    assert.deepEqual(foreign, []);
  });

  test('a student of pairs is asked with both texts', async () => {
    const folder = path.join(runs, 'pairs/student');
    makeRun(path.join(runs, 'pairs'), { settings: { teacher: undefined } });
    await exportFolder(livelyTexts('bert', { padding: 0 }), folder, {
      ...{ name: 'small', classes: 3, labels: ['bad', 'fair', 'good'], precisions: ['fp32'] },
      rendering: { tokenizer: wordPieces(path.join(scratch, 'words')), maxLength: 20, padding: 'longest' },
    });
    fs.writeFileSync(path.join(runs, 'pairs/best.safetensors'), weightsThatSay({ texts: '2' }));
    const [first, second] = ['a fine film', 'it was never dull.'];
    const expected = await classified(folder, first, second);

    await using context = await browser.newContext();
    const { page, said, foreign } = await open(context);
    await page.goto(address('#/playground/pairs', 'playground.html'));
    await page.getByText('The student runs in this page.').waitFor();
    await page.getByLabel('A sentence').fill(first);
    await page.keyboard.press('Enter');
    // The other is missing.
    await page.getByLabel('And a second one').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(second);
    await page.keyboard.press('Enter');
    for (const [label, share] of Object.entries(expected))
      await page
        .locator('.answers li', { hasText: label })
        .filter({ hasText: `${(100 * share).toFixed(1)} %` })
        .waitFor();
    assert.deepEqual(await violations(page), []);
    assert.deepEqual({ said, foreign }, { said: [], foreign: [] });
  });
});

/** What a folder's network says in Node of a pair: shares of classes. */
async function classified(folder: string, text: string, second: string): Promise<Record<string, number>> {
  const tokenizer = await AutoTokenizer.from_pretrained(folder);
  const model = await AutoModelForSequenceClassification.from_pretrained(folder, { dtype: 'fp32' });
  const { logits } = await model(tokenizer(text, { text_pair: second, truncation: true }));
  await model.dispose();
  const powers = Array.from(logits.data as Float32Array, (logit) => Math.exp(logit));
  const sum = powers.reduce((sum, power) => sum + power, 0);
  const { id2label } = model.config as unknown as { id2label: Record<string, string> };
  return Object.fromEntries(powers.map((power, i) => [id2label[i] ?? '', power / sum]));
}

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
