/** From the columns of a batch to what each network is called with: transforms by one draw, then size and normalisation of each side. */
import { aten, functional, scope, type Tensor, tensor } from '@retort/torch';
import type { Sides } from './batch.ts';
import { checkNormalisation, DataError, type Dataset, imagesOf } from './dataset.ts';
import { type Columns, fieldOf, type ImageKind } from './sample.ts';
import { LateSides } from './sides.ts';
import { randomAt, type Transform } from './transforms/transform.ts';

/** How one network wants its images; as the data has them, where it says nothing else. */
export interface Rendering {
  /** The side, in pixels, to which images are resized (antialiased, as torchvision's Resize of tensors). */
  readonly size?: number | undefined;
  /** Where it is given, the shorter side is resized to so many pixels, and `size` of them are cropped from the centre. */
  readonly resize?: number | undefined;
  /** `bilinear` where it is left out. */
  readonly interpolation?: 'bilinear' | 'bicubic' | undefined;
  /** Per channel, of pixels in [0, 1]. */
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}

/** A rendering with nothing left open. */
export interface FullRendering {
  /** Undefined where images stay of their size. */
  readonly size: number | undefined;
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
}

/** Draws of turned images are apart from those of the views themselves. */
const turnedView = (view: number, quarters: number): number => view + 0x10000 * quarters;

const drawAll = (transform: Transform, place: number, ids: Int32Array, { seed, epoch, view = 0 }: Drawing) =>
  Array.from(ids, (sample) => transform.draw(randomAt({ seed, epoch, sample, view }, place)));

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

/** @throws DataError for a size that is none, a mean or a deviation that are not of these images */
function checkRendering(name: string, kind: ImageKind, { size, mean, std }: FullRendering) {
  checkNormalisation(name, { ...kind, mean, std });
  if (size !== undefined && (!Number.isInteger(size) || size < 1))
    throw new DataError(`${name}: images are resized to ${size}, and that must be a whole number of pixels`);
}

/** Images as they were drawn, uint8 [V·B, H, W, C] → [V·B, C, H, W] as a network wants them. */
function rendered(images: Tensor, kind: ImageKind, rendering: FullRendering): Tensor {
  const { size, interpolation, mean, std } = rendering;
  const perChannel = (values: readonly number[]) => tensor(values, { shape: [1, kind.channels, 1, 1] });
  return scope(() => {
    const pixels = images.permute([0, 3, 1, 2]).to('float32').div_(255);
    const sized =
      size === undefined || (pixels.size(2) === size && pixels.size(3) === size)
        ? pixels
        : functional.interpolate(pixels, { size: [size, size], mode: interpolation, antialias: true });
    return sized.sub_(perChannel(mean)).div_(perChannel(std));
  });
}

/** How a side is rendered, with nothing left open; two sides that agree are equal as JSON. */
export function fullRendering(kind: ImageKind, given: Rendering = {}): FullRendering {
  const { size, interpolation = 'bilinear', mean = kind.mean, std = kind.std } = given;
  return { size, interpolation: size === undefined ? 'bilinear' : interpolation, mean, std };
}

/**
 * The inputs of both networks; the teacher's, where they differ, are rendered when they are first looked at.
 *
 * @param columns  of the samples with the numbers `ids`
 * @throws DataError to turn images that are no squares, and for renderings that cannot be
 */
export function render(
  data: Dataset,
  columns: Columns,
  ids: Int32Array,
  drawing: Drawing,
  { student = {}, teacher = {} }: Renderings = {},
): Sides {
  const kind = imagesOf(data);
  const field = fieldOf(data.fields, 'image')?.name ?? '';
  const stored = columns[field];
  if (!stored) throw new DataError(`${data.name} gave no ${field}`);
  const { turns = 1 } = drawing;
  const [one, other] = [fullRendering(kind, student), fullRendering(kind, teacher)];
  const areOne = JSON.stringify(one) === JSON.stringify(other);
  checkRendering(`${data.name}, as the student is shown it`, kind, one);
  if (!areOne) checkRendering(`${data.name}, as the teacher is shown it`, kind, other);
  return scope(() => {
    const [, height = 0, width = 0] = stored.shape;
    if (turns > 1 && height !== width)
      throw new DataError(`${data.name}: images of ${height}x${width} cannot be turned by quarters`);
    const all = Array.from({ length: turns }, (_, quarters) => turned(stored, ids, drawing, quarters));
    const [first = stored] = all;
    const images = all.length === 1 ? first : aten.cat(all, 0);
    const forStudent = { images: rendered(images, kind, one) };
    if (areOne) return { student: forStudent, teacher: forStudent };
    // What was drawn is kept in bytes, a quarter of what the pixels take.
    return new LateSides(forStudent, images, (drawn) => ({ images: rendered(drawn, kind, other) }));
  });
}
