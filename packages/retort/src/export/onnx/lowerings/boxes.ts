/** What detectors compute of boxes: what lies at their places, and which of them are kept. */
import type { Call } from '../call.ts';
import { float, int, text } from '../graph.ts';
import { isFixed, type Size } from '../sizes.ts';
import type { Lowering, Lowerings } from './lowering.ts';

/** Columns of boxes from one on to before another. */
const columns = (call: Call, value: string, from: number, to: number): string =>
  call.add('Slice', [value, call.int64([from]), call.int64([to]), call.int64([-1])]);

const roiAlign: Lowering = (call) => {
  const type = call.type;
  const boxes = call.valueAs(call.value('boxes'), type);
  const [height = 1, width = 1] = call.numbers('outputSize');
  const image = call.add('Squeeze', [columns(call, boxes, 0, 1), call.int64([1])]);
  return call.add(
    'RoiAlign',
    [call.input('features'), columns(call, boxes, 1, 5), call.cast(image, 'int64')],
    {
      mode: text('avg'),
      output_height: int(height),
      output_width: int(width),
      // 0 stands for as many as the box is large.
      sampling_ratio: int(Math.max(call.number('samplingRatio'), 0)),
      spatial_scale: float(call.number('spatialScale')),
      coordinate_transformation_mode: text(call.flag('aligned') ? 'half_pixel' : 'output_half_pixel'),
    },
  );
};

/** The lowest number of float32, below which no score is but that of what is no box. */
const lowest = -3.4028234663852886e38;

/** Boxes [sets, N, 4], those of each class where no other is. */
function movedApart(call: Call, boxes: string, sizes: readonly Size[]): string {
  if (!call.has('classes')) return boxes;
  const classes = call.reshaped(
    call.valueAs(call.value('classes'), 'float32'),
    call.sizesOf('classes'),
    sizes.with(2, 1),
  );
  const most = call.add('ReduceMax', [boxes], { axes: { ints: [1, 2] }, keepdims: int(1) });
  const step = call.add('Add', [most, call.scalar(1, 'float32')]);
  return call.add('Add', [boxes, call.add('Mul', [classes, step])]);
}

/** So many of -1 behind the numbers that are kept of one set, and so many of all. */
function filled(call: Call, kept: string, most: number): string {
  const none = call.add('Expand', [call.scalar(-1, 'int64'), call.int64([most])]);
  const all = call.add('Concat', [kept, none], { axis: int(0) });
  return call.add('Slice', [all, call.int64([0]), call.int64([most]), call.int64([0])]);
}

/** What is kept [kept, 3] (set, class, box), each set's in a row of its own [sets, most]. */
function inRows(call: Call, kept: string, sets: Size, most: number): string {
  const set = columns(call, kept, 0, 1);
  const count = call.add('Squeeze', [call.shape([sets]), call.int64([0])]);
  const every = call.add('Range', [call.scalar(0, 'int64'), count, call.scalar(1, 'int64')]);
  const isOf = call.cast(call.add('Equal', [set, every]), 'int64');
  // The number of each in its set: how many of it have come, less one.
  const come = call.add('CumSum', [isOf, call.scalar(0, 'int64')]);
  const own = call.add('ReduceSum', [call.add('Mul', [come, isOf]), call.int64([1])], { keepdims: int(1) });
  const place = call.add('Sub', [own, call.scalar(1, 'int64')]);
  const places = call.add('Concat', [set, place], { axis: int(1) });
  const none = call.add('Expand', [call.scalar(-1, 'int64'), call.shape([sets, most])]);
  const numbers = call.add('Squeeze', [columns(call, kept, 2, 3), call.int64([1])]);
  return call.add('ScatterND', [none, places, numbers]);
}

/** By `most` alone, with which as many are answered as it says. */
const nms: Lowering = (call) => {
  const sizes = call.sizesOf('boxes');
  const [count = 0] = sizes.slice(-2);
  const most = call.number('most');
  if (sizes.length > 3) return call.refuse('it has sets of sets of boxes: flatten them');
  if (!isFixed(count)) return call.refuse('how many boxes there are is another each time');
  const sets: Size = sizes.length === 3 ? (sizes[0] ?? 1) : 1;
  const whole: readonly Size[] = [sets, count, 4];
  const boxes = call.reshaped(call.valueAs(call.value('boxes'), 'float32'), sizes, whole);
  const scores = call.valueAs(call.value('scores'), 'float32');
  const kept = call.add('NonMaxSuppression', [
    movedApart(call, boxes, whole),
    call.reshaped(scores, call.sizesOf('scores'), [sets, 1, count]),
    call.int64([most]),
    call.float32([call.number('iouThreshold')]),
    call.float32([lowest]),
  ]);
  if (sizes.length === 3) return inRows(call, kept, sets, most);
  return filled(call, call.add('Squeeze', [columns(call, kept, 2, 3), call.int64([1])]), most);
};

export const boxes: Lowerings = {
  'retort::roi_align': roiAlign,
  'retort::nms': nms,
};
