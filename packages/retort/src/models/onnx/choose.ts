/** Which of a graph's values images go into, and which are logits: by what the file says, or else by what was said. */
import { oneLine } from '../../words/shown.ts';
import { unknown } from '../../words/unknown.ts';
import { OnnxError } from './errors.ts';
import { type OnnxFile, type OnnxValue, shownValue, shownValues } from './file.ts';

/** The order of a batch's dimensions: samples, channels, height, width. */
export type Layout = 'NCHW' | 'NHWC';

/** Where images go into. */
export interface OnnxInput {
  readonly name: string;
  readonly dtype: 'float16' | 'float32' | 'float64';
  readonly layout: Layout;
  /** Images that go in at once; null where any number does. */
  readonly batch: number | null;
  readonly channels: number | null;
  /** Null where any does. */
  readonly height: number | null;
  readonly width: number | null;
}

const numberOf = (size: unknown): number | null => (typeof size === 'number' && size > 0 ? size : null);

/** The one input. @throws OnnxError where there are none, or several */
function onlyInput({ file, inputs }: OnnxFile): OnnxValue {
  const [only, ...others] = inputs;
  if (only && others.length === 0) return only;
  throw new OnnxError(
    only
      ? `${file} takes ${inputs.length} inputs, and is given images alone: ${shownValues(inputs)}`
      : `${file} takes no input, so that it is no network of images`,
  );
}

/** @param channels  of the images */
function layoutOf({ shape }: OnnxValue, channels: number | undefined): Layout {
  const [, second, , last] = shape ?? [];
  if (second === channels) return 'NCHW';
  if (last === channels) return 'NHWC';
  // Of another number of channels, which is said when it is compared.
  return numberOf(last) !== null && Number(last) <= 4 && !(Number(second) <= 4) ? 'NHWC' : 'NCHW';
}

/**
 * The input for images.
 *
 * @param channels  of the images; undefined where there are none yet, for those that it takes
 * @param said  the layout, where the shape does not show it
 * @throws OnnxError where it takes none, or others than these
 */
export function chooseInput(from: OnnxFile, channels: number | undefined, said?: Layout): OnnxInput {
  const { file } = from;
  const value = onlyInput(from);
  const { name, dtype, shape } = value;
  if (shape && shape.length !== 4)
    throw new OnnxError(
      `${file} takes ${shownValue(value)}, and images are four dimensions: [N, C, H, W] or [N, H, W, C]`,
    );
  if (dtype !== 'float32' && dtype !== 'float16' && dtype !== 'float64')
    throw new OnnxError(
      `${file} takes ${shownValue(value)}, and normalised images are float32, float16 or float64: export it from behind its first conversion`,
    );
  const layout = said ?? layoutOf(value, channels);
  const sizes = (shape ?? []).map(numberOf);
  const [batch = null, ...rest] = sizes;
  const [own = null, height = null, width = null] =
    layout === 'NCHW' ? rest : [rest[2] ?? null, rest[0] ?? null, rest[1] ?? null];
  if (own !== null && channels !== undefined && own !== channels)
    throw new OnnxError(
      `${file} takes images of ${own} channels as ${layout} (${shownValue(value)}), and the data has ${channels}${own === 3 && channels === 1 ? ': have it show its greys in three (of fashion-mnist, `options: { channels: 3 }` of its data, or --data-options "{ channels: 3 }")' : ''}`,
    );
  return { name, dtype, layout, batch, channels: own, height, width };
}

/** The value that is taken as logits, and what to say of it. */
export interface OnnxOutput {
  readonly name: string;
  /** Null where the file does not say how many classes it tells apart. */
  readonly classes: number | null;
  /** Where it was not plain which it is. */
  readonly remark: string | null;
}

const isVector = ({ shape }: OnnxValue): boolean => shape === null || shape.length === 2;

const classesOf = ({ shape }: OnnxValue): number | null => numberOf(shape?.[1]);

function namedOutput({ file, outputs, nodes }: OnnxFile, key: string): OnnxValue {
  const found = outputs.find(({ name }) => name === key);
  if (found) return found;
  if (nodes.has(key)) return { name: key, dtype: null, shape: null };
  throw new OnnxError(
    `${file}: ${unknown(
      'output',
      key,
      outputs.map(({ name }) => name),
    )}`,
  );
}

/** The output that is logits: the one of that name, or the only one of the form [N, C], of as many classes as the data has where several are. */
function found(from: OnnxFile, classes: number): OnnxValue {
  const { file, outputs } = from;
  const named = outputs.find(({ name }) => name === 'logits');
  if (named) return named;
  const vectors = outputs.filter(isVector);
  const fitting = vectors.filter((value) => classesOf(value) === classes);
  const candidates = fitting.length > 0 ? fitting : vectors;
  const [first, ...others] = candidates;
  if (first && others.length === 0) return first;
  throw new OnnxError(
    first
      ? `${file} has several outputs that may be logits: ${shownValues(candidates)}; name the one as ${file}#NAME`
      : `${file} has no output of the form [N, C], as logits are: it gives ${shownValues(outputs)}; name a value within it as ${file}#NAME`,
  );
}

/** What goes into the softmax that gives a value, maybe by a few names; null where none does. */
function beforeSoftmax({ nodes }: Pick<OnnxFile, 'nodes'>, name: string): string | null {
  const { operator, inputs: [input] = [] } = nodes.get(name) ?? {};
  if (input === undefined) return null;
  if (operator === 'Softmax') return input;
  return operator === 'Identity' || operator === 'Cast' ? beforeSoftmax({ nodes }, input) : null;
}

/**
 * The value that is logits. What a softmax gives are none: what goes into it is.
 *
 * @param key  its name; null where it is to be found
 * @param classes  of the data
 * @throws OnnxError that names the outputs where it is not plain which it is
 */
export function chooseOutput(from: OnnxFile, key: string | null, classes: number): OnnxOutput {
  const { file, outputs } = from;
  const value = key === null ? found(from, classes) : namedOutput(from, key);
  const { name } = value;
  const before = key === null ? beforeSoftmax(from, name) : null;
  if (before !== null)
    return {
      name: before,
      classes: classesOf(value),
      remark: `${file}: its output '${oneLine(name)}' is a softmax; what goes into it, '${oneLine(before)}', is taken as logits`,
    };
  const isPlain = key !== null || outputs.length === 1 || name === 'logits';
  const remark = `${file}: of its outputs ${shownValues(outputs)} '${oneLine(name)}' is taken as logits`;
  return { name, classes: classesOf(value), remark: isPlain ? null : remark };
}
