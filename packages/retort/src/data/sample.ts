/** What a sample is made of: fields of known kinds, so that what transforms one of a kind transforms all of it. */
import type { Tensor } from '@retort/torch';

/** Pictures. Of one sample uint8 [H, W, C], of a batch uint8 [B, H, W, C]. */
export interface ImageKind {
  readonly kind: 'image';
  readonly channels: number;
  /** Per channel, of pixels in [0, 1]: what they are normalised by unless a network wants it otherwise. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Whether they may be of any size each, as photographs in files; of one where it is left out. */
  readonly anySize?: boolean;
  /** Whether networks see all of each in its own shape, of several sizes in one batch, as where boxes are found in them. What `imagesOf` answers says it of data with boxes. */
  readonly whole?: boolean;
}

/** The same images in so many channels, as greys are shown in three; null where that is not known. */
export function inChannels<Kind extends ImageKind>(kind: Kind, channels: number): Kind | null {
  if (kind.channels === channels) return kind;
  if (kind.channels !== 1) return null;
  const each = ([value = 0]: readonly number[]) => new Array<number>(channels).fill(value);
  return { ...kind, channels, mean: each(kind.mean), std: each(kind.std) };
}

/** Images that are known without reading any, all squares of one size. */
export interface SquareImages extends ImageKind {
  /** In pixels. */
  readonly side: number;
}

/** One of several classes. Of one sample its number, of a batch int64 [B]. */
export interface ClassKind {
  readonly kind: 'class';
  /** By number. */
  readonly classes: readonly string[];
}

/** Any number of several classes. Of one sample their numbers, of a batch float32 [B, C] of zeros and ones. */
export interface ClassesKind {
  readonly kind: 'classes';
  /** By number. */
  readonly classes: readonly string[];
}

/** A text. Of one sample a string, of a batch strings; a sample of two such fields is a pair of texts. */
export interface TextKind {
  readonly kind: 'text';
}

/** A number that is measured. Of a batch float32 [B]. */
export interface ScalarKind {
  readonly kind: 'scalar';
}

/**
 * Boxes: where in a sample's image objects are, and of which classes. Of one sample `Boxes`, of a batch float64 [B, most, 8], each row as `boxColumns` says,
 * and rows without a box of the class -1 and zeros.
 */
export interface BoxesKind {
  readonly kind: 'boxes';
  /** By number. */
  readonly classes: readonly string[];
  /** The data set's own number of each class, as COCO's 1 to 90; left out where it has none. */
  readonly categories?: readonly number[];
  /** Boxes of a sample at most, at least 1. */
  readonly most: number;
}

/** A class for each pixel of a sample's image. Of one sample uint8 [H, W], of a batch uint8 [B, H, W, 1], as images are. */
export interface MaskKind {
  readonly kind: 'mask';
  /** By number, at most 256. */
  readonly classes: readonly string[];
}

export type Kind = ImageKind | TextKind | ClassKind | ClassesKind | ScalarKind | BoxesKind | MaskKind;

/** The kinds of a sample's fields, by their names: `image` and `label` where there is one of each. */
export type Fields = Readonly<Record<string, Kind>>;

/** A sample: what each field is, by name. Images as bytes, row-major [H, W, C]. */
export type Sample = Readonly<Record<string, Picture | Boxes | string | number | readonly number[]>>;

export interface Picture {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** Height and width as it was drawn, where it was resized since for a network; left out where these are the same. */
  readonly drawn?: readonly [height: number, width: number];
}

/** The boxes of one sample. */
export interface Boxes {
  /** [n, 8], row-major: of each box what `boxColumns` names, in pixels of the sample's image. */
  readonly rows: Float64Array;
}

/** The fields of several samples, each in one tensor; the first dimension is the sample. */
export type Columns = Readonly<Record<string, Tensor>>;

/** Images: one tensor, or where they are not of one size a tensor [1, H, W, C] each. */
export type Images = Tensor | readonly Tensor[];

/** What a field is of several samples: one tensor, images of several sizes, or texts. */
export type Column = Images | readonly string[];

/** Columns as samples were read: images may be of any size each, and texts are strings. */
export type ReadColumns = Readonly<Record<string, Column>>;

/** The names of all fields of a kind, in their order. @example fieldsOf(data.fields, 'text') // ['sentence1', 'sentence2'] */
export const fieldsOf = (fields: Fields, kind: Kind['kind']): readonly string[] =>
  Object.entries(fields).flatMap(([name, found]) => (found.kind === kind ? [name] : []));

/** The field of a kind, with its name; null where there is none. @example fieldOf(data.fields, 'class')?.kind.classes */
export function fieldOf<K extends Kind['kind']>(
  fields: Fields,
  kind: K,
): { readonly name: string; readonly kind: Extract<Kind, { kind: K }> } | null {
  for (const [name, found] of Object.entries(fields))
    if (found.kind === kind) return { name, kind: found as Extract<Kind, { kind: K }> };
  return null;
}
