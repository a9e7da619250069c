/** A change of samples that is drawn by chance: drawn once a sample, applied to every field of its kind. */
import type { Tensor } from '@retort/torch';
import type { z } from 'zod';
import { type DrawKey, draw, type Words } from '../philox.ts';
import type { Boxes } from '../sample.ts';
import type { Box, Interpolation, Size } from './size.ts';

/** Where a transform's numbers come from: a pure function of seed, epoch, sample, view and the transform's place in its list. */
export interface Random {
  /** Four 32-bit words, the same whenever the same are asked for. @param number  which draw, from 0 */
  words(number?: number): Words;
}

/** @param place  of the transform in its list, from 0 */
export const randomAt = (key: Omit<DrawKey, 'purpose'>, place: number): Random => ({
  words: (number = 0) => draw({ ...key, purpose: 'augmentation', place, number }),
});

export interface Transform<Drawn = unknown> {
  /** As a recipe names it. */
  readonly name: string;
  /** Its options, as `run.json` and a cache's key have them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Why views of it cannot come again, e.g. because they depend on the batch; a teacher's cache refuses it then. */
  readonly uncacheable?: string | undefined;
  /** Whether what it leaves is the part of an image that is to be seen, of which no centre is cropped again (`resize` of a rendering). */
  readonly crops?: boolean;
  /** Whether what it leaves is of the size in which images with boxes are to be seen, so that a rendering does not resize them again (`shortest` and `longest`). */
  readonly sizes?: boolean;
  draw(random: Random): Drawn;
  /** Of images with boxes: what was drawn where it depends on the image's size or on where boxes lie, decided before any field is changed. */
  settle?(drawn: Drawn, size: Size, boxes: Boxes): Drawn;
  /** What it does with each kind of field. A kind that is left out stays, but boxes and masks: a transform that does not say what becomes of these is refused for data that has them. */
  readonly on: {
    /** Of several samples at once: uint8 [B, H, W, C] of one size. */
    image?(images: Tensor, drawn: readonly Drawn[]): Tensor;
    /** Of one sample, in pixels. @param size  of the image before it is changed @returns in pixels of the image as it is changed, without those that are not in it any more */
    boxes?(boxes: Boxes, drawn: Drawn, size: Size): Boxes;
    /** A class for each pixel, of several samples at once: uint8 [B, H, W, 1] of one size. No class is made that was not there. */
    mask?(masks: Tensor, drawn: readonly Drawn[]): Tensor;
  };
  /** What of an image of a size it shows by resizing it alone, so that no more need be decoded; left out where it does something else. */
  part?(size: Size, drawn: Drawn): Part;
  /**
   * The turn by quarters as a part of it, for methods that compare turned images: what stays of the upright image's draw, the turn, and
   * the rest as drawn anew. Where no transform of a list has one, the images are turned at the end.
   */
  turn?(images: Tensor, quarters: number, upright: readonly Drawn[], drawn: readonly Drawn[]): Tensor;
}

/** What becomes of boxes and masks where no pixel changes its place, as where colours change. @example on: { image, ...inPlace } */
export const inPlace = {
  boxes: (boxes: Boxes): Boxes => boxes,
  mask: (masks: Tensor): Tensor => masks,
} as const;

const remade = new WeakSet<object>();

/** Marks a transform that its name and options make anew, to the same bits, on another thread too. One that a program changes is another object, and unmarked. */
export function remadeAnywhere<Drawn>(transform: Transform<Drawn>): Transform<Drawn> {
  remade.add(transform);
  return transform;
}

/** Whether a transform was marked so. */
export const isRemadeAnywhere = (transform: Transform): boolean => remade.has(transform);

/** What of an image a transform looks at, and in which size it shows that. */
export interface Part {
  readonly box: Box;
  readonly size: Size;
  readonly interpolation: Interpolation;
}

/** A transform by name, with the schema of its options: what a recipe can ask for. */
export interface TransformDefinition {
  readonly name: string;
  /** In a sentence, with the paper. */
  readonly source: string;
  readonly options: z.ZodObject;
  /** @throws RangeError for options that are wrong */
  create(options: Readonly<Record<string, unknown>>): Transform;
}
