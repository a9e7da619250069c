/** What a report may be given: text of any kind, runs that cannot be read, files of others. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { chromium } from 'playwright-core';
import { findChromium } from '../../reference/chromium.ts';
import { hostile, made, madeThree, parsed, report, textsOf } from '../../reference/reported.ts';

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-report-')));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

madeThree();
made('other', [0.6, 0.7], { data: 'glue-rte' });
made('empty', []);
made(`odd/${hostile}`, [0.1, 0.2], {
  student: hostile,
  data: hostile,
  method: `kd${hostile}`,
  status: 'failed',
  error: `it broke: ${hostile} \u202e`,
});
fs.mkdirSync('damaged/run', { recursive: true });
fs.writeFileSync('damaged/run/run.json', '{ "settings": ');
fs.mkdirSync('nothing/in/it', { recursive: true });
fs.writeFileSync('notes.txt', 'my notes');

suite('retort report, whatever it is given', () => {
  test('is one file that runs nothing and asks for nothing', async () => {
    await report('runs', '--out', 'a.html');
    const page = parsed('a.html');
    assert.equal(page.querySelectorAll('script, link, iframe, object, embed, form, base').length, 0);
    for (const one of page.querySelectorAll('*'))
      for (const { name, value } of one.attributes) {
        assert.ok(!name.startsWith('on') && name !== 'style', `${one.localName} has ${name}`);
        if (/^(src|href|xlink:href|action|srcset)$/.test(name)) assert.match(value, /^(#|data:image\/png)/);
      }
    const policy = page.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');
    const [style = ''] = [...page.querySelectorAll('style')].map((one) => one.innerHTML);
    assert.equal(page.querySelectorAll('style').length, 1);
    const sum = createHash('sha256').update(style).digest('base64');
    assert.equal(
      policy,
      `default-src 'none'; style-src 'sha256-${sum}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
  });

  test('shows what stands in a run as text', async () => {
    const { code, stderr } = await report('odd', 'runs', '--out', 'c.html');
    assert.equal(code, 0, stderr);
    const page = parsed('c.html');
    assert.equal(page.querySelectorAll('script').length, 0);
    const said = page.body.textContent ?? '';
    for (const text of [
      `it broke: ${hostile}`,
      `student: ${hostile}`,
      `Results on ${hostile}`,
      `train/kd${hostile}`,
    ])
      assert.ok(said.includes(text), text);
    assert.ok(!fs.readFileSync('c.html', 'utf8').includes('\u202e'), 'it turns the direction of writing');
  });

  test('tells of runs that cannot be read, and shows the others', async () => {
    const { code, stdout, stderr } = await report('runs', 'damaged', '--out', 'd.html', '--json');
    assert.equal(code, 0);
    assert.match(stderr, /left out: damaged\/run\/run\.json is damaged/);
    const { out, runs, groups, unreadable } = JSON.parse(stdout);
    assert.deepEqual([out, runs.length, groups.length, unreadable.length], ['d.html', 3, 2, 1]);
    assert.match(textsOf(parsed('d.html'), 'li').join(), /damaged\/run\/run\.json is damaged/);
  });

  test('is of runs without numbers, too', async () => {
    const { code, stderr } = await report('empty', '--out', 'e.html');
    assert.equal(code, 0, stderr);
    const page = parsed('e.html');
    assert.match(page.body.textContent ?? '', /No run has ended an epoch yet: there are no curves\./);
    assert.equal(page.querySelectorAll('figure').length, 0);
  });

  test('with --diagnose says why a run cannot be diagnosed, and goes on', async () => {
    const { code, stderr } = await report('runs/two', '--diagnose', '--out', 'f.html');
    assert.equal(code, 0, stderr);
    assert.match(parsed('f.html').body.textContent ?? '', /could not be diagnosed: |No weights;/);
  });

  test('writes over a report of its own, and over nothing else', async () => {
    await report('runs', '--out', 'g.html');
    assert.equal((await report('other', '--out', 'g.html')).code, 0);
    assert.match(fs.readFileSync('g.html', 'utf8'), /1 run of Retort/);
    fs.writeFileSync('mine.html', '<p>my own page');
    const { code, stderr } = await report('runs', '--out', 'mine.html');
    assert.equal(code, 2);
    assert.match(stderr, /--out mine\.html: it is there, and is no report: name another file, or remove it/);
    assert.equal(fs.readFileSync('mine.html', 'utf8'), '<p>my own page');
  });

  for (const [what, args, said, code] of [
    ['no run', ['--out', 'x.html'], /missing required argument 'folders'/, 2],
    ['no file to write', ['runs'], /required option '--out <file>' not specified/, 2],
    [
      'a folder that holds none',
      ['nothing', '--out', 'x.html'],
      /nothing holds no run: there is no run\.json/,
      1,
    ],
    ['a folder that is not there', ['runs', 'gone', '--out', 'x.html'], /there is no folder gone/, 1],
    [
      'a file of something else',
      ['notes.txt', '--out', 'x.html'],
      /notes\.txt is a file: name the folder of a run/,
      1,
    ],
    [
      'damaged runs alone',
      ['damaged', '--out', 'x.html'],
      /no run could be read: damaged\/run\/run\.json is damaged/,
      1,
    ],
    [
      'a file that is no HTML',
      ['runs', '--out', 'x.pdf'],
      /--out x\.pdf: the report is an HTML file: name it so, e\.g\. x\.html/,
      2,
    ],
    ['a folder as the file', ['runs', '--out', 'folder.html'], /--out folder\.html: it is no file/, 2],
    [
      'a file in no folder',
      ['runs', '--out', 'gone/x.html'],
      /--out gone\/x\.html: there is no folder gone/,
      2,
    ],
  ] as const)
    test(`refuses ${what}`, async () => {
      fs.mkdirSync('folder.html', { recursive: true });
      const ended = await report(...args);
      assert.match(ended.stderr, said);
      assert.equal(ended.code, code);
      assert.ok(!fs.existsSync('x.html'));
    });
});

const browser = findChromium();

test('a browser shows it dark and light, and has nothing to complain of', {
  skip: browser === null && 'there is no Chromium',
}, async () => {
  await report('runs', 'other', `odd/${hostile}`, '--out', 'h.html');
  await using open = await chromium.launch({ executablePath: browser ?? '', args: ['--no-sandbox'] });
  for (const [colorScheme, text] of [
    ['light', 'rgb(31, 35, 40)'],
    ['dark', 'rgb(223, 227, 232)'],
  ] as const) {
    const page = await open.newPage({ colorScheme, viewport: { width: 390, height: 800 } });
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) said.push(`asked for ${request.url()}`);
    });
    await page.goto(`file://${path.join(scratch, 'h.html')}`);
    const [fill, width] = (await page.evaluate(`[
      getComputedStyle(document.querySelector('figure text')).fill,
      document.documentElement.scrollWidth,
    ]`)) as [string, number];
    assert.equal(fill, text, 'figures have the colour of the text');
    assert.ok(width <= 390, `it is ${width} pixels wide on a phone`);
    assert.deepEqual(said, []);
  }
});
