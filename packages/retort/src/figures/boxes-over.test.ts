/** Boxes that are laid over images. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseHTML } from 'linkedom';
import { boxesOver } from './boxes-over.ts';
import { detectionsShown } from './detections-over.ts';

const parsed = (svg: string) => parseHTML(`<html><body>${svg}</body></html>`).document;
const at = { x: 10, y: 2, width: 30, height: 20 };

suite('boxes over an image', () => {
  const image = { width: 200, height: 100 };

  test('have the size of the image, a colour for each class, and labels that are text', () => {
    const page = parsed(
      boxesOver({
        ...image,
        boxes: [
          { ...at, label: 'a <b> & "c"', class: 0 },
          { ...at, label: '', class: 6 },
        ],
      }),
    );
    assert.equal(page.querySelector('svg')?.getAttribute('viewBox'), '0 0 200 100');
    assert.deepEqual(
      [...page.querySelectorAll('text')].map(({ textContent }) => textContent),
      ['a <b> & "c"'],
    );
    const outlines = [...page.querySelectorAll('rect[fill=none]')];
    // What comes first lies on top.
    assert.deepEqual(
      outlines.map((one) => one.getAttribute('stroke')),
      ['#000000', '#0072b2'],
    );
    assert.deepEqual(
      ['x', 'y', 'width', 'height'].map((name) => Number(outlines[0]?.getAttribute(name))),
      [10, 2, 30, 20],
    );
  });

  test('have labels within the image, wherever a box is', () => {
    for (const [x, y] of [
      [0, 0],
      [190, 0],
      [190, 95],
    ] as const) {
      const page = parsed(
        boxesOver({ ...image, boxes: [{ x, y, width: 10, height: 5, label: 'a long name', class: 1 }] }),
      );
      const ground = page.querySelector('rect:not([fill=none])');
      const [left = 0, top = 0, wide = 0, high = 0] = ['x', 'y', 'width', 'height'].map((name) =>
        Number(ground?.getAttribute(name)),
      );
      assert.ok(
        left >= 0 && top >= 0 && left + wide <= 200.1 && top + high <= 100.1,
        `${[left, top, wide, high]}`,
      );
    }
  });

  test('are those of a class and from a score on; what is there has none', () => {
    const objects = [
      { ...at, class: 'cat', score: 0.9 },
      { ...at, class: 'dog', score: 0.4 },
      { ...at, class: 'dog', score: null },
    ];
    const shown = (threshold: number, only?: string) =>
      detectionsShown(objects, { threshold, only }).map(({ class: name, score }) => [name, score]);
    assert.deepEqual(shown(0.5), [
      ['cat', 0.9],
      ['dog', null],
    ]);
    assert.deepEqual(shown(0.3, 'dog'), [
      ['dog', 0.4],
      ['dog', null],
    ]);
  });
});
