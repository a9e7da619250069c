import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ConfidenceBin, Findings } from '../diagnose/types.ts';
import { classBars, diagnosisFigures, histogram, reliabilityDiagram, singularValuesFigure } from './index.ts';

const titles = (svg: string): string[] =>
  Array.from(svg.matchAll(/<title>([^<]*)<\/title>/g), ([, text]) => text ?? '');

const texts = (svg: string): string[] =>
  Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text ?? '');

const heightOf = (svg: string): number => Number(/^<svg [^>]*height="(\d+)"/.exec(svg)?.[1]);

/** Pixels from left to right, of each bar in turn. */
const widths = (svg: string): number[] =>
  Array.from(svg.matchAll(/<rect [^>]*?width="([\d.]+)"/g), ([, width]) => Number(width));

suite('bars of classes', () => {
  const classes = [
    { name: 'cat', samples: 10, student: 0.8, teacher: 0.7 },
    { name: 'dog', samples: 20, student: 0.4, teacher: 0.9 },
    { name: 'none', samples: 0, student: null, teacher: null },
  ];

  test('begin where the student is furthest behind, and leave out what has no samples', async () => {
    const svg = await classBars(classes);
    const [dog = '', cat = ''] = titles(svg);
    assert.equal(dog, 'dog: student 40.0 %, teacher 90.0 % of 20');
    assert.equal(cat, 'cat: student 80.0 %, teacher 70.0 % of 10');
    const [ofDog = 0, ofCat = 0] = widths(svg);
    assert.ok(Math.abs(ofCat / ofDog - 2) < 0.01, `${ofCat} beside ${ofDog}`);
    assert.ok(!texts(svg).includes('none'));
  });

  test('of a student alone begin with what it knows least, and name no teacher', async () => {
    const svg = await classBars(classes.map((one) => ({ ...one, teacher: null })));
    assert.deepEqual(titles(svg), ['dog: student 40.0 % of 20', 'cat: student 80.0 % of 10']);
    assert.ok(!texts(svg).includes('teacher'));
  });

  test('of a thousand classes are those at both ends, and say so', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({
      ...{ name: `class ${i}`, samples: 50, student: i / 1000, teacher: 0.5 },
    }));
    const svg = await classBars(many);
    assert.ok(heightOf(svg) < 800);
    assert.equal(titles(svg).length, 80, 'a bar and a line for each');
    const names = texts(svg);
    for (const shown of ['class 0', 'class 19', 'class 980', 'class 999'])
      assert.ok(names.includes(shown), shown);
    assert.ok(!names.includes('class 20') && !names.includes('class 979'));
    assert.ok(names.includes('right %, 40 of 1000 classes: those at both ends'));
  });

  test('show names as text, and cut long ones in their middle', async () => {
    const svg = await classBars([
      { name: '<script>alert(1)</script>', samples: 1, student: 1, teacher: null },
      { name: 'long '.repeat(40), samples: 1, student: 0, teacher: null },
    ]);
    assert.ok(!svg.includes('<script'));
    assert.ok(
      texts(svg).some((text) => /^long .*….* long $/.test(text) && text.length === 40),
      texts(svg).join(),
    );
  });
});

suite('a reliability diagram', () => {
  const bins: ConfidenceBin[] = [
    { from: 0, to: 0.5, confidence: null, accuracy: null, samples: 0 },
    { from: 0.5, to: 1, confidence: 0.8, accuracy: 0.6, samples: 30 },
  ];

  test('has a bar for each bin with samples, above a bar of how many', async () => {
    const svg = await reliabilityDiagram({ student: { error: 0.2, bins }, teacher: null });
    const said = 'student, 50.0 % to 100.0 % sure: 60.0 % right, 80.0 % sure on average, 30 samples';
    assert.deepEqual(titles(svg), [said, said]);
    assert.ok(texts(svg).includes('student, off by 20.0 %'));
    assert.ok(!texts(svg).some((text) => text.startsWith('teacher')));
  });

  test('has the teacher beside the student', async () => {
    const svg = await reliabilityDiagram({ student: { error: 0.2, bins }, teacher: { error: 0.05, bins } });
    assert.equal(titles(svg).filter((title) => title.startsWith('teacher, ')).length, 2);
    assert.ok(texts(svg).includes('teacher, off by 5.0 %'));
  });
});

