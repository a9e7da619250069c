/** Proposals: the boxes that the region proposal network thinks most of, without those that overlap better ones. */
import { cat, full, functional, type Tensor } from '@retort/torch';
import { areLong, clipped, moved, plainDeltas } from './boxes.ts';
import type { Counts, ProposalSettings } from './dialects.ts';
import { placesOf } from './sampler.ts';

/** What the network says of the anchors of a level. */
export interface Level {
  /** [B, A], logits. */
  readonly objectness: Tensor;
  /** [B, A, 4]. */
  readonly deltas: Tensor;
  /** [A, 4]. */
  readonly anchors: Tensor;
}

/** The height and width of an image. */
export type Size = readonly [height: number, width: number];

/** The best anchors of a level where the network moves them, with their logits: [B, k, 4] and [B, k]. */
function bestOf({ objectness, deltas, anchors }: Level, most: number): readonly [Tensor, Tensor] {
  const [logits, places] = objectness.topk(Math.min(objectness.size(1), most), 1);
  const four = places.unsqueeze(-1).expand([-1, -1, 4]);
  const from = anchors.unsqueeze(0).expand([objectness.size(0), -1, -1]);
  return [moved(deltas.gather(1, four), from.gather(1, four), plainDeltas), logits];
}

/** The numbers that are finite in all of a box and its score: bool [N]. A network whose training has come apart proposes others. */
export const areFinite = (boxes: Tensor, scores: Tensor): Tensor =>
  boxes.isfinite().all(1).logical_and(scores.isfinite());

/**
 * The proposals of a batch, which have no gradient.
 *
 * @param levels  p2 to p6
 * @param sizes  of the images, B of them
 * @param mode  which counts hold
 * @returns a tensor [n, 4] an image, best first
 */
export function propose(
  settings: ProposalSettings,
  levels: readonly Level[],
  sizes: readonly Size[],
  mode: keyof Counts,
): Tensor[] {
  const best = levels.map((level) => bestOf(level, settings.before[mode]));
  const boxes = cat(
    best.map(([of]) => of),
    1,
  );
  const logits = cat(
    best.map(([, of]) => of),
    1,
  );
  const level = cat(best.map(([, of], number) => full([of.size(1)], number, { dtype: 'int64' })));
  const scores = settings.scores === 'sigmoids' ? logits.sigmoid() : logits;
  return sizes.map((size, image) => {
    const own = clipped(boxes.select(0, image), size);
    const score = scores.select(0, image);
    const kept = placesOf(areLong(own, settings.shortest).logical_and(areFinite(own, score)));
    const [some, someScores] = [own.index_select(0, kept), score.index_select(0, kept)];
    const left = functional.batched_nms(some, someScores, level.index_select(0, kept), settings.overlap);
    return some.index_select(0, left.slice(0, 0, settings.after[mode]));
  });
}
