import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import { linesFigure, onWhite } from './index.ts';

const drawn = (lines: number, xs: readonly number[]) =>
  linesFigure({
    lines: Array.from({ length: lines }, (_, i) => ({
      name: `run ${i}`,
      points: xs.map((x) => ({ x, mean: x + i, deviation: 0 })),
    })),
    ...{ x: 'epoch', y: 'top-1 %' },
  });

suite('lines', () => {
  test('of many runs are as high as their names', async () => {
    for (const [lines, height] of [
      [3, 320],
      [50, 764],
    ] as const) {
      const svg = await drawn(lines, [1, 2]);
      assert.match(svg, new RegExp(`viewBox="0 0 \\d+ ${height}"`));
      assert.equal(svg.match(/>run \d+<\/text>/g)?.length, lines);
    }
  });

  test('over few whole numbers have a tick at each, and none between them', async () => {
    const ticks = (svg: string): string[] =>
      Array.from(
        /data-part="x-axis tick label"[^>]*>(.*?)<\/g>/s.exec(svg)?.[1]?.matchAll(/>([^<]+)<\/text>/g) ?? [],
        ([, text]) => text ?? '',
      );
    assert.deepEqual(ticks(await drawn(1, [1, 2, 3])), ['1', '2', '3']);
    assert.deepEqual(ticks(await drawn(1, [4])), ['4']);
    assert.ok(ticks(await drawn(1, [0.5, 1])).includes('0.6'));
    const long = Array.from({ length: 3000 }, (_, i) => i + 1);
    assert.ok(ticks(await drawn(1, long)).length < 15);
  });

  test('are all different, 35 of them: those of one colour have other dashes', async () => {
    const svg = await drawn(35, [1, 2]);
    const strokes = Array.from(
      svg.matchAll(/<g [^>]*data-part="line">(.*?)<\/g>/gs),
      ([group = '', paths = '']) => {
        const [, dash = 'none'] = /stroke-dasharray="([^"]*)"/.exec(group.slice(0, group.indexOf('>'))) ?? [];
        return Array.from(paths.matchAll(/stroke="([^"]*)"/g), ([, colour]) => `${colour} ${dash}`);
      },
    ).flat();
    assert.equal(strokes.length, 35);
    assert.equal(new Set(strokes).size, 35);
  });

  test('on a logarithmic axis leave out what is not above zero', async () => {
    const points = [1, 0, 100].map((mean, i) => ({ x: i + 1, mean, deviation: 0 }));
    const svg = await linesFigure({ lines: [{ name: '', points }], x: 'place', y: 'value', isLog: true });
    assert.equal(svg.match(/<circle /g)?.length, 2);
    assert.doesNotMatch(svg, /NaN|Infinity/);
  });
});

suite('a figure', () => {
  test('has the colour of the text around it, and nothing that a page may forbid', async () => {
    const svg = await drawn(2, [1, 2]);
    assert.doesNotMatch(svg, /<style|style=|class=/);
    assert.match(svg, /fill="currentColor"/);
    assert.doesNotMatch(svg, /fill="white"|color="#222"/);
  });

  test('as a file of its own is dark on white', async () => {
    const points = [{ x: 1, mean: 2, deviation: 0 }];
    const file = onWhite(await linesFigure({ lines: [{ name: 'a', points }], x: 'a > "b"', y: '<c> & d' }));
    const { data, info } = await sharp(Buffer.from(file)).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([...data.subarray(0, 4)], [255, 255, 255, 255].slice(0, info.channels));
    assert.ok(
      data.some((value) => value < 0x40),
      'nothing dark is on it',
    );
  });
});
