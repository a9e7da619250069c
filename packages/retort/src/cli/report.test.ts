import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { parseHTML } from 'linkedom';
import { chromium } from 'playwright-core';
import { findChromium } from '../../reference/chromium.ts';
import { type Ended, retort } from '../../reference/command.ts';
import { keepLatency, RunFolder } from '../runs/index.ts';

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-report-')));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

const hostile = '<script>alert(1)</script>';

interface Made {
  readonly status?: 'finished' | 'failed';
  readonly error?: string;
  readonly data?: string;
  readonly student?: string;
  readonly gamma?: number;
  readonly seed?: number;
  readonly parameters?: number;
  readonly multiplyAdds?: number;
  readonly method?: string;
}

/** What a run leaves that learned for some epochs, with these test accuracies. */
function made(
  folder: string,
  accuracies: readonly number[],
  {
    status = 'finished',
    error,
    data = 'cifar100',
    student = 'resnet8',
    gamma = 1,
    seed = 0,
    parameters = 1000,
    multiplyAdds,
    method = 'kd',
  }: Made = {},
): void {
  const settings = {
    ...{
      name: folder.replace(/\/seed-\d$/, ''),
      student,
      teacher: 'resnet20:w.pth',
      seed,
      data: { name: data },
    },
    stages: [{ epochs: accuracies.length, methods: [{ name: method, gamma }] }],
  };
  const run = RunFolder.create(path.join(scratch, folder), {
    settings,
    headline: { metric: 'top1', better: 'higher' },
    inputs: { data: { sha256: 'ab'.repeat(32), from: data } },
  });
  const lines = accuracies.map((top1, i) =>
    JSON.stringify({
      ...{ stage: 0, epoch: i + 1, seconds: 30, lr: 0.1 },
      losses: { ce: 0.5 - top1 / 2, [method]: 1 - top1 / 2, loss: 1.5 - top1 },
      test: { top1 },
    }),
  );
  if (lines.length > 0) fs.appendFileSync(path.join(run.path, 'metrics.jsonl'), `${lines.join('\n')}\n`);
  fs.writeFileSync(path.join(run.path, 'recipe.yaml'), `name: ${folder}\nstudent: ${student}\n`);
  const top1 = accuracies.at(-1);
  run.end(
    status,
    error !== undefined
      ? { error }
      : {
          ...{ parameters, multiplyAdds },
          epochs: accuracies.length,
          teacher: { top1: 0.9 },
          ...(top1 === undefined ? {} : { last: { top1 }, best: { top1 } }),
        },
  );
}

made('runs/one/seed-0', [0.1, 0.2], { seed: 0 });
made('runs/one/seed-1', [0.2, 0.4], { seed: 1 });
made('runs/two', [0.3, 0.5], { gamma: 2, student: 'resnet14', parameters: 2500 });
made('other', [0.6, 0.7], { data: 'glue-rte' });
made('third', [0.1, 0.2], { method: 'dkd' });
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

const report = (...args: string[]): Promise<Ended> => retort('report', ...args);

type Page = ReturnType<typeof parseHTML>['document'];

const parsed = (file: string): Page => parseHTML(fs.readFileSync(file, 'utf8')).document;

const textsOf = (page: Page, selector: string): string[] =>
  [...page.querySelectorAll(selector)].map((one) => one.textContent?.trim() ?? '');

