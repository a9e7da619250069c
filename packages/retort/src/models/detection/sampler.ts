/** Anchors or proposals of an image that its losses are of, drawn so that not nearly all of them are background. */
import { cat, randperm, type Tensor } from '@retort/torch';

/** How many at most. */
export interface SampleSettings {
  readonly samples: number;
  /** The share of them on objects, at most. */
  readonly positives: number;
}

/** The places where a mask [N] is true: int64 [n]. */
export const placesOf = (mask: Tensor): Tensor => mask.nonzero().reshape([-1]);

/** So many of some places, by chance; the generator is asked for an order of all of them, as both originals ask theirs. */
const drawn = (places: Tensor, count: number): Tensor =>
  places.index_select(0, randperm(places.size(0)).slice(0, 0, count));

/**
 * Samples of an image, in their order: those on objects, as many as there are up to their share, and others.
 *
 * @param labels  int64 [N]: 1 of one on an object, 0 of one on none; -1 is never drawn
 * @returns int64 [n], places in `labels`
 */
export function sample(labels: Tensor, { samples, positives }: SampleSettings): Tensor {
  const [on, off] = [placesOf(labels.eq(1)), placesOf(labels.eq(0))];
  const countOn = Math.min(on.size(0), Math.floor(samples * positives));
  const countOff = Math.min(off.size(0), samples - countOn);
  const [places] = cat([drawn(on, countOn), drawn(off, countOff)]).sort(0);
  return places;
}
