/** Normalisation of evaluation. Batch norms that follow a convolution or a linear layer are in its weights already. */
import { full } from '@retort/torch';
import type { Call } from '../call.ts';
import { float, int, ints } from '../graph.ts';
import { isFixed } from '../sizes.ts';
import type { Lowering, Lowerings } from './lowering.ts';

/** A parameter, or as many equal numbers where the norm has none. */
const orEqual = (call: Call, name: string, shape: readonly number[], value: number): string =>
  call.has(name) ? call.input(name) : call.tensor(full(shape, value), `${call.path}/${name}`);

/** The channels of an image or of features. */
function channelsOf(call: Call): number {
  const [, channels] = call.sizesOf('input');
  return isFixed(channels) ? channels : call.refuse('its input must have channels as its second dimension');
}

const batchNorm: Lowering = (call) => {
  if (!call.has('runningMean') || !call.has('runningVar'))
    return call.refuse('it has no running statistics, so that it would normalise each batch by itself');
  const shape = [channelsOf(call)];
  return call.add(
    'BatchNormalization',
    [
      call.input('input'),
      orEqual(call, 'weight', shape, 1),
      orEqual(call, 'bias', shape, 0),
      call.input('runningMean'),
      call.input('runningVar'),
    ],
    { epsilon: float(call.number('eps')) },
  );
};

const layerNorm: Lowering = (call) => {
  const shape = call.numbers('normalizedShape');
  return call.add(
    'LayerNormalization',
    [call.input('input'), orEqual(call, 'weight', shape, 1), call.has('bias') ? call.input('bias') : ''],
    { axis: int(-shape.length), epsilon: float(call.number('eps')) },
  );
};

/** A parameter of the channels, for images of any rank. */
const perChannel = (call: Call, name: string, rank: number): string =>
  call.inputAs(name, [-1, ...Array.from({ length: rank - 2 }, () => 1)]);

const instanceNormalised = (call: Call, input: string, scale: string, shift: string): string =>
  call.add('InstanceNormalization', [input, scale, shift], { epsilon: float(call.number('eps')) });

const groupNorm: Lowering = (call) => {
  const sizes = call.sizesOf('input');
  const groups = call.number('numGroups');
  const [batch = 1, ...rest] = sizes;
  const elements = rest.reduce<number>(
    (all, size) => all * (isFixed(size) ? size : call.refuse('only its first dimension may be the batch')),
    1,
  );
  const grouped = [batch, groups, elements / groups];
  const normalised = instanceNormalised(
    call,
    call.reshaped(call.input('input'), sizes, grouped),
    call.tensor(full([groups], 1), `${call.path}/ones`),
    call.tensor(full([groups], 0), `${call.path}/zeros`),
  );
  const back = call.reshaped(normalised, grouped, sizes);
  const scaled = call.has('weight')
    ? call.add('Mul', [back, perChannel(call, 'weight', sizes.length)])
    : back;
  return call.has('bias') ? call.add('Add', [scaled, perChannel(call, 'bias', sizes.length)]) : scaled;
};

const instanceNorm: Lowering = (call) => {
  if (!call.flag('useInputStats')) return batchNorm(call);
  const shape = [channelsOf(call)];
  return instanceNormalised(
    call,
    call.input('input'),
    orEqual(call, 'weight', shape, 1),
    orEqual(call, 'bias', shape, 0),
  );
};

const rmsNorm: Lowering = (call) => {
  const input = call.input('input');
  const axes = call.numbers('normalizedShape').map((_, i) => -1 - i);
  const mean = call.add('ReduceMean', [call.add('Pow', [input, call.scalar(2)])], {
    axes: ints(axes),
    keepdims: int(1),
  });
  // float32's own where none is given.
  const eps = call.has('eps') ? call.number('eps') : 2 ** -23;
  const root = call.add('Sqrt', [call.add('Add', [mean, call.scalar(eps)])]);
  const normalised = call.add('Div', [input, root]);
  return call.has('weight') ? call.add('Mul', [normalised, call.input('weight')]) : normalised;
};

export const norms: Lowerings = {
  'aten::batch_norm': batchNorm,
  'aten::layer_norm': layerNorm,
  'aten::group_norm': groupNorm,
  'aten::instance_norm': instanceNorm,
  'aten::rms_norm': rmsNorm,
};