/** The rows of a table by its label, as texts. */
function rowsOf(page: Page, label: string): string[][] {
  const found = [...page.querySelectorAll('.wide')].find((one) => one.getAttribute('aria-label') === label);
  assert.ok(found, `there is no table of ${label}`);
  return [...found.querySelectorAll('tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent?.trim() ?? ''),
  );
}

const captions = (page: Page): string[] => textsOf(page, 'figcaption');

suite('retort report', () => {
  test('has the runs, means and spreads, what differs, cost, curves and how each is trained anew', async () => {
    const { code, stdout, stderr } = await report('runs', '--out', 'a.html');
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'a.html: 3 runs in 2 groups\n');
    const page = parsed('a.html');
    const runs = rowsOf(page, 'runs');
    assert.deepEqual(runs[0], [
      'run',
      'status',
      'student',
      'epochs',
      'last',
      'best',
      'parameters',
      'training',
      'started (UTC)',
    ]);
    assert.deepEqual(runs[3]?.slice(0, 8), [
      'two',
      'finished',
      'resnet14',
      '2/2',
      '50.00',
      '50.00',
      '2,500',
      '1 min 0 s',
    ]);
    assert.deepEqual(textsOf(page, 'main > dl dd'), ['resnet20:w.pth', 'kd', 'cifar100', 'top-1 %', '90.00']);
    const means = new Map(rowsOf(page, 'means and spreads').map(([tag, ...cells]) => [tag, cells]));
    assert.deepEqual(means.get(''), ['one', 'two']);
    assert.deepEqual(means.get('status'), ['2 finished', 'finished']);
    assert.deepEqual(means.get('test/top1 %'), ['30.00 ± 14.14', '50.00']);
    const settings = rowsOf(page, 'Settings that differ');
    assert.ok(
      settings.some(([path, ...values]) => path === 'stages.0.methods.0.gamma' && values.join() === '1,2'),
    );
    const [, ...costs] = rowsOf(page, 'cost against score');
    assert.deepEqual(costs, [
      ['one', '1,000', '30.00 ± 14.14', '1 min 0 s', 'yes'],
      ['two', '2,500', '50.00', '1 min 0 s', 'yes'],
    ]);
    for (const caption of [
      'test/top1',
      'train/ce',
      'train/kd',
      'train/loss',
      'lr',
      'loss of one',
      'loss of two',
    ])
      assert.ok(captions(page).includes(caption), `no figure of ${caption}`);
    for (const one of page.querySelectorAll('figure'))
      assert.ok(one.querySelector('svg path, svg circle'), 'an empty figure');
    const pre = textsOf(page, 'pre');
    assert.ok(pre.includes('npx retort distill runs/two/recipe.yaml --out runs/two-again'), pre.join('\n'));
    assert.ok(pre.some((text) => text.startsWith('name: runs/two\nstudent: resnet14')));
  });

  test('has multiply-adds and latencies against the score, those of each machine in a figure of their own', async () => {
    const latency = {
      ...{ p50: 0.002, p95: 0.003, batch: 1, precision: 'fp32', runtime: 'onnxruntime-node 1.27.0' },
      ...{ threads: 1, processor: hostile, cores: 2, platform: 'linux-x64' },
      ...{ images: null, texts: { length: 8 }, measured: '2026-11-29T18:00:00.000Z' },
    };
    made('costs/small', [0.4], { multiplyAdds: 20_000 });
    made('costs/wide', [0.3], { gamma: 2, parameters: 900, multiplyAdds: 30_000 });
    made('costs/large', [0.5], { gamma: 3, parameters: 5000, multiplyAdds: 90_000 });
    const measured = (): Promise<Ended> => report('costs', '--out', 'costs.html');
    const command = 'npx retort measure costs/large costs/small costs/wide --keep';
    await measured();
    assert.ok(textsOf(parsed('costs.html'), 'pre').includes(command));
    for (const [i, name] of ['small', 'wide', 'large'].entries())
      keepLatency(`costs/${name}`, { ...latency, p50: 0.002 * (i + 1) });
    const elsewhere = { ...latency, processor: 'small computer', threads: 4, p50: 0.5 };
    for (const name of ['small', 'wide']) keepLatency(`costs/${name}`, elsewhere);
    keepLatency('costs/large', { ...elsewhere, threads: 2 });
    const { code, stderr } = await measured();
    assert.equal(code, 0, stderr);
    const page = parsed('costs.html');
    const here = `${hostile}, 2 cores, linux-x64: onnxruntime-node 1.27.0, 1 thread, fp32, batch 1`;
    const there = 'small computer, 2 cores, linux-x64: onnxruntime-node 1.27.0, 4 threads, fp32, batch 1';
    assert.deepEqual(
      captions(page).flatMap((text) => /^top-1 % over (.*), mean of each group/.exec(text)?.[1] ?? []),
      ['parameters', 'multiply-adds', `latency on ${here}`, `latency on ${there}`],
      'and none of what a single group was measured on',
    );
    const [head = [], large, small, wide] = rowsOf(page, 'cost against score');
    assert.deepEqual(head.slice(1, 4), ['parameters', 'multiply-adds', 'latency (1)']);
    const legend = (n: number, place: string): string =>
      `latency (${n}): the median for one sample on ${place}`;
    for (const text of [legend(1, here), legend(3, there)])
      assert.ok(textsOf(page, 'p').includes(text), text);
    assert.deepEqual(large?.slice(1, 6), ['5,000', '90,000', '6 ms', '500 ms', '']);
    assert.deepEqual(small?.slice(2, 6), ['20,000', '2 ms', '', '500 ms']);
    assert.deepEqual(
      [large, small, wide].map((row) => row?.at(-1)),
      [
        'in parameters, in multiply-adds, in latency (1), in latency (2)',
        'in parameters, in multiply-adds, in latency (1), in latency (3)',
        'in parameters',
      ],
    );
    assert.ok(!textsOf(page, 'pre').includes(command), 'all are measured in one place');
    assert.ok(textsOf(page, 'dd').includes(`2 ms (${here})`));
    assert.ok(rowsOf(page, 'runs')[0]?.includes('multiply-adds'));

    const compared = await retort('compare', 'costs');
    assert.match(compared.stdout, /\nmultiply-adds of a sample +90,000 +20,000 +30,000\n/);
    assert.match(compared.stdout, /\nlatency \(3\) +- +500 ms +500 ms\n/);
    assert.match(
      compared.stdout,
      /\nlatency \(3\): the median for one sample on small computer, .*4 threads/,
    );
    const { costs } = JSON.parse((await retort('compare', 'costs', '--json')).stdout);
    assert.deepEqual(costs[1].latencies[0], { conditions: here, seconds: 0.002 });
    const listed = JSON.parse((await retort('runs', 'costs', '--json')).stdout);
    assert.deepEqual(
      listed.map(({ multiplyAdds }: { multiplyAdds: number }) => multiplyAdds).sort(),
      [20_000, 30_000, 90_000],
    );
  });

  test('has a run in one colour in all figures, and the teacher as a line', async () => {
    await report('runs', 'third', '--out', 'a.html');
    const page = parsed('a.html');
    const figureOf = (caption: string): string =>
      [...page.querySelectorAll('figure')].find((one) =>
        one.querySelector('figcaption')?.textContent?.startsWith(caption),
      )?.innerHTML ?? '';
    const scores = figureOf('test/top1');
    for (const name of ['one', 'two', 'third', 'teacher'])
      assert.match(scores, new RegExp(`>[a-z/]*${name}</text>`));
    assert.ok(scores.includes('one, 2: 30.0000 ± 14.1421</title>'));
    const coloursOf = (figure: string): string[] => [
      ...new Set(Array.from(figure.matchAll(/<circle [^>]*fill="([^"]*)"/g), ([, colour = '']) => colour)),
    ];
    assert.deepEqual(coloursOf(scores), ['#0072b2', '#d55e00', '#009e73', '#cc79a7']);
    assert.deepEqual(coloursOf(figureOf('train/dkd')), ['#009e73'], 'the third alone has it, in its colour');
    assert.ok(
      captions(page).includes('train/dkd; not measured in runs/one, runs/two'),
      captions(page).join(),
    );
  });

  test('tells the run of a teacher from the level of what others learned from', async () => {
    made('taught/teacher', [0.5, 0.6], { gamma: 2 });
    made('taught/kd', [0.3, 0.4]);
    await report('taught', '--out', 'taught.html');
    const [figure] = [...parsed('taught.html').querySelectorAll('figure')].filter(
      (one) => one.querySelector('figcaption')?.textContent === 'test/top1',
    );
    const names = ['kd', 'teacher', 'teacher, its level'];
    for (const name of names) assert.ok(figure?.innerHTML.includes(`>${name}</text>`), name);
  });

  test('of many groups has a row for each, and lines of the best', async () => {
    for (let i = 0; i < 40; i++) made(`many/${i}`, [i / 100], { gamma: i });
    const { code, stderr } = await report('many', '--out', 'many.html');
    assert.equal(code, 0, stderr);
    const page = parsed('many.html');
    const [head = [], ...rows] = rowsOf(page, 'means and spreads');
    assert.deepEqual([head[1], head[2], rows.length], ['status', 'test/top1 %', 40]);
    assert.match(page.body.textContent ?? '', /Drawn are the best 34 of 40 groups\./);
    const drawn = [...page.querySelectorAll('figure')].find(
      (one) => one.querySelector('figcaption')?.textContent === 'test/top1',
    );
    assert.ok(drawn?.innerHTML.includes('<title>39, 1: ') && !drawn.innerHTML.includes('<title>5, 1: '));
  });

  test('of a long run has the terms of its loss above one another at the same epochs, so that none is missing on the way', async () => {
    made('long', [0.1]);
    const line = (i: number): string =>
      JSON.stringify({
        ...{ stage: 0, epoch: i + 1, seconds: 1 },
        losses: { ce: 2 + Math.sin(i), kd: 2 + Math.cos(1.7 * i), loss: 4 },
        test: { top1: 0.1 },
      });
    fs.writeFileSync('long/metrics.jsonl', Array.from({ length: 300 }, (_, i) => `${line(i)}\n`).join(''));
    assert.equal((await report('long', '--out', 'long.html')).code, 0);
    const figure = [...parsed('long.html').querySelectorAll('figure')].find((one) =>
      one.querySelector('figcaption')?.textContent?.startsWith('loss of'),
    );
    const [, below = ''] = /<path d="(M[^"]*Z)"/.exec(figure?.innerHTML ?? '') ?? [];
    const heights = Array.from(below.matchAll(/[ML][\d.]+,([\d.]+)/g), ([, y]) => Number(y));
    const ground = Math.max(...heights);
    assert.ok(heights.length > 100);
    assert.equal(heights.filter((y) => y === ground).length, heights.length / 2);
  });

  test('has an epoch at its number, also where lines of the log before it are damaged', async () => {
    made('torn', [0.1, 0.2, 0.3]);
    const [first, , third] = fs.readFileSync('torn/metrics.jsonl', 'utf8').split('\n');
    fs.writeFileSync('torn/metrics.jsonl', `${first}\n{"epoch": 2, "te\n${third}\n`);
    assert.equal((await report('torn', '--out', 'torn.html')).code, 0);
    const figure = [...parsed('torn.html').querySelectorAll('figure')].find(
      (one) => one.querySelector('figcaption')?.textContent === 'test/top1',
    );
    assert.match(figure?.innerHTML ?? '', /<title>student, 3: 30\.0000/);
  });

  test('keeps runs on other data apart, whose scores say nothing beside theirs', async () => {
    await report('runs', 'other', '--out', 'b.html');
    const titles = textsOf(parsed('b.html'), 'h2');
    assert.deepEqual(titles, ['Runs', 'Results on cifar100', 'Results on glue-rte', 'Each run']);
  });

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
