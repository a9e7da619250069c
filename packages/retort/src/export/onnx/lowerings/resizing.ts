/** Images and maps made larger. */
import type { Call } from '../call.ts';
import { text } from '../graph.ts';
import { isFixed, type Size } from '../sizes.ts';
import type { Lowerings } from './lowering.ts';

/** How many times as large a side becomes; null where that is no whole number, or another for other images. */
function timesOf(from: Size | undefined, to: Size | undefined): number | null {
  if (from === undefined || to === undefined) return null;
  const [one, other] = isFixed(from) || isFixed(to) ? [from, to] : [from.times, to.times];
  if (!isFixed(one) || !isFixed(other)) return null;
  if (!isFixed(from) && !isFixed(to) && `${from.over}` !== `${to.over}`) return null;
  return other % one === 0 ? other / one : null;
}

/** Each number as a square of the same: PyTorch and ONNX mean the same by that where sides become whole multiples. */
function nearest(call: Call): string {
  const [from, to] = [call.sizesOf('input'), call.made];
  const scales = to.map(
    (size, i) =>
      timesOf(from[i], size) ??
      call.refuse('each side must become a whole multiple of what it was, as a factor of 2 makes it'),
  );
  return call.add('Resize', [call.input('input'), '', call.float32(scales)], {
    mode: text('nearest'),
    coordinate_transformation_mode: text('asymmetric'),
    nearest_mode: text('floor'),
  });
}

export const resizing: Lowerings = {
  'aten::upsample_nearest2d': nearest,
};
