/** The four losses of Faster R-CNN, of which the dialects divide some by other counts. */
import { functional, type Tensor, zeros } from '@retort/torch';
import type { DetectionLosses, Learned } from '../detector.ts';
import type { Dialect } from './dialects.ts';

/** The sum of what a mask is true of. */
const sumOf = (losses: Tensor, mask: Tensor): Tensor => losses.masked_fill(mask.logical_not(), 0).sum();

/** How often a mask is true, at least once: no sample has no loss. */
const countOf = (mask: Tensor, like: Tensor): Tensor => mask.sum().to(like.dtype).clamp(1);

/** Of boxes [B, n, 4] that are to be moved, a loss each [B, n]. */
const boxLosses = (deltas: Tensor, targets: Tensor, beta: number): Tensor =>
  functional.smooth_l1_loss(deltas, targets, { beta, reduction: 'none' }).sum([-1]);

/**
 * - `objectness`: binary cross entropy of sampled anchors;
 * - `rpnBoxes`: smooth L1 (L1 where beta is 0) of those on objects. Both are divided by the sampled anchors of the batch, or by those that are asked for;
 * - `classes`: cross entropy of sampled proposals, their mean;
 * - `boxes`: smooth L1 of those on objects, divided by all sampled proposals.
 */
export function lossesOf({ proposals, heads }: Dialect, learned: Learned): DetectionLosses {
  const { objectness, objectnessTargets, anchorDeltas, anchorTargets } = learned;
  const isSampled = objectnessTargets.ge(0);
  const sampled =
    proposals.dividedBy === 'sampled'
      ? countOf(isSampled, objectness)
      : zeros([], { dtype: objectness.dtype, device: objectness.device }).add(
          proposals.samples * objectness.size(0),
        );
  const ofAnchors = functional.binary_cross_entropy_with_logits(objectness, objectnessTargets, {
    reduction: 'none',
  });
  const ofAnchorBoxes = boxLosses(anchorDeltas, anchorTargets, proposals.beta);

  const { proposalClasses, classLogits, boxDeltas, boxTargets } = learned;
  const background = classLogits.size(2) - 1;
  const isProposal = proposalClasses.ge(0);
  const judged = countOf(isProposal, classLogits);
  const ofClasses = functional.cross_entropy(classLogits.flatten(0, 1), proposalClasses.flatten(), {
    ignoreIndex: -1,
    reduction: 'sum',
  });
  const ofBoxes = boxLosses(boxDeltas, boxTargets, heads.beta);
  return {
    objectness: sumOf(ofAnchors, isSampled).div(sampled),
    rpnBoxes: sumOf(ofAnchorBoxes, objectnessTargets.eq(1)).div(sampled),
    classes: ofClasses.div(judged),
    boxes: sumOf(ofBoxes, isProposal.logical_and(proposalClasses.lt(background))).div(judged),
  };
}
