/** Images that are seen whole, each in its own shape: resized by the shorter side, and padded to be beside one another in one tensor. */
import { empty, functional, scope, type Tensor, tensor, zeros } from '@retort/torch';
import type { Inputs } from './batch.ts';
import { type Dialect, shortestSize } from './transforms/shortest.ts';
import { resizeBytes, type Size, sizeOfImage } from './transforms/size.ts';

/** How images are seen whole, each in its own shape, with nothing left open. */
export interface WholeRendering {
  /** Undefined where a transform has chosen the size, and `longest` with it. */
  readonly shortest?: number;
  readonly longest?: number;
  readonly pad: number;
  readonly dialect: Dialect;
  readonly order: 'rgb' | 'bgr';
}

/** What pixels are normalised by, per channel in the order in which the network sees them. */
interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** How images with boxes are seen where nothing else is said: torchvision's detectors. */
export const wholeDefaults = {
  shortest: 800,
  longest: 1333,
  pad: 32,
  dialect: 'torchvision',
  order: 'rgb',
} as const;

/** So many numbers an operator computes on the thread that calls it, and the processor keeps them at hand. */
const few = 32_000;

/** The size in which an image is seen. */
const seenSize = (size: Size, { shortest, longest, dialect }: WholeRendering): Size =>
  shortest === undefined || longest === undefined ? size : shortestSize(size, { shortest, longest }, dialect);

/** Bytes [H, W, C] → `to`, float32 of that shape: of pixels in [0, 1], less the mean and by the deviation; a few rows at a time. */
function normalise(image: Tensor, to: Tensor, { mean, std }: Normalisation, { order }: WholeRendering): void {
  const [height = 0, width = 0, channels = 0] = image.shape;
  const isTurnedRound = order === 'bgr';
  const perRow = (values: readonly number[]): Tensor =>
    tensor(Float32Array.from(values)).view([1, 1, channels]);
  const [means, deviations] = [perRow(mean), perRow(std)];
  const step = Math.max(1, Math.floor(few / (width * channels)));
  for (let top = 0; top < height; top += step)
    scope(() => {
      const rows = Math.min(step, height - top);
      const bytes = image.narrow(0, top, rows);
      const part = to.narrow(0, top, rows);
      part.copy_(isTurnedRound ? bytes.flip([2]) : bytes);
      part.div_(255).sub_(means).div_(deviations);
    });
}

/** Torchvision's order of things: numbers first, then another size. */
function likeTorchvision(image: Tensor, size: Size, by: Normalisation, whole: WholeRendering): Tensor {
  const [, height = 0, width = 0, channels = 0] = image.shape;
  const numbers = empty([height, width, channels]);
  normalise(image.select(0, 0), numbers, by, whole);
  if (height === size[0] && width === size[1]) return numbers.unsqueeze(0);
  return functional
    .interpolate(numbers.unsqueeze(0).permute([0, 3, 1, 2]), { size, mode: 'bilinear' })
    .permute([0, 2, 3, 1]);
}

/** Detectron2's: bytes of another size first, then numbers. */
function likeDetectron2(image: Tensor, size: Size, by: Normalisation, whole: WholeRendering): Tensor {
  const bytes = resizeBytes(image, size, 'bilinear');
  const numbers = empty([1, ...size, image.size(3)]);
  normalise(bytes.select(0, 0), numbers.select(0, 0), by, whole);
  return numbers;
}

const likeDialect: Readonly<Record<Dialect, typeof likeTorchvision>> = {
  torchvision: likeTorchvision,
  detectron2: likeDetectron2,
};

/**
 * One image as a network sees it, before it is padded: uint8 [1, H, W, C] → float32 [1, height, width, C].
 *
 * @param by  means and deviations of pixels in [0, 1]
 */
export const seenWhole = (image: Tensor, by: Normalisation, whole: WholeRendering): Tensor =>
  scope(() => likeDialect[whole.dialect](image, seenSize(sizeOfImage(image), whole), by, whole).contiguous());

const upTo = (pixels: number, multiple: number): number => Math.ceil(pixels / multiple) * multiple;

const sizesTensor = (sizes: readonly Size[]): Tensor =>
  tensor(Int32Array.from(sizes.flat()), { shape: [sizes.length, 2] }).to('int64');

/**
 * What a network is called with: `images` float32 [B, C, H, W] in channels_last memory, each at the top left with zeros beside it, `sizes` and `originals` int64 [B, 2].
 *
 * @param seen  float32 [1, height, width, C] each
 * @param originals  their sizes before they were resized
 */
export function padded(seen: readonly Tensor[], originals: readonly Size[], { pad }: WholeRendering): Inputs {
  return scope(() => {
    const sizes = seen.map(sizeOfImage);
    const side = (place: 0 | 1): number => upTo(Math.max(...sizes.map((size) => size[place])), pad);
    const images = zeros([seen.length, side(0), side(1), seen[0]?.size(3) ?? 0]);
    for (const [i, image] of seen.entries()) {
      const [height, width] = sizeOfImage(image);
      images.select(0, i).narrow(0, 0, height).narrow(1, 0, width).copy_(image.select(0, 0));
    }
    return {
      images: images.permute([0, 3, 1, 2]),
      sizes: sizesTensor(sizes),
      originals: sizesTensor(originals),
    };
  });
}
