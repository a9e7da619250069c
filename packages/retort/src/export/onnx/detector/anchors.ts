/** The anchors of a map of the pyramid, of whatever size images are. */
import { anchorsOf } from '../../../models/detection/anchors.ts';
import type { AnchorSettings } from '../../../models/detection/dialects.ts';
import type { Formulas } from './formulas.ts';

/** 0, 1, 2 … as numbers, times how far places are apart: [size]. */
function along(f: Formulas, size: string, apart: string): string {
  const scalar = (value: string): string => f.node('Squeeze', [value, f.whole([0])]);
  const numbers = f.node('Range', [f.whole(0), scalar(size), f.whole(1)], {}, 'int64');
  return f.mul(f.cast(numbers, 'float32'), f.cast(apart, 'float32'));
}

/**
 * Anchors place by place, as `anchorsOf` of the models makes them.
 *
 * @param level  0 of p2
 * @param map  [1, C, H, W]
 * @param image  height and width of the padded image, int64 [1] each
 * @returns [H W A, 4]
 */
export function anchorsIn(
  f: Formulas,
  settings: AnchorSettings,
  level: number,
  map: string,
  image: readonly [height: string, width: string],
): string {
  const maps = settings.sizes.map((): readonly [number, number] => [1, 1]);
  // Those of the first place are what is around each.
  const cell = anchorsOf(settings, maps, [1, 1], 'float32')[level];
  if (!cell) throw new RangeError(`there are no anchors of level ${level}`);
  const [height, width] = [f.size(map, 2), f.size(map, 3)];
  const [down, right] =
    settings.strides === 'nominal'
      ? [f.whole([2 ** (level + 2)]), f.whole([2 ** (level + 2)])]
      : [f.div(image[0], height), f.div(image[1], width)];
  const shape = f.concat([height, width, f.whole([1])], 0);
  const x = f.node('Expand', [f.reshape(along(f, width, right), [1, -1, 1]), shape]);
  const y = f.node('Expand', [f.reshape(along(f, height, down), [-1, 1, 1]), shape]);
  const places = f.reshape(f.concat([x, y, x, y], -1), [-1, 1, 4]);
  return f.reshape(f.add(places, f.tensor(cell, `cell${level}`)), [-1, 4]);
}
