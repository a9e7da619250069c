/** Figures of numbers and names as nobody would choose them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { heatMap, histogram, linesFigure, reliabilityDiagram, stackedTerms, valueBars } from './index.ts';

const texts = (svg: string): string[] =>
  Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text ?? '');

const sizeOf = (svg: string): number[] =>
  Array.from(/^<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [])
    .slice(1)
    .map(Number);

const at = (x: number, mean: number) => ({ x, mean, deviation: 0 });

suite('numbers', () => {
  test('that are huge or tiny are written by their exponents, so that they have room beside an axis', async () => {
    const lines = (...values: number[]) =>
      linesFigure({
        lines: [{ name: '', points: values.map((y, i) => at(i + 1, y)) }],
        x: 'epoch',
        y: 'loss',
      });
    assert.ok(texts(await lines(1e9, 4e12)).includes('4e12'));
    assert.ok(texts(await lines(1e-9, 3e-9)).includes('2.8e-9'));
    assert.ok(texts(await lines(1e-5)).includes('1.02e-5'), 'of one value, too');
    assert.ok(texts(await lines(0, 100)).includes('100'));
    const points = [at(1, 2e9), at(2, 3e9)].map(({ x, mean }) => ({ x, y: mean }));
    assert.ok(texts(await stackedTerms({ terms: [{ name: 'hint', points }], x: 'epoch' })).includes('3e9'));
    const bars = texts(await valueBars({ bars: [{ name: 'hint', value: 1.23456e12 }], what: 'norm' }));
    assert.ok(bars.includes('1.235e12') && bars.includes('1e12'), bars.join());
  });

  test('that are all zero have bars of no length, on an axis that begins with zero', async () => {
    const zeros = [0, 0].map((value, i) => ({ name: `term ${i}`, value }));
    const bars = await valueBars({ bars: zeros, what: 'norm' });
    const lengths = Array.from(bars.matchAll(/<rect [^>]*?width="([\d.]+)"/g), ([, width]) => Number(width));
    assert.deepEqual(lengths, [0, 0]);
    const points = [1, 2].map((x) => ({ x, y: 0 }));
    const stacked = await stackedTerms({ terms: [{ name: 'ce', points }], x: 'epoch' });
    for (const svg of [bars, stacked]) assert.ok(texts(svg).includes('1.0'), texts(svg).join());
    const bins = [{ from: 0, to: 1, samples: 0, confidence: null, accuracy: null }];
    for (const svg of [
      await histogram({ bins, what: 'temperature' }),
      await histogram({ bins: [], what: 'temperature' }),
      await reliabilityDiagram({ student: { error: 0, bins }, teacher: null }),
    ])
      assert.doesNotMatch(svg, /NaN/);
  });

  test('below zero have theirs beside the axis, and not on the bar', async () => {
    const svg = await valueBars({
      bars: [
        { name: 'below', value: -5 },
        { name: 'above', value: 5 },
      ],
      what: 'norm',
    });
    const [, left] = /<text transform="translate\(([\d.]+),[\d.]+\)"[^>]*>-5<\/text>/.exec(svg) ?? [];
    const [, length, from] = /<rect [^>]*width="([\d.]+)" x="([\d.]+)"/.exec(svg) ?? [];
    assert.equal(Number(left), Number(from) + Number(length));
  });

  test('of a term that ends where another begins go straight up and down there', async () => {
    const term = (name: string, xs: readonly number[]) => ({ name, points: xs.map((x) => ({ x, y: 2 })) });
    const svg = await stackedTerms({ terms: [term('annealing', [1, 2, 3]), term('ce', [4, 5])], x: 'epoch' });
    const areas = Array.from(svg.matchAll(/<path d="M([^"]*)Z"/g), ([, d = '']) =>
      d.split('L').map((place) => place.split(',').map(Number)),
    );
    assert.equal(areas.length, 2);
    for (const places of areas)
      for (const [i, [x, y]] of places.slice(1).entries()) {
        const [fromX, fromY] = places[i] ?? [];
        assert.ok(x === fromX || y === fromY, `from ${fromX},${fromY} to ${x},${y}`);
      }
  });
});

suite('names', () => {
  test('of several lines are one, and cannot turn the direction of writing', async () => {
    const name = 'first\nsecond\u202ethird';
    const svg = await linesFigure({ lines: [{ name, points: [at(1, 1)] }], x: 'epoch', y: 'loss' });
    assert.ok(texts(svg).includes('first second\ufffdthird'), texts(svg).join());
    assert.doesNotMatch(svg, /\u202e/);
  });

  test('of blocks are cut where they are long', async () => {
    const long = `blocks.${'deep.'.repeat(40)}0`;
    const svg = await heatMap({
      ...{ rows: [long], columns: [long], values: [[0.5]] },
      ...{ ofRows: 'student', ofColumns: 'teacher', what: 'CKA' },
    });
    for (const side of sizeOf(svg)) assert.ok(side < 600, String(side));
    assert.ok(svg.includes(`<title>${long}, ${long}: 0.500</title>`));
  });
});