suite('a histogram', () => {
  test('has a bar for each bin, and says the mean', async () => {
    const bins = [
      { from: 1, to: 1.5, samples: 3 },
      { from: 1.5, to: 2, samples: 7 },
    ];
    const svg = await histogram({ bins, mean: 1.61234, what: 'temperature' });
    assert.deepEqual(titles(svg), ['1 to 1.5: 3', '1.5 to 2: 7']);
    assert.ok(texts(svg).includes('temperature, 1.612 on average'));
  });

  test('of values that are all the same has a bar that can be seen', async () => {
    const svg = await histogram({ bins: [{ from: 4, to: 4, samples: 9 }], what: 'temperature' });
    const [width = 0] = widths(svg);
    assert.ok(width > 100, String(width));
  });
});

suite('singular values', () => {
  test('are on a logarithmic axis: equal ratios are equally far apart', async () => {
    const svg = await singularValuesFigure([{ name: 'projector', singularValues: [4, 2, 1] }]);
    const [, ...ys] = /d="M[\d.]+,([\d.]+)L[\d.]+,([\d.]+)L[\d.]+,([\d.]+)" stroke/.exec(svg) ?? [];
    const [a = 0, b = 0, c = 0] = ys.map(Number);
    assert.ok(b > a && Math.abs(b - a - (c - b)) < 0.01, `${ys}`);
  });

  test('that are 0 are counted beside the name', async () => {
    const svg = await singularValuesFigure([{ name: 'projector', singularValues: [4, 0, 0] }]);
    assert.ok(texts(svg).includes('projector (2 of 3 are 0)'));
    assert.ok(!svg.includes('NaN'));
  });
});

suite('a diagnosis', () => {
  const head = { title: 'title', from: 'best' };
  const found: Findings[] = [
    {
      ...head,
      what: 'per-class',
      classes: [{ name: 'cat', samples: 1, student: 1, teacher: 1 }],
      withoutTeacher: null,
    },
    {
      ...head,
      what: 'agreement',
      top1: 0.8,
      divergence: 0.1,
      meanCosine: 0.9,
      bothRight: 0.7,
      onlyStudent: 0.1,
      onlyTeacher: 0.1,
      neither: 0.1,
    },
    {
      ...head,
      what: 'reliability',
      student: { error: 0.1, bins: [{ from: 0, to: 1, confidence: 0.5, accuracy: 0.5, samples: 2 }] },
      teacher: null,
      withoutTeacher: 'it has none',
    },
    { ...head, what: 'cka', rows: ['layer1'], columns: ['blocks.0'], values: [[0.5]] },
    { ...head, what: 'temperatures', least: 1, most: 2, mean: 1.5, bins: [{ from: 1, to: 2, samples: 4 }] },
    {
      ...head,
      what: 'annealing',
      factors: [
        { stage: 0, epoch: 1, factor: 0.5, temperature: 2 },
        { stage: 0, epoch: 2, factor: 1, temperature: 1 },
      ],
    },
    { ...head, what: 'projector', layers: [{ name: 'srd', shape: [4, 2], singularValues: [2, 1] }] },
    {
      ...head,
      what: 'gradient-norms',
      terms: [
        { name: 'ce', norm: 1 },
        { name: 'kd', norm: 2 },
      ],
      total: 2.5,
      cosines: [
        [1, -0.5],
        [-0.5, 1],
      ],
      batches: 4,
    },
  ];

  for (const one of found)
    test(`${one.what} has figures, each with what it shows`, async () => {
      const figures = await diagnosisFigures(one);
      assert.equal(figures.length, one.what === 'gradient-norms' ? 2 : 1);
      for (const { svg, caption } of figures) {
        assert.match(svg, /^<svg .*<\/svg>\n$/s);
        assert.doesNotMatch(svg, /NaN|undefined|Infinity|<style|style=/);
        assert.ok(caption.length > 0);
      }
    });

  test('of disagreements has none: their pictures are shown as they are', async () =>
    assert.deepEqual(await diagnosisFigures({ ...head, what: 'disagreements', samples: [] }), []));

  test('of gradients has signs by colour: those that pull together are red, those against one another blue', async () => {
    const norms = found.find(({ what }) => what === 'gradient-norms');
    assert.ok(norms);
    const [, cosines] = await diagnosisFigures(norms);
    const fills = Array.from(
      (cosines?.svg ?? '').matchAll(/<rect [^>]*fill="rgb\((\d+), (\d+), (\d+)\)"[^>]*><title>([^<]*)/g),
      ([, red, , blue, title]) => ({ title, isRed: Number(red) > Number(blue) }),
    );
    assert.deepEqual(fills, [
      { title: 'ce, ce: 1.000', isRed: true },
      { title: 'ce, kd: -0.500', isRed: false },
      { title: 'kd, ce: -0.500', isRed: false },
      { title: 'kd, kd: 1.000', isRed: true },
    ]);
  });
});
