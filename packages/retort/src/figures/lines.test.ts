import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { linesFigure } from './index.ts';

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
        /aria-label="x-axis tick label"[^>]*>(.*?)<\/g>/s.exec(svg)?.[1]?.matchAll(/>([^<]+)<\/text>/g) ?? [],
        ([, text]) => text ?? '',
      );
    assert.deepEqual(ticks(await drawn(1, [1, 2, 3])), ['1', '2', '3']);
    assert.deepEqual(ticks(await drawn(1, [4])), ['4']);
    assert.ok(ticks(await drawn(1, [0.5, 1])).includes('0.6'));
    const long = Array.from({ length: 3000 }, (_, i) => i + 1);
    assert.ok(ticks(await drawn(1, long)).length < 15);
  });
});
