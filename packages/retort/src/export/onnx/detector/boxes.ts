/** Boxes [*, 4] (x1, y1, x2, y2) in graphs, number by number as `models/detection/boxes` computes them. */
import { type DeltaWeights, mostGrowth } from '../../../models/detection/boxes.ts';
import type { Formulas } from './formulas.ts';

interface Centred {
  readonly x: string;
  readonly y: string;
  readonly width: string;
  readonly height: string;
}

function centred(f: Formulas, boxes: string): Centred {
  const [x1, y1, x2, y2] = f.corners(boxes);
  const [width, height] = [f.sub(x2, x1), f.sub(y2, y1)];
  const half = f.number(0.5);
  return { x: f.add(x1, f.mul(width, half)), y: f.add(y1, f.mul(height, half)), width, height };
}

/** Boxes moved by what a network says: both [*, 4]. */
export function moved(f: Formulas, deltas: string, from: string, weights: DeltaWeights): string {
  const own = centred(f, from);
  const given = f.corners(deltas);
  const [dx = '', dy = '', dw = '', dh = ''] = given.map((delta, i) =>
    weights[i] === 1 ? delta : f.div(delta, f.number(weights[i] ?? 1)),
  );
  const x = f.add(f.mul(dx, own.width), own.x);
  const y = f.add(f.mul(dy, own.height), own.y);
  const [halfWidth, halfHeight] = [
    [dw, own.width],
    [dh, own.height],
  ].map(([delta = '', side = '']) => {
    const growth = f.node('Exp', [f.min(delta, f.number(mostGrowth))]);
    return f.mul(f.mul(growth, side), f.number(0.5));
  }) as [string, string];
  return f.concat([f.sub(x, halfWidth), f.sub(y, halfHeight), f.add(x, halfWidth), f.add(y, halfHeight)], -1);
}

/** Boxes within the image. @param limits  its width, height, width, height: float32 [4] */
export const clipped = (f: Formulas, boxes: string, limits: string): string =>
  f.min(f.max(boxes, f.number(0)), limits);

/** Whether both sides are at least so long, and of any length at all: bool [*, 1] of boxes [*, 4]. */
export function areLong(f: Formulas, boxes: string, shortest: number): string {
  const [x1, y1, x2, y2] = f.corners(boxes);
  const sides = [f.sub(x2, x1), f.sub(y2, y1)];
  const conditions = sides.flatMap((side) => [
    f.node('GreaterOrEqual', [side, f.number(shortest)]),
    f.node('Greater', [side, f.number(0)]),
  ]);
  return conditions.reduce((one, other) => f.and(one, other));
}
