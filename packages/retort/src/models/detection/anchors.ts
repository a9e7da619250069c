/** Anchors: boxes of a few sizes and forms at each place of the pyramid's maps, from which proposals are made. */
import { arange, type DType, stack, type Tensor, tensor } from '@retort/torch';
import { roundHalfToEven } from '../layers/half-to-even.ts';
import type { AnchorSettings } from './dialects.ts';

const { fround } = Math;

/** The corners of an anchor of a size and a ratio around 0, in float32 as both originals keep them. */
function around(size: number, ratio: number, isRounded: boolean): number[] {
  if (isRounded) {
    // torchvision computes all of it in float32.
    const tall = fround(Math.sqrt(fround(ratio)));
    const half = (side: number): number => roundHalfToEven(fround(fround(side) / 2));
    const [width, height] = [half(fround(1 / tall) * size), half(tall * size)];
    return [-width, -height, width, height];
  }
  const width = Math.sqrt(size ** 2 / ratio);
  const height = ratio * width;
  return [-width / 2, -height / 2, width / 2, height / 2].map(fround);
}

/** A height and a width. */
type Sides = readonly [height: number, width: number];

/** Places [H W, 1, 4] of a map in an image, x, y, x, y. */
function places([height, width]: Sides, [down, right]: Sides, dtype: DType): Tensor {
  const x = arange(0, width, 1, { dtype }).mul(right).unsqueeze(0).expand([height, width]);
  const y = arange(0, height, 1, { dtype }).mul(down).unsqueeze(1).expand([height, width]);
  return stack([x, y, x, y], -1).reshape([height * width, 1, 4]);
}

/**
 * The anchors of each level, place by place.
 *
 * @param maps  the sizes of p2 to p6
 * @param image  that of the batch's images
 * @returns [H W A, 4] a level
 */
export function anchorsOf(
  { sizes, ratios, isRounded, strides }: AnchorSettings,
  maps: readonly Sides[],
  image: Sides,
  dtype: DType,
): Tensor[] {
  return maps.map((map, level) => {
    const size = sizes[level] ?? Number.NaN;
    const nominal = 2 ** (level + 2);
    const apart: Sides =
      strides === 'nominal'
        ? [nominal, nominal]
        : [Math.floor(image[0] / map[0]), Math.floor(image[1] / map[1])];
    const cell = tensor(
      ratios.map((ratio) => around(size, ratio, isRounded)),
      { dtype },
    );
    return places(map, apart, dtype).add(cell).reshape([-1, 4]);
  });
}
