/** A network as an ONNX file. */
import { nn, noGrad, scope, tensor } from '@retort/torch';
import { inEvaluation } from '../../tensors/modes.ts';
import { Builder } from './builder.ts';
import { bytesOfGraph, outputsMore } from './bytes.ts';
import { ExportError } from './errors.ts';
import type { ExportNormalisation } from './feed.ts';
import { follow } from './follow.ts';
import { int, type OnnxGraph } from './graph.ts';
import { inHalf } from './half.ts';
import { checkInt8, type Int8Options, inInt8 } from './int8/index.ts';
import { lower } from './lower.ts';
import { tidy } from './tidy.ts';

/** Of what numbers a graph is. */
export type ExportPrecision = (typeof precisions)[number];

const precisions = ['fp32', 'fp16', 'int8'] as const;

export interface ExportOptions {
  /** The side of the images in pixels, or height and width; the file is for this size. */
  readonly size: number | readonly [height: number, width: number];
  /** 3 where it is left out. */
  readonly channels?: number;
  /** Put into the graph, so that the file takes images from 0 to 1; where it is left out it takes them normalised. */
  readonly bakeNormalisation?: ExportNormalisation;
  /** Of a network of one channel: the file takes red, green and blue, and makes them grey. Whoever shows it a picture has these. */
  readonly fromColour?: boolean;
  /**
   * In `fp16` weights and most values within are float16; in `int8` convolutions and linear layers are whole numbers, with scales found on `int8.images`.
   * Images and logits are float32 in all. `fp32` where it is left out.
   */
  readonly precision?: ExportPrecision;
  /** What `int8` is made with. */
  readonly int8?: Int8Options;
  /** What the file says of itself (`metadata_props`), by key. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** An ONNX file in memory. */
export interface OnnxExport {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly precision: ExportPrecision;
  /** How many nodes its graph has. */
  readonly nodes: number;
  /** How many numbers its weights have. */
  readonly parameters: number;
  /** The names of its constants: those of parameters are their paths in the network. */
  readonly initialisers: readonly string[];
  /** Of one image, as the file takes it: channels, height, width. */
  readonly images: readonly [channels: number, height: number, width: number];
  /** The normalisation that is in the graph; null where images come normalised. */
  readonly normalisation: ExportNormalisation | null;
  /** Whether it makes colours grey for its network. */
  readonly fromColour: boolean;
  /** The values within it that are float16, and the bytes that make them outputs, put after the file's. */
  readonly halves: { readonly names: readonly string[]; readonly more: Uint8Array<ArrayBuffer> };
}

/** The names of what passes in and out. */
export const inputName = 'pixel_values';
export const outputName = 'logits';

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

/** @throws ExportError for what is no size */
function imagesOf({ size, channels = 3 }: ExportOptions): readonly [number, number, number] {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  if (isWhole(height) && isWhole(width) && isWhole(channels)) return [channels, height, width];
  throw new ExportError(
    `images are exported of whole numbers of channels and pixels, not ${channels} x ${height} x ${width}`,
  );
}

/** The shares of red, green and blue in grey, by ITU-R BT.601, as Pillow has them. */
const greyOf = [0.299, 0.587, 0.114];

/** @throws ExportError for a network of colours */
function checkColour(channels: number): void {
  if (channels === 1) return;
  throw new ExportError(`fromColour is of networks of one channel, and this one takes ${channels}`);
}

/** @throws ExportError for other than a number for each channel */
function checkNormalisation({ mean, std }: ExportNormalisation, channels: number): void {
  const fits = (list: readonly number[]) => list.length === channels && list.every(Number.isFinite);
  if (fits(mean) && fits(std) && std.every((value) => value > 0)) return;
  throw new ExportError(
    `bakeNormalisation: a mean and a positive std for each of the ${channels} channels are needed, not [${mean.join(', ')}] and [${std.join(', ')}]`,
  );
}

/** @throws ExportError */
function checkModel(model: nn.Layer): void {
  if (!(model instanceof nn.Layer)) throw new ExportError('exportOnnx takes an nn.Layer');
  for (const [path, parameter] of model.namedParameters())
    if (parameter.dtype !== 'float32')
      throw new ExportError(
        `'${path}' is ${parameter.dtype}, and a network is exported from float32: call model.to({ dtype: 'float32' })`,
      );
}

/** In grey, [batch, 1, height, width]. */
function grey(builder: Builder): string {
  const shares = builder.tensor(tensor(greyOf, { dtype: 'float32' }).reshape([1, -1, 1, 1]), 'grey/shares');
  const [weighted = ''] = builder.add('Mul', [inputName, shares], {}, 'grey');
  const [sum = ''] = builder.add(
    ...(['ReduceSum', [weighted, builder.numbers([1], 'int64')]] as const),
    { keepdims: int(1) },
    'grey',
  );
  return sum;
}

function normalised(
  builder: Builder,
  images: string,
  normalisation: ExportNormalisation | undefined,
): string {
  if (!normalisation) return images;
  const constant = (name: 'mean' | 'std'): string =>
    builder.tensor(
      tensor(normalisation[name], { dtype: 'float32' }).reshape([1, -1, 1, 1]),
      `normalisation/${name}`,
    );
  const [centred = ''] = builder.add('Sub', [images, constant('mean')], {}, 'normalisation');
  const [scaled = ''] = builder.add('Div', [centred, constant('std')], {}, 'normalisation');
  return scaled;
}

/** The output under its name. */
function named(builder: Builder, output: string): OnnxGraph['nodes'] {
  const rename = (name: string): string => (name === output ? outputName : name);
  return builder.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}

function graphOf(
  model: nn.Layer,
  images: readonly [number, number, number],
  { bakeNormalisation: normalisation, fromColour = false }: ExportOptions,
): OnnxGraph {
  using followed = follow(model, images);
  const builder = new Builder();
  builder.unique(inputName);
  builder.unique(outputName);
  builder.types.set(inputName, 'float32');
  const shown = normalised(builder, fromColour ? grey(builder) : inputName, normalisation);
  let output = lower(followed, builder, shown);
  // The input as it came is an output by a node of its own.
  if (!builder.nodes.some(({ outputs }) => outputs.includes(output)))
    [output = ''] = builder.add('Identity', [output], {}, '');
  if (builder.types.get(output) !== 'float32')
    throw new ExportError(`logits are float32, and the network answers ${builder.types.get(output)}`);
  const [value] = followed.graph.outputs;
  const sizes = value ? followed.sizesOf(value) : [];
  if (
    sizes.length !== 2 ||
    typeof sizes[0] === 'number' ||
    sizes[0]?.times !== 1 ||
    typeof sizes[1] !== 'number'
  )
    throw new ExportError(
      `a network is exported that answers logits [batch, classes], and this one answers [${sizes.map((size) => (typeof size === 'number' ? size : 'batch')).join(', ')}]`,
    );
  const [batch = 1, channels = 1, ...pixels] = followed.sizesOf(followed.graph.input);
  return tidy({
    input: { name: inputName, type: 'float32', sizes: [batch, fromColour ? 3 : channels, ...pixels] },
    output: { name: outputName, type: 'float32', sizes },
    nodes: named(builder, output),
    initialisers: builder.initialisers,
    types: builder.types.set(outputName, 'float32'),
  });
}

/**
 * A network as an ONNX file (opset 17, IR version 8): `pixel_values` float32 [batch, channels, height, width] → `logits` float32
 * [batch, classes], for any number of images. It is followed in evaluation, whatever mode it is in: only what the logits need is in the file, with
 * constants computed and batch norms folded into the weights before them. A parameter's constant has its path as its name.
 *
 * @throws ExportError for an operator that cannot be exported, with its module's path, and for a network that computes something else for
 *   other numbers of images
 * @example const { bytes } = await exportOnnx(student, { size: 32 }); fs.writeFileSync('student.onnx', bytes);
 */
export async function exportOnnx(model: nn.Layer, options: ExportOptions): Promise<OnnxExport> {
  const { bakeNormalisation, fromColour = false, precision = 'fp32', metadata = {} } = options;
  const images = imagesOf(options);
  const [channels, ...pixels] = images;
  if (fromColour) checkColour(channels);
  if (bakeNormalisation) checkNormalisation(bakeNormalisation, channels);
  if (!precisions.includes(precision))
    throw new ExportError(`precision: ${precisions.join(', ')}, not '${String(precision)}'`);
  if (precision !== 'int8' && options.int8)
    throw new ExportError(`int8 says how precision 'int8' is made, and this is '${precision}'`);
  const int8 = precision === 'int8' ? checkInt8(options.int8) : null;
  checkModel(model);
  const whole = scope(() => {
    using _ = inEvaluation(model);
    return noGrad(() => graphOf(model, images, options));
  });
  const shown = { network: images, normalisation: bakeNormalisation ?? null, fromColour };
  const graph = int8 ? await inInt8(whole, int8, shown) : precision === 'fp16' ? inHalf(whole) : whole;
  const halves = graph.nodes
    .flatMap(({ outputs }) => outputs)
    .filter((name) => graph.types.get(name) === 'float16');
  return {
    bytes: await bytesOfGraph(graph, metadata),
    precision,
    nodes: graph.nodes.length,
    parameters: whole.initialisers.reduce(
      (sum, { type, shape }) => sum + (/^float/.test(type) ? shape.reduce((all, size) => all * size, 1) : 0),
      0,
    ),
    initialisers: graph.initialisers.map(({ name }) => name),
    images: [fromColour ? 3 : channels, ...pixels],
    normalisation: bakeNormalisation ?? null,
    fromColour,
    halves: { names: halves, more: await outputsMore(halves) },
  };
}
