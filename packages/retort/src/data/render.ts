/** From the columns of a batch to what each network is called with: of images transforms by one draw, then size and normalisation of each side; of texts its tokens. */
import { aten, empty, functional, scope, type Tensor, tensor } from '@retort/torch';
import { unknown } from '../words/unknown.ts';
import type { Inputs, Sides } from './batch.ts';
import { imagesOfColumn, isOneTensor } from './columns.ts';
import { checkNormalisation, DataError, type Dataset, imagesOf } from './dataset.ts';
import { mostPixels } from './decode/limits.ts';
import { type Drawing, turned } from './drawn.ts';
import { drawnTogether, hasPlaces } from './drawn-places.ts';
import { type NormalisationName, normalisations } from './normalisation.ts';
import { type Column, fieldOf, type ImageKind, type Images, type ReadColumns } from './sample.ts';
import { LateSides } from './sides.ts';
import { fullTextRendering, type Padding, type TextTokenizer, textFields, tokenised } from './tokens.ts';
import type { Dialect } from './transforms/shortest.ts';
import { type Size, sizeOfImage } from './transforms/size.ts';
import { padded, seenWhole, type WholeRendering, wholeDefaults } from './whole.ts';

/** How one network wants its images, as the data has them where it says nothing else; or its texts. */
export interface Rendering {
  /** The side, in pixels, of what the network is shown: images are resized to it, antialiased, as torchvision's Resize of tensors. */
  readonly size?: number | undefined;
  /** Where it is given, the shorter side is resized to so many pixels, and `size` of them are cropped from the centre; not of what a transform has cropped. */
  readonly resize?: number | undefined;
  /** `bilinear` where it is left out. */
  readonly interpolation?: 'bilinear' | 'bicubic' | undefined;
  /** Of images with boxes, which are seen whole: the shorter side is resized to so many pixels, unless the longer one would pass `longest`; 800 where it is left out. */
  readonly shortest?: number | undefined;
  /** Of images with boxes: pixels that the longer side has at most; 1333 where it is left out. */
  readonly longest?: number | undefined;
  /** Of images with boxes: each batch is padded with zeros, at the right and below, to a multiple of so many pixels; 32 where it is left out. */
  readonly pad?: number | undefined;
  /**
   * Of images with boxes, how they are resized: `torchvision`, the default, numbers by `interpolate`, bilinear and not antialiased, to sizes that are cut off to whole pixels; `detectron2`
   * bytes as Pillow does, bilinear and antialiased, to sizes that are rounded.
   */
  readonly dialect?: Dialect | undefined;
  /** Of images with boxes: `bgr` shows blue before green and red, of which `mean` and `std`, where they are numbers, are in that order too; `rgb` where it is left out. */
  readonly order?: 'rgb' | 'bgr' | undefined;
  /** Per channel, of pixels in [0, 1], or by a name that stands for both: `imagenet`, `inception`, `clip`, `cifar`. */
  readonly mean?: readonly number[] | NormalisationName | undefined;
  /** The named mean's, where that is by name and this is left out. */
  readonly std?: readonly number[] | NormalisationName | undefined;
  /** Of texts, which need one. */
  readonly tokenizer?: TextTokenizer | undefined;
  /** Of texts: how many tokens a sample has at most; 128 where it is left out. */
  readonly maxLength?: number | undefined;
  /** Of texts: how long a batch is, `longest` where it is left out. */
  readonly padding?: Padding | undefined;
}

