/** What the pyramid has within boxes, as 7x7 numbers a channel (Lin et al. 2017, equation 1; He et al. 2017, section 3). */
import { cat, empty, functional, type Tensor } from '@retort/torch';
import { areas } from './boxes.ts';
import type { PoolingSettings } from './dialects.ts';
import { placesOf } from './sampler.ts';

/** Cells along each side of what a box becomes. */
export const cells = 7;

/**
 * The maps of the pyramid that boxes are looked for in: p2 to p5, of 1/4 to 1/32 of the images' sides. torchvision finds these shares by the first
 * images that it is shown, and finds others where the largest of them has less than 0.7 of the side that it is padded to.
 */
export const pooled = { first: 2, last: 5 };

/** A box of this side in pixels belongs to this level, one of twice the side to the next. */
export const canonical = { side: 224, level: 4 };

/** The level that each box belongs to, 2 to 5: [R]. */
function levelsOf(boxes: Tensor, { slack }: PoolingSettings): Tensor {
  const sides = areas(boxes).sqrt();
  const octaves = sides.div(canonical.side).add(slack.before).log2();
  const levels = octaves.add(canonical.level).add(slack.after).floor();
  return levels.clamp(pooled.first, pooled.last);
}

/**
 * Each box in the map that it belongs to.
 *
 * @param pyramid  p2 to p5, [B, C, H, W]; p6 may be there, too
 * @param images  [R], the image of each box, in the boxes' dtype
 * @param boxes  [R, 4], in pixels of the images
 * @returns [R, C, 7, 7]
 */
export function pool(
  settings: PoolingSettings,
  pyramid: readonly Tensor[],
  images: Tensor,
  boxes: Tensor,
): Tensor {
  const maps = pyramid.slice(0, pooled.last - pooled.first + 1);
  const [first] = maps;
  if (!first) throw new RangeError('boxes are looked for in p2 to p5, and there is no map');
  if (boxes.device === 'meta')
    return empty([boxes.size(0), first.size(1), cells, cells], { dtype: first.dtype, device: 'meta' });
  const levels = levelsOf(boxes, settings);
  const rows = cat([images.unsqueeze(1), boxes], 1);
  const { aligned, samplingRatio } = settings;
  const parts = maps.map((map, i) => {
    const level = pooled.first + i;
    const places = placesOf(levels.eq(level));
    const options = { outputSize: cells, spatialScale: 2 ** -level, samplingRatio, aligned };
    return { places, within: functional.roi_align(map, rows.index_select(0, places), options) };
  });
  const order = cat(parts.map(({ places }) => places)).argsort();
  return cat(parts.map(({ within }) => within)).index_select(0, order);
}
