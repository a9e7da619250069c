import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import { heatMap } from './index.ts';
import { installedPen } from './installed-pen.ts';

const drawn = (values: readonly (readonly (number | null)[])[], first = 'layer1') =>
  heatMap({
    rows: values.map((_, i) => (i === 0 ? first : `layer${i + 1}`)),
    columns: (values[0] ?? []).map((_, i) => `blocks.${i}`),
    ...{ values, ofRows: 'student', ofColumns: 'teacher', what: 'linear CKA' },
  });

const titles = (svg: string): string[] =>
  Array.from(svg.matchAll(/<title>([^<]*)<\/title>/g), ([, text]) => text ?? '');

test('what draws is asked for where it is not installed', () =>
  assert.rejects(installedPen(['/']), {
    name: 'FigureError',
    message:
      'figures are drawn by Observable Plot, which is not installed: npm install @observablehq/plot linkedom',
  }));

suite('a heat map', () => {
  test('has a cell for each value, with what it is of; none where there is no value', async () => {
    const svg = await drawn([
      [0.25, null, 1],
      [0, 0.5, 0.75],
    ]);
    assert.deepEqual(titles(svg), [
      'layer1, blocks.0: 0.250',
      'layer1, blocks.2: 1.000',
      'layer2, blocks.0: 0.000',
      'layer2, blocks.1: 0.500',
      'layer2, blocks.2: 0.750',
    ]);
    for (const text of ['student', 'teacher', 'linear CKA', 'layer2', 'blocks.1'])
      assert.ok(svg.includes(`>${text}</text>`), text);
  });

  test('is an SVG file that another program draws: light where values are near 1, dark where near 0, the first row below', async () => {
    const svg = await drawn([new Array<number>(8).fill(1), new Array<number>(8).fill(0)]);
    const { data, info } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true });
    const brightness = (x: number, y: number): number => {
      const at = (Math.round(y) * info.width + Math.round(x)) * info.channels;
      return (data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0);
    };
    const [, left = 0] = /viewBox="0 0 (\d+) \d+"/.exec(svg) ?? [];
    assert.equal(info.width, Number(left));
    // Two rows of cells of 26 pixels below a margin of 8, 12 from the right.
    const right = info.width - 12 - 13;
    assert.ok(brightness(right, 8 + 13) < 250, 'the second row is dark');
    assert.ok(brightness(right, 8 + 39) > 400, 'the first row is light');
  });

  test('shows names as text, whatever stands in them', async () => {
    const svg = await drawn([[0.5]], '<script>alert(1)</script>');
    assert.ok(!svg.includes('<script'));
    assert.ok(svg.includes('&lt;script&gt;'));
    const odd = await drawn([[0.5]], 'a\u00a0b & \'c\' "d" \u0001\u001b[31m');
    await sharp(Buffer.from(odd)).png().toBuffer();
  });

  test('of one cell has room for the legend, and for what it is of', async () => {
    const long = 'swin_femto_patch2_window4_32';
    const svg = await heatMap({
      ...{ rows: ['layer1'], columns: ['layers.0'], values: [[0.5]] },
      ...{ ofRows: long, ofColumns: long, what: 'linear CKA, unbiased' },
    });
    const [, width = 0, height = 0] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
    const rowLabel = 28 + 6.5 * 'layer1'.length;
    assert.equal(Number(width), rowLabel + 188 + 12);
    const text = 6.5 * long.length;
    assert.ok(Number(height) > text / 2 + 13 + 58, String(height));
    const [, top = 0] = /<rect[^>]* y="([\d.]+)"[^>]*><title>layer1, layers\.0/.exec(svg) ?? [];
    assert.ok(Number(top) + 13 >= text / 2, String(top));
  });

  test('of many blocks has fewer names than cells, and stays readable', async () => {
    const many = Array.from({ length: 120 }, () => new Array<number>(4).fill(0.5));
    const svg = await drawn(many);
    const names = Array.from(svg.matchAll(/>layer\d+<\/text>/g)).length;
    assert.ok(names >= 40 && names <= 90, String(names));
    assert.equal(titles(svg).length, 480);
  });
});
