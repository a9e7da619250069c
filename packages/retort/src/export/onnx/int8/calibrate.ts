/** Ranges of values within a graph, as onnxruntime computes them of real images. */
import { getNumThreads, scope, type Tensor } from '@retort/torch';
import { needOnnxRuntime, OnnxSession, type PassedTensor } from '../../../models/onnx/index.ts';
import { bytesOfGraph } from '../bytes.ts';
import { ExportError } from '../errors.ts';
import { feed, type Shown } from '../feed.ts';
import type { OnnxGraph } from '../graph.ts';
import { Entropy } from './entropy.ts';
import { MinMax } from './min-max.ts';
import { type Int8Options, usualPercentile } from './options.ts';
import { Percentile } from './percentile.ts';
import { extremesOf, joined, type Observer, type Range } from './range.ts';

/** So many images at once, of which all values are in memory. */
const atOnce = 8;

const observers = {
  'min-max': () => new MinMax(),
  percentile: ({ percentile = usualPercentile }: Int8Options) => new Percentile(percentile),
  entropy: () => new Entropy(),
} as const;

const elementsOf = ({ bytes }: PassedTensor): Float32Array =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

/** @throws ExportError for what are no images of this size */
function checkImages(images: Tensor, [channels, height, width]: readonly [number, number, number]): void {
  const shape = images.shape;
  const fits = shape.length === 4 && `${shape.slice(1)}` === `${[channels, height, width]}`;
  if (fits && images.dtype === 'float32') return;
  throw new ExportError(
    `int8.images: batches of float32 [N, ${channels}, ${height}, ${width}] are needed, not ${images.dtype} [${shape.join(', ')}]`,
  );
}

class Watch {
  readonly #observers = new Map<string, Observer>();
  readonly #seen = new Map<string, Range>();
  readonly #make: () => Observer;

  constructor(make: () => Observer) {
    this.#make = make;
  }

  /** @throws ExportError where an element is no number */
  observe(name: string, elements: Float32Array): void {
    const extremes = extremesOf(elements);
    if (!Number.isFinite(extremes.least) || !Number.isFinite(extremes.most))
      throw new ExportError(
        `'${name}' is NaN or infinite for one of int8.images: look at that image, or at the network`,
      );
    const observer = this.#observers.get(name) ?? this.#make();
    this.#observers.set(name, observer);
    this.#seen.set(name, joined(this.#seen.get(name) ?? null, extremes));
    observer.observe(elements, extremes);
  }

  seen(name: string): Range | undefined {
    return this.#seen.get(name);
  }

  /** Where hardly anything is other than zero, its whole range. */
  range(name: string): Range {
    const found = this.#observers.get(name)?.range() ?? { least: 0, most: 0 };
    return found.most > found.least ? found : (this.#seen.get(name) ?? found);
  }
}

/**
 * @param values  names of values that are float32
 * @param shown  how the graph takes its images, and the size of those that are given
 * @throws ExportError where there are no images, they are all one colour, do not fit, or make a value that is no number
 * @throws OnnxError where onnxruntime-node is not installed
 */
export async function rangesOf(
  graph: OnnxGraph,
  values: readonly string[],
  options: Int8Options,
  shown: Shown,
): Promise<ReadonlyMap<string, Range>> {
  const { images, calibration = 'min-max' } = options;
  const watch = new Watch(() => observers[calibration](options));
  const within = values.filter((name) => name !== graph.input.name);
  const bytes = await bytesOfGraph(graph, {}, within);
  const runtime = needOnnxRuntime('a graph in int8 is calibrated, and that');
  using session = new OnnxSession(runtime, bytes, { threads: getNumThreads(), folder: '' });
  for await (const batch of images) {
    checkImages(batch, shown.network);
    for (let start = 0; start < batch.size(0); start += atOnce)
      scope(() => {
        const some = batch.narrow(0, start, Math.min(atOnce, batch.size(0) - start));
        const taken = feed(some, shown);
        watch.observe(graph.input.name, elementsOf(taken));
        // Of one layer there is nothing between.
        if (within.length === 0) return;
        const found = session.run({ [graph.input.name]: taken }, within);
        for (const [name, value] of Object.entries(found)) watch.observe(name, elementsOf(value));
      });
  }
  const seen = watch.seen(graph.input.name);
  if (!seen) throw new ExportError('int8.images came to their end before the first: some hundred are needed');
  if (seen.least === seen.most)
    throw new ExportError(
      `int8.images are all of one colour, ${seen.least}: real images are needed, as the network will be shown`,
    );
  return new Map(values.map((name) => [name, watch.range(name)]));
}
