/** A network as an ONNX file. */
import { nn, noGrad, scope } from '@retort/torch';
import { FasterRCNN } from '../../models/detection/faster-rcnn.ts';
import { isDetector } from '../../models/detector.ts';
import { isTextClassifier } from '../../models/index.ts';
import { inEvaluation } from '../../tensors/modes.ts';
import { Builder } from './builder.ts';
import { bytesOfGraph, outputsMore } from './bytes.ts';
import { graphOfDetector } from './detector/index.ts';
import { ExportError } from './errors.ts';
import { follow } from './follow.ts';
import type { OnnxGraph } from './graph.ts';
import { inHalf } from './half.ts';
import { checkInt8, type Int8Options, inInt8 } from './int8/index.ts';
import { lower } from './lower.ts';
import {
  type ExportNormalisation,
  type Shown,
  ShownImages,
  ShownPictures,
  ShownTexts,
} from './shown/index.ts';
import { sizeText } from './sizes.ts';
import { tidy } from './tidy.ts';

/** Of what numbers a graph is. */
export type ExportPrecision = (typeof precisions)[number];

const precisions = ['fp32', 'fp16', 'int8'] as const;

export interface ExportOptions {
  /** The side of the images in pixels, or height and width; the file is for this size. A network of texts has none. */
  readonly size?: number | readonly [height: number, width: number];
  /** 3 where it is left out. */
  readonly channels?: number;
  /** Put into the graph, so that the file takes images from 0 to 1; where it is left out it takes them normalised. */
  readonly bakeNormalisation?: ExportNormalisation;
  /** Of a network of one channel: the file takes red, green and blue, and makes them grey. Whoever shows it a picture has these. */
  readonly fromColour?: boolean;
  /**
   * In `fp16` weights and most values within are float16; in `int8` convolutions and linear layers are whole numbers, with scales found on `int8.images`, or
   * `int8.texts`. Images and logits are float32 in all. `fp32` where it is left out.
   */
  readonly precision?: ExportPrecision;
  /** What `int8` is made with. */
  readonly int8?: Int8Options;
  /** What passes out is called: `logits` where it is left out, of a network without a classifier `image_embeds`, as Hugging Face's pipelines look for vectors. */
  readonly output?: OutputName;
  /** What the file says of itself (`metadata_props`), by key. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What is called what passes out. */
export type OutputName = (typeof outputNames)[number];

const outputNames = ['logits', 'image_embeds'] as const;

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
  /** How it is called. */
  readonly shown: Shown;
  /** The name of what passes out; of a detector the first of its outputs. */
  readonly output: string;
  /** How many numbers it answers of one sample, as classes; null of a detector. */
  readonly width: number | null;
  /** The values within it that are float16, and the bytes that make them outputs, put after the file's. */
  readonly halves: { readonly names: readonly string[]; readonly more: Uint8Array<ArrayBuffer> };
}

/** The name of what passes out, where no other is said. */
export const outputName = 'logits' satisfies OutputName;

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

/** @throws ExportError for what is no size */
function imagesOf({ size, channels = 3 }: ExportOptions): readonly [number, number, number] {
  if (size === undefined)
    throw new ExportError('of which size its images are must be said: pass size, e.g. { size: 32 }');
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  if (isWhole(height) && isWhole(width) && isWhole(channels)) return [channels, height, width];
  throw new ExportError(
    `images are exported of whole numbers of channels and pixels, not ${channels} x ${height} x ${width}`,
  );
}

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

/** How a detector is called. @throws ExportError for options that do not fit it */
function picturesOf(own: number, options: ExportOptions): ShownPictures {
  const { bakeNormalisation = null, channels = own } = options;
  if (options.size !== undefined)
    throw new ExportError(
      'size is of networks that classify images: a file of a detector takes images of any size',
    );
  if (options.fromColour)
    throw new ExportError(
      'fromColour is of networks that classify images: a detector is shown the channels that it takes',
    );
  if (channels !== own)
    throw new ExportError(`the detector takes images of ${own} channels, not of ${channels}`);
  if (bakeNormalisation) checkNormalisation(bakeNormalisation, own);
  return new ShownPictures(own, bakeNormalisation);
}

/** The graph of a detector. @throws ExportError for one of another form than those that are known */
function graphOfBoxes(model: nn.Layer, shown: Shown): OnnxGraph {
  if (model instanceof FasterRCNN) return graphOfDetector(model, shown);
  throw new ExportError(
    'a detector is exported where it is a Faster R-CNN of the registry, whose course is known: this is one of another class',
  );
}

/** How a network is called. @throws ExportError for options that do not fit it */
function shownOf(model: nn.Layer, options: ExportOptions): Shown {
  if (isTextClassifier(model)) {
    const wrong = (['size', 'channels', 'bakeNormalisation', 'fromColour'] as const).find(
      (name) => options[name] !== undefined,
    );
    if (wrong) throw new ExportError(`${wrong} is of networks of images, and this one takes texts`);
    return new ShownTexts(model.takes);
  }
  const { bakeNormalisation = null, fromColour = false } = options;
  if (isDetector(model)) return picturesOf(model.takes.channels ?? 3, options);
  const images = imagesOf(options);
  if (fromColour) checkColour(images[0]);
  if (bakeNormalisation) checkNormalisation(bakeNormalisation, images[0]);
  return new ShownImages(images, bakeNormalisation, fromColour);
}

