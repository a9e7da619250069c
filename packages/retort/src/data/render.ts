/** From the columns of a batch to what each network is called with: transforms by one draw, then size and normalisation of each side. */
import { aten, functional, scope, type Tensor, tensor } from '@retort/torch';
import { unknown } from '../words/unknown.ts';
import type { Sides } from './batch.ts';
import { isOneTensor } from './columns.ts';
import { checkNormalisation, DataError, type Dataset, imagesOf } from './dataset.ts';
import { mostPixels } from './decode/limits.ts';
import type { Mixing } from './mixing/mixing.ts';
import { type NormalisationName, normalisations } from './normalisation.ts';
import { type Column, fieldOf, type ImageKind, type ReadColumns } from './sample.ts';
import { LateSides } from './sides.ts';
import { randomAt, type Transform } from './transforms/transform.ts';

/** How one network wants its images; as the data has them, where it says nothing else. */
export interface Rendering {
  /** The side, in pixels, of what the network is shown: images are resized to it, antialiased, as torchvision's Resize of tensors. */
  readonly size?: number | undefined;
  /** Where it is given, the shorter side is resized to so many pixels, and `size` of them are cropped from the centre; not of what a transform has cropped. */
  readonly resize?: number | undefined;
  /** `bilinear` where it is left out. */
  readonly interpolation?: 'bilinear' | 'bicubic' | undefined;
  /** Per channel, of pixels in [0, 1], or by a name that stands for both: `imagenet`, `inception`, `clip`, `cifar`. */
  readonly mean?: readonly number[] | NormalisationName | undefined;
  /** The named mean's, where that is by name and this is left out. */
  readonly std?: readonly number[] | NormalisationName | undefined;
}

/** A rendering with nothing left open. */
export interface FullRendering {
  /** Undefined where images stay of their size. */
  readonly size: number | undefined;
  /** Undefined where nothing is cropped. */
  readonly resize?: number | undefined;
  readonly interpolation: 'bilinear' | 'bicubic';
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface Renderings {
  readonly student?: Rendering | undefined;
  readonly teacher?: Rendering | undefined;
}

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
  /** Which time in its epoch each sample is shown, from 0; the first of all where it is left out. */
  readonly times?: Int32Array | undefined;
  /** How the images of the batch are mixed with one another, when each is drawn. */
  readonly mixing?: Mixing | undefined;
  /** Which batch of its epoch it is, from 0, for what is drawn for a batch. */
  readonly batch?: number | undefined;
}

/** Draws of turned images are apart from those of the views themselves. */
const turnedView = (view: number, quarters: number): number => view + 0x10000 * quarters;

/** So are those of a sample that is shown again in an epoch; after 16384 times they begin anew. */
const timedView = (view: number, time: number): number => (view + 0x40000 * time) >>> 0;

const drawAll = (
  transform: Transform,
  place: number,
  ids: Int32Array,
  { seed, epoch, view = 0, times }: Drawing,
) =>
  Array.from(ids, (sample, i) =>
    transform.draw(randomAt({ seed, epoch, sample, view: timedView(view, times?.[i] ?? 0) }, place)),
  );

const sizeOf = ({ shape: [, height, width] }: Tensor): string => `${height}x${width}`;

/** One tensor of images that are of one size; else as they are. */
function joined(images: readonly Tensor[]): Column {
  const [first] = images;
  if (first && images.length === 1) return first;
  const isOne = images.every((one) => one.size(1) === first?.size(1) && one.size(2) === first?.size(2));
  return isOne ? aten.cat(images, 0) : images;
}

