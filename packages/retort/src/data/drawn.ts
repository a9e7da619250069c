/** Images as they were drawn: each transform drawn once for a sample, and applied to its image. */
import type { Tensor } from '@retort/torch';
import type { Mixing } from './mixing/mixing.ts';
import type { Room, Spot } from './room.ts';
import type { Slice } from './slice.ts';
import { isRemadeAnywhere, randomAt, type Transform } from './transforms/transform.ts';

/** How the samples of a batch are drawn: all that their draws depend on beside their numbers. */
export interface Drawing {
  readonly seed: number;
  readonly epoch: number;
  /** Which of the views that come again; 0 where it is left out. */
  readonly view?: number | undefined;
  /** One after another; samples stay as they are where there are none. */
  readonly transforms?: readonly Transform[] | undefined;
  /** How many turns of each image, each by another quarter and drawn by itself; 1 where it is left out. */
  readonly turns?: number | undefined;
  /** Whether turns stay upright, and are only drawn anew; false where it is left out. */
  readonly upright?: boolean | undefined;
  /** Which time in its epoch each sample is shown, from 0; the first of all where it is left out. */
  readonly times?: Int32Array | undefined;
  /** How the images of the batch are mixed with one another, when each is drawn. */
  readonly mixing?: Mixing | undefined;
  /** Which batch of its epoch it is, from 0, for what is drawn for a batch. */
  readonly batch?: number | undefined;
  /** Which samples of the batch these are, where they are a slice of it. */
  readonly slice?: Slice | undefined;
}

/** How samples are changed by the threads that read them: draws are functions of these numbers alone, so that any thread can draw. */
export interface Ahead {
  readonly seed: number;
  readonly epoch: number;
  readonly view: number;
  /** Those that come first, as JSON of names and options. */
  readonly transforms: string;
  /** How many they are. */
  readonly count: number;
  /** Images whose shorter side is longer are resized to so many pixels before anything else. */
  readonly shrink?: number | undefined;
  /** How both networks want what was drawn, as JSON, where nothing is left to do before that; else images are answered in bytes. */
  readonly rendering?: string | undefined;
  /** Where the images can be written, once it is known of how many bytes they are. */
  readonly room?: Room | undefined;
  /** The number of each sample for which is drawn; a part of a data set is read by other numbers. */
  readonly samples: Int32Array;
  /** As the drawing has them. */
  readonly times?: Int32Array | undefined;
}

/**
 * What of a drawing the threads that read can do: the transforms up to the first that a program made itself, and the rendering where there is none.
 * Null where that is nothing, and where images are turned, of which the upright one is drawn once for all turns.
 *
 * @param rendering  as JSON
 */
export function aheadOf(
  { seed, epoch, view = 0, transforms = [], turns = 1, times, mixing }: Drawing,
  samples: Int32Array,
  rendering: string | null = null,
): Ahead | null {
  const other = transforms.findIndex((transform) => !isRemadeAnywhere(transform));
  const first = transforms.slice(0, other === -1 ? undefined : other);
  // What is mixed is mixed in bytes.
  const isRendered = rendering !== null && other === -1 && !mixing;
  if (turns > 1 || (first.length === 0 && !isRendered)) return null;
  const named = JSON.stringify(first.map(({ name, options }) => ({ name, options })));
  return {
    seed,
    epoch,
    view,
    transforms: named,
    count: first.length,
    samples,
    times,
    ...(isRendered && { rendering }),
  };
}

/** How the image of one sample is changed. */
export interface DrawnImage extends Omit<Ahead, 'samples' | 'times' | 'count' | 'room'> {
  readonly sample: number;
  /** Which time in its epoch it is shown. */
  readonly time: number;
  /** The rows of its boxes, which are changed with it. */
  readonly boxes?: Float64Array | undefined;
  /** Where it is written, if it is of so many bytes. */
  readonly spot?: Spot | undefined;
}

/** @param place  of the sample among those that are read */
export const drawnAt = ({ samples, times, count: _, room, ...ahead }: Ahead, place: number): DrawnImage => ({
  ...ahead,
  sample: samples[place] ?? 0,
  time: times?.[place] ?? 0,
  spot: room?.spot(place),
});

/** Draws of turned images are apart from those of the views themselves. */
const turnedView = (view: number, quarters: number): number => view + 0x10000 * quarters;

/** So are those of a sample that is shown again in an epoch; after 16384 times they begin anew. */
export const timedView = (view: number, time: number): number => (view + 0x40000 * time) >>> 0;

/** What each of some samples drew of a transform. @param place  of the transform in its list */
export const drawAll = (
  transform: Transform,
  place: number,
  ids: Int32Array,
  { seed, epoch, view = 0, times }: Drawing,
) =>
  Array.from(ids, (sample, i) =>
    transform.draw(randomAt({ seed, epoch, sample, view: timedView(view, times?.[i] ?? 0) }, place)),
  );

/**
 * The images of one turn, or, where these are upright, of one more draw: uint8 [B, H, W, C] → uint8 [B, H', W', C].
 *
 * @param from  how many transforms they have been through
 */
export function turned(
  images: Tensor,
  ids: Int32Array,
  drawing: Drawing,
  quarters: number,
  from = 0,
): Tensor {
  const { transforms = [], view = 0, upright: areUpright = false } = drawing;
  const own = { ...drawing, view: turnedView(view, quarters) };
  // What comes before the turn is drawn as for the upright image.
  let isTurned = quarters === 0 || areUpright;
  let shown = images;
  for (const [place, transform] of transforms.entries()) {
    if (place < from) continue;
    const upright = drawAll(transform, place, ids, drawing);
    if (!isTurned && transform.turn) {
      shown = transform.turn(shown, quarters, upright, drawAll(transform, place, ids, own));
      isTurned = true;
    } else {
      const drawn = isTurned && quarters > 0 ? drawAll(transform, place, ids, own) : upright;
      shown = transform.on.image?.(shown, drawn) ?? shown;
    }
  }
  return isTurned ? shown : shown.rot90(quarters, [1, 2]);
}