/** A rendering of images with nothing left open. */
export interface FullRendering {
  /** Undefined where images stay of their size. */
  readonly size: number | undefined;
  /** Undefined where nothing is cropped. */
  readonly resize?: number | undefined;
  readonly interpolation: 'bilinear' | 'bicubic';
  /** How an image with boxes is seen; undefined of other images. */
  readonly whole?: WholeRendering | undefined;
  /** In the order in which the network sees the channels. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface Renderings {
  readonly student?: Rendering | undefined;
  readonly teacher?: Rendering | undefined;
}

const sizeOf = ({ shape: [, height, width] }: Tensor): string => `${height}x${width}`;

/** One tensor of images that are of one size; else as they are. */
function joined(images: readonly Tensor[]): Images {
  const [first] = images;
  if (first && images.length === 1) return first;
  const isOne = images.every((one) => one.size(1) === first?.size(1) && one.size(2) === first?.size(2));
  return isOne ? aten.cat(images, 0) : images;
}

/** Images as they are stored, or were drawn by the first transforms → as they were drawn by all, all of the first turn first. @throws DataError to turn images that are no squares */
function drawnOf({ name }: Dataset, stored: Images, ids: Int32Array, drawing: Drawing, from: number): Images {
  const { turns = 1 } = drawing;
  const groups = isOneTensor(stored)
    ? [{ images: stored, ids, drawing }]
    : stored.map((images, i) => ({
        images,
        ids: ids.subarray(i, i + 1),
        drawing: { ...drawing, times: drawing.times?.subarray(i, i + 1) },
      }));
  const upright = groups.map(({ images, ids, drawing }) => turned(images, ids, drawing, 0, from));
  const others = Array.from({ length: turns - 1 }, (_, i) =>
    groups.map(({ images, ids, drawing }, at) => {
      const other = turned(images, ids, drawing, i + 1, from);
      if (String(other.shape) === String(upright[at]?.shape)) return other;
      throw new DataError(
        `${name}: images of ${sizeOf(images)} cannot be turned by quarters, unless a random-resized-crop brings them to one size`,
      );
    }),
  );
  return joined([...upright, ...others.flat()]);
}

/** @param name  of the images, as the sentence begins @throws DataError for a size that is none, a mean or a deviation that are not of these images */
export function checkRendering(
  name: string,
  kind: ImageKind,
  { size, resize, mean, std, whole }: FullRendering,
): void {
  checkNormalisation(name, { ...kind, mean, std });
  for (const pixels of [resize, size, whole?.shortest, whole?.longest, whole?.pad])
    if (pixels !== undefined && (!Number.isInteger(pixels) || pixels < 1))
      throw new DataError(
        `${name}: images are resized to ${pixels}, and that must be a whole number of pixels`,
      );
  if (resize !== undefined && (size === undefined || size > resize))
    throw new DataError(
      `${name}: of images resized to ${resize} the centre is cropped, and needs a \`size\` of at most ${resize} pixels, not ${size}`,
    );
}

/** The rendering of what was drawn: a part of an image that was chosen is seen whole, and a size that was chosen stays. */
function ofDrawn(kind: ImageKind, given: Rendering, { transforms = [] }: Drawing): FullRendering {
  const full = fullRendering(kind, given);
  if (full.whole) {
    const { shortest: _, longest: __, ...sized } = full.whole;
    return transforms.some(({ sizes }) => sizes) ? { ...full, whole: sized } : full;
  }
  const { resize: _, ...cropped } = full;
  return transforms.some(({ crops }) => crops) ? cropped : full;
}

/** Half of what is left, as Python rounds it: to the even one. */
function margin(left: number): number {
  const floor = Math.floor(left / 2);
  return left % 2 === 0 || floor % 2 === 0 ? floor : floor + 1;
}

/** Whether images are shown in the size that they have. */
const isOfItsSize = ({ shape: [, height, width] }: Tensor, { size, resize = size }: FullRendering): boolean =>
  size === undefined || (resize === size && height === size && width === size);

/** The size to which an image is resized, before its middle is cropped. @throws DataError for one that would fill the memory */
function wholeSize([height, width]: Size, { size = 1, resize }: FullRendering): Size {
  const shorter = Math.min(height, width);
  const side = (pixels: number): number =>
    resize === undefined ? size : Math.trunc((resize * pixels) / shorter);
  const whole = [side(height), side(width)] as const;
  if (whole[0] * whole[1] > mostPixels)
    throw new DataError(
      `an image of ${height}x${width} pixels, resized to ${whole.join('x')}, has more than ${mostPixels.toLocaleString('en-US')}: take it out of the data, or leave out \`resize\``,
    );
  return whole;
}

/** The middle of pixels [N, C, H, W] → [N, C, size, size], as a view. */
function cropped(pixels: Tensor, size: number): Tensor {
  const [, , height = 0, width = 0] = pixels.shape;
  return pixels.narrow(2, margin(height - size), size).narrow(3, margin(width - size), size);
}

/** Pixels [N, C, H, W] → [N, C, size, size]: torchvision's Resize, and CenterCrop after a `resize`. @param from  their size, where they were shrunk already */
function resized(pixels: Tensor, rendering: FullRendering, from?: Size): Tensor {
  const { size, interpolation } = rendering;
  const [, , height = 0, width = 0] = pixels.shape;
  if (size === undefined) return pixels;
  const whole = wholeSize(from ?? [height, width], rendering);
  const sized =
    whole[0] === height && whole[1] === width
      ? pixels
      : functional.interpolate(pixels, { size: whole, mode: interpolation, antialias: true });
  return cropped(sized, size);
}

/** So few that an operator computes them on the thread that calls it, and that the processor keeps them at hand. */
const few = 32_000;

/** Bytes or numbers [N, H, W, C] → float32 [N, C, H, W], less the mean and by the deviation, in channels_last memory; a few rows at a time. */
function normalised(images: Tensor, { mean, std }: FullRendering, isByte: boolean): Tensor {
  const { shape } = images;
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  const row = width * channels;
  const perRow = (values: readonly number[]) => tensor(Float32Array.from(values)).repeat([width]);
  const [means, deviations] = [perRow(mean), perRow(std)];
  const from = images.contiguous().view([count * height, row]);
  const pixels = isByte ? empty([count * height, row]) : from;
  const step = Math.max(1, Math.floor(few / row));
  for (let top = 0; top < count * height; top += step)
    scope(() => {
      const rows = Math.min(step, count * height - top);
      const part = pixels.narrow(0, top, rows);
      if (isByte) part.copy_(from.narrow(0, top, rows)).div_(255);
      part.sub_(means).div_(deviations);
    });
  return pixels.view(shape).permute([0, 3, 1, 2]);
}

/**
 * Images as they are stored, uint8 [N, H, W, C] → [N, C, H, W] as a network wants them, resized in bytes, as PIL's images are: within 1 of 255 of numbers
 * that are resized, in a tenth of the time.
 *
 * @param from  their size, where they were shrunk already
 */
export function renderedFast(images: Tensor, rendering: FullRendering, from: Size): Tensor {
  return scope(() =>
    normalised(resized(images.permute([0, 3, 1, 2]), rendering, from).permute([0, 2, 3, 1]), rendering, true),
  );
}

/** Images as they were drawn, uint8 [V·B, H, W, C] → [V·B, C, H, W] as a network wants them. */
export function renderedAtOnce(images: Tensor, rendering: FullRendering): Tensor {
  return scope(() => {
    if (isOfItsSize(images, rendering)) return normalised(images, rendering, true);
    // The colours apart, of which each is resized by itself, which takes two thirds of the time.
    const pixels = images.permute([0, 3, 1, 2]).contiguous().to('float32').div_(255);
    return normalised(resized(pixels, rendering).permute([0, 2, 3, 1]), rendering, false);
  });
}

/** The same of images that may be of several sizes. @param name  of them, as the sentence begins @throws DataError where they still are then */
function rendered(name: string, images: Images, rendering: FullRendering): Tensor {
  if (isOneTensor(images)) return renderedAtOnce(images, rendering);
  const { size } = rendering;
  const [first, other] = [...new Set(images.map(sizeOf))];
  if (size === undefined)
    throw new DataError(
      `${name}: images of one batch are of ${first} and ${other} pixels, and must be of one size: have them resized (\`input: { size: 224, resize: 256 }\`), or changed by a transform that makes them one`,
    );
  return scope(() =>
    aten.cat(
      images.map((image) => renderedAtOnce(image, rendering)),
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
  const whole = wholeOf(kind, given);
  // What is known of colours by their names is turned round with them.
  const inOrder = (part: 'mean' | 'std', said: typeof mean): readonly number[] => {
    const numbers = numbersOf(part, said);
    return whole?.order === 'bgr' && !Array.isArray(given[part]) ? numbers.toReversed() : numbers;
  };
  return {
    size,
    ...(resize === undefined ? {} : { resize }),
    interpolation: size === undefined ? 'bilinear' : interpolation,
    ...(whole && { whole }),
    mean: inOrder('mean', mean),
    std: inOrder('std', std),
  };
}

/** Keys of images that are seen whole. */
const ofWhole = ['shortest', 'longest', 'pad', 'dialect', 'order'] as const;

/** What is said of images that are seen whole; null of others. @throws DataError for what is of the other kind of images */
function wholeOf({ whole }: ImageKind, given: Rendering): WholeRendering | null {
  const said = ofWhole.find((key) => given[key] !== undefined);
  if (!whole && said !== undefined)
    throw new DataError(
      `\`${said}\` is of images with boxes, which are seen whole: of others say \`size\`, and \`resize\``,
    );
  if (!whole) return null;
  const other = (['size', 'resize', 'interpolation'] as const).find((key) => given[key] !== undefined);
  if (other !== undefined)
    throw new DataError(
      `\`${other}\` is of images that are made square, and those with boxes are seen whole: say \`shortest\`, pixels of the shorter side, and \`longest\``,
    );
  const { shortest, longest, pad, dialect, order } = given;
  return {
    shortest: shortest ?? wholeDefaults.shortest,
    longest: longest ?? wholeDefaults.longest,
    pad: pad ?? wholeDefaults.pad,
    dialect: dialect ?? wholeDefaults.dialect,
    order: order ?? wholeDefaults.order,
  };
}

/** Whose, as sentences begin. */
const sideOf = ({ name }: Dataset, whose: 'student' | 'teacher'): string =>
  `${name}, as the ${whose} is shown it`;

/** How both networks want images, as JSON; null where they differ, or want them of any size. @throws DataError for a rendering that cannot be */
export function oneRendering(
  data: Dataset,
  { student = {}, teacher = {} }: Renderings,
  drawing: Drawing,
): string | null {
  const kind = imagesOf(data);
  const one = ofDrawn(kind, student, drawing);
  const text = JSON.stringify(one);
  if ((one.size === undefined && !one.whole) || text !== JSON.stringify(ofDrawn(kind, teacher, drawing)))
    return null;
  checkRendering(sideOf(data, 'student'), kind, one);
  return text;
}

/** The same, with the student's tokenizer for a teacher that has none: without either nothing is changed. */
export function withTokenizers({ student, teacher }: Renderings): Renderings {
  const { tokenizer } = student ?? {};
  return tokenizer && !teacher?.tokenizer
    ? { student, teacher: { ...teacher, tokenizer } }
    : { student, teacher };
}

/** The texts of a batch for both networks, one object where they want the same. */
function renderedTexts(
  data: Dataset,
  columns: ReadColumns,
  { turns = 1 }: Drawing,
  { student, teacher }: Renderings,
): Sides {
  if (turns > 1) throw new DataError(`${data.name}: texts cannot be turned, as a method asks for`);
  const both = withTokenizers({ student, teacher });
  const one = fullTextRendering(sideOf(data, 'student'), both.student);
  const other = fullTextRendering(sideOf(data, 'teacher'), both.teacher);
  const forStudent = tokenised(data, columns, one);
  const areOne = JSON.stringify(one) === JSON.stringify(other);
  return { student: forStudent, teacher: areOne ? forStudent : tokenised(data, columns, other) };
}

/** The column in which the sizes stand that images had as they were drawn, int64 [B, 2], where the threads that read them have rendered them. */
export const drawnSizes = (field: string): string => `${field}, as drawn`;

const asTensors = (images: Images): readonly Tensor[] =>
  isOneTensor(images) ? Array.from({ length: images.size(0) }, (_, i) => images.narrow(0, i, 1)) : images;

/** Images that are seen whole, as one network wants them. */
function renderedWhole(images: Images, rendering: FullRendering, whole: WholeRendering): Inputs {
  return scope(() => {
    const each = asTensors(images);
    const seen = each.map((image) => seenWhole(image, rendering, whole));
    return padded(seen, each.map(sizeOfImage), whole);
  });
}

/** The same where the threads that read have done all but to pad them. */
function paddedAlone(images: Images, sizes: Column | undefined, whole: WholeRendering): Inputs {
  const each = asTensors(images);
  const numbers = sizes && isOneTensor(sizes) ? sizes.toFlatArray().map(Number) : [];
  const originals = each.map((_, i): Size => [numbers[2 * i] ?? 0, numbers[2 * i + 1] ?? 0]);
  return padded(each, originals, whole);
}

/** @throws DataError for what images with boxes cannot be */
function refuseApart({ name }: Dataset, { turns = 1 }: Drawing, change: ChangeImages | undefined): void {
  if (turns > 1) throw new DataError(`${name}: images with boxes cannot be turned, as a method asks for`);
  if (change)
    throw new DataError(`${name}: images with boxes are not mixed with one another: leave out mixing`);
}

/** What is done with all images of a batch, when each is drawn. */
export type ChangeImages = (images: Images) => Images;

/**
 * The inputs of both networks; the teacher's, where they differ, are rendered when they are first looked at.
 *
 * @param columns  of the samples with the numbers `ids`
 * @param how  `applied`: how many of the transforms they have been through when they were read; `change`: what is done with all images of the batch, when each is drawn
 * @throws DataError to turn images that are no squares, and for renderings that cannot be
 */
export function render(
  data: Dataset,
  columns: ReadColumns,
  ids: Int32Array,
  drawing: Drawing,
  { student = {}, teacher = {} }: Renderings = {},
  {
    applied = 0,
    change,
  }: { readonly applied?: number | undefined; readonly change?: ChangeImages | undefined } = {},
): Sides {
  if (textFields(data).length > 0) {
    if (change) throw new DataError(`${data.name}: texts are not mixed with one another: leave out mixing`);
    return renderedTexts(data, columns, drawing, { student, teacher });
  }
  const kind = imagesOf(data);
  const field = fieldOf(data.fields, 'image')?.name ?? '';
  const stored = imagesOfColumn(columns[field]);
  if (!stored) throw new DataError(`${data.name} gave no ${field}`);
  if (kind.whole) refuseApart(data, drawing, change);
  const [one, other] = [ofDrawn(kind, student, drawing), ofDrawn(kind, teacher, drawing)];
  const areOne = JSON.stringify(one) === JSON.stringify(other);
  const [asStudent, asTeacher] = [sideOf(data, 'student'), sideOf(data, 'teacher')];
  checkRendering(asStudent, kind, one);
  if (!areOne) checkRendering(asTeacher, kind, other);
  // By the threads that read it, which do so where both want the same.
  const [first] = isOneTensor(stored) ? [stored] : stored;
  if (first?.dtype === 'float32') {
    const shown = one.whole
      ? paddedAlone(stored, columns[drawnSizes(field)], one.whole)
      : { images: first.permute([0, 3, 1, 2]) };
    return { student: shown, teacher: shown };
  }
  const renderedAs = (name: string, images: Images, rendering: FullRendering): Inputs =>
    rendering.whole
      ? renderedWhole(images, rendering, rendering.whole)
      : { images: rendered(name, images, rendering) };
  return scope(() => {
    const drawn = hasPlaces(data)
      ? (imagesOfColumn(drawnTogether(data, columns, ids, drawing, applied)[field]) ?? stored)
      : drawnOf(data, stored, ids, drawing, applied);
    const images = change ? change(drawn) : drawn;
    const forStudent = renderedAs(asStudent, images, one);
    if (areOne) return { student: forStudent, teacher: forStudent };
    // What was drawn is kept in bytes, a quarter of what the pixels take.
    return new LateSides(forStudent, images, (drawn) => renderedAs(asTeacher, drawn, other));
  });
}