/** The images of one turn: uint8 [B, H, W, C]. */
function turned(images: Tensor, ids: Int32Array, drawing: Drawing, quarters: number): Tensor {
  const { transforms = [], view = 0 } = drawing;
  const own = { ...drawing, view: turnedView(view, quarters) };
  // What comes before the turn is drawn as for the upright image.
  let isTurned = quarters === 0;
  let shown = images;
  for (const [place, transform] of transforms.entries()) {
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

/** Images as they are stored → as they were drawn, all of the first turn first. @throws DataError to turn images that are no squares */
function drawnOf({ name }: Dataset, stored: Column, ids: Int32Array, drawing: Drawing): Column {
  const { turns = 1 } = drawing;
  const groups = isOneTensor(stored)
    ? [{ images: stored, ids, drawing }]
    : stored.map((images, i) => ({
        images,
        ids: ids.subarray(i, i + 1),
        drawing: { ...drawing, times: drawing.times?.subarray(i, i + 1) },
      }));
  for (const { images } of groups)
    if (turns > 1 && images.size(1) !== images.size(2))
      throw new DataError(`${name}: images of ${sizeOf(images)} cannot be turned by quarters`);
  return joined(
    Array.from({ length: turns }, (_, quarters) =>
      groups.map(({ images, ids, drawing }) => turned(images, ids, drawing, quarters)),
    ).flat(),
  );
}

/** @param name  of the images, as the sentence begins @throws DataError for a size that is none, a mean or a deviation that are not of these images */
export function checkRendering(
  name: string,
  kind: ImageKind,
  { size, resize, mean, std }: FullRendering,
): void {
  checkNormalisation(name, { ...kind, mean, std });
  for (const pixels of [resize, size])
    if (pixels !== undefined && (!Number.isInteger(pixels) || pixels < 1))
      throw new DataError(
        `${name}: images are resized to ${pixels}, and that must be a whole number of pixels`,
      );
  if (resize !== undefined && (size === undefined || size > resize))
    throw new DataError(
      `${name}: of images resized to ${resize} the centre is cropped, and needs a \`size\` of at most ${resize} pixels, not ${size}`,
    );
}

/** The rendering of what was drawn: a part of an image that was chosen is seen whole. */
function ofDrawn(kind: ImageKind, given: Rendering, { transforms = [] }: Drawing): FullRendering {
  const { resize: _, ...whole } = fullRendering(kind, given);
  return transforms.some(({ crops }) => crops) ? whole : fullRendering(kind, given);
}

/** Half of what is left, as Python rounds it: to the even one. */
function margin(left: number): number {
  const floor = Math.floor(left / 2);
  return left % 2 === 0 || floor % 2 === 0 ? floor : floor + 1;
}

/** Pixels [N, C, H, W] → [N, C, size, size], or as they are where none is said: torchvision's Resize, and CenterCrop after a `resize`. */
function resized(pixels: Tensor, { size, resize, interpolation }: FullRendering): Tensor {
  const [, , height = 0, width = 0] = pixels.shape;
  if (size === undefined) return pixels;
  const shorter = Math.min(height, width);
  const side = (pixels: number): number =>
    resize === undefined ? size : Math.trunc((resize * pixels) / shorter);
  const whole = [side(height), side(width)] as const;
  if (whole[0] * whole[1] > mostPixels)
    throw new DataError(
      `an image of ${height}x${width} pixels, resized to ${whole.join('x')}, has more than ${mostPixels.toLocaleString('en-US')}: take it out of the data, or leave out \`resize\``,
    );
  const sized =
    whole[0] === height && whole[1] === width
      ? pixels
      : functional.interpolate(pixels, { size: whole, mode: interpolation, antialias: true });
  if (whole[0] === size && whole[1] === size) return sized;
  const [top, left] = whole.map((pixels) => margin(pixels - size)) as [number, number];
  const cropped = sized.narrow(2, top, size).narrow(3, left, size);
  // A view of what was cropped would hold all of it, and a compiled network takes none.
  return cropped.contiguous({ memoryFormat: 'channels_last' });
}

/** Images as they were drawn, uint8 [V·B, H, W, C] → [V·B, C, H, W] as a network wants them. */
function renderedAtOnce(images: Tensor, kind: ImageKind, rendering: FullRendering): Tensor {
  const { mean, std } = rendering;
  const perChannel = (values: readonly number[]) => tensor(values, { shape: [1, kind.channels, 1, 1] });
  return scope(() => {
    const pixels = images.permute([0, 3, 1, 2]).to('float32').div_(255);
    const sized = resized(pixels, rendering);
    return sized.sub_(perChannel(mean)).div_(perChannel(std));
  });
}

/** The same of images that may be of several sizes. @param name  of them, as the sentence begins @throws DataError where they still are then */
function rendered(name: string, images: Column, kind: ImageKind, rendering: FullRendering): Tensor {
  if (isOneTensor(images)) return renderedAtOnce(images, kind, rendering);
  const { size } = rendering;
  const [first, other] = [...new Set(images.map(sizeOf))];
  if (size === undefined)
    throw new DataError(
      `${name}: images of one batch are of ${first} and ${other} pixels, and must be of one size: have them resized (\`input: { size: 224, resize: 256 }\`), or changed by a transform that makes them one`,
    );
  return scope(() =>
    aten.cat(
      images.map((image) => renderedAtOnce(image, kind, rendering)),
      0,
    ),
  );
}

/** A mean or deviations in numbers. @throws DataError for a name that is none */
function numbersOf(part: 'mean' | 'std', given: readonly number[] | NormalisationName): readonly number[] {
  if (typeof given !== 'string') return given;
  if (Object.hasOwn(normalisations, given)) return normalisations[given][part];
  throw new DataError(unknown('normalisation', given, Object.keys(normalisations)));
}

/**
 * How a side is rendered, with nothing left open; two sides that agree are equal as JSON.
 *
 * @throws DataError for a normalisation that has no such name
 */
export function fullRendering(kind: ImageKind, given: Rendering = {}): FullRendering {
  const { size, resize, interpolation = 'bilinear', mean = kind.mean } = given;
  const { std = typeof mean === 'string' ? mean : kind.std } = given;
  return {
    size,
    ...(resize === undefined ? {} : { resize }),
    interpolation: size === undefined ? 'bilinear' : interpolation,
    mean: numbersOf('mean', mean),
    std: numbersOf('std', std),
  };
}

/**
 * The inputs of both networks; the teacher's, where they differ, are rendered when they are first looked at.
 *
 * @param columns  of the samples with the numbers `ids`
 * @param change  of all images of the batch, when each is drawn
 * @throws DataError to turn images that are no squares, and for renderings that cannot be
 */
export function render(
  data: Dataset,
  columns: ReadColumns,
  ids: Int32Array,
  drawing: Drawing,
  { student = {}, teacher = {} }: Renderings = {},
  change: (images: Column) => Column = (images) => images,
): Sides {
  const kind = imagesOf(data);
  const field = fieldOf(data.fields, 'image')?.name ?? '';
  const stored = columns[field];
  if (!stored) throw new DataError(`${data.name} gave no ${field}`);
  const [one, other] = [ofDrawn(kind, student, drawing), ofDrawn(kind, teacher, drawing)];
  const areOne = JSON.stringify(one) === JSON.stringify(other);
  const [asStudent, asTeacher] = [
    `${data.name}, as the student is shown it`,
    `${data.name}, as the teacher is shown it`,
  ];
  checkRendering(asStudent, kind, one);
  if (!areOne) checkRendering(asTeacher, kind, other);
  return scope(() => {
    const images = change(drawnOf(data, stored, ids, drawing));
    const forStudent = { images: rendered(asStudent, images, kind, one) };
    if (areOne) return { student: forStudent, teacher: forStudent };
    // What was drawn is kept in bytes, a quarter of what the pixels take.
    return new LateSides(forStudent, images, (drawn) => ({
      images: rendered(asTeacher, drawn, kind, other),
    }));
  });
}
