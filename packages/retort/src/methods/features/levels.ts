/** Levels of the feature pyramids of two detectors, p2 … p6, one to one: the stages that their anatomies name. */
import { z } from 'zod';
import type { Pair } from '../method.ts';
import { type StagePair, stagePairs } from './stages.ts';

/** Whether a method of feature maps compares those of two detectors. */
export const levelsOption = (how: string) =>
  z
    .boolean()
    .optional()
    .describe(
      `Whether the levels p2 … p6 of two detectors' feature pyramids are compared, ${how}; false where it is left out`,
    );

/** A schema's sentence where a path is given beside `levels`. */
export const levelsAlone = {
  error: 'levels are those that both networks name: leave out student and teacher, or levels',
};

/**
 * Levels of both networks, which lie on grids of one size where both are shown an image alike.
 *
 * @throws RangeError for stages that are no maps, of unequal number, or of other sizes
 */
export function levelPairs(pair: Pair, method: string): StagePair[] {
  const levels = stagePairs(pair, method, {});
  for (const [i, { shapes }] of levels.entries()) {
    const [own, theirs] = shapes;
    if (own[1] !== theirs[1] || own[2] !== theirs[2])
      throw new RangeError(
        `${method} compares levels place by place, and number ${i + 1} is [${own.join(', ')}] of the student and [${theirs.join(', ')}] of the teacher: show both networks images of one size, by the same shortest and longest of their inputs`,
      );
  }
  return levels;
}
