/** What the pyramid has within boxes, by ONNX's RoiAlign: the same samples as torchvision's and detectron2's, aligned (`half_pixel`) or not. */
import type { PoolingSettings } from '../../../models/detection/dialects.ts';
import { canonical, cells, pooled } from '../../../models/detection/pooling.ts';
import { float, int, text } from '../graph.ts';
import type { Formulas } from './formulas.ts';

/** The level that each box belongs to: float32 [R]. */
function levelsOf(f: Formulas, boxes: string, { slack }: PoolingSettings): string {
  const [x1, y1, x2, y2] = f.corners(boxes);
  const side = f.node('Sqrt', [f.mul(f.sub(x2, x1), f.sub(y2, y1))]);
  const of = f.add(f.div(side, f.number(canonical.side)), f.number(slack.before));
  // By the same number below, whole octaves are whole numbers.
  const octaves = f.div(f.node('Log', [of]), f.number(Math.LN2));
  const levels = f.node('Floor', [f.add(f.add(octaves, f.number(canonical.level)), f.number(slack.after))]);
  return f.reshape(f.max(f.min(levels, f.number(pooled.last)), f.number(pooled.first)), [-1]);
}

/**
 * @param maps  p2 to p5, [1, C, H, W]
 * @param boxes  [R, 4]
 * @returns [R, C, 7, 7]
 */
export function within(
  f: Formulas,
  settings: PoolingSettings,
  maps: readonly string[],
  boxes: string,
): string {
  const levels = levelsOf(f, boxes, settings);
  const parts = maps.map((map, i) => {
    const level = pooled.first + i;
    const places = f.reshape(
      f.node('NonZero', [f.node('Equal', [levels, f.number(level)])], {}, 'int64'),
      [-1],
    );
    const images = f.mul(places, f.whole(0));
    const found = f.node(
      'RoiAlign',
      [map, f.gather(boxes, places), images],
      {
        mode: text('avg'),
        ...{ output_height: int(cells), output_width: int(cells) },
        sampling_ratio: int(Math.max(settings.samplingRatio, 0)),
        spatial_scale: float(2 ** -level),
        coordinate_transformation_mode: text(settings.aligned ? 'half_pixel' : 'output_half_pixel'),
      },
      'float32',
    );
    return { places, found };
  });
  const order = f.best(
    f.concat(
      parts.map(({ places }) => places),
      0,
    ),
    null,
    false,
  );
  return f.gather(
    f.concat(
      parts.map(({ found }) => found),
      0,
    ),
    order.places,
  );
}
