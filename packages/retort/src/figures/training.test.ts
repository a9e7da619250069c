import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { costFigure, stackedTerms, valueBars } from './index.ts';

const titles = (svg: string): string[] =>
  Array.from(svg.matchAll(/<title>([^<]*)<\/title>/g), ([, text]) => text ?? '');

const texts = (svg: string): string[] =>
  Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text ?? '');

suite('stacked terms', () => {
  const two = [
    { x: 1, y: 2 },
    { x: 2, y: 1 },
  ];

  test('stand above one another, and are named from the top', async () => {
    const svg = await stackedTerms({
      terms: [
        { name: 'ce', points: two },
        { name: 'kd', points: two },
      ],
      x: 'epoch',
    });
    assert.deepEqual(titles(svg), ['ce', 'kd']);
    assert.deepEqual(
      texts(svg).filter((text) => /^(ce|kd)$/.test(text)),
      ['kd', 'ce'],
    );
    const [ce = '', kd = ''] = Array.from(svg.matchAll(/<path d="(M[^"]*Z)"/g), ([, d]) => d ?? '');
    // The one below begins at zero, and the one above where that one ends.
    const [first, last] = [ce, kd].map((d) =>
      Array.from(d.matchAll(/[ML]([\d.]+),([\d.]+)/g), ([, , y]) => Number(y)),
    );
    assert.equal(last?.at(-1), first?.[0]);
  });

  test('of one epoch are a bar', async () => {
    const svg = await stackedTerms({ terms: [{ name: 'ce', points: [{ x: 1, y: 2 }] }], x: 'epoch' });
    assert.match(svg, /<rect [^>]*><title>ce<\/title>/);
  });

  test('that begin later add nothing before', async () => {
    const svg = await stackedTerms({
      terms: [
        { name: 'ce', points: two },
        { name: 'kd', points: two.slice(1) },
      ],
      x: 'epoch',
    });
    assert.doesNotMatch(svg, /NaN/);
    assert.deepEqual(titles(svg), ['ce', 'kd']);
  });
});

suite('cost against score', () => {
  const points = [
    { name: 'small', cost: 1e5, score: 70, isOnFront: true },
    { name: 'beaten', cost: 2e5, score: 69, isOnFront: false },
    { name: 'large', cost: 1e7, score: 75, isOnFront: true },
  ];

  test('names what is on the front beside its point, and the others under the pointer', async () => {
    const svg = await costFigure({ points, cost: 'parameters', score: 'top-1 %' });
    assert.deepEqual(titles(svg), ['small: 100,000, 70', 'beaten: 200,000, 69', 'large: 10,000,000, 75']);
    assert.ok(texts(svg).includes('small') && texts(svg).includes('large') && !texts(svg).includes('beaten'));
  });

  test('of one network has it in the middle, with numbers to either side', async () => {
    const svg = await costFigure({ points: points.slice(0, 1), cost: 'parameters', score: 'top-1 %' });
    assert.ok(texts(svg).includes('100k') && texts(svg).includes('70'), texts(svg).join());
    assert.doesNotMatch(svg, /NaN|0000/);
  });
});

test('names of many networks do not stand in one another, and the best has its own', async () => {
  const points = Array.from({ length: 40 }, (_, i) => ({
    ...{ name: `a rather long name ${i}`, cost: 10 ** (4 + i / 10), score: 50 + i, isOnFront: true },
  }));
  const svg = await costFigure({ points, cost: 'parameters', score: 'top-1 %' });
  const parts = Array.from(
    svg.matchAll(/text-anchor="(start|end)"[^>]*>((?:<text [^>]*>a rather[^<]*<\/text>)+)/g),
    ([, anchor, inner = '']) =>
      Array.from(inner.matchAll(/translate\(([\d.]+),([\d.]+)\)[^>]*>([^<]*)/g), ([, x, y, text = '']) => {
        const from = anchor === 'end' ? Number(x) - 6 * text.length : Number(x);
        return { from, to: from + 6 * text.length, y: Number(y), text };
      }),
  ).flat();
  assert.ok(parts.length >= 10 && parts.length < 40, String(parts.length));
  assert.ok(parts.some(({ text }) => text === 'a rather long name 39'));
  for (const [i, one] of parts.entries())
    for (const other of parts.slice(i + 1))
      assert.ok(
        Math.abs(one.y - other.y) > 11 || one.to <= other.from || other.to <= one.from,
        `${one.text} stands in ${other.text}`,
      );
});

test('bars have their numbers beside them', async () => {
  const svg = await valueBars({
    bars: [
      { name: 'kd', value: 2.34567 },
      { name: 'ce', value: 0 },
    ],
    what: 'norm',
  });
  assert.deepEqual(
    texts(svg).filter((text) => /^(2\.346|kd|ce)$/.test(text)),
    ['kd', 'ce', '2.346'],
  );
});
