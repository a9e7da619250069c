/** What two detectors say of the same boxes: those that the student proposed and drew for its own loss. */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import { output } from '../../tasks/index.ts';
import type { Needs, Seen } from '../method.ts';

export const proposalsOption = z
  .boolean()
  .optional()
  .describe(
    "Whether it is of a detector's classes, background among them, at the boxes that the student proposed and drew for its own loss, of which a live teacher is asked; false where it is left out",
  );

/** What a method needs that compares what is said of proposals: the mean over all of a batch is none over its samples. */
export const needsOfProposals = (gamma: number): Needs => ({
  liveTeacher: true,
  wholeBatch: true,
  loss: gamma > 0,
});

export interface Judged {
  /** The student's logits [N, K + 1] of K classes and of background, which is last. */
  readonly z_s: Tensor;
  /** The teacher's, likewise. */
  readonly z_t: Tensor;
  /** What each proposal shows, int64 [N]: K is background. */
  readonly classes: Tensor;
}

/**
 * The proposals of all images of a batch, one after another, without what fills up those of which an image has fewer.
 *
 * @throws RangeError where there are none to judge, as of a classification
 */
export function judged({ student, teacher }: Seen, method: string): Judged {
  const theirs = teacher.judge?.();
  if (!theirs)
    throw new RangeError(
      `${method} with proposals compares what two detectors say of the same boxes, and there are none: leave proposals out, or learn detection`,
    );
  const own = output(student.outputs, 'classLogits').flatten(0, 1);
  const all = output(student.outputs, 'proposalClasses').flatten();
  const shown = all.ge(0).nonzero().squeeze(1);
  // Where nothing was proposed there is nothing to learn: a row beside itself.
  if (shown.size(0) === 0) {
    const row = own.narrow(0, 0, 1);
    return { z_s: row, z_t: row.detach(), classes: all.narrow(0, 0, 1).clamp(0) };
  }
  return {
    z_s: own.index_select(0, shown),
    z_t: output(theirs, 'classLogits').flatten(0, 1).index_select(0, shown),
    classes: all.index_select(0, shown),
  };
}
