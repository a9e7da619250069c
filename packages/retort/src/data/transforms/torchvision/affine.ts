/** Images moved as torchvision (v2, of uint8 tensors) moves them: pixels fetched by an affine map, the nearest or between four. */
import { aten, cat, functional, ones, type Tensor, tensor } from '@retort/torch';

export type Sampling = 'nearest' | 'bilinear';

/** How pixels are fetched, and the bytes of those from outside, one a channel; null is black. */
export interface Fetching {
  readonly interpolation: Sampling;
  readonly fill: readonly number[] | null;
}

/** What is done to the image around a centre, in pixels from its middle: an angle and shears in radians, and pixels moved. */
interface Motion {
  readonly center?: readonly [x: number, y: number];
  readonly angle?: number;
  readonly translate?: readonly [x: number, y: number];
  readonly shear?: readonly [x: number, y: number];
}

/** Two rows of three: from places in the result to places in the image. */
function inverseMatrix({ center = [0, 0], angle = 0, translate = [0, 0], shear = [0, 0] }: Motion): number[] {
  const a = Math.cos(angle - shear[1]) / Math.cos(shear[1]);
  const b = -(a * Math.tan(shear[0]) + Math.sin(angle));
  const c = Math.sin(angle - shear[1]) / Math.cos(shear[1]);
  const d = Math.cos(angle) - c * Math.tan(shear[0]);
  const [x, y] = [center[0] + translate[0], center[1] + translate[1]];
  return [d, -b, center[0] - d * x + b * y, -c, a, center[1] + c * x - a * y];
}

/** Where the pixels of the result come from, float32 [1, H, W, 2], -1 to 1 from edge to edge. */
function placesOf(matrix: readonly number[], height: number, width: number): Tensor {
  const along = (length: number): Tensor => aten.linspace((1 - length) / 2, (length - 1) / 2, length);
  const x = along(width).view([1, width]).expand([height, width]);
  const y = along(height).view([height, 1]).expand([height, width]);
  const pixels = aten.stack([x, y, ones([height, width])], -1).view([1, height * width, 3]);
  const map = tensor(Float32Array.from(matrix)).view([1, 2, 3]).transpose(1, 2);
  return pixels.bmm(map.div(tensor([0.5 * width, 0.5 * height]))).view([1, height, width, 2]);
}

function moved(image: Tensor, motion: Motion, { interpolation, fill }: Fetching): Tensor {
  const [channels = 0, height = 0, width = 0] = image.shape;
  const places = placesOf(inverseMatrix(motion), height, width);
  const fetch = (from: Tensor): Tensor =>
    functional
      .grid_sample(from.unsqueeze(0), places, {
        mode: interpolation,
        paddingMode: 'zeros',
        alignCorners: false,
      })
      .squeeze(0);
  const values = image.to('float32');
  if (fill === null) return fetch(values).round_().to('uint8');
  // One more channel says how much of a pixel is of the image.
  const fetched = fetch(cat([values, ones([1, height, width])]));
  const [found, mask] = [fetched.narrow(0, 0, channels), fetched.narrow(0, channels, 1)];
  const outside = tensor(Float32Array.from(fill)).view([channels, 1, 1]);
  const filled =
    interpolation === 'nearest'
      ? aten.where(mask.lt(0.5), outside, found)
      : found.sub(outside).mul_(mask).add_(outside);
  return filled.round_().to('uint8');
}

/** @param image  uint8 [C, H, W] @param degrees  counter-clockwise */
export const rotate = (image: Tensor, degrees: number, fetching: Fetching): Tensor =>
  degrees === 0
    ? image
    : moved(image, { angle: -((((degrees % 360) + 360) % 360) * Math.PI) / 180 }, fetching);

/** Torchvision passes a shear on in degrees; the upper left corner stays. @param image  uint8 [C, H, W] */
function sheared(image: Tensor, [x, y]: readonly [number, number], fetching: Fetching): Tensor {
  const [, height = 0, width = 0] = image.shape;
  const angle = (slope: number): number => ((Math.atan(slope) * 180) / Math.PI) * (Math.PI / 180);
  return moved(image, { center: [-width * 0.5, -height * 0.5], shear: [angle(x), angle(y)] }, fetching);
}

/** @param image  uint8 [C, H, W] @param slope  columns a row */
export const shearX = (image: Tensor, slope: number, fetching: Fetching): Tensor =>
  sheared(image, [slope, 0], fetching);

/** @param image  uint8 [C, H, W] @param slope  rows a column */
export const shearY = (image: Tensor, slope: number, fetching: Fetching): Tensor =>
  sheared(image, [0, slope], fetching);

/** @param image  uint8 [C, H, W] @param pixels  to the right and down, whole numbers */
export const translate = (
  image: Tensor,
  pixels: readonly [x: number, y: number],
  fetching: Fetching,
): Tensor => moved(image, { translate: pixels }, fetching);