/** An output under its name. */
function named(builder: Builder, output: string, called: OutputName): OnnxGraph['nodes'] {
  const rename = (name: string): string => (name === output ? called : name);
  return builder.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}

function graphOf(model: nn.Layer, shown: Shown, called: OutputName): OnnxGraph {
  using followed = follow(model, shown);
  const builder = new Builder();
  for (const { name, type } of shown.ports) builder.types.set(builder.unique(name), type);
  builder.unique(called);
  let [output] = lower(followed, builder, shown, shown.begin(builder));
  // The input as it came is an output by a node of its own.
  if (!builder.nodes.some(({ outputs }) => outputs.includes(output)))
    [output = ''] = builder.add('Identity', [output], {}, '');
  if (builder.types.get(output) !== 'float32')
    throw new ExportError(`logits are float32, and the network answers ${builder.types.get(output)}`);
  const [value] = followed.graph.outputs;
  const sizes = value ? followed.sizesOf(value) : [];
  const [batch, classes] = sizes;
  if (sizes.length !== 2 || sizeText(batch ?? 0) !== 'batch' || typeof classes !== 'number')
    throw new ExportError(
      `a network is exported that answers logits [batch, classes], and this one answers [${sizes.map(sizeText).join(', ')}]`,
    );
  return tidy({
    inputs: shown.ports,
    outputs: [{ name: called, type: 'float32', sizes }],
    nodes: named(builder, output, called),
    initialisers: builder.initialisers,
    types: builder.types.set(called, 'float32'),
  });
}

/**
 * A network as an ONNX file (opset 17, IR version 8): `pixel_values` float32 [batch, channels, height, width] → `logits` float32
 * [batch, classes], for any number of images; of a network without a classifier vectors, `image_embeds` by `output`. One of texts takes `input_ids`, `attention_mask` and, where it tells two texts apart, `token_type_ids`, int64
 * [batch, sequence], of any number and length. It is followed in evaluation, whatever mode it is in: only what the logits need is in the file, with
 * constants computed and batch norms folded into the weights before them. A parameter's constant has its path as its name.
 *
 * A detector's file takes `pixel_values` float32 [1, channels, height, width], an image of any size, and answers `boxes` float32 [D, 4] (x1, y1, x2, y2 in
 * pixels of that image), `scores` float32 [D], best first, and `classes` int64 [D], from 0 on and without background: with all that lies between its layers,
 * of which nothing is in float16, as its `forward` computes it.
 *
 * @throws ExportError for an operator that cannot be exported, with its module's path, and for a network that computes something else for
 *   other numbers of images, or for texts of other lengths
 * @example const { bytes } = await exportOnnx(student, { size: 32 }); fs.writeFileSync('student.onnx', bytes);
 */
export async function exportOnnx(model: nn.Layer, options: ExportOptions = {}): Promise<OnnxExport> {
  const { precision = 'fp32', metadata = {}, output = outputName } = options;
  checkModel(model);
  if (!outputNames.includes(output))
    throw new ExportError(`output: ${outputNames.join(' or ')}, not '${String(output)}'`);
  const shown = shownOf(model, options);
  if (!precisions.includes(precision))
    throw new ExportError(`precision: ${precisions.join(', ')}, not '${String(precision)}'`);
  if (options.output !== undefined && isDetector(model))
    throw new ExportError(
      'output is of networks that answer one tensor: a detector answers three, of their own names',
    );
  if (precision !== 'int8' && options.int8)
    throw new ExportError(`int8 says how precision 'int8' is made, and this is '${precision}'`);
  if (precision === 'int8' && isDetector(model))
    throw new ExportError('a detector has no graph in int8 here: export it in fp32 or fp16');
  const int8 = precision === 'int8' ? checkInt8(options.int8, shown.kind) : null;
  const whole = scope(() => {
    using _ = inEvaluation(model);
    return noGrad(() => (isDetector(model) ? graphOfBoxes(model, shown) : graphOf(model, shown, output)));
  });
  const graph = int8 ? await inInt8(whole, int8, shown) : precision === 'fp16' ? inHalf(whole) : whole;
  const halves = graph.nodes
    .flatMap(({ outputs }) => outputs)
    .filter((name) => graph.types.get(name) === 'float16');
  const [first] = whole.outputs;
  const [, width = null] = isDetector(model) ? [] : (first?.sizes ?? []);
  return {
    bytes: await bytesOfGraph(graph, metadata),
    precision,
    nodes: graph.nodes.length,
    parameters: whole.initialisers.reduce(
      (sum, { type, shape }) => sum + (/^float/.test(type) ? shape.reduce((all, size) => all * size, 1) : 0),
      0,
    ),
    initialisers: graph.initialisers.map(({ name }) => name),
    shown,
    output: first?.name ?? output,
    width: typeof width === 'number' ? width : null,
    halves: { names: halves, more: await outputsMore(halves) },
  };
}
