/** What a step is shown. */
import type { Tensor } from '@retort/torch';
import type { Slice } from './slice.ts';

/**
 * What a network is called with, by name: `images` float32 [V·B, C, H, W], normalised, in channels_last memory. Of data with boxes each image lies at the top left
 * of its place, with zeros at its right and below, H and W are multiples of the rendering's `pad`, and beside it are `sizes` int64 [B, 2], the height and the width that each
 * image has in it, and `originals` int64 [B, 2], those that it had as it was drawn, in which boxes are.
 */
export type Inputs = Readonly<Record<string, Tensor>>;

/** What student and teacher are shown: two renderings of one draw, one object where they agree. */
export interface Sides {
  readonly student: Inputs;
  readonly teacher: Inputs;
}

/** What a task has of each sample, by name: `labels` int64 [B] of a classification. Boxes are in pixels of the image as it was drawn (`originals`). */
export type Targets = Readonly<Record<string, Tensor>>;

/** Where in training a batch is shown: with the samples' numbers, all that its pixels depend on. */
export interface Address {
  readonly epoch: number;
  /** Which of the views that a teacher's cache keeps; 0 where each epoch draws anew. */
  readonly view: number;
  /** In how many turns, each another quarter; all samples of the first come first. */
  readonly turns: number;
}

export interface Batch {
  /** int64 [B], the numbers of the samples in their split. */
  readonly ids: Tensor;
  /** B. */
  readonly size: number;
  /** The samples as each of the two is shown them. */
  readonly inputs: Sides;
  readonly targets: Targets;
  readonly address: Address;
  /** What of a batch these are, where several ranks share it: B samples of `slice.of`. */
  readonly slice?: Slice | undefined;
}
