import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { type Ended, retort } from '../../reference/command.ts';
import {
  captions,
  hostile,
  made,
  madeThree,
  parsed,
  report,
  rowsOf,
  textsOf,
} from '../../reference/reported.ts';
import { keepLatency } from '../runs/index.ts';

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-report-')));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

madeThree();
made('other', [0.6, 0.7], { data: 'glue-rte' });
made('third', [0.1, 0.2], { method: 'dkd' });

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
});
