/**
 * How long COCO's scores take: `node bench/box-scores.ts [images] [boxes of each] [classes]`, 5,000 of 100 where nothing is said, of 80 classes and of one, where every detection
 * is compared with every box of its image.
 */

import { Chance } from '../packages/retort/reference/judged-boxes.ts';
import { ignoredAs } from '../packages/retort/src/data/index.ts';
import { cocoScores, type JudgedImage, vocScore } from '../packages/retort/src/metrics/index.ts';

const [images = 5000, each = 100, ...given] = process.argv.slice(2).map(Number);

function made(classes: number): JudgedImage[] {
  const chance = new Chance(0);
  return Array.from({ length: images }, () => {
    const rows = Float64Array.from({ length: 4 * each }, (_, i) => chance.below(400) + (i % 4 > 1 ? 1 : 0));
    const labels = Int32Array.from({ length: each }, () => chance.below(classes));
    return {
      boxes: {
        rows,
        classes: labels,
        areas: Float64Array.from({ length: each }, (_, i) => (rows[4 * i + 2] ?? 0) * (rows[4 * i + 3] ?? 0)),
        ignored: new Uint8Array(each).fill(ignoredAs.no),
        ids: Float64Array.from({ length: each }, (_, i) => i + 1),
      },
      detections: {
        rows: rows.map((value) => value + chance.below(8)),
        classes: labels,
        scores: Float64Array.from({ length: each }, () => chance.below(1024) / 1024),
      },
    };
  });
}

for (const classes of given.length > 0 ? given : [80, 1]) {
  const all = made(classes);
  for (const [name, body] of [
    ['COCO', () => cocoScores(all, classes).scores.AP],
    ['VOC', () => vocScore(all, classes, 'all').mean],
  ] as const) {
    const start = performance.now();
    const score = body() ?? Number.NaN;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `${name}, ${images} images of ${each} boxes of ${classes} classes: ${seconds} s (${score.toFixed(4)})`,
    );
  }
}
