/** A detector as one graph: its layers as they are followed, and what it computes between them in ONNX's operators. */
import { type nn, randn, type Tensor } from '@retort/torch';
import type { FasterRCNN } from '../../../models/detection/faster-rcnn.ts';
import { width as pyramidWidth } from '../../../models/detection/fpn.ts';
import { cells, pooled } from '../../../models/detection/pooling.ts';
import { Builder } from '../builder.ts';
import { type Computed, follow } from '../follow.ts';
import { type OnnxGraph, type Port, text } from '../graph.ts';
import { lower } from '../lower.ts';
import type { Example, Shown } from '../shown/index.ts';
import { type Point, Varying } from '../sizes.ts';
import { tidy } from '../tidy.ts';
import { anchorsIn } from './anchors.ts';
import { detected } from './detections.ts';
import { Formulas } from './formulas.ts';
import { within } from './pooling.ts';
import { proposed } from './proposals.ts';

/** What passes out, by the names of a file: D detections, best first. */
export const foundPorts: readonly Port[] = [
  { name: 'boxes', type: 'float32', sizes: [new Varying(1, ['detections']), 4] },
  { name: 'scores', type: 'float32', sizes: [new Varying(1, ['detections'])] },
  { name: 'classes', type: 'int64', sizes: [new Varying(1, ['detections'])] },
];

/** Their names. */
export const foundNames: readonly string[] = foundPorts.map(({ name }) => name);

/** Heights and widths are multiples of this many pixels, so that every map of the pyramid is half of the one before. */
const multiple = 32;

/** Those that layers are followed with are multiples of twice as many: p6 is half of p5. */
const followed = 2 * multiple;

/** Numbers of maps' places, or of images' pixels in `followed`, with which layers are followed. */
const spatial: readonly Point[] = [
  { height: 1, width: 2 },
  { height: 2, width: 3 },
];

/** What layers are followed with: something of each point. */
function examples(
  points: readonly Point[],
  shapeAt: (point: Point) => readonly number[],
): readonly Example[] {
  return points.map((point) => {
    const shape = shapeAt(point);
    const said = `[${shape.join(', ')}]`;
    return { ...{ point, said, short: said }, tensors: [randn(shape)] };
  });
}

/** One part of a network, followed by itself, and how it becomes nodes. */
class Part implements Disposable {
  readonly #followed: ReturnType<typeof follow>;

  constructor(model: nn.Module, computed: Computed, shown: readonly Example[]) {
    this.#followed = follow(model, { examples: () => shown }, computed);
  }

  /** @returns the names of what it answers of a value */
  of(builder: Builder, input: string): readonly string[] {
    return lower(this.#followed, builder, { kind: 'images', varying: 'the size of images' }, [input]);
  }

  [Symbol.dispose](): void {
    this.#followed[Symbol.dispose]();
  }
}

/** Zeros at the right and below, as images of a batch are padded that are shown to the network. */
function paddedImage(f: Formulas, image: string): string {
  const [height, width] = [2, 3].map((dim) =>
    f.node('Mod', [f.sub(f.whole([0]), f.size(image, dim)), f.whole([multiple])]),
  );
  const pads = f.concat([f.whole([0, 0, 0, 0, 0, 0]), height ?? '', width ?? ''], 0);
  return f.node('Pad', [image, pads], { mode: text('constant') });
}

/** The layers of a network that are between what is computed of boxes. It is disposed of when the graph is made. */
function partsOf(model: FasterRCNN, channels: number) {
  const pixels = ({ height = 1, width = 1 }: Point) => [1, channels, followed * height, followed * width];
  const places = ({ height = 1, width = 1 }: Point) => [1, pyramidWidth, height, width];
  return {
    pyramid: new Part(model, (images: Tensor) => model.pyramid(images), examples(spatial, pixels)),
    proposing: new Part(
      model,
      (map: Tensor) => {
        const { objectness, deltas } = model.proposing(map);
        return [objectness, deltas];
      },
      examples(spatial, places),
    ),
    heads: new Part(
      model,
      (inside: Tensor) => {
        const { logits, deltas } = model.heads(inside);
        return [logits, deltas];
      },
      examples([{ batch: 2 }, { batch: 3 }], ({ batch = 1 }) => [batch, pyramidWidth, cells, cells]),
    ),
  };
}

/**
 * `pixel_values` float32 [1, C, height, width] of any size → `boxes` [D, 4], `scores` [D] and `classes` [D], by what `forward` of the network
 * computes of an image that is padded at right and bottom. Numbers that are not finite are not looked for: a network that makes them is not worth exporting.
 *
 * @param model  in evaluation
 * @throws ExportError for a layer that cannot be exported
 */
export function graphOfDetector(model: FasterRCNN, shown: Shown): OnnxGraph {
  const { settings, takes, classes } = model;
  const builder = new Builder();
  for (const { name, type } of shown.ports) builder.types.set(builder.unique(name), type);
  for (const { name } of foundPorts) builder.unique(name);
  const [image = ''] = shown.begin(builder);
  const parts = partsOf(model, takes.channels ?? 3);
  using _ = new DisposableStack();
  for (const part of Object.values(parts)) _.use(part);
  const of = (at: string): Formulas => new Formulas(builder, at);
  const [sizes, anchors, proposals, pooling, detections] = [
    of('image'),
    of('anchors'),
    of('proposals'),
    of('pooling'),
    of('detections'),
  ] as const;
  const [height, width] = [sizes.size(image, 2), sizes.size(image, 3)];
  const limits = sizes.cast(sizes.concat([width, height, width, height], 0), 'float32');
  const padded = paddedImage(sizes, image);
  const pyramid = parts.pyramid.of(builder, padded);
  const whole = [sizes.size(padded, 2), sizes.size(padded, 3)] as const;
  const levels = pyramid.map((map, level) => {
    const [objectness = '', deltas = ''] = parts.proposing.of(builder, map);
    return { objectness, deltas, anchors: anchorsIn(anchors, settings.anchors, level, map, whole) };
  });
  const boxes = proposed(proposals, settings.proposals, levels, limits);
  const maps = pyramid.slice(0, pooled.last - pooled.first + 1);
  const [logits = '', deltas = ''] = parts.heads.of(builder, within(pooling, settings.pooling, maps, boxes));
  const found = detected(
    detections,
    settings.detections,
    { classes, weights: settings.heads.weights, isBackgroundFirst: model.isBackgroundFirst },
    { proposals: boxes, logits, deltas },
    limits,
  );
  for (const { name, type } of foundPorts) {
    const value = found[name as keyof typeof found];
    builder.nodes.push({ operator: 'Identity', name, inputs: [value], outputs: [name], attributes: {} });
    builder.types.set(name, type);
  }
  return tidy({
    inputs: shown.ports,
    outputs: foundPorts,
    nodes: builder.nodes,
    initialisers: builder.initialisers,
    types: builder.types,
    exact: new Set([
      ...[sizes, anchors, proposals, pooling, detections].flatMap(({ exact }) => [...exact]),
      ...foundPorts.map(({ name }) => name),
    ]),
  });
}
